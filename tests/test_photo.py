import re
from xml.etree import ElementTree

import ipywidgets
import pytest

from helpers import data
from helpers.widgets import photo


@pytest.fixture
def live(catch_shown):
    """Build the photo tagger; return its parts by name, and what the notebook saves."""

    def live(*arguments):
        widget, bundle = catch_shown(photo.photo_tagger, *arguments)
        return Parts(widget), bundle

    return live


class Parts:
    def __init__(self, whole):
        self.mode, top, self.result = whole.children
        self.picture, self.controls = top.children
        self.which = self.controls.children[0]

    @property
    def one(self):
        (one,) = self.controls.children[1:]
        return one

    @property
    def boxes(self):
        boxes = self.controls.children[1:]
        assert all(isinstance(box, ipywidgets.Checkbox) for box in boxes)
        return {box.description: box for box in boxes}

    @property
    def row(self):
        return [int(digit) for digit in re.findall(r">([01])</td>", self.result.value)]


def test_one_choice_gives_one_1(live):
    parts, _ = live()
    assert parts.mode.value == "one choice"
    assert parts.row == [0, 0, 0, 0, 0] and "Nothing is chosen yet" in parts.result.value
    parts.one.index = 1
    assert parts.row == [0, 1, 0, 0, 0]
    assert "1 of 5 labels: #sunset." in parts.result.value
    assert "Left out although in the photo: #beach, #friends." in parts.result.value
    parts.one.value = "#snow"
    assert parts.row == [0, 0, 0, 0, 1]
    assert "Given although not in the photo: #snow." in parts.result.value


def test_many_labels_answer_one_by_one(live):
    parts, _ = live()
    parts.mode.value = "many labels"
    assert parts.row == [0, 0, 0, 0, 0] and "Nothing is chosen" not in parts.result.value
    for tag in ("#friends", "#beach", "#sunset"):
        parts.boxes[tag].value = True
    assert parts.row == [1, 1, 1, 0, 0]
    assert "3 of 5 labels: #beach, #sunset, #friends." in parts.result.value
    assert "Every label that fits is given" in parts.result.value
    parts.boxes["#sunset"].value = False
    assert parts.row == [1, 0, 1, 0, 0]


def test_the_mode_keeps_what_it_can(live):
    parts, _ = live()
    parts.one.index = 2
    parts.mode.value = "many labels"
    assert parts.row == [0, 0, 1, 0, 0] and parts.boxes["#friends"].value
    parts.boxes["#sunset"].value = True
    parts.mode.value = "one choice"
    assert parts.row == [0, 1, 0, 0, 0] and parts.one.value == "#sunset"
    assert "Dropped, because one choice has no place for it: #friends." in parts.result.value
    parts.mode.value = "many labels"
    assert parts.row == [0, 1, 0, 0, 0] and not parts.boxes["#friends"].value
    assert "Dropped" not in parts.result.value
    parts.boxes["#sunset"].value = False
    parts.mode.value = "one choice"
    assert parts.one.index is None and "Nothing is chosen yet" in parts.result.value


def test_another_photo_starts_empty(live):
    parts, _ = live()
    parts.one.index = 0
    beach = parts.picture.value
    parts.which.value = "gray morning"
    assert parts.picture.value != beach and "plain gray sky" in parts.picture.value
    assert parts.row == [0] * 5 and parts.one.index is None
    parts.one.index = 0
    assert "cannot say so" in parts.result.value
    parts.mode.value = "many labels"
    parts.boxes["#beach"].value = False
    assert "None fits, and none is given." in parts.result.value


def test_mode_and_answer_are_read_out(live):
    def said():
        (region,) = re.findall(r'<div aria-live="polite"[^>]*>(.*)</div>$', parts.result.value)
        return re.sub("<.*?>", "|", region)

    parts, _ = live()
    assert "Mode: one choice. 0 of 5 labels: none." in said()
    parts.one.index = 1
    assert "Mode: one choice. 1 of 5 labels: #sunset." in said()
    parts.mode.value = "many labels"
    assert "Mode: many labels. 1 of 5 labels: #sunset." in said()
    assert "min-height" in parts.result.value  # so that the page below stays in place


def test_every_control_has_a_label(live):
    parts, _ = live()
    assert all([parts.which.description, parts.mode.description, parts.one.description])
    parts.mode.value = "many labels"
    assert list(parts.boxes) == [f"#{tag}" for tag in photo.TAGS]


def test_fallback_teaches_without_kernel_or_svg(live):
    _, saved = live()
    page = saved["text/html"]
    assert not re.search("<svg|<script|<img", page) and saved["text/plain"]
    ElementTree.fromstring(page)
    assert page.count("one choice: #") == 5
    assert "many labels: #beach, #sunset, #friends" in page
    assert page.count(">1</td>") == 5 + 3
    assert page == live()[1]["text/html"]


def test_a_title_is_shown_as_text(live, monkeypatch):
    title = "<img src=x onerror=alert(1)>"
    _, saved = live({title: ["dog"]})
    assert "<img" not in saved["text/html"] and "&lt;img" in saved["text/html"]
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    photo.show_photos({title: ["dog"]})
    page = shown[0]["text/html"]
    assert "<img src=x" not in page and "&lt;img src=x" in page


def test_several_photos_are_drawn_and_told(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    photo.show_photos({"a": ["dog"], "b": []})
    page = shown[0]["text/html"]
    # As images, since drawings in the page are removed where the notebook is not trusted.
    assert page.count('src="data:image/svg+xml;base64,') == 2 and "<svg" not in page
    assert 'alt="A drawn photo: a dog' in page
    assert shown[0]["text/plain"] == "a: a dog.\nb: a plain gray sky, and nothing else."
    assert "<li>a: a dog.</li>" in shown[0]["text/html"]


@pytest.mark.parametrize("thing", photo.TAGS)
def test_each_thing_changes_the_picture_and_its_alt_text(thing):
    with_it, without = photo._draw_scene([thing]), photo._draw_scene([])
    svg, plain = ElementTree.fromstring(with_it), ElementTree.fromstring(without)
    assert len(svg) > 1 and svg.get("role") == "img"
    assert photo._describe_scene([thing]) in svg.get("aria-label")
    shapes = [ElementTree.tostring(part) for part in svg]
    assert shapes != [ElementTree.tostring(part) for part in plain]
    rest = photo._draw_scene([other for other in photo.TAGS if other != thing])
    assert rest != photo._draw_scene(photo.TAGS)


def test_order_and_repeats_make_no_difference():
    assert photo._draw_scene(["dog", "beach", "dog"]) == photo._draw_scene(["beach", "dog"])
    assert photo._read_row(["dog", "beach"], []) == photo._read_row(["beach", "dog"], [])


def test_width_keeps_the_proportions():
    svg = ElementTree.fromstring(photo._draw_scene([], width=160))
    assert (svg.get("width"), svg.get("height")) == ("160", "100")


def test_row_table_is_the_indicator_matrix():
    for things in photo.PHOTOS.values():
        digits = [float(digit) for digit in re.findall(r">([01])</td>", photo._row_table(things))]
        assert digits == data.indicator_matrix([things], photo.TAGS)[0].tolist()


def test_the_photos_have_zero_one_and_many_labels():
    counts = {len(things) for things in photo.PHOTOS.values()}
    assert {0, 1, 2, 3} <= counts
    assert photo.TAGS != sorted(photo.TAGS), "the order trap needs an order of our own"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: photo._draw_scene("dog"), TypeError, r"\['dog'\]"),
        (lambda: photo._draw_scene(None), TypeError, "expected a list"),
        (lambda: photo._draw_scene(["sunst"]), ValueError, "Did you mean 'sunset'"),
        (lambda: photo._draw_scene(["xylophone"]), ValueError, "can be drawn: beach"),
        (lambda: photo._draw_scene([], width=0), ValueError, "width is 0"),
        (lambda: photo._read_row([], [], "both"), ValueError, "'one choice', 'many labels'"),
        (lambda: photo._keep(["dog"], "all"), ValueError, "mode is 'all'"),
        (lambda: photo.show_photos({}), ValueError, "photos is empty"),
        (lambda: photo.photo_tagger({}), ValueError, "photos is empty"),
        (lambda: photo.photo_tagger({"x": ["cat"]}), ValueError, "no 'cat'"),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_import_is_light(run_python):
    heavy = "{'torch','transformers','ipywidgets'}"
    code = f"import sys, helpers.widgets.photo; print({heavy} & {{*sys.modules}})"
    assert run_python(code).strip() == "set()"
