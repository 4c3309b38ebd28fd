"""A place to move thresholds and watch what it costs. Chapter 7 shows it."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from helpers import _validate as validate
from helpers import thresholds as exact
from helpers.plots import F1, PRECISION, RECALL
from helpers.widgets import show

STEP = 0.01
HIGHEST_COST = 10
MOST_FLIPS = 6  # texts listed after one move
EACH, ALL = "one per label", "one for all"

WIDTH, HEIGHT = 690, 268
LEFT, RIGHT, TOP, BOTTOM = 34, 484, 50, 204  # of the curves
GRID = np.linspace(0, 1, 101)
# Each curve has a dash pattern of its own, so that its color is not the only sign.
CURVES = {"F1": (F1, "", 3), "precision": (PRECISION, "8 4", 2), "recall": (RECALL, "2 3", 2)}

_LEFT, _RIGHT = (f'style="text-align:{side};padding:1px 6px"' for side in ("left", "right"))
# As wide as the page, however wide the table in it: so the picture shrinks in a narrow window.
_FRAME = 'style="width:0;min-width:100%;overflow-x:auto;line-height:1.3"'


@dataclass(frozen=True)
class Lab:
    """What stays the same while thresholds move, computed once so that a move is quick.

    Attributes:
        targets: int array ``(n_texts, n_labels)``.
        probabilities: float array ``(n_texts, n_labels)``.
        label_names: ``n_labels`` names.
        texts: ``n_texts`` strings.
        tuned: float array ``(n_labels,)``, the thresholds with the best F1 here.
        ascending: for each label its probabilities in ascending order.
        positives_above: for each label, at place k, how many positives are left when the k lowest
            probabilities are not predicted.
        backgrounds: for each label the part of the picture that never changes, as SVG.
    """

    targets: np.ndarray
    probabilities: np.ndarray
    label_names: list[str]
    texts: list[str]
    tuned: np.ndarray
    ascending: list[np.ndarray]
    positives_above: list[np.ndarray]
    backgrounds: list[str]


class Flip(NamedTuple):
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
        TypeError: targets or probabilities are not numbers, or ``texts`` holds no strings.
        ValueError: shapes that do not fit, NaN, logits in place of probabilities.
    """
    import ipywidgets

    lab = prepare(targets, probabilities, label_names, texts, tuned)
    n_labels = len(lab.label_names)
    wide = ipywidgets.Layout(width="95%", max_width="44em")
    style = {"description_width": "11em"}

    def slider(name: str):
        return ipywidgets.FloatSlider(
            value=0.5, min=0, max=1, step=STEP, description=name, style=style, layout=wide
        )

    def cost(name: str):
        return ipywidgets.IntSlider(
            value=1, min=1, max=HIGHEST_COST, description=name, style=style, layout=wide
        )

    def button(name: str, tooltip: str):
        return ipywidgets.Button(
            description=name, tooltip=tooltip, layout=ipywidgets.Layout(width="12em")
        )

    mode = ipywidgets.ToggleButtons(
        options=[EACH, ALL], value=EACH, description="Sliders", style={"button_width": "9em"}
    )
    drawn = ipywidgets.Dropdown(
        options=[(name, j) for j, name in enumerate(lab.label_names)],
        value=0,
        description="Curves of",
    )
    each = [slider(name) for name in lab.label_names]
    common = slider("all labels")
    false_alarm, miss = cost("a false alarm costs"), cost("a miss costs")
    follow = ipywidgets.Checkbox(value=True, description="costs move the thresholds")
    to_half = button("all to 0.5", "Set every threshold to 0.5")
    to_tuned = button("all to tuned", "Set every threshold to the one with the best F1")
    to_costs = button("all to costs", "Set every threshold to the one that the costs ask for")
    picture, flipped = ipywidgets.HTML(), ipywidgets.HTML(value=flips_list(lab, None))
    controls = ipywidgets.VBox(each)
    state = {"thresholds": np.full(n_labels, 0.5), "setting": False}

    def draw() -> None:
        costs = false_alarm.value, miss.value
        picture.value = (
            f"<div {_FRAME}>{lab_picture(lab, state['thresholds'], drawn.value, *costs)}"
            f"{lab_table(lab, state['thresholds'], *costs)}</div>"
        )

    def put(thresholds, label: int | None = None) -> None:
        """Move the thresholds; what this sets shall not count as the reader's doing.

        The sliders stand at whole steps, the thresholds keep all their digits.
        """
        before, state["thresholds"] = state["thresholds"], np.array(thresholds, dtype=float)
        state["setting"] = True
        try:
            for j, one in enumerate(each):
                one.value = round(float(state["thresholds"][j]), 2)
            common.value = round(float(state["thresholds"][drawn.value]), 2)
            if label is not None:
                drawn.value = label
        finally:
            state["setting"] = False
        draw()
        flipped.value = flips_list(lab, find_flips(lab, before, state["thresholds"]))

    def on_slider(change, label: int | None) -> None:
        # A front end may send back what it was sent, with another last digit: nobody moved it.
        if state["setting"] or abs(change["new"] - change["old"]) <= STEP / 2:
            return
        thresholds = state["thresholds"].copy()
        thresholds[slice(None) if label is None else label] = change["new"]
        put(thresholds, label)

    def from_costs() -> None:
        put(np.full(n_labels, exact.from_costs(false_alarm.value, miss.value)))

    def on_cost(change) -> None:
        if follow.value:
            from_costs()
        else:
            draw()

    def on_mode(change) -> None:
        if mode.value == ALL:
            controls.children = [common]
            put(np.full(n_labels, state["thresholds"][drawn.value]))
        else:
            controls.children = each

    def on_drawn(change) -> None:
        if not state["setting"]:
            draw()

    def on_tuned(_) -> None:
        if mode.value == ALL:
            put(np.full(n_labels, best_common(lab)))
        else:
            put(lab.tuned)

    for j, one in enumerate(each):
        one.observe(lambda change, j=j: on_slider(change, j), names="value")
    common.observe(lambda change: on_slider(change, None), names="value")
    for one in (false_alarm, miss):
        one.observe(on_cost, names="value")
    follow.observe(lambda change: from_costs() if change["new"] else None, names="value")
    mode.observe(on_mode, names="value")
    drawn.observe(on_drawn, names="value")
    to_half.on_click(lambda _: put(np.full(n_labels, 0.5)))
    to_tuned.on_click(on_tuned)
    to_costs.on_click(lambda _: from_costs())
    draw()
    buttons = ipywidgets.HBox([to_half, to_tuned, to_costs])
    parts = [mode, controls, false_alarm, miss, follow, buttons, drawn, picture, flipped]
    show(ipywidgets.VBox(parts), fallback=fallback_table(lab))


def prepare(
    targets, probabilities, label_names: Sequence[str], texts: Sequence[str], tuned=None
) -> Lab:
    """Check what the lab is given, and compute what does not depend on the thresholds.

    Raises:
        TypeError, ValueError: as :func:`threshold_lab`.

    >>> lab = prepare([[1], [0]], [[0.75], [0.25]], ["law"], ["A judge.", "Rain."])
    >>> lab.tuned.tolist()
    [0.5]
    """
    targets, probabilities = validate.pair(targets, probabilities=probabilities)
    n_texts, n_labels = targets.shape
    if isinstance(label_names, str) or len(label_names) != n_labels:
        raise ValueError(
            f"label_names must be {n_labels} names, one for each column of targets, got "
            f"{label_names!r}."
        )
    if isinstance(texts, str) or len(texts) != n_texts:
        got = "one string" if isinstance(texts, str) else f"{len(texts)} texts"
        raise ValueError(
            f"texts must be {n_texts} strings, one for each row of targets, got {got}."
        )
    texts = list(texts)
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"texts[{i}] is {type(text).__name__}, expected a string.")
    if tuned is None:
        tuned = exact.best_f1(targets, probabilities).thresholds
    tuned = np.asarray(tuned, dtype=float)
    if tuned.shape != (n_labels,) or np.isnan(tuned).any():
        raise ValueError(
            f"tuned must be {n_labels} numbers, a threshold for each label, got {tuned.tolist()}."
        )
    ascending, above = [], []
    for y, p in zip(targets.T, probabilities.T, strict=True):
        order = np.argsort(p, kind="stable")
        ascending.append(p[order])
        above.append(np.append(y[order][::-1].cumsum()[::-1], 0))
    names = [str(name) for name in label_names]
    lab = Lab(targets, probabilities, names, texts, tuned.clip(0, 1), ascending, above, [])
    lab.backgrounds.extend(_background(lab, j) for j in range(n_labels))
    return lab


def counts_at(lab: Lab, thresholds) -> np.ndarray:
    """Count for each label what its threshold makes right and wrong.

    Args:
        lab: what :func:`prepare` gives.
        thresholds: ``(n_labels,)``; a probability above its threshold is predicted.

    Returns:
        int array ``(n_labels, 4)``: tp (found), fp (false alarms), fn (missed), tn (the rest).

    >>> lab = prepare([[1], [0]], [[0.75], [0.25]], ["law"], ["A judge.", "Rain."])
    >>> counts_at(lab, [0.2]).tolist()
    [[1, 1, 0, 0]]
    """
    return np.array([_counts(lab, j, t) for j, t in enumerate(_checked(lab, thresholds))])


def find_flips(lab: Lab, before, after) -> list[Flip]:
    """List the predictions that differ between two settings of the thresholds.

    Args:
        lab: what :func:`prepare` gives.
        before: thresholds ``(n_labels,)``.
        after: thresholds ``(n_labels,)``.

    Returns:
        A :class:`Flip` for each, label by label, the highest probability first.

    >>> lab = prepare([[1], [0]], [[0.75], [0.25]], ["law"], ["A judge.", "Rain."])
    >>> find_flips(lab, [0.5], [0.2])
    [Flip(text=1, label=0, probability=0.25, given=True, right=False)]
    """
    before, after = _checked(lab, before), _checked(lab, after)
    found = []
    for j in np.flatnonzero(before != after):
        p = lab.probabilities[:, j]
        given = p > after[j]
        rows = np.flatnonzero(given != (p > before[j]))
        found += [
            Flip(int(i), int(j), float(p[i]), bool(given[i]), bool(given[i] == lab.targets[i, j]))
            for i in rows[np.argsort(-p[rows], kind="stable")]
        ]
    return found


def best_common(lab: Lab) -> float:
    """Find the one threshold for all labels that has the highest macro-F1, to two decimals."""
    f1 = [_ratios(counts_at(lab, np.full(len(lab.label_names), t)))[:, 2].mean() for t in GRID]
    return float(GRID[int(np.argmax(f1))])


def lab_picture(lab: Lab, thresholds, label: int, cost_fp: float = 1, cost_fn: float = 1) -> str:
    """Draw one label's F1, precision and recall against its threshold.

    Three upright lines mark the threshold as it is now, the tuned one and 0.5. Below the curves
    a tick stands for each text, texts with the label above those without.

    Args:
        lab: what :func:`prepare` gives.
        thresholds: ``(n_labels,)``, as they are now.
        label: the column to draw.
        cost_fp: what a false alarm costs.
        cost_fn: what a miss costs.

    Returns:
        One SVG picture; all text in it is escaped.

    >>> lab = prepare([[1], [0]], [[0.75], [0.25]], ["law"], ["A judge.", "Rain."])
    >>> "now 0.20" in lab_picture(lab, [0.2], 0)
    True
    """
    now = float(_checked(lab, thresholds)[label])
    values = _ratios(_counts(lab, label, now)[None])[0]
    parts = [lab.backgrounds[label]]
    x = _x(now)
    parts.append(_line(x, TOP - 34, x, BOTTOM + 30, "", 2))
    parts.append(_beside(x, TOP - 38, f"now {now:.2f}", bold=True))
    for k, (name, value) in enumerate(zip(CURVES, _in_order(values), strict=True)):
        parts.append(_text(RIGHT + 64, TOP + 8 + 20 * k, f"{name} {_number(value)}"))
    asked = exact.from_costs(cost_fp, cost_fn)
    parts.append(_text(RIGHT + 22, TOP + 8 + 130, f"the costs ask for {asked:.2f}"))
    words = html.escape(describe_lab(lab, thresholds, label), quote=True)
    return (
        f'<svg role="img" aria-label="{words}" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" style="max-width:100%;height:auto" font-family="sans-serif">'
        f"{''.join(parts)}</svg>"
    )


def describe_lab(lab: Lab, thresholds, label: int) -> str:
    """Say in words what :func:`lab_picture` draws.

    >>> lab = prepare([[1], [0]], [[0.75], [0.25]], ["law"], ["A judge.", "Rain."])
    >>> print(describe_lab(lab, [0.2], 0))
    law: at threshold 0.20 precision 0.50, recall 1.00, F1 0.67; tuned threshold 0.50 has F1 1.00, \
0.5 has F1 1.00
    """
    now = float(_checked(lab, thresholds)[label])
    precision, recall, f1 = _ratios(_counts(lab, label, now)[None])[0]
    tuned = lab.tuned[label]
    f1_tuned, f1_half = (_ratios(_counts(lab, label, t)[None])[0, 2] for t in (tuned, 0.5))
    return (
        f"{lab.label_names[label]}: at threshold {now:.2f} precision {_number(precision)}, "
        f"recall {_number(recall)}, F1 {f1:.2f}; tuned threshold {tuned:.2f} has F1 "
        f"{f1_tuned:.2f}, 0.5 has F1 {f1_half:.2f}"
    )


def lab_table(lab: Lab, thresholds, cost_fp: float = 1, cost_fn: float = 1) -> str:
    """Put counts, precision, recall, F1 and cost of every label in an HTML table, and together.

    Args:
        lab: what :func:`prepare` gives.
        thresholds: ``(n_labels,)``.
        cost_fp: what a false alarm costs.
        cost_fn: what a miss costs.
    """
    thresholds = _checked(lab, thresholds)
    counts = counts_at(lab, thresholds)
    ratios = _ratios(counts)
    rows = [
        _row(name, f"{t:.2f}", some, values, cost_fp, cost_fn)
        for name, t, some, values in zip(lab.label_names, thresholds, counts, ratios, strict=True)
    ]
    total = counts.sum(axis=0)
    rows.append(_row("together (micro)", "", total, _ratios(total[None])[0], cost_fp, cost_fn))
    macro = f"<td {_RIGHT}>{ratios[:, 2].mean():.2f}</td>{'<td></td>' * 5}"
    rows.append(f"<tr><td {_LEFT}>mean (macro)</td>{'<td></td>' * 3}{macro}</tr>")
    return (
        f'<table aria-label="What the thresholds do" style="max-width:{WIDTH}px">'
        f"{_heads('label', 'threshold', *_MEASURES, 'cost')}{''.join(rows)}</table>"
    )


def flips_list(lab: Lab, flips: Sequence[Flip] | None, most: int = MOST_FLIPS) -> str:
    """Write the texts that flipped as an HTML list, with what became right and what wrong.

    Args:
        lab: what :func:`prepare` gives.
        flips: what :func:`find_flips` gives; None before the first move.
        most: how many to list; the others are counted.
    """
    if flips is None:
        return "<p>Move a slider: texts whose prediction changes are listed here.</p>"
    if not flips:
        return "<p><b>That move changed no prediction.</b></p>"
    right = sum(flip.right for flip in flips)
    noun = "prediction" if len(flips) == 1 else "predictions"
    items = []
    for flip in flips[:most]:
        verdict = "✓ right" if flip.right else "✗ wrong"
        items.append(
            f"<li><b>{html.escape(lab.label_names[flip.label])}</b> {flip.probability:.2f}, "
            f"{'now given' if flip.given else 'no longer given'}, {verdict}: "
            f"{html.escape(_shorten(lab.texts[flip.text]))}</li>"
        )
    more = f"<p>and {len(flips) - most} more</p>" if len(flips) > most else ""
    head = f"That move flipped {len(flips)} {noun}: {right} right, {len(flips) - right} wrong."
    return (
        f'<div style="max-width:{WIDTH}px;line-height:1.3"><b>{head}</b>'
        f'<ul style="margin:0">{"".join(items)}</ul>{more}</div>'
    )


def fallback_table(lab: Lab) -> str:
    """Show readers without a kernel what four settings of the thresholds do, as an HTML table."""
    n_labels = len(lab.label_names)
    settings = [("0.5 for all", np.full(n_labels, 0.5)), ("tuned, one per label", lab.tuned)]
    for cost_fp, cost_fn in ((3, 7), (8, 2)):
        t = exact.from_costs(cost_fp, cost_fn)
        settings.append((f"costs {cost_fp} to {cost_fn}: {t:.2f}", np.full(n_labels, t)))
    rows = []
    for setting, thresholds in settings:
        counts = counts_at(lab, thresholds)
        total = counts.sum(axis=0)
        for name, some in [*zip(lab.label_names, counts, strict=True), ("together", total)]:
            cells = _cells(some, _ratios(some[None])[0])
            rows.append(
                f"<tr><td {_LEFT}>{setting}</td><td {_LEFT}>{html.escape(name)}</td>{cells}</tr>"
            )
    flips = find_flips(lab, settings[0][1], settings[2][1])
    return (
        '<table aria-label="What four settings of the thresholds do">'
        f"<caption {_LEFT}>What four settings of the thresholds do; costs are of a false alarm to "
        "those of a miss. With a kernel running there are sliders here.</caption>"
        f"{_heads('thresholds', 'label', *_MEASURES)}{''.join(rows)}</table>"
        f"<p>From 0.5 to {settings[2][1][0]:.2f}:</p>{flips_list(lab, flips)}"
    )


_MEASURES = ("precision", "recall", "F1", "found (tp)", "false alarms (fp)", "missed (fn)", "tn")


def _counts(lab: Lab, label: int, threshold: float) -> np.ndarray:
    ascending, above = lab.ascending[label], lab.positives_above[label]
    below = int(ascending.searchsorted(threshold, side="right"))
    tp = int(above[below])
    fp, fn = len(ascending) - below - tp, int(above[0]) - tp
    return np.array([tp, fp, fn, below - fn])


def _ratios(counts: np.ndarray) -> np.ndarray:
    """Precision (NaN if nothing is predicted), recall (NaN if nothing is there) and F1, a row each.

    F1 with nothing predicted and nothing there is 0, as in scikit-learn.
    """
    tp, fp, fn, _ = counts.T.astype(float)
    with np.errstate(invalid="ignore"):
        precision, recall = tp / (tp + fp), tp / (tp + fn)
    f1 = 2 * tp / np.maximum(2 * tp + fp + fn, 1)
    return np.stack([precision, recall, f1], axis=1)


def _in_order(ratios: np.ndarray) -> np.ndarray:
    """From precision, recall, F1 to the order of CURVES."""
    return ratios[..., [2, 0, 1]]


def _background(lab: Lab, label: int) -> str:
    """Draw what never changes for a label: frame, curves, ticks, the tuned and the 0.5 line."""
    parts = [
        f'<rect x="{LEFT}" y="{TOP}" width="{RIGHT - LEFT}" height="{BOTTOM - TOP}" fill="none" '
        'stroke="currentColor" stroke-opacity="0.4"/>',
        _text(RIGHT + 22, TOP - 14, _shorten(lab.label_names[label], 22), bold=True),
    ]
    for value in (0, 0.5, 1):
        parts.append(_text(LEFT - 6, _y(value) + 4, f"{value:g}", anchor="end", size=11))
    for value in (0, 0.25, 0.5, 0.75, 1):
        parts.append(_text(_x(value), BOTTOM + 44, f"{value:g}", anchor="middle", size=11))
    parts.append(_text((LEFT + RIGHT) / 2, BOTTOM + 60, "threshold", anchor="middle", size=12))
    for k, (y, word) in enumerate(((1, "texts with the label"), (0, "texts without"))):
        top = BOTTOM + 4 + 14 * k
        seen = lab.probabilities[lab.targets[:, label] == y, label]
        places = sorted({round(_x(p), 1) for p in seen})
        ticks = "".join(f"M{x:g} {top}v10" for x in places)
        parts.append(f'<path d="{ticks}" stroke="currentColor" stroke-width="1"/>')
        parts.append(_text(RIGHT + 22, top + 9, f"{word}: {len(seen)}", size=11))
    ratios = _in_order(_ratios(np.array([_counts(lab, label, t) for t in GRID])))
    for k, (color, dash, thick) in enumerate(CURVES.values()):
        points = " ".join(
            f"{_x(t):.1f},{_y(v):.1f}" for t, v in zip(GRID, ratios[:, k], strict=True) if v == v
        )
        look = f'fill="none" stroke="{color}" stroke-width="{thick}" stroke-dasharray="{dash}"'
        y = TOP + 4 + 20 * k
        parts.append(f'<polyline points="{points}" {look}/>')
        parts.append(f'<path d="M{RIGHT + 22} {y}h34" {look}/>')
    for k, (t, word, dash) in enumerate(
        ((lab.tuned[label], f"tuned {lab.tuned[label]:.2f}", "10 4"), (0.5, "0.5", "2 3"))
    ):
        x, top = _x(t), TOP - 24 + 14 * k
        parts.append(_line(x, top, x, BOTTOM, dash, 1.5))
        parts.append(_beside(x, top + 6, word))
        y = TOP + 8 + 70 + 20 * k
        parts.append(_line(RIGHT + 22, y - 4, RIGHT + 56, y - 4, dash, 1.5))
        parts.append(_text(RIGHT + 64, y, word))
    y = TOP + 8 + 110
    parts.append(_line(RIGHT + 22, y - 4, RIGHT + 56, y - 4, "", 2))
    parts.append(_text(RIGHT + 64, y, "now"))
    return "".join(parts)


def _row(name: str, threshold: str, counts, ratios, cost_fp: float, cost_fn: float) -> str:
    cost = cost_fp * counts[1] + cost_fn * counts[2]
    return (
        f"<tr><td {_LEFT}>{html.escape(name)}</td><td {_RIGHT}>{threshold}</td>"
        f"{_cells(counts, ratios)}<td {_RIGHT}>{cost:g}</td></tr>"
    )


def _cells(counts, ratios) -> str:
    cells = [*map(_number, ratios), *map(str, counts)]
    return "".join(f"<td {_RIGHT}>{cell}</td>" for cell in cells)


def _heads(*names: str) -> str:
    return f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.2f}"


def _x(threshold: float) -> float:
    return LEFT + (RIGHT - LEFT) * float(threshold)


def _y(value: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * float(value)


def _line(x1: float, y1: float, x2: float, y2: float, dash: str, thick: float) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="currentColor" '
        f'stroke-width="{thick}" stroke-dasharray="{dash}"/>'
    )


def _beside(x: float, y: float, text: str, bold: bool = False) -> str:
    """Write beside an upright line, on the side where there is room."""
    right = x < (LEFT + RIGHT) / 2 + 120
    return _text(x + 4 if right else x - 4, y, text, bold, 11, "start" if right else "end")


def _text(
    x: float, y: float, text: str, bold: bool = False, size: int = 13, anchor: str = "start"
) -> str:
    weight = "bold" if bold else "normal"
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="currentColor" font-size="{size}" '
        f'font-weight="{weight}" text-anchor="{anchor}">{html.escape(text)}</text>'
    )


def _shorten(text: str, width: int = 90) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _checked(lab: Lab, thresholds) -> np.ndarray:
    thresholds = np.asarray(thresholds, dtype=float)
    if thresholds.shape != (len(lab.label_names),) or np.isnan(thresholds).any():
        raise ValueError(
            f"thresholds must be {len(lab.label_names)} numbers, one for each label, got "
            f"{thresholds.tolist()}."
        )
    return thresholds
