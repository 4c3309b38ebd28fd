"""The final check: what a set of answers comes to."""

from collections.abc import Sequence
from dataclasses import dataclass

from helpers._html import Html, join, table, tag
from helpers.exercises._ask import verdict
from helpers.exercises._questions import LETTERS, Question

UNKNOWN = "?"
PASSED = 0.8  # of the questions: below, a second reading pays


@dataclass(frozen=True)
class Result:
    """What came out, as HTML and as text; ``right`` has an entry for each question, or none yet."""

    right: dict[str, bool]
    page: Html
    text: str


def result(questions: Sequence[Question], answers: dict) -> Result:
    """Judge the answers once all are there; until then say which are missing."""
    letters = {q.name: _letter(answers.get(q.name, ...)) for q in questions}
    missing = [name for name, letter in letters.items() if not letter]
    odd = [name for name in missing if answers.get(name, ...) is not ...]
    if missing:
        said = [
            f"{len(letters) - len(missing)} of {len(letters)} answered.",
            f"Missing: {', '.join(missing)}.",
        ]
        said += [f"The answer to {name} is none of the letters A to D, nor '?'." for name in odd]
        return Result({}, join(*(tag("p", line) for line in said)), "\n".join(said))
    right = {q.name: letters[q.name] == LETTERS[q.right] for q in questions}
    heading = f"{sum(right.values())} of {len(right)} right"
    advice = _advice(questions, right)
    rows, lines = [], [heading, advice]
    for q in questions:
        sign = "✓ right" if right[q.name] else "✗ not yet"
        why = _why(q, letters[q.name])
        rows.append([q.name, int(q.chapter), letters[q.name], sign, why])
        lines.append(f"{q.name}  chapter {int(q.chapter)}  {letters[q.name]}  {sign}")
    head = ["question", "chapter", "answer", "", "why"]
    shown = table("Your final check", head, "lrcll", rows)
    return Result(
        right, join(tag("p", tag("b", heading)), tag("p", advice), shown), "\n".join(lines)
    )


def _letter(answer) -> str:
    """Return A to D or a question mark; nothing for whatever else was put there."""
    if not isinstance(answer, str):
        return ""
    letter = answer.strip().upper().rstrip(".)")
    return letter if letter == UNKNOWN or (letter in LETTERS and len(letter) == 1) else ""


def _why(question: Question, letter: str) -> Html:
    right = verdict(question, question.right)
    if letter == UNKNOWN:
        return right
    chosen = verdict(question, LETTERS.index(letter))
    return chosen if letter == LETTERS[question.right] else join(chosen, tag("br"), right)


def _advice(questions: Sequence[Question], right: dict[str, bool]) -> str:
    """Name the chapters to read again, those with the most wrong answers first."""
    wrong: dict[str, int] = {}
    for q in questions:
        if not right[q.name]:
            wrong[q.chapter] = wrong.get(q.chapter, 0) + 1
    if not wrong:
        return "Nothing to read again. Tag something of your own."
    order = sorted(wrong, key=lambda chapter: (-wrong[chapter], chapter))
    named = ", ".join(f"{int(chapter)} ({wrong[chapter]} wrong)" for chapter in order)
    which = f"chapter{'s' * (len(order) > 1)} {named}"
    if sum(right.values()) >= PASSED * len(right):
        return f"You can use what you learned. To look at once more: {which}."
    return f"Read again, in this order, and come back tomorrow: {which}."
