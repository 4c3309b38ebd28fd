"""Every page of the site: in both themes everybody can use it, and on paper nothing is missing."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from site_pages import every_page, opened

A4 = {"width": 794, "height": 1123}  # pixels, at 96 to the inch
CUT_OFF = """() => [...document.querySelectorAll("article :is(pre, table, img, svg, math)")]
    .filter(one => one.getBoundingClientRect().right > innerWidth
        || one.tagName === "PRE" && one.scrollWidth > one.clientWidth + 2)
    .map(one => one.outerHTML.slice(0, 100))"""
# The height of a folded answer is that of its summary's line.
FOLDED = """() => [...document.querySelectorAll("article details")]
    .filter(one => one.offsetHeight < 1.5 * one.querySelector("summary").offsetHeight).length"""
# What is left of the frame around a page: chapters beside it, buttons, pages before and next.
FRAME = """() => [...document.querySelectorAll("aside, header, nav, .related-pages, .copybtn, "
    + ".content-icon-container")].filter(one => one.offsetParent).map(one => one.className)"""
IN_DARK_INK = """() => [...document.querySelectorAll("article :is(.for-light, .for-dark)")]
    .map(one => [one.classList.contains("for-light"), Boolean(one.offsetParent)])"""
KINDS = {
    "the first": "index",
    "a chapter": "notebooks/04_sigmoid_versus_softmax",
    "exercises": "exercises/07_thresholds",
    "solved": "exercises/solutions/04_sigmoid_versus_softmax",
    "helpers": "reference/metrics",
    "errors": "workshop/errors",
    "a teacher's": "workshop/README",
    "a card": "src/helpers/files/tagger/CARD",
}


def findings(page) -> list[tuple]:
    """List what axe-core finds serious or critical on the whole page, frame and all."""
    return [
        (found["id"], node["html"][:150], node["failureSummary"][:300])
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


def test_everybody_can_use_every_page(browser, address, site):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, bad = context.new_page(), []
    for path in every_page(site):
        name = path.relative_to(site).as_posix()
        page.goto(address + name)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            bad += [(name, scheme, *found) for found in findings(page)]
    context.close()
    assert not bad


def test_two_builds_are_the_same_bytes(site, tmp_path, run_python):
    again = tmp_path / "again"
    build = f"import pathlib, make_site; make_site.make(pathlib.Path({str(again)!r}))"
    run_python(build, PYTHONHASHSEED="4", TZ="Asia/Tokyo", LC_ALL="C.UTF-8")
    files = {path.relative_to(site) for path in site.rglob("*") if path.is_file()}
    assert files == {path.relative_to(again) for path in again.rglob("*") if path.is_file()}
    differ = [str(one) for one in files if (site / one).read_bytes() != (again / one).read_bytes()]
    assert not sorted(differ)


def test_a_fault_is_found(context, address):
    page = opened(context, f"{address}search.html")
    page.evaluate("document.querySelector('article').innerHTML += '<img src=\"data:,\">'")
    assert [name for name, *_ in findings(page)] == ["image-alt"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", KINDS.values(), ids=KINDS)
def test_on_paper(browser, address, name, scheme):
    context = browser.new_context(viewport=A4)
    context.add_init_script(f"localStorage.theme = '{scheme}'")  # as the page's own button does
    page = opened(context, f"{address}{name}.html")
    folded = page.evaluate(FOLDED)
    page.emulate_media(media="print")
    assert page.evaluate(CUT_OFF) == []
    assert not page.evaluate(FOLDED) and (folded or name != KINDS["a chapter"])
    assert not page.evaluate(FRAME)
    assert all(is_light == is_seen for is_light, is_seen in page.evaluate(IN_DARK_INK))
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    context.close()
