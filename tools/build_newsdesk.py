"""Make the newsdesk data set and its data card from what writers and annotators handed in.

    python tools/build_newsdesk.py           write the files below
    python tools/build_newsdesk.py --check   write nothing; exit 1 where they would change
    python tools/build_newsdesk.py --deal    deal the texts into splits anew, then write

Source, in source/newsdesk/: items.jsonl, a text a line with all that annotators said of it;
stress.jsonl, the same for the stress set; again.jsonl, a blind reading of some texts after all was
settled, which measures and settles nothing; DATA_CARD.md, the card with places for figures.

Made, in src/helpers/files/: newsdesk.csv and stress.csv with settled labels, annotations.csv with
what they were settled from, DATA_CARD.md. Nothing is chosen by looking at a model's results. A text
keeps its split when a label is corrected: only --deal, for new texts, changes that.
"""

import csv
import io
import json
import statistics
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.metrics import cohen_kappa_score, roc_auc_score

from helpers.data import FOLDER, NEWSDESK_LABELS, SPLITS, TASK_LABELS, indicator_matrix

SOURCE = Path(__file__).resolve().parent.parent / "source" / "newsdesk"
SIZES = {"train": 1200, "validation": 400, "test": 400}
SWAPS = 200_000
READINGS = ["first", "second", "third"]
FIRST_EDITION = 10  # writers up to this one are desks; each later one got a mix of everything
LAST_WRITER = 27  # wrote chat lines alone
FIRST_SIZE = 1500  # texts of the first edition
RENAMED = 31  # names that the search for real ones found


def read_items(name: str = "items.jsonl") -> list[dict]:
    """Read the items, one JSON object a line, and settle their labels."""
    with open(SOURCE / name, encoding="utf-8") as file:
        items = [json.loads(line) for line in file]
    return [item | {"settled": settle(item)} for item in items]


def settle(item: dict) -> list[str]:
    """Decide each label by vote; a reading is a list of labels, or missing.

    Where the first two readings agree, that is the label; where they differ, the third decides,
    or the editor where there is no third. For ``law`` the third decides in any case: it follows
    the guideline's sentence on rules, which is younger than the first two. ``editor`` has what
    was decided or corrected by hand.

    >>> settle({"first": ["food", "art"], "second": ["art"], "third": ["food", "art"]})
    ['food', 'art']
    >>> settle({"first": ["art"], "second": ["art"], "third": ["law"]})
    ['law', 'art']
    >>> settle({"first": ["art"], "second": ["art"], "editor": {"art": 0, "food": 1}})
    ['food']
    """
    settled = []
    for label in NEWSDESK_LABELS:
        first, second, third = (label in item.get(name, item["first"]) for name in READINGS)
        vote = third if "third" in item and (first != second or label == "law") else first
        if item.get("editor", {}).get(label, vote):
            settled.append(label)
    return settled


def targets(items: list[dict], which: str) -> np.ndarray:
    """Write one reading, or the "settled" labels, as an indicator matrix."""
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


def deal() -> None:
    """Deal the texts into splits and write that into their source."""
    path = SOURCE / "items.jsonl"
    items = read_items()
    lines = path.read_text(encoding="utf-8").splitlines()
    splits = zip(lines, assign_splits(items), strict=True)
    dealt = [json.loads(line) | {"split": split} for line, split in splits]
    text = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in dealt)
    path.write_text(text, encoding="utf-8", newline="\n")


def bits(labels: list[str]) -> list[int]:
    """Write labels as 0s and 1s, one for each of the twenty."""
    return [int(name in labels) for name in NEWSDESK_LABELS]


def make_csv(header: list[str], rows) -> str:
    """Write rows as a CSV file, lines ended by a line feed on every system."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def make_files(items: list[dict], stress: list[dict]) -> dict[str, str]:
    """Write what ships, by the name of the file: a split after the other."""
    items = sorted(items, key=lambda item: SPLITS.index(item["split"]))
    data = (
        [item["id"], item["text"], *bits(item["settled"])]
        + [item[name] for name in ("kind", "writer", "split")]
        for item in items
    )
    readings = (
        [item["id"], name, *bits(item[name])]
        for item in items + stress
        for name in READINGS
        if name in item
    )
    apart = (
        [s["id"], s["text"], *bits(s["settled"]), s["sort"], s.get("language", "en"), s.get("pair")]
        for s in stress
    )
    names = NEWSDESK_LABELS
    return {
        "newsdesk.csv": make_csv(["id", "text", *names, "kind", "writer", "split"], data),
        "annotations.csv": make_csv(["id", "reading", *names], readings),
        "stress.csv": make_csv(["id", "text", *names, "sort", "language", "pair"], apart),
        "DATA_CARD.md": make_card(items, stress),
    }


def make_card(items: list[dict], stress: list[dict]) -> str:
    """Fill the figures into the data card."""
    splits = np.array([item["split"] for item in items])
    settled = targets(items, "settled")
    first, second = (targets(items, name) for name in READINGS[:2])
    differ = first != second
    lengths = [len(item["text"].split()) for item in items]
    per_text = settled.sum(axis=1)
    four = settled[:, [NEWSDESK_LABELS.index(name) for name in TASK_LABELS]]
    old = np.array([item["writer"] <= FIRST_EDITION for item in items])
    figures = {
        "n_texts": f"{len(items):,}",
        "n_train": f"{SIZES['train']:,}",
        "n_validation": SIZES["validation"],
        "n_test": SIZES["test"],
        "n_writers": LAST_WRITER,
        "n_last": sum(item["writer"] == LAST_WRITER for item in items),
        "n_desks": FIRST_EDITION,
        "n_next": FIRST_EDITION + 1,
        "n_dropped": FIRST_SIZE - old.sum(),
        "n_renamed": RENAMED,
        "n_old": f"{old.sum():,}",
        "n_new": f"{(~old).sum():,}",
        "shortest": min(lengths),
        "longest": max(lengths),
        "median": f"{statistics.median(lengths):.0f}",
        "cardinality": f"{per_text.mean():.2f}",
        "most_labels": f"{per_text.max():.0f}",
        "none_of_twenty": f"{(per_text == 0).mean():.1%}",
        "none_of_four": f"{(four.sum(axis=1) == 0).mean():.1%}",
        "two_of_four": f"{(four.sum(axis=1) >= 2).mean():.1%}",
        "cells_differ": f"{differ.sum():,}",
        "texts_differ": f"{differ.any(axis=1).sum()}",
        "texts_differ_share": f"{differ.any(axis=1).mean():.1%}",
        "n_third": sum("third" in item for item in items),
        "cells_law": _changed_law(items),
        "kept_share": f"{settled[old][differ[old]].mean():.0%}",
        "cells_new": f"{differ[~old].sum()}",
        "kept_new": f"{settled[~old][differ[~old]].mean():.0%}",
        "cells_corrected": _corrected(items),
        "stress_cells": f"{(targets(stress, 'first') != targets(stress, 'second')).sum()}",
        "kinds": _counts(item["kind"] for item in items),
        "rarest": NEWSDESK_LABELS[int(settled.sum(axis=0).argmin())],
        "rarest_in_test": f"{settled[splits == 'test'].sum(axis=0).min():.0f}",
        "labels_table": _labels_table(items, settled, splits),
        "pairs_table": _pairs_table(settled),
        "told_table": _told_table(items, settled),
        "n_stress": len(stress),
        "stress_table": _stress_table(stress),
        **_again_figures(items),
    }
    return (SOURCE / "DATA_CARD.md").read_text(encoding="utf-8").format(**figures)


def _counts(values) -> str:
    return ", ".join(f"{value} {count}" for value, count in Counter(values).most_common())


def _changed_law(items: list[dict]) -> int:
    """Count the texts in which the third reading changed ``law`` against the first two."""
    return sum(
        ("law" in item["first"]) == ("law" in item["second"]) != ("law" in item["third"])
        for item in items
        if "third" in item
    )


def _corrected(items: list[dict]) -> int:
    """Count what the editor decided although no dispute without a third reading asked for it."""
    return sum(
        (name in item["first"]) == (name in item["second"]) or "third" in item
        for item in items
        for name in item.get("editor", {})
    )


def _again_figures(items: list[dict]) -> dict[str, str]:
    """Compare the last blind reading with the settled labels."""
    by_id = {item["id"]: item for item in items}
    with open(SOURCE / "again.jsonl", encoding="utf-8") as file:
        again = {line["id"]: line["labels"] for line in map(json.loads, file)}
    read = [by_id[name] | {"again": labels} for name, labels in again.items()]
    ours, theirs = targets(read, "settled"), targets(read, "again")
    old = np.array([item["writer"] <= FIRST_EDITION for item in read])
    lines = [
        "| label | settled | read again | both | agree, old | agree, new |",
        "|---|---|---|---|---|---|",
    ]
    for j, name in enumerate(NEWSDESK_LABELS):
        alike = ours[:, j] == theirs[:, j]
        cells = [int(x) for x in (ours[:, j].sum(), theirs[:, j].sum(), ours[:, j] @ theirs[:, j])]
        cells += [f"{alike[some].sum()} of {some.sum()}" for some in (old, ~old)]
        lines.append(f"| {' | '.join(map(str, [name, *cells]))} |")
    differ = [
        f"{item['id']} ({_difference(item['settled'], item['again'])})"
        for item in sorted(read, key=lambda item: item["id"])
        if set(item["settled"]) != set(item["again"])
    ]
    return {
        "again_table": "\n".join(lines),
        "again_kappa": f"{cohen_kappa_score(ours.ravel(), theirs.ravel()):.2f}",
        "n_again_old": f"{old.sum()}",
        "n_again_new": f"{(~old).sum()}",
        "again_list": ", ".join(differ) or "nowhere",
    }


def _difference(settled: list[str], again: list[str]) -> str:
    """Write what the last reading adds with a plus, what it leaves off with a minus.

    >>> _difference(["law", "art"], ["art", "food"])
    '+food -law'
    """
    more = [f"+{name}" for name in NEWSDESK_LABELS if name in set(again) - set(settled)]
    less = [f"-{name}" for name in NEWSDESK_LABELS if name in set(settled) - set(again)]
    return " ".join(more + less)


def _labels_table(items: list[dict], settled: np.ndarray, splits: np.ndarray) -> str:
    first, second = (targets(items, name) for name in READINGS[:2])
    old = np.array([item["writer"] <= FIRST_EDITION for item in items])
    lines = [
        "| label | texts | train | validation | test | first | second | kappa, old | kappa, new |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for j, name in enumerate(NEWSDESK_LABELS):
        counts = [int(settled[splits == split, j].sum()) for split in SPLITS]
        cells = [name, sum(counts), *counts, int(first[:, j].sum()), int(second[:, j].sum())]
        cells += [
            f"{cohen_kappa_score(first[rows, j], second[rows, j]):.2f}" for rows in (old, ~old)
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _pairs_table(settled: np.ndarray, most: int = 15) -> str:
    together = np.triu(settled.T @ settled, k=1)
    order = np.argsort(-together, axis=None, kind="stable")[:most]
    lines = ["| labels | texts with both |", "|---|---|"]
    for a, b in zip(*np.unravel_index(order, together.shape), strict=True):
        lines.append(f"| {NEWSDESK_LABELS[a]}, {NEWSDESK_LABELS[b]} | {together[a, b]:.0f} |")
    return "\n".join(lines)


def told_by(items: list[dict], field: str, settled: np.ndarray) -> list[float]:
    """Say how well a writer or a kind alone ranks the texts of each of the first four labels.

    Returns:
        The ROC AUC of each label where a text's score is the label's share among all texts of
        the same writer (or kind); 0.5 is nothing, 1.0 is everything.
    """
    values = np.array([item[field] for item in items])
    found = []
    for name in TASK_LABELS:
        label = settled[:, NEWSDESK_LABELS.index(name)]
        share = {value: label[values == value].mean() for value in set(values)}
        found.append(roc_auc_score(label, [share[value] for value in values]))
    return found


def _told_table(items: list[dict], settled: np.ndarray) -> str:
    lines = [f"| told by | {' | '.join(TASK_LABELS)} |", "|---|---|---|---|---|"]
    for field in ("writer", "kind"):
        areas = told_by(items, field, settled)
        lines.append(f"| {field} | {' | '.join(f'{area:.2f}' for area in areas)} |")
    return "\n".join(lines)


def _stress_table(stress: list[dict]) -> str:
    four = targets(stress, "settled")[:, : len(TASK_LABELS)].sum(axis=1)
    lines = [
        "| sort | texts | words | with one or more of the four | with any label |",
        "|---|---|---|---|---|",
    ]
    for sort in dict.fromkeys(item["sort"] for item in stress):
        rows = [i for i, item in enumerate(stress) if item["sort"] == sort]
        words = [len(stress[i]["text"].split()) for i in rows]
        labeled = sum(bool(stress[i]["settled"]) for i in rows)
        span = f"{min(words)} to {max(words)}"
        lines.append(f"| {sort} | {len(rows)} | {span} | {(four[rows] > 0).sum()} | {labeled} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    if "--deal" in arguments:
        deal()
    changed = []
    for name, text in make_files(read_items(), read_items("stress.jsonl")).items():
        path = FOLDER / name
        if not path.exists() or path.read_bytes() != text.encode("utf-8"):
            changed.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8", newline="\n")
    print(f"changed: {', '.join(changed) or 'nothing'}")
    return 1 if changed and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
