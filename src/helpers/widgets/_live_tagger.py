"""A text box whose probabilities follow what is typed. Chapter 0 shows it."""

from helpers import models
from helpers._html import Html, table, tag
from helpers.activations import sigmoid
from helpers.plots import NOT_PREDICTED, PREDICTED
from helpers.widgets._show import WIDE, Controls, show


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
        if not text.strip():
            self.picture.value = tag("p", "Type a sentence above.")
            return
        tagger = self.tagger
        (logits,) = models.predict_logits(tagger.model, tagger.tokenizer, [text])
        each = zip(tagger.label_names, sigmoid(logits), tagger.thresholds, strict=True)
        self.picture.value = table(
            "Probability of each label",
            ["label", "probability", "", ""],
            "lrll",
            [_row(*one) for one in each],
            caption=text,
            style="min-width:36em",
        )


def _row(name: str, probability: float, threshold: float) -> list[str | Html]:
    above = probability > threshold
    color = PREDICTED if above else NOT_PREDICTED
    bar = tag("div", "", style=f"width:{200 * probability:.0f}px;height:0.9em;background:{color}")
    label = tag("b", name) if above else name
    return [label, f"{probability:.2f}", bar, "predicted" if above else ""]
