"""The bank of questions: what each asks, its choices, and why each is right or wrong."""

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "files" / "questions"
KINDS = ("idea", "compute", "fault", "decide")
LETTERS = "ABCD"
FINAL = "final"  # the file with the questions of the final check


@dataclass(frozen=True)
class Question:
    """One question.

    Args:
        name: such as "04.q2", or "F.7" in the final check.
        chapter: such as "04".
        kind: one of ``KINDS``.
        asks: text; what stands between backticks is shown as code.
        choices: for each its text, whether it is right, and why or why not. Their order says
            nothing about which is right.
        proof: for a question to compute, an expression whose value is the right choice.
    """

    name: str
    chapter: str
    kind: str
    asks: str
    choices: tuple[tuple[str, bool, str], ...]
    proof: str = ""

    @property
    def right(self) -> int:
        """Place of the right choice."""
        return [right for _, right, _ in self.choices].index(True)


@cache
def bank() -> dict[str, Question]:
    """Load all questions, by name."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["question"]:
            choices = [(entry["right"][0], True, entry["right"][1])]
            choices += [(answer, False, why) for answer, why in entry["wrong"]]
            found[entry["name"]] = Question(
                entry["name"],
                entry.get("chapter", path.stem),
                entry["kind"],
                entry["asks"],
                tuple(_ordered(choices, entry["name"])),
                entry.get("proof", ""),
            )
    return found


def of_chapter(chapter: str) -> list[Question]:
    """Return a chapter's own questions, or those of the final check.

    Raises:
        ValueError: there is none of this name.
    """
    _file(chapter)
    wanted = "F" if chapter == FINAL else chapter
    return [q for q in bank().values() if q.name.partition(".")[0] == wanted]


def warm_up(chapter: str) -> list[Question]:
    """Return the questions from earlier chapters that a chapter opens with."""
    names = tomllib.loads(_file(chapter).read_text(encoding="utf-8")).get("warm_up", [])
    return [bank()[name] for name in names]


def _file(chapter: str) -> Path:
    path = FOLDER / f"{chapter}.toml"
    if not isinstance(chapter, str) or not path.is_file():
        there = ", ".join(sorted(p.stem for p in FOLDER.glob("[0-9]*.toml")))
        raise ValueError(f"There is no chapter {chapter!r} with questions. There are {there}.")
    return path


def _ordered(choices: list, name: str) -> list:
    """Put numbers in their order, and shuffle words, alike at every load."""
    try:
        return sorted(choices, key=lambda choice: float(choice[0].replace(",", "")))
    except ValueError:
        random.Random(name).shuffle(choices)
        return choices
