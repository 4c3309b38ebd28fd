"""Exercises and questions: check an answer, ask for a hint, review, see what is done.

Notebooks in ``exercises/`` use the problems; a problem's right answer and its misconceptions are
programs, in one module for each chapter. Chapters open and end with questions, which stand in
``files/questions``.
"""

from datetime import datetime

from helpers import _validate
from helpers._html import Html, escape, image, join, svg, table, tag, text
from helpers.exercises import _record, _ticket
from helpers.exercises._ask import ask
from helpers.exercises._final import result
from helpers.exercises._judge import NOT_ATTEMPTED, NOT_YET, RAISED, RIGHT, judge
from helpers.exercises._problem import chapters, find
from helpers.exercises._questions import FINAL, bank, of_chapter
from helpers.exercises._questions import warm_up as _warm_up
from helpers.exercises._words import marked_up

__all__ = [
    "check",
    "final_check",
    "given",
    "grade",
    "hand_in",
    "hint",
    "progress",
    "questions",
    "review",
    "solution",
    "ticket",
    "warm_up",
]

_SIGNS = {RIGHT: "✓", NOT_YET: "✗", NOT_ATTEMPTED: "…", RAISED: "!"}


def check(name: str, answer) -> None:
    """Say whether an answer is right, and if not, which thought may be behind it.

    Never raises for an answer, whatever it is, and never changes it.

    Args:
        name: of the problem, such as "04.3".
        answer: a value, or the function that you wrote.

    Raises:
        ValueError: there is no such problem.

    >>> check("04.1", ...)  # doctest: +ELLIPSIS
    … 04.1 · Not attempted...
    """
    problem = find(name)
    verdict = judge(problem, answer)
    if verdict.outcome != NOT_ATTEMPTED:
        entry = _record.note(
            name,
            outcome=lambda before: RIGHT if RIGHT in (before, verdict.outcome) else verdict.outcome,
            tries=lambda before: (before or 0) + 1,
        )
        _say_where_it_is_kept(entry)
    _show(f"{_SIGNS[verdict.outcome]} {name} · {verdict.outcome}", verdict.reply, verdict.outcome)


def grade(name: str, answer) -> None:
    """Raise where an answer is not right: for graded classes, whose tools count what raises.

    Args:
        name: of the problem, such as "04.3".
        answer: a value, or the function that the learner wrote.

    Raises:
        AssertionError: the answer is not right; the message is what :func:`check` would say.
        ValueError: there is no such problem.

    >>> grade("04.1", ...)
    Traceback (most recent call last):
        ...
    AssertionError: Not attempted. Put your answer in place of the dots, and run the cell again.
    """
    verdict = judge(find(name), answer)
    if verdict.outcome != RIGHT:
        raise AssertionError(f"{verdict.outcome}. {verdict.reply}")


def given(name: str):
    """Return what a problem starts from: fresh copies at each call.

    Args:
        name: of the problem.

    Returns:
        One object, or a tuple of several.

    >>> logits, label_names = given("04.1")
    >>> logits.shape, len(label_names)
    ((4,), 4)
    """
    things = find(name).given()
    return things[0] if len(things) == 1 else things


def hint(name: str) -> None:
    """Show one hint more each time.

    >>> hint("04.1")  # doctest: +ELLIPSIS
    Hint 1 of ...
    """
    problem = find(name)
    total = len(problem.hints)
    entry = _record.note(name, hints=lambda before: min((before or 0) + 1, total))
    shown = entry["hints"]
    _show(f"Hint {shown} of {total}", problem.hints[shown - 1])


def solution(name: str) -> None:
    """Show a solution, as code.

    >>> solution("04.1")  # doctest: +ELLIPSIS
    Solution of 04.1...
    """
    problem = find(name)
    _record.note(name, solution=True)
    _show(f"Solution of {name} · {problem.title}", problem.solution, is_code=True)


def warm_up(chapter: str) -> None:
    """Ask two or three questions from earlier chapters, as a chapter does at its start.

    Args:
        chapter: such as "04".

    Raises:
        ValueError: there is no such chapter, or nothing comes before it.
    """
    asked = _warm_up(chapter)
    if not asked:
        raise ValueError(f"Nothing comes before chapter {chapter!r}, so there is no warm-up.")
    ask(asked)


def questions(chapter: str) -> None:
    """Ask a chapter's own questions, as it does at its end.

    Args:
        chapter: such as "04".

    Raises:
        ValueError: there is no such chapter.
    """
    if chapter == FINAL:
        raise ValueError("The final check has a notebook of its own: exercises/13_final_check.")
    ask(of_chapter(chapter))


def review(most: int = 5) -> None:
    """Ask again what was answered wrongly or long ago.

    Args:
        most: how many questions at once.

    Raises:
        ValueError: ``most`` is below 1.
    """
    most = _validate.whole(most, "most")
    names, next_time = _record.due(datetime.now())
    known = [bank()[name] for name in names if name in bank()]
    if known:
        ask(known[:most])
    elif next_time is None:
        _show("Nothing to review", "You have not answered a question yet. Each chapter has some.")
    else:
        _show("Nothing to review today", f"The next question comes back on {next_time:%B %d, %Y}.")


def final_check(answers: dict) -> None:
    """Say how the final check went, question by question, and what to read again.

    Args:
        answers: a letter for each question, by its name, such as ``{"F.1": "B"}``; "?" stands for
            a question that you cannot answer.

    Raises:
        TypeError: ``answers`` is no dictionary.
    """
    if not isinstance(answers, dict):
        raise TypeError(
            f"answers is a {type(answers).__name__}, expected the dictionary of the notebook, "
            'such as {"F.1": "B"}. Run the notebook from the top.'
        )
    found = result(of_chapter(FINAL), answers)
    for name, right in found.right.items():
        _record.note_answer(name, right)
    _display({"text/html": found.page, "text/plain": found.text})


def ticket(block: str) -> None:
    """Show the five questions that a workshop asks at the end of a block.

    Args:
        block: such as "taster"; your instructor says which.

    Raises:
        ValueError: there is no such block.

    >>> ticket("taster")  # doctest: +ELLIPSIS
    Exit ticket of A taster, 90 minutes: Any number of labels
    1. ...
    """
    about = _ticket.blocks().get(block) if isinstance(block, str) else None
    lines = [f"{number}. {ask.asks}" for number, ask in _ticket.questions_of(block).items()]
    _show(f"Exit ticket of {about['plan']}: {about['name']}", "\n".join(lines))


def hand_in(block: str, answers: dict) -> None:
    """Keep the answers to an exit ticket in a file, which bears a number and no name.

    Says what is missing instead, as long as something is. Never raises for an answer.

    Args:
        block: as for :func:`ticket`.
        answers: by the number of the question.

    Raises:
        ValueError: there is no such block.

    >>> hand_in("taster", {1: ..., 2: "", 3: "", 4: "right", 5: 4})
    Not handed in yet
    Question 1 has no answer yet. Write "" to leave it out.
    """
    wrong = _ticket.problems_of(block, answers)
    if wrong:
        _show("Not handed in yet", "\n".join(wrong))
        return
    file = _ticket.keep(block, answers)
    if file is not None:
        _show(
            "Handed in",
            f"It is the file {file.name} beside your progress, with a number and without a name. "
            "Copy it to where your instructor says. Run the cell again to change it.",
        )


def progress() -> None:
    """Show what is done, as a picture and as a table: a row for each chapter."""
    whole = _record.read()
    record = whole["problems"]
    rows, lines = [], []
    for chapter, problems in chapters().items():
        states = [record.get(problem.name, {}).get("outcome") for problem in problems]
        signs = ["✓" if state == RIGHT else "✗" if state else "·" for state in states]
        done = f"{signs.count('✓')} of {len(problems)}"
        minutes = sum(
            problem.minutes for problem, sign in zip(problems, signs, strict=True) if sign != "✓"
        )
        rows.append([int(chapter), done, " ".join(signs), minutes])
        lines.append(f"chapter {int(chapter)}: {done}   {' '.join(signs)}   {minutes} minutes left")
    head = ["chapter", "right", "problems (✓ right, ✗ tried, · new)", "minutes left"]
    shown = table("Your progress", head, "rllr", rows)
    asked = _of_questions(whole["questions"])
    lines.append(asked)
    page = join(_picture(rows), shown, tag("p", asked))
    _display({"text/html": page, "text/plain": "\n".join(lines)})


def _of_questions(answered: dict) -> str:
    names = [name for name in answered if name in bank()]
    right = sum(answered[name]["in_a_row"] > 0 for name in names)
    due = len([name for name in _record.due(datetime.now())[0] if name in bank()])
    said = f"questions: {right} of {len(bank())} right when last asked, {due} to review"
    return f"{said}: exercises.review()" if due else said


def _picture(rows: list[list]) -> Html:
    parts = []
    for k, (chapter, _, signs, _) in enumerate(rows):
        parts.append(text(0, 18 + 24 * k, f"{chapter}", bold=True))
        for i, sign in enumerate(signs.split()):
            look = {"fill": "#0072B2" if sign == "✓" else "none", "stroke": "currentColor"}
            parts.append(
                tag("rect", x=24 + 24 * i, y=4 + 24 * k, width=18, height=18, rx=3, **look)
            )
            if sign != "·":  # no state is told by color alone
                ink = {"fill": "white" if sign == "✓" else "currentColor", "font_size": 13}
                place = {"x": 33 + 24 * i, "y": 18 + 24 * k, "text_anchor": "middle"}
                parts.append(tag("text", sign, **place, **ink))
    label = "; ".join(f"chapter {chapter}: {done} right" for chapter, done, *_ in rows)
    return image(label, svg(label, 280, 24 * len(rows) + 8, *parts))


def _show(title: str, body: str, outcome: str = "", is_code: bool = False) -> None:
    """Show a reply: a bold line and a text, with a bar at the side that has no meaning alone."""
    inner = (
        tag("pre", body) if is_code else tag("div", marked_up(body), style="white-space:pre-wrap")
    )
    color = {RIGHT: "#009E73", RAISED: "#D55E00", NOT_YET: "#D55E00"}.get(outcome, "#666666")
    box = tag(
        "div", tag("strong", title), inner if body else escape(""), role="status",
        style=f"border-left:4px solid {color};padding:2px 10px;margin:4px 0",
    )  # fmt: skip
    plain = f"{title}\n{body}" if body else title
    _display({"text/html": box, "text/plain": plain})


def _display(bundle: dict[str, str]) -> None:
    """Show a bundle in a notebook; in a plain Python session print its text."""
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(bundle["text/plain"])
    else:
        display(bundle, raw=True)


def _say_where_it_is_kept(entry: dict) -> None:
    import sys

    if "google.colab" in sys.modules and entry.get("tries") == 1:
        print(
            f"Colab forgets its files. To keep {_record.NAME}, download it (Files, at the "
            f"left), or "
            'work in a folder of your Drive: google.colab.drive.mount("/content/drive").'
        )
