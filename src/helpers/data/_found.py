"""What was found in a file: rows of cells, and what was understood so far."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from helpers import _validate as validate

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass
class Found:
    """Rows of cells, as a reader hands them on.

    Attributes:
        kind: "CSV", "Parquet" and so on.
        notes: what was understood, for the sentence that is printed.
        names: the columns.
        rows: for each text its cells: strings, or what JSON and Parquet hold.
        numbers: for each of ``rows`` its number, as an editor counts.
        unit: what ``numbers`` count: "row", "line" or "record".
        left_out: what was left out, and how often.
        block: the last columns where all of them hold 0s and 1s, float32; then ``rows`` is empty.
        front: the columns before the block.
        class_names: for a column of class numbers the names that the file itself has.
    """

    kind: str
    notes: list[str]
    names: list[str]
    rows: list
    numbers: list[int]
    unit: str = "row"
    left_out: dict[str, int] = field(default_factory=dict)
    class_names: dict[str, list[str]] = field(default_factory=dict)
    block: np.ndarray | None = None
    front: "pa.Table | None" = None

    def column(self, name: str) -> list:
        """Return one column's cells."""
        j = self.names.index(name)
        if self.in_block(name):
            column = self.block[:, j - len(self.names)]
            return ["1" if one else "0" for one in column.tolist()]
        if self.front is not None:
            return self.front.column(j).to_pylist()
        return [row[j] for row in self.rows]

    def texts(self, name: str) -> "pa.ChunkedArray":
        """Return one column's cells as strings."""
        import pyarrow as pa

        if self.front is not None and not self.in_block(name):
            return self.front.column(self.names.index(name))
        cells = self.column(name)
        cells = [cell if isinstance(cell, str) else as_text(cell) for cell in cells]
        return pa.chunked_array([pa.array(cells, pa.string())])

    def in_block(self, name: str) -> bool:
        """Tell whether a column is one of the block's."""
        return self.block is not None and name in self.names[-self.block.shape[1] :]

    def slow(self) -> "Found":
        """Put the block's cells back into the rows, and the header before them."""
        rows = [list(row) for row in zip(*map(self.column, self.names), strict=True)]
        return Found(self.kind, self.notes, [], [self.names, *rows], [1, *self.numbers], self.unit)

    def keep(self, kept: np.ndarray, why: str) -> None:
        """Leave rows out, and count them."""
        gone = len(kept) - int(np.count_nonzero(kept))
        if not gone:
            return
        self.left_out[why] = self.left_out.get(why, 0) + gone
        self.numbers = [n for n, keep in zip(self.numbers, kept, strict=True) if keep]
        if self.block is not None:
            self.block, self.front = self.block[kept], self.front.filter(kept)
        else:
            self.rows = [row for row, keep in zip(self.rows, kept, strict=True) if keep]


def as_text(cell) -> str:
    """Write a cell as a CSV would hold it: None as nothing, 1.0 as 1."""
    if type(cell) is str:
        return cell.strip()
    if cell is None or cell != cell:  # NaN
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def both_readings(question: str, readings: dict[str, object]) -> str:
    """Write the message for a guess that is not certain: each reading, and what says so."""
    lines = [f"  {argument}: {validate.short(reading)}" for argument, reading in readings.items()]
    return "\n".join([f"{question}. Say which:", *lines])
