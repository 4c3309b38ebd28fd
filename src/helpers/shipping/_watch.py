"""Is what a tagger meets in use still what it was judged on?"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from helpers import _validate as validate


def watch(
    validation,
    now,
    thresholds=0.5,
    label_names: Sequence[str] | None = None,
    level: float = 0.95,
):
    """Compare a tagger's probabilities in use with those on validation texts. No targets needed.

    A row for the share of texts without a label, one for each label's share, and one for the mean
    confidence: how far a probability lies from the nearer of 0 and 1, turned around, so that 1 is
    sure and 0.5 undecided, averaged over labels and texts. Each has the difference, now minus
    validation, and its interval. The intervals are wide enough for all rows together: where
    nothing has changed, one or more of them leaves out 0 in a share ``1 - level`` of the looks.

    Args:
        validation: probabilities on validation texts, ``(n_texts, n_labels)``, two texts or more.
        now: probabilities on texts met in use, ``(other n_texts, n_labels)``, two texts or more.
        thresholds: one number, or one per label; a label above its threshold is predicted.
        label_names: ``n_labels`` names; by default the columns are numbered from 0.
        level: share of looks without a false alarm.

    Returns:
        A ``pandas.DataFrame``: ``validation``, ``now``, ``difference``, ``low``, ``high`` and
        ``moved``, True where the interval leaves out 0.

    Raises:
        ValueError: the two tables have different numbers of labels, or fewer than two texts.

    Source: for shares Newcombe 1998, "Interval estimation for the difference between independent
    proportions", method 10; for the confidence, the difference of two means by its standard error.
    All rows together by Bonferroni's division.

    >>> table = watch([[0.9], [0.2]] * 50, [[0.1], [0.2]] * 50, 0.5, ["law"])
    >>> table["moved"].to_dict()
    {'no label': True, 'law': True, 'confidence': False}
    """
    import pandas as pd

    held = validate.columns_of(validation, now)
    before = validate.probabilities(validation, "validation")
    after = validate.probabilities(now, "now")
    n_labels = before.shape[1]
    if after.shape[1] != n_labels:
        raise ValueError(
            f"validation has {n_labels} labels, now {after.shape[1]}. Both have to come from the "
            "same tagger."
        )
    for table, name in ((before, "validation"), (after, "now")):
        if len(table) < 2:
            raise ValueError(f"{name} holds 1 text, expected two or more. Wait for more texts.")
    names = held if label_names is None and held is not None else label_names
    names = list(range(n_labels)) if names is None else validate.names(names, n_labels=n_labels)
    validate.columns(names, validation=validation, now=now)
    bars = validate.thresholds(thresholds, n_labels, names)
    level = validate.share(level, "level", 0.95)
    z = NormalDist().inv_cdf(1 - (1 - level) / 2 / (n_labels + 2))

    shares = [np.column_stack([~(p > bars).any(axis=1), p > bars]) for p in (before, after)]
    counts = zip(*(table.sum(axis=0) for table in shares), strict=True)
    rows = [_shares(old, len(before), new, len(after), z) for old, new in counts]
    rows.append(_means(*(np.maximum(p, 1 - p).mean(axis=1) for p in (before, after)), z))
    columns = ["validation", "now", "difference", "low", "high"]
    found = pd.DataFrame(rows, columns=columns, index=["no label", *names, "confidence"])
    found["moved"] = (found["low"] > 0) | (found["high"] < 0)
    return found


def _shares(k: int, n: int, l: int, m: int, z: float) -> tuple:  # noqa: E741
    """Return two shares, their difference and its interval, by Newcombe's method 10."""
    (p, p_low, p_high), (q, q_low, q_high) = _wilson(k, n, z), _wilson(l, m, z)
    gap = q - p
    low = gap - np.hypot(q - q_low, p_high - p)
    return p, q, gap, low, gap + np.hypot(q_high - q, p - p_low)


def _wilson(k: int, n: int, z: float) -> tuple[float, float, float]:
    """Return a share and its interval by Wilson's score, which holds near 0 and 1 too."""
    share = k / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return share, middle - reach, middle + reach


def _means(before: np.ndarray, after: np.ndarray, z: float) -> tuple:
    gap = after.mean() - before.mean()
    reach = z * np.sqrt(before.var(ddof=1) / len(before) + after.var(ddof=1) / len(after))
    return before.mean(), after.mean(), gap, gap - reach, gap + reach
