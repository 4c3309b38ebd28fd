"""Sigmoid and softmax side by side, on logits that sliders set. Chapter 4 shows it."""

from collections.abc import Sequence

import numpy as np

from helpers import models
from helpers._html import Html, announced, join, line, rect, shorten, svg, table, tag, text
from helpers.activations import sigmoid, softmax
from helpers.plots import NOT_PREDICTED, PREDICTED
from helpers.widgets._read import read
from helpers.widgets._show import WIDE, Controls, show

_LOWEST, _HIGHEST, _STEP = -6.0, 6.0, 0.1
_TWO, _NONE, _ONE = "two true labels", "none", "one strong"
_OWN_TEXT = "your own text"
_FIRST_TEXT = "The ministry moves all its paperwork to an app."

_SHOWN = 60  # characters of a typed text that the sentence repeats; all of it is tagged
# Room for four lines, so that the page below stays where it is whatever the sentence says.
_SAID = "min-height:5.6em;line-height:1.4;max-width:44em;overflow-wrap:anywhere"

_NAME_WIDTH, _PANEL_WIDTH, _BAR_WIDTH, _ROW = 142, 248, 170, 28


def two_activations(tagger: models.Tagger) -> None:
    """Show a slider for each label's logit, and what sigmoid and softmax make of the logits.

    A row of buttons sets all sliders at once; a text box sends what is typed through the tagger.

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
    both = _TwoActivations(tagger)
    parts = [both.preset, both.box, *both.sliders, both.picture]
    show(ipywidgets.VBox(parts), fallback=_presets_table(both.label_names), has_sliders=True)


class _TwoActivations(Controls):
    def __init__(self, tagger: models.Tagger):
        import ipywidgets

        self.tagger, self.label_names = tagger, list(tagger.label_names)
        logits = _preset_logits(_TWO, len(self.label_names))
        # None is pressed while the sliders stand where no preset puts them.
        self.preset = ipywidgets.ToggleButtons(
            options=[_TWO, _NONE, _ONE, _OWN_TEXT],
            value=_TWO,
            description="Preset",
            style={"button_width": "9em"},
        )
        self.box = ipywidgets.Text(value=_FIRST_TEXT, description="Your text", layout=WIDE)
        self.sliders = [
            ipywidgets.FloatSlider(
                value=logit,
                min=_LOWEST,
                max=_HIGHEST,
                step=_STEP,
                description=name,
                readout_format=".1f",
                style={"description_width": "9em", "handle_color": PREDICTED},
                layout=WIDE,
            )
            for name, logit in zip(self.label_names, logits, strict=True)
        ]
        self.picture = ipywidgets.HTML()
        self.put(logits, _TWO)
        self.when(self.preset, self.on_preset)
        self.when(self.box, self.read)
        for slider in self.sliders:
            self.when(slider, lambda _: self.put(self.logits(), None))

    def logits(self) -> list[float]:
        """Return what the sliders show: a number typed beside one may have more digits."""
        return [round(slider.value, 1) for slider in self.sliders]

    def put(self, logits: Sequence[float], choice: str | None, said: str = "") -> None:
        """Move the sliders, press the preset that they stand at, and say and draw what follows.

        Args:
            logits: where the sliders go.
            choice: a preset, or None for sliders that were moved by hand.
            said: how the logits came about, if no preset and no hand did it.
        """
        logits = [round(float(logit), 1) + 0.0 for logit in logits]  # no -0.0
        choice = choice or _find_preset(logits)
        with self.setting():
            for slider, logit in zip(self.sliders, logits, strict=True):
                slider.value = logit
            self.preset.value = choice
        said = said or (f'Preset "{choice}".' if choice else "Set by hand.")
        self.picture.value = _picture(logits, self.label_names, f"{said} {_sentence(logits)}")

    def on_preset(self, choice: str | None) -> None:
        if choice == _OWN_TEXT:
            self.read(self.box.value)
        elif choice:
            self.put(_preset_logits(choice, len(self.label_names)), choice)

    def read(self, typed: str) -> None:
        if not typed.strip():
            said = "Type a sentence in the box. The sliders stay where they are."
            self.put(self.logits(), None, said)
            return
        found, left_out = read(self.tagger, typed.strip())
        logits, note = _fit_to_sliders(found, self.label_names)
        said = f'The tagger reads "{shorten(typed, _SHOWN)}". {left_out} {note}'
        self.put(logits, _OWN_TEXT, " ".join(said.split()))


def _find_preset(logits: Sequence[float]) -> str | None:
    """Name the preset that gives these logits; None if none does.

    >>> _find_preset([-4.0, -4.0]), _find_preset([-4.0, 0.5])
    ('none', None)
    """
    names = (_TWO, _NONE, _ONE)
    return next((n for n in names if _preset_logits(n, len(logits)) == list(logits)), None)


def _sentence(logits) -> str:
    """Say how many labels each activation puts above 0.5.

    >>> _sentence([3.0, 3.0, -4.0])
    'Sigmoid says yes to 2 of 3 labels, softmax to 0.'
    """
    yes = [(probabilities(logits) > 0.5).sum() for probabilities in (sigmoid, softmax)]
    return f"Sigmoid says yes to {yes[0]} of {len(logits)} labels, softmax to {yes[1]}."


def _preset_logits(name: str, n_labels: int) -> list[float]:
    """Give the logits of a preset, one for each label.

    >>> _preset_logits("two true labels", 4)
    [3.0, 3.0, -4.0, -4.0]
    """
    if n_labels < 2:
        raise ValueError(f"two_activations needs 2 labels or more to compare, got {n_labels}.")
    starts = {_TWO: [3.0, 3.0], _NONE: [-4.0, -4.0], _ONE: [4.0, -4.0]}
    if name not in starts:
        raise ValueError(f"There is no preset {name!r}. Choose one of {', '.join(starts)}.")
    return starts[name] + [-4.0] * (n_labels - 2)


def _fit_to_sliders(logits, label_names: Sequence[str]) -> tuple[list[float], str]:
    """Bring logits into the sliders' range and to their step, and say what had to be cut.

    >>> _fit_to_sliders([-6.67, 3.53], ["sports", "politics"])
    ([-6.0, 3.5], 'Beyond the sliders, so clipped: sports from −6.7 to −6.0.')
    """
    logits = _checked(logits, label_names)
    values = np.clip(logits, _LOWEST, _HIGHEST).round(1)
    cut = [
        f"{name} from {_logit(logit)} to {_logit(value)}"
        for name, logit, value in zip(label_names, logits, values, strict=True)
        if not _LOWEST <= logit <= _HIGHEST
    ]
    note = f"Beyond the sliders, so clipped: {', '.join(cut)}." if cut else "All its logits fit."
    return values.tolist(), note


def _picture(logits, label_names: Sequence[str], note: str = "") -> Html:
    """Draw sigmoid bars and softmax bars of the same logits, with their sums.

    A bar above 0.5 is dark and has the word "yes"; the dashed line is 0.5.

    Args:
        logits: ``(n_labels,)``.
        label_names: ``n_labels`` names.
        note: plain text that stands below the picture, and is read out when it changes.

    >>> picture = _picture([3.0, 3.0], ["sports", "law"])
    >>> "sum 1.91, free" in picture, "sum 1.00, always" in picture
    (True, True)
    """
    logits = _checked(logits, label_names)
    beside = "display:flex;flex-wrap:wrap;gap:0 12px;line-height:0"
    drawn = tag(
        "div",
        _panel("sigmoid", "each label alone", logits, sigmoid(logits), label_names, "free"),
        _panel("softmax", "labels compete", logits, softmax(logits), label_names, "always"),
        style=beside,
    )
    return join(drawn, announced(note, style=_SAID)) if note else drawn


def _panel(activation: str, how: str, logits, probabilities, label_names, sum_is: str) -> Html:
    """Draw one activation's bars: two panels stand side by side, or in a narrow window below."""
    left, height = _NAME_WIDTH, 48 + _ROW * len(label_names) + 26
    middle = left + _BAR_WIDTH / 2
    title = text(left, 14, f"{activation}: {how}", bold=True)
    parts = [title, text(middle - 9, 34, "0.5", size=11)]
    for j, (name, z, p) in enumerate(zip(label_names, logits, probabilities, strict=True)):
        y, wide, above = _row_y(j), _BAR_WIDTH * p, p > 0.5
        parts.append(text(0, y, f"{shorten(name, 14)} {_logit(z)}"))
        fill = PREDICTED if above else NOT_PREDICTED  # pale, so it needs the dark edge
        parts.append(rect(left, y - 13, wide, 18, fill=fill, stroke=PREDICTED))
        # Beside the bar, and never across the 0.5 line.
        beside = left + wide + 6 if above or wide < _BAR_WIDTH / 2 - 42 else middle + 6
        parts.append(text(beside, y, _value(p), bold=above))
    parts += [
        line(middle, 38, middle, height - 26, "5 3"),
        text(left, height - 8, f"sum {probabilities.sum():.2f}, {sum_is}", bold=True),
    ]
    label = _describe_panel(activation, probabilities, label_names)
    return svg(label, _NAME_WIDTH + _PANEL_WIDTH, height, *parts)


def _row_y(j: int) -> int:
    return 60 + _ROW * j


def _describe(logits, label_names: Sequence[str]) -> str:
    """Say in words what :func:`_picture` draws.

    >>> print(_describe([3.0, 3.0], ["sports", "law"]))
    sigmoid: sports 0.95 yes, law 0.95 yes, sum 1.91; softmax: sports 0.50, law 0.50, sum 1.00
    """
    logits = _checked(logits, label_names)
    sides = (("sigmoid", sigmoid(logits)), ("softmax", softmax(logits)))
    return "; ".join(_describe_panel(*side, label_names) for side in sides)


def _describe_panel(activation: str, probabilities, label_names: Sequence[str]) -> str:
    each = zip(label_names, probabilities, strict=True)
    bars = ", ".join(f"{name} {_value(p)}" for name, p in each)
    return f"{activation}: {bars}, sum {probabilities.sum():.2f}"


def _presets_table(label_names: Sequence[str]) -> Html:
    """Put the three fixed presets under both activations in a table, with the sums."""
    rows = []
    for preset in (_TWO, _NONE, _ONE):
        logits = np.array(_preset_logits(preset, len(label_names)))
        alone, competing = sigmoid(logits), softmax(logits)
        for name, z, p, q in zip(label_names, logits, alone, competing, strict=True):
            rows.append([preset, name, f"{z:.1f}", _value(p), _value(q)])
        sums = f"{alone.sum():.2f}, free", f"{competing.sum():.2f}, always"
        rows.append([preset, tag("b", "sum"), "", *(tag("strong", one) for one in sums)])
    return table(
        "Sigmoid and softmax of the same logits",
        ["preset", "label", "logit", "sigmoid", "softmax"],
        "llrrr",
        rows,
        'Sigmoid and softmax of the same logits; "yes" marks what is above 0.5. '
        "With a kernel running there are sliders here.",
    )


def _logit(z: float) -> str:
    """Write a logit as the slider beside it does: with the sign for minus, not a hyphen."""
    return f"{z:.1f}".replace("-", "−")


def _value(p: float) -> str:
    return f"{p:.2f}{' yes' if p > 0.5 else ''}"


def _checked(logits, label_names: Sequence[str]) -> np.ndarray:
    logits = np.asarray(logits, dtype=float)
    if logits.shape != (len(label_names),) or not np.isfinite(logits).all():
        raise ValueError(
            f"logits must be {len(label_names)} finite numbers, one for each label, got "
            f"{logits.tolist()}. Pass one row of what predict_logits returns."
        )
    return logits
