"""What the model reads: texts as pieces with ids and mask, and a viewer to try it in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from helpers import _validate as validate
from helpers._html import Html, announced, cell, join, table, tag
from helpers.plots import PREDICTED
from helpers.widgets._show import WIDE, Controls, show

# A pasted page must not make the picture slow: this is the most that is read and drawn.
_MAX_TEXTS = 6
_MAX_CHARACTERS = 1000  # of one text
_MAX_ALLOWED = 64  # the slider's end
_MAX_CUT_DRAWN = 16  # cut pieces of one text

# The page shines through, light or dark, and the text has its color: so both themes can read it.
# Edges have 3:1 and more against white and against #111111.
_STRIPES = "repeating-linear-gradient(45deg,transparent 0 4px,#80808040 4px 6px)"
_GRAY = "#767676"
_LOOKS = {
    "word": "background:#0072B233;border:1px solid #0072B2",
    "inside": "background:#E69F0033;border:1px dotted #9A6B00",
    "unknown": "background:#D55E0033;border:3px double #D55E00",
    "special": f"background:{_STRIPES};border:1px solid {_GRAY}",
    "padding": f"background:{_STRIPES};border:1px dashed {_GRAY}",
    "cut": f"border:1px dashed {_GRAY};text-decoration:line-through",
}


@dataclass(frozen=True)
class _Piece:
    """One token: its text, its id, its attention mask bit, and what kind it is.

    ``kind`` is "word" (begins a word), "inside" (goes on with one, ##), "unknown" ([UNK]),
    "special" ([CLS], [SEP]) or "padding" ([PAD]).
    """

    text: str
    id: int
    mask: int
    kind: str


@dataclass(frozen=True)
class _Row:
    """One text of a batch: the pieces the model gets, and those that truncation cut off."""

    pieces: list[_Piece]
    cut: list[str] = field(default_factory=list)


def token_viewer(tokenizer, texts: Sequence[str], longest: int = 16) -> None:
    """Show texts to type over as the batch of tokens that a model would get.

    One line is one text; empty lines are left out. A slider sets the most tokens a text may
    have. Only the first texts and characters of something long are read, and the picture says so.

    Args:
        tokenizer: a tokenizer that has a padding token and truncates at the end.
        texts: what stands in the box at first, a line for each.
        longest: where the slider stands at first, special tokens included.

    Raises:
        ValueError: no texts, no padding token, or ``longest`` is off the slider.
        TypeError: ``texts`` is no list of strings, or ``longest`` no whole number.
    """
    import ipywidgets

    texts = [" ".join(text.split()) for text in _checked(tokenizer, texts)]
    least = tokenizer.num_special_tokens_to_add() + 1
    longest = validate.whole(longest, "longest", least, _MAX_ALLOWED)
    viewer = _TokenViewer(tokenizer, texts, least, longest)
    shown, _ = _first(viewer.box.value)
    rows = _read_batch(tokenizer, shown, longest)
    show(
        ipywidgets.VBox([viewer.box, viewer.slider, viewer.drawn]),
        _batch_table(rows),
        has_sliders=True,
    )


class _TokenViewer(Controls):
    def __init__(self, tokenizer, texts: list[str], least: int, longest: int):
        import ipywidgets

        self.tokenizer = tokenizer
        wide = {**WIDE, "max_width": "700px"}
        self.box = ipywidgets.Textarea(
            value="\n".join(texts), description="Your texts", layout={**wide, "height": "6em"}
        )
        self.slider = ipywidgets.IntSlider(
            value=longest,
            min=least,
            max=_MAX_ALLOWED,
            description="Longest allowed",
            style={"description_width": "initial", "handle_color": PREDICTED},
            layout=wide,
        )
        self.drawn = ipywidgets.HTML()
        for control in (self.box, self.slider):
            self.when(control, self.draw)
        self.draw()

    def draw(self, _changed=None) -> None:
        texts, notes = _first(self.box.value)
        if not texts:
            self.drawn.value = tag("p", "Type a text above; each line is one text.")
            return
        rows = _read_batch(self.tokenizer, texts, self.slider.value)
        drawing = _draw_batch(rows)
        said = (tag("p", tag("b", "Note:"), f" {note}") for note in notes)
        # The sums stand above what they sum: they stay in place, however many boxes there are.
        self.drawn.value = join(announced(_summary(rows), *said), drawing)


def _first(typed: str) -> tuple[list[str], list[str]]:
    """Take as much of what was typed as is drawn, and say in notes what was left out."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    notes = []
    if len(lines) > _MAX_TEXTS:
        notes.append(f"only the first {_MAX_TEXTS} of {len(lines)} texts are drawn.")
    long = [i for i, line in enumerate(lines[:_MAX_TEXTS], 1) if len(line) > _MAX_CHARACTERS]
    if long:
        numbers = ", ".join(map(str, long))
        notes.append(f"only the first {_MAX_CHARACTERS} characters are read of text {numbers}.")
    return [line[:_MAX_CHARACTERS] for line in lines[:_MAX_TEXTS]], notes


def _read_batch(tokenizer, texts: Sequence[str], max_length: int) -> list[_Row]:
    """Tokenize texts as one batch, padded to the longest, and keep what truncation cuts off.

    Args:
        tokenizer: a tokenizer that has a padding token and truncates at the end.
        texts: one or more strings.
        max_length: the most tokens a text may have, special tokens included.

    >>> from helpers.models import load_tagger
    >>> rows = _read_batch(load_tagger().tokenizer, ["Extra time again", "Goal"], max_length=4)
    >>> [[piece.text for piece in row.pieces] for row in rows]
    [['[CLS]', 'extra', 'time', '[SEP]'], ['[CLS]', 'goal', '[SEP]', '[PAD]']]
    >>> rows[0].cut, [piece.mask for piece in rows[1].pieces]
    (['again'], [1, 1, 1, 0])
    """
    texts = _checked(tokenizer, texts)
    least = tokenizer.num_special_tokens_to_add() + 1
    # The special tokens take their places, and one piece of text needs room too.
    max_length = validate.whole(max_length, "max_length", least)
    batch = tokenizer(
        texts,
        padding=True,
        truncation=True,
        max_length=max_length,
        return_special_tokens_mask=True,
        return_attention_mask=True,
    )
    names = ("input_ids", "attention_mask", "special_tokens_mask")
    whole = tokenizer(texts, verbose=False)["input_ids"]
    each = zip(*(batch[name] for name in names), whole, strict=True)
    return [_read_row(tokenizer, *one) for one in each]


def _read_row(tokenizer, ids, mask, added, whole) -> _Row:
    """Put one text of a batch in pieces: its ids, mask bits and special tokens, and all its ids."""
    names = tokenizer.convert_ids_to_tokens(ids)
    pieces = [
        _Piece(name, i, bit, _kind(tokenizer, name, i, bit))
        for name, i, bit in zip(names, ids, mask, strict=True)
    ]
    kept = sum(mask)
    flags = [flag for flag, bit in zip(added, mask, strict=True) if bit]
    # Special tokens at the end stay; the pieces before them are what is cut.
    closing = next((k for k, flag in enumerate(reversed(flags)) if not flag), kept)
    cut = whole[kept - closing : len(whole) - closing]
    return _Row(pieces, tokenizer.convert_ids_to_tokens(cut))


def _kind(tokenizer, name: str, token_id: int, mask: int) -> str:
    if mask == 0:
        return "padding"
    if token_id == tokenizer.unk_token_id:
        return "unknown"
    if token_id in tokenizer.all_special_ids:
        return "special"
    return "inside" if name.startswith("##") else "word"


def _draw_batch(rows: Sequence[_Row]) -> Html:
    """Draw a batch as boxes: each piece above its id and its mask bit.

    Colors are never the only sign: pieces inside a word begin with ##, special tokens and
    padding are striped and say so, and what is cut off is struck through.
    """
    parts = []
    for i, row in enumerate(rows, start=1):
        boxes = map(_box, row.pieces)
        parts.append(tag("div", tag("b", f"Text {i}"), style="margin-top:0.5em"))
        parts.append(tag("div", *boxes, role="list", aria_label=f"Tokens of text {i}"))
        if row.cut:
            drawn = [_boxed("cut", tag("s", name)) for name in row.cut[:_MAX_CUT_DRAWN]]
            more = len(row.cut) - len(drawn)
            rest = f" and {more} more, not drawn" if more else ""
            label = f"Cut off from text {i}"
            parts.append(tag("div", "Cut off: ", *drawn, rest, role="list", aria_label=label))
    key = "In each box: the piece, its id, its attention mask bit."
    parts.append(tag("div", key, style="margin-top:0.5em"))
    return tag("div", *parts, style="max-width:800px")


def _box(piece: _Piece) -> Html:
    said = [tag("small", piece.kind)] if piece.kind in ("unknown", "special", "padding") else []
    return _boxed(piece.kind, *said, tag("b", piece.text), piece.id, piece.mask)


def _boxed(kind: str, *lines) -> Html:
    look = (
        "display:inline-block;vertical-align:bottom;margin:2px;padding:1px 4px;text-align:center;"
        f"line-height:1.25;{_LOOKS[kind]}"
    )
    return tag("div", *(tag("div", line) for line in lines), role="listitem", style=look)


def _batch_table(rows: Sequence[_Row]) -> Html:
    """Put a batch in a table, a column for each text: what is saved for readers without a kernel.

    >>> row = _Row([_Piece("goal", 3125, 1, "word")], ["!"])
    >>> "goal · 3125 · mask 1" in _batch_table([row]), "<s>!</s> cut off" in _batch_table([row])
    (True, True)
    """
    columns = []
    for row in rows:
        column = [f"{piece.text} · {piece.id} · mask {piece.mask}" for piece in row.pieces]
        column += [join(tag("s", name), " cut off") for name in row.cut[:_MAX_CUT_DRAWN]]
        if len(row.cut) > _MAX_CUT_DRAWN:
            column.append(f"and {len(row.cut) - _MAX_CUT_DRAWN} more cut off")
        columns.append(column)
    return table(
        "Pieces of each text",
        ["", *(f"text {i}" for i in range(1, len(rows) + 1))],
        "r" + "l" * len(rows),
        (
            [cell(i, "r", "th", scope="row"), *cells]
            for i, cells in enumerate(zip_longest(*columns, fillvalue=""), 1)
        ),
        f"Each cell: the piece · its id · its attention mask bit. {_summary(rows)}",
    )


def _summary(rows: Sequence[_Row]) -> str:
    """Say in a sentence how large a batch is, and how much of it is padding or was cut.

    >>> pieces = [_Piece("goal", 3125, 1, "word"), _Piece("[PAD]", 0, 0, "padding")]
    >>> _summary([_Row(pieces, ["!"])])
    'The batch is 1 text of 2 tokens: 1 read, 1 padding. Cut off: 1 piece.'
    """
    padding = sum(piece.mask == 0 for row in rows for piece in row.pieces)
    total = sum(len(row.pieces) for row in rows)
    cut = sum(len(row.cut) for row in rows)
    return (
        f"The batch is {_count(len(rows), 'text')} of {_count(len(rows[0].pieces), 'token')}: "
        f"{total - padding} read, {padding} padding. Cut off: {_count(cut, 'piece')}."
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _checked(tokenizer, texts) -> list[str]:
    texts = validate.texts(texts)
    if not any(text.strip() for text in texts):
        raise ValueError("texts holds no text. Pass at least one string that is not empty.")
    if getattr(tokenizer, "pad_token", None) is None:
        raise ValueError(
            "This tokenizer has no padding token, so it cannot make a batch. Give it one: "
            "tokenizer.pad_token = tokenizer.eos_token"
        )
    return texts
