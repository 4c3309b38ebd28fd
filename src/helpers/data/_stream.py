"""``stream``: a file's rows a few thousand at a time, however many it has."""

import csv
import gzip
import io
import json
import os
from collections.abc import Iterator

from helpers import _validate as validate
from helpers.data._block import long_cells
from helpers.data._cells import find_delimiter, find_encoding
from helpers.data._found import Found
from helpers.data._table import find_text


class Stream:
    """A file that is read part by part.

    Attributes:
        kind: "csv", "jsonl" or "parquet".
        delimiter: what parts the columns of a CSV file.
        names: the columns; None for JSON Lines, whose records may differ.
        text_column: the column with the texts.
        size: bytes of the file; ``position()`` says how many of them were read.
    """

    def __init__(self, path, text_column=None, delimiter=None, encoding=None):
        self.path = validate.path(path, "path")
        if not self.path.is_file():
            raise FileNotFoundError(f"There is no file {self.path}. Check the spelling.")
        self.size, self.position, self.delimiter = self.path.stat().st_size, lambda: 0, delimiter
        with open(self.path, "rb") as file:
            head = file.read(4)
        packed = head[:2] == b"\x1f\x8b"
        self._open = (lambda: gzip.open(self.path)) if packed else (lambda: open(self.path, "rb"))
        if head == b"PAR1":
            import pyarrow.parquet as pq

            self.kind, self.names = "parquet", pq.ParquetFile(self.path).schema_arrow.names
        elif head[:2] == b"PK":
            raise ValueError(f"{self.path} is a workbook or zip archive: save it as CSV UTF-8.")
        else:
            self._encoding = find_encoding(self._open, str(self.path), encoding)
            with self._lines() as file:
                sample = [line for line, _ in zip(file, range(300), strict=False)]
            first = next((line for line in sample if line.strip()), "")
            if first.lstrip("\ufeff").startswith("{"):
                self.kind, self.names = "jsonl", None
            elif first.startswith("["):
                raise ValueError(f"{self.path} is one JSON list: write a record per line (JSONL).")
            else:
                self.kind = "csv"
                self.delimiter = delimiter or find_delimiter(sample, str(self.path), True) or ","
                self._plain = self.delimiter == "\t" and self._quotes_are_letters(sample)
                self.names = [one.strip() for one in next(self._reader(iter(sample)), [])]
        self.text_column = text_column or self._find_text()
        if self.names is not None and self.text_column not in self.names:
            raise ValueError(
                f"{self.path} has no column {self.text_column!r}; it has "
                f"{validate.listed(map(repr, self.names), 10)}. Name the one with the texts."
            )

    def parts(self, size: int, skip: int = 0) -> Iterator[list[dict]]:
        """Yield ``size`` rows at a time, each a dict by column, after ``skip`` such parts."""
        rows, part = [], 0
        for row in self._rows():
            rows.append(row)
            if len(rows) == size:
                part += 1
                if part > skip:
                    yield rows
                rows = []
        if rows and part >= skip:
            yield rows

    def _rows(self) -> Iterator[dict]:
        if self.kind == "parquet":
            import pyarrow.parquet as pq

            file, done = pq.ParquetFile(self.path), 0
            self.position = lambda: int(self.size * done / max(1, file.metadata.num_rows))
            for batch in file.iter_batches(4096):
                for row in batch.to_pylist():
                    done += 1
                    yield row
            return
        with self._lines() as file:
            if self.kind == "jsonl":
                for number, line in enumerate(file, start=1):
                    if line.strip():
                        try:
                            yield json.loads(line)
                        except ValueError as error:
                            raise ValueError(f"{self.path}, line {number}: {error}.") from None
                return
            with long_cells():
                yield from self._csv_rows(file)

    def _csv_rows(self, file) -> Iterator[dict]:
        reader, start, header = self._reader(file), 0, False
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                raise ValueError(
                    f"{self.path}, row {start + 1}, cannot be read: {error}. A double quote inside "
                    "a quoted text must be written twice."
                ) from None
            if row is None:
                return
            number, start = start + 1, reader.line_num
            if not any(cell and not cell.isspace() for cell in row):
                continue
            if not header:
                header = True
            elif len(row) != len(self.names):
                raise ValueError(
                    f"{self.path}, row {number}: {len(row)} cells, but the header has "
                    f"{len(self.names)}."
                )
            else:
                yield dict(zip(self.names, row, strict=True))

    def _lines(self):
        raw = self._open()
        counted = raw.fileobj if isinstance(raw, gzip.GzipFile) else raw
        self.position = lambda: 0 if raw.closed else counted.tell()
        return io.TextIOWrapper(raw, encoding=self._encoding, newline="")

    def _reader(self, lines):
        quoting = csv.QUOTE_NONE if self._plain else csv.QUOTE_MINIMAL
        return csv.reader(lines, delimiter=self.delimiter, quoting=quoting, strict=True)

    def _quotes_are_letters(self, sample: list[str]) -> bool:
        """In a TSV whose lines fit by themselves and whose quotes are not all around cells."""
        widths = {line.count("\t") for line in sample[:-1] if line.strip()}
        cells = [cell.strip("\r\n") for line in sample for cell in line.split("\t") if '"' in cell]
        around = all(len(c) > 1 and c[0] == c[-1] == '"' for c in cells)
        return len(widths) == 1 and bool(cells) and not around

    def _find_text(self) -> str:
        rows = next(self.parts(300), [])
        if not rows:
            raise ValueError(f"{self.path} has no rows, so there is nothing to tag.")
        names = list(rows[0])
        cells = [[row.get(name) for name in names] for row in rows]
        return find_text(Found(self.kind, [], names, cells, []), str(self.path), [])


def stream(path, text_column: str | None = None, delimiter=None, encoding=None) -> Stream:
    """Open a file of texts to be read part by part: CSV, TSV, JSON Lines or Parquet.

    Args:
        path: the file, which may be packed by gzip.
        text_column: name of the column with the texts; found by its name or its length.
        delimiter: what parts the columns of a CSV file; found by looking.
        encoding: how the file's bytes become letters; found by looking.

    Returns:
        A :class:`Stream`, whose ``parts(size)`` yields lists of rows.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "mine.csv")
    ...     _ = file.write_text("id,text\\n1,A late goal\\n2,Rain\\n3,Sun\\n")
    ...     [len(rows) for rows in stream(file).parts(2)]
    [2, 1]
    """
    return Stream(os.fspath(validate.path(path, "path")), text_column, delimiter, encoding)
