"""A page that JupyterLab prints or exports: nothing is cut off on A4, and answers are open."""

import pytest

A4 = {"width": 794, "height": 1123}  # pixels, at 96 to the inch
CUT_OFF = """() => [...document.querySelectorAll("pre, table, img")]
    .filter(one => one.scrollWidth > one.clientWidth + 2 && one.tagName === "PRE"
        || one.getBoundingClientRect().right > innerWidth)
    .map(one => one.textContent.slice(0, 80))"""
# The height of a folded answer is that of its summary's line.
FOLDED = """() => [...document.querySelectorAll("details")]
    .filter(one => one.offsetHeight < 1.5 * one.querySelector("summary").offsetHeight).length"""


@pytest.mark.parametrize("page", ["02_tokenization", "04_sigmoid_versus_softmax"])
def test_on_paper(browser, server, page):
    address, token = server
    paper = browser.new_page(viewport=A4)
    paper.goto(f"{address}/nbconvert/html/notebooks/{page}.ipynb?token={token}", wait_until="load")
    folded = paper.evaluate(FOLDED)
    paper.emulate_media(media="print")
    assert paper.evaluate(CUT_OFF) == []
    assert folded and not paper.evaluate(FOLDED)
    assert "Set-up: run this first" not in paper.inner_text("body")
    assert len(paper.pdf(format="A4")) > 10_000
    paper.close()
