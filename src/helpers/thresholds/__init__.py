"""Thresholds: apply them, find the best ones exactly, derive them from costs, keep them in a file.

A label is predicted where its probability is greater than its threshold, everywhere in this
course. Tune on validation texts, judge on test texts.

Bad arguments raise a TypeError (wrong kind) or a ValueError (wrong value) that names the likely
fix; ``Raises`` names what comes on top. Two DataFrames are matched by name, or refused, and so is
a Series of thresholds or costs beside a DataFrame.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import _validate as validate
from helpers.metrics import draw_texts
from helpers.thresholds._file import FILE_NAME, load, save  # noqa: F401  the door shows them


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

    >>> apply_thresholds([[0.9, 0.2], [0.4, 0.6]], [0.3, 0.7]).tolist()
    [[1, 0], [1, 0]]
    """
    label_names, values = validate.columns_of(probabilities), validate.probabilities(probabilities)
    return (values > validate.thresholds(thresholds, values.shape[1], label_names)).astype(int)


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

    >>> sweep([[0], [1]], [[0.2], [0.6]])[["threshold", "tp", "fp", "f1"]].round(2)
       threshold  tp  fp    f1
    0        0.1   1   1  0.67
    1        0.4   1   0  1.00
    2        0.8   0   0  0.00
    """
    targets, probabilities = validate.pair(targets, probabilities=probabilities)
    by_name = f"label_names.index({validate.short(label)})" if isinstance(label, str) else ""
    fix = f"For a name write {by_name}." if by_name else ""
    label = validate.whole(label, "label", 0, targets.shape[1] - 1, fix)
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

    Source: for micro-F1, a ratio of sums over labels, Dinkelbach, On Nonlinear Fractional
    Programming, Management Science 13, 1967: for a given ratio each label maximizes
    ``2 TP - ratio * predicted`` on its own; the ratio reached is put in again until it stays.
    All counts are integers, so nothing is rounded on the way.

    >>> best_f1([[0], [1], [0], [1]], [[0.1], [0.4], [0.5], [0.9]]).thresholds.tolist()
    [0.25]
    """
    targets, probabilities = validate.pair(targets, probabilities=probabilities)
    objective = validate.choice(objective, "objective", ("macro", "micro"))
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

    >>> best_constant([[1, 0], [1, 1]], [[0.5, 0.3], [0.9, 0.6]]).thresholds.round(2).tolist()
    [0.4, 0.4]
    """
    targets, probabilities = validate.pair(targets, probabilities=probabilities)
    objective = validate.choice(objective, "objective", ("macro", "micro"))
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

    >>> top_k([[0.9, 0.1, 0.9], [0.2, 0.1, 0.1]], 2).tolist()
    [[1, 0, 1], [1, 1, 0]]
    """
    probabilities = validate.probabilities(probabilities)
    k = validate.whole(k, "k", 0, probabilities.shape[1])
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
        ValueError: both costs are 0.

    Source: Elkan, The Foundations of Cost-Sensitive Learning, IJCAI 2001.

    >>> from_costs(cost_fp=4, cost_fn=1)
    0.8
    >>> from_costs(1, [1, 3]).tolist()
    [0.5, 0.25]
    """
    fp, fn = validate.costs(cost_fp, cost_fn)
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

    >>> total_cost([[1, 0], [0, 0]], [[0, 1], [1, 0]], cost_fp=1, cost_fn=5)
    7.0
    """
    label_names = validate.columns_of(targets, predictions)
    targets, predictions = validate.pair(targets, predictions=predictions)
    fp, fn = validate.costs(cost_fp, cost_fn, targets.shape[1], label_names)
    false_positives = ((predictions == 1) & (targets == 0)).sum(axis=0)
    false_negatives = ((predictions == 0) & (targets == 1)).sum(axis=0)
    return float((false_positives * fp + false_negatives * fn).sum())


def spread(
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

    Source: Efron, Bootstrap Methods: Another Look at the Jackknife, Annals of Statistics 7, 1979.

    >>> found = spread([[0], [1], [1]], [[0.2], [0.6], [0.9]], resamples=50)
    >>> found.thresholds.shape, bool(found.low[0] < found.high[0])
    ((50, 1), True)
    """
    targets, probabilities = validate.pair(targets, probabilities=probabilities)
    objective = validate.choice(objective, "objective", ("macro", "micro"))
    resamples, seed = validate.whole(resamples, "resamples"), validate.seed(seed)
    level = validate.share(level, "level", example=0.95)
    found = np.empty((resamples, targets.shape[1]))
    for i, rows in enumerate(draw_texts(len(targets), resamples, seed)):
        found[i] = _best_f1(targets[rows], probabilities[rows], objective).thresholds
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Spread(found, low, high, level)


@dataclass(frozen=True)
class _Cuts:
    """Ways to part one column of scores, from "nothing predicted" downwards.

    A cut lies between two neighboring scores ``low`` and ``high``; predicted is what is at least
    ``high``. The first cut is above all scores, the last one lowest: of equally good cuts argmax
    takes the first, and so the highest threshold.
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

    Sorted once, both columns are counted by bisection: n log n for all cuts together, where a
    grid compares every score with every threshold.

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
    if objective == "macro":
        rows = [_row(cuts, cuts.best(cuts.f1())) for cuts in columns]
    else:
        rows = _best_micro(list(columns))
    return _choice(*map(np.array, zip(*rows, strict=True)), objective)


def _row(cuts: _Cuts, i: int) -> tuple:
    return cuts.threshold(i), cuts.tp[i], cuts.predicted[i], cuts.positives


def _best_micro(columns: list[_Cuts]) -> list[tuple]:
    # Dinkelbach's step. The labels share both sums of 2 TP / (predicted + positives), so none can
    # be searched alone. But whether any F1 is above a given ratio r is the question whether
    # 2 TP - r * predicted gets above r * positives. That is a plain sum over labels, so each label
    # makes its own part highest. If it gets above, the F1 reached there is the next r: it rises
    # from one F1 that can be reached to another, so this ends.
    # r is kept as two integers, above / below, and all is multiplied by below: ties are exact, and
    # no rounding ends the loop early or never. Below a billion decisions nothing leaves int64.
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
