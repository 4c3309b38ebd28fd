"""The bank of questions, how they are asked, come back and are judged in the final check."""

import json
import math
import re
from datetime import datetime, timedelta

import nbformat
import numpy as np
import pytest
import torch

import exercise_cells
from common import ROOT
from helpers import exercises
from helpers.exercises import _record
from helpers.exercises._ask import verdict
from helpers.exercises._questions import KINDS, LETTERS, bank, of_chapter, warm_up
from helpers.exercises._words import marked_up, plain

QUESTIONS = list(bank().values())
FINAL = of_chapter("final")
CHAPTERS = [f"{n:02}" for n in range(13)]
every_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)


@pytest.fixture(autouse=True)
def record(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


# The bank


@every_question
def test_each_choice_is_explained_and_one_is_right(question):
    assert question.kind in KINDS and question.chapter in CHAPTERS
    answers = [answer for answer, _, _ in question.choices]
    assert len(set(answers)) == len(answers) == 4
    assert sum(right for _, right, _ in question.choices) == 1
    assert all(len(why) > 15 and why.endswith(".") for _, _, why in question.choices)
    assert question.asks.endswith(("?", "."))


@every_question
def test_what_can_be_computed_is_computed(question):
    assert bool(question.proof) == (question.kind == "compute")
    if question.proof:
        known = {"np": np, "math": math, "torch": torch}
        assert str(eval(question.proof, known)) == question.choices[question.right][0]


def test_there_are_enough_and_the_final_check_is_mixed():
    for chapter in CHAPTERS:
        own = of_chapter(chapter)
        assert 4 <= len(own) <= 8 and {q.chapter for q in own} == {chapter}
        assert [q.name for q in own] == [f"{chapter}.q{k + 1}" for k in range(len(own))]
    assert [q.name for q in FINAL] == [f"F.{k + 1}" for k in range(20)]
    assert {q.chapter for q in FINAL} == set(CHAPTERS) - {"12"}  # which is optional
    assert {q.kind for q in FINAL} == set(KINDS)
    assert sum(q.kind == "compute" for q in FINAL) >= 5


def test_neither_place_nor_length_gives_the_right_one_away():
    places = [q.right for q in QUESTIONS]
    assert max(map(places.count, range(4))) < len(places) * 0.4
    longest = [max(range(4), key=lambda i: len(q.choices[i][0])) == q.right for q in QUESTIONS]
    assert sum(longest) < len(QUESTIONS) * 0.45


def test_a_warm_up_asks_of_earlier_chapters():
    assert not warm_up("00")
    seen = []
    for chapter in CHAPTERS[1:]:
        asked = warm_up(chapter)
        assert 2 <= len(asked) <= 3 and all(q.chapter < chapter for q in asked)
        seen += asked
    assert len({q.name for q in seen}) == len(seen)


def test_choices_are_in_the_same_order_at_every_load():
    order = [q.choices for q in QUESTIONS]
    bank.cache_clear()
    assert [q.choices for q in bank().values()] == order
    assert [answer for answer, _, _ in bank()["05.q3"].choices] == ["75", "300", "1,200", "4,800"]


# Asking


@pytest.fixture
def asked(catch_shown):
    def ask(call, *arguments):
        widget, bundle = catch_shown(call, *arguments)
        return widget.children, bundle["text/html"]

    return ask


def test_whichever_is_chosen_is_explained(asked):
    parts, _ = asked(exercises.questions, "03")
    question = of_chapter("03")[2]
    heading, *choices, explanation = parts[12:18]
    assert "3. What does <code>problem_type</code> change?" in heading.value
    assert "Choose one" in explanation.value
    for i in (question.right, (question.right + 1) % 4):
        choices[i].click()
        assert verdict(question, i) in explanation.value
    assert f"<b>{LETTERS[i]}: not this one.</b> " in explanation.value


def test_an_answer_is_a_wide_button_that_says_right_or_wrong_once_pressed(asked):
    parts, _ = asked(exercises.questions, "03")
    question = of_chapter("03")[0]
    *choices, explanation = parts[1:6]
    answers = [plain(answer) for answer, _, _ in question.choices]
    for i, button in enumerate(choices):
        assert button.description == f"{LETTERS[i]} · {answers[i]}"
        assert button.layout.width == "auto" and button.layout.max_width == "44em"
        assert "course-answer" in button._dom_classes
    assert "<style>.jupyter-button.course-answer {white-space: normal" in parts[0].value
    assert sum("<style" in getattr(part, "value", "") for part in parts) == 1
    for i, button in enumerate(choices):
        button.click()
        word = "✓ right" if i == question.right else "✗ wrong"
        assert button.description == f"{LETTERS[i]} · {word} · {answers[i]}"
        button.click()
        assert button.description.count("right") + button.description.count("wrong") == 1
        assert explanation.value.startswith('<div aria-live="polite" style="min-height')


@every_question
def test_an_answer_fits_its_button(question):
    """A line of its full width, also where the style that lets it wrap does not reach."""
    assert all(len(plain(answer)) <= 60 and "\n" not in answer for answer, _, _ in question.choices)
    assert not any("`" in plain(answer) for answer, _, _ in question.choices)


def test_answers_are_folded_where_there_is_no_kernel(asked):
    _, saved = asked(exercises.warm_up, "04")
    assert saved.count("<details>") == 4 * len(warm_up("04"))
    assert saved.count("<details open") == 0


def test_text_is_no_html():
    assert marked_up("<b> `x < y` *or*") == "&lt;b&gt; <code>x &lt; y</code> <em>or</em>"
    for formula in ("2**100: one for each", "fa * alarms + miss * misses", "-(y * log p + y * q)"):
        assert marked_up(formula) == formula


def test_the_first_choice_is_what_is_recorded(asked, record):
    parts, _ = asked(exercises.questions, "00")
    right = of_chapter("00")[0].right
    parts[1 + (right + 1) % 4].click()
    parts[1 + right].click()
    saved = json.loads(record.read_text(encoding="utf-8"))["questions"]["00.q1"]
    assert saved["in_a_row"] == 0 and saved["tries"] == 1


@pytest.mark.parametrize(
    ("call", "argument", "message"),
    [
        (exercises.questions, "14", "no chapter '14'.*00, 01"),
        (exercises.questions, 4, "no chapter 4"),
        (exercises.questions, "final", "13_final_check"),
        (exercises.warm_up, "00", "Nothing comes before"),
        (exercises.review, 0, "1 or more"),
    ],
)
def test_what_is_not_there_is_said(call, argument, message):
    with pytest.raises(ValueError, match=message):
        call(argument)


# Coming back


def answered(record, **entries):
    questions = {
        name.replace("_", "."): {
            "in_a_row": row,
            "tries": 1,
            "when": (datetime.now() - timedelta(days=days)).isoformat(timespec="seconds"),
        }
        for name, (row, days) in entries.items()
    }
    record.write_text(
        json.dumps({"version": 1, "problems": {}, "questions": questions}), encoding="utf-8"
    )


def test_wrong_comes_first_then_what_is_long_ago(record):
    answered(
        record,
        **{"01_q1": (1, 2), "01_q2": (2, 2), "01_q3": (0, 0), "01_q4": (1, 30), "01_q5": (9, 59)},
    )
    names, later = _record.due(datetime.now())
    assert names == ["01.q3", "01.q4", "01.q1"]
    assert timedelta(hours=23) < later - datetime.now() < timedelta(hours=25)


def test_review_asks_what_is_due_and_no_more(record, asked):
    answered(record, **{f"01_q{k}": (0, k) for k in range(1, 7)}, gone_q1=(0, 9))
    parts, _ = asked(exercises.review)
    assert len(parts) == 5 * 6  # a heading, four choices and an explanation each
    assert bank()["01.q6"].asks[:30] in parts[0].value


def test_review_says_when_nothing_is_due(record, capsys):
    exercises.review()
    assert "have not answered a question yet" in capsys.readouterr().out
    answered(record, **{"01_q1": (1, 0)})
    exercises.review()
    tomorrow = f"{datetime.now() + timedelta(days=1):%B %d, %Y}"
    assert f"comes back on {tomorrow}" in capsys.readouterr().out


def test_an_older_record_has_no_questions_and_a_spoiled_one_is_set_aside(record, capsys):
    record.write_text('{"version": 1, "problems": {}}', encoding="utf-8")
    assert _record.due(datetime.now()) == ([], None)
    for spoiled in ('{"a": 3}', "[]", '{"a": {"when": "x", "in_a_row": 1}}'):
        record.write_text('{"version": 1, "problems": {}, "questions": ' + spoiled + "}")
        assert _record.due(datetime.now()) == ([], None)
        assert "cannot be read" in capsys.readouterr().out


def test_progress_counts_questions(record, capsys):
    answered(record, **{"01_q1": (0, 0), "01_q2": (1, 0)})
    exercises.progress()
    last = capsys.readouterr().out.strip().split("\n")[-1]
    assert last.startswith(f"questions: 1 of {len(QUESTIONS)} right when last asked, 1 to review")


# The final check

ALL_RIGHT = {q.name: LETTERS[q.right] for q in FINAL}


@pytest.fixture
def checked(monkeypatch):
    bundles = []
    monkeypatch.setattr(exercises, "_display", bundles.append)

    def check(answers):
        exercises.final_check(answers)
        return bundles.pop()

    return check


def test_all_right(checked):
    said = checked(ALL_RIGHT)
    assert said["text/plain"].startswith("20 of 20 right\nNothing to read again")
    assert len(_record.read()["questions"]) == 20


def test_no_verdict_before_all_are_answered(checked):
    said = checked({**ALL_RIGHT, "F.3": ..., "F.5": "E", "F.7": 2})["text/plain"]
    assert said.startswith("17 of 20 answered.\nMissing: F.3, F.5, F.7.")
    assert "answer to F.5 is none of" in said and "answer to F.3 is none" not in said
    assert "right" not in said and not _record.read()["questions"]


def test_it_says_why_and_what_to_read_again(checked):
    wrong = {name: LETTERS[(bank()[name].right + 1) % 4] for name in ("F.9", "F.10", "F.4")}
    said = checked({**ALL_RIGHT, **wrong, "F.17": "?", "F.2": f" {ALL_RIGHT['F.2'].lower()}."})
    assert said["text/plain"].startswith("16 of 20 right\nYou can use")
    assert "chapters 4 (2 wrong), 2 (1 wrong), 8 (1 wrong)" in said["text/plain"]
    for name, letter in wrong.items():
        assert verdict(bank()[name], LETTERS.index(letter)) in said["text/html"]
        assert verdict(bank()[name], bank()[name].right) in said["text/html"]
    assert "F.2  chapter 1  " in said["text/plain"] and "✓ right" in said["text/html"]


def test_few_right_sends_back(checked):
    said = checked(dict.fromkeys(ALL_RIGHT, "?"))["text/plain"]
    assert said.startswith("0 of 20 right\nRead again, in this order, and come back tomorrow: ")
    assert "chapters 4 (3 wrong), 1 (2 wrong), 2 (2 wrong), 3 (2 wrong)" in said


def test_an_answer_sheet_that_is_none():
    with pytest.raises(TypeError, match="list, expected the dictionary"):
        exercises.final_check(["A"])


# The notebooks


def read(folder):
    return nbformat.read(ROOT / folder / "13_final_check.ipynb", as_version=4).cells


def test_no_right_answer_can_be_read_from_the_page():
    text = "\n".join(cell.source for cell in read("exercises"))
    for q in FINAL:
        assert q.asks in text and f'answers["{q.name}"] = ...' in text
        assert all(why not in text for _, _, why in q.choices)
    assert not re.search(
        r'answers\["F',
        "\n".join(map(str, (c.outputs for c in read("exercises") if "outputs" in c))),
    )


def test_the_solved_page_is_all_right():
    cells = read("exercises/solutions")
    assert "20 of 20 right" in str([cell.get("outputs") for cell in cells])
    assert (
        exercise_cells.fill("# {letter F.9}", solved=True)
        == f'answers["F.9"] = "{ALL_RIGHT["F.9"]}"'
    )


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_chapter_opens_and_ends_with_its_questions(chapter):
    (path,) = (ROOT / "notebooks").glob(f"{chapter}_*.ipynb")
    sources = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    own = sources.index(f'exercises.questions("{chapter}")')
    assert own > len(sources) * 0.75
    if chapter != "00":
        assert sources.index(f'exercises.warm_up("{chapter}")') < 8
