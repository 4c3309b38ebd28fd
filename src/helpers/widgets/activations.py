"""Sigmoid and softmax side by side, on logits that sliders set. Chapter 4 shows it."""

import html
from collections.abc import Sequence

import numpy as np

from helpers import models
from helpers.activations import sigmoid, softmax
from helpers.plots import NOT_PREDICTED, PREDICTED
from helpers.widgets import show

LOWEST, HIGHEST, STEP = -6.0, 6.0, 0.1
TWO, NONE, ONE = "two true labels", "none", "one strong"
OWN_TEXT, BY_HAND = "your own text", "(sliders moved by hand)"
FIRST_TEXT = "The ministry moves all its paperwork to an app."

NAME_WIDTH, PANEL_WIDTH, BAR_WIDTH, ROW = 150, 265, 170, 28


def two_activations(tagger: models.Tagger) -> None:
    """Show a slider for each label's logit, and what sigmoid and softmax make of the logits.

    A list sets all sliders at once; a text box sends what is typed through the tagger.

    Args:
        tagger: the trained tagger, with two labels or more.

    Raises:
        TypeError: ``tagger`` is no tagger.
        ValueError: it has fewer than two labels.
    """
    import ipywidgets

    if not all(hasattr(tagger, name) for name in ("model", "tokenizer", "label_names")):
        raise TypeError(
            f"tagger is {type(tagger).__name__}, expected what models.load_tagger() returns."
        )
    label_names = list(tagger.label_names)
    presets = {name: preset_logits(name, len(label_names)) for name in (TWO, NONE, ONE)}
    wide = ipywidgets.Layout(width="95%", max_width="44em")
    options = [*presets, OWN_TEXT, BY_HAND]
    preset = ipywidgets.Dropdown(options=options, value=TWO, description="Preset")
    box = ipywidgets.Text(value=FIRST_TEXT, description="Your text", layout=wide)
    sliders = [
        ipywidgets.FloatSlider(
            value=value,
            min=LOWEST,
            max=HIGHEST,
            step=STEP,
            description=name,
            readout_format=".1f",
            style={"description_width": "9em"},
            layout=wide,
        )
        for name, value in zip(label_names, presets[TWO], strict=True)
    ]
    picture = ipywidgets.HTML(value=activations_picture(presets[TWO], label_names))
    setting = False  # true while code moves the controls: their changes then draw nothing

    def put(logits, choice: str, note: str = "") -> None:
        nonlocal setting
        setting = True
        try:
            for slider, value in zip(sliders, logits, strict=True):
                slider.value = float(value)
            preset.value = choice
        finally:
            setting = False
        picture.value = activations_picture([slider.value for slider in sliders], label_names, note)

    def read_text() -> None:
        text = box.value.strip()
        if not text:
            put([slider.value for slider in sliders], OWN_TEXT, "Type a sentence in the box.")
            return
        found = models.predict_logits(tagger.model, tagger.tokenizer, [text])[0]
        logits, note = fit_to_sliders(found, label_names)
        put(logits, OWN_TEXT, f'The tagger reads "{text}". {note}')

    def on_preset(change) -> None:
        if setting or change["new"] == BY_HAND:
            return
        if change["new"] == OWN_TEXT:
            read_text()
        else:
            put(presets[change["new"]], change["new"])

    def on_slider(change) -> None:
        # A front end may send back what it was sent, with another last digit: nobody moved it.
        moved = abs(change["new"] - change["old"]) > STEP / 2
        if moved and not setting:
            put([slider.value for slider in sliders], BY_HAND)

    preset.observe(on_preset, names="value")
    box.observe(lambda change: read_text(), names="value")
    for slider in sliders:
        slider.observe(on_slider, names="value")
    show(ipywidgets.VBox([preset, box, *sliders, picture]), fallback=presets_table(label_names))


def preset_logits(name: str, n_labels: int) -> list[float]:
    """Give the logits of a preset, one for each label.

    Args:
        name: "two true labels", "none" or "one strong".
        n_labels: how many labels there are, at least 2.

    Raises:
        ValueError: an unknown preset, or fewer than two labels.

    >>> preset_logits("two true labels", 4)
    [3.0, 3.0, -4.0, -4.0]
    """
    if n_labels < 2:
        raise ValueError(f"two_activations needs 2 labels or more to compare, got {n_labels}.")
    starts = {TWO: [3.0, 3.0], NONE: [-4.0, -4.0], ONE: [4.0, -4.0]}
    if name not in starts:
        raise ValueError(f"There is no preset {name!r}. Choose one of {', '.join(starts)}.")
    return starts[name] + [-4.0] * (n_labels - 2)


def fit_to_sliders(logits, label_names: Sequence[str]) -> tuple[list[float], str]:
    """Bring logits into the sliders' range and to their step, and say what had to be cut.

    Args:
        logits: ``(n_labels,)``.
        label_names: ``n_labels`` names.

    Returns:
        The values for the sliders, and a sentence.

    >>> fit_to_sliders([-6.67, 3.53], ["sports", "politics"])
    ([-6.0, 3.5], 'Beyond the sliders, so clipped: sports from -6.7 to -6.0.')
    """
    logits = _checked(logits, label_names)
    values = np.clip(logits, LOWEST, HIGHEST).round(1)
    cut = [
        f"{name} from {logit:.1f} to {value:.1f}"
        for name, logit, value in zip(label_names, logits, values, strict=True)
        if not LOWEST <= logit <= HIGHEST
    ]
    note = f"Beyond the sliders, so clipped: {', '.join(cut)}." if cut else "All its logits fit."
    return values.tolist(), note


def activations_picture(logits, label_names: Sequence[str], note: str = "") -> str:
    """Draw sigmoid bars and softmax bars of the same logits, with their sums.

    A bar above 0.5 is dark and has the word "yes"; the dashed line is 0.5.

    Args:
        logits: ``(n_labels,)``.
        label_names: ``n_labels`` names.
        note: plain text that stands above the picture.

    Returns:
        HTML that holds one SVG picture; all text in it is escaped.

    Raises:
        ValueError: not one finite logit for each label.

    >>> picture = activations_picture([3.0, 3.0], ["sports", "law"])
    >>> "sum 1.91, free" in picture, "sum 1.00, always" in picture
    (True, True)
    """
    logits = _checked(logits, label_names)
    height = 48 + ROW * len(label_names) + 26
    parts = []
    for j, (name, logit) in enumerate(zip(label_names, logits, strict=True)):
        parts.append(_text(0, _row_y(j), f"{_shorten(name)} {logit:.1f}"))
    panels = [
        (NAME_WIDTH, "sigmoid: each label alone", sigmoid(logits), "free"),
        (NAME_WIDTH + PANEL_WIDTH, "softmax: labels compete", softmax(logits), "always"),
    ]
    for x, title, probabilities, sum_is in panels:
        parts.append(_panel(x, title, probabilities, sum_is, height))
    label = html.escape(describe_activations(logits, label_names), quote=True)
    above = f'<p style="margin:0 0 4px">{html.escape(note)}</p>' if note else ""
    width = NAME_WIDTH + 2 * PANEL_WIDTH
    return (
        f'{above}<svg role="img" aria-label="{label}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" style="max-width:100%" '
        f'font-family="sans-serif">{"".join(parts)}</svg>'
    )


def describe_activations(logits, label_names: Sequence[str]) -> str:
    """Say in words what :func:`activations_picture` draws.

    >>> print(describe_activations([3.0, 3.0], ["sports", "law"]))
    sigmoid: sports 0.95 yes, law 0.95 yes, sum 1.91; softmax: sports 0.50, law 0.50, sum 1.00
    """
    logits = _checked(logits, label_names)
    sides = []
    for title, probabilities in (("sigmoid", sigmoid(logits)), ("softmax", softmax(logits))):
        bars = ", ".join(
            f"{name} {_value(p)}" for name, p in zip(label_names, probabilities, strict=True)
        )
        sides.append(f"{title}: {bars}, sum {probabilities.sum():.2f}")
    return "; ".join(sides)


def presets_table(label_names: Sequence[str]) -> str:
    """Put the three fixed presets under both activations in an HTML table, with the sums."""
    left, right = 'style="text-align:left"', 'style="text-align:right"'
    rows = []
    for preset in (TWO, NONE, ONE):
        logits = np.array(preset_logits(preset, len(label_names)))
        alone, competing = sigmoid(logits), softmax(logits)
        for name, z, p, q in zip(label_names, logits, alone, competing, strict=True):
            rows.append(
                f"<tr><td {left}>{preset}</td><td {left}>{html.escape(name)}</td>"
                f"<td {right}>{z:.1f}</td><td {right}>{_value(p)}</td>"
                f"<td {right}>{_value(q)}</td></tr>"
            )
        rows.append(
            f"<tr><td {left}>{preset}</td><td {left}><b>sum</b></td><td></td>"
            f"<td {right}><b>{alone.sum():.2f}, free</b></td>"
            f"<td {right}><b>{competing.sum():.2f}, always</b></td></tr>"
        )
    heads = "".join(f"<th>{name}</th>" for name in ("preset", "label", "logit"))
    return (
        '<table aria-label="Sigmoid and softmax of the same logits">'
        f'<caption {left}>Sigmoid and softmax of the same logits; "yes" marks what is above 0.5. '
        "With a kernel running there are sliders here.</caption>"
        f"<tr>{heads}<th>sigmoid</th><th>softmax</th></tr>{''.join(rows)}</table>"
    )


def _panel(x: int, title: str, probabilities, sum_is: str, height: int) -> str:
    bottom = height - 26
    middle = x + BAR_WIDTH / 2
    parts = [_text(x, 14, title, bold=True), _text(middle - 9, 34, "0.5", size=11)]
    for j, p in enumerate(probabilities):
        y, wide, above = _row_y(j), BAR_WIDTH * p, p > 0.5
        parts.append(
            f'<rect x="{x}" y="{y - 13}" width="{wide:.1f}" height="18" '
            f'fill="{PREDICTED if above else NOT_PREDICTED}"/>'
        )
        # Beside the bar, and never across the 0.5 line.
        beside = x + wide + 6 if above or wide < BAR_WIDTH / 2 - 42 else middle + 6
        parts.append(_text(beside, y, _value(p), bold=above))
    parts.append(
        f'<line x1="{middle}" y1="38" x2="{middle}" y2="{bottom}" stroke="currentColor" '
        'stroke-width="1.5" stroke-dasharray="5 3"/>'
    )
    parts.append(_text(x, height - 8, f"sum {probabilities.sum():.2f}, {sum_is}", bold=True))
    return "".join(parts)


def _row_y(j: int) -> int:
    return 60 + ROW * j


def _value(p: float) -> str:
    return f"{p:.2f}{' yes' if p > 0.5 else ''}"


def _text(x: float, y: int, text: str, bold: bool = False, size: int = 13) -> str:
    weight = "bold" if bold else "normal"
    return (
        f'<text x="{x:.1f}" y="{y}" fill="currentColor" font-size="{size}" '
        f'font-weight="{weight}">{html.escape(text)}</text>'
    )


def _shorten(name: str, width: int = 14) -> str:
    return name if len(name) <= width else name[: width - 1] + "…"


def _checked(logits, label_names: Sequence[str]) -> np.ndarray:
    logits = np.asarray(logits, dtype=float)
    if logits.shape != (len(label_names),) or not np.isfinite(logits).all():
        raise ValueError(
            f"logits must be {len(label_names)} finite numbers, one for each label, got "
            f"{logits.tolist()}. Pass one row of what predict_logits returns."
        )
    return logits
