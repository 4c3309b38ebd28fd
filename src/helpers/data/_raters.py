"""Rows that belong together: one per rater, or one per label, of the same text."""

import re
from collections import Counter

import numpy as np

from helpers.data._found import Found, as_text, both_readings

RATERS = re.compile(
    r"rater|rater_?id|annotator|annotator_?id|worker|worker_?id|coder|coder_?id|judge", re.I
)


def settle(found: Found, where: str, texts, targets, ids, rater_column, repeated):
    """Make one row of each text that several raters judged, or that has a row for each label.

    Returns:
        Texts, targets, and what is to be said about it.
    """
    keys = ids or texts
    names = [name for name in found.names if RATERS.fullmatch(name)]
    if rater_column is not None:
        names = [rater_column]
    if repeated is None:
        if names:
            raters = [as_text(cell) for cell in found.column(names[0])]
            repeated = "raters" if len({*raters}) > 1 else "texts"
        elif ids is None:
            return texts, targets, _said_of_twins(found, texts, targets)
        else:
            _uncertain(found, where, keys, texts)
    if repeated == "texts":
        return texts, targets, _said_of_twins(found, texts, targets)
    _, first, group = np.unique(
        np.array(keys, dtype=object), return_index=True, return_inverse=True
    )
    order = np.argsort(first, kind="stable")  # as in the file
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    group = place[group]
    sums = np.zeros((len(order), targets.shape[1]))
    np.add.at(sums, group, targets)
    counts = np.bincount(group)[:, None]
    texts = [texts[i] for i in first[order]]
    if repeated == "labels":
        said = f"the rows of each {'id' if ids else 'text'} put together"
        return texts, (sums > 0).astype(np.float32), [said]
    judged = counts[:, 0] > 1
    split = ((sums > 0) & (sums < counts))[judged]
    ties = int((2 * sums == counts).sum())
    often = Counter(counts[:, 0].tolist())
    raters = f"{min(often)} to {max(often)}" if len(often) > 1 else f"{min(often)}"
    said = (
        f"{raters} raters per text settled by majority, who disagreed in "
        f"{split.mean():.1%} of the decisions"
    )
    if ties:
        said += f" ({ties:,} ties count as no)"
    return texts, (2 * sums > counts).astype(np.float32), [said]


def _said_of_twins(found: Found, texts, targets) -> list[str]:
    extra = len(texts) - len({*texts})
    if not extra:
        return []
    first, different, place = {}, set(), ""
    for i, (text, row) in enumerate(zip(texts, targets, strict=True)):
        k = first.setdefault(text, i)
        different.add((text, row.tobytes()))
        if not place and (row != targets[k]).any():
            place = f" (such as {found.unit}s {found.numbers[k]} and {found.numbers[i]})"
    said = f"{extra:,} rows repeat a text" if extra != 1 else "1 row repeats a text"
    other = len(different) - len(first)
    return [said + (f", {other:,} with other labels{place}" if other else "")]


def _uncertain(found, where, keys, texts):
    key = next(key for key, count in Counter(keys).items() if count > 1)
    rows = [found.numbers[i] for i, one in enumerate(keys) if one == key][:2]
    readings = {
        'repeated="raters"': "each row is one person's opinion; the majority counts",
        'repeated="labels"': "each row is one label of the text; all count",
        'repeated="texts"': "each row is a text of its own",
    }
    place = f"{where}, {found.unit}s {rows[0]} and {rows[1]}"
    raise ValueError(
        both_readings(f"{place} have the same id, {key!r}; it is not certain why", readings)
    )
