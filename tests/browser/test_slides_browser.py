"""Every slide of every deck, from the disk at 1280 x 720: nothing is cut off, small or fetched."""

import os
import re
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe

import deck
import from_npm
import slides
import workshop_pages
from common import ROOT

DECKS = deck.decks()
# What sticks out of its slide, or out of a box that hides what sticks out.
CUT_OFF = """() => {
    const page = Reveal.getCurrentSlide().querySelector(".page"), found = [];
    for (const one of page.querySelectorAll("*")) {
        const box = one.getBoundingClientRect();
        if (box.width && (box.left < -1 || box.top < -1 || box.right > 1281 || box.bottom > 721))
            found.push(one.outerHTML.slice(0, 100));
    }
    for (const one of [page, ...page.querySelectorAll(".body, .body pre, .picture")])
        if (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
            found.push(`${one.className || one.tagName}: ${one.scrollWidth}x${one.scrollHeight}`
                + ` in ${one.clientWidth}x${one.clientHeight}`);
    const parts = [...page.querySelector(".body").children].map(x => x.getBoundingClientRect());
    for (let i = 1; i < parts.length; i++)
        if (parts[i].top < parts[i - 1].bottom - 1) found.push(`part ${i} lies on the one before`);
    return found;
}"""
SMALL = """() => [...Reveal.getCurrentSlide().querySelectorAll(".page *")]
    .filter(one => [...one.childNodes].some(x => x.nodeType === 3 && x.data.trim()))
    .filter(one => parseFloat(getComputedStyle(one).fontSize) < 18)
    .map(one => one.outerHTML.slice(0, 100))"""
BLANK = """() => [...Reveal.getCurrentSlide().querySelectorAll(".page img")]
    .filter(one => one.offsetParent && (!one.alt || one.getBoundingClientRect().height < 100))
    .map(one => one.alt)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    try:
        from_npm.archive(from_npm.REVEAL)
    except SystemExit as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip("reveal.js is not here, and could not be fetched")
    slides.write(folder)
    return folder


def opened(browser, address: str):
    """Open a deck; what it asks for and what goes wrong in it are noted."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.asked, page.wrong = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda said: said.type == "error" and page.wrong.append(said.text))
    page.goto(address)
    page.wait_for_function("() => Reveal.isReady()")
    return page


def look_at(page, found: list[deck.Slide]) -> None:
    """Turn all pages of a deck, and look whether each is whole."""
    assert page.evaluate("() => Reveal.getTotalSlides()") == len(found)
    for i, slide in enumerate(found):
        page.evaluate("i => Reveal.slide(i)", i)
        for looks in (CUT_OFF, SMALL, BLANK):
            assert page.evaluate(looks) == [], f"slide {i + 1}: {slide.body[:200]}"


@pytest.mark.parametrize(("name", "theme"), [*((name, "") for name in DECKS), ("half-2", "?dark")])
def test_every_slide_fits(browser, folder, name, theme):
    page = opened(browser, (folder / f"{name}.html").as_uri() + theme)
    look_at(page, DECKS[name][1])
    assert not page.wrong
    assert not [url for url in page.asked if not url.startswith(("file:", "data:"))]
    page.close()


@pytest.mark.parametrize("chapter", workshop_pages.has_notes())
def test_guesses_that_no_deck_has_chosen_yet_fit_too(browser, folder, chapter):
    both = zip(workshop_pages.guesses(chapter), workshop_pages.answers(chapter), strict=True)
    found = [deck._guess(chapter, *pair, deck.datetime(2000, 1, 1, 9)) for pair in both]
    found = [slide for pair in found for slide in pair]
    (folder / "guesses.html").write_text(slides.page("Guesses", found), encoding="utf-8")
    page = opened(browser, (folder / "guesses.html").as_uri())
    look_at(page, found)
    page.close()


@pytest.mark.parametrize("theme", ["", "?dark"])
def test_slides_are_readable(browser, folder, theme):
    page = opened(browser, (folder / "taster.html").as_uri() + theme)
    place = {"include": [[".present .page"]]}
    for i in range(page.evaluate("() => Reveal.getTotalSlides()")):
        page.evaluate("i => Reveal.slide(i)", i)
        # Without preload: it would ask for the style sheets once more, which file: does not allow.
        report = Axe().run(page, context=place, options={"preload": False})
        assert report.response["violations"] == [], f"slide {i + 1}"
    page.close()


def test_the_keyboard_turns_pages_and_changes_the_theme(browser, folder):
    page = opened(browser, (folder / "half-2.html").as_uri())
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => Reveal.getIndices().h") == 1
    color = "() => getComputedStyle(document.querySelector('.reveal-viewport')).backgroundColor"
    light = page.evaluate(color)
    page.keyboard.press("d")
    assert page.evaluate(color) != light
    page.keyboard.press("d")
    assert page.evaluate(color) == light
    page.close()


def test_speaker_notes_open_in_a_window_of_their_own(browser, folder):
    page = opened(browser, (folder / "half-2.html").as_uri())
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    notes = popup.value
    notes.wait_for_function("() => document.body.innerText.includes('Late? Leave out')")
    page.bring_to_front()
    page.keyboard.press("ArrowRight")
    text = DECKS["half-2"][1][1].notes[0].replace("*", "")
    notes.wait_for_function("text => document.body.innerText.includes(text)", arg=text)
    notes.close()
    page.close()


def test_a_handout_has_a_page_for_each_slide(browser, folder):
    # In a process of its own, since one process has room for one playwright.
    code = "import sys, pathlib, slides; slides.print_pdf(pathlib.Path(sys.argv[1]), [sys.argv[2]])"
    command = [sys.executable, "-c", code, str(folder), "half-2"]
    subprocess.run(command, cwd=ROOT / "tools", check=True, timeout=600)
    page = browser.new_page()
    page.goto((folder / "half-2.html").as_uri() + "?print-pdf")
    page.wait_for_selector(".pdf-page", state="attached")
    heights = "() => [...new Set([...document.querySelectorAll('.page')].map(x => x.offsetHeight))]"
    assert page.evaluate(heights) == [720]
    page.close()
    content = (folder / "half-2.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == len(DECKS["half-2"][1])
