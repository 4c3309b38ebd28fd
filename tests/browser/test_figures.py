"""No figure of a page runs out of its own picture: titles, labels and legends are whole."""

import base64
import re

import nbformat
import pytest

from common import ROOT

PAGES = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("exercises/**/*.ipynb")])
PICTURE = re.compile(r'src="data:image/svg\+xml;base64,([^"]+)"')
# What lies outside of the picture; what is clipped to the axes is clipped on purpose.
OUTSIDE = """svg => {
    document.body.innerHTML = svg;
    const whole = document.querySelector("svg"), box = whole.getBoundingClientRect();
    return [...whole.querySelectorAll("path, use, text, rect, line, polygon, image")]
        .filter(one => !one.closest("defs, clipPath, [clip-path]"))
        .map(one => one.getBoundingClientRect())
        .filter(one => (one.width || one.height) && (one.left < box.left - 1
            || one.top < box.top - 1 || one.right > box.right + 1 || one.bottom > box.bottom + 1))
        .map(one => `${one.left - box.left} ${one.top - box.top} of ${box.width} ${box.height}`);
}"""


def pictures(path) -> list[tuple[str, str]]:
    """Return a page's pictures, each with the first line of the cell that drew it."""
    return [
        (cell.source.split("\n")[0], base64.b64decode(coded).decode())
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
        for coded in PICTURE.findall(output.get("data", {}).get("text/html", ""))
    ]


def outside(page, svg: str) -> list[str]:
    return page.evaluate(OUTSIDE, svg)


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1600, "height": 1200})
    yield page
    page.close()


def test_every_figure_is_whole(page):
    found = {path: pictures(path) for path in PAGES}
    assert sum(map(len, found.values())) > 50
    cut = {
        f"{path.name}: {line}": outside(page, svg)[:3]
        for path, drawn in found.items()
        for line, svg in drawn
        if outside(page, svg)
    }
    assert not cut


def test_a_title_that_is_too_long_is_seen(page):
    from matplotlib.figure import Figure

    from helpers.plots import as_html

    figure = Figure(figsize=(2, 2))
    figure.subplots().set(title="A title that is far too long for a figure of this size")
    drawn = PICTURE.findall(as_html(figure))[0]
    assert outside(page, base64.b64decode(drawn).decode())
