"""What a problem is: its right answer and its known misconceptions, all of them as code."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DIFFICULTY = ("warm-up", "core", "stretch")


@dataclass(frozen=True)
class Wrong:
    """A wrong idea: a program that has it, and what to say to whoever answers like it.

    A program that raises is recognized by its error.
    """

    program: Callable
    reply: str


@dataclass(frozen=True)
class Problem:
    """One problem. Nothing in it is typed twice: answers are computed, never written down.

    Args:
        name: such as "04.3", the chapter and the place in it.
        title: what the learner's notebook calls it.
        minutes: for the reader the course is for.
        difficulty: one of ``DIFFICULTY``.
        answer: computes the right answer; for a function problem, the right function.
        wrong: the misconceptions that are recognized, the likelier first.
        hints: each says more than the one before.
        solution: the code that a learner would have written in place of the dots.
        given: makes what the learner starts from, anew at each call; every program gets it.
        cases: for a function problem, makes the arguments to try it on, anew at each call.
        placeholder: what stands in the learner's notebook.
        near: absolute tolerance for numbers.
        general: what to say to a wrong answer that nobody foresaw.
    """

    name: str
    title: str
    minutes: int
    difficulty: str
    answer: Callable
    wrong: tuple[Wrong, ...]
    hints: tuple[str, ...]
    solution: str
    given: Callable[[], tuple] = tuple
    cases: Callable[[], list[tuple]] | None = None
    placeholder: str = ""
    near: float = 1e-4
    general: str = "Look at the first hint."

    def dots(self) -> str:
        """Return what stands in the learner's notebook, before the answer."""
        if self.placeholder:
            return self.placeholder
        first = self.solution.split("\n")[0]
        if self.cases is not None:
            return f"{first}\n    ..."
        return f"{self.solution.split(chr(10))[-1].partition(' = ')[0]} = ..."


@cache
def chapters() -> dict[str, list[Problem]]:
    """Load all problems, by chapter: "04" has those of the module ``_chapter_04``."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("_chapter_*.py")):
        module = importlib.import_module(f"{__package__}.{path.stem}")
        found[path.stem[-2:]] = list(module.PROBLEMS)
    return found


def find(name: str) -> Problem:
    """Return the problem of this name.

    Raises:
        ValueError: there is none; the message names those of its chapter.
    """
    if not isinstance(name, str):
        raise TypeError(
            f'name is a {type(name).__name__}, expected the problem\'s name in quotes: "04.3".'
        )
    problems = [problem for some in chapters().values() for problem in some]
    for problem in problems:
        if problem.name == name:
            return problem
    near = [p.name for p in problems if p.name[:2] == name[:2]] or [p.name for p in problems]
    raise ValueError(f"There is no problem {name!r}. There are {', '.join(near)}.")
