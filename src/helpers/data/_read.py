"""From a file of any kind to rows: its first bytes say what it is, whatever its name says."""

import bz2
import functools
import gzip
import io
import json
import lzma
import re
import zipfile
from pathlib import Path

from helpers import _validate as validate
from helpers.data._cells import find_encoding, read_cells, split_header
from helpers.data._found import Found, as_text

_PACKED = {b"\x1f\x8b": ("gzip", gzip), b"BZh": ("bzip2", bz2), b"\xfd7zXZ\0": ("xz", lzma)}
_NOT_READ = {
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (xls): save it as xlsx or as CSV UTF-8",
    b"%PDF": "a PDF: get the table that it was made from",
    b"ARROW1": "an Arrow file: write it as Parquet, or read it with datasets.Dataset.from_file",
    b"SQLite format 3": "a database: export the table as CSV",
    b"version https://git-lfs": "a pointer of Git LFS, without the data: run git lfs pull",
    b"Rar!": "a RAR archive: unpack it",
    b"7z\xbc\xaf": "a 7z archive: unpack it",
    b"\x28\xb5\x2f\xfd": "compressed by zstd: unpack it",
    b"\x80\x04": "a Python pickle, which may run any code: write it as Parquet where it was made",
    b"\x80\x05": "a Python pickle, which may run any code: write it as Parquet where it was made",
}


def read(path: Path, options: dict, wanted: list[str]) -> tuple[Found, str]:
    """Read a file's rows.

    Args:
        path: the file.
        options: encoding, delimiter, quotes, header, sheet; None where nobody has said.
        wanted: columns that are asked for by name.

    Returns:
        What was found, and how messages call the file.
    """
    if path.is_dir():
        inside = sorted(one.name for one in path.iterdir())
        shown = f"Name a file in it: {validate.listed(inside, 5)}" if inside else "It is empty"
        raise ValueError(f"{path} is a folder. {shown}.")
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file {path} (looked in {Path.cwd()}). "
            "Check the spelling, or give the whole path."
        )
    with open(path, "rb") as file:
        head = file.read(64)
    for mark, (name, module) in _PACKED.items():
        if head.startswith(mark):
            where = f"{path} ({name})"
            try:
                with module.open(path, "rb") as file:
                    content = file.read()
            except (OSError, EOFError, lzma.LZMAError) as error:
                message = f"{where} is damaged and cannot be unpacked: {error}."
                raise ValueError(message) from None
            return _read_text(functools.partial(io.BytesIO, content), where, options, wanted)
    for mark, what in _NOT_READ.items():
        if head.startswith(mark):
            raise ValueError(f"{path} is {what}.")
    if head.startswith(b"PAR1"):
        return _read_parquet(path), f"{path} (Parquet)"
    if head.startswith(b"PK\x03\x04"):
        return _read_zip(path, options, wanted)
    return _read_text(lambda: open(path, "rb"), str(path), options, wanted)


def _read_zip(path: Path, options: dict, wanted: list[str]) -> tuple[Found, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
    except zipfile.BadZipFile as error:
        raise ValueError(f"{path} is a damaged zip archive or workbook: {error}.") from None
    if "xl/workbook.xml" in names:
        found, where = _read_workbook(path, options["sheet"]), f"{path} (Excel workbook)"
        return split_header(found, where, options["header"], wanted), where
    if "content.xml" in names:
        raise ValueError(f"{path} is an OpenDocument file: save it as xlsx or as CSV UTF-8.")
    names = [name for name in names if not name.startswith("__MACOSX")]
    if len(names) != 1:
        raise ValueError(
            f"{path} is a zip archive of {len(names)} files: {validate.listed(names, 5)}. Unpack "
            "it and name the file."
        )
    content = zipfile.ZipFile(path).read(names[0])
    return _read_text(lambda: io.BytesIO(content), f"{path} (zip, {names[0]})", options, wanted)


def _read_workbook(path: Path, sheet) -> Found:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise ValueError(
            f"{path} is an Excel workbook, for which openpyxl is missing: pip install openpyxl; or "
            "save it as CSV UTF-8."
        ) from None
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [one for one in archive.namelist() if one.startswith("xl/worksheets/")]
            plain = not any(re.search(rb"<f[ >]|<mergeCell ", archive.read(one)) for one in inside)
        content = path.read_bytes()  # openpyxl would believe the suffix
        book = load_workbook(io.BytesIO(content), read_only=plain, data_only=True)
        sheets = {
            one.title: [list(row) for row in one.iter_rows(values_only=True)]
            for one in book.worksheets
        }
        empty = {} if plain else _empty_cells(book, load_workbook(io.BytesIO(content)))
        book.close()
    except Exception as error:  # openpyxl lets any error of its parts through
        raise ValueError(
            f"{path} is an Excel workbook that openpyxl cannot read ({type(error).__name__}: "
            f"{error}). Save it anew, or as CSV UTF-8."
        ) from None
    full = {name: rows for name, rows in sheets.items() if any(any(map(as_text, r)) for r in rows)}
    if sheet is None and len(full) > 1:
        raise ValueError(
            f"{path} has the sheets {', '.join(full)}. Name one, sheet={next(iter(full))!r}."
        )
    if sheet is not None and sheet not in sheets:
        raise ValueError(f"{path} has no sheet {sheet!r}; it has {', '.join(sheets)}.")
    name = sheet if sheet is not None else next(iter(full), None)
    if empty.get(name):
        raise ValueError(f"{path} (Excel workbook), sheet {name}: {empty[name]}")
    rows, numbers = [], []
    for number, row in enumerate(full.get(name, []), start=1):
        cells = [as_text(cell) for cell in row]
        if any(cells):
            rows.append(cells)
            numbers.append(number)
    if not rows:
        raise ValueError(f"{path} is an Excel workbook without any cells.")
    width = max(max((j for j, cell in enumerate(row) if cell), default=0) for row in rows) + 1
    rows = [(row + [""] * width)[:width] for row in rows]
    return Found("Excel workbook", [f"sheet {name}"], [], rows, numbers)


def _empty_cells(values, formulas) -> dict[str, str]:
    """Say of each sheet which cells look full in Excel and are empty in the file."""
    empty = {}
    for sheet in values.worksheets:
        for merged in sheet.merged_cells.ranges:
            if merged.max_row > merged.min_row:
                empty.setdefault(
                    sheet.title,
                    f"the cells {merged.coord} are merged, so all but the first are empty. Unmerge "
                    "them in Excel, and fill each.",
                )
        for row in formulas[sheet.title].iter_rows():
            for cell in row:
                if cell.data_type == "f" and sheet[cell.coordinate].value is None:
                    empty.setdefault(
                        sheet.title,
                        f"the formula in {cell.coordinate} has no value in the file. Open the "
                        "workbook in Excel and save it, or save it as CSV UTF-8.",
                    )
    return empty


def _read_parquet(path: Path) -> Found:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"{path} is a damaged Parquet file: {error}.") from None
    names = [name for name in table.column_names if not re.fullmatch(r"__\w+__", name)]
    columns = [table.column(name).to_pylist() for name in names]
    rows = list(zip(*columns, strict=True))
    found = Found("Parquet", [], names, rows, list(range(1, len(rows) + 1)))
    found.class_names = _class_names(table.schema)
    return found


def _class_names(schema) -> dict[str, list[str]]:
    """Read the names that the library datasets keeps beside class numbers."""
    try:
        features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    except (TypeError, KeyError, ValueError):
        return {}
    names = {}
    for column, kind in features.items():
        kind = kind.get("feature", kind) if isinstance(kind, dict) else {}
        if isinstance(kind, dict) and kind.get("_type") == "ClassLabel" and kind.get("names"):
            names[column] = kind["names"]
    return names


def _read_text(open_bytes, where: str, options: dict, wanted: list[str]) -> tuple[Found, str]:
    with open_bytes() as file:
        head = file.read(1 << 16)
    if head.startswith((b"PK\x03\x04", b"PAR1", *_PACKED)):
        raise ValueError(f"{where} holds another packed file, a workbook or Parquet: unpack it.")
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not bare:
        raise ValueError(f"{where} is empty. It needs a row for each text.")
    if re.match(rb"(?i)<!doctype html|<html", bare):
        raise ValueError(f"{where} is a web page, not a table: the download went wrong.")
    if re.match(rb"\[\s*[\[{\]]|\{\s*[\"}]", bare) or (
        bare[:2] in (b"{\0", b"[\0") or head[2:4] in (b"{\0", b"[\0")
    ):
        return _read_json(open_bytes, where, options["encoding"])
    labels = re.compile(rb"(^|\s)__label__\S")
    lines = [line for line in bare.splitlines()[:50] if line.strip()]
    if sum(bool(labels.search(line)) for line in lines) > len(lines) / 2 and not any(
        b"," in line.split(b"__label__")[0] for line in lines
    ):
        return _read_fasttext(open_bytes, where, options["encoding"])
    found = read_cells(
        open_bytes, where, options["encoding"], options["delimiter"], options["quotes"]
    )
    said = f"{where} ({', '.join([found.kind, *found.notes])})"
    found = split_header(found, said, options["header"], wanted)
    return found, f"{where} ({', '.join([found.kind, *found.notes])})"


def _lines(open_bytes, where: str, encoding):
    """Read all lines with their numbers; a line ends where an editor ends it, not at U+2028."""
    codec = find_encoding(open_bytes, where, encoding)
    with io.TextIOWrapper(open_bytes(), encoding=codec) as file:
        return [(number, line) for number, line in enumerate(file, start=1) if line.strip()]


def _read_fasttext(open_bytes, where: str, encoding) -> tuple[Found, str]:
    rows, numbers = [], []
    for number, line in _lines(open_bytes, where, encoding):
        labels = re.findall(r"(?:(?<=\s)|^)__label__(\S+)", line)
        text = re.sub(r"(?:(?<=\s)|^)__label__\S+", "", line).strip(" \t\r\n,")
        rows.append([text, [label.strip(",") for label in labels]])
        numbers.append(number)
    said = f"{where} (fastText)"
    return Found("fastText", [], ["text", "labels"], rows, numbers, "line"), said


def _read_json(open_bytes, where: str, encoding) -> tuple[Found, str]:
    lines = _lines(open_bytes, where, encoding)
    records, numbers, kind, unit = [], [], "JSON Lines", "line"
    for number, line in lines:
        try:
            records.append(json.loads(line))
            numbers.append(number)
        except ValueError as error:
            if number != lines[0][0] and isinstance(records[0], dict):
                raise ValueError(f"{where} (JSON Lines), line {number}: {error}.") from None
            records = None
            break
    if records is None or (len(records) == 1 and not _is_record(records[0])):
        kind, unit = "JSON", "record"
        try:
            whole = json.loads("".join(line for _, line in lines))
        except ValueError as error:
            raise ValueError(f"{where} is JSON that cannot be read: {error}.") from None
        records = _records(whole, f"{where} (JSON)")
        numbers = list(range(1, len(records) + 1))
    said = f"{where} ({kind})"
    for number, record in zip(numbers, records, strict=True):
        if not isinstance(record, dict):
            raise ValueError(
                f"{said}, {unit} {number}: got {validate.short(record)}, expected an object with "
                'names, such as {"text": "...", "labels": ["..."]}.'
            )
    if not records:
        raise ValueError(f"{said} holds no records.")
    questions = _questions(records)
    flat = [_flat(record, questions) for record in records]
    numbers = [number for number, some in zip(numbers, flat, strict=True) for _ in some]
    records = [record for some in flat for record in some]
    names = list(dict.fromkeys(name for record in records for name in record))
    rows = [[record.get(name) for name in names] for record in records]
    return Found(kind, [], names, rows, numbers, unit), said


def _is_record(value) -> bool:
    """Tell one record from a file that is one object: its values are not all alike containers."""
    if not isinstance(value, dict):
        return False
    inner = list(value.values())
    many = all(isinstance(one, dict | list) for one in inner)
    return not many and not any(
        isinstance(one, list) and one and isinstance(one[0], dict) and name in ("data", "rows")
        for name, one in value.items()
    )


def _records(whole, where: str) -> list:
    """Find the records in the shapes that pandas, servers and tools write."""
    if isinstance(whole, list):
        return whole
    values = list(whole.values())
    if set(whole) >= {"columns", "data"}:  # pandas, orient="split"
        return [dict(zip(whole["columns"], row, strict=False)) for row in whole["data"]]
    lists = [value for value in values if isinstance(value, list)]
    if len(lists) == len(values) > 1 and len({len(one) for one in lists}) == 1:
        return [dict(zip(whole, row, strict=True)) for row in zip(*lists, strict=True)]
    tables = [one for one in lists if one and isinstance(one[0], dict)]
    if len(tables) == 1:
        return tables[0]
    if all(isinstance(value, dict) for value in values) and values:
        inner = list(values[0])
        if "text" in whole or not any(isinstance(v, str) and " " in v for v in values[0].values()):
            # pandas, orient="columns": a column is an object of row numbers
            return [{name: whole[name].get(key) for name in whole} for key in inner]
        if "text" not in inner and len(values) < len(inner):
            return [{name: whole[name].get(key) for name in whole} for key in inner]
        return values  # orient="index"
    raise ValueError(
        f"{where}: no list of records was found; the names at the top are "
        f"{validate.listed(map(repr, whole), 10)}."
    )


def _questions(records: list[dict]) -> list[str]:
    """Name the questions with choices in Label Studio's full export."""
    return sorted(
        {
            str(result["from_name"])
            for record in records
            if isinstance(record.get("annotations"), list)
            for one in record["annotations"]
            if isinstance(one, dict)
            for result in one.get("result") or []
            if "from_name" in result and "choices" in (result.get("value") or {})
        }
    )


def _flat(record: dict, questions: list[str]) -> list[dict]:
    """Unfold Label Studio's full export; two questions get a column each."""
    if not (isinstance(record.get("data"), dict) and isinstance(record.get("annotations"), list)):
        return [record]
    flat = []
    for one in record["annotations"] or [{"result": None}]:
        if one.get("was_cancelled"):
            continue
        labels = {}
        for column in questions if len(questions) > 1 else ["labels"]:
            chosen = {
                name
                for result in one.get("result") or []
                if column == "labels" or str(result.get("from_name")) == column
                for name in (result.get("value") or {}).get("choices", [])
            }
            labels[column] = sorted(chosen) if one.get("result") is not None else "-1"
        who = one.get("completed_by", one.get("id"))
        flat.append({"id": record.get("id"), **record["data"], **labels, "annotator": who})
    return flat
