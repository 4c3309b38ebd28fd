"""Make the workshop's timetables from source/workshop/timetables.toml.

Minutes are computed: those of chapters and sections from what the chapters print, those of problems
from their declarations, and what the machine computes from tools/compute_times.py. What a block has
left is for questions; too little or too much of it stops the tool.
"""

import math
import re
import tomllib
from datetime import datetime, timedelta

import build
import sections
from helpers.exercises._problem import find

FILE = build.SOURCE / "workshop" / "timetables.toml"
LEAST_LEFT, MOST_LEFT = 0.04, 0.20  # of a block, for questions and for whoever is behind


def plans() -> list[dict]:
    """Read the declaration of all timetables, with the welcome in its places."""
    declared = _declared()
    for plan in declared["plan"]:
        for block in plan["block"]:
            block["step"] = [
                declared["welcome"] | {"minutes": step["welcome"]} if "welcome" in step else step
                for step in block.get("step", [])
            ]
    return declared["plan"]


def blocks() -> dict[str, dict]:
    """Return the blocks that end with an exit ticket, by the ticket's name."""
    return {
        block["ticket"]: {**block, "plan": plan["title"]}
        for plan in plans()
        for block in plan["block"]
        if "ticket" in block
    }


def steps(block: dict) -> list[tuple[int, str]]:
    """Return a block's steps, each with its minutes; the last is what is left for questions.

    Raises:
        SystemExit: the steps need more than the block has, or leave too little or too much.
    """
    length = block["minutes"]
    if block.get("rest"):
        return [(length, f"*{block['name']}*")]
    found = [_step(step) for step in block["step"]]
    if "ticket" in block:
        said = f"exit ticket `{block['ticket']}`: [five questions](exit_ticket.ipynb)"
        found.append((_declared()["ticket_minutes"], said))
    left = length - sum(minutes for minutes, _ in found)
    if not LEAST_LEFT * length <= left <= MOST_LEFT * length:
        raise SystemExit(
            f"Block {block['name']!r} has {length} minutes and needs {length - left}: {left} are "
            f"left for questions, expected {math.ceil(LEAST_LEFT * length)} to "
            f"{math.floor(MOST_LEFT * length)}. Change its steps in timetables.toml."
        )
    return [*found, (left, "left for questions, and for whoever is behind")]


def late(block: dict) -> list[tuple[int, str]]:
    """Return what to leave out of a block when it is late, with the minutes that this saves."""
    found = []
    for step in block.get("late", []):
        if "problems" in step:
            names = " and ".join(step["problems"])
            found.append((_of_problems(step["problems"]), f"exercise {names}"))
            continue
        names = {part.name for part in taught(_teaching(block, step["chapter"]))}
        missing = [name for name in step["sections"] if name not in names]
        if missing:
            raise SystemExit(f"{block['name']!r} leaves out {missing}, which it does not teach")
        some = [p for p in sections.sections(step["chapter"]) if p.name in step["sections"]]
        minutes = sum(map(in_a_room, some))
        found.append((minutes, f"chapter {int(step['chapter'])}, {_listed(step['sections'])}"))
    return found


def page(plan: dict) -> str:
    """Return one timetable as Markdown."""
    clock = datetime.strptime(plan["start"], "%H:%M")
    end = clock + timedelta(minutes=plan["minutes"])
    parts = [f"### {plan['title']}\n\n{plan['about'].strip()}\n"]
    for block in plan["block"]:
        rows = []
        for minutes, what in steps(block):
            rows.append(f"| {clock:%H:%M} | {minutes} | {what} |\n")
            clock += timedelta(minutes=minutes)
        if block.get("rest"):
            parts.append(f"\n**{block['name']}**, {block['minutes']} minutes.\n")
            continue
        parts.append(f"\n**{block['name']}** ({block['minutes']} minutes)\n\n")
        parts += ["| time | minutes | what |\n|---|---|---|\n", *rows]
        saved = "".join(f"\n- {what}: saves {counted(minutes)}" for minutes, what in late(block))
        if saved:
            parts.append(f"\nLate? Leave out, in this order:\n{saved}\n")
    if clock != end:
        raise SystemExit(
            f"{plan['title']}: the blocks end at {clock:%H:%M}, the plan says {end:%H:%M}"
        )
    parts.append(f"\nIt ends at {end:%H:%M}.\n")
    return "".join(parts)


def said(seconds: float) -> str:
    """Say a time that differs between machines no more exactly than it is known.

    >>> said(3.2), said(47)
    ('about 5 seconds', 'about 50 seconds')
    """
    return f"about {max(5, round(seconds / 10) * 10)} seconds"


def counted(minutes: int) -> str:
    """Say minutes as a reader says them.

    >>> counted(1), counted(2)
    ('1 minute', '2 minutes')
    """
    return f"{minutes} minute{'s' * (minutes != 1)}"


def _declared() -> dict:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _step(step: dict) -> tuple[int, str]:
    if "talk" in step:
        return step["minutes"], step["talk"]
    if "problems" in step:
        minutes = _of_problems(step["problems"]) + _declared()["gather_minutes"]
        names = " and ".join(step["problems"])
        chapter = step["problems"][0][:2]
        link = f"[exercises {int(chapter)}](../exercises/{sections.stems()[chapter]}.ipynb)"
        return minutes, f"{link}: {names}, in pairs; then one pair says how"
    return _teach(step)


def _teach(step: dict) -> tuple[int, str]:
    """Minutes of what is taught of a chapter: reading, guesses, and the machine."""
    chapter, seconds = step["chapter"], _seconds(step)
    minutes = sum(minutes for minutes, _ in schedule(step)) + math.ceil(seconds / 60)
    stem, title = sections.stems()[chapter], sections.title(chapter)
    what = f"chapter [{title}](../notebooks/{stem}.ipynb)"
    if "only" in step:
        what += f": {_listed(step['only'])}"
    elif "without" in step:
        what += f", without {_listed(step['without'])}"
    if "pause" in step:
        pause = step["pause"]
        what += f"; in it {pause['minutes']} minutes at *{pause['after']}*: {pause['talk']}"
    return minutes, f"{what} (the machine computes for {said(seconds)})"


def schedule(step: dict) -> list[tuple[int, str]]:
    """Return the sections that a step teaches, each with its minutes in a room.

    The minutes of a pause are among those of the section that it comes after.

    Raises:
        SystemExit: the step does not teach the section of its pause.
    """
    pause, parts = step.get("pause", {}), taught(step)
    if pause and pause["after"] not in [part.name for part in parts]:
        where = f"The pause of chapter {int(step['chapter'])} comes after {pause['after']!r}"
        raise SystemExit(f"{where}, which its step does not teach")
    more = {pause.get("after"): pause.get("minutes", 0)}
    return [(in_a_room(part) + more.get(part.name, 0), part.name) for part in parts]


def _seconds(step: dict) -> float:
    """Return how long the machine computes: a cell needs those above it, passed over or not."""
    every = sections.sections(step["chapter"])
    upto = max(every.index(part) for part in taught(step))
    return sections.seconds(step["chapter"], [part.name for part in every[: upto + 1]])


def taught(step: dict) -> list[sections.Section]:
    """Return the sections of a chapter that a step teaches.

    Raises:
        SystemExit: a section that the step names is not in the chapter.
    """
    every = sections.sections(step["chapter"])
    names = [part.name for part in every]
    for name in [*step.get("only", []), *step.get("without", [])]:
        if name not in names:
            raise SystemExit(f"Chapter {int(step['chapter'])} has no section {name!r}: {names}")
    if "only" in step:
        return [part for part in every if part.name in step["only"]]
    return [part for part in every if part.name not in step.get("without", [])]


def _teaching(block: dict, chapter: str) -> dict:
    (step,) = (step for step in block["step"] if step.get("chapter") == chapter)
    return step


def in_a_room(part: sections.Section) -> int:
    """Return the minutes of a section, with one for hands at each guess."""
    return part.minutes + _declared()["guess_minutes"] * len(re.findall(r"\*\*Guess", part.text))


def _of_problems(names: list[str]) -> int:
    return sum(find(name).minutes for name in names)


def _listed(names: list[str]) -> str:
    listed = [f"*{name}*" for name in names]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
