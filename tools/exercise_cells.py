"""Fill the marks of source/exercises/*.py with what the problems themselves say.

``{problem 04.1}``   the problem's name and title, its minutes and difficulty
``{answer 04.1}``    dots, or the solution
``{check 04.1}``     the lines that check it and offer help
``{table 04}``       minutes and problems of the chapter
``{question F.1}``   a question of the final check, with its choices
``{letter F.1}``     dots for its answer, or the right letter
"""

import re

from helpers.exercises._problem import Problem, chapters, find
from helpers.exercises._questions import LETTERS, bank

PROBLEM = re.compile(r"\{problem (\d\d\.\d+)\}")
ANSWER = re.compile(r"^# \{answer (\d\d\.\d+)\}$", re.MULTILINE)
CHECK = re.compile(r"^# \{check (\d\d\.\d+)\}$", re.MULTILINE)
QUESTION = re.compile(r"\{question (F\.\d+)\}")
LETTER = re.compile(r"^# \{letter (F\.\d+)\}$", re.MULTILINE)
TABLE = re.compile(r"\{table (\d\d)\}")


def fill(source: str, solved: bool) -> str:
    """Fill the marks of one cell.

    >>> print(fill("# {check 04.2}", solved=True))
    exercises.check("04.2", my_sigmoid)
    """

    def heading(mark: re.Match) -> str:
        problem = find(mark[1])
        minutes = f"{problem.minutes} minute{'s' * (problem.minutes != 1)}"
        return f"{problem.name} · {problem.title}\n\n*{minutes} · {problem.difficulty}*"

    def answer(mark: re.Match) -> str:
        problem = find(mark[1])
        return problem.solution if solved else problem.dots()

    def check(mark: re.Match) -> str:
        problem = find(mark[1])
        line = f'exercises.check("{problem.name}", {variable(problem)})'
        if solved:
            return line
        more = f'# exercises.hint("{problem.name}")'
        return f'{line}\n{more:42}  # each time one more\n# exercises.solution("{problem.name}")'

    def letter(mark: re.Match) -> str:
        right = f'"{LETTERS[bank()[mark[1]].right]}"'
        return f'answers["{mark[1]}"] = {right if solved else "..."}'

    source = QUESTION.sub(_question, source)
    source = LETTER.sub(letter, source)
    source = PROBLEM.sub(heading, source)
    source = ANSWER.sub(answer, source)
    source = CHECK.sub(check, source)
    return TABLE.sub(lambda mark: _table(chapters()[mark[1]]), source)


def variable(problem: Problem) -> str:
    """Return the name that a learner's answer has.

    >>> variable(find("04.5"))
    'loss'
    """
    if problem.cases is not None:
        return re.match(r"def (\w+)", problem.solution)[1]
    return re.match(r"(\w+) = ", problem.dots())[1]


def _question(mark: re.Match) -> str:
    question = bank()[mark[1]]
    choices = "".join(
        f"\n- **{letter}** {answer}"
        for letter, (answer, _, _) in zip(LETTERS, question.choices, strict=True)
    )
    return f"### {question.name}\n\n{question.asks}\n{choices}"


def _table(problems: list[Problem]) -> str:
    hard = [problem for problem in problems if problem.difficulty == "stretch"]
    minutes = f"{sum(problem.minutes for problem in problems if problem not in hard)}"
    count = f"{len(problems)}, and an open one"
    if hard:
        minutes += f", and {sum(problem.minutes for problem in hard)} for the hardest"
        count += f"; the hardest {'are' if len(hard) > 1 else 'is'} "
        count += " and ".join(problem.name for problem in hard)
    return f"| minutes | problems |\n|---|---|\n| {minutes} | {count} |"
