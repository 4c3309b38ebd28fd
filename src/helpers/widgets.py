"""Things to move and type into. Each also leaves a table for readers without a kernel."""

import html

import numpy as np

from helpers.activations import sigmoid
from helpers.models import Tagger, predict_logits
from helpers.plots import BLUE, PALE_BLUE


def live_tagger(tagger: Tagger, text: str) -> None:
    """Show a text box whose probabilities follow what is typed.

    Args:
        tagger: the trained tagger.
        text: what stands in the box at first.
    """
    import ipywidgets

    def bars(text: str) -> str:
        if not text.strip():
            return "<p>Type a sentence above.</p>"
        row = sigmoid(predict_logits(tagger.model, tagger.tokenizer, [text]))[0]
        return _bar_table(text, row, tagger.label_names, tagger.thresholds)

    box = ipywidgets.Textarea(
        value=text,
        description="Your text",
        layout=ipywidgets.Layout(width="95%", max_width="44em", height="4em"),
    )
    picture = ipywidgets.HTML(value=bars(text))
    box.observe(lambda change: setattr(picture, "value", bars(change["new"])), names="value")
    show(ipywidgets.VBox([box, picture]), fallback=bars(text))


def show(widget, fallback: str) -> None:
    """Display a widget, and save HTML for whoever opens the notebook without a kernel.

    Args:
        widget: any ipywidgets widget.
        fallback: HTML that teaches the same point; a table, since saved SVG is removed from
            notebooks that are not trusted.
    """
    from IPython.display import display

    # A plain bundle works in ipywidgets 7 and 8, whose own display methods differ.
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    display(
        {
            "application/vnd.jupyter.widget-view+json": view,
            "text/html": fallback,
            "text/plain": "(an interactive figure: run this cell to use it)",
        },
        raw=True,
    )


def _bar_table(text: str, probabilities: np.ndarray, label_names, thresholds) -> str:
    rows = []
    for name, probability, threshold in zip(label_names, probabilities, thresholds, strict=True):
        above = probability > threshold
        bar = (
            f'<div style="width:{200 * probability:.0f}px;height:0.9em;'
            f'background:{BLUE if above else PALE_BLUE}"></div>'
        )
        cells = [
            f'<td style="text-align:left">{"<b>" if above else ""}{html.escape(name)}'
            f"{'</b>' if above else ''}</td>",
            f'<td style="text-align:right">{probability:.2f}</td>',
            f'<td style="text-align:left;width:200px">{bar}</td>',
            f'<td style="text-align:left">{"predicted" if above else ""}</td>',
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    head = '<tr><th style="text-align:left">label</th><th>probability</th><th></th><th></th></tr>'
    return (
        f'<table aria-label="Probability of each label" style="min-width:36em"><caption style="text-align:left">'
        f"{html.escape(text)}</caption>{head}{''.join(rows)}</table>"
    )
