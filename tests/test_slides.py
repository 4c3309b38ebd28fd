"""The slides: as many as a block can bear, all from the source, and they need no network."""

import base64
import dataclasses
import hashlib
import html
import io
import re
import subprocess
import sys
import tarfile
from itertools import pairwise

import pytest

import deck
import from_npm
import sections
import slides
import timetable
import workshop_pages
from common import ROOT

DECKS = deck.decks()
every_deck = pytest.mark.parametrize("name", DECKS)


def kinds(name: str) -> list[str]:
    return [slide.kind for slide in DECKS[name][1]]


def steps(name: str, kind: str) -> list:
    return [step[kind] for step in timetable.blocks()[name]["step"] if kind in step]


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


# Decks


def test_each_block_has_a_deck():
    assert list(DECKS) == list(timetable.blocks())


@every_deck
def test_a_deck_has_what_a_block_needs(name):
    found = kinds(name)
    assert deck.FEWEST <= len(found) <= deck.MOST
    assert found[0] == "agenda" and "ticket" in found[-2:]
    chapters = steps(name, "chapter")
    for kind in ("chapter", "opening", "carry"):
        assert found.count(kind) == len(chapters)
    assert found.count("pairs") == len(steps(name, "problems"))
    assert found.count("ask") >= len(chapters)


@every_deck
def test_each_question_is_followed_by_what_came_of_it(name):
    found = kinds(name)
    for before, after in pairwise(found):
        assert (before == "ask") == (after == "shown")


@every_deck
def test_an_answer_stands_below_its_question(name):
    for before, after in pairwise(DECKS[name][1]):
        if before.kind == "ask":
            (question,) = re.findall(
                r'<div class="(?:large|medium|small)">(.*?)</div>', before.body, re.DOTALL
            )
            assert after.body.startswith(f'<div class="context">{question}</div>')


@every_deck
def test_a_table_or_a_print_comes_with_what_it_is(name):
    for slide in DECKS[name][1]:
        if slide.kind == "figure" and "<img" not in slide.body:
            lead = re.match(r'<div class="context">(.+?)</div>', slide.body, re.DOTALL)
            assert lead and len(words(lead[1]).split()) > 5, slide.kicker


@every_deck
def test_the_agenda_has_the_times_of_the_timetable(name):
    _, (first, *_) = DECKS[name]
    times = re.findall(r"<td>(\d\d:\d\d)</td>", first.body)
    (plan,) = [plan for plan in timetable.plans() for b in plan["block"] if b.get("ticket") == name]
    table = timetable.page(plan)
    assert all(f"| {time} |" in table for time in times)
    assert len(times) == len(timetable.blocks()[name]["step"]) + 1  # and the exit ticket
    assert times == sorted(times)


def test_after_a_block_comes_its_break():
    assert kinds("day-2")[-1] == "rest"
    assert "13:55" in DECKS["day-2"][1][-1].body  # 09:00, two blocks, a break, lunch
    assert kinds("taster")[-1] == "ticket"


@every_deck
def test_outputs_are_those_of_the_chapters(name):
    shown = set()
    for chapter in steps(name, "chapter"):
        for cell in sections.notebook(chapter).cells:
            for output in getattr(cell, "outputs", []):
                data = output.get("data", {})
                text = output.get("text") or data.get("text/plain", "")
                error = f"{output.get('ename')}: {output.get('evalue')}"
                shown |= {line.rstrip() for line in f"{text}\n{error}".split("\n")}
                shown |= set(re.findall(r"<tr.*?</tr>|<img[^>]*>", data.get("text/html", ""), re.S))
            shown |= set(cell.source.split("\n"))
    shown |= {"…", deck.MORE_ROWS}
    for slide in DECKS[name][1]:
        if slide.kind not in ("shown", "figure"):
            continue
        for line in re.findall(r"<pre[^>]*>(.*?)</pre>", slide.body, re.S):
            assert {html.unescape(one) for one in line.split("\n")} <= shown
        assert set(re.findall(r"<tr.*?</tr>", slide.body, re.S)) <= shown
        for picture in re.findall(r'src="[^"]+"', slide.body):
            assert any(picture in one for one in shown if one.startswith("<img"))


@every_deck
def test_texts_are_those_of_the_notes(name):
    for chapter in steps(name, "chapter"):
        carry = words(deck.markdown(workshop_pages.parts(chapter)["Carry home"]))
        assert any(carry == words(slide.body) for slide in DECKS[name][1] if slide.kind == "carry")


@every_deck
def test_pages_are_whole(name):
    title, found = DECKS[name]
    page = slides.page(title, found)
    prose = re.sub(r"<(code|pre).*?</\1>", "", page, flags=re.S)
    assert not re.search(r"\{\w+\}", prose)
    assert "](" not in words(prose) and "**" not in words(prose)
    assert not re.search(r'(?:src|href)="(?!data:|parts/)', page)
    assert page.count("<section>") == page.count("</section>") == len(found)
    for picture in re.findall(r"<img[^>]*>", page):
        assert re.search(r'alt="[^"]{10,}"', picture)
        assert "The text below" not in picture
    assert min(map(int, re.findall(r"font-size:(\d+)px", page)), default=18) >= 18


@every_deck
def test_speaker_notes_say_when_how_and_what_to_expect(name):
    for slide in DECKS[name][1]:
        assert slide.notes or slide.kind in ("figure", "carry", "rest"), slide
        if slide.kind == "pairs":
            assert any(line.startswith("- **") for line in slide.notes)
    clocks = sum("minutes." in slide.notes[0] for slide in DECKS[name][1][1:] if slide.notes)
    assert clocks == len(timetable.blocks()[name]["step"]) + 1


@every_deck
def test_no_slide_leads_to_what_is_not_on_it(name):
    """A slide has no page, no cell above it, and no step of a text that nobody has read."""
    for slide in DECKS[name][1]:
        found = re.search(r"this page|the page|cells? (?:above|below)|Step \d", words(slide.body))
        assert not found, (slide.kicker, found[0])


POINTS = re.compile(
    r"\b(?:this|these|those|(?:that|first|third|last|each|which) (?:text|sentence|row|one))\b",
    re.IGNORECASE,
)


@every_deck
def test_what_a_question_points_at_is_on_its_slide(name):
    for step in timetable.blocks()[name]["step"]:
        taught = [part.name for part in timetable.taught(step)] if "chapter" in step else []
        for number, guess, answer in deck._guesses(step, taught) if taught else []:
            pointed = POINTS.search(guess.asks)
            assert not pointed or answer.given or answer.output, (step["chapter"], number, pointed)


def asked(name: str, words_of_it: str) -> tuple:
    """Return the slide of a question and that of its answer."""
    found = DECKS[name][1]
    at = next(i for i, slide in enumerate(found) if words_of_it in slide.body)
    return found[at], found[at + 1]


def test_what_a_room_has_to_see_stands_above_the_question():
    ask, _ = asked("half-2", "which labels of the first text")
    assert "-7.18" in ask.body and ask.body.index("-7.18") < ask.body.index("which labels")
    ask, _ = asked("half-2", "How many labels of this row")
    assert "2.3, 0.3, -0.4, -2.0" in ask.body
    ask, _ = asked("half-1", "what will it give the third text")
    assert "A pop star sings" in ask.body


def test_an_answer_that_compares_tables_shows_them_all():
    _, shown = asked("half-2", "which labels of the first text")
    assert re.findall(r"<caption[^>]*>(\w+)</caption>", shown.body) == ["Sigmoid", "Softmax"]
    _, shown = asked("half-1", "what will it give the third text")
    assert shown.body.count("<table") == 1


def unproved(ask: deck.Slide, shown: deck.Slide) -> set[str]:
    """Return the numbers of an answer that are in no output, on its slide or with its question.

    A figure has them in its text twin, which is its alternative text here.
    """
    outputs, _, _ = shown.body.partition('<div class="answer">')
    twins = " ".join(re.findall(r'alt="([^"]*)"', ask.body + outputs))
    return workshop_pages.numbers(shown.notes[0]) - workshop_pages.numbers(
        words(f"{ask.body} {outputs} {twins}")
    )


def of_chapter(chapter: str) -> list[list[deck.Slide]]:
    """Return the slides of each guess of a chapter, whether a deck has chosen it or not."""
    both = zip(workshop_pages.guesses(chapter), workshop_pages.answers(chapter), strict=True)
    return [deck._guess(chapter, *pair, deck.datetime(2000, 1, 1, 9)) for pair in both]


@every_deck
def test_every_number_of_an_answer_stands_in_an_output(name):
    for before, after in pairwise(DECKS[name][1]):
        if after.kind == "shown":
            assert not unproved(before, after), words(after.body)


@pytest.mark.parametrize("chapter", workshop_pages.has_notes())
def test_it_does_for_guesses_that_no_deck_has_chosen_yet(chapter):
    for number, (ask, shown) in enumerate(of_chapter(chapter), 1):
        assert not unproved(ask, shown), (number, words(shown.body))


def test_an_output_that_is_not_shown_is_missed(monkeypatch):
    monkeypatch.setattr(workshop_pages, "enough", lambda wanted, texts: [])
    *_, (ask, shown), _ = of_chapter("10")  # of two tables, the first is left
    assert unproved(ask, shown) == {"87", "47", "100", "80"}
    assert shown.body.count("<table") == 1


def test_notes_say_how_many_cells_to_run():
    said = [ask.notes[0].rpartition(", then ")[2] for ask, _ in of_chapter("10")]
    assert said == ["run the cell."] * 4 + ["run the next 2 cells.", "run the cell."]


def test_the_faults_to_be_found_are_on_the_slide_and_named_on_the_next():
    ask, shown = asked("day-4", "faults in these lines")
    for part in ("copy.deepcopy(tagger.model).train()", "1.3, -0.2, 0.4", "and no error raised"):
        assert part in html.unescape(ask.body)
    lines = re.search(r"<pre[^>]*>(.*?)</pre>", shown.body, re.S)[1].split("\n")
    assert lines[:2] == ["Silent faults found: 7", "no problem_type"] and len(lines) == 8


def test_stage_directions_are_not_on_slides():
    ask, _ = asked("half-2", "A model with a new, untrained head")
    assert words(ask.body).endswith("What is its loss?")
    assert deck.STAGE.sub("", "One (in two parts)? (Two. Say it.)") == "One (in two parts)?"


@every_deck
def test_speaker_notes_have_the_clock_of_every_section(name):
    block = timetable.blocks()[name]
    chapters = [step for step in block["step"] if "chapter" in step]
    found = [slide for slide in DECKS[name][1] if slide.kind == "chapter"]
    for step, slide in zip(chapters, found, strict=True):
        rows = [re.match(r"- (\d\d:\d\d) \*(.+)\*$", note) for note in slide.notes]
        rows = [row.groups() for row in rows if row]
        assert [section for _, section in rows] == [part.name for part in timetable.taught(step)]
        begin, minutes = re.match(r"\*\*(\d\d:\d\d)\*\*, (\d+) minutes", slide.notes[0]).groups()
        clock = deck.datetime.strptime(begin, "%H:%M")
        times = [deck.datetime.strptime(time, "%H:%M") for time, _ in rows]
        assert times[0] == clock and times == sorted(times)
        assert times[-1] < clock + deck.timedelta(minutes=int(minutes))


def test_what_pairs_try_is_on_the_slide_of_the_pause():
    found = DECKS["half-2"][1]
    at = next(i for i, slide in enumerate(found) if "with the sliders" in slide.body)
    assert found[at].body.count("<li>") == 4 and "two true labels" in found[at].body
    assert found[at].notes[0].startswith("At the end of *See it run*")
    assert "Add 3 to every logit" in found[at + 1].body  # of the section after it


def test_a_pause_after_a_section_that_is_not_taught_is_named():
    changes = {"pause": {"after": "Nowhere", "talk": "hello", "minutes": 1}}
    with pytest.raises(SystemExit, match="The pause of chapter 4 comes after 'Nowhere'"):
        deck.deck(*block_of("half-2", **changes))


@pytest.mark.parametrize("chapter", workshop_pages.has_notes())
def test_each_chapter_has_something_to_begin_with(chapter):
    step = {"chapter": chapter}
    slide = deck._opening(step, workshop_pages.parts(chapter)["Open"])
    assert 3 < len(words(slide.body)) < 200


# Choosing


def block_of(name: str, **changes) -> tuple:
    """Return what deck() takes, with one chapter's step changed."""
    (plan,) = [plan for plan in timetable.plans() for b in plan["block"] if b.get("ticket") == name]
    block = timetable.blocks()[name]
    steps = [step | changes if "chapter" in step else step for step in block["step"]]
    clock = deck.datetime(2000, 1, 1, 9)
    return plan, block | {"step": steps}, clock, {}


def test_too_much_and_too_little_stop_the_tool():
    plan, block, *rest = block_of("day-2")
    block["step"] = [{k: v for k, v in step.items() if k != "guesses"} for step in block["step"]]
    with pytest.raises(SystemExit, match=r"'From text to probability' \(day-2\) has \d\d slides"):
        deck.deck(plan, block, *rest)
    with pytest.raises(SystemExit, match=r"has 9 slides, expected 12 to 25. Choose with guesses"):
        deck.deck(*block_of("half-2", guesses=[], show=[]))


def test_what_is_chosen_and_not_there_is_named():
    with pytest.raises(SystemExit, match=r"Chapter 4: the step has no guess \[8, 99\], only \[1,"):
        deck.deck(*block_of("half-2", guesses=[1, 8, 99]))
    with pytest.raises(SystemExit, match="Chapter 4 shows nothing there that holds 'no such'"):
        deck.deck(*block_of("half-2", show=["no such"]))


def test_notes_with_nothing_to_show_are_named():
    with pytest.raises(SystemExit, match="chapter 4: under Open nothing is bold"):
        deck._opening({"chapter": "04"}, "Say hello.")


# reveal.js comes from npm


def an_archive(monkeypatch, tmp_path) -> bytes:
    """Make an archive of the right form, and pin it."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as files:
        for name in from_npm.REVEAL.files:
            info = tarfile.TarInfo(name)
            info.size = len(name)
            files.addfile(info, io.BytesIO(name.encode()))
    content = written.getvalue()
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    pinned = dataclasses.replace(from_npm.REVEAL, integrity=f"sha512-{digest}")
    monkeypatch.setattr(from_npm, "REVEAL", pinned)
    monkeypatch.setattr(from_npm, "KEPT", tmp_path / "kept")
    return content


def no_network(package):
    raise OSError("getaddrinfo failed")


def test_it_is_fetched_once(monkeypatch, tmp_path):
    content = an_archive(monkeypatch, tmp_path)
    monkeypatch.setattr(from_npm, "fetched", lambda package: content)
    from_npm.unpack(from_npm.REVEAL, tmp_path / "parts")
    assert {path.name for path in (tmp_path / "parts").iterdir()} == set(
        from_npm.REVEAL.files.values()
    )
    monkeypatch.setattr(from_npm, "fetched", no_network)
    from_npm.unpack(from_npm.REVEAL, tmp_path / "again")
    assert (tmp_path / "again" / "reveal.js").read_text() == "package/dist/reveal.js"


def test_without_a_network_it_says_what_to_do(monkeypatch, tmp_path):
    an_archive(monkeypatch, tmp_path)
    monkeypatch.setattr(from_npm, "fetched", no_network)
    with pytest.raises(SystemExit, match=r"(?s)getaddrinfo.*HTTPS_PROXY.*by hand:\n.*\.tgz"):
        from_npm.unpack(from_npm.REVEAL, tmp_path / "parts")
    assert not (tmp_path / "parts").exists()


def test_another_archive_is_not_kept(monkeypatch, tmp_path):
    content = an_archive(monkeypatch, tmp_path)
    monkeypatch.setattr(from_npm, "fetched", lambda package: content + b"more")
    with pytest.raises(SystemExit, match="sha512 differs"):
        from_npm.unpack(from_npm.REVEAL, tmp_path / "parts")
    assert not from_npm.KEPT.exists()


def test_a_damaged_one_is_fetched_again(monkeypatch, tmp_path):
    content = an_archive(monkeypatch, tmp_path)
    kept = from_npm.KEPT / from_npm.REVEAL.file
    kept.parent.mkdir()
    kept.write_bytes(content[:-9])
    monkeypatch.setattr(from_npm, "fetched", lambda package: content)
    assert from_npm.archive(from_npm.REVEAL) == content == kept.read_bytes()


# The command


def test_a_folder_is_written_twice_alike(monkeypatch, tmp_path, capsys):
    content = an_archive(monkeypatch, tmp_path)
    monkeypatch.setattr(from_npm, "fetched", lambda package: content)
    folder = tmp_path / "made here" / "slides"
    assert slides.main([str(folder)]) == 0
    first = {path.name: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}
    assert {f"{name}.html" for name in DECKS} | {"index.html", "slides.js"} <= set(first)
    assert slides.main([str(folder)]) == 0
    assert first == {path.name: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}
    assert f"Open {folder / 'index.html'}" in capsys.readouterr().out


def test_a_file_in_the_way_is_named(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit):
        slides.main([str(tmp_path / "file")])
    assert "is a file; name a folder" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_named(monkeypatch, tmp_path):
    def refused(package, folder):
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(from_npm, "unpack", refused)
    with pytest.raises(SystemExit, match=r"Could not write .*: Permission denied. Name another"):
        slides.main([str(tmp_path / "slides")])


def test_without_a_browser_there_is_no_pdf(monkeypatch, tmp_path):
    monkeypatch.setattr(slides.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match="install Chromium or Chrome"):
        slides.print_pdf(tmp_path, ["taster"])


def test_the_command_is_as_the_guide_says():
    import course

    guide = (ROOT / "workshop" / "README.md").read_text(encoding="utf-8")
    assert "python3 course.py slides" in guide and "python3 course.py slides --pdf" in guide
    assert "slides" in course.__doc__
    program = [sys.executable, "tools/slides.py", "--help"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0 and "--pdf" in done.stdout
