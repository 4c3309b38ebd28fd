"""Make the newsdesk data set and its data card from what writers and annotators handed in.

    python tools/build_newsdesk.py           write newsdesk.csv and DATA_CARD.md
    python tools/build_newsdesk.py --check   write nothing; exit 1 where they would change

Source: source/newsdesk/items.jsonl, a text a line with the labels of the first and of the blind
second annotation and the settled ones; source/newsdesk/DATA_CARD.md, the card with places for
figures. Nothing is chosen by looking at a model's results.
"""

import csv
import io
import json
import statistics
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.metrics import cohen_kappa_score

from helpers.data import FOLDER, NEWSDESK_LABELS, SPLITS, TASK_LABELS, indicator_matrix

SOURCE = Path(__file__).resolve().parent.parent / "source" / "newsdesk"
SIZES = {"train": 900, "validation": 300, "test": 300}
SWAPS = 100_000


def read_items() -> list[dict]:
    """Read the items, one JSON object a line."""
    with open(SOURCE / "items.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def targets(items: list[dict], which: str) -> np.ndarray:
    """Write one annotation ("first", "second" or "settled") as an indicator matrix."""
    return indicator_matrix([item[which] for item in items], NEWSDESK_LABELS)


def assign_splits(items: list[dict]) -> list[str]:
    """Deal the texts into splits so that every label, writer and kind has its share in each.

    Starts from a random deal and swaps random pairs of texts between splits, keeping a swap
    where it brings the counts nearer to proportional: counts of labels, of texts without any
    label, of texts with none and with several of the first four, of writers and of kinds.
    """
    matrix = targets(items, "settled")
    four = matrix[:, [NEWSDESK_LABELS.index(name) for name in TASK_LABELS]].sum(axis=1)
    groups = [
        [item[field] == value for item in items]
        for field in ("writer", "kind")
        for value in sorted({item[field] for item in items})
    ]
    columns = np.column_stack([matrix, matrix.sum(axis=1) == 0, four == 0, four >= 2, *groups])
    share = columns.mean(axis=0)
    sizes = np.array([SIZES[split] for split in SPLITS])
    weight = 1 / np.outer(sizes, share * (1 - share))  # squared deviations in units of variance
    rng = np.random.default_rng(20)
    deal = rng.permutation(np.repeat(np.arange(len(SPLITS)), sizes))
    excess = np.stack([columns[deal == s].sum(axis=0) for s in range(len(SPLITS))])
    excess -= np.outer(sizes, share)
    for i, j in rng.integers(len(columns), size=(SWAPS, 2)):
        a, b = deal[i], deal[j]
        if a == b:
            continue
        moved = excess.copy()
        moved[a] += columns[j] - columns[i]
        moved[b] += columns[i] - columns[j]
        if (weight * moved**2).sum() < (weight * excess**2).sum():
            excess = moved
            deal[i], deal[j] = b, a
    return [SPLITS[s] for s in deal]


def make_csv(items: list[dict], splits: list[str]) -> str:
    """Write the data set: a split after the other, within each in the order of the items."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["text", *NEWSDESK_LABELS, "split"])
    matrix = targets(items, "settled").astype(int)
    for split in SPLITS:
        for item, row, where in zip(items, matrix, splits, strict=True):
            if where == split:
                writer.writerow([item["text"], *row, split])
    return out.getvalue()


def make_card(items: list[dict], splits: list[str]) -> str:
    """Fill the figures into the data card."""
    first, second, settled = (targets(items, name) for name in ("first", "second", "settled"))
    differ = (first != second).any(axis=1)
    lengths = [len(item["text"].split()) for item in items]
    per_text = settled.sum(axis=1)
    four = settled[:, [NEWSDESK_LABELS.index(name) for name in TASK_LABELS]]
    figures = {
        "n_texts": f"{len(items):,}",
        "n_writers": len({item["writer"] for item in items}),
        "shortest": min(lengths),
        "longest": max(lengths),
        "median": f"{statistics.median(lengths):.0f}",
        "cardinality": f"{per_text.mean():.2f}",
        "most_labels": f"{per_text.max():.0f}",
        "none_of_twenty": f"{(per_text == 0).mean():.1%}",
        "none_of_four": f"{(four.sum(axis=1) == 0).mean():.1%}",
        "two_of_four": f"{(four.sum(axis=1) >= 2).mean():.1%}",
        "texts_differ": f"{differ.sum()}",
        "texts_differ_share": f"{differ.mean():.1%}",
        "cells_differ": f"{(first != second).sum()}",
        "kinds": ", ".join(
            f"{kind} {count}" for kind, count in Counter(i["kind"] for i in items).most_common()
        ),
        "rarest": NEWSDESK_LABELS[int(settled.sum(axis=0).argmin())],
        "rarest_in_test": f"{settled[np.array(splits) == 'test'].sum(axis=0).min():.0f}",
        "labels_table": _labels_table(first, second, settled, splits),
        "pairs_table": _pairs_table(settled),
    }
    return (SOURCE / "DATA_CARD.md").read_text(encoding="utf-8").format(**figures)


def _labels_table(first, second, settled, splits: list[str]) -> str:
    splits = np.array(splits)
    lines = [
        "| label | texts | train | validation | test | first | second | kappa |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for j, name in enumerate(NEWSDESK_LABELS):
        counts = [int(settled[splits == split, j].sum()) for split in SPLITS]
        kappa = cohen_kappa_score(first[:, j], second[:, j])
        cells = [name, sum(counts), *counts, int(first[:, j].sum()), int(second[:, j].sum())]
        lines.append(f"| {' | '.join(map(str, cells))} | {kappa:.2f} |")
    return "\n".join(lines)


def _pairs_table(settled: np.ndarray, most: int = 15) -> str:
    together = np.triu(settled.T @ settled, k=1)
    order = np.argsort(-together, axis=None, kind="stable")[:most]
    lines = ["| labels | texts with both |", "|---|---|"]
    for a, b in zip(*np.unravel_index(order, together.shape), strict=True):
        lines.append(f"| {NEWSDESK_LABELS[a]}, {NEWSDESK_LABELS[b]} | {together[a, b]:.0f} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    items = read_items()
    splits = assign_splits(items)
    made = {"newsdesk.csv": make_csv(items, splits), "DATA_CARD.md": make_card(items, splits)}
    changed = []
    for name, text in made.items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            changed.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8", newline="\n")
    print(f"changed: {', '.join(changed) or 'nothing'}")
    return 1 if changed and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
