"""Every page, exported in both themes, has no serious finding of axe-core in what we wrote."""

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter

from common import ROOT

PAGES = sorted((ROOT / "notebooks").glob("*.ipynb")) + sorted((ROOT / "exercises").glob("*.ipynb"))
# Links without a line below them are JupyterLab's style, not the page's.
THEIRS = {"link-in-text-block"}
OURS = [".jp-OutputArea-output", ".jp-MarkdownOutput"]  # around them is what nbconvert wrote


def findings(page) -> list[tuple]:
    report = Axe().run(page, context={"include": [[place] for place in OURS]})
    return [
        (found["id"], node["html"][:200], node["failureSummary"])
        for found in report.response["violations"]
        if found["impact"] in ("serious", "critical") and found["id"] not in THEIRS
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_exported_page(browser, path):
    notebook = nbformat.read(path, as_version=4)
    for theme in ("light", "dark"):
        text, _ = HTMLExporter(theme=theme).from_notebook_node(notebook)
        page = browser.new_page()
        page.route("http*://**", lambda route: route.abort())
        page.set_content(text, wait_until="domcontentloaded")
        assert findings(page) == [], theme
        page.close()


def test_a_fault_is_found(browser):
    page = browser.new_page()
    page.set_content('<main class="jp-OutputArea-output"><img src="data:,"/><p>text</p></main>')
    assert [name for name, *_ in findings(page)] == ["image-alt"]
    page.close()
