"""The README's picture of the site's first page shows what that page shows today."""

import io

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from site_pages import opened

from common import ROOT

KEPT = ROOT / "README.png"
NEW = ROOT / "build" / "README.png"
SCREEN = {"width": 1000, "height": 745}
# Everything from the title to the end of the tagger.
WORDS = """() => {
    const range = document.createRange();
    range.setStartBefore(document.querySelector("h1"));
    range.setEndAfter(document.querySelector("course-tagger"));
    return range.toString();
}"""
# Other machines have other fonts. Seen from afar that changes little, a page without its style all.
AFAR = (25, 16)
DIFFERENT = 5.5  # of 255, as the mean: other fonts give up to 4, no style of ours 7


def drawn(page) -> Image.Image:
    """Return the picture of a page, with its words inside the file."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return picture.quantize(64, dither=Image.Dither.NONE)


def difference(one: Image.Image, other: Image.Image) -> float:
    from_afar = [np.asarray(image.convert("L").resize(AFAR), float) for image in (one, other)]
    return float(np.abs(from_afar[0] - from_afar[1]).mean())


def first_page(browser, address: str):
    context = browser.new_context(viewport=SCREEN, device_scale_factor=2)
    return opened(context, address)


def test_the_picture_in_the_readme_is_the_first_page(browser, address):
    page = first_page(browser, address)
    picture, words = drawn(page), " ".join(page.evaluate(WORDS).split())
    page.context.close()
    note = PngInfo()
    note.add_itxt("words", words)
    NEW.parent.mkdir(exist_ok=True)
    picture.save(NEW, optimize=True, pnginfo=note)
    kept = Image.open(KEPT)
    message = "The first page has changed. Its new picture: cp build/README.png README.png"
    assert kept.text["words"] == words, message
    assert difference(kept, picture) < DIFFERENT, message
    assert f"({KEPT.name})" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert KEPT.stat().st_size < 200_000


def test_a_page_without_its_style_is_another_picture(browser, address):
    page = first_page(browser, address)
    with_style = drawn(page)
    page.evaluate("document.querySelector('link[href*=\"course.css\"]').remove()")
    assert difference(with_style, drawn(page)) > DIFFERENT
    page.context.close()
