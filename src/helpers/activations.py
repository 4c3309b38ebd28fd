"""Sigmoid and softmax on logits, stable for any finite input. Chapter 4 builds both by hand.

Both take any numbers: an array, a list, a DataFrame, a tensor. What is none is a TypeError.
"""

import numpy as np

from helpers import _validate as validate


def sigmoid(logits) -> np.ndarray:
    """Turn each logit into the probability of its own label.

    Every value is treated alone, so the probabilities of one text need not sum to 1.

    Args:
        logits: numbers of any shape, usually ``(n_texts, n_labels)``.

    Returns:
        Array of the same shape with values from 0 to 1; float32 stays float32.

    Source: for large negative logits ``exp(logit) / (1 + exp(logit))`` is used in place of
    ``1 / (1 + exp(-logit))``, so that ``exp`` never overflows; both are the same function.

    >>> sigmoid([0.0, 2.0, -1000.0]).round(3).tolist()
    [0.5, 0.881, 0.0]
    """
    logits = _as_floats(logits)
    small = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1 / (1 + small), small / (1 + small)).astype(logits.dtype)


def softmax(logits) -> np.ndarray:
    """Turn each row of logits into probabilities that compete: every row sums to 1.

    Args:
        logits: ``(n_texts, n_labels)`` or ``(n_labels,)``.

    Returns:
        Array of the same shape; the last axis sums to 1.

    Raises:
        ValueError: there is no label to spread the probability over.

    Source: the row's largest logit is subtracted first, which changes nothing but overflow.

    >>> softmax([[2.0, 2.0], [0.0, 1000.0]]).tolist()
    [[0.5, 0.5], [0.0, 1.0]]
    """
    logits = _as_floats(logits)
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError(
            f"softmax needs at least one logit in a row, got shape {logits.shape}. "
            "Pass an array of shape (n_texts, n_labels)."
        )
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _as_floats(logits) -> np.ndarray:
    fix = "Pass what the model returned, outputs.logits."
    values = validate.as_array(logits, "logits", fix=fix)
    return values if values.dtype.kind == "f" else values.astype(np.float64)
