"""A text box whose probabilities follow what is typed. Chapter 0 shows it."""

from helpers import models
from helpers._html import Html, announced, cell, join, shorten, table, tag
from helpers.activations import sigmoid
from helpers.plots import NOT_PREDICTED, PREDICTED
from helpers.widgets._read import read
from helpers.widgets._show import WIDE, Controls, show

_SHOWN = 60  # characters of the text that the sentence repeats; all of it is tagged
# Nothing moves while somebody types: columns have fixed widths, digits one width, and what is
# said below the table has room for three lines.
_TABLE = (
    "table-layout:fixed;width:100%;max-width:36em;font-variant-numeric:tabular-nums;line-height:1.4"
)
_SAID = "min-height:4.2em;line-height:1.4;max-width:44em;overflow-wrap:anywhere"


def live_tagger(tagger: models.Tagger, text: str) -> None:
    """Show a text box whose probabilities follow what is typed.

    Args:
        tagger: the trained tagger.
        text: what stands in the box at first.
    """
    import ipywidgets

    live = _LiveTagger(tagger, text)
    show(ipywidgets.VBox([live.box, live.picture]), fallback=live.picture.value)


class _LiveTagger(Controls):
    def __init__(self, tagger: models.Tagger, text: str):
        import ipywidgets

        self.tagger = tagger
        layout = {**WIDE, "height": "4em"}
        self.box = ipywidgets.Textarea(value=text, description="Your text", layout=layout)
        self.picture = ipywidgets.HTML()
        self.when(self.box, self.draw)
        self.draw(text)

    def draw(self, text: str) -> None:
        names = self.tagger.label_names
        if not text.strip():
            said, rows = "Type a sentence above.", [[name, "–", "", ""] for name in names]
        else:
            logits, note = read(self.tagger, text)
            each = zip(names, sigmoid(logits), self.tagger.thresholds, strict=True)
            rows = [_row(*one) for one in each]
            given = ", ".join(name for name, row in zip(names, rows, strict=True) if row[-1])
            said = f'"{shorten(text, _SHOWN)}" gets {given or "no label"}. {note}'.strip()
        columns = ("label", "l", 28), ("probability", "r", 20), ("", "l", 34), ("", "l", 18)
        head = [
            cell(name, side, "th", f";width:{percent}%", scope="col")
            for name, side, percent in columns
        ]
        drawn = table("Probability of each label", head, "lrll", rows, style=_TABLE)
        self.picture.value = join(drawn, announced(said, style=_SAID))


def _row(name: str, probability: float, threshold: float) -> list[str | Html]:
    above = probability > threshold
    color = PREDICTED if above else NOT_PREDICTED
    look = (
        f"width:{100 * probability:.0f}%;height:0.9em;box-sizing:border-box;"
        f"background:{color};border:1px solid {PREDICTED}"
    )
    bar = tag("div", "", style=look)
    label = tag("b", name) if above else name
    return [label, f"{probability:.2f}", bar, "predicted" if above else ""]
