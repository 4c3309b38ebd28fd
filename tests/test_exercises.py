"""Problems, their misconceptions and the checker: what it must say, and what it must stand."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import time

import nbformat
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch

import build
import exercise_cells
import teaching_notes
from common import ROOT
from helpers import exercises
from helpers.exercises import _record
from helpers.exercises._compare import plain, same
from helpers.exercises._judge import NOT_ATTEMPTED, NOT_YET, RAISED, RIGHT, _all_same, _known, judge
from helpers.exercises._problem import DIFFICULTY, chapters, find

PROBLEMS = [problem for some in chapters().values() for problem in some]
every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)


@pytest.fixture(autouse=True)
def record(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


def source_of(name: str) -> list[str]:
    (path,) = (ROOT / "source" / "exercises").glob(f"{name[:2]}_*.py")
    blocks = path.read_text(encoding="utf-8").split("\n# %%")
    return [block.partition("\n")[2] for block in blocks if " [markdown]" not in block[:20]]


def run_cell(problem, answer: str):
    """Run the cell of a problem's notebook with this answer in it; return what it is called."""
    cells = source_of(problem.name)
    (cell,) = (c for c in cells if f"{{answer {problem.name}}}" in c)
    start = cells[1]  # the imports
    more = [c for c in cells[2:3] if "{answer" not in c]
    code = exercise_cells.CHECK.sub("", exercise_cells.ANSWER.sub(lambda mark: answer, cell))
    namespace: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec("\n".join([start.replace("course.start", "str"), *more, code]), namespace)
    return namespace[exercise_cells.variable(problem)]


def test_there_are_enough():
    assert len(PROBLEMS) >= 60 and sum(len(problem.wrong) for problem in PROBLEMS) >= 150
    assert list(chapters()) == [f"{n:02}" for n in range(13)]
    for chapter, problems in chapters().items():
        expected = [f"{chapter}.{k + 1}" for k in range(len(problems))]
        assert [problem.name for problem in problems] == expected and 4 <= len(problems) <= 8
        usual = [problem.minutes for problem in problems if problem.difficulty != "stretch"]
        assert 10 <= sum(usual) <= 30


@every_problem
def test_dots_are_no_attempt_and_the_solution_is_right(problem):
    assert problem.difficulty in DIFFICULTY and len(problem.hints) >= 2
    assert judge(problem, run_cell(problem, problem.dots())).outcome == NOT_ATTEMPTED
    assert judge(problem, run_cell(problem, problem.solution)).outcome == RIGHT


@every_problem
def test_each_misconception_gets_its_own_reply(problem):
    replies = [wrong.reply for wrong in problem.wrong]
    assert len(set(replies)) == len(replies) >= 2
    for i, wrong in enumerate(problem.wrong):
        answer = wrong.program if problem.cases is not None else wrong.program(*problem.given())
        verdict = judge(problem, answer)
        assert (verdict.outcome, verdict.thought) in ((NOT_YET, i), (RAISED, i))
        said = verdict.reply.split("\n")[-1] if verdict.outcome == RAISED else verdict.reply
        assert said == replies[i]


@every_problem
def test_no_two_misconceptions_answer_alike(problem):
    right, wrong = _known(problem)
    answers = [right, *wrong]
    for i, one in enumerate(answers):
        for other in answers[:i]:
            assert not _all_same(one, other, problem.near), i


@every_problem
def test_an_unrelated_answer_is_never_right_and_gets_something_to_go_on(problem):
    for nonsense in (-123.456, "zebra", [["zebra"]], np.full((7, 3), 9.9), {"zebra": 1}):
        answer = nonsense if problem.cases is None else lambda *given, n=nonsense: n
        verdict = judge(problem, answer)
        assert verdict.outcome == NOT_YET and verdict.thought is None and len(verdict.reply) > 15


@every_problem
def test_what_a_learner_gets_is_fresh_each_time(problem):
    one, other = problem.given(), problem.given()
    assert all(same(plain(a), plain(b), 0) for a, b in zip(one, other, strict=True))
    for a, b in zip(one, other, strict=True):
        assert a is not b or isinstance(a, int | float | str)


class Hostile:
    def __eq__(self, other):
        raise RuntimeError("eq")

    def __repr__(self):
        raise RuntimeError("repr")

    def __len__(self):
        return -1

    def __iter__(self):
        raise SystemExit

    def __bool__(self):
        raise RuntimeError("bool")

    __hash__ = None


class LongList(list):
    def __len__(self):
        return 10**12

    def __iter__(self):
        while True:
            yield 1


def anything():
    yield from (None, float("nan"), np.nan, [], (), {}, set(), "", b"bytes", 3 + 4j, object(), int)
    yield from (np.empty((0, 4)), np.zeros((2, 3, 4, 5)), np.array(["a", None], object))
    yield from (torch.ones(3, requires_grad=True), torch.ones(2, 2).bool(), torch.Size([2]))
    yield from (
        scipy.sparse.csr_array(np.eye(4)),
        pd.DataFrame({"a": ["x"]}),
        pd.Series([1.5, None]),
    )
    yield from ((i for i in range(3)), range(5), map(int, "12"), iter([]), Hostile(), [Hostile()])
    yield from ({"a": Hostile()}, LongList(), [LongList()], np.array([Hostile()], object))
    recursive: list = []
    recursive.append(recursive)
    yield from (recursive, np.broadcast_to(1.0, (10**6, 10**3)), 10**400, -0.0, print, exercises)


@pytest.mark.parametrize("name", ["00.1", "01.1", "04.5", "08.8"])
def test_any_value_is_answered(name):
    for answer in anything():
        verdict = judge(find(name), answer)
        assert verdict.outcome == NOT_YET and verdict.reply


def test_any_result_of_a_function_is_answered():
    for answer in anything():
        assert judge(find("04.2"), lambda z, a=answer: a).outcome in (NOT_YET, RAISED)
        if not callable(answer):
            assert "Hand over the function itself" in judge(find("04.2"), answer).reply


def loops(z):
    while True:
        pass


def raises(z):
    raise ValueError("of my own")


def leaves(z):
    raise SystemExit(3)


def hostile_error(z):
    class Bad(Exception):
        def __str__(self):
            raise RuntimeError

    raise Bad


def without_return(z):
    print(1 / (1 + np.exp(-z)))


def changes(z):
    z += 1
    return 1 / (1 + np.exp(-(z - 1)))


@pytest.mark.parametrize(
    ("answer", "outcome", "says"),
    [
        (loops, NOT_YET, "still running after 0.2 seconds"),
        (raises, RAISED, "ValueError: of my own"),
        (leaves, RAISED, "SystemExit: 3"),
        (hostile_error, RAISED, "Bad"),
        (without_return, NOT_YET, "return.*printing is not returning"),
        (changes, NOT_YET, "changes what it is given"),
        (lambda: 1, RAISED, "TypeError.*takes 0 positional"),
        (lambda z: z[..., None], NOT_YET, r"shape \(3, 2, 1\); expected .*\(3, 2\)"),
        (lambda z: np.asarray(z) * 0.1, NOT_YET, "The form is right, the content is not"),
    ],
)
def test_what_a_function_can_do(answer, outcome, says):
    verdict = judge(find("04.2"), answer, limit=0.2)
    assert verdict.outcome == outcome and re.search(says, verdict.reply, re.DOTALL)


def test_the_doctor_is_asked():
    def as_it_was(logits, labels):
        return torch.nn.functional.binary_cross_entropy_with_logits(logits, labels).item()

    verdict = judge(find("08.1"), as_it_was)
    assert verdict.outcome == RAISED and "float" in verdict.reply.split("\n", 1)[1]


def test_an_answer_is_not_changed():
    answer = np.array([[0.1, 0.2]])
    for kept in (answer, torch.tensor(answer), answer.tolist(), pd.DataFrame(answer)):
        before = str(kept)
        judge(find("04.5"), kept)
        assert str(kept) == before


# What is shown


def shown(capture, call, *arguments):
    call(*arguments)
    (bundle,) = capture
    capture.clear()
    return bundle


@pytest.fixture
def capture(monkeypatch):
    bundles = []
    monkeypatch.setattr(exercises, "_display", bundles.append)
    return bundles


def test_every_outcome_is_said_in_words_and_not_by_color_alone(capture):
    for answer, word in [
        (..., "… 00.1 · Not attempted"),
        (["sports", "technology"], "✓ 00.1 · Right"),
        (["sports"], "✗ 00.1 · Not yet"),
    ]:
        bundle = shown(capture, exercises.check, "00.1", answer)
        assert bundle["text/plain"].startswith(word)
        assert f"<strong>{word}</strong>" in bundle["text/html"]
        assert 'role="status"' in bundle["text/html"] and "background" not in bundle["text/html"]


def test_what_a_learner_typed_is_no_html(capture):
    def answer(z):
        raise ValueError("<script>alert(1)</script>")

    assert "<script>" not in shown(capture, exercises.check, "04.2", answer)["text/html"]


def test_hints_come_one_by_one_and_stay_at_the_last(capture):
    said = [shown(capture, exercises.hint, "04.2")["text/plain"] for _ in range(3)]
    assert [text.split("\n")[0] for text in said] == ["Hint 1 of 2", "Hint 2 of 2", "Hint 2 of 2"]


def test_the_solution_is_shown_as_code(capture):
    assert "<pre>def my_sigmoid" in shown(capture, exercises.solution, "04.2")["text/html"]


@pytest.mark.parametrize("call", [exercises.hint, exercises.solution, exercises.given])
def test_a_name_that_is_none_is_said(call):
    with pytest.raises(ValueError, match=r"no problem '04.9'. There are 04.1, 04.2"):
        call("04.9")
    with pytest.raises(TypeError, match=r'in quotes: "04\.3"'):
        call(4.3)


# The record


def test_right_stays_right_and_progress_says_so(capture, record):
    shown(capture, exercises.check, "00.1", ["sports"])
    shown(capture, exercises.check, "00.1", ["sports", "technology"])
    shown(capture, exercises.check, "00.1", ["sports"])
    shown(capture, exercises.check, "00.2", [False] * 3)
    saved = json.loads(record.read_text(encoding="utf-8"))
    assert saved["problems"]["00.1"]["outcome"] == RIGHT and saved["problems"]["00.1"]["tries"] == 3
    bundle = shown(capture, exercises.progress)
    assert bundle["text/plain"].startswith("chapter 0: 1 of 4   ✓ ✗ · ·")
    assert 'alt="chapter 0: 1 of 4 right' in bundle["text/html"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{damaged", "cannot be read"),
        ('{"version": 99, "problems": {}}', "another version of the course (99)"),
        ("[]", "cannot be read"),
    ],
)
def test_a_record_that_cannot_be_used_is_set_aside(record, capsys, content, says):
    record.write_text(content, encoding="utf-8")
    _record.note("00.1", outcome=RIGHT)
    assert says in capsys.readouterr().out
    (aside,) = record.parent.glob("progress.aside-*.json")
    assert aside.read_text(encoding="utf-8") == content
    assert _record.read()["problems"]["00.1"]["outcome"] == RIGHT


WRITE = """
import sys
from helpers.exercises import _record
for k in range(40):
    _record.note(f"{sys.argv[1]}.{k}", outcome="Right")
"""


def test_two_kernels_at_once_lose_nothing(record):
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    both = [
        subprocess.Popen([sys.executable, "-c", WRITE, name], env=environment)
        for name in ("a", "b")
    ]
    assert [process.wait(timeout=300) for process in both] == [0, 0]
    assert len(_record.read()["problems"]) == 80
    assert list(record.parent.iterdir()) == [record]


def test_a_record_survives_a_kill_at_any_moment(record):
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    _record.note("00.1", outcome=RIGHT)
    for wait in (0.3, 0.35, 0.4):
        endless = WRITE.replace("range(40)", "range(10**6)")
        process = subprocess.Popen([sys.executable, "-c", endless, "a"], env=environment)
        time.sleep(wait)
        process.kill()
        process.wait()
        assert (
            json.loads(record.read_text(encoding="utf-8"))["problems"]["00.1"]["outcome"] == RIGHT
        )
    (record.parent / "progress.json.lock").touch()  # as a kill may leave it
    began = time.monotonic()
    _record.note("00.2", outcome=RIGHT)
    assert time.monotonic() - began < 60 and "00.2" in _record.read()["problems"]


def test_the_whole_course_has_one_record(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_PROGRESS")
    for name in ("notebooks", "exercises/solutions", "elsewhere/deep/down"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "course.py").touch()
    for name in (".", "notebooks", "exercises", "exercises/solutions"):
        monkeypatch.chdir(tmp_path / name)
        assert _record.path() == tmp_path / "my_progress.json"
    monkeypatch.chdir(tmp_path / "elsewhere" / "deep" / "down")
    assert _record.path().parent == tmp_path / "elsewhere" / "deep" / "down"


def test_a_folder_that_cannot_be_written_is_said_and_no_error(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "no" / "such" / "p.json"))
    _record.note("00.1", outcome=RIGHT)
    assert "could not be saved" in capsys.readouterr().out


# The notebooks


def test_a_learners_notebook_holds_no_solution():
    for problem in PROBLEMS:
        (path,) = (ROOT / "exercises").glob(f"{problem.name[:2]}_*.ipynb")
        cells = nbformat.read(path, as_version=4).cells
        text = "\n".join(cell.source for cell in cells)
        code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
        assert problem.solution not in text
        secret = set(problem.solution.split("\n")) - set(problem.dots().split("\n"))
        for line in secret:
            assert len(line.strip()) < 4 or line not in code, (problem.name, line)
        for words in (*problem.hints, *(wrong.reply for wrong in problem.wrong)):
            assert words not in text


def test_each_problem_has_its_place_in_both_notebooks():
    for problem in PROBLEMS:
        for folder in ("exercises", "exercises/solutions"):
            (path,) = (ROOT / folder).glob(f"{problem.name[:2]}_*.ipynb")
            text = path.read_text(encoding="utf-8")
            assert text.count(f'exercises.check(\\"{problem.name}\\"') == 1


def test_chapters_and_exercises_lead_to_each_other():
    for source in (ROOT / "source" / "exercises").glob("*.py"):
        if source.stem.startswith("13"):
            continue  # the final check has no chapter
        name = f"{source.stem}.ipynb"
        chapter = (ROOT / "notebooks" / name).read_text(encoding="utf-8")
        assert f"(../exercises/{name})" in chapter
        assert f"(../notebooks/{name})" in (ROOT / "exercises" / name).read_text(encoding="utf-8")


def test_marks_are_all_filled():
    for _, path in build.targets([]):
        if path.parent.name in ("exercises", "solutions"):
            assert not re.search(
                r"\{(problem|answer|check|table|question|letter) \w", path.read_text("utf-8")
            )


def test_the_page_for_instructors_is_what_the_problems_make():
    assert teaching_notes.main(["--check"]) == 0, "run tools/teaching_notes.py"
