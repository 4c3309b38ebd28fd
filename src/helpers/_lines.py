"""Printed text in lines that a narrow page shows whole."""

import textwrap

WIDTH = 80  # letters; a page of JupyterLab at 800 pixels shows as many
CODE_WIDTH = 88  # of code, which is broken where its author broke it


def fill(text: str, first: str = "", then: str = "") -> str:
    """Break a text between words, so that no line is longer than ``WIDTH``.

    Args:
        text: one paragraph.
        first: what the first line begins with.
        then: what the others begin with.

    >>> print(fill("to be or not to be " * 5, "why  ", "     "))
    why  to be or not to be to be or not to be to be or not to be to be or not to be
         to be or not to be
    """
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=then,
        break_long_words=False,
        break_on_hyphens=False,
    )
