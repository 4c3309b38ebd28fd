"""From a text file to rows of cells: encoding, separator, quotes, header, found by looking."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from helpers import _validate as validate
from helpers.data._block import long_cells, read_block
from helpers.data._found import Found, both_readings

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_MARKS = {  # byte order marks; UTF-32 first, since UTF-16's is a part of it
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_OTHERS = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "koi8_r", "mac_roman"]
_OTHERS += ["shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"]
_HEADER_WORDS = re.compile(
    r"text|body|comment|comment_text|sentence|tweet|content|message|review|document|title|"
    r"abstract|plot|description|labels?|tags?|genres?|categor(y|ies)|topics?|emotions?|class(es)?|"
    r"id|idx|index|unnamed: 0|split|rater.*|annotator.*|created_at|lead_time",
    re.IGNORECASE,
)
_BLOCK = 1 << 16  # bytes that are decoded at once
_SAMPLE = 300  # lines that the separator is judged by
_QUOTES = {  # what a double quote may be, for csv.reader
    "doubled": {"doublequote": True, "strict": True},
    "escaped": {"doublequote": False, "escapechar": "\\", "strict": True},
    "plain": {"quoting": csv.QUOTE_NONE},
}


def find_encoding(open_bytes: Callable, where: str, encoding: str | None) -> str:
    """Return the name of a codec that reads a whole file; a ValueError if none is certain."""
    codec = _likely_encoding(open_bytes, where, encoding)
    try:
        _decode_all(open_bytes, where, codec, encoding or {"utf-8": "UTF-8"}.get(codec, codec))
    except ValueError as error:
        if encoding is not None or codec != "utf-8":
            raise
        return _other_encoding(open_bytes, where, str(error))
    return codec


def _likely_encoding(open_bytes: Callable, where: str, encoding: str | None) -> str:
    """Return the codec that is named, or that a file's first bytes tell; the rest may not fit."""
    if encoding is not None:
        try:
            name = codecs.lookup(validate.string(encoding, "encoding")).name
        except LookupError:
            raise ValueError(
                f'encoding is {encoding!r}, which Python does not know. Common ones are "utf-8" '
                'and "cp1252".'
            ) from None
        return "utf-8-sig" if name == "utf-8" else name
    with open_bytes() as file:
        head = file.read(4096)
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    if b"\0" in head:
        zeros = [head[start::2].count(0) for start in (0, 1)]
        if max(zeros) > len(head) / 8 and min(zeros) < max(zeros) / 10:
            return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
        raise ValueError(
            f"{where} holds zero bytes, so it is no text file that can be read here. Open it in "
            "the program that made it and save it as CSV UTF-8."
        )
    return "utf-8"


def _decode_all(open_bytes: Callable, where: str, codec: str, name: str) -> None:
    decoder, blocks = codecs.getincrementaldecoder(codec)(), 0
    with open_bytes() as file:
        while True:
            block = file.read(_BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                line = _line_of(open_bytes, codec, blocks, error)
                raise ValueError(
                    f"{where}, line {line}: byte 0x{error.object[error.start]:02x} is not "
                    f"{name}. Spreadsheets on Windows often save another encoding: try "
                    'encoding="cp1252", or save the file as UTF-8.'
                ) from None
            if not block:
                return
            blocks += 1


def _line_of(open_bytes: Callable, codec: str, blocks: int, error: UnicodeDecodeError) -> int:
    """Count the lines up to an error, some blocks into a file."""
    decoder = codecs.getincrementaldecoder(codec)()
    with open_bytes() as file:
        lines = sum(decoder.decode(file.read(_BLOCK)).count("\n") for _ in range(blocks))
    if "16" not in codec and "32" not in codec:
        lines += error.object[: error.start].count(b"\n")
    return lines + 1


def _other_encoding(open_bytes: Callable, where: str, complaint: str) -> str:
    """Tell an 8-bit encoding by the lines that hold more than ASCII, or refuse to guess."""
    from charset_normalizer import from_bytes

    odd, sound, size = [], 0, 0
    with open_bytes() as file:
        for line in file:
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                sound += 1
            except UnicodeDecodeError:
                odd.append(line)
                size += len(line)
                if size > 1 << 16:
                    break
    if sound > len(odd):
        raise ValueError(
            f"{complaint} {sound} other lines are UTF-8, so {len(odd)} seem damaged; "
            "as cp1252 the whole file can be read, but those others would be wrong."
        )
    sample = b"".join(odd)
    matches = list(from_bytes(sample, cp_isolation=_OTHERS))
    readings = {}
    for name in ["cp1252", *(match.encoding for match in matches)]:
        try:
            readings[name] = sample.decode(name)
        except UnicodeDecodeError:
            continue
    best = matches[0].encoding if matches else None
    # Most such files are cp1252, so it is believed where nothing reads better.
    if best and readings.get(best) == readings.get("cp1252"):
        return "cp1252"
    if any(one.encoding == "cp1252" and one.chaos <= matches[0].chaos for one in matches):
        return "cp1252"
    shown = sorted(readings, key=lambda name: name != best)[:2]
    lines = [
        f"  encoding={name!r}: {validate.short(readings[name].splitlines()[0])}" for name in shown
    ]
    raise ValueError("\n".join([f"{complaint} It is not certain which:", *lines]))


@dataclass
class Csv:
    """How a delimited file is to be read; ``notes`` says it in words.

    Attributes:
        open_bytes: opens the file from its beginning.
        codec: from bytes to letters.
        delimiter: what parts the columns; "" where there is only one.
        skip: how many lines stand above the first row.
        mode: what a double quote is, one of ``_QUOTES``; None where nobody has looked yet.
    """

    open_bytes: Callable
    codec: str
    delimiter: str
    skip: int
    mode: str | None = None

    @property
    def kind(self) -> str:
        """Return the name that people give such a file."""
        return "TSV" if self.delimiter == "\t" else "CSV"

    @property
    def notes(self) -> list[str]:
        """Say what was understood."""
        encoded = {"utf-8-sig": "UTF-8 with a mark", "utf-8": "UTF-8", "utf-16": "UTF-16"}
        named = DELIMITERS.get(self.delimiter, repr(self.delimiter))
        parted = f"{named}-separated" if self.delimiter else "one column"
        return [encoded.get(self.codec, self.codec), parted]

    def lines(self):
        """Open the file as lines of text, below what is skipped."""
        file = io.TextIOWrapper(self.open_bytes(), encoding=self.codec, newline="")
        for _ in range(self.skip):
            file.readline()
        return file

    def rows(self, file, mode: str | None = None) -> Iterator[tuple[int, list[str], bool]]:
        """Yield each row's number as an editor counts, its cells, and whether it has many lines."""
        start = self.skip
        with long_cells():
            reader = csv.reader(
                file, delimiter=self.delimiter or "\0", **_QUOTES[mode or self.mode]
            )
            while True:
                try:
                    row = next(reader, None)
                except csv.Error as error:
                    raise _BadRow(start + 1, str(error)) from None
                if row is None:
                    return
                number, start = start + 1, reader.line_num + self.skip
                if any(cell and not cell.isspace() for cell in row):
                    yield number, row, start > number  # and not what a spreadsheet has for nothing


class _BadRow(Exception):
    """(row, what is wrong with it)."""


def read_cells(
    open_bytes: Callable,
    where: str,
    encoding: str | None,
    delimiter: str | None,
    quotes: bool | None,
) -> Found:
    """Read a delimited file: a header or not, every row with as many cells."""
    tried = None
    for find in (_likely_encoding, find_encoding):  # the quick way finds out if the first is wrong
        codec = find(open_bytes, where, encoding)
        if codec == tried or codec not in ("utf-8", "utf-8-sig", "cp1252") or quotes is not None:
            continue
        tried, way = codec, _look(open_bytes, where, codec, delimiter)
        if way.delimiter and not way.skip:
            quick = read_block(open_bytes, codec, way.delimiter)
            if quick is not None:
                names, front, numbers, block = quick
                return Found(way.kind, way.notes, names, [], numbers, block=block, front=front)
    way = _look(open_bytes, where, codec, delimiter)
    rows, numbers, notes = _rows(way, where, quotes)
    return Found(way.kind, way.notes + notes, [], rows, numbers)


def find_csv(open_bytes: Callable, where: str, encoding, delimiter, quotes=None) -> Csv:
    """Find out how a delimited file is to be read, and that all of its rows can be."""
    codec = find_encoding(open_bytes, where, encoding)
    way = _look(open_bytes, where, codec, delimiter)
    _find_quotes(way, where, quotes, keep=False)
    return way


def _look(open_bytes: Callable, where: str, codec: str, delimiter: str | None) -> Csv:
    """Find the separator by looking at the first lines."""
    with io.TextIOWrapper(open_bytes(), encoding=codec, errors="replace", newline="") as file:
        first = file.readline()
        sample, size = [first], len(first)
        while len(sample) < _SAMPLE and (size < 1 << 17 or len(sample) < 4):
            line = file.readline()
            if not line:
                break
            sample.append(line)
            size += len(line)
        cut = bool(file.readline())
    skip = 0
    if said := re.fullmatch(r'"?sep=(.)"?\s*', first):  # what Excel writes and reads
        delimiter, skip, sample = delimiter or said[1], 1, sample[1:]
    if not any(line.strip() for line in sample):
        raise ValueError(f"{where} is empty. It needs a row for each text.")
    if delimiter is None:
        delimiter = find_delimiter(sample, where, cut)
    return Csv(open_bytes, codec, delimiter, skip)


def find_delimiter(sample: list[str], where: str, cut: bool) -> str:
    """Return the one sign that gives every row as many cells, more than one; "" if none does."""
    fits, near = [], Counter()
    for sign in DELIMITERS:
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            widths = [len(row) for row in _parsed(sample, sign, quoting) if any(row)]
            widths = widths[: -1 if cut and len(widths) > 2 else None]
            (width, count), *_ = Counter(widths).most_common(1) or [(1, 0)]
            if width > 1 and count == len(widths) and (count > 1 or width > 2 or not fits):
                fits.append(sign) if sign not in fits else None
            elif width > 1:
                near[sign] = max(near[sign], count)
    if "\t" in fits:  # a tab is nothing that people type into a text
        return "\t"
    if len(fits) == 1:
        return fits[0]
    if len(fits) > 1:
        readings = {
            f"delimiter={sign!r}": next(iter(_parsed(sample[-1:], sign, csv.QUOTE_MINIMAL)))
            for sign in fits
        }
        raise ValueError(
            both_readings(f"{where}: it is not certain what parts the columns", readings)
        )
    sign, count = (near.most_common(1) or [("", 0)])[0]
    return sign if count >= len(sample) / 2 else ""


def _parsed(lines: list[str], delimiter: str, quoting: int):
    try:
        with long_cells():
            return list(csv.reader(lines, delimiter=delimiter, quoting=quoting))
    except csv.Error:
        return []


def _rows(way: Csv, where: str, quotes: bool | None):
    """Return all rows, their numbers, and what is to be said of quotes."""
    found = _find_quotes(way, where, quotes, keep=True)
    quoted = way.mode == "plain" and any('"' in cell for row in found.rows[:1000] for cell in row)
    return found.rows, found.numbers, ["quotes are plain letters"] if quoted else []


def _find_quotes(way: Csv, where: str, quotes: bool | None, keep: bool) -> "_Attempt":
    """Decide, over the whole file, what a double quote is; ``keep`` keeps the rows."""
    modes = [name for name in _QUOTES if quotes is None or (name != "plain") == quotes]
    first = _attempt(way, modes[0], keep)
    way.mode = modes[0]
    if first.problem or (way.mode == "doubled" and first.many_lines):
        tried = {way.mode: first}
        for name in modes[1:]:
            tried[name] = _attempt(way, name, keep)
        sound = [name for name, one in tried.items() if not one.problem]
        if "escaped" in sound and not _holds_escapes(way):
            sound.remove("escaped")  # that way of reading lets nearly anything pass
        if not sound:
            _raise(where, first)
        if "doubled" in sound and "plain" in sound and way.delimiter != "\t":
            number, row = first.many_lines
            with way.lines() as file:
                plain = next(row for at, row, _ in way.rows(file, "plain") if at == number)
            raise ValueError(
                both_readings(
                    f"{where}, row {number}: it is not certain whether quotes hold a "
                    "text together or are plain letters",
                    {"quotes=True": row, "quotes=False": plain},
                )
            )
        # In a TSV whose lines all fit by themselves, a quote that swallows lines is a letter.
        way.mode = "plain" if "plain" in sound and "doubled" in sound else sound[0]
        first = tried[way.mode]
    return first


def _holds_escapes(way: Csv) -> bool:
    with way.lines() as file:
        return any('\\"' in line for line in file)


@dataclass
class _Attempt:
    rows: list = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    count: int = 0
    problem: tuple | None = None  # row, what is wrong, how many cells there should be
    many_lines: tuple | None = None  # the first row of more than one line


def _attempt(way: Csv, mode: str, keep: bool) -> _Attempt:
    """Read all rows in one way."""
    done, width = _Attempt(), None
    try:
        with way.lines() as file:
            for number, row, has_many_lines in way.rows(file, mode):
                width = width or len(row)
                if len(row) == width + 1 and not row[-1].strip():
                    row.pop()  # a separator at the end of the row
                if has_many_lines and done.many_lines is None:
                    done.many_lines = number, row
                if len(row) != width:
                    done.problem = done.problem or (number, len(row), width)
                    if len(row) > width or done.count < 2:
                        return done
                done.count += 1
                if keep:
                    done.rows.append(row)
                    done.numbers.append(number)
    except _BadRow as error:
        done.problem = (*error.args, width)
    return done


def _raise(where: str, attempt: _Attempt) -> None:
    number, what, width = attempt.problem
    if isinstance(what, int) and what == width + 1 and attempt.count == 1:
        raise ValueError(
            f"{where}, row {number}: {what} cells, but the first row has {width}. If a column is "
            "without a name, as row numbers often are, give it one in row 1. A text that holds "
            "the separator must stand in double quotes."
        )
    if isinstance(what, int):
        cells = f"{what} cell{'s' * (what != 1)}"
        raise ValueError(
            f"{where}, row {number}: {cells}, but the first row has {width}. A text that holds the "
            "separator must stand in double quotes; if the columns are parted by another sign, say "
            'so: delimiter=";" or delimiter="\\t".'
        )
    raise ValueError(
        f"{where}, row {number}, cannot be read: {what}. Check the double quotes: one inside a "
        "quoted text must be written twice. If quotes are plain letters in this file, say "
        "quotes=False."
    )


def split_header(found: Found, where: str, header, wanted: list[str]) -> Found:
    """Take the first row as the header, or name columns by number where there is none."""
    first = [cell.strip() for cell in found.names or found.rows[0]]
    if found.block is not None and header not in (None, True):
        found = found.slow()
    if found.block is None and header is None:
        header = _has_header(found, where, first, wanted)
    if found.block is not None:  # it stands below a header
        names = first
    elif header is True:
        names, found.rows, found.numbers = first, found.rows[1:], found.numbers[1:]
    elif header is False:
        names = [f"column {i}" for i in range(1, len(first) + 1)]
        found.notes.append("no header row")
    else:
        names = validate.names(header, "header")
        if len(names) != len(first):
            raise ValueError(
                f"header has {len(names)} names, but {where} has {len(first)} columns. The first "
                f"row is {validate.short(found.rows[0])}."
            )
        found.notes.append("no header row")
    twice = sorted(name for name, count in Counter(names).items() if count > 1 and name)
    if twice:
        raise ValueError(
            f"{where}: the header has {validate.listed(map(repr, twice), 10)} more than once. "
            "Give every column a name of its own."
        )
    if found.block is None and header is True:
        _check_below(found, where, names)
    if not found.numbers:
        raise ValueError(f"{where} has a header but no rows. Add a row for each text.")
    found.names = names
    return found


def _check_below(found: Found, where: str, names: list[str]) -> None:
    """Refuse a header that comes again, from files put one below another, or only in row 2."""

    def bare(cell: str) -> str:
        return cell.strip("\ufeff \r\n")

    repeated = [bare(row[0]) == names[0] and [*map(bare, row)] == names for row in found.rows]
    if any(repeated):
        raise ValueError(
            f"{where}, row {found.numbers[repeated.index(True)]} is the header again, and so are "
            f"{sum(repeated) - 1:,} more: files put one below another? Delete these rows."
        )
    second = [cell.strip() for cell in found.rows[0]] if found.rows else []
    if "" in names and "" not in second and any(map(_HEADER_WORDS.fullmatch, second)):
        raise ValueError(
            f"{where}: the names of the columns seem to stand in row {found.numbers[0]} "
            f"({validate.short(second)}), below {validate.short(names)}. Delete the rows above "
            "them."
        )


def _has_header(found: Found, where: str, first: list[str], wanted: list[str]) -> bool:
    if wanted and all(name in first for name in wanted):
        return True
    if any(_HEADER_WORDS.fullmatch(cell) for cell in first):
        return True
    if wanted and all(re.fullmatch(r"column \d+", name) for name in wanted):
        return False
    number = re.compile(r"-?\d+([.,]\d+)*")
    below = found.rows[1:200]
    for j, cell in enumerate(first):
        if number.fullmatch(cell) and below:
            return False  # labels may be numbers, but then one column has a header's word
        if (
            below
            and not number.fullmatch(cell)
            and all(number.fullmatch(row[j].strip()) or not row[j].strip() for row in below)
        ):
            return True
    if any(len(cell) > 60 or cell.count(" ") > 6 for cell in first):
        return False
    readings = {"header=True": [f"columns {', '.join(first)}"], "header=False": first}
    raise ValueError(
        both_readings(
            f"{where}: it is not certain whether the first row is a header row or a text", readings
        )
    )
