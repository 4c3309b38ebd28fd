"""No page, exported or live, has a serious finding of axe-core in what we wrote."""

import nbformat
import pytest
from nbconvert import HTMLExporter

from common import ROOT
from conftest import ALL_WERE_RUN, OURS, PATIENCE_S, RUN_ALL, Notebook, axe_findings

PAGES = sorted((ROOT / "notebooks").glob("*.ipynb")) + sorted((ROOT / "exercises").glob("*.ipynb"))
SOLUTIONS = "exercises/solutions"
# JupyterLab keeps in the page only what is near the screen, unless it is told otherwise.
SHOW_EVERY_CELL = """() => {
    const {content} = window.jupyterapp.shell.currentWidget;
    content.notebookConfig = {...content.notebookConfig, windowingMode: 'none'};
}"""
# Run from top to bottom in the browser at every push; the others, which take a minute each, do
# so on Mondays.
QUICK = ("notebooks/01_tagging_a_photo", "notebooks/02_tokenization", "notebooks/08_error_recovery")
LIVE = [path.relative_to(ROOT) for path in [*PAGES, *sorted((ROOT / SOLUTIONS).glob("*.ipynb"))]]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_exported_page(browser, path):
    notebook = nbformat.read(path, as_version=4)
    for theme in ("light", "dark"):
        text, _ = HTMLExporter(theme=theme).from_notebook_node(notebook)
        page = browser.new_page()
        page.route("http*://**", lambda route: route.abort())
        page.set_content(text, wait_until="domcontentloaded")
        assert axe_findings(page) == [], theme
        page.close()


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path, marks=[] if path.with_suffix("").as_posix() in QUICK else pytest.mark.slow
        )
        for path in LIVE
    ],
    ids=lambda path: str(path.with_suffix("")),
)
def test_live_page_after_all_was_run(browser, server, path):
    notebook = Notebook(browser, server, path.name, folder=path.parent.as_posix())
    notebook.page.evaluate(SHOW_EVERY_CELL)
    notebook.page.evaluate(RUN_ALL)
    notebook.page.wait_for_function(ALL_WERE_RUN, timeout=10_000 * PATIENCE_S)
    outputs = sum(bool(cell.get("outputs")) for cell in notebook.cells)
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook.use_theme(theme)
        assert notebook.page.locator(OURS[0]).count() >= outputs
        assert axe_findings(notebook.page) == [], theme
    notebook.close()


def test_a_fault_is_found(browser):
    page = browser.new_page()
    page.set_content('<main class="jp-OutputArea-output"><img src="data:,"/><p>text</p></main>')
    assert [name for name, *_ in axe_findings(page)] == ["image-alt"]
    page.close()
