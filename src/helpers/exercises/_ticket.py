"""Exit tickets: five questions at the end of a workshop's block, kept as a file without a name.

What each block asks comes from ``files/tickets.json``, which tools/workshop_pages.py makes from the
timetables and from the notes for instructors.
"""

import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from helpers.exercises import _record

NAME = "my_feedback"
VERSION = 1
LONGEST = 2000  # letters of an answer; a page of a book has as many
PACE = ("slow", "right", "fast")
SURE = (1, 2, 3, 4, 5)
FILE = Path(__file__).parent.parent / "files" / "tickets.json"


@dataclass(frozen=True)
class Ask:
    """One of the five questions, and which answers it takes: those listed, or words."""

    key: str
    asks: str
    takes: tuple = ()


@cache
def blocks() -> dict[str, dict]:
    """Return what tickets there are: for each its plan, its block and its own question."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def questions_of(block: str) -> dict[int, Ask]:
    """Return the five questions of a block, by number.

    Raises:
        TypeError: ``block`` is no string.
        ValueError: there is no such block; the message names those that there are.
    """
    if not isinstance(block, str):
        first = next(iter(blocks()))
        raise TypeError(f'block is a {type(block).__name__}, expected a name in quotes: "{first}".')
    if block not in blocks():
        there = ", ".join(blocks())
        raise ValueError(f"There is no block {block!r}. There are {there}.")
    return {
        1: Ask("understood", blocks()[block]["asks"]),
        2: Ask("home", "What is the one thing that you take home?"),
        3: Ask("unclear", "What is still unclear?"),
        4: Ask("pace", 'Was the pace "slow", "right" or "fast"?', PACE),
        5: Ask(
            "sure", "How sure are you that you can do this alone: 1 (not at all) to 5 (very)?", SURE
        ),
    }


def problems_of(block: str, answers) -> list[str]:
    """Say what is wrong with answers, a line for each; an empty list where nothing is."""
    asked = questions_of(block)
    if not isinstance(answers, dict):
        return [f"answers is a {type(answers).__name__}, expected the dictionary of the notebook."]
    found = [f"There is no question {name!r}." for name in answers if name not in asked]
    for number, ask in asked.items():
        answer = answers.get(number, ...)
        if answer is ...:
            found.append(f'Question {number} has no answer yet. Write "" to leave it out.')
        elif isinstance(answer, str) and answer == "":
            continue
        elif ask.takes and (type(answer) not in (str, int) or answer not in ask.takes):
            listed = ", ".join(map(json.dumps, ask.takes))
            found.append(f'Question {number} takes {listed}, or "".')
        elif not ask.takes and not isinstance(answer, str):
            found.append(f"Question {number} takes words in quotes.")
        elif not ask.takes and re.search("[\ud800-\udfff]", answer):
            found.append(f"The answer to question {number} holds half a character: type it again.")
        elif not ask.takes and len(answer) > LONGEST:
            found.append(f"The answer to question {number} is longer than {LONGEST:,} letters.")
    return found


def keep(block: str, answers: dict) -> Path | None:
    """Write answers into a file beside the record of progress; return it, or None where it fails.

    The file bears a random number, so that those of a room can lie in one folder, and no name.
    Handing in again replaces what was handed in before.
    """
    asked = questions_of(block)
    folder = _record.path().parent
    pattern = re.compile(rf"{NAME}-{re.escape(block)}-([0-9a-f]{{8}})\.json")
    before = [
        found[1]
        for file in folder.glob(f"{NAME}-*.json")
        if (found := pattern.fullmatch(file.name))
    ]
    number = before[0] if before else uuid.uuid4().hex[:8]
    file = folder / f"{NAME}-{block}-{number}.json"
    content = {
        "version": VERSION,
        "block": block,
        "number": number,
        "when": datetime.now().isoformat(timespec="minutes"),
        "answers": {ask.key: answers[number_] for number_, ask in asked.items()},
    }
    return file if _record.save(file, content, "Your exit ticket") else None


def read(text: str) -> dict:
    """Read the text of a handed-in file.

    Raises:
        ValueError: it is none, or damaged, or of another version of the course.
    """
    try:
        found = json.loads(text)
    except ValueError:
        raise ValueError("is not JSON, or was cut off") from None
    if not isinstance(found, dict) or "answers" not in found:
        raise ValueError("is no exit ticket")
    if found.get("version") != VERSION:
        raise ValueError(f"is of version {found.get('version')!r}, this course reads {VERSION}")
    if not isinstance(found.get("block"), str) or found["block"] not in blocks():
        raise ValueError(f"is of a block that this course does not know: {found.get('block')!r}")
    if not isinstance(found.get("number"), str) or not isinstance(found.get("when"), str):
        raise ValueError("lacks its number or its time")
    asked, answers = questions_of(found["block"]), found["answers"]
    keys = {ask.key for ask in asked.values()}
    if not isinstance(answers, dict) or set(answers) != keys:
        raise ValueError(f"does not hold the answers {', '.join(sorted(keys))}")
    wrong = problems_of(found["block"], {n: answers[ask.key] for n, ask in asked.items()})
    if wrong:
        raise ValueError(f"has an answer that cannot be: {wrong[0]}")
    return found
