"""The course's own texts: newsdesk and the stress set."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from helpers import _validate as validate
from helpers.data._matrix import as_dataset, suggest

FOLDER = Path(__file__).parent.parent / "files"

TASK_LABELS = ["sports", "politics", "technology", "entertainment"]
"""The four labels of chapters 0 to 8, in the order of the model's outputs."""

NEWSDESK_LABELS = [
    *TASK_LABELS,
    *("business", "science", "health", "environment", "education", "law", "crime", "travel"),
    *("food", "music", "film", "gaming", "transport", "housing", "energy", "art"),
]
"""All twenty labels of newsdesk, in the order of the file's columns."""

SPLITS = ["train", "validation", "test"]


def load_newsdesk(labels: Sequence[str] = TASK_LABELS, split: str | None = None):
    """Load newsdesk, the course's 2,000 short news items.

    Args:
        labels: which of ``NEWSDESK_LABELS`` to keep, in the order you want the columns.
        split: "train", "validation" or "test" for one part; None for all three.

    Returns:
        A ``datasets.DatasetDict`` (or the one ``datasets.Dataset`` of ``split``) with columns
        ``text`` and ``labels``: a row of the indicator matrix, float32, 0.0 or 1.0, because the
        multi-label loss wants floats.

    Source: written for this course; see DATA_CARD.md and GUIDELINE.md in ``helpers/files``.

    >>> test = load_newsdesk(split="test")
    >>> test.num_rows, len(test[0]["labels"])
    (400, 4)
    """
    labels = _newsdesk_labels(labels)
    if split is not None:
        validate.choice(split, "split", SPLITS)
    rows = _rows("newsdesk.csv")
    parts = {}
    for name in SPLITS if split is None else [split]:
        chosen = [row for row in rows if row["split"] == name]
        parts[name] = as_dataset([row["text"] for row in chosen], _targets(chosen, labels))
    if split is not None:
        return parts[split]
    from datasets import DatasetDict

    return DatasetDict(parts)


def load_stress(labels: Sequence[str] = TASK_LABELS):
    """Load the stress set: 200 texts apart from the splits, of sorts that newsdesk does not have.

    Long texts, other languages, code and tables, near twins that differ in a label, words of
    another meaning, and what is no news at all: what real life brings to a tagger that learned
    from newsdesk. Never train or tune on it.

    Args:
        labels: which of ``NEWSDESK_LABELS`` to keep, in the order you want the columns.

    Returns:
        A ``datasets.Dataset`` with columns ``text``, ``labels`` (as :func:`load_newsdesk` gives
        them) and ``sort``: "long", "language", "code", "twin", "meaning" or "no news". The two
        texts of a twin stand one after the other.

    Source: written for this course; see DATA_CARD.md in ``helpers/files``.

    >>> stress = load_stress()
    >>> stress.num_rows, stress[0]["sort"]
    (200, 'long')
    """
    rows, labels = _rows("stress.csv"), _newsdesk_labels(labels)
    stress = as_dataset([row["text"] for row in rows], _targets(rows, labels))
    return stress.add_column("sort", [row["sort"] for row in rows])


def _newsdesk_labels(labels) -> list[str]:
    labels = validate.names(labels, "labels")
    for name in labels:
        if name not in NEWSDESK_LABELS:
            raise ValueError(f"newsdesk has no label {name!r}. {suggest(name, NEWSDESK_LABELS)}")
    return labels


def _rows(name: str) -> list[dict[str, str]]:
    with open(FOLDER / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _targets(rows: list[dict[str, str]], labels: Sequence[str]) -> np.ndarray:
    return np.array([[row[label] for label in labels] for row in rows], dtype=np.float32)
