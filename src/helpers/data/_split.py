"""``split``: texts dealt into parts by their labels, near-duplicates kept together."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from helpers import _validate as validate

_ALIKE = 0.7  # share of common word triples from which on two texts are near-duplicates
_BANDS, _ROWS = 20, 4  # finds 99.6 % of the pairs that share 0.7


def split(
    dataset,
    label_names: Sequence[str] | None = None,
    shares: Mapping[str, float] | None = None,
    seed: int = 0,
    quiet: bool = False,
):
    """Deal texts into train, validation and test, so that each label is in all in its share.

    Near-duplicates (seven tenths of their word triples in common) go into one part together: else
    the test would ask for what training has shown. The parts are dealt label by label, the rarest
    first, each text to the part that lacks this label most. A table of the labels is printed.

    Args:
        dataset: with columns ``text`` and ``labels``, as :func:`load_table` returns it.
        label_names: for the table; None counts the labels.
        shares: of each part; by default train 0.6, validation 0.2 and test 0.2.
        seed: decides ties; the same seed deals alike.
        quiet: True prints nothing.

    Returns:
        A ``datasets.DatasetDict`` of the parts, their texts in the order of ``dataset``.

    Source: Sechidis, Tsoumakas and Vlahavas (2011), "On the Stratification of Multi-Label Data".

    >>> from helpers.data._newsdesk import load_newsdesk
    >>> parts = split(load_newsdesk(split="test"), quiet=True)
    >>> {name: part.num_rows for name, part in parts.items()}
    {'train': 240, 'validation': 80, 'test': 80}
    """
    from datasets import Dataset, DatasetDict

    if not isinstance(dataset, Dataset):
        raise TypeError(
            f"dataset is {type(dataset).__name__}, expected a datasets.Dataset with columns text "
            "and labels, as data.load_table returns it."
        )
    missing = {"text", "labels"} - set(dataset.column_names)
    if missing:
        raise ValueError(
            f"dataset has no column {sorted(missing)[0]!r}; it has "
            f"{validate.listed(dataset.column_names)}. Use dataset.rename_column."
        )
    shares = _checked_shares(shares)
    seed = validate.seed(seed)
    targets = validate.targets(list(dataset["labels"]), "dataset['labels']").astype(bool)
    if label_names is not None:
        label_names = validate.names(label_names, n_labels=targets.shape[1])
    groups = near_duplicates(validate.texts(dataset["text"], "dataset['text']"))
    part_of = _deal(targets, groups, np.array(list(shares.values())), np.random.default_rng(seed))
    parts = {name: np.flatnonzero(part_of == k) for k, name in enumerate(shares)}
    empty = [name for name, rows in parts.items() if not len(rows)]
    if empty:
        raise ValueError(
            f"{len(targets)} texts, near-duplicates counted once {len(set(groups.tolist()))}, are "
            f"too few: nothing is left for {empty[0]}. Use fewer parts, or more texts."
        )
    if not quiet:
        print(_table(targets, groups, parts, label_names))
    return DatasetDict({name: dataset.select(rows) for name, rows in parts.items()})


def near_duplicates(texts: list[str]) -> np.ndarray:
    """Number the groups of texts that are nearly the same; a text alone is a group.

    Word triples are compared, by MinHash first and then by themselves.

    >>> near_duplicates(["A late goal wins it.", "a late GOAL wins it!", "Rain."]).tolist()
    [0, 0, 2]
    """
    sets = [_triples(text) for text in texts]
    group = np.arange(len(texts))

    def root(i: int) -> int:
        while group[i] != i:
            group[i] = i = group[group[i]]
        return i

    prime = (1 << 31) - 1
    draw = np.random.default_rng(0)
    slopes, offsets = draw.integers(1, prime, (2, _BANDS * _ROWS), dtype=np.uint64)
    buckets: dict = {}
    for i, triples in enumerate(sets):
        hashes = np.array(sorted(triples), dtype=np.uint64)[:, None]
        signature = ((hashes * slopes + offsets) % prime).min(axis=0)
        for band in range(_BANDS):
            key = (band, signature[band * _ROWS : (band + 1) * _ROWS].tobytes())
            first = buckets.setdefault(key, i)
            a, b = root(first), root(i)
            if a != b and len(sets[first] & triples) >= _ALIKE * len(sets[first] | triples):
                group[max(a, b)] = min(a, b)
    return np.array([root(i) for i in range(len(texts))])


def _triples(text: str) -> set[int]:
    """Hash each three words in a row, the same on every machine and in every process."""
    import zlib

    words = re.findall(r"\w+", text.casefold()) or [text]
    rows = [" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))]
    return {zlib.crc32(row.encode()) & 0x7FFFFFFF for row in rows}


def _deal(targets: np.ndarray, groups: np.ndarray, shares: np.ndarray, draw) -> np.ndarray:
    """Give each group to a part: the rarest label first, to the part that lacks it most."""
    names, member = np.unique(groups, return_inverse=True)
    sizes = np.bincount(member)
    holds = np.zeros((len(names), targets.shape[1]), dtype=np.int64)
    np.add.at(holds, member, targets)
    lacks_texts = shares * len(targets)
    lacks = shares[:, None] * targets.sum(axis=0)  # (n_parts, n_labels)
    left, open_ = holds.sum(axis=0), np.ones(len(names), dtype=bool)
    part = np.full(len(names), -1)
    order = draw.permutation(len(names))
    order = order[np.argsort(-sizes[order], kind="stable")]  # what is large is hard to place later
    of_label = [order[holds[order, k] > 0] for k in range(targets.shape[1])]

    def give(g: int, need: np.ndarray) -> None:
        best = np.flatnonzero(need >= need.max() - 1e-9)
        best = best[lacks_texts[best] >= lacks_texts[best].max() - 1e-9]
        k = int(best[0] if len(best) == 1 else draw.choice(best))
        part[g], open_[g] = k, False
        lacks_texts[k] -= sizes[g]
        lacks[k] -= holds[g]
        left[:] -= holds[g]

    while (left > 0).any():
        label = int(np.argmin(np.where(left > 0, left, np.iinfo(np.int64).max)))
        for g in of_label[label]:
            if open_[g]:
                give(g, lacks[:, label])
    for g in order:
        if open_[g]:
            give(g, lacks_texts)
    return part[member]


def _checked_shares(shares) -> dict[str, float]:
    if shares is None:
        return {"train": 0.6, "validation": 0.2, "test": 0.2}
    if not isinstance(shares, Mapping) or not shares:
        raise TypeError(
            f'shares is {validate.short(shares)}, expected a dict such as {{"train": 0.8, '
            '"test": 0.2}.'
        )
    checked = {}
    for name, value in shares.items():
        checked[validate.string(name, "a name in shares")] = validate.share(
            value, f"shares[{name!r}]", 0.2
        )
    total = sum(checked.values())
    if abs(total - 1) > 1e-6:
        raise ValueError(f"shares add up to {total:g}, expected 1. Change one of them.")
    return checked


def _table(targets, groups, parts, label_names) -> str:
    """Show how many texts of each part have each label."""
    names = label_names or [f"label {k}" for k in range(targets.shape[1])]
    shown = np.argsort(targets.sum(axis=0), kind="stable")[:30]
    width = max(len("near-duplicates"), *(len(names[k]) for k in shown))
    lines = [" " * width + "".join(f"{name:>12}" for name in parts)]
    lines.append(f"{'texts':{width}}" + "".join(f"{len(rows):12,}" for rows in parts.values()))
    for k in sorted(shown):
        counts = [int(targets[rows, k].sum()) for rows in parts.values()]
        lines.append(f"{names[k]:{width}}" + "".join(f"{count:12,}" for count in counts))
    if len(names) > len(shown):
        lines.append(f"(the {len(shown)} rarest of {len(names):,} labels)")
    several = Counter(groups.tolist())
    twins = np.array([several[g] > 1 for g in groups.tolist()])
    counts = [int(twins[rows].sum()) for rows in parts.values()]
    lines.append(f"{'near-duplicates':{width}}" + "".join(f"{count:12,}" for count in counts))
    return "\n".join(lines)
