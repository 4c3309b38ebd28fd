"""Build the workshop's pages from source/workshop/: the guide with its timetables, notes for each
chapter, room codes, the exit ticket and what it asks.

python tools/workshop_pages.py           write workshop/ and src/helpers/files/tickets.json
python tools/workshop_pages.py --check   write nothing; exit 1 and name what would change

A chapter's notes, NN_name.md, have the headings of ``PARTS``. The tool adds what can be computed:
minutes, what the page asks at each "Guess first", the outputs that hold the answer's numbers, and
the likeliest wrong idea of each problem.
"""

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

import build
import sections
import timetable
from helpers import environment
from helpers.exercises import _ticket
from helpers.exercises._problem import Problem, chapters, find

SOURCE = build.SOURCE / "workshop"
PAGES = build.ROOT / "workshop"
TICKET = "exit_ticket"
# Headings of the source, and what they are called on the page.
PARTS = {
    "Carry home": "The one thing to carry home",
    "Open": "How to open",
    "Draw": "What to draw",
    "Stick": "Three places where rooms stick, and what to say",
    "Pairs": "In pairs",
    "Guesses": 'Answers to "Guess first"',
    "Ticket": "For the exit ticket",
}
LONGEST = 14  # lines of an output; the rest is on the page itself
ITEM = re.compile(r"^\d+\. ", re.MULTILINE)
GIVEN = "With the question: "  # in an answer, before what a room has to see in order to guess
GIVEN_AT = re.compile(rf"\n+ +{GIVEN}")
OUTPUT = re.compile(r'the output that holds "(.+)"\.')
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w.]*\d)")


@dataclass
class Guess:
    """A place where a page asks for a guess, and the code cells up to the next one."""

    section: str
    asks: str
    cells: list = field(default_factory=list)


@dataclass
class Answer:
    """What the notes say of a guess, and what a room has to see in order to guess."""

    text: str
    given: str = ""  # Markdown
    output: str = ""  # words that an output of the chapter holds


def answers(chapter: str) -> list[Answer]:
    """Return the answers to a chapter's guesses, in their order."""
    found = []
    for item in items(parts(chapter)["Guesses"]):
        text, given, *_ = [*GIVEN_AT.split(item), ""]
        given = "\n".join(line.strip() for line in given.splitlines())
        output = OUTPUT.fullmatch(given)
        found.append(Answer(text, "" if output else given, output[1] if output else ""))
    return found


def ticket(chapter: str) -> tuple[str, str]:
    """Return the question of a chapter's exit ticket, and what a good answer says."""
    asks, _, good = parts(chapter)["Ticket"].partition("\n\n")
    return " ".join(asks.split()), good


def guesses(chapter: str) -> list[Guess]:
    """Return the guesses that a built page asks for, in their order."""
    found: list[Guess] = []
    section = ""
    for cell in sections.notebook(chapter).cells:
        if cell.cell_type == "code":
            if found:
                found[-1].cells.append(cell)
            continue
        for paragraph in cell.source.split("\n\n"):
            if paragraph.startswith("## "):
                section = paragraph.splitlines()[0][3:]
            if paragraph.startswith(f"> {build.GUESS}"):
                asks = " ".join(line.removeprefix("> ") for line in paragraph.splitlines())
                asks = re.sub(r"^\*\*Guess first[.:]?\*\*[:,.]?\s*", "", asks)
                found.append(Guess(section, asks[:1].upper() + asks[1:]))
    return found


def printed(cell) -> str:
    """Return what a code cell shows, as text: no figures, no widgets.

    >>> one = nbformat.v4.new_output("stream", text="1\\n")
    >>> printed(nbformat.v4.new_code_cell("print(1)", outputs=[one]))
    '1'
    """
    texts = []
    for output in cell.outputs:
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        kept = text and not output.get("metadata", {}).get("fold")
        if kept and not re.match(r"<Figure|\(an interactive|Nothing moves", text):
            texts.append(text.rstrip("\n"))
    return "\n".join(texts)


def numbers(text: str) -> set[str]:
    """Return the numbers in a text, without signs and without commas between thousands.

    >>> sorted(numbers("1,048 sets, -8.73 for f1, 84% in [0 1]."))
    ['0', '1', '1048', '8.73', '84']
    """
    found = NUMBER.findall(re.sub(r"(?<=\d),(?=\d{3})", "", text))
    return {number.rstrip(",") for number in found}


def unseen(chapter: str, guess: Guess, answer: Answer) -> set[str]:
    """Return the numbers of an answer that a room has not seen with the question."""
    seen = f"{guess.asks}\n{answer.given}"
    if answer.output:
        seen += f"\n{_holding(chapter, answer.output)}"
    return numbers(answer.text) - numbers(seen)


def enough(wanted: set[str], texts: list[str]) -> list[int]:
    """Return the places of a few texts that hold these numbers, as far as any text does.

    >>> enough({"1", "2"}, ["1", "none", "2, 1"])
    [2]
    """
    held = [wanted & numbers(text) for text in texts]
    found, lacking = set(), set().union(*held)
    while lacking:
        best = max(range(len(texts)), key=lambda place: len(lacking & held[place]))
        found.add(best)
        lacking -= held[best]
    return sorted(found)


def window(lines: list[str], most: int, wanted: set[str], more: str) -> list[str]:
    """Keep the lines around most of the numbers that are wanted.

    A single line too many stays: what stands in its place would be as high.

    >>> window(["a", "b 1", "c 2", "d"], 2, {"1", "2"}, "…")
    ['…', 'b 1', 'c 2', '…']
    """
    if len(lines) <= most + 1:
        return lines
    starts = range(len(lines) - most + 1)
    plain = [re.sub(r"<[^>]*>", " ", line) for line in lines]
    best = max(starts, key=lambda i: len(wanted & numbers("\n".join(plain[i : i + most]))))
    before, after = best > 0, best + most < len(lines)
    return [more] * before + lines[best : best + most] + [more] * after


def parts(chapter: str) -> dict[str, str]:
    """Read the notes of a chapter, by heading.

    Raises:
        SystemExit: a heading is missing, or there is one more.
    """
    file = SOURCE / f"{sections.stems()[chapter]}.md"
    _, *cut = re.split(r"^## (.+)\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = dict(zip(cut[::2], (text.strip() for text in cut[1::2]), strict=True))
    if list(found) != list(PARTS):
        raise SystemExit(f"{file.name} has the headings {list(found)}, expected {list(PARTS)}")
    return found


def items(text: str) -> list[str]:
    """Cut a numbered list.

    >>> items("1. One,\\ntwo.\\n2. Three.")
    ['One,\\ntwo.', 'Three.']
    """
    return [item.strip() for item in ITEM.split(text)[1:]]


def has_notes() -> list[str]:
    """Return the chapters that have notes, such as "04"."""
    return [
        chapter for chapter, stem in sections.stems().items() if (SOURCE / f"{stem}.md").exists()
    ]


def notes(chapter: str) -> str:
    """Return the page for whoever teaches a chapter."""
    stem, source = sections.stems()[chapter], parts(chapter)
    problems = chapters().get(chapter, [])
    page = [
        f"# Teaching chapter {sections.title(chapter)}\n",
        f"For instructors. Made by `tools/workshop_pages.py` from `source/workshop/{stem}.md`, the "
        "chapter and its exercises.\n",
        f"[The chapter](../notebooks/{stem}.ipynb) · [its exercises](../exercises/{stem}.ipynb), "
        f"[solved](../exercises/solutions/{stem}.ipynb) · [all wrong ideas](misconceptions.md#"
        f"chapter-{int(chapter)}) · [the guide](README.md)\n",
        _table(chapter, problems),
        _by_section(chapter),
    ]
    for heading, name in PARTS.items():
        if heading == "Ticket":
            page += ["## Wrong ideas to listen for\n", _wrong(problems)]
        text = source[heading]
        if heading == "Guesses":
            text = _guesses(chapter, answers(chapter))
        elif heading == "Pairs":
            text = _pairs(text)
        page += [f"## {name}\n", text + "\n"]
    return build.with_numbers("\n".join(page))


def guide() -> str:
    """Return the guide: the text of source/workshop/README.md, its marks filled."""
    text = (SOURCE / "README.md").read_text(encoding="utf-8")
    text = text.replace("{timetables}", "\n".join(map(timetable.page, timetable.plans())).strip())
    rows = [
        f"| [{sections.title(c)}]({sections.stems()[c]}.md) | {sections.minutes(c)} | "
        f"{sum(p.minutes for p in chapters().get(c, []))} | {len(guesses(c))} |"
        for c in has_notes()
    ]
    head = "| notes for chapter | its minutes | of its exercises | guesses |\n|---|---|---|---|\n"
    machine = json.loads((build.SOURCE / sections.COMPUTE_TIMES).read_text(encoding="utf-8"))
    text = text.replace("{chapters}", head + "\n".join(rows))
    return build.with_numbers(text.replace("{machine}", machine["machine"]))


def room_check() -> str:
    """Return the page of room codes: a row for each letter, as helpers.environment declares it."""
    rows = [(c.letter, c.subject, c.trouble, c.advice) for c in environment.CHECKS]
    rows += [(letter, "before it", *said) for letter, said in environment.BEFORE.items()]
    table = "\n".join(f"| **{letter}** | {' | '.join(rest)} |" for letter, *rest in sorted(rows))
    return (SOURCE / "room_check.md").read_text(encoding="utf-8").replace("{letters}", table)


def tickets() -> str:
    """Return what the exit tickets ask, as JSON."""
    found = {
        name: {
            "plan": block["plan"],
            "name": block["name"],
            "asks": build.with_numbers(ticket(block["ticket_from"])[0]),
        }
        for name, block in timetable.blocks().items()
    }
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def ticket_page() -> nbformat.NotebookNode:
    """Make the page of the exit ticket, without outputs."""
    return build.cells(SOURCE / f"{TICKET}.py", PAGES / f"{TICKET}.ipynb")


def made() -> dict[Path, str]:
    """Return every page that is text, by its file."""
    found = {_ticket.FILE: tickets(), PAGES / "README.md": guide()}
    found[PAGES / "room_check.md"] = room_check()
    return found | {PAGES / f"{sections.stems()[c]}.md": notes(c) for c in has_notes()}


def stale() -> list[str]:
    """Name what is not as the tool would write it."""
    found = [
        path
        for path, text in made().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    path = PAGES / f"{TICKET}.ipynb"
    if not path.exists() or _bare(nbformat.read(path, as_version=4)) != _bare(ticket_page()):
        found.append(path)
    return [path.relative_to(build.ROOT).as_posix() for path in found]


def _bare(notebook) -> list[tuple]:
    return [(cell.cell_type, cell.id, cell.source, dict(cell.metadata)) for cell in notebook.cells]


def _table(chapter: str, problems: list[Problem]) -> str:
    seconds = sections.seconds(chapter, [part.name for part in sections.sections(chapter)])
    return (
        "| minutes | exercises | guesses | the machine computes |\n|---|---|---|---|\n"
        f"| {sections.minutes(chapter)} | {len(problems)}, "
        f"{sum(problem.minutes for problem in problems)} minutes | {len(guesses(chapter))} | "
        f"{timetable.said(seconds)} |\n"
    )


def _by_section(chapter: str) -> str:
    """List the minutes of the sections, so that a lesson can be planned from the page alone."""
    timed = [(part.name, timetable.in_a_room(part)) for part in sections.sections(chapter)]
    listed = " · ".join(f"{name} {minutes}" for name, minutes in timed if minutes)
    return f"Minutes of its sections, with one for each guess: {listed}.\n"


def _guesses(chapter: str, answers: list[Answer]) -> str:
    asked = guesses(chapter)
    if len(asked) != len(answers):
        raise SystemExit(
            f"Chapter {int(chapter)} asks for {len(asked)} guesses, its notes have {len(answers)}."
        )
    page = []
    for number, (guess, answer) in enumerate(zip(asked, answers, strict=True), 1):
        page.append(f"**{number}. {guess.section}.** {guess.asks}\n")
        if answer.given:
            page.append(f"{GIVEN}{answer.given}\n")
        said = numbers(answer.text)
        if answer.output:
            page += [f"{GIVEN.strip()}\n", *_fenced(_holding(chapter, answer.output), said)]
        page += [f"> {line.strip()}" for line in answer.text.splitlines()] + [""]
        shown = [printed(cell) for cell in guess.cells]
        for place in enough(unseen(chapter, guess, answer), shown) or [0]:
            page += [f"Cell {place + 1} below the guess shows:\n"] if place else []
            page += _fenced(shown[place], said)
    return "\n".join(page).strip()


def _holding(chapter: str, words: str) -> str:
    """Return what the first cell prints that prints these words."""
    cells = (cell for cell in sections.notebook(chapter).cells if cell.cell_type == "code")
    return next(shown for shown in map(printed, cells) if words in shown)


def _fenced(text: str, wanted: set[str]) -> list[str]:
    """Set what a cell printed, of much the lines with most numbers; nothing for nothing."""
    lines = [line.rstrip() for line in text.splitlines()]
    kept = window(lines, LONGEST, wanted, "...")
    return ["```text", *kept, "```\n"] if lines else []


def _pairs(text: str) -> str:
    name, said = re.match(r"(\d\d\.\d+): (.+)", text, re.DOTALL).groups()
    problem = find(name)
    return f"Exercise **{name} · {problem.title}**, {problem.minutes} minutes. {said}"


def _wrong(problems: list[Problem]) -> str:
    rows = [
        f"- **{problem.name} · {problem.title}**: {problem.wrong[0].reply}\n"
        for problem in problems
        if problem.wrong
    ]
    first = "For each problem, what the exercises reply to the likeliest wrong idea.\n\n"
    return first + "".join(rows)


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        found = stale()
        print("\n".join(f"{name} is stale" for name in found) or "The workshop's pages are fresh.")
        return int(bool(found))
    for path, text in made().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    _ticket.blocks.cache_clear()
    notebook, path = ticket_page(), PAGES / f"{TICKET}.ipynb"
    if not path.exists() or _bare(nbformat.read(path, as_version=4)) != _bare(notebook):
        build.run(notebook, PAGES)
        nbformat.validate(notebook)
        path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
