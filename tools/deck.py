"""What stands on the slides of a block of a timetable, and what its speaker notes say.

Nothing is typed here a second time: questions, figures and outputs are those of the built chapters,
all else is from source/workshop/. What is bold under "Open" of a chapter's notes is shown. Steps of
timetables.toml may choose, where all would be too much or too little:

    guesses = [1, 4]          only these, numbered as in the chapter's notes
    drawing_after = 1         the drawing comes after this guess, which it would answer
    show = ["Loss by epoch"]  outputs that hold these words, each on a slide of its own; with
                              { code = "words" } the cell's code stands above its output, with
                              { heads = "words" } of each paragraph the first line is shown
    opening = "two friends"   the output that holds these words goes with the opening
    pause = {after = "See it run", talk = "four things to try", minutes = 5}
                              what pairs do after a section; the slide lists what that section says

What a room has to see in order to guess stands in the notes, after "With the question:". The slide
of an answer shows the outputs that hold its numbers, of whichever cells they are.
"""

import html
import re
import textwrap
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise, zip_longest

from markdown_it import MarkdownIt

import build
import sections
import timetable
import workshop_pages
from helpers.exercises._problem import find

FEWEST, MOST = 12, 25  # slides of a deck
LINES, ROWS = 13, 9  # of an output, of a table; the rest is on the page itself
SHORT = 130  # characters of an answer that are shown, if its first sentence is not longer
SHORTEST, LONG = 25, 220  # characters of what stands above a question
PAIRS = "One types, one says what to type. Change after each problem."
WIDTH, HEIGHT, SMALLEST = 1120, 400, 18  # pixels for an output; for letters
# Of that height, for an output above a question, several outputs or a long question, and code.
BESIDE_A_QUESTION, CROWDED, CODE = 0.7, 0.85, 1.15
LETTER = 0.603  # a letter's width as a share of its height, where all are as wide
FEW_ROWS, WRAPPED = 6, 22  # a table of so few rows has room for cells that wrap after so much
NO_PROSE = re.compile(r"#|\||>|```|\$\$|[-*] |\d+\. ")
MORE_ROWS = '<tr><td colspan="99">…</td></tr>'
UNSHOWN = re.compile(r"\(an interactive|Nothing moves")
TWIN = "The figure shows:"
STAGE = re.compile(r" ?\([A-Z][^()]*\)")  # whole sentences in parentheses: for readers of the page
MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass
class Slide:
    """One slide: a small line above, HTML below it, and notes in Markdown."""

    kind: str
    kicker: str
    body: str
    notes: list[str] = field(default_factory=list)


@dataclass
class Piece:
    """One output of a cell: a figure, a table or text, and the words that it says."""

    kind: str
    content: str
    words: str
    cell: int  # its place in the notebook
    section: str = ""


def decks() -> dict[str, tuple[str, list[Slide]]]:
    """Return the title and the slides of every block, by the name of its exit ticket.

    Raises:
        SystemExit: a deck is too short or too long, or what a step chooses is not there.
    """
    found = {}
    for plan in timetable.plans():
        clock = datetime.strptime(plan["start"], "%H:%M")
        for block, after in zip(plan["block"], [*plan["block"][1:], {}], strict=True):
            if not block.get("rest"):
                slides = deck(plan, block, clock, after)
                found[block["ticket"]] = f"{block['name']} · {plan['title']}", slides
            clock += timedelta(minutes=block["minutes"])
    return found


def deck(plan: dict, block: dict, clock: datetime, after: dict) -> list[Slide]:
    """Return the slides of one block that begins at ``clock``; ``after`` is the next block."""
    begin, end = clock, clock + timedelta(minutes=block["minutes"])
    agenda, found = [], []
    *timed, (left, _) = timetable.steps(block)
    for step, (minutes, _) in zip([*block["step"], {}], timed, strict=True):
        name, slides = _step(step, block, clock)
        agenda.append(f"<tr><td>{clock:%H:%M}</td><td>{_line(_capital(name))}</td></tr>")
        slides[0].notes.insert(0, f"**{clock:%H:%M}**, {timetable.counted(minutes)}.")
        found += slides
        clock += timedelta(minutes=minutes)
    found[-1].notes.append(f"{left} minutes are left for questions, before this or after.")
    if after.get("rest"):
        again = end + timedelta(minutes=after["minutes"])
        body = f'<p class="clock">{again:%H:%M}</p><p class="large">we go on</p>'
        found.append(Slide("rest", f"**{after['name']}**, {after['minutes']} minutes", body))
    saved = [(what, timetable.counted(minutes)) for minutes, what in timetable.late(block)]
    late = [f"- {what}: saves {minutes}" for what, minutes in saved]
    first = Slide(
        "agenda",
        f"{plan['title']} · {begin:%H:%M} to {end:%H:%M}",
        f"<h1>{_line(block['name'])}</h1><table>{''.join(agenda)}</table>",
        [plan["about"], "Late? Leave out, in this order:\n\n" + "\n".join(late)],
    )
    found.insert(0, first)
    if not FEWEST <= len(found) <= MOST:
        raise SystemExit(
            f"The deck of {block['name']!r} ({block['ticket']}) has {len(found)} slides, expected "
            f"{FEWEST} to {MOST}. Choose with guesses and show in its steps: timetables.toml."
        )
    return found


def _step(step: dict, block: dict, clock: datetime) -> tuple[str, list[Slide]]:
    """Return what the agenda calls a step, and its slides; an empty one is the exit ticket."""
    if "talk" in step:
        return _talk(step)
    if "problems" in step:
        return f"exercises {' and '.join(step['problems'])}, in pairs", [_pairs(step["problems"])]
    if "chapter" in step:
        return f"chapter {sections.title(step['chapter'])}", _teach(step, clock)
    asks, good = workshop_pages.ticket(block["ticket_from"])
    how = f"Open `workshop/exit_ticket.ipynb` and write `{block['ticket']}` into it."
    body = f"{_text(asks)}{_block(how, 'answer')}"
    notes = ["This is the first of five questions. Let people write before anybody talks.", good]
    return "exit ticket", [Slide("ticket", "**Exit ticket**", body, notes)]


def _talk(step: dict) -> tuple[str, list[Slide]]:
    """Show what a talk is about: the drawing, where it names a chapter's notes."""
    name = re.sub(r": the drawing in \[.+", "", step["talk"])
    said = f"{_capital(name)}."
    notes = re.search(r"\]\((\d\d)_\w+\.md\)", step["talk"])
    drawn = notes and _drawing(notes[1])
    if drawn:
        drawn.kicker = f"**{said.removesuffix('.')}**"
        return name, [drawn]
    body = _text(said) + _list(step.get("do", []))
    return name, [Slide("talk", "**Together**", body, [step["say"]] if "say" in step else [])]


def _list(items: list[str]) -> str:
    """Set a numbered list, or nothing."""
    rows = "".join(f"<li>{_line(item)}</li>" for item in items)
    return f'<ol class="medium">{rows}</ol>' if rows else ""


def _pairs(names: list[str]) -> Slide:
    """Show the problems of a step; the notes have what wrong ideas are told."""
    problems = [find(name) for name in names]
    rows = [
        f"<li><b>{p.name}</b> · {_line(p.title)} · {timetable.counted(p.minutes)}</li>"
        for p in problems
    ]
    file = f"exercises/{sections.stems()[names[0][:2]]}.ipynb"
    minutes = sum(problem.minutes for problem in problems)
    body = f'<ul class="medium">{"".join(rows)}</ul>{_block(PAIRS, "answer")}'
    body += f"<p class='where'>{_line(f'`{file}`')}</p>"
    notes = ["Wrong ideas to listen for, and what the exercises reply:"]
    for problem in problems:
        notes += [f"- **{problem.name}** {wrong.reply}" for wrong in problem.wrong[:3]]
    said = workshop_pages.parts(names[0][:2])["Pairs"]
    notes += [said] if said[:4] in names else []
    return Slide("pairs", f"**In pairs**, {timetable.counted(minutes)}", body, notes)


def _teach(step: dict, clock: datetime) -> list[Slide]:
    """Return the slides of what is taught of a chapter, from this time on."""
    chapter, parts = step["chapter"], workshop_pages.parts(step["chapter"])
    title, times = sections.title(chapter), _times(step, clock)
    taught = list(times)
    promise = f"<h1>{_line(title)}</h1>{_text(_promise(chapter))}"
    rows = [f"- {begin:%H:%M} *{name}*" for name, begin in times.items()]
    notes = ["Sections, by the clock:", *rows, "Where rooms stick:", parts["Stick"]]
    found = [Slide("chapter", "", promise, notes), _opening(step, parts["Open"])]
    drawing = list(filter(None, [_drawing(chapter)]))
    if "drawing_after" not in step:
        found += drawing
    placed = []
    for chosen in step.get("show", []):
        ((how, words),) = ({"whole": chosen} if isinstance(chosen, str) else chosen).items()
        piece = _holding(chapter, words, taught)
        placed.append((piece.cell, [_figure(chapter, piece, how, words, times[piece.section])]))
    if "pause" in step:
        placed.append(_pause(step, times))
    for number, guess, answer in _guesses(step, taught):
        slides = _guess(chapter, guess, answer, times[guess.section])
        slides += drawing if step.get("drawing_after") == number else []
        placed.append((_place(chapter, guess.cells[0]), slides))
    found += [slide for _, slides in sorted(placed, key=lambda pair: pair[0]) for slide in slides]
    carry = Slide("carry", "**Carry home**", _text(parts["Carry home"]))
    found.append(carry)
    for slide in found[1:]:
        slide.kicker = f"{slide.kicker}|{title}"
    return found


def _times(step: dict, clock: datetime) -> dict[str, datetime]:
    """Say when each section begins that a step teaches."""
    found = {}
    for minutes, name in timetable.schedule(step):
        found[name] = clock
        clock += timedelta(minutes=minutes)
    return found


def _pause(step: dict, times: dict) -> tuple[int, list[Slide]]:
    """Show what pairs do after a section, with the list of things to try that the section has."""
    pause = step["pause"]
    part = next(p for p in timetable.taught(step) if p.name == pause["after"])
    tries = [item.partition("\n\n")[0] for item in workshop_pages.items(part.text)]
    body = _text(f"{_capital(pause['talk'])}.") + _list(tries)
    notes = f"At the end of *{part.name}*, which begins at {times[part.name]:%H:%M}; "
    notes += f"{timetable.counted(pause['minutes'])}, and no talk from you meanwhile."
    place = _place(step["chapter"], part.cells[-1])
    return place, [Slide("talk", "**Together**", body, [notes])]


def _opening(step: dict, text: str) -> Slide:
    """Show what is bold under Open, on its own or below an output."""
    shown = [
        re.sub(r'^"([^"]*)"$', r"\1", bold) for bold in re.findall(r"\*\*(.+?)\*\*", text, re.S)
    ]
    if not shown:
        raise SystemExit(f"Notes of chapter {int(step['chapter'])}: under Open nothing is bold.")
    body = _block("\n\n".join(shown), f"quote {_size(' '.join(shown))}")
    if "opening" in step:
        piece = _holding(step["chapter"], step["opening"], None)
        body = _shown(piece, step["opening"]) + _block("\n\n".join(shown), "answer")
    return Slide("opening", "**To begin**", body, [text])


def _drawing(chapter: str) -> Slide | None:
    text = workshop_pages.parts(chapter)["Draw"]
    drawn = re.search(r"```text\n(.+?)```", text, re.S)
    if not drawn:
        return None
    said = re.sub(r"```text\n.+?```\s*", "", text, flags=re.S)
    lines = textwrap.dedent(drawn[1]).rstrip().split("\n")
    return Slide("drawing", "**On the board**", _printed(lines), [said])


def _guesses(step: dict, taught: list[str]) -> list[tuple]:
    """Return the guesses that get slides: number, guess and answer."""
    chapter = step["chapter"]
    asked = workshop_pages.guesses(chapter)
    answers = workshop_pages.answers(chapter)
    numbers = [i for i, guess in enumerate(asked, 1) if guess.section in taught]
    lacking = set(step.get("guesses", [])) - set(numbers)
    if lacking:
        raise SystemExit(
            f"Chapter {int(chapter)}: the step has no guess {sorted(lacking)}, only {numbers}."
        )
    return [(i, asked[i - 1], answers[i - 1]) for i in step.get("guesses", numbers)]


def _guess(chapter: str, guess, answer, begin: datetime) -> list[Slide]:
    """Ask on one slide, and show the output and the answer on the next."""
    before = _before(chapter, guess.asks)
    said = _capital(answer.given) or before
    context = _block(said, "context") if said else ""
    if answer.output:
        piece = _holding(chapter, answer.output, None)
        context += _shown(piece, f"{answer.output} {answer.text}", BESIDE_A_QUESTION)
    asks = STAGE.sub("", guess.asks)
    proof = _proof(chapter, guess, answer)
    places = [_place(chapter, cell) for cell in guess.cells]
    to_run = 1 + max((places.index(piece.cell) for piece in proof), default=0)
    when = f"Section *{guess.section}*, from {begin:%H:%M}. Wait, ask for hands, then run "
    when += "the cell." if to_run == 1 else f"the next {to_run} cells."
    found = [Slide("ask", "**Guess first**", context + _text(asks), [when, answer.text])]
    heights = [_height(piece) for piece in proof]
    room = CROWDED if len(proof) > 1 or len(asks) > LONG else 1
    shares = [room * height / sum(heights) for height in heights]
    short, body = _short(answer.text), _block(asks, "context")
    for piece, share in zip(proof, shares, strict=True):
        body += _shown(piece, answer.text, share)
    body += _block(short, "answer" if proof else f"answer {_size(short)}")
    return [*found, Slide("shown", f"**Answer** · {guess.section}", body, [answer.text])]


def _proof(chapter: str, guess, answer) -> list[Piece]:
    """Return a few outputs that hold an answer's numbers, or what the first cell shows.

    A cell that compares small tables shows them all.
    """
    pieces = [piece for cell in guess.cells for piece in _pieces(chapter, cell)]
    wanted = workshop_pages.unseen(chapter, guess, answer)
    places = workshop_pages.enough(wanted, [piece.words for piece in pieces])
    found = [pieces[place] for place in places] or _pieces(chapter, guess.cells[0])[:1]
    if len(found) != 1 or found[0].kind != "table":
        return found
    tables = [one for one in pieces if one.cell == found[0].cell and one.kind == "table"]
    return tables if sum(map(_height, tables)) <= ROWS else found


def _before(chapter: str, asks: str) -> str:
    """Return the last sentences of the paragraph before a guess, which it builds on."""
    for cell in sections.notebook(chapter).cells:
        paragraphs = [" ".join(one.split()) for one in cell.source.split("\n\n")]
        for before, one in pairwise(["", *paragraphs]):
            if one.startswith(f"> {build.GUESS}") and asks[1:][-40:] in one.replace(" > ", " "):
                said = "" if NO_PROSE.match(before) else _short(before, LONG, from_end=True)
                return said if len(said) > SHORTEST else ""
    return ""


def _holding(chapter: str, words: str, taught: list[str] | None) -> Piece:
    """Find the first output that holds these words, in the sections that are taught."""
    for part in sections.sections(chapter):
        if taught is None or part.name in taught:
            for cell in part.cells:
                for piece in _pieces(chapter, cell):
                    if words in piece.words:
                        piece.section = part.name
                        return piece
    raise SystemExit(f"Chapter {int(chapter)} shows nothing there that holds {words!r}.")


def _figure(chapter: str, piece: Piece, how: str, words: str, begin: datetime) -> Slide:
    """Show an output; a figure has a title of its own, all else what the page says before it."""
    twin = piece.words.partition(TWIN)[2].strip()
    notes = [f"Section *{piece.section}*, from {begin:%H:%M}.", twin]
    body = "" if piece.kind == "figure" else _block(_lead(chapter, piece.cell), "context")
    if how == "code":
        lines = [*sections.notebook(chapter).cells[piece.cell].source.split("\n"), ""]
        body += _printed([*lines, *piece.content.strip("\n").split("\n")], CODE)
    elif how == "heads":
        body += _printed([one.split("\n")[0] for one in piece.content.strip("\n").split("\n\n")])
    else:
        body += _shown(piece, words)
    return Slide("figure", f"**{piece.section}**", body, notes)


def _lead(chapter: str, place: int) -> str:
    """Return the last sentences that stand above a code cell."""
    above = sections.notebook(chapter).cells[:place]
    text = next(cell.source for cell in reversed(above) if cell.cell_type == "markdown")
    prose = [one for one in text.strip().split("\n\n") if not NO_PROSE.match(one)]
    return _short(prose[-1], LONG, from_end=True)


def _place(chapter: str, cell) -> int:
    return next(i for i, one in enumerate(sections.notebook(chapter).cells) if one is cell)


def _pieces(chapter: str, cell) -> list[Piece]:
    """Cut what a cell shows into pieces; a figure takes its text twin along."""
    found: list[Piece] = []
    for output in cell.outputs:
        data = output.get("data", {})
        plain = output.get("text") or data.get("text/plain", "")
        page = data.get("text/html", "")
        if output.get("metadata", {}).get("fold") or UNSHOWN.match(plain):
            continue
        if output.output_type == "error":
            plain = f"{output.ename}: {output.evalue}"
        if found and found[-1].kind == "figure" and plain.startswith(TWIN):
            twin, _, plain = plain.partition("\n\n")
            found[-1].words += " " + " ".join(twin.split())
        kind = "figure" if "<img" in page else "table" if "<table" in page else "text"
        if kind == "figure":
            plain = " ".join(map(html.unescape, re.findall(r'alt="([^"]*)"', page)))
        if plain.strip():
            content = plain if kind == "text" else page
            found.append(Piece(kind, content, plain, _place(chapter, cell)))
    return found


def _height(piece: Piece) -> int:
    """Say how many rows or lines a piece takes; a figure as many as have room."""
    if piece.kind == "figure":
        return ROWS
    lines = re.findall("<tr", piece.content) if piece.kind == "table" else piece.content.split("\n")
    return min(LINES, len(lines))


def _shown(piece: Piece, words: str, share: float = 1) -> str:
    """Draw a piece; of many pictures those that hold the words, of many lines most numbers.

    ``share`` is how much of the slide's height it has.
    """
    if piece.kind == "figure":
        twin = html.escape(piece.words.partition(TWIN)[2].strip())
        pictures = re.findall(r"<img[^>]*>", piece.content)
        pictures = [one for one in pictures if words and words in one] or pictures
        page = "".join(pictures).replace("The text below says what it shows.", twin)
        return f'<div class="picture">{page}</div>'
    wanted = workshop_pages.numbers(words)
    if piece.kind == "table":
        caption = "".join(re.findall(r"<caption.*?</caption>", piece.content, re.S))
        head, *rows = re.findall(r"<tr.*?</tr>", piece.content, re.S)
        kept = workshop_pages.window(rows, round(ROWS * share), wanted, MORE_ROWS)
        size = _table_size([head, *kept], share)
        return f'<table style="font-size:{size}px">{caption}{head}{"".join(kept)}</table>'
    lines = [line.rstrip() for line in piece.content.strip("\n").split("\n")]
    return _printed(workshop_pages.window(lines, round(LINES * share), wanted, "…"), share)


def _printed(lines: list[str], share: float = 1) -> str:
    """Set lines as large as they fit."""
    wide = WIDTH / (LETTER * max(map(len, lines)))
    high = (HEIGHT * share - 28) / (1.35 * len(lines))
    size = int(max(SMALLEST, min(34, wide, high)))
    text = html.escape("\n".join(lines))
    return f'<pre style="font-size:{size}px">{text}</pre>'


def _table_size(rows: list[str], share: float) -> int:
    """Say how large the letters of a table can be, by its longest cells; long ones may wrap."""
    cells = [re.findall(r"<t[dh].*?</t[dh]>", row, re.S) for row in rows]
    lengths = [[len(html.unescape(re.sub(r"<[^>]*>", "", one))) for one in row] for row in cells]
    longest = [max(column) for column in zip_longest(*lengths, fillvalue=0)]
    if len(rows) <= FEW_ROWS and share == 1:
        longest = [min(WRAPPED, length) for length in longest]
    wide = (WIDTH - 28 * len(longest)) / (0.5 * max(1, sum(longest)))
    high = (HEIGHT * share / len(rows) - 10) / 1.35
    return int(max(SMALLEST, min(28, wide, high)))


def _short(text: str, most: int = SHORT, from_end: bool = False) -> str:
    """Keep the first sentence of a text and those after it that have room, or the last ones.

    Sentences in parentheses are stage directions, and left out.

    >>> _short("Yes. It has. " + "And more so than before, " * 6 + "too.")
    'Yes. It has.'
    >>> _short("And more so than before, " * 6 + "too. Yes. It has.", from_end=True)
    'Yes. It has.'
    """
    sentences = re.split(r"(?<=[.?!:]) (?=[A-Z0-9\"(])", " ".join(text.split()))
    sentences = [one for one in sentences if not one.startswith("(")]
    order = sentences[::-1] if from_end else sentences
    kept = order[:1]
    for sentence in order[1:]:
        if len(" ".join([*kept, sentence])) >= most:
            break
        kept.append(sentence)
    return " ".join(kept[::-1] if from_end else kept)


def _promise(chapter: str) -> str:
    """Return the paragraph of a chapter's head that says what it is about."""
    paragraphs = sections.notebook(chapter).cells[0].source.split("\n\n")
    return next(one for one in paragraphs if not one.startswith(("#", "[", "|", "<")))


def _size(text: str) -> str:
    return "large" if len(text) < 130 else "medium" if len(text) < 260 else "small"


def _text(text: str) -> str:
    """Set a text as large as its length lets it be."""
    return _block(text, _size(text))


def _block(text: str, look: str) -> str:
    return f'<div class="{look}">{markdown(text)}</div>'


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _line(text: str) -> str:
    return MARKDOWN.renderInline(_plain(text))


def markdown(text: str) -> str:
    """Render Markdown as HTML, without its links: a slide leads nowhere.

    >>> markdown("a [b](c.md) *d*")
    '<p>a b <em>d</em></p>\\n'
    """
    return MARKDOWN.render(_plain(text))


def _plain(text: str) -> str:
    return build.with_numbers(re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text))
