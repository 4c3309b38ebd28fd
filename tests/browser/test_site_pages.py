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
# What axe-core finds by color takes it a minute on a page with ten thousand words of code. So it
# looks at three of all texts that look alike: the same ink, size and weight on the same grounds.
BY_COLOR = ["color-contrast", "link-in-text-block"]
OPEN_AND_LOOK = """() => {
    // What fades in is looked at when it is there.
    const still = document.head.appendChild(document.createElement("style"));
    still.textContent = "* { animation: none !important; transition: none !important }";
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    const grounds = new Map(), looks = new Map();
    for (const one of document.body.querySelectorAll("*")) {
        const style = getComputedStyle(one), above = grounds.get(one.parentElement) || "";
        const own = [style.backgroundColor, style.backgroundImage, style.opacity].join(" ");
        const ground = own === "rgba(0, 0, 0, 0) none 1" ? above : above + own;
        grounds.set(one, ground);
        const {color, fontSize, fontWeight, textDecorationLine} = style;
        const look = [ground, color, fontSize, fontWeight, textDecorationLine].join();
        // A lone letter axe-core does not judge.
        const hasText = [...one.childNodes].some(x => x.nodeType === 3 && x.data.trim()[1]);
        const alike = looks.get(look) || [];
        if (hasText && one.checkVisibility() && alike.length < 3) looks.set(look, [...alike, one]);
    }
    window.looks = [...looks.values()].flat();
}"""
FIND = """async ([byColor, byColorAlone]) => {
    const off = Object.fromEntries(byColor.map(name => [name, {enabled: false}]));
    const resultTypes = ["violations"];
    const reports = [await axe.run({include: window.looks}, {resultTypes, runOnly: byColor})];
    if (!byColorAlone) reports.push(await axe.run(document, {resultTypes, rules: off}));
    return reports.flatMap(report => report.violations)
        .filter(found => ["serious", "critical"].includes(found.impact))
        .flatMap(found => found.nodes.map(node =>
            [found.id, node.html.slice(0, 150), node.failureSummary.slice(0, 300)]));
}"""
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


def findings(page, by_color_alone: bool = False) -> list[tuple]:
    """List what axe-core finds serious or critical on the whole page, frame and folds and all."""
    page.evaluate(Axe().axe_script)
    page.evaluate(OPEN_AND_LOOK)
    return page.evaluate(FIND, [BY_COLOR, by_color_alone])


def test_everybody_can_use_every_page(browser, address, site):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, bad = context.new_page(), []
    page.set_default_timeout(0)
    for path in every_page(site):
        name = path.relative_to(site).as_posix()
        page.goto(address + name)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            bad += [(name, scheme, *found) for found in findings(page, scheme == "dark")]
    context.close()
    assert not bad


def test_faults_are_found(context, address):
    page = opened(context, f"{address}PLATFORMS.html")
    fold = "<details><summary>a</summary><p style='color: #999'>bc <img src='data:,'></p></details>"
    page.evaluate("fold => document.querySelector('article').innerHTML += fold", fold)
    assert {name for name, *_ in findings(page)} == {"image-alt", "color-contrast"}
    page.emulate_media(color_scheme="dark")
    assert not findings(page, by_color_alone=True)
    page.evaluate("document.querySelector('article details:last-child p').style.color = '#555'")
    assert [name for name, *_ in findings(page, by_color_alone=True)] == ["color-contrast"]


def test_two_builds_are_the_same_bytes(site, tmp_path, run_python):
    again = tmp_path / "again"
    build = f"import pathlib, make_site; make_site.make(pathlib.Path({str(again)!r}))"
    run_python(build, PYTHONHASHSEED="4", TZ="Asia/Tokyo", LC_ALL="C.UTF-8")
    files = {path.relative_to(site) for path in site.rglob("*") if path.is_file()}
    assert files == {path.relative_to(again) for path in again.rglob("*") if path.is_file()}
    differ = [str(one) for one in files if (site / one).read_bytes() != (again / one).read_bytes()]
    assert not sorted(differ)


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
