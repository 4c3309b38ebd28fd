import importlib
import re

import numpy as np
import pytest
import torch

from common import ROOT
from helpers import metrics, models, plots, widgets
from helpers.widgets._show import Controls

NAMES = ["sports", "law"]


def test_table_and_twin_agree():
    texts = ["A judge refereed.", "Nothing."]
    probabilities = [[0.91, 0.62], [0.1, 0.5]]
    table = plots.probability_table(texts, probabilities, NAMES, 0.5)
    assert table["predicted"].tolist() == ["sports, law", "none"]
    assert table["sports"].tolist() == ["0.91", "0.10"]
    twin = plots.describe_probabilities(texts, probabilities, NAMES, 0.5)
    assert twin == (
        "The figure shows:\n"
        '  "A judge refereed." gets sports (0.91), law (0.62)\n'
        '  "Nothing." gets no label; its next highest is law (0.50)'
    )


def test_each_label_has_its_threshold():
    table = plots.probability_table(["x"], [[0.6, 0.6]], NAMES, [0.7, 0.3])
    assert table["predicted"].tolist() == ["law"]


@pytest.mark.parametrize(
    ("probabilities", "message"),
    [
        ([[2.3, -1.0]], "apply sigmoid first"),
        ([[np.nan, 0.5]], "probabilities holds NaN"),
        ([[0.5]], r"shape \(1, 1\), expected \(1, 2\)"),
    ],
)
def test_what_is_no_probability_is_refused(probabilities, message):
    for function in (plots.probability_table, plots.plot_probabilities):
        with pytest.raises(ValueError, match=message):
            function(["x"], probabilities, NAMES, 0.5)


@pytest.mark.parametrize(
    ("thresholds", "error"),
    [
        (7, ValueError),
        (np.nan, ValueError),
        ([-1.2, 2.5], ValueError),
        ([0.5] * 3, ValueError),
        (None, TypeError),
    ],
)
def test_what_is_no_threshold_is_refused(thresholds, error):
    for function in (plots.probability_table, plots.plot_probabilities):
        with pytest.raises(error, match=r"^thresholds "):
            function(["x"], [[0.9, 0.2]], NAMES, thresholds)


@pytest.mark.parametrize("name", ["predicted", "text"])
def test_a_label_may_be_called_like_a_column_of_the_table(name):
    table = plots.probability_table(["x"], [[0.9, 0.2]], [name, "law"], 0.5)
    assert list(table.columns) == ["text", name, "law", "predicted"]
    assert table.iloc[0].tolist() == ["x", "0.90", "0.20", name]


def test_whole_numbers_may_be_names():
    assert plots.probability_table(["x"], [[0.9, 0.8]], [7, 8], 0.5)["predicted"].tolist() == [
        "7, 8"
    ]
    assert "gets 7 (0.90)" in plots.describe_probabilities(["x"], [[0.9, 0.2]], [7, 8], 0.5)


def test_tensors_are_read():
    expected = plots.describe_probabilities(["x"], [[0.75, 0.25]], NAMES, 0.5)
    for one in (
        torch.tensor([[0.75, 0.25]], requires_grad=True),
        torch.tensor([[0.75, 0.25]]).half(),
    ):
        for thresholds in (0.5, torch.tensor([0.5, 0.5]).bfloat16()):
            assert plots.describe_probabilities(["x"], one, NAMES, thresholds) == expected


def test_missing_texts_are_named():
    with pytest.raises(TypeError, match=r"texts\[1\] is None"):
        plots.describe_probabilities(["x", None], [[0.9, 0.2]] * 2, NAMES, 0.5)


def test_figure_marks_what_is_predicted(monkeypatch, capsys):
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    from matplotlib.colors import to_hex, to_rgba

    monkeypatch.setattr(plt, "show", lambda: None)
    plots.plot_probabilities(["x", "y"], [[0.9, 0.2], [0.4, 0.8]], NAMES, 0.5)
    axes = plt.gcf().axes
    filled, hollow = to_rgba(plots.PREDICTED), (0, 0, 0, 0)
    colors = [[bar.get_facecolor() for bar in axis.patches] for axis in axes]
    assert colors == [[filled, hollow], [hollow, filled]]
    edges = {to_hex(bar.get_edgecolor()).upper() for axis in axes for bar in axis.patches}
    assert edges == {plots.PREDICTED}
    assert [bar.get_width() for bar in axes[1].patches] == [0.4, 0.8]
    assert all(axis.get_xlabel() and axis.get_title(loc="left") for axis in axes)
    assert "The figure shows:" in capsys.readouterr().out
    plt.close("all")
    with pytest.raises(ValueError, match="1 to 6 texts, got 0"):
        plots.plot_probabilities([], np.empty((0, 2)), NAMES, 0.5)


def brightness(color):
    return sum(w * int(color[i : i + 2], 16) for w, i in ((0.3, 1), (0.59, 3), (0.11, 5)))


def test_dark_and_pale_differ_in_gray():
    assert brightness(plots.NOT_PREDICTED) - brightness(plots.PREDICTED) > 80


@pytest.fixture
def live(tagger, catch_shown):
    """Build the live tagger; return (text box, picture, what the notebook saves)."""

    def live(text):
        widget, bundle = catch_shown(widgets.live_tagger, tagger, text)
        return (*widget.children, bundle)

    return live


def test_bars_follow_what_is_typed(live):
    box, picture, saved = live("The basketball team won the championship game.")
    assert "<b>sports</b>" in picture.value
    assert saved["text/html"] == picture.value
    box.value = "The president met with world leaders at the summit."
    assert "<b>politics</b>" in picture.value and "<b>sports</b>" not in picture.value
    box.value = "   "
    assert "Type a sentence" in picture.value
    assert box.description


def test_what_is_typed_is_shown_as_text(live):
    box, picture, saved = live("<script>alert(0)</script>")
    box.value = "<img src=x onerror=alert(1)>"
    assert "<img" not in picture.value and "&lt;img" in picture.value
    assert "<script" not in saved["text/html"]


def test_fallback_needs_no_kernel_and_no_svg(live):
    _, _, saved = live("A text.")
    assert "<table" in saved["text/html"] and "<svg" not in saved["text/html"]
    assert saved["text/plain"]


def test_a_long_text_is_tagged_whole_and_shown_short(live, monkeypatch, recwarn):
    box, picture, _ = live("A text.")
    tagged = []
    predict = models.predict_logits

    def recording(model, tokenizer, texts):
        tagged.extend(texts)
        return predict(model, tokenizer, texts)

    monkeypatch.setattr(models, "predict_logits", recording)
    box.value = typed = "The union asks for more pay. " * 172 + "A goal."
    assert tagged == [typed] and len(typed) > 4990
    assert len(picture.value) < 4000
    assert "Its end is beyond what the tagger reads" in picture.value
    assert not [w for w in recwarn.list if "tokens this model reads" in str(w.message)]
    box.value = "word" * 1250
    assert len(picture.value) < 4000 and "overflow-wrap:anywhere" in picture.value


def test_nothing_jumps_while_somebody_types(live):
    """The same rows, columns of fixed widths, and room for what is said below them."""
    box, picture, _ = live("The basketball team won the championship game.")
    shapes = []
    for typed in ("The basketball team won the championship game.", "A", "   ", "word " * 900):
        box.value = typed
        (region,) = re.findall(r'<div aria-live="polite" style="([^"]*)"', picture.value)
        heads = tuple(re.findall(r"<th [^>]*width:(\d+)%", picture.value))
        looks = re.search(r'<table[^>]*style="([^"]*)"', picture.value)[1]
        shapes.append((region, heads, looks, picture.value.count("<tr>")))
    assert len(set(shapes)) == 1
    region, heads, looks, rows = shapes[0]
    assert "min-height" in region and sum(map(int, heads)) == 100 and rows == 5
    assert "table-layout:fixed" in looks and "tabular-nums" in looks


class Slider:
    step = 0.1
    value = 0.5

    def observe(self, react, names):
        self.moved = lambda old, new: react({"old": old, "new": new})


def test_only_what_a_reader_moves_counts():
    controls, slider, seen = Controls(), Slider(), []
    controls.when(slider, seen.append)
    slider.moved(0.5, 0.6)
    with controls.setting():
        slider.moved(0.6, 0.9)
    slider.moved(0.9, 0.9000001)  # a front end sends back what it was sent
    assert seen == [0.6] and slider.value == 0.5
    slider.moved(0.9, 0.93)  # typed: no step away, so the slider goes back
    assert seen == [0.6] and slider.value == 0.9


def test_an_error_while_code_sets_does_not_deafen_the_controls():
    controls, slider, seen = Controls(), Slider(), []
    controls.when(slider, seen.append)
    with pytest.raises(RuntimeError), controls.setting():
        raise RuntimeError
    slider.moved(0, 1)
    assert seen == [1]


@pytest.mark.parametrize(
    ("door", "names"),
    [
        ("photo", {"photo_tagger", "show_photos"}),
        ("tokens", {"token_viewer"}),
        ("activations", {"two_activations"}),
        ("thresholds", {"threshold_lab"}),
    ],
)
def test_a_door_offers_what_chapters_call_and_no_more(door, names):
    module = importlib.import_module(f"helpers.widgets.{door}")
    own = {
        name
        for name, thing in vars(module).items()
        if getattr(thing, "__module__", None) == module.__name__ and not name.startswith("_")
    }
    assert own == names
    chapters = "".join(path.read_text() for path in (ROOT / "source/notebooks").glob("*.py"))
    assert all(f"{name}(" in chapters for name in names)


def an_interval(value):
    return metrics.Interval(value, value - 0.1, value + 0.05, 0.95, np.empty(0))


def test_intervals_are_drawn_where_they_lie(monkeypatch, capsys):
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "show", lambda: None)
    rows = {"tagger": [an_interval(0.8), an_interval(0.6)], "rival": [an_interval(0.5)] * 2}
    plots.plot_intervals(NAMES, rows, "F1 of each label")
    (axis,) = plt.gcf().axes
    ends = [sorted(s[:, 0].round(2).tolist()) for c in axis.collections for s in c.get_segments()]
    assert ends == [[0.7, 0.85], [0.5, 0.65], [0.4, 0.55], [0.4, 0.55]]
    assert [line.get_xdata().tolist() for line in axis.lines] == [[0.8, 0.6], [0.5, 0.5]]
    assert len({(line.get_color(), line.get_marker()) for line in axis.lines}) == 2
    assert len({line.get_marker() for line in axis.lines}) == 2, "told apart without color too"
    assert [tick.get_text() for tick in axis.get_yticklabels()] == NAMES
    assert axis.get_xlabel() and axis.get_title(loc="left") == "F1 of each label"
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["tagger", "rival"]
    assert capsys.readouterr().out == (
        "The figure shows:\n"
        "  sports: tagger 0.80 (0.70 to 0.85), rival 0.50 (0.40 to 0.55)\n"
        "  law: tagger 0.60 (0.50 to 0.65), rival 0.50 (0.40 to 0.55)\n"
    )
    plt.close("all")


def test_intervals_must_fit_the_labels():
    with pytest.raises(ValueError, match=r"intervals\['tagger'\] has 1 intervals for 2 labels"):
        plots.plot_intervals(NAMES, {"tagger": [an_interval(0.8)]}, "F1")
    with pytest.raises(ValueError, match="1 to 4 taggers, got 0"):
        plots.plot_intervals(NAMES, {}, "F1")


@pytest.mark.parametrize(
    ("intervals", "error", "says"),
    [
        ([an_interval(0.8)], TypeError, r"intervals is \[.*expected a dict"),
        ({"tagger": an_interval(0.8)}, TypeError, r"intervals\['tagger'\] is Interval.*a list"),
        ({"tagger": [0.8, 0.7]}, TypeError, r"intervals\['tagger'\]\[0\] is 0.8"),
        ({"tagger": [an_interval(0.8), an_interval(np.nan)]}, ValueError, r"\[1\] is nan.*finite"),
    ],
)
def test_what_is_no_interval_is_named(intervals, error, says):
    for draw in (plots.describe_intervals, lambda *two: plots.plot_intervals(*two, "F1")):
        with pytest.raises(error, match=says):
            draw(NAMES, intervals)
