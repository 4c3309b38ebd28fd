"""Figures and tables. Each figure prints a sentence that says what it shows: its text twin.

Bad arguments raise a TypeError (wrong kind) or a ValueError (wrong value) that names the likely
fix; ``Raises`` names what comes on top.
"""

import io
import re
from collections.abc import Mapping

import numpy as np

from helpers import _validate as validate
from helpers._html import Html, cell, image, minified, shorten, table
from helpers._lines import fill

# Okabe and Ito's palette, told apart with any color vision; the orange is darker, so that each has
# a contrast of 3 on light pages and on dark ones.
PREDICTED, NOT_PREDICTED = "#0072B2", "#A6CEE3"  # a label above its threshold, and one below
SERIES = ("#0072B2", "#BF8200", "#009E73", "#D55E00")  # what is compared, in this order
MAIN, SECOND = SERIES[:2]  # what the figure is about, and what stands beside it
REFERENCE = "#737373"  # what the rest is read against: a baseline, the truth, a diagonal
MARK = "#D55E00"  # a place to look at
_NUMBER = re.compile(r"[-+±]?\d[\d,]*(\.\d+)?( ?%)?")
F1, RECALL, PRECISION = SERIES[0], SERIES[2], SERIES[3]


def probability_table(texts, probabilities, label_names, thresholds):
    """Put every label's probability in a table, a row for each text, with what is predicted.

    Args:
        texts: ``n_texts`` strings.
        probabilities: ``(n_texts, n_labels)``, from 0 to 1.
        label_names: ``n_labels`` names.
        thresholds: a number, or one for each label.

    Returns:
        A ``pandas.DataFrame`` with probabilities to 2 decimals.

    >>> table = probability_table(["Goal!"], [[0.91, 0.2]], ["sports", "law"], 0.5)
    >>> table["predicted"].tolist()
    ['sports']
    """
    import pandas as pd

    texts, rows, names, thresholds = _checked(texts, probabilities, label_names, thresholds)
    frame = pd.DataFrame(rows, columns=names).map("{:.2f}".format)
    predicted = [[str(names[j]) for j in np.flatnonzero(row > thresholds)] for row in rows]
    sets = [", ".join(labels) or "none" for labels in predicted]
    frame.insert(0, "text", texts, allow_duplicates=True)  # a label may have this name too
    frame.insert(len(names) + 1, "predicted", sets, allow_duplicates=True)
    frame.attrs["probabilities"] = [name for name in names if name not in ("text", "predicted")]
    return frame


def plot_probabilities(texts, probabilities, label_names, thresholds) -> None:
    """Draw a small bar chart for each text and print what the bars say.

    Bars above their threshold are full, the others hollow; the threshold is a dashed line.

    Args:
        texts: ``n_texts`` strings, one to six of them.
        probabilities: ``(n_texts, n_labels)``, from 0 to 1.
        label_names: ``n_labels`` names.
        thresholds: a number, or one for each label.

    Raises:
        ValueError: there are no texts or more than six.
    """
    import matplotlib.pyplot as plt

    texts = validate.texts(texts)
    if not 1 <= len(texts) <= 6:
        raise ValueError(f"This figure has room for 1 to 6 texts, got {len(texts)}. Pass fewer.")
    _, rows, label_names, thresholds = _checked(texts, probabilities, label_names, thresholds)
    height = 0.9 + 0.24 * len(label_names)
    figure, axes = plt.subplots(
        1, len(texts), figsize=(min(9, 2.6 * len(texts) + 1.2), height), sharey=True, squeeze=False
    )
    positions = np.arange(len(label_names))
    for axis, text, row in zip(axes[0], texts, rows, strict=True):
        above = row > thresholds
        fill = np.where(above, PREDICTED, "none")
        axis.barh(positions, row, color=fill, edgecolor=PREDICTED, height=0.7)
        for position, threshold in zip(positions, thresholds, strict=True):
            axis.plot(
                [threshold] * 2, [position - 0.5, position + 0.5], color=REFERENCE, ls="--", lw=1
            )
        axis.set(xlim=(0, 1), xticks=[0, 0.5, 1], xlabel="probability")
        axis.set_title(shorten(text, 28), loc="left", fontsize=9)
    axes[0][0].set_yticks(positions, label_names)
    axes[0][0].invert_yaxis()
    figure.suptitle("Probability of each label (dashed: its threshold)", x=0.01, ha="left")
    plt.show()
    print(describe_probabilities(texts, rows, label_names, thresholds))


def describe_probabilities(texts, probabilities, label_names, thresholds) -> str:
    """Say in words what :func:`plot_probabilities` draws: the figure's text twin.

    >>> print(describe_probabilities(["Goal!"], [[0.91, 0.2]], ["sports", "law"], 0.5))
    The figure shows:
      "Goal!" gets sports (0.91); its next highest is law (0.20)
    """
    texts, rows, label_names, thresholds = _checked(texts, probabilities, label_names, thresholds)
    sentences = []
    for text, row in zip(texts, rows, strict=True):
        order = np.argsort(-row, kind="stable")
        above = [j for j in order if row[j] > thresholds[j]]
        below = [j for j in order if row[j] <= thresholds[j]]
        sentence = f'"{shorten(text, 28)}" gets '
        sentence += ", ".join(f"{label_names[j]} ({row[j]:.2f})" for j in above) or "no label"
        if below:
            sentence += f"; its next highest is {label_names[below[0]]} ({row[below[0]]:.2f})"
        sentences.append(fill(sentence, "  ", "    "))
    return "\n".join(["The figure shows:", *sentences])


def twin(text: str) -> None:
    """Print a figure's text twin: what it shows, in words, in lines of at most 80 characters.

    >>> twin("two lines that cross at 0.50.")
    The figure shows: two lines that cross at 0.50.
    """
    print(fill(f"The figure shows: {text}"))


def plot_intervals(label_names, intervals, title: str, unit: str = "F1") -> None:
    """Draw a point with its interval for each label, one or more taggers side by side.

    Each tagger has a color and a mark of its own.

    Args:
        label_names: ``n_labels`` names.
        intervals: for each tagger's name a list of ``n_labels`` intervals, as
            :func:`helpers.metrics.bootstrap` returns them; one to four taggers.
        title: what stands above the figure.
        unit: what the horizontal axis measures, from 0 to 1.

    Raises:
        ValueError: no tagger or more than four, or not one interval for each label.
    """
    import matplotlib.pyplot as plt

    label_names, intervals = _checked_intervals(label_names, intervals)
    twin = describe_intervals(label_names, intervals)
    _, axis = plt.subplots(figsize=(7.5, 1.2 + len(label_names) * (0.2 + 0.1 * len(intervals))))
    looks = zip(SERIES, "osD^", strict=True)
    positions = np.arange(len(label_names))
    for i, ((name, row), (color, mark)) in enumerate(zip(intervals.items(), looks, strict=False)):
        values = np.array([one.value for one in row])
        ends = np.array([[one.low, one.high] for one in row]).T
        offset = 0.25 * (i - (len(intervals) - 1) / 2)
        axis.hlines(positions + offset, *ends, color=color, lw=2)
        axis.plot(values, positions + offset, mark, color=color, label=name)
    axis.set_yticks(positions, label_names)
    axis.invert_yaxis()
    axis.set(xlim=(-0.02, 1.02), xlabel=f"{unit} (line: the interval)")
    axis.set_title(title, loc="left")
    if len(intervals) > 1:
        axis.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    plt.show()
    print(twin)


def describe_intervals(label_names, intervals) -> str:
    """Say in words what :func:`plot_intervals` draws: the figure's text twin.

    >>> from helpers.metrics import Interval
    >>> one = Interval(0.8, 0.72, 0.87, 0.95, np.empty(0))
    >>> print(describe_intervals(["law"], {"tagger": [one]}))
    The figure shows:
      law: tagger 0.80 (0.72 to 0.87)
    """
    label_names, intervals = _checked_intervals(label_names, intervals)
    sentences = [
        f"{label}: " + ", ".join(f"{name} {row[j]}" for name, row in intervals.items())
        for j, label in enumerate(label_names)
    ]
    return "\n  ".join(["The figure shows:", *sentences])


def as_html(figure) -> Html:
    """Draw a Matplotlib figure as HTML that suits light and dark pages, with an alt text.

    :func:`helpers.course.start` sees to it that every figure of a notebook is shown so. Two figures
    that look alike give the same bytes.

    Args:
        figure: a ``matplotlib.figure.Figure``.

    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> _ = figure.subplots().set(title="Loss", xlabel="epoch", ylabel="nats")
    >>> alt_text(figure)
    'Figure: Loss; x: epoch, y: nats. The text below says what it shows.'
    >>> as_html(figure).count("<img") in (1, 2)  # after course.start one for each theme
    True
    """
    import matplotlib as mpl

    drawn = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "course"}):
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None})
    return image(alt_text(figure), minified(drawn.getvalue()))


def table_as_html(frame) -> Html | None:
    """Draw a ``pandas.DataFrame``: text on the left, numbers on the right, one row of headings.

    :func:`helpers.course.start` sees to it that every table of a notebook is shown so. Row numbers
    that count from 0 are left out. ``frame.attrs`` may hold a "caption", and names of columns under
    "probabilities", whose cells are tinted the more, the higher they are.

    Args:
        frame: the table; of more rows than pandas shows, the first and last five are drawn.

    Returns:
        None where columns or rows have more than one level: pandas draws those.

    >>> import pandas as pd
    >>> page = table_as_html(pd.DataFrame({"label": ["law"], "F1": [0.5]}))
    >>> page.count("text-align:right"), page.count("<tr>")
    (2, 2)
    """
    import pandas as pd

    if frame.columns.nlevels > 1 or frame.index.nlevels > 1:
        return None
    left_out = len(frame) > pd.get_option("display.max_rows")
    shown = pd.concat([frame.head(5), frame.tail(5)]) if left_out else frame
    numbered = frame.index.name is None and frame.index.equals(pd.RangeIndex(len(frame)))
    tinted = set(frame.attrs.get("probabilities", ()))
    columns = [] if numbered else [(shown.index.to_series(), False)]
    columns += [(shown.iloc[:, j], frame.columns[j] in tinted) for j in range(shown.shape[1])]
    corner = frame.index.name if frame.index.name is not None else frame.columns.name
    head = ([] if numbered else ["" if corner is None else corner]) + list(frame.columns)
    sides = "".join("r" if _is_number(column) else "l" for column, _ in columns)
    written = [_written(column) for column, _ in columns]
    rows = []
    for i in range(len(shown)):
        row = list(zip(columns, written, sides, strict=True))
        cells = [
            cell(texts[i], side, look=_tint(column.iloc[i]) if tint else "")
            for (column, tint), texts, side in row
        ]
        if not numbered:
            cells[0] = cell(written[0][i], sides[0], "th", scope="row")
        rows.append(cells)
    if left_out:
        rows.insert(5, ["…"] * len(head))
    caption = frame.attrs.get("caption", f"{len(frame):,} rows" if left_out else "")
    label = frame.attrs.get("caption", "table")
    style = "font-variant-numeric:tabular-nums"
    return table(label, head, sides, rows, caption, style)


def _is_number(column) -> bool:
    import pandas as pd

    if pd.api.types.is_bool_dtype(column):
        return False
    if pd.api.types.is_numeric_dtype(column):
        return True
    return len(column) > 0 and all(isinstance(v, str) and _NUMBER.fullmatch(v) for v in column)


def _written(column) -> list[str]:
    """Write out the values as pandas does: the numbers of a column with as many decimals."""
    import pandas as pd

    if pd.api.types.is_float_dtype(column) and len(column):
        return [line.strip() for line in column.to_string(index=False, header=False).split("\n")]
    return [shorten(str(value), pd.get_option("display.max_colwidth") or 120) for value in column]


def _tint(value) -> str:
    red, green, blue = (int(PREDICTED[i : i + 2], 16) for i in (1, 3, 5))
    return f";background:rgba({red},{green},{blue},{0.4 * float(value):.2f})"


def alt_text(figure) -> str:
    """Say what a figure is: its titles and its axes. What it shows is printed as its text twin."""
    parts = [figure.get_suptitle()]
    for axis in figure.axes:
        title = axis.get_title("left") or axis.get_title() or axis.get_title("right")
        named = [
            f"{name}: {text}"
            for name, text in (("x", axis.get_xlabel()), ("y", axis.get_ylabel()))
            if text
        ]
        parts += [title, ", ".join(named)]
    said = "; ".join(" ".join(part.split()) for part in dict.fromkeys(parts) if part)
    return f"Figure: {said or 'without a title'}. The text below says what it shows."


def _checked(texts, probabilities, label_names, thresholds):
    texts, names = validate.texts(texts), validate.names(label_names, numbers=True)
    validate.columns(names, probabilities=probabilities)
    values = validate.probabilities(probabilities)
    if values.shape != (len(texts), len(names)):
        raise ValueError(
            f"probabilities has shape {values.shape}, expected {(len(texts), len(names))}: a row "
            "for each text, a column for each label."
        )
    return texts, values, names, validate.thresholds(thresholds, len(names), names)


def _checked_intervals(label_names, intervals) -> tuple[list, dict[str, list]]:
    names = validate.names(label_names, numbers=True)
    if not isinstance(intervals, Mapping):
        got = f"intervals is {validate.short(intervals)}"
        raise TypeError(f"{got}, expected a dict with a list of intervals for each tagger.")
    if not 1 <= len(intervals) <= 4:
        raise ValueError(f"This figure has room for 1 to 4 taggers, got {len(intervals)}.")
    rows = {}
    for name, row in intervals.items():
        where = f"intervals[{name!r}]"
        rows[name] = validate.list_of(row, where, "intervals")
        if len(rows[name]) != len(names):
            raise ValueError(
                f"{where} has {len(rows[name])} intervals for {len(names)} labels. "
                "Pass one for each label, in the order of the names."
            )
        for j, one in enumerate(rows[name]):
            if not all(hasattr(one, end) for end in ("low", "value", "high")):
                expected = "expected an interval, as helpers.metrics.bootstrap returns it."
                raise TypeError(f"{where}[{j}] is {validate.short(one)}, {expected}")
            if not np.isfinite([one.low, one.value, one.high]).all():
                raise ValueError(f"{where}[{j}] is {one}, expected finite numbers.")
    return names, rows
