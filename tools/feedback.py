"""Sum up the exit tickets of a room, for its instructor.

    python tools/feedback.py FOLDER    read FOLDER and the folders in it, print Markdown

Counts the answers that are to choose and lists those in words, in the order of the alphabet, so
that nobody's answers stand together. It names nobody: the files hold no name. A file that cannot be
read is named and left out, and the exit status is 1.
"""

import re
import sys
from collections import Counter
from pathlib import Path

from helpers.exercises import _ticket

LARGEST = 100_000  # bytes; a ticket with five full answers has some ten thousand
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def collect(folder: Path) -> tuple[list[dict], list[str]]:
    """Read all tickets below a folder.

    Returns:
        The tickets, each once, in its newest state; and what is wrong with files that are left out.
    """
    found: dict[tuple, dict] = {}
    wrong = []
    for file in sorted(folder.rglob(f"{_ticket.NAME}*.json")):
        shown = file.relative_to(folder).as_posix()
        try:
            if file.stat().st_size > LARGEST:
                raise ValueError("is too large for an exit ticket")
            ticket = _ticket.read(file.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            wrong.append(f"{shown} is no text")
        except ValueError as error:
            wrong.append(f"{shown} {error}")
        except OSError as error:
            wrong.append(f"{shown} cannot be read: {error.strerror}")
        else:
            key = ticket["block"], ticket["number"]
            if key not in found or ticket["when"] >= found[key]["when"]:
                found[key] = ticket
    return list(found.values()), wrong


def report(tickets: list[dict]) -> str:
    """Return the sums of all blocks as Markdown."""
    return "\n".join(
        _of_block(block, some)
        for block in _ticket.blocks()
        if (some := [ticket["answers"] for ticket in tickets if ticket["block"] == block])
    )


def _of_block(block: str, answers: list[dict]) -> str:
    about = _ticket.blocks()[block]
    lines = [f"# {about['plan']}: {about['name']}", "", _number(len(answers), "ticket"), ""]
    for number, ask in _ticket.questions_of(block).items():
        given = [one[ask.key] for one in answers if one[ask.key] != ""]
        lines += [f"## {number}. {ask.asks}", ""]
        if ask.takes:
            counts = Counter(given)
            lines += [f"- {choice}: {counts[choice]}" for choice in ask.takes]
        else:
            lines += [f"- {line}" for line in sorted(map(_line, given), key=str.casefold)]
        left_out = len(answers) - len(given)
        lines += [f"- no answer: {left_out}"] * bool(left_out) + [""]
    return "\n".join(lines)


def _line(text: str) -> str:
    """One line, without what could move a terminal's cursor.

    >>> _line("softmax\\n  is \\x1b[31mred")
    'softmax is [31mred'
    """
    return re.sub(r"\s+", " ", CONTROL.sub(" ", text)).strip() or "(blank)"


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("Which folder? python3 course.py feedback FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    if not folder.is_dir():
        print(f"There is no folder {arguments[0]}.", file=sys.stderr)
        return 1
    tickets, wrong = collect(folder)
    if tickets:
        print(report(tickets))
    elif not wrong:
        print(
            f"No exit ticket is in {arguments[0]}. Their names begin with {_ticket.NAME}- and end "
            "with .json; learners find them in the course's folder.",
            file=sys.stderr,
        )
    if wrong:
        print(f"{_number(len(wrong), 'file')} left out:", *wrong, sep="\n- ", file=sys.stderr)
    return int(bool(wrong) or not tickets)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
