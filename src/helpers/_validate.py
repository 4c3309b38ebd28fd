"""Checks of arguments, in one dialect. What every function of the course takes and raises:

The wrong kind of thing is a TypeError, a wrong value of the right kind a ValueError. Both name the
argument, what was got, what was expected, and the likely fix.

- **Numbers in rows**, ``(n_texts, n_labels)``: an array, a list, a DataFrame, a SciPy matrix, a
  tensor on any device, with a gradient or without, or a list of tensors. TypeError: no numbers, or
  whole numbers in place of floats. ValueError: another shape, no texts, a missing or masked value,
  a value out of range. A probability may leave 0 to 1 by ``ROUNDING`` and is then clipped.
- **Names.** Two DataFrames are matched by the names of their rows and columns where both hold the
  same ones, and refused otherwise; so is a Series of one value per label. A DataFrame beside an
  array is taken by position, and so is a Series that is merely counted 0, 1, 2.
- **Lists** of texts or names: a list, tuple, array, Series, Index, generator or dataset column.
  TypeError: one string, a dict, a set, a DataFrame, a wrong element. ValueError: no names, or one
  that stands twice.
- **Settings.** NumPy's numbers are numbers; True, "95" and None are none (TypeError). ValueError:
  NaN, infinity, out of range.
"""

import math
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from numbers import Integral, Real
from pathlib import Path

import numpy as np

ROUNDING = 1e-6  # float32 turns some 1s into 1 + 1e-7; no logit comes this close by chance
LARGEST_SEED = 2**32 - 1  # NumPy's own limit, which transformers' Trainer meets
_UNEVEN = (
    "Each text needs a value per label. Class numbers become that by helpers.data."
    "indicator_matrix([[label_names[i] for i in row] for row in rows], label_names)."
)
_NO_NUMBERS = (
    "For label names use helpers.data.indicator_matrix first; turn strings of digits into numbers "
    "by float(); of a DataFrame pass the label columns alone, frame[label_names]."
)

# Arrays


def as_array(values, name: str, expected: str = "numbers", fix: str = "") -> np.ndarray:
    """Read numbers of any shape as an array; None and pandas' NA become NaN.

    float64 stays float64. A tensor of half precision becomes float32: NumPy knows no bfloat16.

    >>> as_array([[True, 0.5], [None, 1]], "values").tolist()
    [[1.0, 0.5], [nan, 1.0]]
    """
    if hasattr(values, "logits") and not _is_frame(values):
        raise TypeError(f"{name} is a whole model output; the array inside it is outputs.logits.")
    if values is None or isinstance(values, str | bytes):
        raise _wrong_kind(values, name, expected, fix)
    _refuse_containers(values, name, expected, frames=False)
    values = list(values) if isinstance(values, Iterator) else values
    rows = values if isinstance(values, list | tuple) else []
    if any(map(np.ma.is_masked, [values, *rows])):
        raise ValueError(f"{name} holds masked values, expected {expected}. Settle them first.")
    try:
        array = np.asarray(_plain(values))
    except ValueError:
        raise ValueError(
            f"{name} has rows of different lengths, expected {expected}. {fix or _UNEVEN}"
        ) from None
    except (RuntimeError, TypeError) as error:
        raise TypeError(
            f"{name} holds tensors that cannot be read: {error}. Pass one, as torch.stack makes it."
        ) from None
    if array.dtype.kind in "fiub":
        return array
    if array.dtype.kind not in "OU":  # dates, whose nanoseconds would pass for integers; complex
        raise _wrong_kind(array.dtype, name, expected)
    cells = array.ravel().tolist()
    rows_inside = any(isinstance(cell, list | tuple) or hasattr(cell, "ndim") for cell in cells)
    if rows_inside and array.ndim == 1 and not isinstance(values, list):  # a column of lists
        return as_array(cells, name, expected, fix)
    missing = ("NoneType", "NAType", "NaTType")
    cells = [math.nan if type(cell).__name__ in missing else cell for cell in cells]
    wrong = [cell for cell in cells if not isinstance(cell, Real | np.bool_)]
    if wrong and array.ndim == 0:
        raise _wrong_kind(values, name, expected, fix)
    if wrong:
        raise TypeError(f"{name} holds {short(wrong[0])}, expected {expected}. {_NO_NUMBERS}")
    numbers = np.array(cells).reshape(array.shape)
    return numbers.astype(float) if numbers.dtype == object else numbers  # beyond 64 bits


def targets(values, name: str = "targets") -> np.ndarray:
    """Return an indicator matrix as int64, ``(n_texts, n_labels)``.

    >>> targets([[1.0, 0.0], [0.0, 0.0]]).tolist()
    [[1, 0], [0, 0]]
    """
    meaning = "Targets are 1 where the label applies and 0 where it does not"
    exchanged = f"{meaning}; these look like probabilities, so are two arguments exchanged?"
    return _zeros_and_ones(values, name, meaning, exchanged)


def predictions(values, name: str = "predictions") -> np.ndarray:
    """Return predictions, 0 or 1 after the threshold, as int64, ``(n_texts, n_labels)``.

    >>> predictions([[0.9, 0.2]])
    Traceback (most recent call last):
        ...
    ValueError: predictions holds 0.9, expected only 0 and 1. These look like probabilities: \
apply a threshold first, probabilities > 0.5.
    """
    before = "These look like probabilities: apply a threshold first, probabilities > 0.5."
    return _zeros_and_ones(values, name, "Predictions are 1 for a label given, else 0", before)


def probabilities(values, name: str = "probabilities") -> np.ndarray:
    """Return probabilities as float64, ``(n_texts, n_labels)``.

    >>> probabilities([[2.3, -0.4]])
    Traceback (most recent call last):
        ...
    ValueError: probabilities holds 2.3, expected values from 0 to 1. These look like logits: \
apply sigmoid first, helpers.activations.sigmoid(logits).
    """
    fix = "These look like logits: apply sigmoid first, helpers.activations.sigmoid(logits)."
    return _from_0_to_1(_floats(values, name), name, fix)


def logits(values, name: str = "logits") -> np.ndarray:
    """Return finite logits as float64, ``(n_texts, n_labels)``.

    >>> logits([[2.5, -0.5]]).shape
    (1, 2)
    """
    return _finite(_floats(values, name), name, "Pass what the model returned, outputs.logits.")


def pair(wanted, **compared) -> tuple[np.ndarray, np.ndarray]:
    """Return targets, and what is compared with them under its own name.

    >>> y, p = pair([[1, 0]], probabilities=[[0.7, 0.2]])
    >>> y.shape == p.shape
    True
    """
    ((name, values),) = compared.items()
    check = {
        "predictions": predictions,
        "rival": predictions,
        "probabilities": probabilities,
        "logits": logits,
    }[name]
    both = {"targets": targets(wanted), name: check(matched(values, name, wanted), name)}
    same_shape(**both)
    return both["targets"], both[name]


def same_shape(**arrays: np.ndarray) -> None:
    """Raise a ValueError that names the arrays and their shapes unless all shapes are equal.

    >>> same_shape(targets=np.zeros((3, 4)), probabilities=np.zeros((3, 2)))
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


def matched(values, name: str, wanted, axes: tuple[int, ...] = (0, 1)):
    """Put a DataFrame's rows and columns into the order of the targets' DataFrame, by name.

    Names that differ are refused, and so are rows in another order beside rows that are merely
    counted 0, 1, 2: nobody can know whether those were counted before or after the shuffling.
    """
    if not (_is_frame(values) and _is_frame(wanted)):
        return values
    for axis in axes:
        held, order = list(values.axes[axis]), list(wanted.axes[axis])
        if held == order or len(held) != len(order):  # lengths are another check's
            continue
        if _is_counted(held) or _is_counted(order) or not _same_names(held, order):
            what = ("rows", "columns")[axis]
            raise ValueError(
                f"{name} has the {what} {short(held)}, targets {short(order)}. DataFrames are "
                f"matched by name, so give both the same {what}; where they belong together by "
                "position already, pass to_numpy() of each."
            )
        values = values.reindex(order, axis=axis)
    return values


def columns(label_names, **tables) -> None:
    """Raise a ValueError where a DataFrame has columns of other names, or in another order."""
    for name, table in tables.items():
        held = columns_of(table)
        if held is not None and held != label_names:
            raise ValueError(
                f"{name} has the columns {short(held)}, expected label_names {short(label_names)}. "
                f"Write {name}[label_names], or {name}.to_numpy() to go by position."
            )


def columns_of(*tables) -> list | None:
    """Return the names of the first DataFrame's columns, if it has names, else None."""
    frames = [table for table in tables if _is_frame(table) and not _is_counted(table.columns)]
    return list(frames[0].columns) if frames else None


# One value per label


def thresholds(values, n_labels: int, label_names=None, name="thresholds") -> np.ndarray:
    """Return one threshold per label, float64 ``(n_labels,)``, from one for all or one per label.

    >>> thresholds(0.5, n_labels=3).tolist()
    [0.5, 0.5, 0.5]
    """
    fix = "What best_f1 found is in its attribute .thresholds."
    array = _per_label(values, name, fix, label_names)
    _check_length(array, name, n_labels)
    fix = (
        "These look like logits: a threshold on logits becomes one on probabilities by "
        "helpers.activations.sigmoid."
    )
    return np.broadcast_to(_from_0_to_1(array, name, fix), n_labels).copy()


def costs(cost_fp, cost_fn, n_labels: int | None = None, label_names=None) -> tuple:
    """Return both costs as float64, each one number for all labels or ``(n_labels,)``."""
    if label_names is None and hasattr(cost_fp, "iloc"):
        label_names = list(cost_fp.index)
    fix = "Costs are in any one unit: minutes, euros, complaints."
    both = {"cost_fp": cost_fp, "cost_fn": cost_fn}
    for name, cost in both.items():
        both[name] = array = _per_label(cost, name, fix, label_names)
        wrong = array[~((array >= 0) & np.isfinite(array))]
        if wrong.size:
            raise ValueError(
                f"{name} holds {wrong[0]:g}, expected 0 or more. A cost is what a mistake takes "
                "away; a gain from a right answer is counted as the cost of missing it."
            )
    fp, fn = both.values()
    if fp.ndim and fn.ndim and len(fp) != len(fn):
        raise ValueError(
            f"cost_fp has {len(fp)} values and cost_fn {len(fn)}. Pass one number for all labels, "
            "or one per label for both."
        )
    for name, array in both.items():
        _check_length(array, name, n_labels)
    return fp, fn


# Lists


def list_of(values, name: str, of: str = "strings") -> list:
    """Return any list-like thing as a list."""
    if isinstance(values, str | bytes):
        raise TypeError(f"{name} is one string. Put it in a list: [{short(values)}]")
    _refuse_containers(values, name, f"a list of {of}")
    try:
        return list(values)
    except TypeError:
        raise _wrong_kind(values, name, f"a list of {of}") from None


def texts(values, name: str = "texts") -> list[str]:
    """Return texts as a list of strings.

    >>> texts("A goal.")
    Traceback (most recent call last):
        ...
    TypeError: texts is one string. Put it in a list: ['A goal.']
    """
    values = list_of(values, name)
    for i, text in enumerate(values):
        if not isinstance(text, str):
            raise TypeError(
                f"{name}[{i}] is {short(text)} ({type(text).__name__}), expected a string. "
                "Drop missing values first, and turn anything else into a string with str()."
            )
    return [str(text) for text in values]  # numpy strings too


def names(
    values, name: str = "label_names", n_labels: int | None = None, numbers: bool = False
) -> list:
    """Return the labels' names as a list: strings, each once; or also whole ``numbers``.

    >>> names(["sports", "sports"])
    Traceback (most recent call last):
        ...
    ValueError: label_names holds sports twice. Give each label a name of its own.
    """
    values = list_of(values, name)
    for one in values:
        if not (isinstance(one, str) or (numbers and _is_whole(one))):
            raise TypeError(f"{name} holds {short(one)}, expected strings.")
    if not values:
        raise ValueError(f"{name} is empty. Name at least one label.")
    twice = [one for one, count in Counter(values).items() if count > 1]
    if twice:
        raise ValueError(f"{name} holds {listed(twice)} twice. Give each label a name of its own.")
    if n_labels is not None and len(values) != n_labels:
        raise ValueError(
            f"{name} has {len(values)} names, but there are {n_labels} labels (columns). "
            "Pass one name for each column, in the order of the columns."
        )
    return [str(one) if isinstance(one, str) else int(one) for one in values]


# Settings


def whole(value, name: str, least: int = 1, most: int | None = None, fix: str = "") -> int:
    """Return a whole number in range as an int.

    >>> whole(2.5, "resamples")
    Traceback (most recent call last):
        ...
    TypeError: resamples is 2.5, expected a whole number of 1 or more. Round it: int(2.5).
    """
    span = f"of {least} or more" if most is None else f"from {least} to {most}"
    if not _is_whole(value):
        raise _wrong_kind(value, name, f"a whole number {span}", fix)
    if value < least or (most is not None and value > most):
        raise ValueError(f"{name} is {value}, expected a whole number {span}.")
    return int(value)


def seed(value) -> int:
    """Return a seed as an int. None is refused: with it, two calls would differ."""
    return whole(value, "seed", 0, LARGEST_SEED, "The same number gives the same draws.")


def share(value, name: str, example: float, zero: bool = False) -> float:
    """Return a share between 0 and 1 as a float; 0 itself only if ``zero``.

    >>> share(95, "level", example=0.95)
    Traceback (most recent call last):
        ...
    ValueError: level is 95, expected a share between 0 and 1, such as 0.95. For 95 % write 0.95.
    """
    expected = f"a share between 0 and 1, such as {example}"
    if not _is_real(value):
        raise _wrong_kind(value, name, expected)
    if not (0 < value < 1 or (zero and value == 0)):
        percent = f" For {value:g} % write {value / 100:g}." if 1 < value <= 100 else ""
        raise ValueError(f"{name} is {value}, expected {expected}.{percent}")
    return float(value)


def positive(value, name: str) -> float:
    """Return a finite number above 0, such as a learning rate, as a float."""
    if not _is_real(value):
        raise _wrong_kind(value, name, "a number above 0")
    if not 0 < value < math.inf:
        raise ValueError(f"{name} is {value}, expected a number above 0.")
    return float(value)


def choice(value, name: str, choices, fix: str = "") -> str:
    """Return one of several strings.

    >>> choice("median", "objective", ("macro", "micro"))
    Traceback (most recent call last):
        ...
    ValueError: objective is 'median', expected "macro" or "micro".
    """
    *first, last = (f'"{choice}"' for choice in choices)
    expected = f"{', '.join(first)} or {last}"
    if not isinstance(value, str):
        raise _wrong_kind(value, name, expected, fix)
    if value not in choices:
        raise ValueError(f"{name} is {short(value)}, expected {expected}. {fix}".strip())
    return value


def string(value, name: str) -> str:
    """Return a string."""
    if not isinstance(value, str):
        raise _wrong_kind(value, name, "a string")
    return value


def path(value, name: str = "folder") -> Path:
    """Return a path, from a string or a path; ``~`` is the reader's home."""
    if not isinstance(value, str | os.PathLike):
        raise _wrong_kind(value, name, "a path: a string or a pathlib.Path")
    return Path(value).expanduser()


# What stands in a message


def short(value) -> str:
    """Show a value in at most 80 letters."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else text[:79] + "…"


def listed(values, most: int = 20) -> str:
    """Name a few of many.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    values = [str(value) for value in values]
    more = f" and {len(values) - most:,} more" if len(values) > most else ""
    return ", ".join(values[:most]) + more


def _wrong_kind(value, name: str, expected: str, fix: str = "") -> TypeError:
    likely = f"That is of type {type(value).__name__}."
    if value is None:
        likely = "None is also what a function without a return gives."
    elif isinstance(value, str):
        likely = "Write a number without quotes."
    elif isinstance(value, float | np.floating) and math.isfinite(value):
        likely = f"Round it: int({value})."
    return TypeError(f"{name} is {short(value)}, expected {expected}. {fix or likely}")


def _refuse_containers(values, name: str, expected: str, frames: bool = True) -> None:
    """Raise a TypeError for what Python would walk through, though it is no list."""
    if isinstance(values, Mapping):
        kind, fix = "dict", f"list({name}) are its keys, list({name}.values()) its values."
    elif isinstance(values, set | frozenset):
        kind, fix = "set", f"A set has no order: write sorted({name})."
    elif hasattr(type(values), "column_names") or (frames and _is_frame(values)):
        kind, fix = type(values).__name__, "Pass one of its columns."
    else:
        return
    raise TypeError(f"{name} is a {kind}, expected {expected}. {fix}")


# Behind the checks


def _plain(values):
    """Turn tensors and sparse matrices into arrays, inside lists too, without an import."""
    if hasattr(type(values), "detach"):
        values = values.detach().to_dense()
        half = values.is_floating_point() and values.element_size() < 4
        return (values.float() if half else values).numpy(force=True)
    if hasattr(type(values), "toarray"):  # a SciPy matrix
        return values.toarray()
    return [_plain(value) for value in values] if isinstance(values, list | tuple) else values


def _zeros_and_ones(values, name: str, meaning: str, if_probabilities: str) -> np.ndarray:
    array = _table(values, name)
    other = array[(array != 0) & (array != 1)]
    if other.size:
        floats = array.dtype.kind == "f"
        if floats and ((array >= 0) & (array <= 1)).all():
            hint = if_probabilities
        elif floats and (other % 1 != 0).any():
            hint = "These look like logits: apply sigmoid first, then a threshold."
        elif set(np.unique(array)) <= {-1, 1}:
            hint = f"{meaning}; these are -1 and +1: write ({name} > 0)."
        else:
            hint = f"{meaning}; for numbers of labels use sklearn's MultiLabelBinarizer."
        raise ValueError(f"{name} holds {other[0]:.6g}, expected only 0 and 1. {hint}")
    return array.astype(np.int64)


def _floats(values, name: str) -> np.ndarray:
    array = _table(values, name)
    if array.dtype.kind != "f":
        raise TypeError(
            f"{name} are whole numbers ({array.dtype}), expected floats. These look like targets "
            "or predictions: pass what stands before the threshold."
        )
    return array.astype(np.float64)


def _table(values, name: str) -> np.ndarray:
    array = as_array(values, name)
    if array.ndim != 2:
        hint = "Each row is a text, each column a label."
        if array.ndim == 1:
            hint = f"For one label write {name}[:, None]; for one text write {name}[None, :]."
        raise ValueError(f"{name} has shape {array.shape}, expected (n_texts, n_labels). {hint}")
    if not array.size:
        missing = "labels" if len(array) else "texts"
        raise ValueError(f"{name} has shape {array.shape}: there are no {missing} to look at.")
    if array.dtype.kind == "f" and np.isnan(array).any():
        row, column = np.argwhere(np.isnan(array))[0]
        raise ValueError(
            f"{name} holds NaN, first in row {row}, column {column}. A missing value must be "
            "settled first; a model that gives NaN has diverged: train it again with a lower "
            "learning rate."
        )
    return array


def _finite(array: np.ndarray, name: str, fix: str) -> np.ndarray:
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds infinity. {fix}")
    return array


def _from_0_to_1(array: np.ndarray, name: str, fix: str) -> np.ndarray:
    outside = array[~((array >= -ROUNDING) & (array <= 1 + ROUNDING))]
    if outside.size:
        raise ValueError(f"{name} holds {outside[0]:.8g}, expected values from 0 to 1. {fix}")
    return array.clip(0, 1)


def _per_label(values, name: str, fix: str, label_names) -> np.ndarray:
    """Return one number for all labels, or one per label, a Series by the names of its index."""
    expected = "a number, or one per label"
    _refuse_containers(values, name, expected)
    if hasattr(values, "iloc") and label_names is not None:
        held = list(values.index)
        if _same_names(held, label_names):
            values = values.loc[label_names]
        elif not _is_counted(held) and len(held) == len(label_names):
            raise ValueError(
                f"{name} has the names {short(held)}, expected {short(label_names)}. A Series is "
                f"matched by name; to go by position pass {name}.to_numpy()."
            )
    array = as_array(values, name, expected, fix)
    if array.dtype.kind == "b":
        raise _wrong_kind(values, name, expected, fix)
    if array.ndim > 1:
        raise ValueError(f"{name} has shape {array.shape}, expected {expected}. {fix}")
    return array.astype(np.float64)


def _check_length(array: np.ndarray, name: str, n_labels: int | None) -> None:
    if array.ndim and n_labels is not None and len(array) != n_labels:
        raise ValueError(
            f"{name} has {len(array)} values for {n_labels} labels. Pass one number for all, "
            "or one per label in the order of the columns."
        )


def _is_real(value) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_whole(value) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_frame(values) -> bool:
    return hasattr(values, "iloc") and values.ndim == 2


def _is_counted(names) -> bool:
    return list(names) == list(range(len(names)))


def _same_names(held: list, wanted: list) -> bool:
    return len(set(held)) == len(held) == len(wanted) and set(held) == set(wanted)
