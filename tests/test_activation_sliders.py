import html
import re
from types import SimpleNamespace

import numpy as np
import pytest

from common import sent_by
from helpers.activations import sigmoid, softmax
from helpers.widgets import activations as sliders

NAMES = ["sports", "politics", "technology", "entertainment"]


def bars(picture):
    return [
        float(w) / sliders._BAR_WIDTH for w in re.findall(r'<rect[^>]* width="([\d.]+)"', picture)
    ]


@pytest.fixture
def shown(tagger, monkeypatch, catch_shown):
    """Build the widget; give its parts, what the notebook saves, and a count of drawings."""
    texts, drawn = [], []
    predict = sliders.models.predict_logits

    def recording(model, tokenizer, batch):
        texts.extend(batch)
        return predict(model, tokenizer, batch)

    monkeypatch.setattr(sliders.models, "predict_logits", recording)
    widget, bundle = catch_shown(sliders.two_activations, tagger)
    preset, box, *moving, picture = widget.children
    picture.observe(lambda change: drawn.append(change["new"]), names="value")
    return SimpleNamespace(
        preset=preset, box=box, moving=moving, picture=picture, saved=bundle["text/html"],
        texts=texts, drawn=drawn, whole=widget,
    )  # fmt: skip


def values(shown):
    return [slider.value for slider in shown.moving]


def test_a_key_press_sends_slider_and_picture_and_runs_no_model(shown):
    sports = shown.moving[0]
    sports.value = 1.0  # no preset's any more: that is sent once
    sent = sent_by(shown.whole, lambda: setattr(sports, "value", 1.1))
    assert sorted(sent) == ["FloatSlider.value", "HTML.value"]
    assert len(shown.picture.value) < 10_000 and not shown.texts


def test_a_slider_moves_its_own_bar_and_all_of_softmax(shown):
    assert [s.description for s in shown.moving] == NAMES
    assert [(s.min, s.max, s.step) for s in shown.moving] == [(-6, 6, 0.1)] * 4
    before = bars(shown.picture.value)
    shown.moving[0].value = 5.0
    after = bars(shown.picture.value)
    np.testing.assert_allclose(
        after, [*sigmoid([5, 3, -4, -4]), *softmax([5, 3, -4, -4])], atol=1e-3
    )
    assert after[0] > before[0] and after[1:4] == before[1:4]
    assert after[4] > before[4] and after[5] < before[5]
    assert shown.preset.value is None
    assert len(shown.drawn) == 1


def test_a_preset_sets_all_sliders_and_draws_once(shown):
    shown.preset.value = "none"
    assert values(shown) == [-4.0] * 4
    assert len(shown.drawn) == 1
    assert "sum 0.07, free" in shown.picture.value and " yes</text>" not in shown.picture.value
    shown.preset.value = "one strong"
    assert values(shown) == [4, -4, -4, -4]
    assert len(shown.drawn) == 2
    # After a slider was moved the same preset can be chosen again.
    shown.moving[2].value = 1.0
    shown.preset.value = "one strong"
    assert values(shown) == [4, -4, -4, -4]


def test_text_goes_through_the_tagger_and_clipping_is_said(shown, tagger):
    assert shown.texts == []
    shown.preset.value = "your own text"
    assert shown.texts == [sliders._FIRST_TEXT]
    found = sliders.models.predict_logits(tagger.model, tagger.tokenizer, [sliders._FIRST_TEXT])[0]
    assert found[0] < -6  # or this test shows nothing
    np.testing.assert_allclose(values(shown), np.clip(found, -6, 6), atol=0.0501)
    assert f"clipped: sports from {sliders._logit(found[0])} to −6.0" in shown.picture.value
    assert len(shown.drawn) == 1
    shown.preset.value = "none"
    shown.box.value = "The basketball team won the championship game."
    assert shown.preset.value == "your own text"
    assert values(shown)[0] > 3
    assert len(shown.drawn) == 3
    shown.moving[1].value = 0.0
    assert "The tagger reads" not in shown.picture.value


def said(shown):
    """Read the sentence below the picture, which is in the region that is read out."""
    (sentence,) = re.findall(r'<div aria-live="polite"[^>]*>(.*?)</div>', shown.picture.value)
    return html.unescape(sentence)


def test_presets_and_sentence_agree_whatever_is_moved(shown):
    yes_to_two = "Sigmoid says yes to 2 of 4 labels, softmax to 0."
    assert said(shown) == f'Preset "two true labels". {yes_to_two}'
    shown.preset.value = "one strong"
    assert said(shown).startswith('Preset "one strong". Sigmoid says yes to 1 of 4 labels')
    first = shown.moving[0]
    first.value = 4.1  # a key press
    assert shown.preset.value is None and said(shown).startswith("Set by hand. Sigmoid")
    first.value = 4.0  # and back: the sliders stand where the preset puts them
    assert shown.preset.value == "one strong" and said(shown).startswith('Preset "one strong".')
    first.value = 4.27  # typed, between two steps
    assert first.value == 4.3 and ">sports 4.3</text>" in shown.picture.value
    first.value = 4.32  # typed, less than half a step away: nothing is drawn
    assert first.value == 4.3 and len(shown.drawn) == 4
    first.value = -4.0
    assert shown.preset.value == "none" and said(shown).startswith('Preset "none". Sigmoid says')
    shown.box.value = "A goal."
    assert shown.preset.value == "your own text"
    assert said(shown).startswith('The tagger reads "A goal.". ')
    shown.moving[3].value = 0.0
    assert shown.preset.value is None and said(shown).startswith("Set by hand.")
    shown.box.value = " "
    assert shown.preset.value is None and said(shown).startswith("Type a sentence in the box.")
    shown.preset.value = "your own text"  # with nothing in the box
    assert shown.preset.value is None and said(shown).startswith("Type a sentence in the box.")


def test_a_long_text_is_tagged_whole_and_shown_short(shown, recwarn):
    typed = "The union asks for more pay. " * 172 + "A goal."
    assert len(typed) > 4990
    shown.box.value = typed
    assert shown.texts == [typed]
    assert len(said(shown)) < 400 and '… "' not in said(shown)
    assert "Its end is beyond what the tagger reads" in said(shown)
    assert not [w for w in recwarn.list if "tokens this model reads" in str(w.message)]


def test_the_picture_stays_in_its_place_whatever_is_said(shown):
    regions = set()
    for preset in ("none", "your own text", "one strong"):
        shown.preset.value = preset
        regions |= set(re.findall(r'<div aria-live="polite" style="([^"]*)"', shown.picture.value))
    (look,) = regions
    assert "min-height" in look


def test_an_empty_text_moves_nothing(shown):
    shown.box.value = "   "
    assert values(shown) == [3, 3, -4, -4]
    assert shown.texts == [] and "Type a sentence" in shown.picture.value


def test_what_is_typed_and_named_is_shown_as_text(shown):
    shown.box.value = "<img src=x onerror=alert(1)>"
    assert "<img" not in shown.picture.value and "&lt;img" in shown.picture.value
    names = ["<b>", '"x"']
    picture = sliders._picture([0, 0], names)
    assert "<b>" not in picture and 'aria-label="sigmoid: &lt;b&gt;' in picture
    assert "<b>" not in sliders._presets_table(names).replace("<b>sum</b>", "").replace(
        '<td style="text-align:right"><b>', ""
    )


def test_every_control_has_a_description(shown):
    for control in (shown.preset, shown.box, *shown.moving):
        assert control.description


def test_fallback_teaches_without_a_kernel(shown):
    assert "<table" in shown.saved and "<svg" not in shown.saved and "<script" not in shown.saved
    for seen in ("0.95 yes", "0.50", "0.25", "1.94, free", "0.07, free"):
        assert f">{seen}<" in shown.saved
    assert shown.saved.count("1.00, always") == 3


def test_picture_marks_by_word_and_color_and_draws_the_line():
    picture = sliders._picture([3, 3, -4, -4], NAMES)
    assert picture.count("0.95 yes</text>") == 2
    assert picture.count(">0.50</text>") == 2  # softmax: no yes
    assert picture.count(f'fill="{sliders.PREDICTED}"') == 2
    assert picture.count("stroke-dasharray") == 2
    assert 'role="img"' in picture and "sum 1.94, free" in picture and "sum 1.00, always" in picture
    # One panel for each activation, with an alt text of its own: side by side where there is room.
    assert re.findall(r'<svg role="img" aria-label="(\w+):', picture) == ["sigmoid", "softmax"]
    assert "flex-wrap:wrap" in picture
    assert 2 * (sliders._NAME_WIDTH + sliders._PANEL_WIDTH) + 12 <= 840


def test_exactly_half_is_not_above():
    assert "yes" not in sliders._picture([0, 0], ["a", "b"])


@pytest.mark.parametrize("logits", [[0, 6], [-0.1, 0.1], [-1, -6], [6, -6]])
def test_no_word_is_cut_off_or_crossed_by_the_line(logits):
    picture = sliders._picture(logits, ["a", "b"])
    for x, text in re.findall(r'<text x="([\d.]+)"[^>]*>(0\.\d\d[^<]*|1\.00[^<]*)</text>', picture):
        if text == "0.5":
            continue
        start = float(x) - sliders._NAME_WIDTH
        end, middle = start + 9 * len(text), sliders._BAR_WIDTH / 2
        assert end <= sliders._PANEL_WIDTH + 5 and start >= 0
        assert start > middle or start + 7.5 * len(text) < middle + 6, (text, start)


@pytest.mark.parametrize("logits", [[1.0], [1.0, np.nan], [[1.0, 2.0]]])
def test_bad_logits_are_refused(logits):
    for function in (
        sliders._picture, sliders._describe, sliders._fit_to_sliders,
    ):  # fmt: skip
        with pytest.raises(ValueError, match="2 finite numbers, one for each label"):
            function(logits, ["a", "b"])


def test_bad_taggers_and_presets_are_refused():
    with pytest.raises(TypeError, match=r"tagger is str, expected what models\.load_tagger"):
        sliders.two_activations("tagger")
    one = SimpleNamespace(model=None, tokenizer=None, label_names=["spam"])
    with pytest.raises(ValueError, match="2 labels or more to compare, got 1"):
        sliders.two_activations(one)
    with pytest.raises(ValueError, match=r"no preset 'both'\. Choose one of two true labels"):
        sliders._preset_logits("both", 4)


def test_all_that_fits_is_left_alone():
    assert sliders._fit_to_sliders([-6, 5.96], ["a", "b"]) == ([-6.0, 6.0], "All its logits fit.")


def test_light_to_import(run_python):
    heavy = "{'torch', 'transformers', 'ipywidgets'} & set(sys.modules)"
    assert run_python(f"import sys, helpers.widgets.activations; print({heavy})").strip() == "set()"


def test_what_a_front_end_sends_back_is_no_move(shown):
    shown.preset.value = sliders._OWN_TEXT
    shown.moving[0].value += 1e-12
    assert shown.preset.value == sliders._OWN_TEXT
    shown.moving[0].value += 0.1
    assert shown.preset.value is None
