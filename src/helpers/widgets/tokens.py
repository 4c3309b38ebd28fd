"""What the model reads: texts as pieces with ids and mask, and a viewer to try it in."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, field

from helpers.widgets import show

# A pasted page must not make the picture slow: this is the most that is read and drawn.
MAX_TEXTS = 6
MAX_CHARACTERS = 1000  # of one text
MAX_ALLOWED = 64  # the slider's end
MAX_CUT_DRAWN = 16  # cut pieces of one text

# Pale tints of Okabe and Ito's palette under dark text, so that both themes can read them.
_WORD, _INSIDE, _UNKNOWN, _CUT = "#CFE6F5", "#FBE3B0", "#F6CDB5", "#EEEEEE"
_STRIPES = "repeating-linear-gradient(45deg,#FFFFFF 0 4px,#D9D9D9 4px 6px)"
_LOOKS = {
    "word": f"background:{_WORD};border:1px solid #0072B2",
    "inside": f"background:{_INSIDE};border:1px dotted #8A5F00",
    "unknown": f"background:{_UNKNOWN};border:3px double #D55E00",
    "special": f"background:{_STRIPES};border:1px solid #444444",
    "padding": f"background:{_STRIPES};border:1px dashed #444444",
    "cut": f"background:{_CUT};border:1px dashed #444444;text-decoration:line-through",
}
_WORDS = {"unknown": "unknown", "special": "special", "padding": "padding", "cut": "cut off"}


@dataclass(frozen=True)
class Piece:
    """One token: its text, its id, its attention mask bit, and what kind it is.

    ``kind`` is "word" (begins a word), "inside" (goes on with one, ##), "unknown" ([UNK]),
    "special" ([CLS], [SEP]) or "padding" ([PAD]).
    """

    text: str
    id: int
    mask: int
    kind: str


@dataclass(frozen=True)
class Row:
    """One text of a batch: the pieces the model gets, and those that truncation cut off."""

    pieces: list[Piece]
    cut: list[str] = field(default_factory=list)


def read_batch(tokenizer, texts: Sequence[str], max_length: int) -> list[Row]:
    """Tokenize texts as one batch, and keep what truncation cuts off.

    Args:
        tokenizer: a tokenizer that has a padding token and truncates at the end.
        texts: one or more strings.
        max_length: the most tokens a text may have, special tokens included.

    Returns:
        A :class:`Row` for each text, all with the same number of pieces: they are padded to the
        longest.

    Raises:
        ValueError: no texts, no padding token, or no room left beside the special tokens.
        TypeError: ``texts`` is one string or holds something else than strings.

    >>> from helpers.models import load_tagger
    >>> rows = read_batch(load_tagger().tokenizer, ["Extra time again", "Goal"], max_length=4)
    >>> [[piece.text for piece in row.pieces] for row in rows]
    [['[CLS]', 'extra', 'time', '[SEP]'], ['[CLS]', 'goal', '[SEP]', '[PAD]']]
    >>> rows[0].cut, [piece.mask for piece in rows[1].pieces]
    (['again'], [1, 1, 1, 0])
    """
    texts = _checked(tokenizer, texts)
    least = tokenizer.num_special_tokens_to_add() + 1
    if not isinstance(max_length, int) or max_length < least:
        raise ValueError(
            f"max_length is {max_length!r}, expected a whole number of {least} or more: the "
            f"special tokens take {least - 1} places, and one piece of text needs room too."
        )
    whole = tokenizer(texts, verbose=False)["input_ids"]
    batch = tokenizer(
        texts,
        padding=True,
        truncation=True,
        max_length=max_length,
        return_special_tokens_mask=True,
        return_attention_mask=True,
    )
    rows = []
    for ids, mask, added, full in zip(
        batch["input_ids"],
        batch["attention_mask"],
        batch["special_tokens_mask"],
        whole,
        strict=True,
    ):
        names = tokenizer.convert_ids_to_tokens(ids)
        pieces = [
            Piece(name, i, bit, _kind(tokenizer, name, i, bit))
            for name, i, bit in zip(names, ids, mask, strict=True)
        ]
        kept = sum(mask)
        flags = [flag for flag, bit in zip(added, mask, strict=True) if bit]
        # Special tokens at the end stay; the pieces before them are what is cut.
        closing = next((k for k, flag in enumerate(reversed(flags)) if not flag), kept)
        cut = full[kept - closing : len(full) - closing]
        rows.append(Row(pieces, tokenizer.convert_ids_to_tokens(cut)))
    return rows


def draw_batch(rows: Sequence[Row]) -> str:
    """Draw a batch as boxes: each piece above its id and its mask bit.

    Colors are never the only sign: pieces inside a word begin with ##, special tokens and
    padding are striped and say so, and what is cut off is struck through.

    Args:
        rows: what :func:`read_batch` gives.

    Returns:
        HTML whose every text is escaped.
    """
    parts = []
    for number, row in enumerate(rows, start=1):
        parts.append(
            f'<div style="margin-top:0.5em"><b>Text {number}</b></div>'
            f'<div role="list" aria-label="Tokens of text {number}">'
            f"{''.join(_box(p.text, p.id, p.mask, p.kind) for p in row.pieces)}</div>"
        )
        if row.cut:
            drawn = row.cut[:MAX_CUT_DRAWN]
            more = len(row.cut) - len(drawn)
            rest = f" and {more} more, not drawn" if more else ""
            parts.append(
                f'<div role="list" aria-label="Cut off from text {number}">Cut off: '
                f"{''.join(_box(name, None, None, 'cut') for name in drawn)}{rest}</div>"
            )
    key = (
        '<div style="margin-top:0.5em">In each box: the piece, its id, its attention mask '
        "bit.</div>"
    )
    return f'<div style="max-width:700px">{"".join(parts)}{key}<p>{summary(rows)}</p></div>'


def batch_table(rows: Sequence[Row]) -> str:
    """Put a batch in a table, a column for each text: what is saved for readers without a kernel.

    Args:
        rows: what :func:`read_batch` gives.

    Returns:
        HTML whose every text is escaped.
    """
    columns = []
    for row in rows:
        column = [f"{html.escape(p.text)} · {p.id} · mask {p.mask}" for p in row.pieces]
        column += [f"<s>{html.escape(name)}</s> cut off" for name in row.cut[:MAX_CUT_DRAWN]]
        if len(row.cut) > MAX_CUT_DRAWN:
            column.append(f"and {len(row.cut) - MAX_CUT_DRAWN} more cut off")
        columns.append(column)
    height = max(map(len, columns))
    head = "".join(f'<th style="text-align:left">text {i}</th>' for i in range(1, len(rows) + 1))
    body = "".join(
        f'<tr><th style="text-align:right">{i + 1}</th>'
        + "".join(
            f'<td style="text-align:left">{column[i] if i < len(column) else ""}</td>'
            for column in columns
        )
        + "</tr>"
        for i in range(height)
    )
    return (
        '<table aria-label="Pieces of each text"><caption style="text-align:left">'
        f"Each cell: the piece · its id · its attention mask bit. {summary(rows)}</caption>"
        f"<tr><th></th>{head}</tr>{body}</table>"
    )


def summary(rows: Sequence[Row]) -> str:
    """Say in a sentence how large a batch is, and how much of it is padding or was cut.

    >>> summary([Row([Piece("goal", 3125, 1, "word"), Piece("[PAD]", 0, 0, "padding")], ["!"])])
    'The batch is 1 text of 2 tokens: 1 read, 1 padding. Cut off: 1 piece.'
    """
    padding = sum(piece.mask == 0 for row in rows for piece in row.pieces)
    total = sum(len(row.pieces) for row in rows)
    cut = sum(len(row.cut) for row in rows)
    return (
        f"The batch is {_count(len(rows), 'text')} of {_count(len(rows[0].pieces), 'token')}: "
        f"{total - padding} read, {padding} padding. Cut off: {_count(cut, 'piece')}."
    )


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
        TypeError: ``texts`` is one string or holds something else than strings.
    """
    import ipywidgets

    texts = [" ".join(text.split()) for text in _checked(tokenizer, texts)]
    least = tokenizer.num_special_tokens_to_add() + 1
    if not isinstance(longest, int) or not least <= longest <= MAX_ALLOWED:
        raise ValueError(
            f"longest is {longest!r}, expected a whole number from {least} to {MAX_ALLOWED}."
        )

    box = ipywidgets.Textarea(
        value="\n".join(texts),
        description="Your texts",
        layout=ipywidgets.Layout(width="95%", max_width="700px", height="6em"),
    )
    slider = ipywidgets.IntSlider(
        value=longest,
        min=least,
        max=MAX_ALLOWED,
        description="Longest allowed",
        style={"description_width": "initial"},
        layout=ipywidgets.Layout(width="95%", max_width="700px"),
    )

    def picture() -> str:
        shown, notes = _first(box.value)
        if not shown:
            return "<p>Type a text above; each line is one text.</p>"
        drawing = draw_batch(read_batch(tokenizer, shown, slider.value))
        return drawing + "".join(f"<p><b>Note:</b> {note}</p>" for note in notes)

    drawn = ipywidgets.HTML(value=picture())
    for control in (box, slider):
        control.observe(lambda change: setattr(drawn, "value", picture()), names="value")
    shown, _ = _first(box.value)
    fallback = batch_table(read_batch(tokenizer, shown, longest)) if shown else drawn.value
    show(ipywidgets.VBox([box, slider, drawn]), fallback)


def _first(typed: str) -> tuple[list[str], list[str]]:
    """Take as much of what was typed as is drawn, and say in notes what was left out."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    notes = []
    if len(lines) > MAX_TEXTS:
        notes.append(f"only the first {MAX_TEXTS} of {len(lines)} texts are drawn.")
    long = [i for i, line in enumerate(lines[:MAX_TEXTS], 1) if len(line) > MAX_CHARACTERS]
    if long:
        notes.append(
            f"only the first {MAX_CHARACTERS} characters are read of text "
            f"{', '.join(map(str, long))}."
        )
    return [line[:MAX_CHARACTERS] for line in lines[:MAX_TEXTS]], notes


def _box(name: str, token_id: int | None, mask: int | None, kind: str) -> str:
    word = f"<small>{_WORDS[kind]}</small><br>" if kind in _WORDS and kind != "cut" else ""
    shown = html.escape(name)
    if kind == "cut":
        lines = f"<s>{shown}</s>"
    else:
        lines = f"{word}<b>{shown}</b><br>{token_id}<br>{mask}"
    return (
        '<div role="listitem" style="display:inline-block;vertical-align:bottom;'
        "margin:2px;padding:1px 4px;text-align:center;line-height:1.25;color:#111111;"
        f'{_LOOKS[kind]}">{lines}</div>'
    )


def _kind(tokenizer, name: str, token_id: int, mask: int) -> str:
    if mask == 0:
        return "padding"
    if token_id == tokenizer.unk_token_id:
        return "unknown"
    if token_id in tokenizer.all_special_ids:
        return "special"
    return "inside" if name.startswith("##") else "word"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _checked(tokenizer, texts) -> list[str]:
    if isinstance(texts, str):
        raise TypeError(f"texts is one string. Put it in a list: [{texts[:40]!r}]")
    texts = list(texts)
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"texts[{i}] is {text!r} ({type(text).__name__}), expected a string.")
    if not any(text.strip() for text in texts):
        raise ValueError("texts holds no text. Pass at least one string that is not empty.")
    if getattr(tokenizer, "pad_token", None) is None:
        raise ValueError(
            "This tokenizer has no padding token, so it cannot make a batch. Give it one: "
            "tokenizer.pad_token = tokenizer.eos_token"
        )
    return texts
