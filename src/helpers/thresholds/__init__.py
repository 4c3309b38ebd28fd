"""Thresholds: apply them, find the best ones exactly, derive them from costs, keep them in a file.

A label is predicted where its probability is greater than its threshold, everywhere in this
course. Tune on validation texts, judge on test texts.
"""

import json
import os
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from helpers._validate import check_count, checked_pair, checked_probabilities
from helpers.metrics import draw_texts

FILE_NAME = "thresholds.json"
VERSION = 1
OBJECTIVES = ("macro", "micro")


@dataclass(frozen=True)
class Choice:
    """Thresholds that were searched for, and what they reach on the data they were found on.

    Attributes:
        thresholds: float array ``(n_labels,)``.
        f1: float array ``(n_labels,)``, the F1 of each label with these thresholds.
        score: the objective's own value, macro-F1 or micro-F1.
        objective: ``"macro"`` or ``"micro"``.
    """

    thresholds: np.ndarray
    f1: np.ndarray
    score: float
    objective: str


@dataclass(frozen=True)
class Spread:
    """How far tuned thresholds move when the texts they were tuned on are drawn again.

    Attributes:
        thresholds: float array ``(resamples, n_labels)``, the best ones of each resample.
        low: float array ``(n_labels,)``, the lower ends of the intervals.
        high: float array ``(n_labels,)``, the upper ends.
        level: the share of resamples that lies between the two.
    """

    thresholds: np.ndarray
    low: np.ndarray
    high: np.ndarray
    level: float


def apply_thresholds(probabilities, thresholds=0.5) -> np.ndarray:
    """Predict each label whose probability is greater than its threshold.

    Args:
        probabilities: floats from 0 to 1, ``(n_texts, n_labels)``.
        thresholds: one number for all labels, or one per label, ``(n_labels,)``.

    Returns:
        int array ``(n_texts, n_labels)`` of 0 and 1.

    Raises:
        TypeError: an input is not numbers.
        ValueError: probabilities or thresholds outside 0 to 1, or a wrong number of thresholds.

    >>> apply_thresholds([[0.9, 0.2], [0.4, 0.6]], [0.3, 0.7]).tolist()
    [[1, 0], [1, 0]]
    """
    probabilities = checked_probabilities(probabilities)
    thresholds = checked_thresholds(thresholds, probabilities.shape[1])
    return (probabilities > thresholds).astype(int)


def sweep(targets, probabilities, label: int = 0) -> pd.DataFrame:
    """Count hits and misses of one label at every threshold that makes a difference.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``.
        probabilities: floats from 0 to 1, ``(n_texts, n_labels)``.
        label: the column to look at.

    Returns:
        DataFrame with a row for each way to part the texts, thresholds rising: ``threshold``
        (midway between two neighboring scores), ``predicted``, ``tp``, ``fp``, ``fn``,
        ``precision``, ``recall``, ``f1``. What would be 0 / 0 is 0, as in scikit-learn with
        ``zero_division=0``.

    Raises:
        TypeError: an input is not numbers, or ``label`` is not a whole number.
        ValueError: shapes differ, values are out of range, or there is no such column.

    >>> sweep([[0], [1]], [[0.2], [0.6]])[["threshold", "tp", "fp", "f1"]].round(2)
       threshold  tp  fp    f1
    0        0.1   1   1  0.67
    1        0.4   1   0  1.00
    2        0.8   0   0  0.00
    """
    targets, probabilities = checked_pair(targets, probabilities=probabilities)
    if isinstance(label, bool) or not isinstance(label, int | np.integer):
        raise TypeError(
            f"label is {label!r}, expected a column's number. For a name write "
            f"label_names.index({label!r})."
        )
    if not 0 <= label < targets.shape[1]:
        raise ValueError(
            f"label is {label}, expected 0 to {targets.shape[1] - 1}: there are "
            f"{targets.shape[1]} labels, counted from 0."
        )
    positive, scores = targets[:, label] == 1, probabilities[:, label]
    cuts = _cuts(scores, scores[positive], np.unique(scores))
    table = {
        "threshold": cuts.threshold(slice(None)),
        "predicted": cuts.predicted,
        "tp": cuts.tp,
        "fp": cuts.predicted - cuts.tp,
        "fn": cuts.positives - cuts.tp,
        "precision": cuts.tp / np.maximum(cuts.predicted, 1),
        "recall": cuts.tp / max(cuts.positives, 1),
        "f1": cuts.f1(),
    }
    return pd.DataFrame({name: column[::-1] for name, column in table.items()})


def best_f1(targets, probabilities, objective: str = "macro") -> Choice:
    """Find the thresholds with the highest F1, exactly: one for each label.

    F1 changes only where a threshold passes a score, so trying one threshold between each two
    neighboring scores tries them all. Equal scores cannot be parted.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``; validation texts, never those you judge by.
        probabilities: floats from 0 to 1, ``(n_texts, n_labels)``.
        objective: ``"macro"`` for the mean of the labels' F1, which each label's own best
            threshold makes highest; ``"micro"`` for the F1 of all decisions counted together.

    Returns:
        A :class:`Choice`. No thresholds from 0 to 1 reach a higher score on these data.

        - A threshold lies midway between two neighboring scores, or between the lowest and 0,
          or the highest and 1; so ``>`` and ``>=`` agree. The exceptions: two float64 neighbors
          with no number between them, and a highest score of exactly 1. There the threshold is
          the lower of the two, or 1, and only ``>`` is right.
        - Of several best cuts the one in the widest gap is taken, since it needs the largest
          change of a score before a prediction flips; of equally wide ones the highest.
        - A label that cannot reach an F1 above 0, such as one without positives, gets a
          threshold above all its scores: nothing is predicted, F1 is 0.
        - A score of exactly 0 is above no threshold, so it is never predicted.

    Raises:
        TypeError: an input is not numbers.
        ValueError: shapes differ, values are out of range, or the objective is unknown.

    Source: for micro-F1, a ratio of sums over labels, Dinkelbach, On Nonlinear Fractional
    Programming, Management Science 13, 1967: for a given ratio each label maximizes
    ``2 TP - ratio * predicted`` on its own; the ratio reached is put in again until it stays.
    All counts are integers, so nothing is rounded on the way.

    >>> best_f1([[0], [1], [0], [1]], [[0.1], [0.4], [0.5], [0.9]]).thresholds.tolist()
    [0.25]
    """
    targets, probabilities = checked_pair(targets, probabilities=probabilities)
    _check_objective(objective)
    return _best_f1(targets, probabilities, objective)


def best_constant(targets, probabilities, objective: str = "macro") -> Choice:
    """Find the one threshold for all labels with the highest F1, exactly.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``.
        probabilities: floats from 0 to 1, ``(n_texts, n_labels)``.
        objective: ``"macro"`` or ``"micro"``.

    Returns:
        A :class:`Choice` whose thresholds are all the same. Which of several best ones is taken
        and where it lies between two scores is as in :func:`best_f1`.

    Raises:
        TypeError: an input is not numbers.
        ValueError: shapes differ, values are out of range, or the objective is unknown.

    >>> best_constant([[1, 0], [1, 1]], [[0.5, 0.3], [0.9, 0.6]]).thresholds.round(2).tolist()
    [0.4, 0.4]
    """
    targets, probabilities = checked_pair(targets, probabilities=probabilities)
    _check_objective(objective)
    positive = targets == 1
    cuts = _cuts(probabilities.ravel(), probabilities[positive])
    if objective == "micro":
        value = cuts.f1()
    else:
        value = np.zeros(len(cuts.tp))
        for hits, scores in zip(positive.T, probabilities.T, strict=True):
            tp = _at_least(np.sort(scores[hits]), cuts.high)
            predicted = _at_least(np.sort(scores), cuts.high)
            tp[0] = predicted[0] = 0  # the cut above all scores, even above a score of 1
            value += _f1(tp, predicted, int(hits.sum()))
    threshold = cuts.threshold(cuts.best(value))
    predictions = probabilities > threshold
    return _choice(
        np.full(targets.shape[1], threshold),
        (predictions & positive).sum(axis=0),
        predictions.sum(axis=0),
        positive.sum(axis=0),
        objective,
    )


def top_k(probabilities, k: int) -> np.ndarray:
    """Predict the ``k`` most probable labels of each text, whatever their probabilities.

    Args:
        probabilities: floats from 0 to 1, ``(n_texts, n_labels)``.
        k: labels per text, from 0 to ``n_labels``.

    Returns:
        int array ``(n_texts, n_labels)`` with ``k`` ones in each row; of equal probabilities
        the label that stands first is taken.

    Raises:
        TypeError: the probabilities are not numbers, or ``k`` is not a whole number.
        ValueError: values are out of range, or there are not ``k`` labels.

    >>> top_k([[0.9, 0.1, 0.9], [0.2, 0.1, 0.1]], 2).tolist()
    [[1, 0, 1], [1, 1, 0]]
    """
    probabilities = checked_probabilities(probabilities)
    if isinstance(k, bool) or not isinstance(k, int | np.integer):
        raise TypeError(f"k is {k!r}, expected a whole number of labels.")
    if not 0 <= k <= probabilities.shape[1]:
        raise ValueError(f"k is {k}, expected 0 to {probabilities.shape[1]}, the number of labels.")
    order = np.argsort(-probabilities, axis=1, kind="stable")
    predictions = np.zeros(probabilities.shape, dtype=int)
    np.put_along_axis(predictions, order[:, :k], 1, axis=1)
    return predictions


def from_costs(cost_fp, cost_fn):
    """Turn the costs of the two mistakes into the threshold that costs least on average.

    Predicting a label of probability p risks ``(1 - p) * cost_fp``, leaving it out risks
    ``p * cost_fn``; the two are equal at ``cost_fp / (cost_fp + cost_fn)``. That holds for
    calibrated probabilities.

    Args:
        cost_fp: what a label that is predicted wrongly costs; a number, or one per label.
        cost_fn: what a label that is missed costs, in the same unit; likewise.

    Returns:
        A float for two numbers, else a float array ``(n_labels,)``.

    Raises:
        TypeError: a cost is not a number.
        ValueError: a cost is negative or not finite, both are 0, or their numbers differ.

    Source: Elkan, The Foundations of Cost-Sensitive Learning, IJCAI 2001.

    >>> from_costs(cost_fp=4, cost_fn=1)
    0.8
    >>> from_costs(1, [1, 3]).tolist()
    [0.5, 0.25]
    """
    fp, fn = _checked_costs(cost_fp, cost_fn)
    larger = np.maximum(fp, fn)  # divided by first, so that huge costs do not overflow
    if (larger == 0).any():
        raise ValueError(
            "cost_fp and cost_fn are both 0: if no mistake costs anything, no threshold is better "
            "than another."
        )
    thresholds = (fp / larger) / (fp / larger + fn / larger)
    return float(thresholds) if thresholds.ndim == 0 else thresholds


def total_cost(targets, predictions, cost_fp, cost_fn) -> float:
    """Add up what the mistakes of some predictions cost.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``.
        predictions: 0 or 1, ``(n_texts, n_labels)``.
        cost_fp: what a label that is predicted wrongly costs; a number, or one per label.
        cost_fn: what a label that is missed costs, in the same unit; likewise.

    Returns:
        The sum over all texts and labels; divide by the number of texts for the mean.

    Raises:
        TypeError: an input is not numbers.
        ValueError: shapes differ, values are out of range, or a cost is negative.

    >>> total_cost([[1, 0], [0, 0]], [[0, 1], [1, 0]], cost_fp=1, cost_fn=5)
    7.0
    """
    targets, predictions = checked_pair(targets, predictions=predictions)
    costs = _checked_costs(cost_fp, cost_fn)
    for name, cost in zip(("cost_fp", "cost_fn"), costs, strict=True):
        if cost.ndim and len(cost) != targets.shape[1]:
            raise ValueError(
                f"{name} has {len(cost)} values for {targets.shape[1]} labels. Pass one number "
                "for all, or one per label."
            )
    fp = ((predictions == 1) & (targets == 0)).sum(axis=0)
    fn = ((predictions == 0) & (targets == 1)).sum(axis=0)
    return float((fp * costs[0] + fn * costs[1]).sum())


def bootstrap(
    targets,
    probabilities,
    resamples: int = 200,
    objective: str = "macro",
    level: float = 0.95,
    seed: int = 0,
) -> Spread:
    """Tune again on resampled texts, to see how far a tuned threshold could have landed.

    Each resample draws as many texts as there are, with replacement, and searches with
    :func:`best_f1`.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``.
        probabilities: floats from 0 to 1, ``(n_texts, n_labels)``.
        resamples: how often to draw.
        objective: ``"macro"`` or ``"micro"``.
        level: the share of the resampled thresholds that the intervals hold.
        seed: the same number gives the same resamples.

    Returns:
        A :class:`Spread`: all thresholds ``(resamples, n_labels)`` and the interval of each
        label, from percentile to percentile.

    Raises:
        TypeError: an input is not numbers.
        ValueError: shapes differ, values are out of range, fewer than 1 resample, or a level
            that is not between 0 and 1.

    Source: Efron, Bootstrap Methods: Another Look at the Jackknife, Annals of Statistics 7, 1979.

    >>> spread = bootstrap([[0], [1], [1]], [[0.2], [0.6], [0.9]], resamples=50)
    >>> spread.thresholds.shape, bool(spread.low[0] < spread.high[0])
    ((50, 1), True)
    """
    targets, probabilities = checked_pair(targets, probabilities=probabilities)
    _check_objective(objective)
    check_count(resamples, "resamples", 200)
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}, expected a share between 0 and 1, such as 0.95.")
    found = np.empty((resamples, targets.shape[1]))
    for i, rows in enumerate(draw_texts(len(targets), resamples, seed)):
        found[i] = _best_f1(targets[rows], probabilities[rows], objective).thresholds
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Spread(found, low, high, level)


def save(folder: str | Path, thresholds, label_names: Sequence[str], note: str = "") -> Path:
    """Write thresholds into a model's folder, as ``thresholds.json``.

    The file is replaced in one step: whatever happens, the old or the new one is there, whole.

    Args:
        folder: the model's folder; made if it is not there.
        thresholds: one number for all labels, or one per label, ``(n_labels,)``.
        label_names: the labels, in the order of the thresholds.
        note: for people, such as what the thresholds were tuned on.

    Returns:
        The path of the file.

    Raises:
        TypeError: the thresholds are not numbers, or names or note not strings.
        ValueError: thresholds outside 0 to 1, a wrong number of them, or a name twice.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     print(save(folder, [0.41, 0.3], ["sports", "politics"]).read_text())
    {
      "version": 1,
      "thresholds": {
        "sports": 0.41,
        "politics": 0.3
      },
      "note": ""
    }
    <BLANKLINE>
    """
    label_names = _checked_names(label_names)
    values = checked_thresholds(thresholds, len(label_names))
    if not isinstance(note, str):
        raise TypeError(f"note is {note!r}, expected a string.")
    content = {
        "version": VERSION,
        "thresholds": dict(zip(label_names, values.tolist(), strict=True)),
        "note": note,
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    path = Path(folder) / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{FILE_NAME}.{uuid.uuid4().hex}")  # beside it: same disk
    try:
        with open(temporary, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return path


def load(folder: str | Path, label_names: Sequence[str] | None = None) -> np.ndarray:
    """Read the thresholds that :func:`save` wrote.

    Args:
        folder: the folder that holds ``thresholds.json``.
        label_names: the model's labels. Thresholds are matched to them by name, so the file's
            own order does not matter. None takes the file's labels in the file's order.

    Returns:
        float array ``(n_labels,)``, to the last bit what was saved.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged, of another version, for other labels, or holds a
            threshold that is not a number from 0 to 1.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = save(folder, [0.41, 0.3], ["sports", "politics"])
    ...     load(folder, ["politics", "sports"]).tolist()
    [0.3, 0.41]
    """
    path = Path(folder) / FILE_NAME
    fix = "Tune them and write them with helpers.thresholds.save(folder, thresholds, label_names)."
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: this folder has no thresholds. {fix}")
    found = _read(path, fix)
    if label_names is None:
        return np.array(list(found.values()))
    label_names = _checked_names(label_names)
    missing = [name for name in label_names if name not in found]
    unknown = [name for name in found if name not in label_names]
    if missing or unknown:
        parts = [f"none for {', '.join(missing)}"] if missing else []
        parts += (
            [f"some for {', '.join(unknown)}, which the model does not know"] if unknown else []
        )
        raise ValueError(
            f"{path} has thresholds for {len(found)} labels, the model has {len(label_names)}: "
            f"{' and '.join(parts)}. The file belongs to another model. {fix}"
        )
    return np.array([found[name] for name in label_names])


def checked_thresholds(thresholds, n_labels: int) -> np.ndarray:
    """Return thresholds as floats, one per label, or say what is wrong with them.

    Args:
        thresholds: one number for all labels, or one per label, ``(n_labels,)``.
        n_labels: how many labels there are.

    Returns:
        float64 array ``(n_labels,)``, a copy.

    Raises:
        TypeError: not numbers.
        ValueError: a wrong number of them, NaN, or values outside 0 to 1.

    >>> checked_thresholds(0.5, n_labels=3).tolist()
    [0.5, 0.5, 0.5]
    """
    array = _numbers(
        thresholds, "thresholds", "What best_f1 found is in its attribute .thresholds."
    )
    if array.ndim and len(array) != n_labels:
        raise ValueError(
            f"There are {len(array)} thresholds for {n_labels} labels. Pass one number for all, "
            "or one per label in the order of the columns."
        )
    each = np.atleast_1d(array)
    outside = each[~((each >= 0) & (each <= 1))]
    if outside.size:
        raise ValueError(
            f"thresholds holds {outside[0]:.6g}, expected values from 0 to 1. These look like "
            "logits: a threshold on logits becomes one on probabilities by "
            "helpers.activations.sigmoid."
        )
    return np.broadcast_to(array, n_labels).copy()


@dataclass(frozen=True)
class _Cuts:
    """Ways to part one column of scores, from "nothing predicted" downwards.

    A cut lies between two neighboring scores ``low`` and ``high``; predicted is what is at least
    ``high``. The first cut is above all scores.
    """

    low: np.ndarray
    high: np.ndarray
    tp: np.ndarray
    predicted: np.ndarray
    positives: int

    def f1(self) -> np.ndarray:
        return _f1(self.tp, self.predicted, self.positives)

    def threshold(self, i):
        low, high = self.low[i], self.high[i]
        middle = (low + high) / 2
        # Where float64 has no number between the two, the middle is one of them: never the upper.
        return np.where((middle < high) | (low == high), middle, low)

    def best(self, value: np.ndarray) -> int:
        """Of the cuts with the highest value, the one in the widest gap; the first if it is 0."""
        highest = value.max()
        if highest == 0:
            return 0
        ties = np.flatnonzero(value == highest)
        return int(ties[np.argmax(self.high[ties] - self.low[ties])])


def _cuts(scores: np.ndarray, hits: np.ndarray, values: np.ndarray | None = None) -> _Cuts:
    """Cut right below each of some distinct scores.

    Args:
        scores: all scores of a column.
        hits: those of them whose target is 1.
        values: where to cut, rising. None cuts below the hits, which is enough for a search: to
            lower a threshold past a score whose target is 0 only adds a mistake.
    """
    scores, hits = np.append(scores, 0.0), np.sort(hits)
    scores.sort()  # with a 0 more, so that each score above 0 has a lower neighbor
    if values is None:
        values = hits[:1] if hits.size < 2 else hits[np.append(True, hits[1:] != hits[:-1])]
    values = values[values > 0]  # no threshold from 0 to 1 is below a score of 0
    first = np.searchsorted(scores, values)
    return _Cuts(
        low=np.append(scores[first - 1], scores[-1])[::-1],
        high=np.append(values, 1.0)[::-1],
        tp=np.append(_at_least(hits, values), 0)[::-1],
        predicted=np.append(len(scores) - first, 0)[::-1],
        positives=len(hits),
    )


def _at_least(ordered: np.ndarray, values: np.ndarray) -> np.ndarray:
    return len(ordered) - np.searchsorted(ordered, values)


def _f1(tp: np.ndarray, predicted: np.ndarray, positives) -> np.ndarray:
    return 2 * tp / np.maximum(predicted + positives, 1)


def _best_f1(targets: np.ndarray, probabilities: np.ndarray, objective: str) -> Choice:
    columns = (
        _cuts(scores, scores[column == 1])
        for column, scores in zip(targets.T, probabilities.T, strict=True)
    )
    rows = _best_macro(columns) if objective == "macro" else _best_micro(list(columns))
    return _choice(*map(np.array, zip(*rows, strict=True)), objective)


def _row(cuts: _Cuts, i: int) -> tuple:
    return cuts.threshold(i), cuts.tp[i], cuts.predicted[i], cuts.positives


def _best_macro(columns: Iterable[_Cuts]) -> list[tuple]:
    return [_row(cuts, cuts.best(cuts.f1())) for cuts in columns]


def _best_micro(columns: list[_Cuts]) -> list[tuple]:
    # The ratio is kept as two integers. Below a billion decisions no product leaves int64.
    positives = sum(cuts.positives for cuts in columns)
    above, below = 0, max(positives, 1)
    while True:
        gains = [2 * cuts.tp * below - above * cuts.predicted for cuts in columns]
        rows = [_row(cuts, int(gain.argmax())) for cuts, gain in zip(columns, gains, strict=True)]
        tp, predicted = (sum(int(row[i]) for row in rows) for i in (1, 2))
        if 2 * tp * below <= above * (predicted + positives):
            break
        above, below = 2 * tp, predicted + positives
    # The best gain is never below 0, what predicting nothing brings; best() would take 0 for "no
    # F1 above 0", hence the 1. At the ratio 0 all cuts are alike: nothing is predicted.
    return [
        _row(cuts, cuts.best(gain + 1) if above else 0)
        for cuts, gain in zip(columns, gains, strict=True)
    ]


def _choice(thresholds, tp, predicted, positives, objective: str) -> Choice:
    f1 = _f1(tp, predicted, positives)
    score = f1.mean() if objective == "macro" else _f1(tp.sum(), predicted.sum(), positives.sum())
    return Choice(thresholds, f1, float(score), objective)


def _check_objective(objective) -> None:
    if objective not in OBJECTIVES:
        raise ValueError(f'objective is {objective!r}, expected "macro" or "micro".')


def _numbers(values, name: str, hint: str) -> np.ndarray:
    if hasattr(values, "detach"):  # a tensor, without importing torch to ask
        values = values.detach().cpu().double().numpy()
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "fiu" or array.ndim > 1:
        raise TypeError(f"{name} is {values!r}, expected a number, or one per label. {hint}")
    return array.astype(np.float64)


def _checked_costs(cost_fp, cost_fn) -> tuple[np.ndarray, np.ndarray]:
    costs = []
    for name, cost in (("cost_fp", cost_fp), ("cost_fn", cost_fn)):
        array = _numbers(cost, name, "Costs are in any one unit: minutes, euros, complaints.")
        each = np.atleast_1d(array)
        wrong = each[~((each >= 0) & np.isfinite(each))]
        if wrong.size:
            raise ValueError(
                f"{name} holds {wrong[0]:g}, expected 0 or more. A cost is what a mistake takes "
                "away; a gain from a right answer is counted as the cost of missing it."
            )
        costs.append(array)
    fp, fn = costs
    if fp.ndim and fn.ndim and len(fp) != len(fn):
        raise ValueError(
            f"cost_fp has {len(fp)} values and cost_fn {len(fn)}. Pass one number for all labels, "
            "or one per label for both."
        )
    return fp, fn


def _checked_names(label_names) -> list[str]:
    if isinstance(label_names, str):
        raise TypeError(f"label_names is one string. Put it in a list: [{label_names!r}]")
    try:
        names = list(label_names)
    except TypeError:
        raise TypeError(f"label_names is {label_names!r}, expected a list of strings.") from None
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"label_names holds {name!r}, expected strings.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"label_names holds {', '.join(twice)} twice. Each label needs its own.")
    if not names:
        raise ValueError("label_names is empty. Pass the model's labels in order.")
    return names


def _read(path: Path, fix: str) -> dict[str, float]:
    def pairs(items):
        names = [name for name, _ in items]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"{name!r} stands there twice")
        return dict(items)

    try:
        content = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=pairs)
    except ValueError as error:  # also what is not JSON and not UTF-8
        raise ValueError(f"{path} is damaged: {error}. {fix}") from None
    if not isinstance(content, dict) or "version" not in content:
        raise ValueError(
            f"{path} has no version, so it was not written by helpers.thresholds.save. {fix}"
        )
    version = content["version"]
    if version != VERSION or isinstance(version, bool):
        newer = isinstance(version, int | float) and version > VERSION
        raise ValueError(
            f"{path} has version {version!r}, this course reads version {VERSION}. "
            + ("A newer course wrote it: update the course." if newer else fix)
        )
    found = content.get("thresholds")
    if not isinstance(found, dict) or not found:
        raise ValueError(
            f'{path} has "thresholds": {found!r}, expected a number for each label\'s name. {fix}'
        )
    for name, value in found.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            hint = "It looks like a logit: apply sigmoid first. " if _is_number(value) else ""
            raise ValueError(
                f"{path} has {value!r} for {name}, expected a number from 0 to 1. {hint}{fix}"
            )
    return {name: float(value) for name, value in found.items()}


def _is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
