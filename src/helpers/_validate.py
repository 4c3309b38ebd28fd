"""Checks of arrays that the helpers share: an error that says what was probably meant."""

import numpy as np


def checked_targets(targets, name: str = "targets") -> np.ndarray:
    """Return an indicator matrix as integers, or say what is wrong with it.

    Args:
        targets: 0 or 1 in shape ``(n_texts, n_labels)``: array, list, DataFrame or CPU tensor.
        name: what to call it in an error.

    Returns:
        int8 array ``(n_texts, n_labels)``.

    Raises:
        TypeError: the input is not numbers.
        ValueError: not two axes, no texts, no labels, NaN, or anything else than 0 and 1.

    >>> checked_targets([[1.0, 0.0], [0.0, 0.0]]).tolist()
    [[1, 0], [0, 0]]
    """
    return _zeros_and_ones(
        targets, name, "Targets are 1 where the label applies and 0 where it does not"
    )


def checked_predictions(predictions, name: str = "predictions") -> np.ndarray:
    """Return predictions as integers, or say what is wrong with them.

    Args:
        predictions: 0 or 1 in shape ``(n_texts, n_labels)``, after the threshold.
        name: what to call it in an error.

    Returns:
        int8 array ``(n_texts, n_labels)``.

    Raises:
        TypeError: the input is not numbers.
        ValueError: not two axes, no texts, no labels, NaN, or anything else than 0 and 1.

    >>> checked_predictions([[0.9, 0.2]])
    Traceback (most recent call last):
        ...
    ValueError: predictions holds 0.9, expected only 0 and 1. These look like probabilities: \
apply a threshold first, probabilities > 0.5.
    """
    return _zeros_and_ones(predictions, name, "Predictions are 1 for a label given, else 0")


def checked_probabilities(probabilities, name: str = "probabilities") -> np.ndarray:
    """Return probabilities as float64, or say what is wrong with them.

    Args:
        probabilities: floats from 0 to 1 in shape ``(n_texts, n_labels)``.
        name: what to call it in an error.

    Returns:
        float64 array ``(n_texts, n_labels)``.

    Raises:
        TypeError: the input is not numbers, or whole numbers.
        ValueError: not two axes, no texts, no labels, NaN, or a value outside 0 to 1.

    >>> checked_probabilities([[2.3, -0.4]])
    Traceback (most recent call last):
        ...
    ValueError: probabilities holds 2.3, expected values from 0 to 1. These look like logits: \
apply sigmoid first, helpers.activations.sigmoid(logits).
    """
    values = _floats(probabilities, name)
    outside = values[(values < 0) | (values > 1)]
    if outside.size:
        raise ValueError(
            f"{name} holds {outside[0]:.6g}, expected values from 0 to 1. These look like logits: "
            "apply sigmoid first, helpers.activations.sigmoid(logits)."
        )
    return values


def checked_logits(logits, name: str = "logits") -> np.ndarray:
    """Return logits as float64, or say what is wrong with them.

    Args:
        logits: finite floats in shape ``(n_texts, n_labels)``.
        name: what to call it in an error.

    Returns:
        float64 array ``(n_texts, n_labels)``.

    Raises:
        TypeError: the input is not numbers, or whole numbers.
        ValueError: not two axes, no texts, no labels, or NaN or infinity inside.

    >>> checked_logits([[2.5, -0.5]]).shape
    (1, 2)
    """
    values = _floats(logits, name)
    if not np.isfinite(values).all():
        raise ValueError(f"{name} holds infinity. Pass what the model returned, outputs.logits.")
    return values


def check_same_shape(**arrays: np.ndarray) -> None:
    """Raise a ValueError that names the arrays and their shapes unless all shapes are equal.

    >>> check_same_shape(targets=np.zeros((3, 4)), probabilities=np.zeros((3, 2)))
    Traceback (most recent call last):
        ...
    ValueError: targets has shape (3, 4) and probabilities (3, 2). Both need the same \
(n_texts, n_labels): is a label or a text missing, or is one turned on its side?
    """
    (first, *others) = arrays.items()
    for name, array in others:
        if array.shape != first[1].shape:
            raise ValueError(
                f"{first[0]} has shape {first[1].shape} and {name} {array.shape}. Both need the "
                "same (n_texts, n_labels): is a label or a text missing, or is one turned on its "
                "side?"
            )


def checked_pair(targets, **compared) -> tuple[np.ndarray, np.ndarray]:
    """Return targets and what is compared with them, or say what is wrong with either.

    Args:
        targets: as :func:`checked_targets` takes them.
        compared: one argument named ``predictions``, ``probabilities`` or ``logits``, as the
            check of that name takes it, of the same shape.

    Returns:
        Both as their checks return them.

    Raises:
        TypeError: an input is not numbers.
        ValueError: values out of range, or shapes that differ.

    >>> targets, probabilities = checked_pair([[1, 0]], probabilities=[[0.7, 0.2]])
    >>> targets.shape == probabilities.shape
    True
    """
    ((name, values),) = compared.items()
    check = {
        "predictions": checked_predictions,
        "probabilities": checked_probabilities,
        "logits": checked_logits,
    }[name]
    pair = {"targets": checked_targets(targets), name: check(values)}
    check_same_shape(**pair)
    return pair["targets"], pair[name]


def check_count(value, name: str, example: int) -> None:
    """Raise an error that names the argument unless it is a whole number of 1 or more.

    >>> check_count(0, "bins", 10)
    Traceback (most recent call last):
        ...
    ValueError: bins is 0, expected 1 or more.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} is {value!r}, expected a whole number such as {example}.")
    if value < 1:
        raise ValueError(f"{name} is {value}, expected 1 or more.")


def _zeros_and_ones(values, name: str, meaning: str) -> np.ndarray:
    array = _table(values, name)
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise ValueError(_nan(array, name))
    other = array[(array != 0) & (array != 1)]
    if other.size:
        if array.dtype.kind == "f" and ((array >= 0) & (array <= 1)).all():
            hint = (
                "These look like probabilities: apply a threshold first, probabilities > 0.5."
                if meaning.startswith("Predictions")
                else f"{meaning}; these look like probabilities, so are two arguments exchanged?"
            )
        elif array.dtype.kind == "f" and (other % 1 != 0).any():
            hint = "These look like logits: apply sigmoid first, then a threshold."
        elif set(np.unique(array)) <= {-1, 1}:
            hint = f"{meaning}; these are -1 and +1: write ({name} > 0)."
        else:
            hint = f"{meaning}; for numbers of labels use sklearn's MultiLabelBinarizer."
        raise ValueError(f"{name} holds {other[0]:.6g}, expected only 0 and 1. {hint}")
    return array.astype(np.int8)


def _floats(values, name: str) -> np.ndarray:
    array = _table(values, name)
    if array.dtype.kind != "f":
        raise TypeError(
            f"{name} are whole numbers ({array.dtype}), expected floats. These look like targets "
            "or predictions: pass what stands before the threshold."
        )
    if np.isnan(array).any():
        raise ValueError(_nan(array, name))
    return array.astype(np.float64)


def _table(values, name: str) -> np.ndarray:
    if hasattr(values, "logits"):
        raise TypeError(f"{name} is a whole model output; the array inside is outputs.logits.")
    if hasattr(values, "detach"):  # a tensor, without importing torch to ask
        values = values.detach()
        values = (values.float() if values.is_floating_point() else values).cpu().numpy()
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"{name} has rows of different lengths ({error}). Each text needs a value per label."
        ) from None
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{name} must be numbers, got {type(values).__name__} of dtype {array.dtype}. For "
            "label names use helpers.data.indicator_matrix first."
        )
    if array.ndim != 2:
        hint = (
            f"For one label write {name}[:, None]; for one text write {name}[None, :]."
            if array.ndim == 1
            else "Each row is a text, each column a label."
        )
        raise ValueError(f"{name} has shape {array.shape}, expected (n_texts, n_labels). {hint}")
    if not array.size:
        missing = "texts" if not array.shape[0] else "labels"
        raise ValueError(f"{name} has shape {array.shape}: there are no {missing} to look at.")
    return array


def _nan(array: np.ndarray, name: str) -> str:
    row, column = np.argwhere(np.isnan(array))[0]
    return (
        f"{name} holds NaN, first in row {row}, column {column}. A missing value must be settled "
        "first; a model that gives NaN has diverged: train it again with a lower learning rate."
    )
