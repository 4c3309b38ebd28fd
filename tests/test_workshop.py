"""The workshop: pages are fresh, minutes add up, numbers in notes are those of the chapters."""

import json
import re
import shutil
import subprocess
import sys

import nbformat
import numpy as np
import pytest

import feedback
import sections
import timetable
import workshop_pages
from common import ROOT, TRACKED
from helpers import environment, exercises
from helpers.exercises import _ticket
from helpers.exercises._problem import find
from workshop_pages import numbers

CHAPTERS = workshop_pages.has_notes()
EXERCISE = re.compile(r"\b\d\d\.\d\b")
every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


def of_cells(cells) -> set[str]:
    shown = "\n".join(cell.source + "\n" + workshop_pages.printed(cell) for cell in cells)
    return numbers(shown)


def code_cells(path) -> list:
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


# Pages


def test_the_pages_are_what_their_sources_make():
    assert workshop_pages.stale() == [], "run tools/workshop_pages.py"


def test_every_chapter_has_notes():
    assert list(sections.stems()) == CHAPTERS
    there = {path.stem for path in (ROOT / "source" / "workshop").glob("[0-9]*.md")}
    assert there <= set(sections.stems().values()), "notes of a chapter that does not exist"


def test_links_lead_somewhere():
    for page in sorted((ROOT / "workshop").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            file, _, anchor = link.partition("#")
            target = page.parent / file if file else page
            assert link.startswith("http") or target.exists(), (page.name, link)
            if anchor and target.suffix == ".md":
                heads = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
                assert anchor in [head.lower().replace(" ", "-") for head in heads], link


def test_sources_name_chapters_by_a_word():
    """So that they are right after another chapter has come in between."""
    for path in sorted((ROOT / "source" / "workshop").iterdir()):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"\b[Cc]hapters? \d", text), path.name


@every_chapter
def test_notes_are_on_the_page_whole(chapter):
    source, page = workshop_pages.parts(chapter), workshop_pages.notes(chapter)
    for name in workshop_pages.PARTS.values():
        assert f"\n## {name}\n" in page
    assert len(workshop_pages.items(source["Stick"])) == 3
    asks, good = workshop_pages.ticket(chapter)
    assert asks.endswith("?") and len(good.split()) > 10, "a question, and what a good answer says"
    assert not re.search(r"\{\w+\}", re.sub(r"```.*?```|`[^`]*`", "", page, flags=re.DOTALL))


@every_chapter
def test_the_exercise_for_pairs_is_one_of_the_chapter(chapter):
    name = workshop_pages.parts(chapter)["Pairs"][:4]
    assert name.startswith(chapter) and find(name)


@every_chapter
def test_wrong_ideas_come_from_the_problems(chapter):
    page = workshop_pages.notes(chapter)
    for problem in workshop_pages.chapters()[chapter]:
        assert f"**{problem.name} · {problem.title}**: {problem.wrong[0].reply}" in page


@every_chapter
def test_learners_do_not_see_the_notes(chapter):
    stem = sections.stems()[chapter]
    learners = (ROOT / "notebooks" / f"{stem}.ipynb").read_text(encoding="utf-8")
    for heading, text in workshop_pages.parts(chapter).items():
        if heading in ("Open", "Draw", "Stick"):
            assert text.splitlines()[0] not in learners


# Numbers


@every_chapter
def test_numbers_in_an_answer_are_in_the_outputs_beside_it(chapter):
    answers = workshop_pages.answers(chapter)
    page = workshop_pages._guesses(chapter, answers)
    _, *found = re.split(r"^\*\*\d+\. ", page, flags=re.MULTILINE)
    assert len(found) == len(answers)
    for number, (text, answer) in enumerate(zip(found, answers, strict=True), 1):
        quoted = "".join(f"> {line.strip()}\n" for line in answer.text.splitlines())
        assert quoted in text
        lacking = numbers(answer.text) - numbers(text.replace(quoted, ""))
        assert not lacking, f"chapter {chapter}, answer {number}: no output has {lacking}"


@every_chapter
def test_a_guess_stands_right_above_the_cell_that_answers_it(chapter):
    """That cell is folded on the page; an answer further down would be seen too early."""
    answers, guesses = workshop_pages.answers(chapter), workshop_pages.guesses(chapter)
    for number, (guess, answer) in enumerate(zip(guesses, answers, strict=True), 1):
        shown = [workshop_pages.printed(cell) for cell in guess.cells]
        places = workshop_pages.enough(workshop_pages.unseen(chapter, guess, answer), shown)
        assert places[:1] in ([], [0]), (chapter, number, places)


@every_chapter
def test_what_is_given_with_a_question_is_on_the_chapters_page(chapter):
    cells = code_cells(ROOT / "notebooks" / f"{sections.stems()[chapter]}.ipynb")
    for answer in workshop_pages.answers(chapter):
        assert numbers(answer.given) <= of_cells(cells), answer.given
        for quoted in re.findall(r'"(.+?)"', answer.given):
            assert any(quoted in cell.source for cell in cells), quoted


@every_chapter
def test_notes_list_the_minutes_of_every_section(chapter):
    (line,) = re.findall(r"^Minutes of its sections.*", workshop_pages.notes(chapter), re.M)
    listed = sum(map(int, re.findall(r" (\d+)(?= ·|\.$)", line)))
    assert listed == sum(map(timetable.in_a_room, sections.sections(chapter)))
    assert listed >= sections.minutes(chapter) + len(workshop_pages.guesses(chapter))


@every_chapter
def test_other_numbers_in_notes_are_the_chapters(chapter):
    stem = sections.stems()[chapter]
    cells = code_cells(ROOT / "notebooks" / f"{stem}.ipynb")
    known = of_cells(cells) | numbers(" ".join(cell.source for cell in cells_of_text(stem)))
    for heading, text in workshop_pages.parts(chapter).items():
        if heading != "Guesses":
            text = workshop_pages.ITEM.sub("", EXERCISE.sub("", text))
            assert numbers(text) <= known, (chapter, heading, numbers(text) - known)


@every_chapter
def test_code_that_notes_quote_is_on_the_page(chapter):
    stem = sections.stems()[chapter]
    page = (ROOT / "notebooks" / f"{stem}.ipynb").read_text(encoding="utf-8").replace('\\"', '"')
    for heading, text in workshop_pages.parts(chapter).items():
        for code in re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
            assert code in page, (chapter, heading, code)


def cells_of_text(stem: str) -> list:
    cells = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "markdown"]


def test_numbers_are_read_as_a_reader_reads_them():
    assert numbers("1,048,576 sets, 0.95 (0.9 to 1.00), 84% in [0 1], f1, -8.73.") == {
        "1048576", "0.95", "0.9", "1.00", "84", "0", "1", "8.73",
    }  # fmt: skip


# Timetables


def test_sections_add_up_to_what_chapters_print():
    for chapter in sections.stems():
        found = sections.sections(chapter)
        assert sum(part.minutes for part in found) == sections.minutes(chapter)
        assert min(part.minutes for part in found) >= 0


@pytest.mark.parametrize("plan", timetable.plans(), ids=lambda plan: plan["title"])
def test_a_timetable_adds_up(plan):
    assert sum(block["minutes"] for block in plan["block"]) == plan["minutes"]
    for block in plan["block"]:
        assert sum(minutes for minutes, _ in timetable.steps(block)) == block["minutes"]
        assert block.get("rest") or block["minutes"] <= 120, "nobody sits longer"
        assert all(minutes > 0 for minutes, _ in timetable.late(block))
    page = timetable.page(plan)  # raises where the clock does not end when the plan says
    rows = re.findall(r"^\| (\d\d:\d\d) \| (\d+) \|", page, re.MULTILINE)
    rests = sum(block["minutes"] for block in plan["block"] if block.get("rest"))
    assert sum(int(minutes) for _, minutes in rows) + rests == plan["minutes"]


def test_there_are_three_of_the_length_that_is_asked_for():
    assert [plan["minutes"] for plan in timetable.plans()] == [90, 240, 480]
    for plan in timetable.plans()[1:]:
        assert [block for block in plan["block"] if block.get("rest")], "no break"


def test_a_longer_chapter_stops_the_tool(monkeypatch):
    block = timetable.plans()[0]["block"][0]
    monkeypatch.setattr(sections, "minutes", lambda chapter: 120)
    sections.sections.cache_clear()
    with pytest.raises(SystemExit, match="has 90 minutes and needs"):
        timetable.steps(block)
    sections.sections.cache_clear()


def test_a_section_that_is_gone_is_named():
    block = timetable.plans()[0]["block"][0]
    step = {"chapter": "01", "only": ["What nobody wrote"]}
    with pytest.raises(SystemExit, match="Chapter 1 has no section 'What nobody wrote'"):
        timetable.steps({**block, "step": [step]})
    late = [{"chapter": "01", "sections": ["What nobody wrote"]}]
    with pytest.raises(SystemExit, match="leaves out"):
        timetable.late({**block, "late": late})


def test_computing_is_measured_for_what_is_taught():
    with pytest.raises(SystemExit, match=r"run tools/compute_times.py 04"):
        sections.seconds("04", ["What nobody wrote"])
    every = [part.name for part in sections.sections("04")]
    assert sections.seconds("04", every) > sections.seconds("04", every[:3]) >= 0


# Exit tickets

ANSWERS = {1: "Half each.", 2: "Sigmoid", 3: "", 4: "right", 5: 4}


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A learner's folder."""
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path


def hand_in(folder, name="half-2", **changes):
    """Write a ticket into a folder of the room, as another learner would have."""
    file = _ticket.keep(name, ANSWERS)
    content = json.loads(file.read_text(encoding="utf-8")) | {
        "number": f"{len(list(folder.iterdir())):08x}"
    }
    content["answers"] |= changes
    (folder / f"my_feedback-{name}-{content['number']}.json").write_text(json.dumps(content))


def test_each_block_of_the_timetables_has_a_ticket():
    assert list(_ticket.blocks()) == list(timetable.blocks())
    for name in _ticket.blocks():
        asked = _ticket.questions_of(name)
        assert list(asked) == [1, 2, 3, 4, 5]
        assert asked[1].asks.endswith("?")


def test_handing_in_writes_one_readable_file_without_a_name(mine, capsys):
    exercises.hand_in("half-2", ANSWERS)
    assert "Handed in" in capsys.readouterr().out
    (file,) = mine.glob("*.json")
    assert re.fullmatch(r"my_feedback-half-2-[0-9a-f]{8}\.json", file.name)
    content = json.loads(file.read_text(encoding="utf-8"))
    assert content["answers"] == {
        "understood": "Half each.", "home": "Sigmoid", "unclear": "", "pace": "right", "sure": 4,
    }  # fmt: skip
    assert set(content) == {"version", "block", "number", "when", "answers"}
    exercises.hand_in("half-2", ANSWERS | {5: 5})
    (again,) = mine.glob("*.json")
    assert again == file and json.loads(again.read_text())["answers"]["sure"] == 5
    exercises.hand_in("half-1", ANSWERS)
    assert len(list(mine.glob("*.json"))) == 2


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (ANSWERS | {1: ...}, "Question 1 has no answer yet"),
        (ANSWERS | {4: "Right"}, 'Question 4 takes "slow", "right", "fast"'),
        (ANSWERS | {5: 6}, "Question 5 takes 1, 2, 3, 4, 5"),
        (ANSWERS | {5: True}, "Question 5 takes"),
        (ANSWERS | {5: [4]}, "Question 5 takes"),
        (ANSWERS | {5: np.array([4, 4])}, "Question 5 takes"),
        (ANSWERS | {1: np.array([4, 4])}, "Question 1 takes words in quotes"),
        (ANSWERS | {1: 7}, "Question 1 takes words in quotes"),
        (ANSWERS | {1: "a" * 2001}, "longer than 2,000 letters"),
        (ANSWERS | {1: "cut \ud83d"}, "question 1 holds half a character"),
        (ANSWERS | {6: "more"}, "There is no question 6"),
        ("Half each.", "expected the dictionary"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(mine, capsys, answers, said):
    exercises.hand_in("half-2", answers)
    out = capsys.readouterr().out
    assert said in out and "Not handed in yet" in out
    assert not list(mine.iterdir())


def test_an_unknown_block_is_answered_with_those_there_are(mine):
    for ask in (exercises.ticket, lambda name: exercises.hand_in(name, ANSWERS)):
        with pytest.raises(ValueError, match=r"There is no block 'monday'. There are taster, "):
            ask("monday")
        with pytest.raises(TypeError, match="expected a name in quotes"):
            ask(...)


def test_a_folder_that_cannot_be_written_is_said(mine, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROGRESS", str(mine / "no" / "such" / "p.json"))
    exercises.hand_in("half-2", ANSWERS)
    out = capsys.readouterr().out
    assert "could not be saved" in out and "Handed in" not in out


def test_a_write_that_fails_leaves_the_old_file(mine, monkeypatch, capsys):
    file = _ticket.keep("half-2", ANSWERS)
    before = file.read_bytes()

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    assert _ticket.keep("half-2", ANSWERS | {5: 1}) is None
    assert file.read_bytes() == before and list(mine.iterdir()) == [file]
    assert "No space left" in capsys.readouterr().out


# What the instructor sees


@pytest.fixture
def room(mine, tmp_path_factory):
    folder = tmp_path_factory.mktemp("room")
    for word, pace in [("zebra", "fast"), ("apple", "right"), ("Mango", "right")]:
        hand_in(folder, home=word, pace=pace)
    return folder


def test_a_room_is_summed_up(room, capsys):
    assert feedback.main([str(room)]) == 0
    out = capsys.readouterr().out
    assert "# Half a day, four hours: Sigmoid, softmax and the loss" in out and "3 tickets" in out
    assert "- slow: 0\n- right: 2\n- fast: 1" in out and "- 4: 3" in out
    assert out.index("- apple") < out.index("- Mango") < out.index("- zebra")
    assert "- no answer: 3" in out  # what is unclear was left out by all
    assert ".json" not in out and "00000000" not in out


def test_blocks_are_summed_up_apart_and_copies_once(room, capsys):
    hand_in(room, "half-1", sure="")
    (room / "later").mkdir()
    shutil.copy(next(room.glob("*half-2*")), room / "later" / "my_feedback-half-2-copy.json")
    assert feedback.main([str(room)]) == 0
    out = capsys.readouterr().out
    assert out.index("1 ticket\n") < out.index("3 tickets")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"version": 1, "block"', "is not JSON, or was cut off"),
        (b"", "is not JSON"),
        (b"\xff\xfe\x00", "is no text"),
        (b"[1, 2]", "is no exit ticket"),
        (b'{"version": 1, "problems": {}}', "is no exit ticket"),
        (b'{"version": 9, "answers": {}}', "is of version 9, this course reads 1"),
        (b'{"version": 1, "block": "monday", "answers": {}}', "does not know: 'monday'"),
        (b'{"version": 1, "block": ["half-1"], "answers": {}}', "does not know"),
        (b'{"version": 1, "block": "half-1", "answers": {}}', "lacks its number"),
        (
            b'{"version": 1, "block": "half-1", "number": "a", "when": "b", "answers": {"": 1}}',
            "does not hold the answers home, pace, sure, unclear, understood",
        ),
        (
            b'{"version": 1, "block": "half-1", "number": "a", "when": "b", "answers": {"home": "",'
            b' "pace": "", "sure": 9, "unclear": "", "understood": ""}}',
            "has an answer that cannot be: Question 5",
        ),
        (
            b'{"version": 1, "block": "half-1", "number": "a", "when": "b", "answers": {"pace": "",'
            b' "home": "\\ud83d", "sure": 3, "unclear": "", "understood": ""}}',
            "holds half a character",
        ),
        (b" " * 200_000, "is too large"),
    ],
)
def test_a_damaged_file_is_named_and_left_out(room, capsys, content, said):
    (room / "my_feedback-damaged.json").write_bytes(content)
    assert feedback.main([str(room)]) == 1
    seen = capsys.readouterr()
    assert "3 tickets" in seen.out
    assert "1 file left out:\n- my_feedback-damaged.json" in seen.err and said in seen.err


def test_empty_missing_and_unnamed_folders(tmp_path, capsys):
    assert feedback.main([str(tmp_path)]) == 1
    assert "No exit ticket is in" in capsys.readouterr().err
    (tmp_path / "my_progress.json").write_text("{}")  # no ticket, and no damage
    assert feedback.main([str(tmp_path)]) == 1
    assert "left out" not in capsys.readouterr().err
    assert feedback.main([str(tmp_path / "nowhere")]) == 1
    assert "There is no folder" in capsys.readouterr().err
    for arguments in ([], ["a", "b"], ["--help"]):
        assert feedback.main(arguments) == 2
        assert "python3 course.py feedback FOLDER" in capsys.readouterr().err


def test_an_answer_cannot_move_the_terminal_or_fake_a_heading(room, capsys):
    hand_in(room, home="one\n# Fake\x1b[2J\u202eend")
    assert feedback.main([str(room)]) == 0
    out = capsys.readouterr().out
    assert "- one # Fake [2J end" in out and "\x1b" not in out and "\u202e" not in out


def test_the_command_runs_as_the_guide_says(room):
    import course

    guide = (ROOT / "workshop" / "README.md").read_text(encoding="utf-8")
    assert "python3 course.py feedback FOLDER" in guide
    assert "feedback" in course.__doc__
    program = [sys.executable, "tools/feedback.py", str(room)]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert "3 tickets" in done.stdout


def test_the_exit_page_is_run_and_ends_with_what_is_missing():
    page = nbformat.read(ROOT / "workshop" / "exit_ticket.ipynb", as_version=4)
    nbformat.validate(page)
    code = [cell for cell in page.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3]
    assert workshop_pages.printed(code[1]).startswith("Exit ticket of A taster")
    assert workshop_pages.printed(code[2]).count("has no answer yet") == 5


def test_what_a_room_needs_is_what_the_course_says():
    import course

    guide = (ROOT / "workshop" / "README.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for size in ("600 MB", "2.2 GB", "one to four minutes"):
        assert size in guide and size in readme, size
    assert f"{course.DISK_NEEDED_GB} GB of free disk" in guide
    assert f"{environment.FREE_MEMORY_NEEDED} GB of free memory" in guide
    for minor in range(course.OLDEST[1], course.NEWEST[1] + 1):
        assert f"3.{minor}" in guide
    for command in re.findall(r"python3 course\.py (\w+)", guide):
        assert callable(getattr(course, command)), command


def test_readme_and_git_know_the_workshop():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(workshop/README.md)" in readme
    assert "my_feedback*" in (ROOT / ".gitignore").read_text(encoding="utf-8").split("\n")
    assert not [name for name in TRACKED if "my_feedback" in name]
