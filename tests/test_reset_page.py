"""course.py reset: a page comes back, and nothing of the learner's is lost."""

import shutil
import subprocess

import nbformat
import pytest

import build
import reset_page
from common import ROOT

NAME = "notebooks/03_encoder_and_head.ipynb"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """The pages and their sources in a folder of their own, without git."""
    for name in ("source", "notebooks", "exercises"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "SOURCE", tmp_path / "source")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


def with_git(folder):
    settings = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "the course"]):
        subprocess.run(["git", *settings, *command], cwd=folder, check=True)


def test_with_git_it_comes_back_to_the_byte(course, capsys):
    with_git(course)
    original = (course / NAME).read_bytes()
    (course / NAME).write_text("my own", encoding="utf-8")
    assert reset_page.main(["03"]) == 0
    assert (course / NAME).read_bytes() == original
    (mine,) = (course / "notebooks").glob("03_*.mine-*.ipynb")
    assert mine.read_text(encoding="utf-8") == "my own" and mine.name in capsys.readouterr().out
    assert reset_page.main(["03"]) == 0 and "Nothing to do" in capsys.readouterr().out
    assert len(list((course / "notebooks").glob("*.mine-*"))) == 1


def test_without_git_its_cells_come_back(course):
    (course / "exercises" / "04_sigmoid_versus_softmax.ipynb").unlink()
    assert reset_page.main(["exercises/04"]) == 0
    back = nbformat.read(course / "exercises" / "04_sigmoid_versus_softmax.ipynb", as_version=4)
    there = nbformat.read(ROOT / "exercises" / "04_sigmoid_versus_softmax.ipynb", as_version=4)
    assert [cell.source for cell in back.cells] == [cell.source for cell in there.cells]
    assert not list((course / "exercises").glob("*.mine-*"))


@pytest.mark.parametrize("wanted", [[], ["77"], ["03", "exercises/77"], ["slides/03"], [""]])
def test_a_page_that_is_none_is_said_and_nothing_is_touched(course, wanted, capsys):
    (course / NAME).write_text("my own", encoding="utf-8")
    assert reset_page.main(wanted) == 1
    assert "such as 03" in capsys.readouterr().out
    assert (course / NAME).read_text(encoding="utf-8") == "my own"
