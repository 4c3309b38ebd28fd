"""Texts dealt by labels: shares kept for each label, near-duplicates in one part."""

import numpy as np
import pytest
from datasets import Dataset

from helpers.data import load_newsdesk, split
from helpers.data._split import near_duplicates


def made(n_texts=400, n_labels=12, seed=0):
    draw = np.random.default_rng(seed)
    words = [f"word{i}" for i in range(900)]
    texts = [" ".join(draw.choice(words, 12)) for _ in range(n_texts)]
    often = np.geomspace(0.5, 0.01, n_labels)
    labels = (draw.random((n_texts, n_labels)) < often).astype(float)
    return Dataset.from_dict({"text": texts, "labels": labels.tolist()})


@pytest.mark.parametrize("seed", range(3))
def test_each_label_is_in_each_part_in_its_share(seed):
    dataset = made(seed=seed)
    parts = split(dataset, seed=seed, quiet=True)
    assert sum(part.num_rows for part in parts.values()) == dataset.num_rows
    total = np.array(dataset["labels"][:]).sum(axis=0)
    for name, share in {"train": 0.6, "validation": 0.2, "test": 0.2}.items():
        assert abs(parts[name].num_rows - share * dataset.num_rows) <= 12
        counts = np.array(parts[name]["labels"][:]).sum(axis=0)
        assert (np.abs(counts - share * total) <= 2 + 0.05 * total).all(), (name, counts, total)


def test_it_is_nearer_to_the_shares_than_a_random_deal():
    dataset = made(n_labels=40, seed=5)
    labels = np.array(dataset["labels"][:])
    part = np.array(split(dataset, quiet=True)["test"]["labels"][:])
    rows = np.random.default_rng(0).permutation(len(labels))[: len(part)]
    wanted = 0.2 * labels.sum(axis=0)
    ours, random = (np.abs(one.sum(axis=0) - wanted).sum() for one in (part, labels[rows]))
    assert ours < 0.6 * random


def test_near_duplicates_stay_together():
    dataset = made(n_texts=60)
    texts = dataset["text"][:]
    twins = [f"{text.upper()}!" for text in texts[:20]] + [f"{text} more" for text in texts[20:40]]
    labels = dataset["labels"][:] + dataset["labels"][:40]
    both = Dataset.from_dict({"text": texts + twins, "labels": labels})
    groups = near_duplicates(both["text"][:])
    assert groups[60:].tolist() == list(range(40)) and len(set(groups.tolist())) == 60
    where = {text: name for name, part in split(both, quiet=True).items() for text in part["text"]}
    assert all(where[a] == where[b] for a, b in zip(texts, twins, strict=False))


def test_the_same_seed_deals_alike_and_the_table_says_how(capsys):
    dataset = load_newsdesk(split="test")
    first = split(dataset, ["sports", "politics", "technology", "entertainment"], seed=3)
    said = capsys.readouterr().out
    assert "politics" in said and "near-duplicates" in said and "validation" in said
    again = split(dataset, seed=3, quiet=True)
    other = split(dataset, seed=4, quiet=True)
    assert [p["text"][:] for p in first.values()] == [p["text"][:] for p in again.values()]
    assert first["test"]["text"][:] != other["test"]["text"][:]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"dataset": [1]}, TypeError, "dataset is list"),
        ({"dataset": Dataset.from_dict({"text": ["a"]})}, ValueError, "no column 'labels'"),
        ({"shares": {"train": 0.8}}, ValueError, "add up to 0.8"),
        ({"shares": {"train": 80, "test": 20}}, ValueError, r"shares\['train'\] is 80"),
        ({"shares": [0.8, 0.2]}, TypeError, "shares is"),
        ({"seed": None}, TypeError, "seed is None"),
        ({"label_names": ["a"]}, ValueError, "has 1 names"),
    ],
)
def test_what_is_wrong_is_said(arguments, error, message):
    with pytest.raises(error, match=message):
        split(**{"dataset": made(20), **arguments})
    with pytest.raises(ValueError, match="too few: nothing is left for"):
        split(made(1))
