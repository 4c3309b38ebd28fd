import pytest

from helpers.widgets import tokens


@pytest.fixture
def tokenizer(tagger):
    return tagger.tokenizer


def names(row):
    return [piece.text for piece in row.pieces]


def test_a_batch_is_a_rectangle_and_equals_the_tokenizers_own(tokenizer):
    texts = ["A gaolkeeper saved it", "Goal 🏆"]
    rows = tokens._read_batch(tokenizer, texts, 64)
    own = tokenizer(texts, padding=True)
    assert [[piece.id for piece in row.pieces] for row in rows] == own["input_ids"]
    assert [[piece.mask for piece in row.pieces] for row in rows] == own["attention_mask"]
    assert names(rows[1])[:4] == ["[CLS]", "goal", "[UNK]", "[SEP]"]
    kinds = [piece.kind for piece in rows[1].pieces]
    assert kinds[:5] == ["special", "word", "unknown", "special", "padding"]
    assert "inside" in [piece.kind for piece in rows[0].pieces]
    assert rows[0].cut == rows[1].cut == []


@pytest.mark.parametrize("longest", [3, 5, 9, 10])
def test_what_is_kept_and_what_is_cut_make_up_the_text(tokenizer, longest):
    text = "The goalkeeper saved two penalties in extra time"
    whole = tokenizer.tokenize(text)
    row, _ = tokens._read_batch(tokenizer, [text, "x"], longest)
    kept = [piece.text for piece in row.pieces if piece.kind in ("word", "inside")]
    assert len(row.pieces) == min(longest, len(whole) + 2)
    assert kept + row.cut == whole
    assert names(row)[-1] == "[SEP]"


def test_special_tokens_that_were_typed_are_cut_like_the_rest(tokenizer):
    (row,) = tokens._read_batch(tokenizer, ["one [SEP] two three [PAD] four"], 5)
    assert names(row) == ["[CLS]", "one", "[SEP]", "two", "[SEP]"]
    assert row.cut == ["three", "[PAD]", "four"]


def test_a_text_without_pieces(tokenizer):
    blank, goal = tokens._read_batch(tokenizer, ["\u200b", "goal"], 8)
    assert names(blank) == ["[CLS]", "[SEP]", "[PAD]"] and blank.cut == []
    assert names(goal) == ["[CLS]", "goal", "[SEP]"]


def test_summary_counts(tokenizer):
    rows = tokens._read_batch(tokenizer, ["one two three four", "one"], 4)
    assert tokens._summary(rows) == (
        "The batch is 2 texts of 4 tokens: 7 read, 1 padding. Cut off: 2 pieces."
    )


@pytest.mark.parametrize(
    ("texts", "max_length", "error", "message"),
    [
        ("one string", 8, TypeError, r"Put it in a list: \['one string'\]"),
        (["a", None], 8, TypeError, r"texts\[1\] is None \(NoneType\)"),
        ([], 8, ValueError, "holds no text"),
        ([" "], 8, ValueError, "holds no text"),
        (["a"], 2, ValueError, "whole number of 3 or more"),
        (["a"], 8.0, TypeError, "max_length is 8.0"),
    ],
)
def test_bad_input_is_named(tokenizer, texts, max_length, error, message):
    with pytest.raises(error, match=message):
        tokens._read_batch(tokenizer, texts, max_length)


def test_a_tokenizer_that_cannot_pad_is_refused():
    class NoPadding:
        pad_token = None

    for use in (
        lambda: tokens._read_batch(NoPadding(), ["a"], 8),
        lambda: tokens.token_viewer(NoPadding(), ["a"]),
    ):
        with pytest.raises(ValueError, match=r"tokenizer\.pad_token = tokenizer\.eos_token"):
            use()


@pytest.fixture
def live(tokenizer, catch_shown):
    """Build the viewer; return (text box, slider, picture, what the notebook saves)."""

    def live(texts, **options):
        widget, bundle = catch_shown(tokens.token_viewer, tokenizer, texts, **options)
        return (*widget.children, bundle)

    return live


def boxes(picture):
    return picture.value.count('role="listitem"')


def test_typing_redraws_the_batch(live):
    box, slider, picture, _ = live(["extra time", "goal"])
    assert "<b>extra</b>" in picture.value and boxes(picture) == 8
    assert picture.value.count("padding</small>") == 1
    box.value = "extra time\n\n  \ngoal\nred card now"
    assert "<b>Text 3</b>" in picture.value and boxes(picture) == 15
    assert picture.value.count("padding</small>") == 3
    box.value = " \n "
    assert "Type a text above" in picture.value and not boxes(picture)
    assert box.description and slider.description


def test_the_slider_cuts(live):
    _, slider, picture, _ = live(["one two three four five"], longest=7)
    assert "<s>" not in picture.value and "Cut off: 0 pieces" in picture.value
    slider.value = 5
    assert "<s>four</s>" in picture.value and "<s>five</s>" in picture.value
    assert "<b>four</b>" not in picture.value and "Cut off: 2 pieces" in picture.value
    slider.value = slider.min
    assert slider.value == 3 and "<b>one</b>" in picture.value


def test_the_sums_are_read_out(live):
    _, slider, picture, _ = live(["one two three four five"], longest=7)
    region = '<div aria-live="polite">The batch is 1 text of {} tokens: {} read, 0 padding.'
    assert picture.value.startswith(region.format(7, 7))
    slider.value = 5
    assert picture.value.startswith(region.format(5, 5))


def test_color_is_never_the_only_sign(live):
    _, _, picture, _ = live(["gaolkeeper 🏆", "a"], longest=6)
    for word in ("special</small>", "padding</small>", "##lke"):
        assert word in picture.value
    assert "line-through" in picture.value
    _, _, picture, _ = live(["🏆"])
    assert "unknown</small>" in picture.value
    assert len(set(tokens._LOOKS.values())) == len(tokens._LOOKS)


def test_what_is_typed_is_shown_as_text(live):
    box, slider, picture, saved = live(["<script>&amp;</script>"], longest=4)
    assert "<script" not in picture.value + saved["text/html"]
    assert "&lt;" in picture.value and "&lt;" in saved["text/html"]
    box.value = "goal <img src=x>"
    assert "<img" not in picture.value
    slider.value = 3
    assert "<s>&lt;</s>" in picture.value


def test_a_pasted_page_is_bounded_and_says_so(live):
    box, _, picture, _ = live(["goal"])
    box.value = "\n".join(["a long line of words " * 500] * 40)
    assert "only the first 6 of 40 texts are drawn" in picture.value
    assert "only the first 1000 characters are read of text 1, 2, 3, 4, 5, 6." in picture.value
    assert "more, not drawn" in picture.value
    assert boxes(picture) <= tokens._MAX_TEXTS * (tokens._MAX_ALLOWED + tokens._MAX_CUT_DRAWN)
    box.value = "goal"
    assert "Note:" not in picture.value


def test_the_fallback_is_a_table_that_shows_the_same(live):
    _, _, _, saved = live(["one two three four", "goal"], longest=5)
    table = saved["text/html"]
    assert table.startswith("<table") and "<svg" not in table and "<script" not in table
    assert "<s>four</s> cut off" in table and "[CLS] · 101 · mask 1" in table
    assert "[PAD] · 0 · mask 0" in table and "Cut off: 1 piece." in table
    assert live(["one two three four", "goal"], longest=5)[3]["text/html"] == table
    long = live(["word " * 60], longest=5)[3]["text/html"]
    assert f"and {57 - tokens._MAX_CUT_DRAWN} more cut off" in long


@pytest.mark.parametrize(
    ("longest", "error"), [(2, ValueError), (65, ValueError), (5.5, TypeError)]
)
def test_off_the_slider_is_refused(tokenizer, longest, error):
    with pytest.raises(error, match="from 3 to 64"):
        tokens.token_viewer(tokenizer, ["a"], longest=longest)


def test_a_text_with_line_breaks_stays_one_text(live):
    box, _, picture, _ = live(["extra\ntime"])
    assert box.value == "extra time" and "Text 2" not in picture.value


def test_import_is_light(run_python):
    heavy = "{'torch', 'transformers', 'ipywidgets'}"
    code = f"import sys, helpers.widgets.tokens; print(sorted({heavy} & set(sys.modules)))"
    assert run_python(code).strip() == "[]"
