"""Things to move and type into. Each also leaves a table for readers without a kernel."""

import html

import numpy as np

from helpers.activations import sigmoid
from helpers.models import Tagger, predict_logits
from helpers.plots import NOT_PREDICTED, PREDICTED

LETTERS = "ABCDEFGH"  # of a quiz's choices


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
    show(ipywidgets.VBox([box, picture]), fallback=picture.value)


def quiz(question: str, choices: list[tuple[str, bool, str]]) -> None:
    """Ask a question with several answers, and explain whichever is chosen.

    Args:
        question: plain text.
        choices: for each answer its text, whether it is right, and why or why not. No answer is
            chosen at first.

    Raises:
        ValueError: no answer is right, an answer stands twice, one has no explanation, or there
            are more than eight.
    """
    import ipywidgets

    answers = [answer for answer, _, _ in choices]
    if len(choices) > len(LETTERS):
        raise ValueError(f"quiz has {len(choices)} choices, at most 8 fit. Leave some out.")
    if not any(right for _, right, _ in choices):
        raise ValueError("quiz needs at least one choice that is right.")
    if len(set(answers)) != len(answers):
        raise ValueError("quiz has the same answer twice; give each choice a text of its own.")
    if not all(why.strip() for _, _, why in choices):
        raise ValueError("quiz needs an explanation for every choice, the wrong ones too.")

    def verdict(index: int) -> str:
        _, right, why = choices[index]
        return (
            f"<b>{LETTERS[index]}: {'right.' if right else 'not this one.'}</b> {html.escape(why)}"
        )

    explanation = ipywidgets.HTML(value="Choose one, by mouse or by Tab and space bar.")
    rows = []
    for i, answer in enumerate(answers):
        # Not RadioButtons: they need the arrow keys, which JupyterLab takes for itself.
        button = ipywidgets.Button(
            description=LETTERS[i], tooltip=answer, layout=ipywidgets.Layout(width="3em")
        )
        button.on_click(lambda _, i=i: setattr(explanation, "value", verdict(i)))
        rows.append(ipywidgets.HBox([button, ipywidgets.HTML(value=html.escape(answer))]))
    heading = ipywidgets.HTML(value=f"<b>{html.escape(question)}</b>")
    folds = "".join(
        f"<li>{html.escape(answer)}"
        f"<details><summary>Is it this one?</summary>{verdict(i)}</details></li>"
        for i, answer in enumerate(answers)
    )
    fallback = f"<p><b>{html.escape(question)}</b></p><ul>{folds}</ul>"
    show(ipywidgets.VBox([heading, *rows, explanation]), fallback)


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
            f'background:{PREDICTED if above else NOT_PREDICTED}"></div>'
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
        '<table aria-label="Probability of each label" style="min-width:36em">'
        f'<caption style="text-align:left">{html.escape(text)}</caption>'
        f"{head}{''.join(rows)}</table>"
    )
