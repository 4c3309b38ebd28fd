import json
import urllib.request

import pytest
from nbformat import v4

CELLS = [
    "import numpy as np\nfrom helpers import exercises",
    'exercises.check("00.1", ...)',
    'exercises.check("00.1", ["sports"])',
    'exercises.check("00.1", ["sports", "technology"])',
    'exercises.check("04.2", lambda z: np.expp(z))',
    'exercises.hint("04.2")',
    'exercises.solution("04.3")',
    "exercises.progress()",
]
SAYS = [
    "… 00.1 · Not attempted",
    "✗ 00.1 · Not yet\nYou gave the highest one only.",
    "✓ 00.1 · Right",
    "! 04.2 · Your code raised\nAttributeError: module 'numpy' has no attribute 'expp'",
    "Hint ",
    "Solution of 04.3",
]


@pytest.fixture
def notebook(server, opened):
    address, token = server
    cells = [v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    request = urllib.request.Request(
        f"{address}/api/contents/notebooks/tried.ipynb?token={token}",
        json.dumps({"type": "notebook", "content": content}).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=30).close()
    return opened("tried.ipynb")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_every_outcome_can_be_read_in_both_themes(notebook, theme, tmp_path):
    page = notebook.page
    notebook.use_theme(theme)
    notebook.was_run.clear()
    for source, says in zip(CELLS[1:], SAYS, strict=False):
        box = notebook.cell(source).locator("[role=status]")
        box.wait_for()
        assert box.inner_text().replace("\n\n", "\n").startswith(says)
        # What is read on is the page's own: words in its color, nothing painted behind them.
        look = "box => [getComputedStyle(box).color, getComputedStyle(box).backgroundColor]"
        color, behind = box.evaluate(look)
        cell_color = page.locator(".jp-RenderedHTMLCommon").first.evaluate(look)[0]
        assert color == cell_color and behind == "rgba(0, 0, 0, 0)"
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    picture = notebook.cell("exercises.progress()").locator("img:visible")  # one for each theme
    picture.wait_for()
    assert "chapter 0: 1 of 4 right" in picture.get_attribute("alt")
    page.screenshot(path=tmp_path / f"{theme.split()[-1]}.png")
