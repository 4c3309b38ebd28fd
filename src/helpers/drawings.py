"""Drawings of ideas, each with its text twin below it: the way from text to labels, two forms."""

from helpers._html import Html, image, join, line, rect, svg, tag, text
from helpers._lines import fill
from helpers.plots import PREDICTED

# What a text becomes on its way, with its shape for a batch of n texts, and what makes it so.
STATES = ("text", "tokens", "vectors", "one vector", "logits", "probabilities", "labels")
STEPS = ("tokenizer", "encoder", "pooling", "head", "sigmoid", "threshold")
_BOX, _GAP, _TOP = 92, 66, 26


def the_way(*lit: str, hidden_size: int = 384, n_labels: int = 4) -> None:
    """Draw the way from text to labels, with the steps that a chapter is about filled in.

    Args:
        lit: names of ``STEPS``.
        hidden_size: numbers in a vector of the encoder.
        n_labels: outputs of the head.

    Raises:
        ValueError: a name that is no step.

    >>> the_way("tokenizer")  # doctest: +SKIP
    """
    unknown = [name for name in lit if name not in STEPS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no step. The steps are: {', '.join(STEPS)}.")
    shapes = ["n strings", "n × length", f"n × length × {hidden_size}", f"n × {hidden_size}"]
    shapes += [f"n × {n_labels}"] * 3
    parts = []
    for i, (state, shape) in enumerate(zip(STATES, shapes, strict=True)):
        x = i * (_BOX + _GAP) + 1
        parts.append(rect(x, _TOP, _BOX, 32, rx=5, fill="none", stroke="currentColor"))
        parts.append(text(x + _BOX / 2, _TOP + 21, state, bold=True, anchor="middle"))
        parts.append(text(x + _BOX / 2, _TOP + 50, shape, size=11, anchor="middle"))
    for i, step in enumerate(STEPS):
        x, y = (i + 1) * (_BOX + _GAP) - _GAP + 1, _TOP + 16
        end = x + _GAP
        if step in lit:
            parts.append(rect(x + 1, y - 26, _GAP - 2, 18, rx=9, fill=PREDICTED))
            parts.append(_on_fill(x + _GAP / 2, y - 13, step))
        else:
            parts.append(text(x + _GAP / 2, y - 13, step, size=12, anchor="middle"))
        parts.append(line(x + 4, y, end - 5, y, thick=3 if step in lit else 1.5))
        points = f"{end - 10},{y - 5} {end - 3},{y} {end - 10},{y + 5}"
        parts.append(tag("polygon", points=points, fill="currentColor"))
    width = len(STATES) * (_BOX + _GAP) - _GAP + 2
    way = "text"
    for step, state in zip(STEPS, STATES[1:], strict=True):
        way += f" -> {step.upper() if step in lit else step} -> {state}"
    here = f" This chapter: {', '.join(lit)}." if lit else ""
    _show(f"The way from text to labels.{here}", width, _TOP + 56, parts, f"{way}\n")


def two_forms() -> None:
    """Draw one photo's two forms: one choice among labels, and a yes or no for each of them.

    >>> two_forms()  # doctest: +SKIP
    """
    labels = {"beach": True, "sunset": True, "friends": True, "dog": False, "snow": False}
    parts = [text(0, 16, "Which one is it?", bold=True), text(230, 16, "Is it there?", bold=True)]
    for i, (label, fits) in enumerate(labels.items()):
        y = 42 + 24 * i
        chosen = PREDICTED if label == "beach" else "none"
        parts.append(tag("circle", cx=9, cy=y - 5, r=7, fill="none", stroke="currentColor"))
        parts.append(tag("circle", cx=9, cy=y - 5, r=4, fill=chosen))
        parts.append(text(26, y, label))
        parts.append(text(150, y, int(label == "beach")))
        fill = {"fill": PREDICTED if fits else "none", "stroke": "currentColor"}
        parts.append(rect(232, y - 12, 14, 14, rx=2, **fill))
        if fits:
            parts.append(_on_fill(239, y - 1, "✓"))
        parts.append(text(256, y, label))
        parts.append(text(380, y, int(fits)))
    twin = "one choice: beach 1, sunset 0, friends 0, dog 0, snow 0\n"
    twin += "a yes or no each: beach 1, sunset 1, friends 1, dog 0, snow 0\n"
    _show("The same photo on two forms, and the row that each leaves.", 400, 150, parts, twin)


def _on_fill(x: float, y: float, content: str) -> Html:
    look = {"fill": "#ffffff", "font_size": 12, "font_weight": "bold", "text_anchor": "middle"}
    return tag("text", content, x=f"{x:.1f}", y=f"{y:.1f}", **look)


def _show(label: str, width: int, height: int, parts: list[Html], twin: str) -> None:
    from IPython.display import display

    drawn = image(label, svg(label, width, height, *parts))
    page = join(tag("div", tag("b", label)), drawn)
    display({"text/html": page, "text/plain": f"{label}\n{twin}"}, raw=True)
    print("The figure shows:")
    for sentence in twin.splitlines():
        print(fill(sentence, "  ", "    "))
