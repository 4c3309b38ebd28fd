"""Labels as 0s and 1s at the end of every row, read all at once: thousands of columns, no wait.

This is the way of most large files. It is taken only where every byte of them is as it should be;
anything else goes the slow way, which says what is wrong.
"""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np

_QUOTE, _LINE_FEED, _RETURN, _ZERO = b'"\n\r0'
_PART = 1 << 19  # bytes that are looked at at once, few enough to use the same memory again


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
    # Two ways through the file, side by side: a thread reads the first columns, this one the block.
    with ThreadPoolExecutor(max_workers=1) as beside:
        return _read_block(open_bytes, codec, delimiter, beside)


def _read_block(open_bytes, codec: str, delimiter: str, beside: ThreadPoolExecutor):
    names, front, wide, blocks, numbers, above = None, None, 0, [], [], 0
    for data, ends, feeds in _records(open_bytes, ord(delimiter)):
        if data is None:
            return None
        starts = np.append(0, ends[:-1] + 1)
        stops = ends - (data[ends - 1] == _RETURN) * (ends > 0)
        full = stops > starts
        starts, stops = starts[full], stops[full]
        numbers.append(above + np.searchsorted(feeds, starts) + 1)
        above += len(feeds)
        if names is None:
            if len(starts) < 2:
                return None
            mark = 3 if data[:3].tobytes() == b"\xef\xbb\xbf" else 0
            try:
                names = _cells(data[starts[0] + mark : stops[0]], codec, delimiter)
                wide = _width(names, _cells(data[starts[1] : stops[1]], codec, delimiter))
            except UnicodeDecodeError:
                return None
            if not wide:
                return None
            front = beside.submit(_front, open_bytes, codec, delimiter, names[:-wide])
            starts, stops, numbers[0] = starts[1:], stops[1:], numbers[0][1:]
        block = _last_cells(data, starts, stops, ord(delimiter), wide)
        if block is None:
            return None
        blocks.append(block)
    if front is None:
        return None
    numbers, block = np.concatenate(numbers).tolist(), np.concatenate(blocks)
    front = front.result()  # the slower of the two ways, so it is waited for last
    if front is None or front.num_rows != len(block):
        return None
    return names, front, numbers, block


def _records(open_bytes, sign: int):
    """Yield the file part by part: bytes, where its records end, where its lines end.

    A part ends where a record does. Three times None says that quotes stand elsewhere than around
    cells, or that they may as well be letters.
    """
    quoted, many_lines, width = False, False, None
    memory, held = np.empty(2 * _PART, dtype=np.uint8), 0  # used again for every part
    with open_bytes() as file:
        while True:
            if 2 * held > len(memory):  # a record may be longer than a part
                memory = np.resize(memory, 2 * len(memory))
            more = file.readinto(memory[held:-1])
            if not more and not held:
                break
            held += more
            if not more and memory[held - 1] != _LINE_FEED:
                memory[held] = _LINE_FEED
                held += 1
            data = memory[:held]
            feeds, quotes = np.flatnonzero(data == _LINE_FEED), np.flatnonzero(data == _QUOTE)
            inside = np.searchsorted(quotes, feeds) % 2 == 1
            ends = feeds[~inside]
            if more and len(ends) < 2:
                continue
            stop = int(ends[-1]) + 1 if len(ends) else 0
            held -= stop
            if not stop or (not more and held) or not _around_cells(data[:stop], quotes, sign):
                yield None, None, None
                return
            feeds, quoted = feeds[feeds < stop], quoted or len(quotes) > 0
            many_lines |= bool(inside[: len(feeds)].any())
            if quoted and width != -1:  # does every line have as many separators by itself?
                signs = np.searchsorted(np.flatnonzero(data[:stop] == sign), feeds)
                counts = {*np.diff(signs, prepend=0).tolist()} | ({width} - {None})
                width = counts.pop() if len(counts) == 1 else -1
            yield data[:stop], ends, feeds
            memory[:held] = data[stop:].copy()
    if many_lines and width != -1:
        yield None, None, None


def _around_cells(data, quotes, sign: int) -> bool:
    """Tell whether quotes stand at the ends of cells, or twice inside of quoted ones."""
    quotes = quotes[quotes < len(data)]
    around = np.zeros(256, dtype=bool)
    around[[sign, _LINE_FEED, _RETURN, _QUOTE]] = True
    opening, closing = quotes[::2], quotes[1::2]
    before = data[opening[opening > 0] - 1]
    return bool(around[before].all() and around[data[closing + 1]].all())


def _cells(record, codec: str, delimiter: str) -> list[str]:
    with long_cells():
        text = io.StringIO(record.tobytes().decode(codec), newline="")
        return next(csv.reader(text, delimiter=delimiter), [])


def _width(names: list[str], first: list[str]) -> int:
    """Count the columns at the end that begin with 0 or 1; 0 if the header does not fit."""
    wide = 0
    while wide < len(first) and first[-1 - wide] in ("0", "1"):
        wide += 1
    fits = wide < len(first) == len(names) and len({*names}) == len(names)
    return wide if fits and not {"0", "1"} & {*names[len(names) - wide :]} else 0


def _last_cells(data, starts, stops, sign: int, wide: int):
    """Read the last cells of every row; None unless each is one 0 or 1 after a separator."""
    if (stops - starts < 2 * wide).any():
        return None
    block = np.empty((len(starts), wide), dtype=np.float32)
    if not len(starts):
        return block
    pairs = np.lib.stride_tricks.sliding_window_view(data, 2 * wide)
    some = pairs[stops - 2 * wide]  # separator, digit, separator, digit, ...
    values = some[:, 1::2] - _ZERO  # what is no digit wraps round to a large number
    if values.max() > 1 or (some[:, ::2] != sign).any():
        return None
    block[:] = values
    return block


def _front(open_bytes, codec: str, delimiter: str, names: list[str]):
    """Read the named columns, which stand before the block."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    try:
        with open_bytes() as file:
            return arrow.read_csv(
                file,
                # Small parts, one after another: new memory is what costs most of the time here,
                # and Arrow's own allocator is slow at first.
                arrow.ReadOptions(use_threads=False, block_size=1 << 20, encoding=codec),
                arrow.ParseOptions(delimiter=delimiter, newlines_in_values=True),
                arrow.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), include_columns=names
                ),
                memory_pool=pa.system_memory_pool(),
            )
    except pa.ArrowException:
        return None
