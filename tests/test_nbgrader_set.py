"""The exercises as a course of nbgrader: its cells, and what is counted."""

import re

import nbformat
import pytest

import nbgrader_set
from common import ROOT
from helpers import exercises
from helpers.exercises._problem import chapters

SOURCES = sorted((ROOT / "source" / "exercises").glob("0*.py"))


def marked(notebook, what: str) -> dict[str, str]:
    """Cells that nbgrader empties ("solution") or counts ("grade"), by their ids."""
    cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get(what)]
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in cells}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_each_problem_is_answered_checked_and_graded(source):
    notebook = nbgrader_set.notebook(source)
    nbformat.validate(notebook)
    problems = chapters()[source.stem[:2]]
    answers, grades = marked(notebook, "solution"), marked(notebook, "grade")
    names = [problem.name.replace(".", "-") for problem in problems]
    assert list(answers) == [f"answer-{name}" for name in names]
    assert list(grades) == [f"grade-{name}" for name in names]
    for problem, answer, grade in zip(problems, answers.values(), grades.values(), strict=True):
        emptied = re.sub(r"### BEGIN SOLUTION\n.*\n### END SOLUTION", "", answer, flags=re.DOTALL)
        assert problem.solution in answer and problem.solution not in emptied
        assert problem.dots() in emptied
        assert grade.startswith(f'exercises.grade("{problem.name}", ')
    text = "\n".join(cell.source for cell in notebook.cells)
    assert text.count("### BEGIN SOLUTION") == len(problems) == text.count("exercises.check(")


def test_the_set_is_written(tmp_path, capsys):
    assert nbgrader_set.main([str(tmp_path), "04"]) == 0
    folder = tmp_path / "source" / "04_sigmoid_versus_softmax"
    nbformat.read(folder / "04_sigmoid_versus_softmax.ipynb", as_version=4)
    assert "code_stub" in (tmp_path / "nbgrader_config.py").read_text(encoding="utf-8")
    assert nbgrader_set.main([str(tmp_path), "99"]) == 1
    assert nbgrader_set.main([]) == 2
    assert "nbgrader autograde" in capsys.readouterr().out


def test_a_grade_is_an_error_or_nothing():
    exercises.grade("00.1", ["sports", "technology"])
    for answer, says in [(["sports"], "Not yet. You gave the highest"), (..., "Not attempted")]:
        with pytest.raises(AssertionError, match=says):
            exercises.grade("00.1", answer)
