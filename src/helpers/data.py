"""Texts and their labels: the course's own newsdesk set, and CSV files of the reader's own.

Bad arguments raise a TypeError (wrong kind) or a ValueError (wrong value) that names the likely
fix; ``Raises`` names what comes on top.
"""

import csv
import difflib
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from pathlib import Path

import numpy as np

from helpers import _validate as validate

FOLDER = Path(__file__).parent / "files"

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
        parts[name] = _as_dataset([row["text"] for row in chosen], _targets(chosen, labels))
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
    stress = _as_dataset([row["text"] for row in rows], _targets(rows, labels))
    return stress.add_column("sort", [row["sort"] for row in rows])


def _newsdesk_labels(labels) -> list[str]:
    labels = validate.names(labels, "labels")
    for name in labels:
        if name not in NEWSDESK_LABELS:
            raise ValueError(f"newsdesk has no label {name!r}. {_suggest(name, NEWSDESK_LABELS)}")
    return labels


def _rows(name: str) -> list[dict[str, str]]:
    with open(FOLDER / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _targets(rows: list[dict[str, str]], labels: Sequence[str]) -> np.ndarray:
    return np.array([[row[label] for label in labels] for row in rows], dtype=np.float32)


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
                    f"{_suggest(name, label_names)}"
                )
            matrix[i, column[name]] = 1
    return matrix


def load_csv(
    path,
    text_column: str = "text",
    label_columns: Sequence[str] | None = None,
    labels_column: str | None = None,
    separator: str = ";",
    delimiter: str = ",",
    encoding: str = "utf-8",
):
    """Load texts and labels of your own from a CSV file with a header row.

    The labels stand in one of two ways. Either one column for each label holding 0 or 1
    (``label_columns``; if you name neither, every column but the text is taken for a label), or
    all of a text's labels in one cell, such as ``sports;politics`` (``labels_column``).

    Args:
        path: the file.
        text_column: header of the column with the texts.
        label_columns: headers of the 0/1 columns, in the order you want.
        labels_column: header of the one column with all labels of a text.
        separator: what stands between labels inside ``labels_column``.
        delimiter: what stands between the columns of the file.
        encoding: how the file's bytes become letters.

    Returns:
        ``(dataset, label_names)``: a ``datasets.Dataset`` with columns ``text`` and ``labels``
        (float32, ``n_labels`` wide) and the names of the labels in order. Labels found in
        ``labels_column`` are put in alphabetical order.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: anything wrong inside the file; the message names row and column. Rows are
            counted from 1 below the header, as most people count their texts.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "mine.csv")
    ...     _ = file.write_text("text,labels\\nGoal in the last minute,sports\\nLost cat,\\n")
    ...     dataset, label_names = load_csv(file, labels_column="labels")
    >>> dataset["labels"][:], label_names
    ([[1.0], [0.0]], ['sports'])
    """
    if label_columns is not None and labels_column is not None:
        raise ValueError(
            "label_columns and labels_column were both given. Use label_columns for one 0/1 "
            "column per label, labels_column for one column that lists the labels."
        )
    for name, value in {"text_column": text_column, "encoding": encoding}.items():
        validate.string(value, name)
    for name, value in {"separator": separator, "delimiter": delimiter}.items():
        if not validate.string(value, name) or (name == "delimiter" and len(value) > 1):
            raise ValueError(f'{name} is {validate.short(value)}, expected a sign such as ";".')
    wanted = [text_column]
    if labels_column is not None:
        wanted.append(validate.string(labels_column, "labels_column"))
    elif label_columns is not None:
        label_columns = validate.names(label_columns, "label_columns")
        wanted += label_columns
    header, rows = _read_rows(validate.path(path, "path"), delimiter, encoding)
    known = set(header)
    for name in wanted:
        if name not in known:
            hint = ""
            if len(header) == 1:
                hint = (
                    " The file has only one column: if its columns are parted by another sign, "
                    'say so, for example delimiter=";" or delimiter="\\t".'
                )
            raise ValueError(
                f"{path} has no column {name!r}; it has {validate.listed(map(repr, header))}. "
                f"Name the right one in the call, or fix the header.{hint}"
            )
    texts = [row[text_column] for row in rows]
    empty = [i for i, text in enumerate(texts, start=1) if not text.strip()]
    if empty:
        raise ValueError(
            f"{path}, row {empty[0]}, column {text_column!r}: the text is empty"
            f"{_and_more(len(empty))}. Fill it in or delete the row."
        )
    if labels_column is not None:
        label_sets = [
            [part.strip() for part in row[labels_column].split(separator) if part.strip()]
            for row in rows
        ]
        label_names = sorted(set().union(*label_sets))
        if not label_names:
            raise ValueError(
                f"{path}: column {labels_column!r} is empty in every row, so there is no label "
                "to learn. Check the name of the column."
            )
        targets = indicator_matrix(label_sets, label_names)
    else:
        others = [name for name in header if name != text_column]
        label_names = label_columns or validate.names(others, "label_columns")
        targets = _read_targets(path, rows, label_names)
    return _as_dataset(texts, targets), label_names


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


def _read_rows(path: Path, delimiter: str, encoding: str):
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file {path} (looked in {Path.cwd()}). "
            "Check the spelling, or give the whole path."
        )
    # utf-8-sig also reads plain UTF-8, and drops the mark that spreadsheets put in front.
    codec = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    try:
        content = path.read_bytes().decode(codec)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ValueError(
            f"{path}, line {line}: byte 0x{error.object[error.start]:02x} is not {encoding}. "
            'Spreadsheets on Windows often save another encoding: try encoding="cp1252", or save '
            "the file as UTF-8."
        ) from None
    except LookupError:
        raise ValueError(
            f'Python knows no encoding {encoding!r}. Common ones are "utf-8" and "cp1252".'
        ) from None
    if "\0" in content:
        raise ValueError(
            f'{path} holds zero bytes, as UTF-16 files do: try encoding="utf-16", or save the '
            "file as UTF-8 text."
        )
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        raise ValueError(
            f"{path}, line {reader.line_num}, cannot be read as CSV: {error}. Check the double "
            "quotes: one inside a quoted text must be written twice."
        ) from None
    lines = [cells for cells in lines if any(cell.strip() for cell in cells)]
    if not lines:
        raise ValueError(f"{path} is empty. It needs a header row and a row for each text.")
    header = [name.strip() for name in lines[0]]
    twice = sorted(name for name, count in Counter(header).items() if count > 1)
    if twice:
        raise ValueError(
            f"{path}: the header has {validate.listed(map(repr, twice))} more than once. "
            "Give every column a name of its own."
        )
    if len(lines) == 1:
        raise ValueError(
            f"{path} has a header but no rows. Add a row for each text; a file without a header "
            "needs one first."
        )
    for number, cells in enumerate(lines[1:], start=1):
        if len(cells) != len(header):
            raise ValueError(
                f"{path}, row {number}: {len(cells)} cells, but the header has {len(header)}. "
                "A text that holds the delimiter must stand in double quotes."
            )
    return header, [dict(zip(header, cells, strict=True)) for cells in lines[1:]]


def _read_targets(path, rows: list[dict], label_names: list[str]) -> np.ndarray:
    targets = np.zeros((len(rows), len(label_names)), dtype=np.float32)
    wrong = []
    for i, row in enumerate(rows):
        for j, name in enumerate(label_names):
            value = row[name].strip()
            if value in ("0", "1", "0.0", "1.0"):
                targets[i, j] = float(value)
            else:
                wrong.append((i + 1, name, row[name]))
    if wrong:
        number, name, value = wrong[0]
        raise ValueError(
            f"{path}, row {number}, column {name!r}: got {value!r}, expected 0 or 1"
            f"{_and_more(len(wrong))}. Write 1 where the label applies and 0 where it does not; "
            f"if {name!r} is no label, name the label columns in label_columns."
        )
    return targets


def _as_dataset(texts: list[str], targets: np.ndarray):
    from datasets import Dataset, Features, Value

    try:
        from datasets import List  # datasets 4 and newer
    except ImportError:
        from datasets import Sequence as List
    features = Features({"text": Value("string"), "labels": List(Value("float32"))})
    return Dataset.from_dict({"text": texts, "labels": targets.tolist()}, features=features)


def _suggest(name, known: Sequence) -> str:
    near = difflib.get_close_matches(str(name), [str(one) for one in known], n=1)
    known_text = f"Known labels: {validate.listed(known)}."
    return f"Did you mean {near[0]!r}? {known_text}" if near else known_text


def _and_more(count: int) -> str:
    return "" if count == 1 else f" ({count - 1} more like it)"
