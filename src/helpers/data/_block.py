"""Labels as 0s and 1s at the end of every row, read all at once: thousands of columns, no wait.

This is the way of most large files. It is taken only where every byte of them is as it should be;
anything else goes the slow way, which says what is wrong.
"""

import csv
import io
from contextlib import contextmanager

import numpy as np

_QUOTE, _LINE_FEED, _RETURN, _ZERO = b'"\n\r0'


@contextmanager
def long_cells():
    """Let csv read texts of more than its 131,072 letters."""
    limit = csv.field_size_limit(1 << 30)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def read_block(open_bytes, codec: str, delimiter: str):
    """Return names, the first columns, their rows' numbers and the block; None if it won't do.

    Returns:
        The header; a ``pyarrow.Table`` of the cells before the block; each row's number, as an
        editor counts; float32 ``(n_rows, n_last_columns)``.
    """
    with open_bytes() as file:
        content = file.read()
    data, sign = np.frombuffer(content, dtype=np.uint8), ord(delimiter)
    feeds = np.flatnonzero(data == _LINE_FEED)
    ends = _record_ends(data, feeds, sign)
    if ends is None or len(ends) < 2:
        return None
    if ends[-1] != len(data) - 1:
        ends = np.append(ends, len(data))
    starts = np.append(0, ends[:-1] + 1)
    stops = ends - (data[ends - 1] == _RETURN)
    full = stops > starts
    starts, stops = starts[full], stops[full]
    mark = len(b"\xef\xbb\xbf") if content.startswith(b"\xef\xbb\xbf") else 0

    def cells(i: int) -> list[str]:
        line = content[starts[i] + (0 if i else mark) : stops[i]].decode(codec)
        with long_cells():
            return next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter), [])

    if len(starts) < 2:
        return None
    names, first = cells(0), cells(1)
    wide = 0
    while wide < len(first) and first[-1 - wide] in ("0", "1"):
        wide += 1
    last = set(names[len(names) - wide :])
    if not 0 < wide < len(first) == len(names) or last & {"0", "1"}:
        return None
    block = _last_cells(data, starts[1:], stops[1:], sign, wide)
    if block is None:
        return None
    numbers = (np.searchsorted(feeds, starts[1:]) + 1).tolist()
    below = memoryview(content)[starts[1] :]
    if codec != "utf-8":
        below = bytes(below).decode(codec).encode()
    front = _front(below, delimiter, len(names), wide)
    if front is None or front.num_rows != len(block):
        return None
    return names, front, numbers, block


def _record_ends(data, feeds, sign: int):
    """Find the line ends outside of quotes; None where quotes stand elsewhere than around cells."""
    quotes = np.flatnonzero(data == _QUOTE)
    if not len(quotes):
        return feeds
    if len(quotes) % 2:
        return None
    around = [sign, _LINE_FEED, _RETURN, _QUOTE]
    opening, closing = quotes[::2], quotes[1::2]
    before = data[opening[opening > 0] - 1]
    after = data[closing[closing < len(data) - 1] + 1]
    if not (np.isin(before, around).all() and np.isin(after, around).all()):
        return None
    inside = np.searchsorted(quotes, feeds) % 2 == 1
    if inside.any():
        # Could each line stand for itself, so that quotes are letters? Then nothing is certain.
        some = feeds[: 1 + int(np.argmax(inside)) + 200]
        signs = np.flatnonzero(data[: some[-1]] == sign)
        counts = np.diff(np.searchsorted(signs, np.append(0, some)))
        if (counts == counts[0]).all():
            return None
    return feeds[~inside]


def _last_cells(data, starts, stops, sign: int, wide: int):
    """Read the last cells of every row; None unless each is one 0 or 1 after a separator."""
    if (stops - starts < 2 * wide).any():
        return None
    block = np.empty((len(starts), wide), dtype=np.float32)
    pairs = np.lib.stride_tricks.sliding_window_view(data, 2 * wide)
    step = max(1, 1_000_000 // wide)
    for i in range(0, len(starts), step):
        some = pairs[stops[i : i + step] - 2 * wide]  # separator, digit, separator, digit, ...
        values = some[:, 1::2] - _ZERO  # what is no digit wraps round to a large number
        if values.max() > 1 or (some[:, ::2] != sign).any():
            return None
        block[i : i + step] = values
    return block


def _front(below, delimiter: str, n_columns: int, wide: int):
    """Read all columns but the last ones, from the bytes below the header."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    names = [str(k) for k in range(n_columns)]
    first = names[: n_columns - wide]
    try:
        return arrow.read_csv(
            pa.py_buffer(below),
            arrow.ReadOptions(column_names=names, block_size=1 << 24),
            arrow.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            arrow.ConvertOptions(
                column_types=dict.fromkeys(first, pa.string()), include_columns=first
            ),
        )
    except pa.ArrowInvalid:
        return None
