"""Every table and every SVG picture of the course is built here, and all text is escaped here.

A builder gives :class:`Html`. Whatever else is put into a builder is text, whoever typed it.
"""

import base64
import html
import re
from collections.abc import Iterable, Sequence

_SIDES = {"l": "left", "r": "right", "c": "center"}
INK, INK_ON_DARK = "#1f1f1f", "#e3e3e3"  # of pictures that are shown as images
# How JupyterLab, VS Code and Colab say that a page is dark. Where a page is not trusted they leave
# this out, and the light picture is shown, on white.
_DARK = ('body[data-jp-theme-light="false"]', "body.vscode-dark", 'html[theme="dark"]')
_THEMES = "".join(
    f"{dark} .for-light {{display: none !important}} "
    f"{dark} .for-dark {{display: inline !important}} "
    for dark in _DARK
).strip()


class Html(str):
    """HTML or SVG that a builder takes as it stands; an f-string around it makes it text again."""


def escape(content) -> Html:
    """Return Html as it is, and anything else as text that no browser takes for HTML.

    >>> escape("1 < 2")
    '1 &lt; 2'
    """
    return content if isinstance(content, Html) else Html(html.escape(str(content)))


def join(*contents) -> Html:
    """Put pieces of HTML and of text one after another."""
    return Html("".join(map(escape, contents)))


def tag(name: str, *contents, **attributes) -> Html:
    """Build one element; without contents it closes itself, as the shapes of SVG do.

    Args:
        name: of the element.
        contents: Html, or text that is escaped.
        attributes: an underscore in a name becomes a hyphen; None leaves the attribute out.

    >>> tag("p", "1 < 2", aria_label='"x"')
    '<p aria-label="&quot;x&quot;">1 &lt; 2</p>'
    """
    start = name + "".join(
        f' {key.replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{start}>{join(*contents)}</{name}>" if contents else f"<{start}/>")


def announced(*contents, style: str | None = None) -> Html:
    """Put what a screen reader reads out when it changes into a region of its own.

    >>> announced("2 of 4 labels")
    '<div aria-live="polite">2 of 4 labels</div>'
    """
    return tag("div", *contents, aria_live="polite", style=style)


def cell(content, side: str = "l", kind: str = "td", look: str = "", **attributes) -> Html:
    """Build one cell of a table, for when it differs from the others of its column.

    Args:
        content: what stands in it.
        side: "l" for text, "r" for a number, "c" for a digit.
        kind: "td", or "th" for a heading.
        look: more CSS.
        attributes: such as ``scope``.
    """
    style = f"text-align:{_SIDES[side]};padding:2px 8px{look}"
    return tag(kind, content, style=style, **attributes)


def table(
    label: str, head: Sequence, sides: str, rows: Iterable[Iterable], caption="", style=None
) -> Html:
    """Build a table.

    Args:
        label: what screen readers call it.
        head: the columns' headings.
        sides: a letter for each column: "l" for text, "r" for numbers, "c" for digits.
        rows: what stands in each cell; a :func:`cell` stays what it is.
        caption: what stands above.
        style: CSS of the whole.

    >>> table("Scores", ["label", "F1"], "lr", [["law", "0.91"]]).count("text-align:right")
    2
    """

    def row(contents, are_heads=False) -> Html:
        cells = []
        for content, side in zip(contents, sides, strict=True):
            if isinstance(content, Html) and content.startswith(("<td", "<th")):
                cells.append(content)
            elif are_heads and str(content):  # a corner without words is no heading
                cells.append(cell(content, side, "th", scope="col"))
            else:
                cells.append(cell(content, side))
        return tag("tr", *cells)

    above = [tag("caption", caption, style="text-align:left;white-space:nowrap")] if caption else []
    body = [row(head, are_heads=True), *map(row, rows)]
    return tag("table", *above, *body, aria_label=label, style=style)


def svg(label: str, width: int, height: int, *parts: Html, shown_width: float = 0) -> Html:
    """Build a picture that shrinks in a narrow window.

    Args:
        label: its alt text.
        width: of the coordinates that the parts are drawn in.
        height: of the same.
        parts: shapes and :func:`text`.
        shown_width: in pixels, if other than ``width``.
    """
    shown = shown_width or width
    return tag(
        "svg", *parts, role="img", aria_label=label, viewBox=f"0 0 {width} {height}",
        width=shown, height=f"{shown * height / width:g}", style="max-width:100%;height:auto",
        font_family="sans-serif",
    )  # fmt: skip


def image(label: str, svg: str) -> Html:
    """Show an SVG picture as an image, in an ink that the page's theme lets one read.

    Drawn straight into a page, a saved picture would be removed where the notebook is not trusted.

    Args:
        label: its alt text.
        svg: the picture's own source; what is drawn in ``INK`` or in the page's color becomes
            light on dark pages.

    >>> image("a line", svg("a line", 9, 9, line(0, 0, 9, 9))).count('alt="a line"')
    2
    """

    def shown(ink: str, kind: str | None, style: str) -> Html:
        drawn = svg.replace(INK, ink).replace("currentColor", ink)
        if "xmlns=" not in drawn:  # a page needs none, an image does
            drawn = drawn.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        source = base64.b64encode(drawn.encode())
        address = f"data:image/svg+xml;base64,{source.decode()}"
        look = f"max-width:100%;height:auto;{style}"
        attributes = {"class": kind, "alt": label, "src": address, "style": look}
        return tag("img", **attributes)

    if INK not in svg and "currentColor" not in svg:  # it looks the same on every page
        return shown(INK, None, "")
    return join(
        tag("style", Html(_THEMES)),
        shown(INK, "for-light", "background:#fff"),
        shown(INK_ON_DARK, "for-dark", "display:none"),
    )


def minified(svg: str) -> str:
    """Leave out of a picture's source what nobody sees: a notebook holds each figure twice."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.S)
    svg = re.sub(r"\s*\n\s*", " ", svg).replace("> <", "><").strip()
    # Two decimals are a hundredth of a pixel.
    return re.sub(r' d="[^"]*"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path[0]), svg)


def text(
    x: float, y: float, content, bold: bool = False, size: int = 13, anchor: str = "start"
) -> Html:
    """Write in an SVG picture, in the page's own color."""
    look = {"fill": "currentColor", "font_size": size, "font_weight": "bold" if bold else "normal"}
    return tag("text", content, x=f"{x:.1f}", y=f"{y:.1f}", **look, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, dash: str = "", thick: float = 1.5) -> Html:
    """Draw a line in an SVG picture, in the page's own color; ``dash`` as SVG writes it."""
    ends = zip(("x1", "y1", "x2", "y2"), (x1, y1, x2, y2), strict=True)
    look = {"stroke": "currentColor", "stroke_width": thick, "stroke_dasharray": dash}
    return tag("line", **{name: f"{value:.1f}" for name, value in ends}, **look)


def rect(x: float, y: float, width: float, height: float, **look) -> Html:
    """Draw a rectangle in an SVG picture."""
    places = zip(("x", "y", "width", "height"), (x, y, width, height), strict=True)
    return tag("rect", **{name: f"{value:.1f}" for name, value in places}, **look)


def shorten(content: str, width: int) -> str:
    """Bring a text to one line of at most ``width`` characters; where it is cut ``…`` stands.

    >>> shorten("A judge  stopped the final.", 12)
    'A judge sto…'
    """
    content = " ".join(content.split())
    return content if len(content) <= width else content[: width - 1].rstrip() + "…"
