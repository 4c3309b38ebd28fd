"""A place to move thresholds and watch what it costs. Chapter 7 shows it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from helpers import _validate as validate
from helpers import thresholds as exact
from helpers._html import (
    Html,
    announced,
    cell,
    join,
    line,
    rect,
    shorten,
    svg,
    table,
    tag,
    text,
)
from helpers.plots import F1, PRECISION, PREDICTED, RECALL
from helpers.widgets._show import Controls, show

_STEP = 0.01
_HIGHEST_COST = 10
_MOST_FLIPS = 5  # texts listed after one move
_EACH, _ALL = "one per label", "one for all"

# Two columns side by side in JupyterLab at 1280 pixels; in a narrow window the controls go below.
_WIDTH, _HEIGHT = 528, 252  # of the picture
_CURVES_COLUMN = {"flex": "3 1 480px", "max_width": f"{_WIDTH + 4}px", "min_width": "0"}
_CONTROLS_COLUMN = {"flex": "1 1 290px", "max_width": "420px", "min_width": "0"}
_LEFT, _RIGHT, _TOP, _BOTTOM = 86, 388, 50, 204  # of the curves
_LEGEND = _RIGHT + 14
_GRID = np.linspace(0, 1, 101)
# Each curve has a dash pattern of its own, so that its color is not the only sign. The number in
# front is its place in what _ratios gives.
_CURVES = {
    "F1": (2, F1, "", 3),
    "precision": (0, PRECISION, "8 4", 2),
    "recall": (1, RECALL, "2 3", 2),
}
_MEASURES = ("precision", "recall", "F1", "found (tp)", "false alarms (fp)", "missed (fn)", "tn")
# As wide as the column, however wide the table in it: so the picture shrinks in a narrow window.
_FRAMED = "width:0;min-width:100%;overflow-x:auto;line-height:1.3;font-size:11.5px"
_DIGITS = "font-variant-numeric:tabular-nums"  # a number takes the same room whatever it is
# Room for as many flips as are listed, three lines each: what stands below does not move.
_LISTED = "line-height:1.3;overflow-wrap:anywhere"
_LISTED += f";min-height:{1.3 * (3 * _MOST_FLIPS + 3):.1f}em;{_DIGITS}"

# The slider below the picture has its ends where the curves have theirs, at any width: so far do
# a slider's track and its label stay away from the edges, in pixels.
_EDGE, _GAP = 6, 14


class _Flip(NamedTuple):
    """One prediction that a move of the thresholds changed."""

    text: int
    label: int
    probability: float
    given: bool
    right: bool


def threshold_lab(
    targets, probabilities, label_names: Sequence[str], texts: Sequence[str], tuned=None
) -> None:
    """Show a slider for each label's threshold, and what the thresholds do.

    Precision, recall, F1, counts and cost follow each move, and the texts whose prediction the
    move changed are listed. Two more sliders say what a false alarm and a miss cost; they move
    the thresholds to ``cost_fp / (cost_fp + cost_fn)`` as long as their box is ticked.

    Args:
        targets: 0 or 1, ``(n_texts, n_labels)``.
        probabilities: from 0 to 1, same shape.
        label_names: ``n_labels`` names.
        texts: ``n_texts`` strings.
        tuned: a threshold for each label, such as ``best_f1`` found on validation texts; None
            computes them from the targets and probabilities given.

    Raises:
        TypeError: targets or probabilities are not numbers, or ``texts`` is no list of strings.
        ValueError: shapes that do not fit, NaN, logits in place of probabilities.
    """
    lab = _Lab(targets, probabilities, label_names, texts, tuned)
    show(_ThresholdLab(lab).whole, fallback=_fallback(lab), has_sliders=True)


class _Lab:
    """What stays the same while thresholds move, checked once, and what thresholds make of it.

    Attributes:
        targets: int array ``(n_texts, n_labels)``.
        probabilities: float array ``(n_texts, n_labels)``.
        label_names: ``n_labels`` names.
        texts: ``n_texts`` strings.
        tuned: float array ``(n_labels,)``, the thresholds with the best F1 here.
        backgrounds: for each label the part of the picture that never changes.

    >>> lab = _Lab([[1], [0]], [[0.75], [0.25]], ["law"], ["A judge.", "Rain."])
    >>> lab.tuned.tolist(), lab.counts([0.2]).tolist()
    ([0.5], [[1, 1, 0, 0]])
    >>> lab.flips([0.5], [0.2])
    [_Flip(text=1, label=0, probability=0.25, given=True, right=False)]
    """

    def __init__(self, targets, probabilities, label_names, texts, tuned=None):
        self.targets, self.probabilities = validate.pair(targets, probabilities=probabilities)
        n_texts, n_labels = self.targets.shape
        names = validate.names(label_names, n_labels=n_labels, numbers=True)
        validate.columns(names, targets=targets, probabilities=probabilities)
        self.label_names = [str(name) for name in names]
        self.texts = validate.texts(texts)
        if len(self.texts) != n_texts:
            raise ValueError(
                f"texts has {len(self.texts)} texts and targets {n_texts}. Pass one for each row."
            )
        if tuned is None:
            tuned = exact.best_f1(self.targets, self.probabilities).thresholds
        self.tuned = validate.thresholds(tuned, n_labels, names, "tuned")
        curves = np.array([_ratios(self.counts(self.all_at(t))) for t in _GRID])
        self.backgrounds = [_background(self, j, curves[:, j]) for j in range(n_labels)]

    def all_at(self, threshold: float) -> np.ndarray:
        return np.full(len(self.label_names), float(threshold))

    def counts(self, thresholds) -> np.ndarray:
        """Count for each label what its threshold makes right and wrong.

        Returns:
            int array ``(n_labels, 4)``: tp (found), fp (false alarms), fn (missed), tn (the rest).
        """
        thresholds = validate.thresholds(thresholds, len(self.label_names))
        given, there = self.probabilities > thresholds, self.targets == 1
        parts = given & there, given & ~there, ~given & there, ~given & ~there
        return np.stack([part.sum(axis=0) for part in parts], axis=1)

    def flips(self, before, after) -> list[_Flip]:
        """List the predictions that a move changes, label by label, the most probable first."""
        given = self.probabilities > np.asarray(after)
        flipped = given != (self.probabilities > np.asarray(before))
        found = [
            _Flip(int(i), int(j), float(self.probabilities[i, j]), bool(given[i, j]),
                  bool(given[i, j] == self.targets[i, j]))
            for i, j in np.argwhere(flipped)
        ]  # fmt: skip
        return sorted(found, key=lambda flip: (flip.label, -flip.probability, flip.text))


class _ThresholdLab(Controls):
    """The controls, and the thresholds as they are now: every move ends in ``put`` or ``draw``."""

    def __init__(self, lab: _Lab):
        import ipywidgets

        self.lab, self.thresholds = lab, lab.all_at(0.5)

        def slider(kind: type, name: str, **values):
            style = {"description_width": "8.8em", "handle_color": PREDICTED}
            return kind(description=name, style=style, layout={"width": "auto"}, **values)

        threshold = {"value": 0.5, "min": 0, "max": 1, "step": _STEP}
        bar = partial(slider, ipywidgets.FloatSlider, **threshold)
        cost = partial(slider, ipywidgets.IntSlider, value=1, min=1, max=_HIGHEST_COST)
        self.mode = ipywidgets.ToggleButtons(
            options=[_EACH, _ALL],
            value=_EACH,
            description="Sliders",
            style={"button_width": "auto"},
        )
        self.drawn = ipywidgets.ToggleButtons(
            options=[(name, j) for j, name in enumerate(lab.label_names)],
            value=0,
            description="Curves of",
            style={"button_width": "auto"},
        )
        self.each, self.common = [bar(name) for name in lab.label_names], bar("all labels")
        self.false_alarm, self.miss = cost("false alarm costs"), cost("miss costs")
        self.follow = ipywidgets.Checkbox(
            value=True, description="costs move the thresholds", indent=False
        )
        width, label = _axis_look()
        self.axis = ipywidgets.FloatSlider(
            **threshold,
            description="threshold",
            readout=False,
            style={"description_width": label, "handle_color": PREDICTED},
            layout={"width": width},
        )
        self.picture, self.table = ipywidgets.HTML(), ipywidgets.HTML()
        self.flips: Sequence[_Flip] | None = None
        self.flipped = ipywidgets.HTML(value=_flips_list(lab))
        # Room for a slider per label, also while there is one for all: nothing below moves.
        room = f"{32 * len(self.each) + 4}px"
        self.sliders = ipywidgets.VBox(self.each, layout={"min_height": room})
        buttons = ipywidgets.HBox([
            _button("all to 0.5", "to 0.5", lambda: self.put_all(0.5)),
            _button("all to tuned", "to the one with the best F1", self.put_tuned),
            _button("all to costs", "to the one that the costs ask for", self.put_costs),
        ])  # fmt: skip
        curves = [self.drawn, self.picture, self.axis, self.table]
        controls = [self.mode, self.sliders, buttons, self.false_alarm, self.miss, self.follow]
        self.whole = ipywidgets.HBox(
            [
                ipywidgets.VBox(curves, layout=_CURVES_COLUMN),
                ipywidgets.VBox([*controls, self.flipped], layout=_CONTROLS_COLUMN),
            ],
            layout={"flex_flow": "row wrap", "overflow": "visible", "grid_gap": "0 12px"},
        )
        self.listen()
        self.draw()

    def listen(self) -> None:
        for j, slider in enumerate(self.each):
            self.when(slider, partial(self.put_one, j))
        self.when(self.common, self.put_all)
        for control in (self.false_alarm, self.miss):
            self.when(control, lambda _: self.put_costs() if self.follow.value else self.draw())
        self.when(self.follow, lambda ticked: self.put_costs() if ticked else None)
        self.when(self.mode, self.change_mode)
        self.when(self.drawn, self.change_curves)
        self.when(self.axis, self.put_drawn)

    def draw(self) -> None:
        state = self.lab, self.thresholds
        costs = self.false_alarm.value, self.miss.value
        picture = _picture(*state, self.drawn.value, *costs)
        self.picture.value = tag("div", picture, style="line-height:0")  # the axis slider is next
        with self.setting():
            self.axis.value = round(float(self.thresholds[self.drawn.value]), 2)
        self.table.value = tag("div", _table(*state, *costs), style=_FRAMED)

    def say(self, what: str = "") -> None:
        """List what the last move flipped; ``what`` stands above it, and is read out with it."""
        self.flipped.value = _flips_list(self.lab, self.flips, what)

    def put(self, thresholds: np.ndarray, what: str = "") -> None:
        """Move the thresholds. The sliders stand at whole steps; the thresholds keep all digits."""
        before, self.thresholds = self.thresholds, thresholds
        self.draw()  # first, since it is what a reader looks at
        with self.setting():
            for slider, threshold in zip(self.each, thresholds, strict=True):
                slider.value = round(float(threshold), 2)
            self.common.value = round(float(thresholds[self.drawn.value]), 2)
        self.flips = self.lab.flips(before, thresholds)
        self.say(what)

    def put_one(self, label: int, threshold: float) -> None:
        thresholds = self.thresholds.copy()
        thresholds[label] = threshold
        with self.setting():
            self.drawn.value = label
        self.put(thresholds)

    def put_all(self, threshold: float, what: str = "") -> None:
        self.put(self.lab.all_at(threshold), what)

    def put_drawn(self, threshold: float) -> None:
        if self.mode.value == _ALL:
            self.put_all(threshold)
        else:
            self.put_one(self.drawn.value, threshold)

    def put_tuned(self) -> None:
        if self.mode.value == _ALL:
            self.put(exact.best_constant(self.lab.targets, self.lab.probabilities).thresholds)
        else:
            self.put(self.lab.tuned)

    def put_costs(self) -> None:
        self.put_all(exact.from_costs(self.false_alarm.value, self.miss.value))

    def change_mode(self, mode: str) -> None:
        self.sliders.children = [self.common] if mode == _ALL else self.each
        if mode == _ALL:
            self.put_all(self.thresholds[self.drawn.value], "One slider for all labels.")
        else:
            self.say("A slider for each label.")

    def change_curves(self, label: int) -> None:
        self.draw()
        self.say(f"Curves of {self.lab.label_names[label]}.")


def _axis_look() -> tuple[str, str]:
    """Return the axis slider's width and that of its label, as CSS."""
    share = _RIGHT / _WIDTH
    width = f"calc({100 * share:.2f}% + {_EDGE - 4 * share:.2f}px)"
    label = f"calc({100 * _LEFT / _RIGHT:.2f}% - {_EDGE * _LEFT / _RIGHT + _GAP:.2f}px)"
    return width, label


def _button(name: str, where: str, click: Callable):
    import ipywidgets

    button = ipywidgets.Button(
        description=name,
        tooltip=f"Set every threshold {where}",
        layout={"width": "auto", "flex": "1 1 0"},
    )
    button.on_click(lambda _: click())
    return button


def _ratios(counts: np.ndarray) -> np.ndarray:
    """Precision (NaN if nothing is predicted), recall (NaN if nothing is there) and F1.

    F1 with nothing predicted and nothing there is 0, as in scikit-learn. From ``(..., 4)`` to
    ``(..., 3)``.
    """
    tp, fp, fn, _ = np.moveaxis(counts, -1, 0).astype(float)
    with np.errstate(invalid="ignore"):
        precision, recall = tp / (tp + fp), tp / (tp + fn)
    f1 = 2 * tp / np.maximum(2 * tp + fp + fn, 1)
    return np.stack([precision, recall, f1], axis=-1)


def _picture(lab: _Lab, thresholds, label: int, cost_fp: float = 1, cost_fn: float = 1) -> Html:
    """Draw one label's F1, precision and recall against its threshold.

    Three upright lines mark the threshold as it is now, the tuned one and 0.5. Below the curves
    a tick stands for each text, texts with the label above those without.

    Args:
        lab: the data.
        thresholds: ``(n_labels,)``, as they are now.
        label: the column to draw.
        cost_fp: what a false alarm costs.
        cost_fn: what a miss costs.

    >>> lab = _Lab([[1], [0]], [[0.75], [0.25]], ["law"], ["A judge.", "Rain."])
    >>> "now 0.20" in _picture(lab, [0.2], 0)
    True
    """
    values = _ratios(lab.counts(thresholds)[label])
    now, asked = thresholds[label], exact.from_costs(cost_fp, cost_fn)
    x = _x(now)
    return svg(
        _describe(lab, thresholds, label),
        _WIDTH,
        _HEIGHT,
        lab.backgrounds[label],
        line(x, _TOP - 34, x, _BOTTOM + 30, thick=2),
        _beside(x, _TOP - 38, f"now {now:.2f}", bold=True),
        *(
            text(_LEGEND + 42, _TOP + 8 + 20 * k, f"{name} {_number(values[place])}")
            for k, (name, (place, *_)) in enumerate(_CURVES.items())
        ),
        text(_LEGEND, _TOP + 138, f"costs ask for {asked:.2f}"),
    )


def _describe(lab: _Lab, thresholds, label: int) -> str:
    """Say in words what :func:`_picture` draws.

    >>> lab = _Lab([[1], [0]], [[0.75], [0.25]], ["law"], ["A judge.", "Rain."])
    >>> print(_describe(lab, [0.2], 0))
    law: at threshold 0.20 precision 0.50, recall 1.00, F1 0.67; tuned threshold 0.50 has F1 1.00, \
0.5 has F1 1.00
    """
    settings = thresholds, lab.tuned, lab.all_at(0.5)
    now, tuned, half = (_ratios(lab.counts(one)[label]) for one in settings)
    return (
        f"{lab.label_names[label]}: at threshold {thresholds[label]:.2f} precision "
        f"{_number(now[0])}, recall {_number(now[1])}, F1 {now[2]:.2f}; tuned threshold "
        f"{lab.tuned[label]:.2f} has F1 {tuned[2]:.2f}, 0.5 has F1 {half[2]:.2f}"
    )


def _background(lab: _Lab, label: int, curves: np.ndarray) -> Html:
    """Draw what never changes for a label: frame, curves, ticks, the tuned and the 0.5 line.

    Args:
        lab: the data.
        label: the column to draw.
        curves: ``(n_thresholds, 3)``, what :func:`_ratios` gives at each threshold of the grid.
    """
    name = shorten(lab.label_names[label], 16)
    return join(
        rect(_LEFT, _TOP, _RIGHT - _LEFT, _BOTTOM - _TOP, fill="none", stroke="currentColor",
             stroke_opacity=0.6),
        text(_LEGEND, _TOP - 14, name, bold=True),
        *(text(_LEFT - 6, _y(v) + 4, f"{v:g}", size=11, anchor="end") for v in (0, 0.5, 1)),
        *(text(_x(t), _BOTTOM + 44, f"{t:g}", size=11, anchor="middle")
          for t in (0, 0.25, 0.5, 0.75, 1)),
        *_ticks(lab, label, 1, "texts with the label", _BOTTOM + 4),
        *_ticks(lab, label, 0, "texts without", _BOTTOM + 18),
        *(part for k, look in enumerate(_CURVES.values()) for part in _curve(k, curves, *look)),
        *_mark(lab.tuned[label], f"tuned {lab.tuned[label]:.2f}", "10 4", 0),
        *_mark(0.5, "0.5", "2 3", 1),
        line(_LEGEND, _TOP + 114, _LEGEND + 34, _TOP + 114, thick=2),
        text(_LEGEND + 42, _TOP + 118, "now"),
    )  # fmt: skip


def _ticks(lab: _Lab, label: int, target: int, word: str, top: float) -> list[Html]:
    seen = lab.probabilities[lab.targets[:, label] == target, label]
    path = "".join(f"M{x:g} {top}v10" for x in sorted({round(_x(p), 1) for p in seen}))
    count = text(_LEGEND, top + 9, f"{word}: {len(seen)}", size=11)
    return [tag("path", d=path, stroke="currentColor", stroke_width=1), count]


def _curve(k: int, curves: np.ndarray, place: int, color: str, dash: str, thick: int) -> list[Html]:
    """Draw a curve, with gaps left out, and its sign in row ``k`` of the legend."""
    drawn = zip(_GRID, curves[:, place], strict=True)
    points = " ".join(f"{_x(t):.1f},{_y(v):.1f}" for t, v in drawn if not np.isnan(v))
    look = {"fill": "none", "stroke": color, "stroke_width": thick, "stroke_dasharray": dash}
    sign = tag("path", d=f"M{_LEGEND} {_TOP + 4 + 20 * k}h34", **look)
    return [tag("polyline", points=points, **look), sign]


def _mark(threshold: float, word: str, dash: str, k: int) -> list[Html]:
    """Draw an upright line at a threshold, and its sign in row ``k`` of the legend."""
    x, top, y = _x(threshold), _TOP - 24 + 14 * k, _TOP + 78 + 20 * k
    return [
        line(x, top, x, _BOTTOM, dash),
        _beside(x, top + 6, word),
        line(_LEGEND, y - 4, _LEGEND + 34, y - 4, dash),
        text(_LEGEND + 42, y, word),
    ]


def _beside(x: float, y: float, word: str, bold: bool = False) -> Html:
    """Write beside an upright line, on the side where there is room."""
    right = x < (_LEFT + _RIGHT) / 2 + 80
    return text(x + 4 if right else x - 4, y, word, bold, 11, "start" if right else "end")


def _x(threshold: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * float(threshold)


def _y(value: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * float(value)


def _table(lab: _Lab, thresholds, cost_fp: float = 1, cost_fn: float = 1) -> Html:
    """Put counts, precision, recall, F1 and cost of every label in a table, and together."""
    counts = lab.counts(thresholds)
    names = [*lab.label_names, "together (micro)"]
    bars = [*(f"{threshold:.2f}" for threshold in thresholds), ""]
    rows = []
    for name, bar, some in zip(names, bars, _with_total(counts), strict=True):
        cost = cost_fp * some[1] + cost_fn * some[2]
        rows.append([name, bar, *_measured(some), f"{cost:g}"])
    rows.append(["mean (macro)", "", "", "", f"{_ratios(counts)[:, 2].mean():.2f}", *5 * [""]])
    head = ["label", "threshold", *_MEASURES, "cost"]
    cells = [[_close(one, k, "td") for k, one in enumerate(row)] for row in rows]
    head = [_close(one, k, "th", scope="col") for k, one in enumerate(head)]
    return table(
        "What the thresholds do", head, "l" + 9 * "r", cells, style=f"width:100%;{_DIGITS}"
    )


def _flips_list(lab: _Lab, flips: Sequence[_Flip] | None = None, what: str = "") -> Html:
    """List the texts that flipped, with what became right and what wrong; None before a move.

    ``what`` is a sentence that stands before the count; both are read out when they change.
    """
    if flips is None:
        head = "Move a slider: texts whose prediction changes are listed here."
    elif not flips:
        head = "That move changed no prediction."
    else:
        right, noun = sum(flip.right for flip in flips), f"prediction{'s' * (len(flips) > 1)}"
        head = f"That move flipped {len(flips)} {noun}: {right} right, {len(flips) - right} wrong."
    said = announced(tag("b", f"{what} {head}".strip()), style="min-height:2.6em")
    items = []
    for flip in (flips or ())[:_MOST_FLIPS]:
        verdict = "✓ right" if flip.right else "✗ wrong"
        name, given = lab.label_names[flip.label], "now given" if flip.given else "no longer given"
        label, shown = tag("b", shorten(name, 20)), shorten(lab.texts[flip.text], 84)
        items.append(tag("li", label, f" {flip.probability:.2f}, {given}, {verdict}: {shown}"))
    listed = [tag("ul", *items, style="margin:0;padding-left:1.4em")] if items else []
    if flips and len(flips) > _MOST_FLIPS:
        listed.append(tag("div", f"and {len(flips) - _MOST_FLIPS} more"))
    return tag("div", said, *listed, style=_LISTED)


def _fallback(lab: _Lab) -> Html:
    """Show readers without a kernel what four settings of the thresholds do."""
    half = lab.all_at(0.5)
    settings = {"0.5 for all": half, "tuned, one per label": lab.tuned}
    for costs in ((3, 7), (8, 2)):
        asked = exact.from_costs(*costs)
        settings["costs {} to {}: {:.2f}".format(*costs, asked)] = lab.all_at(asked)
    rows = [
        [setting, name, *_measured(some)]
        for setting, thresholds in settings.items()
        for name, some in zip(
            [*lab.label_names, "together"], _with_total(lab.counts(thresholds)), strict=True
        )
    ]
    four = table(
        "What four settings of the thresholds do",
        ["thresholds", "label", *_MEASURES],
        "ll" + 7 * "r",
        rows,
        "What four settings of the thresholds do; costs are of a false alarm to those of a miss. "
        "With a kernel running there are sliders here.",
    )
    asked = lab.all_at(exact.from_costs(3, 7))
    said = tag("p", f"From 0.5 to {asked[0]:.2f}:")
    return join(four, said, _flips_list(lab, lab.flips(half, asked)))


def _close(content, column: int, kind: str, **attributes) -> Html:
    """Build a cell that stands closer to its neighbors than in other tables."""
    side = "r" if column else "l"
    return cell(content, side, kind, ";padding:2px", **attributes)


def _with_total(counts: np.ndarray) -> np.ndarray:
    return np.vstack([counts, counts.sum(axis=0)])


def _measured(counts: np.ndarray) -> list:
    return [*map(_number, _ratios(counts)), *counts]


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}"
