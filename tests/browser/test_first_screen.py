"""What a learner sees first: folded cells, both themes, an answer to a cell run too early."""

import json
import re

import pytest
from playwright.sync_api import expect

from common import ROOT
from conftest import RUN_CELL, Notebook

PAGE = "06_metrics.ipynb"
CHAPTERS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
# The title, the promise, the table and the first paragraph below it, with the pixels that each
# is above (or, below 0, beneath) the lower edge of the notebook's panel. Above the promise there is
# a line of links.
FIRST_SCREEN = """() => {
    const edge = document.querySelector(".jp-WindowedPanel-outer").getBoundingClientRect().bottom;
    const parts = [...document.querySelectorAll(".jp-RenderedMarkdown > :is(h1, p, table)")];
    const table = parts.findIndex(part => part.tagName === "TABLE");
    const chosen = [parts[0], ...parts.slice(table - 1, table + 2)];
    return chosen.map(part => [part.tagName, edge - part.getBoundingClientRect().bottom]);
}"""


def index_of(notebook, source: str) -> int:
    return next(
        i
        for i, cell in enumerate(notebook.cells)
        if cell["cell_type"] == "code" and source in "".join(cell["source"])
    )


# What JupyterLab adds to a page while it draws it would be saved; on a busy machine it draws late.
METADATA = """() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells
    .map(({metadata: {trusted, ...kept}}) => kept)"""


def test_an_untouched_page_is_not_marked_as_changed(opened):
    notebook = opened("00_start_here.ipynb")
    assert (
        notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.model.dirty")
        is False
    )
    saved = json.loads((ROOT / "notebooks" / "00_start_here.ipynb").read_text(encoding="utf-8"))
    assert any("collapsed" in cell["metadata"] for cell in saved["cells"])
    assert notebook.page.evaluate(METADATA) == [cell["metadata"] for cell in saved["cells"]]


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_first_screen_shows_title_promise_table_and_a_paragraph(browser, server, name):
    notebook = Notebook(browser, server, name)
    notebook.page.locator(".jp-RenderedMarkdown p").nth(2).wait_for()
    parts = notebook.page.evaluate(FIRST_SCREEN)
    assert [kind for kind, _ in parts] == ["H1", "P", "TABLE", "P"]
    assert all(above >= 0 for _, above in parts), parts
    notebook.close()


def test_a_cell_that_is_run_too_early_says_what_to_run(opened):
    notebook = opened(PAGE)
    where = index_of(notebook, "subset accuracy")
    notebook.page.evaluate(RUN_CELL, where)
    cell = notebook.page.locator(".jp-Cell").nth(where)
    expect(cell).to_contain_text(re.compile("is made by a cell that was not run since the kernel"))
    expect(cell).to_contain_text("Run All Above Selected Cell")


def test_the_subject_comes_first_and_no_answer_before_its_guess(opened):
    notebook = opened(PAGE)
    setup, questions = (index_of(notebook, s) for s in ("# @title", "exercises.warm_up"))
    for where in (setup, questions):
        cell = notebook.page.locator(".jp-Cell").nth(where)
        expect(cell.locator(".jp-Cell-inputArea .cm-editor")).to_be_hidden()
    promise = notebook.page.locator(".jp-RenderedMarkdown").first
    expect(promise).to_contain_text("After this chapter you know")
    asked = next(
        i for i, cell in enumerate(notebook.cells) if "> **Guess first" in "".join(cell["source"])
    )
    answer = notebook.page.locator(".jp-Cell").nth(asked + 1)
    expect(answer.locator(".jp-OutputArea-output")).to_have_count(0)
    expect(answer.locator(".jp-OutputPlaceholder")).to_contain_text("(folded: guess first")
    notebook.cell("".join(notebook.cells[asked + 1]["source"]).splitlines()[-1])
    expect(answer.locator(".jp-OutputArea-output").first).to_be_visible()


def test_an_error_that_is_meant_takes_a_line_or_two(opened):
    notebook = opened(PAGE)
    cell = notebook.cell("sk.f1_score(targets, predictions)\n".strip())
    output = cell.locator(".jp-OutputArea-output")
    expect(output).to_contain_text("A ValueError, as meant: Target is multilabel-indicator")
    assert output.bounding_box()["height"] < 60


def test_figures_follow_the_theme(opened):
    notebook = opened(PAGE)
    cell = notebook.cell("vmax=len(targets)")
    light, dark = (cell.locator(f"img.for-{kind}") for kind in ("light", "dark"))
    notebook.use_theme("JupyterLab Light")  # another test may have left it dark
    expect(light).to_be_visible()
    expect(dark).to_be_hidden()
    assert light.get_attribute("alt").startswith("Figure: ")
    size = light.bounding_box()
    notebook.use_theme("JupyterLab Dark")
    expect(dark).to_be_visible()
    expect(light).to_be_hidden()
    assert dark.bounding_box()["width"] == size["width"]
    notebook.use_theme("JupyterLab Light")
    expect(light).to_be_visible()
