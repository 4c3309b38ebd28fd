"""Source and notebooks: one way only, same bytes each time, nothing stale."""

import re
import shutil
import sys

import nbformat
import pytest

import build
from common import ROOT

SOURCE = """\
# %% [markdown]
# # 0 · A small one
#
# {badge}

# %%
# {setup}

# %% tags=["raises-exception"]
import ipywidgets
from IPython.display import display

display(ipywidgets.IntSlider(value=3))
1 / 0
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A course of one notebook, with the real project file and helpers around it."""
    (tmp_path / "source" / "notebooks").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "source" / "setup_cell.py", tmp_path / "source")
    source = tmp_path / "source" / "notebooks" / "00_small.py"
    source.write_text(SOURCE)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "SOURCE", tmp_path / "source")
    monkeypatch.setattr(sys, "argv", ["build.py"])
    return source, tmp_path / "notebooks" / "00_small.ipynb"


def test_nothing_in_the_repository_is_stale():
    assert build.stale() == []


def test_two_builds_give_the_same_bytes_and_no_trace_of_the_machine(small):
    source, notebook = small
    assert build.main() == 0
    first = notebook.read_bytes()
    assert build.main() == 0
    assert notebook.read_bytes() == first
    text = first.decode()
    assert str(notebook.parent) not in text and sys.prefix not in text
    assert build.WIDGET_VIEW not in text and "\\u001b" not in text
    cells = nbformat.reads(text, as_version=4).cells
    assert [cell.id for cell in cells] == ["00-000", "00-001", "00-002", "00-003"]
    assert cells[2].outputs[-1].traceback == ["ZeroDivisionError: division by zero"]
    assert cells[1].outputs[0].text == "The course is here.\n"
    assert build.repository() not in source.read_text()
    assert build.repository() in cells[1].source


def test_what_is_folded():
    chapter = nbformat.read(ROOT / "notebooks" / "04_sigmoid_versus_softmax.ipynb", as_version=4)
    hidden = {
        kind: [c for c in chapter.cells if c.metadata.get("jupyter", {}).get(f"{kind}_hidden")]
        for kind in ("source", "outputs")
    }
    setup, *questions = hidden["source"]
    assert setup.source.startswith("# @title Set-up")
    assert [c.source for c in questions] == ['exercises.warm_up("04")', 'exercises.questions("04")']
    before = [chapter.cells[chapter.cells.index(c) - 1].source for c in hidden["outputs"]]
    assert len(before) == sum("> **Guess first" in c.source for c in chapter.cells) >= 10
    assert all("> **Guess first" in text for text in before)
    for cell in hidden["outputs"]:
        assert cell.outputs[0].data["text/plain"] == "(folded: guess first, then run this cell)"
        assert not any(output.get("metadata", {}).get("fold") for output in cell.outputs[1:])


def test_every_page_begins_and_ends_with_its_way():
    for _, path in build.targets([]):
        bar = build.way(path)
        cells = nbformat.read(path, as_version=4).cells
        assert bar in cells[0].source.replace("](../../", "](../")
        assert cells[-1].source.replace("](../../", "](../") == bar
    chapter = build.way(ROOT / "notebooks" / "03_encoder_and_head.ipynb")
    assert chapter.startswith("[← 2 · Tokenization](02_tokenization.ipynb) · [map](")
    assert "[exercises](../exercises/03_encoder_and_head.ipynb)" in chapter
    assert "[4 · Sigmoid versus softmax →](04_sigmoid_versus_softmax.ipynb) · 3 of " in chapter
    last = build.way(ROOT / "exercises" / "13_final_check.ipynb")
    assert last.startswith("[← exercises 11](11_capstone.ipynb)") and "→" not in last
    assert "←" not in build.way(ROOT / "notebooks" / "00_start_here.ipynb")


def test_one_changed_character_is_found(small):
    source, _ = small
    build.main()
    assert build.stale() == []
    source.write_text(SOURCE.replace("A small one", "A small on"))
    assert build.stale() == ["notebooks/00_small.ipynb differs from source/notebooks/00_small.py"]


def test_a_changed_tag_is_found(small):
    source, _ = small
    build.main()
    source.write_text(SOURCE.replace("raises-exception", "nbval-ignore-output"))
    assert len(build.stale()) == 1


def test_missing_and_extra_notebooks_are_found(small):
    source, _notebook = small
    assert build.stale() == ["notebooks/00_small.ipynb is not built"]
    build.main()
    source.unlink()
    assert build.stale() == ["notebooks/00_small.ipynb has no source"]


def test_a_failing_cell_leaves_the_old_notebook(small, capsys):
    source, notebook = small
    build.main()
    before = notebook.read_bytes()
    source.write_text(SOURCE.replace('tags=["raises-exception"]', ""))
    assert build.main() == 1
    assert notebook.read_bytes() == before
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_a_source_without_its_marks_is_refused(small):
    source, _ = small
    source.write_text(SOURCE.replace("# {setup}", "print()"))
    with pytest.raises(SystemExit, match=r"expected one cell with # {setup}"):
        build.main()


def test_no_mark_of_a_chapter_is_left_on_a_page():
    words = {
        word for s in (ROOT / "source" / "notebooks").glob("*.py") for word in s.stem.split("_")
    }
    for _, path in build.targets([]):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                left = set(re.findall(r"(?<!\\text)\{([a-z]+)\}", cell.source)) & words
                assert not left, (path.name, cell.id, left)
