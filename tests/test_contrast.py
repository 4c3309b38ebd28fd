"""What widgets draw can be read on JupyterLab's light page and on its dark one (WCAG 2: 1.4.3)."""

import re

import pytest

from common import ROOT
from helpers import plots
from helpers.widgets import tokens

PAGES = {"light": ("#ffffff", "#212121"), "dark": ("#111111", "#ffffff")}  # page and its text


def channels(color):
    digits = color.lstrip("#")
    return [int(digits[i : i + 2], 16) for i in (0, 2, 4)]


def laid_over(color, page):
    """Mix a color that lets the page shine through, as a browser does."""
    opacity = int(color[7:9], 16) / 255 if len(color) == 9 else 1
    mixed = zip(channels(color), channels(page), strict=True)
    return "#" + "".join(f"{round(c * opacity + p * (1 - opacity)):02x}" for c, p in mixed)


def brightness(color):
    parts = [c / 255 for c in channels(color)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted(brightness(color) + 0.05 for color in (one, other))
    return high / low


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("page", PAGES)
def test_marks_stand_out_from_the_page(page):
    behind, _ = PAGES[page]
    edges = [re.search(r"border:[^#]*(#\w{6})", look)[1] for look in tokens._LOOKS.values()]
    for color in (plots.PREDICTED, plots.F1, plots.RECALL, plots.PRECISION, *edges):
        assert contrast(color, behind) >= 3, color


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", tokens._LOOKS)
def test_text_in_a_box_has_the_color_of_the_page_and_can_be_read(page, kind):
    behind, ink = PAGES[page]
    look = tokens._LOOKS[kind]
    assert not re.search(r"(?<!-)color:", look)
    painted = re.findall(r"#\w{8}", look)  # tints and stripes; edges have six digits
    assert re.findall(r"background[^;]*", look) == [] or painted
    for color in painted:
        assert contrast(laid_over(color, behind), ink) >= 4.5


def test_a_pale_bar_has_a_dark_edge():
    """NOT_PREDICTED is too pale for a white page."""
    assert contrast(plots.NOT_PREDICTED, "#ffffff") < 3
    for path in (ROOT / "src/helpers/widgets").glob("*.py"):
        code = path.read_text(encoding="utf-8")
        uses = code.count("else NOT_PREDICTED")
        edges = len(re.findall(r"stroke=PREDICTED|solid \{PREDICTED\}", code))
        assert edges >= uses, path.name


def test_what_is_given_is_white_on_blue():
    assert contrast("#ffffff", plots.PREDICTED) >= 4.5


def test_no_box_is_white_in_the_dark():
    for path in (ROOT / "src/helpers/widgets").glob("*.py"):
        code = path.read_text(encoding="utf-8")
        assert not re.search(r"background:\s*(#fff|white)", code, re.IGNORECASE), path.name
