"""``stream``: a file's rows a few thousand at a time, however many it has."""

import gzip
import io
import itertools
import json
import os
from collections.abc import Iterator

from helpers import _validate as validate
from helpers.data._cells import find_csv, find_encoding, split_header
from helpers.data._found import Found
from helpers.data._table import find_text


class Stream:
    """A file that is read part by part.

    Attributes:
        kind: "csv", "jsonl" or "parquet".
        delimiter: what parts the columns of a CSV file.
        names: the columns; None for JSON Lines, whose records may differ.
        has_header: whether a CSV file's first row names the columns.
        text_column: the column with the texts.
        size: bytes of the file; ``position()`` says how many of them were read.
    """

    def __init__(self, path, text_column=None, delimiter=None, encoding=None, header=None):
        self.path = validate.path(path, "path")
        if self.path.is_dir():
            raise ValueError(f"{self.path} is a folder. Name a file in it.")
        if not self.path.is_file():
            raise FileNotFoundError(f"There is no file {self.path}. Check the spelling.")
        self.size, self.position, self.delimiter = self.path.stat().st_size, lambda: 0, delimiter
        with open(self.path, "rb") as file:
            head = file.read(4)
        self._packed = head[:2] == b"\x1f\x8b"
        if head == b"PAR1":
            import pyarrow.parquet as pq

            self.kind, self.names = "parquet", pq.ParquetFile(self.path).schema_arrow.names
        elif head[:2] == b"PK":
            raise ValueError(f"{self.path} is a workbook or zip archive: save it as CSV UTF-8.")
        else:
            self._open_text(encoding, header, [text_column] if text_column else [])
        self.text_column = text_column or self._find_text()
        if self.names is not None and self.text_column not in self.names:
            raise ValueError(
                f"{self.path} has no column {self.text_column!r}; it has "
                f"{validate.listed(map(repr, self.names), 10)}. Name the one with the texts."
            )

    def _open_text(self, encoding, header, wanted) -> None:
        where = str(self.path)
        with self._open() as file:
            first = next((line for line in file if line.strip()), b"")
        first = first.lstrip(b"\xef\xbb\xbf \t")
        if first.startswith(b"["):
            raise ValueError(f"{where} is one JSON list: write a record per line (JSONL).")
        if first.startswith(b"{"):
            self.kind, self.names = "jsonl", None
            self._encoding = find_encoding(self._open, where, encoding)
            return
        self.kind = "csv"
        self._csv = find_csv(self._open, where, encoding, self.delimiter)
        self.delimiter = self._csv.delimiter or ","
        with self._csv.lines() as file:
            begin = [
                (row, number) for number, row, _ in itertools.islice(self._csv.rows(file), 300)
            ]
        rows, numbers = map(list, zip(*begin, strict=True))
        found = split_header(Found(self._csv.kind, [], [], rows, numbers), where, header, wanted)
        self.names, self.has_header = found.names, "no header row" not in found.notes

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
        if self.kind == "csv":
            with self._csv.lines() as file:
                rows = self._csv.rows(file)
                for _, row, _ in itertools.islice(rows, int(self.has_header), None):
                    yield dict(zip(self.names, row, strict=True))
            return
        with io.TextIOWrapper(self._open(), encoding=self._encoding) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    try:
                        yield json.loads(line)
                    except ValueError as error:
                        raise ValueError(f"{self.path}, line {number}: {error}.") from None

    def _open(self):
        raw = gzip.open(self.path) if self._packed else open(self.path, "rb")
        counted = raw.fileobj if self._packed else raw
        self.position = lambda: self.size if raw.closed else counted.tell()
        return raw

    def _find_text(self) -> str:
        rows = next(self.parts(300), [])
        if not rows:
            raise ValueError(f"{self.path} has no rows, so there is nothing to tag.")
        names = list(rows[0])
        cells = [[row.get(name) for name in names] for row in rows]
        return find_text(Found(self.kind, [], names, cells, []), str(self.path), [])


def stream(
    path, text_column: str | None = None, delimiter=None, encoding=None, header=None
) -> Stream:
    """Open a file of texts to be read part by part: CSV, TSV, JSON Lines or Parquet.

    Args:
        path: the file, which may be packed by gzip.
        text_column: name of the column with the texts; found by its name or its length.
        delimiter: what parts the columns of a CSV file; found by looking.
        encoding: how the file's bytes become letters; found by looking.
        header: whether the first row of a CSV file names the columns; found by looking.

    Returns:
        A :class:`Stream`, whose ``parts(size)`` yields lists of rows.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "mine.csv")
    ...     _ = file.write_text("id,text\\n1,A late goal\\n2,Rain\\n3,Sun\\n")
    ...     [len(rows) for rows in stream(file).parts(2)]
    [2, 1]
    """
    return Stream(os.fspath(validate.path(path, "path")), text_column, delimiter, encoding, header)
