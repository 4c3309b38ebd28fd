"""How good a tagger is, for each label and over all, and how sure one may be. Chapter 6."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from helpers._validate import check_same_shape, checked_pair, checked_predictions

AVERAGES = ["micro", "macro", "weighted", "samples"]
METRICS = [*(f"{average}-F1" for average in AVERAGES), "subset accuracy", "Hamming loss"]
"""The metrics that :func:`bootstrap` knows by name; :func:`summary` gives them under the same."""

BLOCK = 2_000_000  # draws looked at together: 16 MB, however many texts there are


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
        label_names: ``n_labels`` names; by default the columns are numbered from 0.

    Returns:
        A ``pandas.DataFrame``, a row for each label: ``positives`` (texts that have it),
        ``predicted`` (texts that were given it), ``precision``, ``recall``, ``f1``. Where one of
        the three divides by zero (no text given the label, or none that has it) it is 0:
        scikit-learn's ``zero_division=0``.

    Raises:
        TypeError: the input is not numbers, or the names are one string.
        ValueError: shapes that differ, probabilities or logits in place of 0 and 1, NaN, no
            texts, or not one name of its own for each label.

    Source: ``sklearn.metrics.precision_recall_fscore_support``.

    >>> table = per_label([[1, 0], [1, 1], [0, 0]], [[1, 0], [0, 1], [0, 1]], ["sports", "law"])
    >>> table.loc["sports"].tolist()  # positives, predicted, precision, recall, f1
    [2.0, 1.0, 1.0, 0.5, 0.6666666666666666]
    """
    import pandas as pd
    from sklearn.metrics import precision_recall_fscore_support

    targets, predictions = checked_pair(targets, predictions=predictions)
    n_labels = targets.shape[1]
    precision, recall, f1, _ = precision_recall_fscore_support(
        *_as_multilabel(targets, predictions), labels=range(n_labels), zero_division=0
    )
    return pd.DataFrame(
        {
            "positives": targets.sum(axis=0, dtype=int),
            "predicted": predictions.sum(axis=0, dtype=int),
            "precision": precision,
            "recall": recall,
            "f1": f1,
        },
        index=pd.Index(_checked_names(label_names, n_labels), name="label"),
    )


def summary(targets, predictions):
    """Measure all labels together, in several ways that do not say the same.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``.
        predictions: 0 or 1, the same shape.

    Returns:
        A ``pandas.Series`` of numbers: F1 averaged in four ways (0/0 counts as 0), subset
        accuracy, Hamming loss, the label cardinality of targets and of predictions, and the share
        of texts that have no label and that were given none.

    Raises:
        TypeError: the input is not numbers.
        ValueError: shapes that differ, probabilities or logits in place of 0 and 1, NaN, no texts.

    Source: scikit-learn's ``f1_score``, ``accuracy_score`` and ``hamming_loss``.

    >>> scores = summary([[1, 0], [1, 1], [0, 0]], [[1, 0], [0, 1], [0, 1]])
    >>> print(scores["subset accuracy"].round(2), scores["label cardinality of targets"])
    0.33 1.0
    """
    import pandas as pd

    targets, predictions = checked_pair(targets, predictions=predictions)
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
        label_names: ``n_labels`` names; by default the columns are numbered from 0.

    Returns:
        A ``pandas.DataFrame``, a row for each label and the row ``macro``: ``positives``,
        ``average precision``, ``ROC AUC`` and a ``note``. Where no text has the label, or every
        text has it, there is no order to measure: both are NaN, the note says why, and ``macro``
        is the mean over the other labels.

    Raises:
        TypeError: the input is not numbers, the probabilities are whole numbers, or the names
            are one string.
        ValueError: shapes that differ, logits or predictions in place of probabilities, NaN, no
            texts, or not one name of its own for each label.

    Source: scikit-learn's ``average_precision_score`` and ``roc_auc_score``.

    >>> ranking([[1], [0], [1]], [[0.9], [0.7], [0.6]], ["law"])["ROC AUC"].tolist()
    [0.5, 0.5]
    """
    import pandas as pd
    from sklearn.metrics import average_precision_score, roc_auc_score

    targets, probabilities = checked_pair(targets, probabilities=probabilities)
    if probabilities.size > 1 and np.isin(probabilities, (0, 1)).all():
        raise ValueError(
            "probabilities holds nothing but 0 and 1, as predictions do. They have lost the order "
            "that is measured here: pass what stands before the threshold."
        )
    n_texts, n_labels = targets.shape
    positives = targets.sum(axis=0, dtype=int)
    table = pd.DataFrame(
        {"positives": positives, "average precision": np.nan, "ROC AUC": np.nan, "note": ""},
        index=pd.Index(_checked_names(label_names, n_labels), name="label"),
    )
    both = (positives > 0) & (positives < n_texts)
    for j in np.flatnonzero(both):
        column = targets[:, j], probabilities[:, j]
        table.iloc[j, 1] = average_precision_score(*column)
        table.iloc[j, 2] = roc_auc_score(*column)
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
        metric: one of ``METRICS``, such as "macro-F1" (fast); or a function that takes targets
            and predictions and returns a number.
        resamples: how many times to draw.
        level: share of the resamples inside the interval.
        seed: the same seed draws the same texts.
        rival: another tagger's predictions for the same texts. Given, the interval is that of
            the difference, predictions minus rival, both measured on the same draws: the paired
            bootstrap.

    Returns:
        An :class:`Interval`.

    Raises:
        TypeError: the input is not numbers, or the metric neither a name nor a function, or it
            returns no number.
        ValueError: shapes that differ, probabilities or logits in place of 0 and 1, NaN, fewer
            than two texts, an unknown metric or one that returns NaN, or ``resamples``, ``level``
            or ``seed`` out of range.

    Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", the percentile
    interval of chapter 13.

    >>> targets = [[1, 0], [0, 1], [1, 1], [0, 0]] * 25
    >>> predictions = [[1, 0], [0, 1], [1, 0], [0, 0]] * 25
    >>> print(bootstrap(targets, predictions, "subset accuracy"))
    0.75 (0.67 to 0.84)
    """
    targets, predictions = checked_pair(targets, predictions=predictions)
    sides = [predictions]
    if rival is not None:
        rival = checked_predictions(rival, "rival")
        check_same_shape(targets=targets, rival=rival)
        sides.append(rival)
    if len(targets) < 2:
        raise ValueError(
            "targets has one text. Drawn again and again it is always the same, so it says "
            "nothing about other texts: pass two texts or more."
        )
    _check_whole(resamples, "resamples", 1)
    _check_whole(seed, "seed", 0)
    if isinstance(level, bool) or not isinstance(level, int | float) or not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level!r}. For 95 % write 0.95.")
    if isinstance(metric, str):
        if metric not in METRICS:
            raise ValueError(
                f"There is no metric {metric!r}. Choose one of {', '.join(METRICS)}, or pass a "
                "function of targets and predictions."
            )
        whole = [_score(metric, targets, side) for side in sides]
        drawn = [_drawn_by_name(metric, targets, side, resamples, seed) for side in sides]
    elif callable(metric):
        whole = [_call(metric, targets, side) for side in sides]
        drawn = [_drawn_by_call(metric, targets, side, resamples, seed) for side in sides]
    else:
        raise TypeError(
            f"metric must be one of {', '.join(METRICS)}, or a function of targets and "
            f"predictions, got {metric!r}. Pass the function itself, without calling it."
        )
    # The same seed drew the same texts for both, so their differences are paired.
    value, values = whole[0], drawn[0]
    if rival is not None:
        value, values = value - whole[1], values - drawn[1]
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(value), float(low), float(high), float(level), values)


def _score(name: str, targets: np.ndarray, predictions: np.ndarray) -> float:
    from sklearn.metrics import accuracy_score, f1_score, hamming_loss

    if name == "Hamming loss":
        return float(hamming_loss(targets.ravel(), predictions.ravel()))
    both = _as_multilabel(targets, predictions)
    if name == "subset accuracy":
        return float(accuracy_score(*both))
    labels = None if name == "samples-F1" else range(targets.shape[1])
    return float(f1_score(*both, average=name.removesuffix("-F1"), labels=labels, zero_division=0))


def draw_texts(n_texts: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Yield the rows of each resample: as many as there are texts, drawn with replacement.

    >>> [rows.tolist() for rows in draw_texts(3, resamples=2, seed=0)]
    [[2, 1, 1], [0, 0, 0]]
    """
    rng = np.random.default_rng(seed)
    for _ in range(resamples):
        yield rng.integers(n_texts, size=n_texts)


def _drawn_by_call(metric, targets, predictions, resamples, seed) -> np.ndarray:
    return np.array(
        [
            _call(metric, targets[rows], predictions[rows], f" on resample {i}")
            for i, rows in enumerate(draw_texts(len(targets), resamples, seed))
        ]
    )


def _drawn_by_name(name, targets, predictions, resamples, seed) -> np.ndarray:
    n_texts = len(targets)
    values, block = [], []
    for i, rows in enumerate(draw_texts(n_texts, resamples, seed), start=1):
        block.append(np.bincount(rows, minlength=n_texts))
        if len(block) * n_texts >= BLOCK or i == resamples:
            values.append(_by_counts(name, targets, predictions, np.array(block, dtype=float)))
            block = []
    return np.concatenate(values)


def _by_counts(name, targets, predictions, draws) -> np.ndarray:
    # draws, (resamples, n_texts): how often each text was drawn. Nothing need be copied, since
    # every metric here is a fraction of sums over texts. A test compares with scikit-learn.
    targets, predictions = targets.astype(float), predictions.astype(float)
    n_texts, n_labels = targets.shape
    if name == "subset accuracy":
        return draws @ (targets == predictions).all(axis=1) / n_texts
    if name == "Hamming loss":
        return draws @ (targets != predictions).sum(axis=1) / (n_texts * n_labels)
    hits, given = targets * predictions, targets + predictions
    if name == "samples-F1":
        return draws @ _ratio(2 * hits.sum(axis=1), given.sum(axis=1)) / n_texts
    hits, given = draws @ hits, draws @ given
    if name == "micro-F1":
        return _ratio(2 * hits.sum(axis=1), given.sum(axis=1))
    f1 = _ratio(2 * hits, given)
    if name == "macro-F1":
        return f1.mean(axis=1)
    positives = draws @ targets
    return _ratio((f1 * positives).sum(axis=1), positives.sum(axis=1))


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


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


def _as_multilabel(*tables: np.ndarray) -> tuple[np.ndarray, ...]:
    # scikit-learn takes one column for a two-class problem and would average over "yes" and
    # "no". An empty label beside it changes no sum; ``labels`` keeps it out of the means.
    if tables[0].shape[1] > 1:
        return tables
    return tuple(np.hstack([table, np.zeros_like(table)]) for table in tables)


def _checked_names(label_names, n_labels: int) -> list:
    if label_names is None:
        return list(range(n_labels))
    if isinstance(label_names, str):
        raise TypeError(f"label_names is one string. Pass a list: [{label_names!r}]")
    names = list(label_names)
    if len(names) != n_labels:
        raise ValueError(
            f"label_names has {len(names)} names, but there are {n_labels} labels (columns). "
            "Pass one name for each column, in the order of the columns."
        )
    if len(set(names)) != len(names):
        raise ValueError(f"label_names holds a name twice: {names}. Give each label its own.")
    return names


def _check_whole(value, name: str, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of {least} or more, got {value!r}.")
