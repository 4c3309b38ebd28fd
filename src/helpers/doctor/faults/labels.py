"""Faults of the labels: those that choose another loss, those that no loss is made for."""

from collections.abc import Iterator

import numpy as np

from helpers.doctor._setup import Setup
from helpers.doctor.faults._finding import MULTI_LABEL, Finding

MANY = 100  # texts among which a label should occur once


def loss_faults(setup: Setup) -> Iterator[Finding]:
    """Look whether problem_type and labels choose the multi-label loss."""
    y, name, n_labels = setup.labels, setup.labels_name, setup.n_labels
    if not setup.has_head or y is None or not y.size:
        return
    problem_type, values = setup.config.problem_type, _values(y)
    class_numbers = y.ndim == 1 and (values or {0.5}) <= set(range(n_labels)) and n_labels > 1
    rows = f"{name}.float()"
    if class_numbers:
        rows = f"torch.nn.functional.one_hot({name}.long(), {n_labels}).float()"
    to_rows = f"{_as_tensor(setup)}{name} = {rows}"
    if setup.guesses_from_whole_numbers():
        yield Finding(
            "class numbers are guessed",
            f"labels are {y.dtype} of shape {y.shape} and problem_type is None",
            "From whole numbers the model guesses cross-entropy, one label for each text, and "
            "writes the guess into its config.",
            f"{MULTI_LABEL}\n{to_rows}",
        )
    if problem_type == "single_label_classification" and y.ndim == 2 and n_labels > 1:
        yield Finding(
            "stuck problem_type",
            f"model.config.problem_type is {problem_type!r}, labels have the shape {y.shape}",
            "A first call with whole numbers wrote this guess, and it stays: the wrong loss, and "
            "softmax in a pipeline.",
            f"{MULTI_LABEL}\n{to_rows if y.dtype.kind in 'iu' else _as_tensor(setup)}".rstrip(),
        )
    elif problem_type == "multi_label_classification" and class_numbers:
        yield Finding(
            "stuck problem_type",
            f"model.config.problem_type is {problem_type!r}, labels are class numbers of shape "
            f"{y.shape}",
            "The two do not go together: this problem_type wants a 0 or 1 for every label.",
            to_rows,
        )
    # One output and no problem_type means squared error. A single label has to show both 0 and 1,
    # several times: otherwise it may as well be something that was measured.
    squared = problem_type == "regression" or (problem_type is None and n_labels == 1)
    enough = n_labels > 1 or (len(values) == 2 and y.size >= 4)
    is_matrix = y.ndim == 2 and y.shape[1] == n_labels
    if squared and enough and values <= {0.0, 1.0} and (is_matrix or n_labels == 1):
        column = f"\n{name} = {name}[:, None]" if y.ndim == 1 else ""
        yield Finding(
            "regression loss",
            f"model.config.problem_type is {problem_type!r} with {n_labels} "
            f"label{'s' * (n_labels > 1)}, labels are only 0 and 1",
            "The model learns to output 0 and 1 by squared error; sigmoid of that is 0.50 and "
            "0.73, so a threshold of 0.5 says yes to almost everything.",
            f"{MULTI_LABEL}\n{to_rows}{column}",
        )


def label_faults(setup: Setup) -> Iterator[Finding]:
    """Look at the values in rows of labels, which the multi-label loss wants from 0 to 1."""
    y, name = setup.labels, setup.labels_name
    if not setup.has_head or setup.config.problem_type == "single_label_classification":
        return
    if y is None or not y.size or y.ndim != 2 or y.shape[1] != setup.n_labels:
        return
    unknown = int(np.isnan(y).sum())
    if unknown:
        yield Finding(
            "NaN among the labels",
            f"{unknown} of {y.size} labels are NaN",
            "The loss is NaN, and after one step so is every weight.",
            _keep_rows(setup, f"~torch.isnan({name}).any(dim=1)"),
        )
    values = _values(y)
    if -100.0 in values:
        yield Finding(
            "-100 among the labels",
            f"{int((y == -100).sum())} of {y.size} labels are -100",
            "Only cross-entropy leaves -100 out; the multi-label loss takes it for a target, a "
            "hundred times too strong.",
            _keep_rows(setup, f"({name} != -100).all(dim=1)"),
        )
    absent = [i for i in range(y.shape[1]) if not (y[:, i] > 0).any()]
    if absent and len(y) >= MANY and values <= {0.0, 1.0} and (y > 0).any():
        id2label = setup.config.id2label or {}
        shown = ", ".join(str(id2label.get(i, i)) for i in absent[:4])
        yield Finding(
            "label that never occurs",
            f"{len(absent)} of {y.shape[1]} labels have no 1 in {len(y)} texts: {shown}",
            "Nothing can be learned about it, and no score of it means anything. Perhaps its "
            "column is another, or its name is spelled in two ways.",
            f"{_as_tensor(setup)}counts = {name}.sum(dim=0)  # then look at the data, or leave the "
            "label out of the names",
        )
    rest = values - {-100.0}
    to_zero_one = f"{_as_tensor(setup)}{name} = ({name} > 0).float()"
    if -1.0 in rest and rest <= {-1.0, 1.0}:
        yield Finding(
            "labels of -1 and +1",
            f"labels are {' and '.join(f'{value:.4g}' for value in sorted(rest))}",
            "The multi-label loss takes -1 for a target: it can fall below 0 without end.",
            to_zero_one,
        )
    elif rest and (min(rest) < 0 or max(rest) > 1):
        yield Finding(
            "labels outside 0 to 1",
            f"labels run from {min(rest):.4g} to {max(rest):.4g}",
            "The multi-label loss takes them for targets that no probability can reach: it falls "
            "below 0 without end.",
            f"{to_zero_one}  # if more than 0 means that it applies",
        )


def _values(y) -> set[float]:
    return set(np.unique(y[~np.isnan(y)]).astype(float).tolist())


def _as_tensor(setup: Setup) -> str:
    """Code that makes a tensor of the labels, if they are none yet."""
    import torch

    given, name = setup.labels_given, setup.labels_name
    if isinstance(given, torch.Tensor):
        return ""
    if hasattr(given, "to_numpy") or np.asarray(given).dtype.kind == "O":
        return f"{name} = torch.as_tensor(np.asarray({name}, dtype=float))\n"  # of a frame
    return f"{name} = torch.as_tensor({name})\n"


def _keep_rows(setup: Setup, condition: str) -> str:
    code = "# Leaves out each text whose labels are not all known.\n"
    code += f"{_as_tensor(setup)}known = {condition}"
    if setup.labels_name == "labels":
        code += "\nlabels = labels[known]"
    if setup.batch is not None:
        code += "\nbatch = {name: values[known] for name, values in batch.items()}"
    if setup.texts is not None:
        code += "\ntexts = [text for text, keep in zip(texts, known) if keep]"
    if setup.probabilities is not None:
        code += "\nprobabilities = probabilities[known.numpy()]"
    return code
