"""Indicator matrices: sets of labels as 0s and 1s, alone and beside their texts."""

import difflib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real

import numpy as np

from helpers import _validate as validate


def indicator_matrix(label_sets: Iterable[Iterable[str]], label_names: Sequence[str]):
    """Write sets of labels as 0s and 1s: a row for each text, a column for each label.

    Args:
        label_sets: for every text the labels it has; an empty list is a text with none.
        label_names: the columns, in order. The order is yours: nothing is sorted.

    Returns:
        float32 array ``(n_texts, n_labels)``.

    Raises:
        TypeError: a text's labels are one string ("sports" would be read as six letters), a dict
            of scores, or numbers in place of names.
        ValueError: a label that ``label_names`` does not hold.

    >>> indicator_matrix([["politics", "sports"], []], ["sports", "politics"]).tolist()
    [[1.0, 1.0], [0.0, 0.0]]
    """
    label_names = validate.names(label_names, numbers=True)
    label_sets = validate.list_of(label_sets, "label_sets", "lists of labels, one per text")
    column = {name: j for j, name in enumerate(label_names)}
    matrix = np.zeros((len(label_sets), len(label_names)), dtype=np.float32)
    for i, names in enumerate(label_sets):
        for name in _checked_labels(names, f"label_sets[{i}]", type(label_names[0])):
            if name not in column:
                raise ValueError(
                    f"label_sets[{i}] has the label {name!r}, which is not among label_names. "
                    f"{suggest(name, label_names)}"
                )
            matrix[i, column[name]] = 1
    return matrix


def _checked_labels(names, where: str, kind: type) -> list:
    """Return one text's labels as a list; a set is fine, since their order says nothing."""
    try:
        labels = None if isinstance(names, str | bytes | Mapping) else list(names)
    except TypeError:
        labels = None
    if labels is None:
        got = validate.short(names)
        fix = f"Write [{got}] for one label and [] for none."
        if isinstance(names, Mapping):
            fix = "Of a dict of scores: [name for name, score in scores.items() if score > 0.5]."
        raise TypeError(f"{where} is {got}, expected a list of labels. {fix}")
    for name in labels:
        if isinstance(name, bool) or not isinstance(name, str if kind is str else Integral):
            fix = "For class numbers write [[label_names[i] for i in row] for row in label_sets]."
            raise TypeError(
                f"{where} holds {validate.short(name)}, expected names of labels. "
                + (fix if isinstance(name, Real) else f"That is of type {type(name).__name__}.")
            )
    return labels


def as_dataset(texts: Sequence[str], targets: np.ndarray):
    """Return a ``datasets.Dataset`` with columns ``text`` and ``labels``, rows of float32.

    ``texts`` is a list, or a column of Arrow, which is taken as it is.
    """
    import pyarrow as pa
    from datasets import Dataset, Features, Value

    try:
        from datasets import List  # datasets 4 and newer
    except ImportError:
        from datasets import Sequence as List
    features = Features({"text": Value("string"), "labels": List(Value("float32"))})
    n_texts, n_labels = targets.shape
    flat = pa.array(np.ascontiguousarray(targets, dtype=np.float32).ravel())
    offsets = pa.array(np.arange(n_texts + 1, dtype=np.int32) * n_labels)
    columns = {
        "text": texts if isinstance(texts, pa.ChunkedArray) else pa.array(texts, pa.string()),
        "labels": pa.ListArray.from_arrays(offsets, flat),
    }
    # A fingerprint of our own saves datasets from hashing the whole table.
    table = pa.table(columns).cast(features.arrow_schema)
    return Dataset(table, fingerprint=uuid.uuid4().hex[:16])


def suggest(name, known: Sequence) -> str:
    """Name the label that was likely meant, and some of those that are known."""
    near = difflib.get_close_matches(str(name), [str(one) for one in known[:2000]], n=1)
    known_text = f"Known labels: {validate.listed(known)}."
    return f"Did you mean {near[0]!r}? {known_text}" if near else known_text
