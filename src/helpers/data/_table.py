"""``load_table``: what a table of texts and labels means, column by column."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from helpers import _validate as validate
from helpers.data import _labels as labels
from helpers.data._found import Found, as_text, both_readings
from helpers.data._matrix import as_dataset
from helpers.data._raters import settle
from helpers.data._read import read

_TEXT_NAMES = ["text", "comment_text", "comment", "body", "tweet", "sentence", "content", "message"]
_TEXT_NAMES += ["review", "document", "article", "plot", "abstract", "description", "question"]
_LABEL_NAMES = re.compile(
    r"labels?|tags?|genres?|categor(y|ies)|topics?|emotions?|class(es)?|cats|choices?|sentiments?|"
    r"accept|label_names|targets?|subjects?|themes?",
    re.IGNORECASE,
)
_SAYS_LABELS = re.compile(r"label|\b(tag|topic|genre|theme|subject)s?\b|categor", re.IGNORECASE)
_NO_LABEL = re.compile(
    r"|id|idx|index|nr|no|unnamed: \d+|.*[_ ]id|id[_ ].*|split|fold|rater|annotator|worker|coder|"
    r"created_at|updated_at|lead_time|date|time|timestamp|url|.*link|author|user|username|name|title|"
    r"(doc|text|post|tweet|user|comment|row)id|is_(train|test|val|valid|validation)|"
    r"(text_)?len(gth)?|(n|num)_(words|chars|tokens)|(word|char|token)_count",
    re.IGNORECASE,
)


def load_table(
    path,
    text_column: str | None = None,
    label_columns: Sequence[str] | None = None,
    labels_column: str | None = None,
    *,
    label_names: Sequence[str] | str | Path | None = None,
    separator: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    quotes: bool | None = None,
    header: bool | Sequence[str] | None = None,
    sheet: str | None = None,
    cut: float | None = None,
    not_labeled: Sequence[str] | None = None,
    rater_column: str | None = None,
    repeated: str | None = None,
    quiet: bool = False,
):
    """Load texts and labels of your own, from a file as people have them.

    The file may be CSV or TSV in any encoding, JSON, JSON Lines, Parquet, an Excel workbook,
    fastText, packed by gzip or zip, or the export of doccano, Label Studio or Prodigy. Labels stand
    in a column each (0 and 1, yes and no, x and nothing, probabilities) or together in one cell (a
    list, or words parted by a sign). What was understood is printed in one sentence. A guess that
    is not certain is an error, which shows both readings and the argument that decides.

    Args:
        path: the file; ``~`` is your home.
        text_column: name of the column with the texts.
        label_columns: names of the 0/1 columns, in the order you want.
        labels_column: name of the one column that holds all labels of a text.
        label_names: the labels in order, where cells hold class numbers or where labels are to be
            checked; a list, or a file with a name per line.
        separator: what parts labels inside ``labels_column``.
        delimiter: what parts the columns of a text file.
        encoding: how the file's bytes become letters.
        quotes: whether double quotes hold a text together (True) or are plain letters (False).
        header: whether the first row names the columns; or the names, where it does not.
        sheet: of a workbook.
        cut: a label applies where its probability is ``cut`` or more.
        not_labeled: cells that mean "nobody has looked", such as ``["-1"]``; such rows are left
            out. ``[]`` says that there are none, and an empty cell or -1 means no.
        rater_column: who judged, where a text has a row for each rater; labels that more than half
            of them gave are kept.
        repeated: what rows with the same id are: "raters", "labels" (one row for each label), or
            "texts" of their own.
        quiet: True prints nothing.

    Returns:
        ``(dataset, label_names)``: a ``datasets.Dataset`` with columns ``text`` and ``labels``
        (float32, ``n_labels`` wide) and the names of the labels in order. Labels found in
        ``labels_column`` are put in alphabetical order.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: anything wrong inside the file, or not certain; the message names row, as an
            editor counts, and column.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "mine.csv")
    ...     _ = file.write_text("text,labels\\nA late goal,sports;news\\nLost cat,\\n")
    ...     dataset, label_names = load_table(file)
    mine.csv is CSV, UTF-8, comma-separated; texts in column 'text', labels parted by ; in column \
'labels': 2 texts, 2 labels (news, sports), 1 text without a label.
    >>> dataset["labels"][:], label_names
    ([[1.0, 1.0], [0.0, 0.0]], ['news', 'sports'])
    """
    path = validate.path(path, "path")
    options = {"encoding": encoding, "delimiter": delimiter, "quotes": quotes, "header": header}
    wanted = _checked(locals())
    if label_columns is not None:
        label_columns = validate.names(label_columns, "label_columns")
        wanted += label_columns
    label_names = labels.read_names(label_names)
    if not_labeled is not None:
        not_labeled = validate.list_of(not_labeled, "not_labeled")
    if cut is not None:
        cut = validate.share(cut, "cut", 0.5)
    if repeated is not None:
        validate.choice(repeated, "repeated", ["raters", "labels", "texts"])
    found, where = read(path, options | {"sheet": sheet}, wanted)
    _check_columns(found, where, wanted)
    _prodigy(found)
    text_column = text_column or find_text(found, where, [*(label_columns or []), labels_column])
    if label_columns is None and labels_column is None:
        label_columns, labels_column = find_labels(found, where, text_column, label_names)
    texts = found.texts(text_column)
    full = ~np.concatenate([_blank(chunk) for chunk in texts.chunks])
    if not full.any():
        raise ValueError(
            f"{where}, column {text_column!r}: every text is empty. Is it the right one?"
        )
    if not full.all():
        empty = found.numbers[int(full.argmin())]
        found.keep(full, f"without a text, the first in {found.unit} {empty}")
        texts = texts.filter(full)
    if labels_column is not None:
        targets, names, note = labels.from_cells(
            found, where, labels_column, separator, label_names, cut, not_labeled
        )
    else:
        targets, note = labels.from_columns(found, where, label_columns, cut, not_labeled)
        names = list(label_columns)
        labels.check_last_row(found, where, texts[-1].as_py(), targets)
    known = ~np.isnan(targets).any(axis=1)
    if not known.any():
        raise ValueError(f"{where}: no row is labeled; all {len(known)} hold -1 or nothing.")
    found.keep(known, "not labeled")
    if not known.all():
        texts, targets = texts.filter(known), targets[known]
    said = []
    if _repeat(texts):
        ids = _ids(found, text_column, [*(label_columns or []), labels_column])
        texts = texts.to_pylist()
        texts, targets, said = settle(found, where, texts, targets, ids, rater_column, repeated)
    if not quiet:
        parts = [f"texts in column {text_column!r}", note, *said]
        print(_sentence(path, found, where, parts, targets, names, text_column, labels_column))
    return as_dataset(texts, targets), names


def _checked(arguments: dict) -> list[str]:
    """Check what needs no file; return the columns that are asked for by name."""
    if arguments["label_columns"] is not None and arguments["labels_column"] is not None:
        raise ValueError(
            "label_columns and labels_column were both given. Use label_columns for one 0/1 "
            "column per label, labels_column for one column that lists the labels."
        )
    for name in ("text_column", "labels_column", "rater_column", "sheet", "encoding"):
        if arguments[name] is not None:
            validate.string(arguments[name], name)
    for name in ("separator", "delimiter"):
        value = arguments[name]
        if value is not None and (
            not validate.string(value, name) or (name == "delimiter" and len(value) > 1)
        ):
            raise ValueError(f'{name} is {validate.short(value)}, expected a sign such as ";".')
    for name in ("quotes", "quiet"):
        if not isinstance(arguments[name], bool | None):
            raise TypeError(f"{name} is {validate.short(arguments[name])}, expected True or False.")
    asked = (arguments[name] for name in ("text_column", "labels_column", "rater_column"))
    return [name for name in asked if name is not None]


def _check_columns(found: Found, where: str, wanted: list[str]) -> None:
    for name in wanted:
        if name not in found.names:
            hint = ""
            if len(found.names) == 1:
                hint = (
                    " The file has only one column: if its columns are parted by another sign, "
                    'say so, for example delimiter=";" or delimiter="\\t".'
                )
            raise ValueError(
                f"{where} has no column {name!r}; it has "
                f"{validate.listed(map(repr, found.names), 10)}. Name the right one in the call, "
                f"or fix the header.{hint}"
            )


def _prodigy(found: Found) -> None:
    """Leave out what a Prodigy annotator passed over, and turn single questions into cells."""
    if not {"text", "answer"} <= set(found.names) or found.unit != "line":
        return
    answers = found.column("answer")
    if "accept" in found.names:
        kept = np.array([answer == "accept" for answer in answers])
        found.keep(kept, "not accepted in Prodigy")
    elif "label" in found.names:
        kept = np.array([answer in ("accept", "reject") for answer in answers])
        found.keep(kept, "ignored in Prodigy")
        texts, names = found.column("text"), found.column("label")
        said = {
            (text, name): answer == "accept"
            for text, name, answer in zip(texts, names, found.column("answer"), strict=True)
        }
        numbers = dict(zip(reversed(texts), reversed(found.numbers), strict=True))
        labels_known = sorted(set(names))
        found.names = ["text", *labels_known]
        found.rows = [
            [text, *({True: "1", False: "0"}.get(said.get((text, n)), "-1") for n in labels_known)]
            for text in dict.fromkeys(texts)
        ]
        found.numbers = [numbers[row[0]] for row in found.rows]


def find_text(found: Found, where: str, taken: list) -> str:
    """Return the column with the texts, by its name or its length; an error if none is certain."""
    names = [name for name in found.names if name not in taken and name]
    for known in _TEXT_NAMES:
        alike = [name for name in names if name.casefold() == known]
        if len(alike) > 1:  # "Text" beside "text": which is which, nobody can see
            cells = {f"text_column={name!r}": as_text(found.column(name)[0]) for name in alike}
            raise ValueError(
                both_readings(f"{where}: it is not certain which column has the texts", cells)
            )
        if alike:
            return alike[0]
    lengths = {}
    for name in names:
        cells = [cell for cell in found.column(name)[:1000] if isinstance(cell, str)]
        cells = [cell for cell in cells if cell[:1] not in "[{<"]
        if cells and sum(" " in cell.strip() for cell in cells) > len(cells) / 2:
            lengths[name] = sum(map(len, cells)) / len(cells)
    ordered = sorted(lengths, key=lengths.get, reverse=True)
    if len(ordered) == 1 or (ordered and lengths[ordered[0]] > 2 * lengths[ordered[1]]):
        return ordered[0]
    cells = {f"text_column={name!r}": as_text(found.column(name)[0]) for name in ordered[:2]}
    if len(cells) == 2:
        raise ValueError(
            both_readings(f"{where}: it is not certain which column has the texts", cells)
        )
    hint = ' If another sign parts them, say delimiter=";".' if len(found.names) == 1 else ""
    raise ValueError(
        f"{where} has no column 'text'; it has {validate.listed(map(repr, found.names), 10)}. Name "
        f"the one with the texts: text_column=...{hint}"
    )


def find_labels(found: Found, where: str, text_column: str, label_names):
    """Return ``(label_columns, None)`` or ``(None, labels_column)``."""
    names = [name for name in found.names if name != text_column]
    if label_names is not None and set(label_names) <= set(names):
        return label_names, None
    marks, cells, either = [], [], []
    block = set() if found.block is None else set(found.names[-found.block.shape[1] :])
    for name in names:
        if _NO_LABEL.fullmatch(name) and not _LABEL_NAMES.fullmatch(name):
            continue
        if name in block and not _LABEL_NAMES.fullmatch(name):
            marks.append(name)
            continue
        column = found.column(name)
        kind = _kind(column, bool(_LABEL_NAMES.fullmatch(name)), label_names is not None)
        if kind in ("marks", "either"):
            marks.append(name)
            either += [name] * (kind == "either")
        elif kind == "cells" or (_LABEL_NAMES.fullmatch(name) and kind == "words"):
            cells.append(name)
    named = [name for name in cells if _LABEL_NAMES.fullmatch(name)]
    if either and marks == either[:1]:  # several such columns are hardly lists
        cell = next(as_text(one) for one in found.column(either[0]) if "," in as_text(one))
        question = f"{where}, column {either[0]!r}: {cell} may be a number or a list"
        readings = {
            f"label_columns=[{either[0]!r}], cut=0.5": f"a probability of {cell}",
            f"labels_column={either[0]!r}": f"the class numbers {cell.replace(',', ' and ')}",
        }
        raise ValueError(both_readings(f"{question}; it is not certain which", readings))
    if named and not marks and len(named) == 1:
        return None, named[0]
    if marks and not named:
        return marks, None
    if len(cells) == 1 and not marks:
        return None, cells[0]
    readings = {f"labels_column={name!r}": as_text(found.column(name)[0]) for name in cells[:3]}
    if marks:
        shown = validate.listed(map(repr, marks), 5)
        readings[f"label_columns=[{shown}]"] = "0/1 columns"
    if readings:
        raise ValueError(
            both_readings(f"{where}: it is not certain where the labels stand", readings)
        )
    shown = [f"{name!r} ({validate.short(as_text(found.column(name)[0]))})" for name in names]
    seen = (
        f"Beside {text_column!r} it has {validate.listed(shown, 5)}"
        if names
        else "It has one column"
    )
    likely = next((repr(name) for name in names if _SAYS_LABELS.search(name)), '"..."')
    raise ValueError(
        f"{where}: no column looks like labels. {seen}. Name them: labels_column={likely} for one "
        "with all labels of a text, label_columns=[...] for a 0/1 column per label; if another "
        'sign parts the columns, say delimiter=";" or delimiter="\\t".'
    )


_FRACTION = re.compile(r"[01]?[.,]\d+|[01]|\d[.\d]*e-\d+|\d{1,3}([.,]\d+)?\s*%")


def _kind(column: list, is_named: bool, with_names: bool) -> str:
    """Say what a column may be: "marks" (0/1 and the like), "cells" (lists), "words", "other".

    "either" is what may be marks with a decimal comma, or lists of class numbers.
    """
    holders = [cell for cell in column if isinstance(cell, list | tuple | dict)]
    if holders:
        return "cells" if is_named or any(map(labels.may_be_labels, holders[:100])) else "other"
    counts: Counter = Counter()
    for cell, n in Counter(column).items():
        counts[as_text(cell)] += n
    filled = {text: n for text, n in counts.items() if text.casefold() not in labels.BLANK}
    if not filled:
        return "other"
    total = sum(filled.values())
    marks = sum(n for text, n in filled.items() if labels.code_of(text) < 4)
    if marks >= total / 2 and not (is_named and marks < total):
        return "marks"
    if is_named:
        return "cells"
    fractions = all(_FRACTION.fullmatch(text) for text in filled)
    numbers = sum(n for text, n in filled.items() if re.fullmatch(r"\d{1,4}([,;| ]\d{1,4})*", text))
    beyond = with_names or any(int(one) > 1 for text in filled for one in re.findall(r"\d+", text))
    if numbers == total and beyond and not all(text.isdecimal() for text in filled):
        if fractions and not with_names:  # is 0,85 a probability, or two class numbers?
            decimals = any(re.search(r",0\d|,\d{3}", text) for text in filled)
            return "marks" if decimals else "either"
        return "cells"  # class numbers
    if fractions:
        return "marks"
    brackets = sum(n for text, n in filled.items() if text[0] in "[{<" and text[-1] in "]}>")
    if brackets == total:
        return "cells"
    return "words" if len(filled) < total / 2 else "other"


def _repeat(texts) -> bool:
    """Tell whether a text stands in more than one row; only those that look alike are compared."""
    import pandas as pd

    keys = np.concatenate([_keys(chunk) for chunk in texts.chunks])
    alike = pd.Series(keys).duplicated(keep=False).to_numpy()
    if not alike.any():
        return False
    texts = texts.filter(alike)
    return len(texts.unique()) < len(texts)


def _keys(chunk) -> np.ndarray:
    """Return a number for each text, from its length and its last sixteen bytes.

    Equal texts have equal numbers, different ones hardly ever; whole texts take longer to look at.
    """
    offsets, letters = _bytes(chunk)
    keys = np.diff(offsets).astype(np.uint64)
    long = np.flatnonzero(keys >= 16)
    if len(long):
        # Sixteen bytes from each byte on, as one value, which is faster to pick than sixteen.
        cells = np.ndarray(len(letters) - 15, "V16", letters, strides=(1,))
        ends = cells[offsets[1:][long] - 16].view(np.uint64).reshape(-1, 2)
        # Odd factors with bits all over spread what is alike.
        keys[long] += ends @ np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)
    return keys


def _blank(chunk) -> np.ndarray:
    """Tell which texts are empty or white space: those alone that begin like it are looked at."""
    from pyarrow import compute

    offsets, letters = _bytes(chunk)
    blank = np.diff(offsets) == 0
    first = letters[offsets[:-1][~blank]]
    rows = np.flatnonzero(~blank)[(first <= 32) | (first > 127)]
    if len(rows):
        blank[rows] = compute.utf8_is_space(chunk.take(rows)).to_numpy(zero_copy_only=False)
    return blank


def _bytes(chunk) -> tuple[np.ndarray, np.ndarray]:
    """Return where each text begins, with the end of the last one, and all of their bytes."""
    import pyarrow as pa

    kind = np.int64 if pa.types.is_large_string(chunk.type) else np.int32
    _, offsets, letters = chunk.buffers()
    offsets = np.frombuffer(offsets, kind)[chunk.offset : chunk.offset + len(chunk) + 1]
    return offsets, np.frombuffer(letters or b"", np.uint8)


def _ids(found: Found, text_column: str, taken: list) -> list | None:
    """Return what tells texts apart: an id column whose id always has the same text."""
    taken = set(taken)
    for name in found.names:
        if name in taken or not re.fullmatch(r"id|.*[_ ]id|doc|document", name, re.IGNORECASE):
            continue
        if re.search(r"rater|annotat|worker|coder|user|author", name, re.IGNORECASE):
            continue
        ids = found.column(name)
        if len(set(ids)) == len(ids):
            return None
        texts, of = found.column(text_column), {}
        if all(of.setdefault(as_text(i), text) == text for i, text in zip(ids, texts, strict=True)):
            return [as_text(i) for i in ids]
    return None


def _sentence(path, found, where, parts, targets, names, text_column, labels_column) -> str:
    """Say in one sentence what was understood."""
    packed = re.search(r"\((gzip|bzip2|xz|zip[^)]*)\)", where)
    kind = ", ".join([found.kind, *found.notes])
    n_texts, none = len(targets), int((targets.sum(axis=1) == 0).sum())
    counts = [
        f"{n_texts:,} text{'s' * (n_texts != 1)}",
        f"{len(names):,} label{'s' * (len(names) != 1)} ({validate.listed(names, 6)})",
    ]
    if none:
        counts.append(f"{none:,} text{'s' * (none != 1)} without a label")
    line = f"{path.name} is {kind}{' in ' + packed[1] if packed else ''}; {', '.join(parts)}: "
    line += ", ".join(counts)
    used = {text_column, labels_column, *names}
    unused = [name or "(no name)" for name in found.names if name not in used]
    gone = [f"{n:,} {found.unit}{'s' * (n != 1)} {why}" for why, n in found.left_out.items()]
    if unused:
        gone.append(f"column{'s' * (len(unused) != 1)} {validate.listed(unused, 6)}")
    if gone:
        line += f"; left out: {', '.join(gone)}"
    never = [name for name, count in zip(names, targets.sum(axis=0), strict=True) if not count]
    if never:
        line += f"; never given: {validate.listed(never, 6)}"
    alike = labels.twins(names)
    if alike:
        line += f"; are these the same label? {validate.listed(map(repr, alike), 6)}"
    return f"{line}."
