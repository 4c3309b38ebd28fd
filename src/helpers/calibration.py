"""Calibration: does a probability of 0.7 come true 7 times in 10, and what to do if it does not.

Bad arguments raise a TypeError (wrong kind) or a ValueError (wrong value) that names the likely
fix; ``Raises`` names what comes on top. Two DataFrames are matched by name, or refused.
"""

import numpy as np
import pandas as pd

from helpers import _validate as validate
from helpers.activations import sigmoid


def reliability(targets, probabilities, bins: int = 10) -> pd.DataFrame:
    """Compare, bin by bin, the mean probability with the share of pairs that came true.

    Every pair of a text and a label counts once. For one label pass its columns,
    ``targets[:, [2]]`` and ``probabilities[:, [2]]``.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``.
        probabilities: floats from 0 to 1, ``(n_texts, n_labels)``.
        bins: how many, all of the same width. A probability on an edge belongs to the lower bin.

    Returns:
        DataFrame, a row for each bin: ``low`` and ``high``, its edges; ``mean_probability`` and
        ``share_true``, NaN where the bin is empty; ``count``.

    Source: DeGroot and Fienberg, The Comparison and Evaluation of Forecasters, The Statistician
    32, 1983.

    >>> reliability([[0], [1], [1]], [[0.2], [0.7], [0.9]], bins=2)
       low  high  mean_probability  share_true  count
    0  0.0   0.5               0.2         0.0      1
    1  0.5   1.0               0.8         1.0      2
    """
    targets, probabilities = validate.pair(targets, probabilities=probabilities)
    bins = validate.whole(bins, "bins")
    edges = np.linspace(0, 1, bins + 1)
    place = np.searchsorted(edges[1:-1], probabilities.ravel())
    count = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(place, weights=probabilities.ravel(), minlength=bins) / count
        share = np.bincount(place, weights=targets.ravel(), minlength=bins) / count
    return pd.DataFrame(
        {
            "low": edges[:-1],
            "high": edges[1:],
            "mean_probability": mean,
            "share_true": share,
            "count": count,
        }
    )


def calibration_error(targets, probabilities, bins: int = 10) -> float:
    """Say in one number how far probabilities are from what comes true: the ECE.

    The expected calibration error is the mean over the bins of :func:`reliability` of the gap
    between mean probability and share true, each bin weighted by its count. 0 is perfect. It
    depends on the bins, so compare only values from the same number of bins.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``.
        probabilities: floats from 0 to 1, ``(n_texts, n_labels)``.
        bins: how many, all of the same width.

    Returns:
        A float from 0 to 1.

    Source: Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, ICML 2017,
    who bin the most probable class of each text; with labels that do not compete every
    probability is binned.

    >>> round(calibration_error([[0], [1], [1]], [[0.2], [0.7], [0.9]], bins=2), 3)
    0.2
    """
    table = reliability(targets, probabilities, bins)
    gaps = (table["mean_probability"] - table["share_true"]).abs().fillna(0.0)
    return float((gaps * table["count"]).sum() / table["count"].sum())


def fit_temperature(targets, logits) -> float:
    """Find the one number to divide all logits by so that their BCE loss is lowest.

    Above 1 the model was too sure of itself, below 1 too timid. No logit changes its sign and no
    two change their order, so ranking and predictions at 0.5 stay as they are. Fit it on
    validation texts; ``sigmoid(logits / temperature)`` are the new probabilities.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``.
        logits: floats, ``(n_texts, n_labels)``.

    Returns:
        The temperature, a positive float.

    Raises:
        ValueError: no temperature is best: all logits have the right sign (the lower the better),
            or they say no more than chance (the higher the better).

    Source: Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, ICML 2017.

    >>> logits = [[4.0], [4.0], [4.0], [-4.0]]
    >>> temperature = fit_temperature([[1], [1], [0], [0]], logits)  # 3 of 4 signs are right
    >>> round(float(sigmoid(4.0 / temperature)), 6)
    0.75
    """
    from scipy.optimize import brentq

    targets, logits = validate.pair(targets, logits=logits)
    scale = np.abs(logits).max()
    if scale == 0:
        raise ValueError("logits are all 0, so dividing them changes nothing. Is the head empty?")
    scaled = logits / scale

    # The loss is convex in 1 / temperature, so where its slope is 0 it is lowest; a root is found
    # to more digits than a minimum.
    def slope(log_factor: float) -> float:
        return float(((sigmoid(np.exp(log_factor) * scaled) - targets) * scaled).mean())

    lowest, highest = np.log(1e-6), np.log(1e6)
    if slope(lowest) >= 0:
        raise ValueError(
            "logits say no more than chance about targets, so no finite temperature is best. Are "
            "rows or columns of one of them in another order?"
        )
    if slope(highest) <= 0:
        raise ValueError(
            "logits have the right sign for every target, so the lower the temperature the lower "
            "the loss, without end. Fit on texts that the model was not trained on, or on more."
        )
    return float(scale / np.exp(brentq(slope, lowest, highest, xtol=1e-13)))


def fit_platt(targets, logits) -> tuple[np.ndarray, np.ndarray]:
    """Fit a slope and an offset for each label so that its logits become calibrated.

    A temperature is one number for all; this is a stronger means, two numbers per label, and needs
    more texts. ``sigmoid(slopes * logits + offsets)`` are the new probabilities.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``; validation texts.
        logits: floats, ``(n_texts, n_labels)``.

    Returns:
        ``(slopes, offsets)``, two float arrays ``(n_labels,)``. Always finite: Platt's targets
        are not quite 0 and 1 but what one further text of each kind would leave of them.

    Source: Platt, Probabilistic Outputs for Support Vector Machines, 1999.

    >>> slopes, offsets = fit_platt([[0], [0], [1], [1]], [[-2.0], [-1.0], [1.0], [2.0]])
    >>> slopes.shape, offsets.shape
    ((1,), (1,))
    """
    from scipy.optimize import minimize

    targets, logits = validate.pair(targets, logits=logits)
    positives = targets.sum(axis=0)
    yes, no = (positives + 1) / (positives + 2), 1 / (len(targets) - positives + 2)
    goals = np.where(targets == 1, yes, no)
    center, spread = logits.mean(axis=0), logits.std(axis=0)
    scaled = (logits - center) / np.where(spread > 0, spread, 1.0)
    slopes, offsets = np.empty(logits.shape[1]), np.empty(logits.shape[1])
    for label, (column, goal) in enumerate(zip(scaled.T, goals.T, strict=True)):

        def loss(parameters, column=column, goal=goal):
            z = parameters[0] * column + parameters[1]
            error = sigmoid(z) - goal
            return (np.logaddexp(0, z) - goal * z).mean(), np.array(
                [(error * column).mean(), error.mean()]
            )

        slopes[label], offsets[label] = minimize(
            loss, np.zeros(2), jac=True, method="BFGS", options={"gtol": 1e-9}
        ).x
    slopes /= np.where(spread > 0, spread, 1.0)
    return slopes, offsets - slopes * center
