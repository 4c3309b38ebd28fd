"""How good a tagger is, for each label and over all, and how sure one may be. Chapter 6.

Bad arguments raise a TypeError (wrong kind) or a ValueError (wrong value) that names the likely
fix; ``Raises`` names what comes on top. Two DataFrames are matched by name, or refused.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from helpers import _validate as validate

METRICS = ["micro-F1", "macro-F1", "weighted-F1", "samples-F1", "subset accuracy", "Hamming loss"]
"""The metrics that :func:`bootstrap` knows by name; :func:`summary` gives them under the same."""


@dataclass(frozen=True)
class Interval:
    """A metric on all texts, and where it may lie on other texts of the same kind.

    Attributes:
        value: the metric on all texts; with a rival, the difference.
        low: lower end of the interval.
        high: upper end.
        level: share of the resamples that lie inside.
        values: the metric on each resample, ``(resamples,)``.

    >>> print(Interval(0.861, 0.827, 0.893, 0.95, np.empty(0)))
    0.86 (0.83 to 0.89)
    """

    value: float
    low: float
    high: float
    level: float
    values: np.ndarray = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def per_label(targets, predictions, label_names: Sequence[str] | None = None):
    """Measure each label by itself, in a table.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``.
        predictions: 0 or 1, the same shape.
        label_names: ``n_labels`` names; by default the columns are numbered from 0. Those of a
            DataFrame must be its columns.

    Returns:
        A ``pandas.DataFrame``, a row for each label: ``positives`` (texts that have it),
        ``predicted`` (texts that were given it), ``precision``, ``recall``, ``f1``. Where one of
        the three divides by zero (no text given the label, or none that has it) it is 0:
        scikit-learn's ``zero_division=0``.

    Source: as ``sklearn.metrics.precision_recall_fscore_support``, which a test compares.

    >>> table = per_label([[1, 0], [1, 1], [0, 0]], [[1, 0], [0, 1], [0, 1]], ["sports", "law"])
    >>> table.loc["sports"].tolist()  # positives, predicted, precision, recall, f1
    [2.0, 1.0, 1.0, 0.5, 0.6666666666666666]
    """
    import pandas as pd

    y, given = validate.pair(targets, predictions=predictions)
    index = _label_index(label_names, y.shape[1], targets=targets, predictions=predictions)
    hits, positives, predicted = (y & given).sum(axis=0), y.sum(axis=0), given.sum(axis=0)
    table = {
        "positives": positives,
        "predicted": predicted,
        "precision": _ratio(hits, predicted),
        "recall": _ratio(hits, positives),
        "f1": _ratio(2 * hits, positives + predicted),
    }
    return pd.DataFrame(table, index=index)


def summary(targets, predictions):
    """Measure all labels together, in several ways that do not say the same.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``.
        predictions: 0 or 1, the same shape.

    Returns:
        A ``pandas.Series`` of numbers: F1 averaged in four ways (0/0 counts as 0), subset
        accuracy, Hamming loss, the label cardinality of targets and of predictions, and the share
        of texts that have no label and that were given none.

    Source: as scikit-learn's ``f1_score``, ``accuracy_score`` and ``hamming_loss``, which a test
    compares.

    >>> scores = summary([[1, 0], [1, 1], [0, 0]], [[1, 0], [0, 1], [0, 1]])
    >>> print(scores["subset accuracy"].round(2), scores["label cardinality of targets"])
    0.33 1.0
    """
    import pandas as pd

    targets, predictions = validate.pair(targets, predictions=predictions)
    scores = {name: _score(name, targets, predictions) for name in METRICS}
    for whose, table in (("targets", targets), ("predictions", predictions)):
        scores[f"label cardinality of {whose}"] = table.sum(axis=1).mean()
    scores["texts with no true label"] = (targets.sum(axis=1) == 0).mean()
    scores["texts with no label predicted"] = (predictions.sum(axis=1) == 0).mean()
    return pd.Series(scores, dtype=float)


def ranking(targets, probabilities, label_names: Sequence[str] | None = None):
    """Measure the order in which the probabilities put the texts; no threshold has a part in it.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``.
        probabilities: floats from 0 to 1, the same shape, from before the threshold.
        label_names: ``n_labels`` names; by default the columns are numbered from 0. Those of a
            DataFrame must be its columns.

    Returns:
        A ``pandas.DataFrame``, a row for each label and the row ``macro``: ``positives``,
        ``average precision``, ``ROC AUC`` and a ``note``. Where no text has the label, or every
        text has it, there is no order to measure: both are NaN, the note says why, and ``macro``
        is the mean over the other labels.

    Raises:
        ValueError: the probabilities are nothing but 0 and 1.

    Source: scikit-learn's ``average_precision_score`` and ``roc_auc_score``.

    >>> ranking([[1], [0], [1]], [[0.9], [0.7], [0.6]], ["law"])["ROC AUC"].tolist()
    [0.5, 0.5]
    """
    import pandas as pd
    from sklearn.metrics import average_precision_score, roc_auc_score

    y, scores = validate.pair(targets, probabilities=probabilities)
    if scores.size > 1 and np.isin(scores, (0, 1)).all():
        raise ValueError(
            "probabilities holds nothing but 0 and 1, as predictions do. They have lost the order "
            "that is measured here: pass what stands before the threshold."
        )
    n_texts, n_labels = y.shape
    positives = y.sum(axis=0)
    table = pd.DataFrame(
        {"positives": positives, "average precision": np.nan, "ROC AUC": np.nan, "note": ""},
        index=_label_index(label_names, n_labels, targets=targets, probabilities=probabilities),
    )
    both = (positives > 0) & (positives < n_texts)
    for j in np.flatnonzero(both):
        table.iloc[j, 1] = average_precision_score(y[:, j], scores[:, j])
        table.iloc[j, 2] = roc_auc_score(y[:, j], scores[:, j])
    table.loc[positives == 0, "note"] = "no text has it"
    table.loc[positives == n_texts, "note"] = "every text has it"
    note = "" if both.all() else f"mean over {both.sum()} of {n_labels} labels"
    means = table.loc[both, ["average precision", "ROC AUC"]].mean()
    macro = pd.DataFrame(
        {"positives": positives.sum(), **means, "note": note}, index=pd.Index(["macro"])
    )
    return pd.concat([table, macro]).rename_axis("label")


def bootstrap(
    targets,
    predictions,
    metric: str | Callable,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
    *,
    rival=None,
) -> Interval:
    """Say how far a metric would move if the test texts had been others of the same kind.

    As many texts as there are get drawn, with replacement, and the metric is computed on them,
    again and again. The interval holds the middle ``level`` of the values. All labels of a text
    stay together, because it is texts that were sampled.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``, two texts or more.
        predictions: 0 or 1, the same shape. For the interval of one label pass one column of
            each: ``targets[:, [j]]``.
        metric: one of ``METRICS``, such as "macro-F1"; or a function that takes targets and
            predictions, int64 arrays, and returns a number.
        resamples: how many times to draw.
        level: share of the resamples inside the interval.
        seed: the same seed draws the same texts.
        rival: another tagger's predictions for the same texts. Given, the interval is that of
            the difference, predictions minus rival, both measured on the same draws: the paired
            bootstrap.

    Returns:
        An :class:`Interval`.

    Raises:
        TypeError: the metric returns no number.
        ValueError: the metric returns NaN, or there are fewer than two texts.

    Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", the percentile
    interval of chapter 13.

    >>> targets = [[1, 0], [0, 1], [1, 1], [0, 0]] * 25
    >>> predictions = [[1, 0], [0, 1], [1, 0], [0, 0]] * 25
    >>> print(bootstrap(targets, predictions, "subset accuracy"))
    0.75 (0.67 to 0.84)
    """
    if not callable(metric):
        fix = "Or pass a function of targets and predictions itself, without calling it."
        metric = partial(_score, validate.choice(metric, "metric", METRICS, fix))
    resamples, seed = validate.whole(resamples, "resamples"), validate.seed(seed)
    level = validate.share(level, "level", example=0.95)
    y, given = validate.pair(targets, predictions=predictions)
    if len(y) < 2:
        raise ValueError(
            "targets has one text. Drawn again and again it is always the same, so it says "
            "nothing about other texts: pass two texts or more."
        )
    value, values = _drawn(metric, y, given, resamples, seed)
    if rival is not None:  # the same seed draws the same texts, so the differences are paired
        _, given = validate.pair(y, rival=validate.matched(rival, "rival", targets))
        rivals_value, rivals_values = _drawn(metric, y, given, resamples, seed)
        value, values = value - rivals_value, values - rivals_values
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), level, values)


def draw_texts(n_texts: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Yield the rows of each resample: as many as there are texts, drawn with replacement.

    >>> [rows.tolist() for rows in draw_texts(3, resamples=2, seed=0)]
    [[2, 1, 1], [0, 0, 0]]
    """
    rng = np.random.default_rng(seed)
    for _ in range(resamples):
        yield rng.integers(n_texts, size=n_texts)


def _score(name: str, targets: np.ndarray, predictions: np.ndarray) -> float:
    # By hand, since the bootstrap asks a thousand times: scikit-learn's F1 checks its input anew
    # each time, 1.6 ms against 0.04 ms. It also takes one column for a problem of two classes.
    if name == "subset accuracy":
        return (targets == predictions).all(axis=1).mean()
    if name == "Hamming loss":
        return (targets != predictions).mean()
    axis = {"micro-F1": None, "samples-F1": 1}.get(name, 0)
    positives = targets.sum(axis=axis)
    f1 = _ratio(2 * (targets & predictions).sum(axis=axis), positives + predictions.sum(axis=axis))
    if name == "weighted-F1":
        return _ratio((f1 * positives).sum(), positives.sum())
    return f1.mean()


def _ratio(above, below) -> np.ndarray:
    return above / np.maximum(below, 1)  # 0 / 0 is 0: a count below of 0 leaves 0 above


def _drawn(metric, targets, predictions, resamples, seed) -> tuple[float, np.ndarray]:
    """Return the metric on all texts, and on each resample."""
    draws = enumerate(draw_texts(len(targets), resamples, seed))
    return _call(metric, targets, predictions), np.array(
        [_call(metric, targets[rows], predictions[rows], f" on resample {i}") for i, rows in draws]
    )


def _call(metric, targets, predictions, where: str = "") -> float:
    value = metric(targets, predictions)
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(
            f"metric returned {value!r}{where}, expected one number. An F1 of each label becomes "
            'one by average="macro".'
        ) from None
    if not np.isfinite(number):
        raise ValueError(
            f"metric returned {number}{where}. It must be defined on every draw of texts, also "
            "where a label has none: say what 0/0 is to be, zero_division=0 in scikit-learn."
        )
    return number


def _label_index(label_names, n_labels: int, **tables):
    import pandas as pd

    if label_names is None:
        return pd.RangeIndex(n_labels, name="label")
    names = validate.names(label_names, n_labels=n_labels, numbers=True)
    validate.columns(names, **tables)
    return pd.Index(names, name="label")
