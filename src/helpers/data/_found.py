"""What was found in a file: rows of cells, and what was understood so far."""

from dataclasses import dataclass, field

from helpers import _validate as validate


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

    def column(self, name: str) -> list:
        """Return one column's cells."""
        j = self.names.index(name)
        return [row[j] for row in self.rows]

    def keep(self, kept: list[bool], why: str) -> None:
        """Leave rows out, and count them."""
        gone = len(kept) - sum(kept)
        if gone:
            self.left_out[why] = self.left_out.get(why, 0) + gone
            self.rows = [row for row, keep in zip(self.rows, kept, strict=True) if keep]
            self.numbers = [n for n, keep in zip(self.numbers, kept, strict=True) if keep]


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
