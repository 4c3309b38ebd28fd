"""What sigmoid and softmax leave behind in a table of probabilities ``(n_texts, n_labels)``.

The rules stand here once: ``examine`` and ``symptoms`` both ask them.
"""

import numpy as np

from helpers.activations import sigmoid, softmax

SIGMOID_OF_ZERO, SIGMOID_OF_ONE = 0.5, 0.7311
SIGMOID_TWICE = (SIGMOID_OF_ZERO, SIGMOID_OF_ONE)  # sigmoid of what lies from 0 to 1
SIGMOID_THRICE = (0.6224, 0.6751)  # sigmoid of what lies between those two, rounded outward
FLAT = 0.03  # values that lie within this hardly differ

READINGS = {
    "sigmoid": sigmoid,
    "sigmoid twice": lambda logits: sigmoid(sigmoid(logits)),
    "softmax": softmax,
    "logits": lambda logits: logits,
}
"""What may have been computed from logits and be called probabilities."""


def within(p: np.ndarray, bounds: tuple[float, float]) -> bool:
    """Whether no value lies outside the bounds."""
    return bool(bounds[0] <= p.min() and p.max() <= bounds[1])


def spread_over_texts(p: np.ndarray) -> float:
    """The largest standard deviation that a label has over the texts."""
    return float(p.std(0).max())


def only_zero_and_one(p: np.ndarray) -> bool:
    """Whether a threshold has been applied already, or the logits are enormous."""
    return bool(np.isin(p, (0, 1)).all())


def sums_to_one(p: np.ndarray) -> bool:
    """Whether each text's probabilities sum to 1, as softmax makes them; one text tells nothing."""
    several = p.ndim == 2 and len(p) > 1 and p.shape[1] > 1
    return bool(several and np.abs(p.sum(1) - 1).max() < 1e-5 * p.shape[1])


def same_for_every_text(p: np.ndarray) -> bool:
    """Whether texts hardly differ and all is near 0.5, as a fresh head leaves it."""
    return len(p) > 1 and spread_over_texts(p) < FLAT and within(p, (0.35, 0.65))


def sigmoid_twice(p: np.ndarray) -> bool:
    """Whether the values are spread over what a second sigmoid can give."""
    return within(p, SIGMOID_TWICE) and np.ptp(p) > FLAT and not same_for_every_text(p)


def sigmoid_thrice(p: np.ndarray) -> bool:
    """Whether they are spread over what a third can give, so narrow that thousandths count."""
    return within(p, SIGMOID_THRICE) and np.ptp(p) > 0.001


def squared_error(p: np.ndarray, y: np.ndarray) -> bool:
    """Whether the logits were drawn to the targets themselves, to 0 and to 1."""
    if not 0 < y.mean() < 1 or not within(p, (0.2, 0.9)):
        return False
    off_one, off_zero = p[y == 1].mean() - SIGMOID_OF_ONE, p[y == 0].mean() - SIGMOID_OF_ZERO
    return bool(abs(off_one) < 0.08 and abs(off_zero) < 0.05)
