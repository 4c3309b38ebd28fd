import re
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from common import count_calls, sent_by
from helpers import thresholds
from helpers.widgets import thresholds as lab_module
from helpers.widgets.thresholds import _Flip, _Lab, threshold_lab

NAMES = ["sports", "law"]
TEXTS = ["A goal.", "A judge refereed.", "A trial.", "Rain.", "A <b>fan</b> sues & wins."]
TARGETS = np.array([[1, 0], [1, 1], [0, 1], [0, 0], [0, 1]])
PROBABILITIES = np.array([[0.9, 0.1], [0.45, 0.6], [0.3, 0.8], [0.1, 0.35], [0.55, 0.2]])


@pytest.fixture
def lab():
    return _Lab(TARGETS, PROBABILITIES, NAMES, TEXTS)


@pytest.fixture
def shown(catch_shown):
    """Build the lab; give its parts by name, and count the drawings."""
    arguments = (TARGETS, PROBABILITIES, NAMES, TEXTS)
    widget, bundle = catch_shown(threshold_lab, *arguments)
    curves, side = widget.children
    drawn, picture, axis, table = curves.children
    mode, controls, buttons, false_alarm, miss, follow, flipped = side.children
    drawings = []
    picture.observe(lambda change: drawings.append(change["new"]), names="value")
    return SimpleNamespace(
        mode=mode, controls=controls, false_alarm=false_alarm, miss=miss, follow=follow,
        buttons=buttons.children, drawn=drawn, picture=picture, axis=axis, table=table,
        flipped=flipped, whole=widget, saved=bundle["text/html"], drawings=drawings,
    )  # fmt: skip


def row(shown, name):
    """Read a row of the table below the picture."""
    (cells,) = re.findall(rf"<tr><td[^>]*>{re.escape(name)}</td>(.*?)</tr>", shown.table.value)
    return re.findall(r"<td[^>]*>(.*?)</td>", cells)


def sliders(shown):
    return [slider.value for slider in shown.controls.children]


def test_counts_and_ratios_are_scikit_learns():
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 2, (200, 3))
    probabilities = rng.integers(0, 21, (200, 3)) / 20  # with ties, and on the thresholds
    lab = _Lab(targets, probabilities, list("abc"), ["x"] * 200)
    for _ in range(20):
        bars = rng.integers(0, 21, 3) / 20
        counts = lab.counts(bars)
        given = probabilities > bars
        for j in range(3):
            tn, fp, fn, tp = confusion_matrix(targets[:, j], given[:, j], labels=[0, 1]).ravel()
            assert counts[j].tolist() == [tp, fp, fn, tn]
        theirs = precision_recall_fscore_support(targets, given, zero_division=np.nan)[:2]
        ours = lab_module._ratios(counts)
        np.testing.assert_allclose(ours[:, :2].T, theirs)
        f1 = precision_recall_fscore_support(targets, given, zero_division=0)[2]
        np.testing.assert_allclose(ours[:, 2], f1)


def test_flips_are_what_changed_and_say_whether_it_is_right(lab):
    assert lab.flips([0.5, 0.5], [0.4, 0.7]) == [
        _Flip(text=1, label=0, probability=0.45, given=True, right=True),
        _Flip(text=1, label=1, probability=0.6, given=False, right=False),
    ]
    assert lab.flips([0.5, 0.5], [0.5, 0.5]) == []
    assert lab.flips([0.46, 0.5], [0.54, 0.5]) == []


def test_a_slider_moves_one_threshold_and_lists_what_flips(shown):
    first, _ = shown.controls.children
    assert row(shown, "sports")[:8] == ["0.50", "0.50", "0.50", "0.50", "1", "1", "1", "2"]
    first.value = 0.4
    assert row(shown, "sports")[:8] == ["0.40", "0.67", "1.00", "0.80", "2", "1", "0", "2"]
    assert row(shown, "law")[0] == "0.50"
    assert "flipped 1 prediction: 1 right, 0 wrong" in shown.flipped.value
    assert "<b>sports</b> 0.45, now given, ✓ right: A judge refereed." in shown.flipped.value
    assert "now 0.40" in shown.picture.value
    first.value = 0.6
    assert "flipped 2 predictions: 1 right, 1 wrong" in shown.flipped.value
    assert "no longer given" in shown.flipped.value
    first.value = 0.61
    assert "changed no prediction" in shown.flipped.value
    assert len(shown.drawings) == 3


def test_a_key_press_sends_each_part_once(shown):
    first, _ = shown.controls.children
    sent = sent_by(shown.whole, lambda: setattr(first, "value", 0.4))
    # The slider itself, that below the curves, picture, table and list.
    assert sorted(sent) == ["FloatSlider.value"] * 2 + ["HTML.value"] * 3
    sizes = [len(part.value) for part in (shown.picture, shown.table, shown.flipped)]
    assert sum(sizes) < 20_000


def test_the_curves_follow_the_slider_that_moves(shown):
    assert shown.drawn.value == 0
    shown.controls.children[1].value = 0.3
    assert shown.drawn.value == 1 and 'aria-label="law: at threshold 0.30' in shown.picture.value
    shown.drawn.value = 0
    assert 'aria-label="sports: at threshold 0.50' in shown.picture.value
    assert sliders(shown) == [0.5, 0.3]


def test_costs_move_all_thresholds_while_the_box_is_ticked(shown):
    shown.miss.value = 4
    assert sliders(shown) == [0.2, 0.2] and "costs ask for 0.20" in shown.picture.value
    assert "now given" in shown.flipped.value
    shown.follow.value = False
    shown.false_alarm.value = 6
    assert sliders(shown) == [0.2, 0.2] and "costs ask for 0.60" in shown.picture.value
    shown.follow.value = True
    assert sliders(shown) == [0.6, 0.6]


def test_cost_is_the_librarys(shown):
    shown.follow.value = False
    shown.false_alarm.value, shown.miss.value = 3, 7
    given = thresholds.apply_thresholds(PROBABILITIES, 0.5)
    assert row(shown, "together (micro)")[-1] == f"{thresholds.total_cost(TARGETS, given, 3, 7):g}"
    assert row(shown, "sports")[-1] == "10" and row(shown, "law")[-1] == "7"


def test_buttons_set_half_tuned_and_costs(shown, lab):
    half, tuned, costs = shown.buttons
    tuned.click()
    np.testing.assert_allclose(sliders(shown), lab.tuned, atol=0.005001)
    best = thresholds.best_f1(TARGETS, PROBABILITIES)
    np.testing.assert_array_equal(lab.tuned, best.thresholds)
    assert row(shown, "mean (macro)")[3] == f"{best.f1.mean():.2f}"
    half.click()
    assert sliders(shown) == [0.5, 0.5]
    shown.follow.value = False
    shown.miss.value = 9
    costs.click()
    assert sliders(shown) == [0.1, 0.1]


def test_the_threshold_moves_on_the_axis_of_its_curve(shown):
    assert shown.axis.value == 0.5
    shown.axis.value = 0.4
    assert sliders(shown) == [0.4, 0.5] and "now 0.40" in shown.picture.value
    assert "flipped 1 prediction" in shown.flipped.value
    shown.drawn.value = 1
    assert shown.axis.value == 0.5 and sliders(shown) == [0.4, 0.5]
    shown.axis.value = 0.62
    assert sliders(shown) == [0.4, 0.62]
    shown.controls.children[0].value = 0.3  # another label's slider brings its own curve
    assert shown.axis.value == 0.3 and shown.drawn.value == 0
    shown.buttons[1].click()
    assert shown.axis.value == sliders(shown)[0]
    shown.mode.value = "one for all"
    shown.axis.value = 0.2
    assert sliders(shown) == [0.2] and row(shown, "law")[0] == "0.20"


def test_the_axis_slider_lies_below_the_curves_at_any_width():
    """Its CSS, read for a column as wide as the picture and for a narrow one."""

    def pixels(css, whole):
        percent, sign, more = re.fullmatch(r"calc\(([\d.]+)% ([+-]) ([\d.]+)px\)", css).groups()
        return whole * float(percent) / 100 + float(sign + more)

    width, label = lab_module._axis_look()
    for column in (lab_module._WIDTH + 4, 380):
        scale = (column - 4) / lab_module._WIDTH  # 2 pixels on either side are the widget's margin
        wide = pixels(width, column)
        start = pixels(label, wide) + lab_module._GAP
        assert start == pytest.approx(scale * lab_module._LEFT, abs=0.1)
        assert wide - lab_module._EDGE == pytest.approx(scale * lab_module._RIGHT, abs=0.1)


def announced(shown):
    (said,) = re.findall(r'<div aria-live="polite"[^>]*>(.*?)</div>', shown.flipped.value)
    return re.sub("<.*?>", "", said)


def test_what_changes_is_read_out_and_modes_are_said_in_words(shown):
    assert announced(shown).startswith("Move a slider")
    shown.axis.value = 0.4
    assert announced(shown) == "That move flipped 1 prediction: 1 right, 0 wrong."
    shown.drawn.value = 1
    assert announced(shown).startswith("Curves of law. That move flipped 1 prediction")
    assert "now given" in shown.flipped.value  # the list stays
    shown.mode.value = "one for all"
    assert announced(shown).startswith("One slider for all labels. That move")
    shown.mode.value = "one per label"
    assert announced(shown).startswith("A slider for each label. ")


def test_nothing_jumps_when_a_value_changes(shown):
    looks = set()
    for threshold in (0.0, 0.4, 0.41, 1.0):
        shown.axis.value = threshold
        looks.add(re.search(r'^<div style="([^"]*)"', shown.flipped.value)[1])
        assert shown.picture.value.count("<text") == shown.drawings[0].count("<text")
    (look,) = looks
    assert "min-height" in look and "tabular-nums" in look and "tabular-nums" in shown.table.value
    room = shown.controls.layout.min_height
    shown.mode.value = "one for all"
    assert shown.controls.layout.min_height == room == "68px"


def test_one_slider_for_all(shown, lab):
    shown.controls.children[0].value = 0.3
    shown.mode.value = "one for all"
    (common,) = shown.controls.children
    assert common.value == 0.3 and row(shown, "law")[0] == "0.30"
    common.value = 0.5
    assert row(shown, "sports")[0] == row(shown, "law")[0] == "0.50"
    shown.buttons[1].click()
    best = thresholds.best_constant(TARGETS, PROBABILITIES)
    assert row(shown, "mean (macro)")[3] == f"{best.score:.2f}"
    assert common.value == round(best.thresholds[0], 2)
    shown.mode.value = "one per label"
    assert sliders(shown) == [common.value] * 2


def test_what_a_front_end_sends_back_is_no_move(shown):
    shown.buttons[1].click()
    before, flips = len(shown.drawings), shown.flipped.value
    slider = shown.controls.children[0]
    slider.value += 1e-12
    slider.value += 0.004
    assert len(shown.drawings) == before and shown.flipped.value == flips
    slider.value = 0.4
    assert len(shown.drawings) == before + 1


def test_every_control_has_a_description(shown):
    controls = [
        shown.mode, shown.drawn, shown.follow, shown.miss, shown.false_alarm, *shown.buttons,
        *shown.controls.children, shown.axis,
    ]  # fmt: skip
    assert all(control.description for control in controls)
    assert [(s.min, s.max, s.step) for s in shown.controls.children] == [(0, 1, 0.01)] * 2


def test_lines_and_curves_differ_by_dash_and_word(lab):
    picture = lab_module._picture(lab, [0.2, 0.5], 0)
    dashes = re.findall(r'<polyline[^>]*stroke-dasharray="([^"]*)"', picture)
    assert len(dashes) == len(set(dashes)) == 3
    upright = re.findall(r'<line x1="([\d.]+)"[^>]*x2="\1"[^>]*dasharray="([^"]*)"', picture)
    places = {float(x): dash for x, dash in upright}
    wide = lab_module._RIGHT - lab_module._LEFT
    expected = [lab_module._LEFT + wide * t for t in (0.2, lab.tuned[0], 0.5)]
    np.testing.assert_allclose(sorted(places), sorted(expected), atol=0.06)
    assert len(set(places.values())) == 3
    for words in (">now 0.20<", f">tuned {lab.tuned[0]:.2f}<", ">0.5<", ">recall 1.00<"):
        assert words in picture
    assert 'role="img"' in picture and "texts with the label: 2" in picture
    assert lab_module._WIDTH <= 700
    assert max(map(float, re.findall(r' x="([\d.]+)"', picture))) < lab_module._WIDTH


def test_nothing_predicted_has_no_precision(lab):
    assert ">precision –<" in lab_module._picture(lab, [1.0, 1.0], 0)
    none = _Lab([[0], [0]], [[0.2], [0.4]], ["x"], ["a", "b"])
    assert ">recall –<" in lab_module._picture(none, [0.1], 0)


def test_texts_and_names_are_shown_as_text(catch_shown):
    widget, bundle = catch_shown(
        threshold_lab, TARGETS, PROBABILITIES, ["<i>", '"x"'], ["<img src=x>"] * 5
    )
    curves, side = (column.children for column in widget.children)
    side[1].children[0].value = 0.1
    everything = curves[1].value + curves[3].value + side[-1].value + bundle["text/html"]
    assert "<img" not in everything and "&lt;img" in everything
    assert "<i>" not in everything and 'aria-label="&lt;i&gt;' in everything


def test_long_lists_and_texts_are_cut(lab):
    flips = [_Flip(0, 0, 0.5, True, False)] * 9
    listed = lab_module._flips_list(lab, flips)
    assert listed.count("<li>") == 5 and "and 4 more" in listed and "0 right, 9 wrong" in listed
    long = _Lab([[1], [0]], [[0.6], [0.2]], ["x"], ["word " * 100, "b"])
    assert len(lab_module._flips_list(long, long.flips([0.7], [0.5]))) < 500


def test_fallback_teaches_without_a_kernel(shown):
    saved = shown.saved
    assert "<table" in saved and "<svg" not in saved and "<script" not in saved
    for setting in (
        "0.5 for all",
        "tuned, one per label",
        "costs 3 to 7: 0.30",
        "costs 8 to 2: 0.80",
    ):
        assert saved.count(f">{setting}<") == 3
    assert "✓ right" in saved


def test_a_move_is_quick():
    rng = np.random.default_rng(0)
    targets, probabilities = rng.integers(0, 2, (600, 4)), rng.random((600, 4))
    lab = _Lab(targets, probabilities, list("abcd"), ["text"] * 600)

    def move(to: float):
        after = np.full(4, to)
        lab_module._flips_list(lab, lab.flips(np.full(4, 0.5), after))
        lab_module._picture(lab, after, 0)
        lab_module._table(lab, after)

    # About a microsecond each, so that 0.01 s are enough on any machine.
    calls = [count_calls(lambda t=t: move(t)) for t in np.arange(20) / 20]
    assert np.median(calls) < 10_000


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"probabilities": PROBABILITIES * 5}, ValueError, "apply sigmoid first"),
        ({"probabilities": PROBABILITIES[:, :1]}, ValueError, r"\(5, 2\) and probabilities \(5, 1"),
        ({"targets": TARGETS * 2}, ValueError, "expected only 0 and 1"),
        ({"label_names": ["a"]}, ValueError, "label_names has 1 names, but there are 2 labels"),
        ({"label_names": "ab"}, TypeError, "label_names is one string"),
        ({"texts": TEXTS[:4]}, ValueError, "texts has 4 texts and targets 5"),
        ({"texts": "abcde"}, TypeError, "texts is one string"),
        ({"texts": [*TEXTS[:4], None]}, TypeError, r"texts\[4\] is None \(NoneType\)"),
        ({"tuned": [0.5]}, ValueError, "tuned has 1 values for 2 labels"),
        ({"tuned": [0.5, np.nan]}, ValueError, "tuned holds nan"),
    ],
)
def test_bad_input_is_refused(changed, error, message):
    good = {
        "targets": TARGETS, "probabilities": PROBABILITIES, "label_names": NAMES, "texts": TEXTS,
    }  # fmt: skip
    with pytest.raises(error, match=message):
        threshold_lab(**(good | changed))


@pytest.mark.parametrize("bars", [[0.5] * 3, [0.5, np.nan], [[0.5, 0.5]]])
def test_bad_thresholds_are_refused(lab, bars):
    for function in (_Lab.counts, lab_module._table):
        with pytest.raises(ValueError, match=r"^thresholds h"):
            function(lab, bars)


def test_light_to_import(run_python):
    heavy = "{'torch', 'transformers', 'ipywidgets'} & set(sys.modules)"
    assert run_python(f"import sys, helpers.widgets.thresholds; print({heavy})").strip() == "set()"
