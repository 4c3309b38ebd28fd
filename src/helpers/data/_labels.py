"""From cells to labels: 0/1 columns in any writing, and lists in one cell in any notation."""

import ast
import json
import re
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path

import numpy as np

from helpers import _validate as validate
from helpers.data._found import Found, as_text, both_readings
from helpers.data._matrix import suggest
from helpers.data._raters import RATERS

_YES = {"1", "true", "t", "yes", "y", "ja", "j", "oui", "sí", "si", "x", "✓", "✔", "☑", "wahr"}
_NO = {"0", "false", "f", "no", "n", "nein", "non", "falsch"}
BLANK = {"", "nan", "na", "n/a", "null", "none", "<na>"}
_NOTHING = ["NaN", "nan", "<NA>", "null"]  # what programs write for no value, never a label
_NUMBER = re.compile(r"([+-]?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d+)?)\s*(%?)")
_TOTAL = re.compile(
    r"(grand )?total|totals|sum|sums|summe|gesamt|mean|average|mittelwert|count|anzahl",
    re.IGNORECASE,
)
_YES_CODE, _NO_CODE, _BLANK_CODE, _MINUS_CODE, _OTHER_CODE = range(5)
_SEPARATORS = {"|": "|", ";": ";", "#": "#", ",": ",", "/": "/", " ": "a blank", "\n": "line ends"}
_STRONG = "|;#"  # hardly ever part of a label's name


def code_of(text: str) -> int:
    """Say what a cell of a 0/1 column is: yes, no, blank, -1 or something else.

    >>> [code_of(text) for text in ("1,0", "Nein", "", "-1", "maybe")]
    [0, 1, 2, 3, 4]
    """
    text = text.casefold()
    number = number_in(text)
    if number is not None:
        return {1: _YES_CODE, 0: _NO_CODE, -1: _MINUS_CODE}.get(number, _OTHER_CODE)
    if text in BLANK:
        return _BLANK_CODE
    return _YES_CODE if text in _YES else _NO_CODE if text in _NO else _OTHER_CODE


def number_in(text: str) -> float | None:
    """Read a number as people write it; None for what is none.

    >>> [number_in(text) for text in ("0.85", "0,85", "85 %", "maybe")]
    [0.85, 0.85, 0.85, None]
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    return float(found[1].replace(",", ".")) / (100 if found[5] else 1)


def from_columns(found: Found, where: str, names: list[str], cut, not_labeled):
    """Read one column for each label.

    Returns:
        float32 targets ``(n_rows, n_labels)``, NaN where a row is not labeled, and what was
        understood.
    """
    if found.block is not None:
        last = {name: k for k, name in enumerate(found.names[-found.block.shape[1] :])}
        if list(last) == list(names):
            return found.block, "0/1 columns"
        if all(name in last for name in names):
            return found.block[:, [last[name] for name in names]], "0/1 columns"
        found.rows = found.slow().rows[1:]
        found.block = found.front = None
    places = [found.names.index(name) for name in names]
    plain = _zeros_and_ones(found.rows, places)
    if plain is not None:
        return plain, "0/1 columns"
    memo: dict = {}
    codes = np.empty((len(found.rows), len(names)), dtype=np.int8)
    for k, j in enumerate(places):
        for i, row in enumerate(found.rows):
            cell = row[j]
            if not isinstance(cell, str):
                cell = as_text(cell)
            code = memo.get(cell)
            if code is None:
                code = memo[cell] = code_of(cell.strip())
            codes[i, k] = code
    if (codes == _OTHER_CODE).any():
        return _from_probabilities(found, where, names, places, codes, cut)
    targets = np.where(codes == _YES_CODE, 1, 0).astype(np.float32)
    marks = sorted(memo, key=lambda cell: (memo[cell], cell))
    note = f"columns of {validate.listed([repr(mark.strip()) for mark in marks], 6)}"
    blank, minus = codes == _BLANK_CODE, codes == _MINUS_CODE
    if not_labeled is not None:
        listed = {as_text(mark).casefold() for mark in not_labeled}
        given = [cell for cell in memo if cell.strip().casefold() in listed]
        for k, j in enumerate(places):
            hit = np.array([as_text(row[j]) in {c.strip() for c in given} for row in found.rows])
            targets[hit, k] = np.nan
        return targets, note
    some_no = (codes == _NO_CODE).any()
    if minus.any() and not some_no:
        _uncertain(found, where, names, minus, '["-1"]', "-1 means no, or not labeled")
    if blank.any() and some_no:
        rows = blank.any(axis=1)
        if rows.sum() > len(rows) / 2:
            _uncertain(found, where, names, blank, '[""]', "an empty cell means no, or not labeled")
        targets[blank] = np.nan
    targets[minus] = np.nan
    if not (codes == _YES_CODE).any() and not some_no:
        raise ValueError(
            f"{where}: the label columns {validate.listed(names, 10)} are empty in every row, so "
            "there is no label to learn. Check the names of the columns."
        )
    return targets, note


def _zeros_and_ones(rows: list, places: list[int]) -> np.ndarray | None:
    """Read cells that are all "0" or "1" at once: thousands of columns take no time so."""
    pick = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
    try:
        signs = ["".join(pick(row)) for row in rows]
        if {*map(len, signs)} != {len(places)}:
            return None
        table = np.frombuffer("".join(signs).encode("ascii"), dtype=np.uint8) - ord("0")
    except (TypeError, UnicodeEncodeError):
        return None
    if table.max(initial=0) > 1:
        return None
    return table.reshape(len(rows), len(places)).astype(np.float32)


def _uncertain(found, where, names, cells, marks, question):
    i, k = np.argwhere(cells)[0]
    readings = {
        "not_labeled=[]": f"these {int(cells.sum())} cells say no",
        f"not_labeled={marks}": f"{int(cells.any(axis=1).sum())} of {len(cells)} rows are left out",
    }
    place = f"{where}, {found.unit} {found.numbers[i]}, column {names[k]!r}"
    raise ValueError(both_readings(f"{place}: it is not certain whether {question}", readings))


def _from_probabilities(found, where, names, places, codes, cut):
    values, percent, plain = np.full(codes.shape, np.nan, dtype=np.float32), None, None

    def at(i: int, k: int) -> str:
        return f"{where}, {found.unit} {found.numbers[i]}, column {names[k]!r}"

    others = np.argwhere(codes == _OTHER_CODE)
    if len({i for i, _ in others}) == 1 and others[0][0] == len(codes) - 1 and len(codes) > 2:
        i, k = others[0]  # all rows but the last hold 0s and 1s
        if any(_TOTAL.fullmatch(as_text(cell)) for cell in found.rows[i]):
            raise ValueError(
                f"{at(i, k)}: got {validate.short(found.rows[i][places[k]])}, expected 0 or 1. "
                "The last row seems to hold totals, not a text: delete it."
            )
    wrong = []
    for k, j in enumerate(places):
        for i, row in enumerate(found.rows):
            text = as_text(row[j])
            number = number_in(text)
            if number is not None and 0 <= number <= 1:
                values[i, k] = number
                if text.endswith("%"):
                    percent = percent or (i, k)
                elif number:  # a bare 0 is 0 % as well
                    plain = plain or (i, k)
            elif codes[i, k] == _OTHER_CODE:
                wrong.append((i, k))
    if wrong:
        i, k = wrong[0]
        raise ValueError(
            f"{at(i, k)}: got "
            f"{validate.short(found.rows[i][places[k]])}, expected 0 or 1"
            f"{and_more(len(wrong))}. Write 1 where the label applies and 0 where it does not; if "
            f"{names[k]!r} is no label, name the label columns in label_columns."
        )
    if percent and plain:
        shown = [f"{at(i, k)}: {as_text(found.rows[i][places[k]])}" for i, k in (percent, plain)]
        raise ValueError(
            "\n  ".join(["Some probabilities are in percent and some are not:", *shown])
            + "\nWrite all of them in the same way."
        )
    i, k = others[0]
    if cut is None:
        raise ValueError(
            f"{at(i, k)}: got "
            f"{as_text(found.rows[i][places[k]])}, expected 0 or 1. These look like probabilities: "
            "say from which on a label applies, cut=0.5."
        )
    targets = np.where(np.isnan(values), np.nan, values >= np.float32(cut)).astype(np.float32)
    return targets, f"probabilities, a label from {cut:g} on"


def check_last_row(found: Found, where: str, text: str, targets: np.ndarray) -> None:
    """Refuse a row of totals below the texts, even where no total is more than 1."""
    if not _TOTAL.fullmatch(text.strip()) or len(targets) < 3:
        return
    if (targets[-1] == np.nansum(targets[:-1], axis=0)).all():
        raise ValueError(
            f"{where}, {found.unit} {found.numbers[-1]}: {text!r} and beside it the sums of the "
            "columns. The last row seems to hold totals, not a text: delete it."
        )


def from_cells(found: Found, where: str, column: str, separator, label_names, cut, not_labeled):
    """Read one column that holds all of a text's labels.

    Returns:
        float32 targets, NaN where a row is not labeled; the labels' names; what was understood.
    """
    cells = found.column(column)
    place = f"{where}, column {column!r}"

    def at(i: int) -> str:
        return f"{where}, {found.unit} {found.numbers[i]}, column {column!r}"

    texts = [cell if isinstance(cell, list | dict | tuple) else as_text(cell) for cell in cells]
    if label_names is None:
        texts = ["" if text in _NOTHING else text for text in texts]
    skipped = {as_text(mark) for mark in not_labeled or ["-1"]}
    missing = [isinstance(text, str) and text in skipped for text in texts]
    if not_labeled is None and any(isinstance(cell, list) and not cell for cell in cells):
        # Where an empty list says "no label", nothing at all says "nobody has looked".
        missing = [gone or cell is None for gone, cell in zip(missing, cells, strict=True)]
    used = [text for text, skip in zip(texts, missing, strict=True) if not skip and text != ""]
    if not used:
        raise ValueError(
            f"{place} is empty in every row, so there is no label to learn. Check the name of the "
            "column."
        )
    listed = sum(not isinstance(text, str) or text[0] in "[{(" for text in used)
    by_hand = False
    mixed = (not isinstance(text, str) or text.startswith('{"choices"') for text in used)
    if listed > len(used) / 2 or any(mixed):
        note, sets, known = _from_lists(texts, missing, at, cut)
    else:
        note, sets = _from_strings(texts, missing, place, separator, label_names)
        known, by_hand = None, separator is not None
    known_names = label_names if label_names is not None else found.class_names.get(column)
    whole = all(_is_whole(one) for some in sets for one in some)
    some_any = any(sets)
    if by_hand and known_names is None and whole:
        note += ", numbers taken as names"
    elif some_any and whole and not _are_names(sets, known_names):
        sets = _from_numbers(sets, place, at, known_names)
        note += " of class numbers"
    sets = [[str(one) for one in some] for some in sets]
    present = sorted(set().union(*sets))
    names = list(known_names) if known_names is not None else sorted({*(known or ()), *present})
    if not names:
        raise ValueError(
            f"{place} is empty in every row, so there is no label to learn. Check the name of the "
            "column."
        )
    place_of = {name: k for k, name in enumerate(names)}
    targets = np.zeros((len(sets), len(names)), dtype=np.float32)
    for i, some in enumerate(sets):
        if missing[i]:
            targets[i] = np.nan
        for name in some:
            if name not in place_of:
                raise ValueError(
                    f"{at(i)}: the label {name!r} is not among label_names. {suggest(name, names)}"
                )
            targets[i, place_of[name]] = 1
    return targets, names, f"{note} in column {column!r}"


def _is_whole(one) -> bool:
    if isinstance(one, str):
        return one.isdecimal()
    return isinstance(one, int) and not isinstance(one, bool)


def _are_names(sets, known) -> bool:
    """Numbers are names where the reader's own list has them."""
    return known is not None and {str(one) for some in sets for one in some} <= set(known)


def _from_numbers(sets, place: str, at, known):
    """Turn class numbers, or rows of 0 and 1, into names."""
    sets = [[int(one) for one in some] for some in sets]
    filled = [some for some in sets if some]
    widths = {len(some) for some in filled}
    one_hot = len(widths) == 1 and {one for some in filled for one in some} <= {0, 1}
    one_hot = one_hot and max(widths) > 1 and any(len({*s}) < len(s) for s in filled)
    shown = validate.short(filled[0])
    if known is None:
        what = f"a list of {max(widths)} 0s and 1s" if one_hot else "a list of class numbers"
        raise ValueError(
            f"{place} holds {shown}, {what}, and nothing says which labels they mean. Pass "
            'label_names=[...], in order, or label_names="names.txt", a file with a name per line.'
        )
    if one_hot and max(widths) == len(known):
        return [[known[k] for k, one in enumerate(some) if one] for some in sets]
    numbers = {one for some in sets for one in some}
    first = 1 if 0 not in numbers and max(numbers) == len(known) else 0
    for i, some in enumerate(sets):
        for one in some:
            if not 0 <= one - first < len(known):
                raise ValueError(
                    f"{at(i)}: the class number {one} is beyond the {len(known)} label_names, "
                    "which are counted from 0."
                )
    return [[known[one - first] for one in some] for some in sets]


def _from_lists(texts, missing, at, cut):
    """Read lists and dicts: JSON, Python, NumPy, or what JSON and Parquet files hold."""
    memo, sets, known, kinds = {}, [], {}, Counter()
    for i, text in enumerate(texts):
        if missing[i] or text == "":
            sets.append([])
            continue
        if isinstance(text, str) and text[0] in "[{(":
            if text not in memo:
                memo[text] = _literal(text)
            value = memo[text]
            if value is None:
                raise ValueError(f"{at(i)}: {validate.short(text)} is no list that can be read.")
        else:
            value = text
        kinds["dicts" if isinstance(value, dict) else "lists"] += 1
        try:
            names, scored = _items(value, cut)
        except ValueError as error:
            raise ValueError(f"{at(i)}: got {validate.short(text)}. {error}") from None
        known.update(dict.fromkeys(scored))
        sets.append(names)
    note, several = kinds.most_common(1)[0][0], sum(n > 1 for n in map(_n_raters, texts))
    if several:
        note += f" ({several:,} by several raters, whose labels are all kept)"
    return note, sets, list(known) or None


def _n_raters(value) -> int:
    """Count who gave the labels in one cell, where a tool has written it beside each."""
    given = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return len({str(one[key]) for one in given for key in one if RATERS.fullmatch(key)})


def _literal(text: str):
    """Read a list as JSON, Python or NumPy wrote it; None for what is none."""
    side_by_side = re.search(r"'\s+'|\"\s+\"", text)  # Python would make one word of two
    for read in () if side_by_side else (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
    inner = text[1:-1].strip()
    if re.fullmatch(r"\[.*\]", text, re.DOTALL):
        if re.fullmatch(r"[\d.\s-]*", inner):  # NumPy parts by blanks alone
            numbers = [float(one) for one in inner.split()]
            return [int(one) if one.is_integer() else one for one in numbers]
        quoted = re.findall(r"'([^']*)'|\"([^\"]*)\"", inner)
        if quoted and not re.sub(r"'[^']*'|\"[^\"]*\"", "", inner).strip(" ,\n"):
            return [a or b for a, b in quoted]
        if not re.search(r"['\"\[\]{}]", inner):  # [sports, law]
            return [one.strip() for one in inner.split(",") if one.strip()]
    return None


def may_be_labels(value) -> bool:
    """Tell whether a list or dict names labels; what describes the text does not.

    >>> may_be_labels([{"label": "law"}]), may_be_labels({"lang": "es", "stars": 4})
    (True, False)
    """
    try:
        _items(value, 0.5)
    except ValueError:
        return False
    return True


def _items(value, cut) -> tuple[list, list]:
    """Return the labels in a list or dict, and all names that a dict of scores knows."""
    if isinstance(value, dict):
        if isinstance(value.get("choices"), list):
            return _items(value["choices"], cut)
        for key in ("label", "name", "title"):
            if isinstance(value.get(key), str):
                return _scored(value, key, cut)
        if all(isinstance(one, str) for one in value.values()):
            return list(value.values()), []
        if all(isinstance(one, bool | int | float) for one in value.values()):
            if any(one not in (0, 1) for one in value.values()) and cut is None:
                raise ValueError(
                    "This is a dict of scores: say from which on a label applies, cut=0.5."
                )
            return [k for k, score in value.items() if score >= (cut or 0.5)], list(value)
        raise ValueError(
            "Expected names of labels, a dict of scores, or dicts with a name or a label key."
        )
    if isinstance(value, list | tuple | set):
        names, known = [], []
        for one in value:
            if isinstance(one, dict | list):
                some, scored = _items(one, cut)
                names, known = names + some, known + scored
            elif isinstance(one, float) and one.is_integer():
                names.append(int(one))
            elif isinstance(one, bool) or one is None or isinstance(one, float):
                raise ValueError(f"It holds {one!r}, expected names of labels or class numbers.")
            else:
                names.append(one.strip() if isinstance(one, str) else one)
        return names, known
    return [value], []


def _scored(value: dict, key: str, cut) -> tuple[list, list]:
    """Read a dict that names one label, with a score or without, as a pipeline writes it."""
    scores = [value.get(name) for name in ("score", "probability", "confidence")]
    score = next((one for one in scores if isinstance(one, float) and 0 <= one <= 1), None)
    if score is None:
        return [value[key]], []
    if cut is None and score not in (0, 1):
        raise ValueError("Labels have scores here: say from which on a label applies, cut=0.5.")
    return [value[key]] if score >= (cut or 0.5) else [], [value[key]]


def _from_strings(texts, missing, place: str, separator, label_names):
    """Split cells at the sign that parts labels, if it is certain that it is no part of a name."""
    cells = [text for text, skip in zip(texts, missing, strict=True) if not skip and text]
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            texts[i] = json.dumps(text)
    if separator is None and all(re.fullmatch(r"(<[^<>]+>)+", cell) for cell in cells):
        sets = [re.findall(r"<([^<>]+)>", text) for text in texts]
        return "labels as <label>", sets
    sign = separator if separator is not None else _find_separator(cells, place, label_names)
    if sign is None:
        return "one label per text", [[text] if text else [] for text in texts]
    sets = [[part.strip() for part in text.split(sign) if part.strip()] for text in texts]
    sets = [[] if skip else some for some, skip in zip(sets, missing, strict=True)]
    return f"labels parted by {_SEPARATORS.get(sign, repr(sign))}", sets


def _find_separator(cells: list[str], place: str, label_names) -> str | None:
    distinct = set(cells)
    if label_names is not None and distinct <= set(label_names):
        return None
    held = [sign for sign in _SEPARATORS if any(sign in cell for cell in distinct)]
    for sign in held:
        parts = [[part.strip() for part in cell.split(sign)] for cell in distinct]
        many = [some for some in parts if len(some) > 1]
        pieces = {part for some in many for part in some if part}
        if all(re.fullmatch(r"\d+", piece) for piece in pieces) and pieces:
            return sign  # class numbers
        if label_names is not None and pieces <= set(label_names):
            return sign
        if sign in _STRONG and all(all(some[1:-1]) and (some[0] or sign == "|") for some in many):
            if all(some[-1] or sign == "|" for some in many):
                return sign
        counted = Counter(part for some in parts for part in {*some})
        alone = sum(piece in distinct for piece in pieces)
        again = sum(counted[piece] > 1 for piece in pieces)
        codes = all(re.fullmatch(r"\S*[.\-_]\S*", piece) for piece in pieces)
        if alone >= len(pieces) / 2 or (codes and sign == " "):
            return sign
        if again == 0 and sign in "/ " and len(distinct) < len(cells):
            continue  # the same words always stand together: one name
        if again or sign == ",":
            cell = next(cell for cell in sorted(distinct) if sign in cell)
            other = next((one for one in sorted(distinct) if sign in one and one != cell), cell)
            whole = 'separator="\\t"' if sign != "\t" else 'separator=";"'
            readings = {
                f"separator={sign!r}": [one.split(sign) for one in (cell, other)],
                whole: [[cell], [other]],
            }
            raise ValueError(
                both_readings(
                    f"{place}: it is not certain whether {_SEPARATORS[sign]} parts labels or "
                    "belongs to a name",
                    readings,
                )
            )
    return None


def read_names(label_names) -> list[str] | None:
    """Return the labels' names, from a list or from a file with a name per line."""
    if label_names is None or not isinstance(label_names, str | Path):
        return None if label_names is None else validate.names(label_names)
    path = validate.path(label_names, "label_names")
    if not path.is_file():
        raise FileNotFoundError(f"label_names is {label_names!r}, but there is no such file.")
    text = path.read_text(encoding="utf-8-sig")
    if text.lstrip().startswith("["):
        return validate.names(json.loads(text))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    counted = [re.fullmatch(r"(\d+)[\s,;:]+(.+)", line) for line in lines]
    if all(counted) and [int(one[1]) for one in counted] == list(range(len(lines))):
        lines = [one[2] for one in counted]
    return validate.names(lines)


def and_more(count: int) -> str:
    """Say that a fault is not the only one."""
    return "" if count == 1 else f" ({count - 1:,} more like it)"


def twins(names: Sequence[str]) -> list[str]:
    """Return names that differ from another in case, blanks or letters of no width alone."""
    bare = [" ".join(re.sub("[\u200b\ufeff]", "", name).casefold().split()) for name in names]
    seen = Counter(bare)
    return [name for name, one in zip(names, bare, strict=True) if seen[one] > 1]
