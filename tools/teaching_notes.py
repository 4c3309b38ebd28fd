"""Write what an instructor should know of each problem: its solution, hints and wrong ideas.

python tools/teaching_notes.py           write workshop/misconceptions.md
python tools/teaching_notes.py --check   write nothing; exit 1 where it would change
"""

import sys
from pathlib import Path

from helpers.exercises._problem import Problem, chapters

PAGE = Path(__file__).resolve().parent.parent / "workshop" / "misconceptions.md"
HEAD = """# Wrong ideas, problem by problem

For instructors. Made by `tools/teaching_notes.py` from the problems themselves: a test proves that
each idea below is recognized when somebody answers by it, and gets this reply. Read the page of a
chapter before you teach it: these are the thoughts in the room.
"""


def page() -> str:
    """Return the whole page, as Markdown."""
    parts = [HEAD]
    for chapter, problems in chapters().items():
        minutes = sum(problem.minutes for problem in problems)
        parts.append(
            f"\n## Chapter {int(chapter)}\n\n{len(problems)} problems, {minutes} minutes.\n"
        )
        parts += map(_problem, problems)
    return "".join(parts)


def _problem(problem: Problem) -> str:
    replies = "".join(f"- {wrong.reply}\n" for wrong in problem.wrong)
    hints = "".join(f"{i}. {hint}\n" for i, hint in enumerate(problem.hints, 1))
    return (
        f"\n### {problem.name} · {problem.title}\n\n"
        f"{problem.minutes} min, {problem.difficulty}\n\n"
        f"Wrong ideas, by the reply each gets:\n\n{replies}\nHints:\n\n{hints}\n"
        f"A solution:\n\n```python\n{problem.solution}\n```\n"
    )


def main(arguments: list[str]) -> int:
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if "--check" in arguments:
        return int(old != page())
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
