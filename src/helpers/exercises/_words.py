"""The two marks that replies and questions use, `code` and *stress*: as HTML, and left out."""

import re

from helpers._html import Html, escape

CODE = re.compile(r"(`[^`]+`)")
STRESS = re.compile(r"(?<!\w)\*([^\s*][^*\n]*)(?<!\s)\*(?!\w)")


def marked_up(text: str) -> Html:
    """Escape a text, and turn its marks into HTML.

    >>> marked_up("each *token* has `a < b`, and 2 * 3 * 4")
    'each <em>token</em> has <code>a &lt; b</code>, and 2 * 3 * 4'
    """
    pieces = []
    for piece in CODE.split(text):
        if CODE.fullmatch(piece):
            pieces.append(f"<code>{escape(piece[1:-1])}</code>")
        else:
            pieces.append(STRESS.sub(r"<em>\1</em>", escape(piece)))
    return Html("".join(pieces))


def plain(text: str) -> str:
    """Leave the marks out, for a place that can show neither code nor stress: a button.

    >>> plain("each *token* has `2**100`, and 2 * 3 * 4")
    'each token has 2**100, and 2 * 3 * 4'
    """
    pieces = CODE.split(text)
    return "".join(
        piece[1:-1] if CODE.fullmatch(piece) else STRESS.sub(r"\1", piece) for piece in pieces
    )
