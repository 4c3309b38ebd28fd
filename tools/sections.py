"""Cut chapters into their sections, and say how many minutes each takes.

The minutes that a chapter prints are shared out among its sections by what CONTRIBUTING counts
with: 93 words of text a minute, seven seconds for a line of code.
"""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat

import build

WORDS_PER_MINUTE, SECONDS_PER_LINE = 93, 7
COMPUTE_TIMES = Path("workshop", "compute_times.json")  # below source/
OPENING = "opening"  # what stands before the first heading


@dataclass
class Section:
    """A heading of a chapter, and what stands below it."""

    name: str
    text: str = ""
    cells: list = field(default_factory=list)  # its code cells
    minutes: int = 0

    @property
    def weight(self) -> float:
        """Minutes by words and lines, before they are scaled to what the chapter prints."""
        lines = sum(len(cell.source.splitlines()) for cell in self.cells)
        return len(self.text.split()) / WORDS_PER_MINUTE + lines * SECONDS_PER_LINE / 60


def stems() -> dict[str, str]:
    """Return the chapters that exist: "04" to "04_sigmoid_versus_softmax"."""
    found = sorted((build.SOURCE / "notebooks").glob("[0-9]*.py"))
    return {path.stem[:2]: path.stem for path in found}


@cache
def notebook(chapter: str) -> nbformat.NotebookNode:
    """Read the built page of a chapter, with its outputs."""
    return nbformat.read(build.ROOT / "notebooks" / f"{stems()[chapter]}.ipynb", as_version=4)


def cut(cells: list) -> list[Section]:
    """Cut cells at the headings of the second rank.

    >>> text = nbformat.v4.new_markdown_cell("# 1 · A\\n\\nHello.\\n\\n## The idea\\n\\nOne, two.")
    >>> [(part.name, part.text.split()) for part in cut([text])]
    [('opening', ['#', '1', '·', 'A', 'Hello.']), ('The idea', ['One,', 'two.'])]
    """
    found = [Section(OPENING)]
    for cell in cells:
        if cell.cell_type == "code":
            if not cell.source.startswith("# @title Set-up"):
                found[-1].cells.append(cell)
            continue
        before, *headed = re.split(r"^## ", cell.source, flags=re.MULTILINE)
        found[-1].text += before + "\n"
        for part in headed:
            name, _, text = part.partition("\n")
            found.append(Section(name.strip(), text + "\n"))
    return found


@cache
def sections(chapter: str) -> list[Section]:
    """Return a chapter's sections, whose minutes add up to what the chapter prints."""
    found = cut(notebook(chapter).cells)
    total, printed, passed, given = sum(part.weight for part in found), minutes(chapter), 0.0, 0
    for part in found:
        passed += part.weight
        part.minutes = round(printed * passed / total) - given
        given += part.minutes
    return found


def minutes(chapter: str) -> int:
    """Return the minutes that stand at the top of a chapter.

    >>> minutes("00")
    20
    """
    first = notebook(chapter).cells[0].source
    return int(re.search(r"^\| (\d+) \|", first, re.MULTILINE)[1])


def title(chapter: str) -> str:
    """Return a chapter's title.

    >>> title("04")
    '4 · Sigmoid versus softmax'
    """
    return re.match(r"# (.+)", notebook(chapter).cells[0].source)[1]


def seconds(chapter: str, names: list[str]) -> float:
    """Return how long the machine computed for these sections, as tools/compute_times.py measured.

    Raises:
        SystemExit: a section was never measured.
    """
    file = build.SOURCE / COMPUTE_TIMES
    measured = json.loads(file.read_text(encoding="utf-8"))["seconds"].get(chapter, {})
    lacking = [name for name in names if name not in measured]
    if lacking:
        raise SystemExit(
            f"No time was measured for chapter {int(chapter)}, {', '.join(lacking)}: "
            f"run tools/compute_times.py {chapter}"
        )
    return sum(measured[name] for name in names)
