"""Tables, SVG pictures and the escaping of text: one place builds them all."""

import re
from xml.etree import ElementTree

import pytest

from common import ROOT
from helpers import _html
from helpers._html import Html

TYPED = "<img src=x onerror=alert(1)> & \"'"


@pytest.mark.parametrize(
    "build",
    [
        lambda: _html.escape(TYPED),
        lambda: _html.join(TYPED, Html("<br/>")),
        lambda: _html.tag("p", TYPED, title=TYPED),
        lambda: _html.tag("p", f"{_html.tag('b', 'bold')}{TYPED}"),
        lambda: _html.table(TYPED, [TYPED], "l", [[TYPED], ["<td>"]], TYPED, TYPED),
        lambda: _html.cell(TYPED),
        lambda: _html.svg(TYPED, 10, 10, _html.text(0, 0, TYPED)),
    ],
)
def test_what_is_typed_is_text_wherever_it_enters(build):
    page = build()
    assert isinstance(page, Html)
    assert "<img" not in page and "&lt;img" in page
    whole = ElementTree.fromstring(f"<div>{page}</div>")
    texts = [*whole.itertext(), *(value for one in whole.iter() for value in one.attrib.values())]
    assert any(TYPED in text for text in texts)


def test_html_enters_once_and_as_it_is():
    bold = _html.tag("b", "1 < 2")
    assert _html.tag("p", bold) == "<p><b>1 &lt; 2</b></p>"
    assert _html.join(bold, 3, "<") == "<b>1 &lt; 2</b>3&lt;"


def test_a_table_has_text_on_the_left_and_numbers_on_the_right():
    marked = _html.cell(1, "c", look=";color:red")
    page = _html.table(
        "Scores", ["label", "F1", ""], "lrc", [["law", "0.91", marked], ["art", 0.5, 0]], "F1"
    )
    table = ElementTree.fromstring(page)
    caption, head, first, second = table
    assert table.get("aria-label") == "Scores" and caption.text == "F1"
    assert [one.tag for one in head] == ["th", "th", "td"], "without words it is no heading"
    assert [one.get("scope") for one in head] == ["col", "col", None]
    for row in (head, first, second):
        sides = [re.search(r"text-align:(\w+)", one.get("style"))[1] for one in row]
        assert sides == ["left", "right", "center"]
    assert first[2].get("style").endswith("color:red") and "color" not in second[2].get("style")
    assert [one.text for one in second] == ["art", "0.5", "0"]


def test_a_heading_that_is_a_cell_already_stays_as_it_is():
    ready = _html.cell("F1", "r", "th", ";color:red", scope="col")
    head = ElementTree.fromstring(_html.table("Scores", ["", ready], "lr", []))[0]
    assert [one.tag for one in head] == ["td", "th"]
    assert head[1].get("style").endswith("color:red") and head[1].text == "F1"


def test_a_row_must_fit_the_columns():
    with pytest.raises(ValueError, match="argument 2"):
        _html.table("x", ["a", "b"], "ll", [["only one"]])


def test_a_picture_has_its_alt_text_and_keeps_its_proportions():
    parts = [_html.line(0, 0, 5, 5), _html.rect(1, 2, 3, 4, fill="none"), _html.text(0, 9, "a")]
    picture = ElementTree.fromstring(_html.svg("A line.", 320, 200, *parts, shown_width=160))
    assert (picture.get("role"), picture.get("aria-label")) == ("img", "A line.")
    assert (picture.get("width"), picture.get("height")) == ("160", "100")
    assert picture.get("viewBox") == "0 0 320 200"
    assert [one.tag for one in picture] == ["line", "rect", "text"]


@pytest.mark.parametrize(
    ("text", "short"),
    [("a b", "a b"), ("a\n b  c", "a b c"), ("abcdef", "abcd…"), ("abc def", "abc…"), ("", "")],
)
def test_shorten(text, short):
    assert _html.shorten(text, 5) == short


def test_no_other_helper_builds_tables_or_escapes():
    for path in (ROOT / "src" / "helpers").rglob("*.py"):
        code = re.sub(r">>>.*", "", path.read_text())
        found = re.findall(r"<(?:table|tr|t[dh]|svg|text)\b|\bhtml\.|def _?shorten\b", code)
        assert path.name == "_html.py" or not found, (path.name, found)
