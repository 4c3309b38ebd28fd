"""What asks and helps on the site's pages: questions, hints and solutions, the final check.

The words are the helpers'. Each answer, hint and solution has a fold; where scripts run,
site/static/quiz.js makes buttons of the answers.
"""

import re

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from helpers._html import Html, tag
from helpers.exercises._ask import folded
from helpers.exercises._problem import Problem, find
from helpers.exercises._questions import LETTERS, Question, bank, of_chapter, warm_up
from helpers.exercises._words import marked_up

ASKS = re.compile(r'exercises\.(warm_up|questions)\("(\d\d)"\)')  # a cell that asks questions
HELPS = re.compile(r'^# exercises\.hint\("(\d\d\.\d+)"\)', re.MULTILINE)  # one that offers help
LETTER = re.compile(r'answers\["(F\.\d+)"\] = \.\.\.')  # one that wants a letter
FINAL_CHECK = "exercises/13_final_check.ipynb"
# What stands on a page of exercises where a notebook would reply.
TO_READ = """This page is for reading: hints and a solution are folded below each problem. In Colab
or on your own laptop you write your answer, and get a reply that knows the usual slips."""
TO_CHOOSE = """Choose by the buttons: each says at once whether it is right, and why. Your first
choice counts. The result is below the last question, with the chapters to read again."""


def live(cells: list[NotebookNode], name: str) -> list[NotebookNode]:
    """Return the cells of a page of the site, with its questions and its help.

    Args:
        cells: those of the notebook that the page is made from.
        name: its file, from the course's folder on.
    """
    if name == FINAL_CHECK:
        return _final_check(cells)
    made = []
    for cell in cells:
        made.append(cell)
        asks, helps = ASKS.fullmatch(cell.source), HELPS.search(cell.source)
        if asks:
            asked = (warm_up if asks[1] == "warm_up" else of_chapter)(asks[2])
            for output in cell.outputs:
                folds = Html(output["data"]["text/html"])
                output["data"]["text/html"] = _quiz(asked, folds)
        elif helps:
            made.append(new_markdown_cell(folded_help(find(helps[1])), id=f"{cell.id}-help"))
    if len(made) > len(cells):
        made[0].source += f"\n\n*{TO_READ}*"
    return made


def _quiz(asked: list[Question], folds: Html, **more: str) -> Html:
    right = "".join(LETTERS[question.right] for question in asked)
    return tag("course-quiz", folds, right=right, **more)


def folded_help(problem: Problem) -> str:
    """Return a problem's hints and its solution, each in a fold, as Markdown.

    >>> folded_help(find("04.2")).count("<details>")
    3
    """
    total = len(problem.hints)
    hints = [
        tag("details", tag("summary", f"Hint {k} of {total}"), tag("p", marked_up(hint)))
        for k, hint in enumerate(problem.hints, 1)
    ]
    solution = f"```python\n{problem.solution}\n```"
    above = "".join(hints) + "<details><summary>A solution</summary>"
    return "\n\n".join([_raw(f'<div class="help">{above}'), solution, _raw("</details></div>")])


def _final_check(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Ask by buttons what the notebook asks by letters; its cells of code are not needed."""
    made = []
    for cell in cells:
        if letter := LETTER.fullmatch(cell.source):
            question = bank()[letter[1]]
            folds = folded(question, tag("b", marked_up(question.asks)))
            quiz = _quiz([question], folds, chapter=str(int(question.chapter)))
            made[-1].source = f"### {question.name}\n\n{_raw(quiz)}"
        elif cell.source == "exercises.final_check(answers)":
            tally = tag("course-tally", tag("p", "Count what was right at the first choice."))
            made.append(new_markdown_cell(_raw(tally), id=cell.id))
        elif cell.cell_type == "markdown" and "exercises.review()" not in cell.source:
            made.append(cell)
    # How letters are written is told in its last paragraph.
    made[0].source = made[0].source.rpartition("\n\n")[0] + f"\n\n{TO_CHOOSE}"
    return made


def _raw(html: str) -> str:
    """Mark HTML as such, whatever stands in it; Markdown would end it at an empty line."""
    return f"```{{raw}} html\n{html}\n```"
