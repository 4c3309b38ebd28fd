"""What the doctor says, as cards in a notebook and as plain text everywhere else.

A card keeps its order and its bold words where a page removes its style, as GitHub does.
"""

import sys
from collections.abc import Mapping
from contextlib import suppress

from helpers._html import Html, join, tag

# The bar at the left repeats what the card's words say; nothing is told by color alone.
FAULT, FINE, KNOWN = "#D55E00", "#009E73", "#0072B2"
_CARD = (
    "border:1px solid #8886;border-left:4px solid {bar};border-radius:4px;"
    "padding:6px 12px;margin:8px 0;max-width:52em;line-height:1.4;overflow-wrap:anywhere"
)
# Code is wrapped, at words: a box that scrolls cannot be reached by keyboard in every front end.
_CODE = (
    "white-space:pre-wrap;word-break:normal;margin:4px 0;padding:4px 8px;border-radius:3px;"
    "background:rgba(128,128,128,.13)"
)


def card(title: str, *parts: Html, bar: str, kind: str = "strong") -> Html:
    """Build a card: a title, and below it :func:`row` and :func:`code`.

    Args:
        title: stands in bold.
        parts: what stands below.
        bar: the color at the left: ``FAULT``, ``FINE`` or ``KNOWN``.
        kind: the element that holds the title, such as "pre" for an error's own words.

    >>> print(card("training mode", row("why", "Dropout is on."), bar=FAULT).split(">", 1)[1])
    <div><strong>training mode</strong></div><div><b>why:</b> Dropout is on.</div></div>
    """
    return tag("div", tag("div", tag(kind, title)), *parts, style=_CARD.format(bar=bar))


def row(name: str, said: str = "") -> Html:
    """Build a line of a card: a bold word, and what is to be said, if it does not stand below."""
    return tag("div", tag("b", f"{name}:"), *([" ", said] if said else []))


def code(source: str) -> Html:
    """Build the part of a card that holds code, to be copied as it stands."""
    return tag("pre", source, style=_CODE)


def rows(named: Mapping[str, str]) -> Html:
    """Build a line for each name."""
    return join(*(row(name, said) for name, said in named.items()))


def side_by_side(*cards: Html) -> Html:
    """Set cards in columns, as many as there is room for."""
    columns = "display:grid;grid-template-columns:repeat(auto-fill,minmax(min(24em,100%),1fr))"
    return tag("div", *cards, style=f"{columns};gap:0 12px")


def say(text: str, page: Html) -> None:
    """Show a page in a notebook, and print the text everywhere else.

    Where a notebook's output goes to somebody else, into a file or a string, it is text as well.

    Args:
        text: all that is to be said.
        page: the same in HTML.
    """
    if type(sys.stdout).__module__.startswith("ipykernel."):
        from IPython.display import display

        display({"text/html": page, "text/plain": text}, raw=True)
    else:
        _print(text)


def _print(text: str) -> None:
    """Print; what cannot be shown is escaped, and where nothing can be, stderr gets it."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(ValueError, OSError, AttributeError):  # closed, full, or none at all
            try:
                print(text, file=stream)
            except UnicodeEncodeError as error:
                escaped = text.encode(error.encoding, "backslashreplace")
                print(escaped.decode(error.encoding), file=stream)
            if stream is not None:
                return
