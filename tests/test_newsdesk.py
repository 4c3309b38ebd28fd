"""What must be true of the data set: the design's bounds, and that it is what its source makes."""

import csv
import re
import statistics
from collections import Counter

import numpy as np
import pytest

import build_newsdesk
from helpers.data import FOLDER, NEWSDESK_LABELS, SPLITS, TASK_LABELS

with open(FOLDER / "newsdesk.csv", encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
TEXTS = [row["text"] for row in ROWS]
WORDS = [text.split() for text in TEXTS]
MATRIX = np.array([[int(row[name]) for name in NEWSDESK_LABELS] for row in ROWS])
SPLIT = np.array([row["split"] for row in ROWS])


def test_data_and_card_are_what_the_source_makes(capsys):
    status = build_newsdesk.main(["--check"])
    assert status == 0, capsys.readouterr().out + "run tools/build_newsdesk.py"


def test_settled_labels_follow_from_the_annotations():
    for item in build_newsdesk.read_items():
        first, second, settled = (set(item[name]) for name in ("first", "second", "settled"))
        assert first & second <= settled <= first | second, item["id"]


def test_no_text_stands_twice():
    plain = [" ".join(re.findall(r"\w+", text.lower())) for text in TEXTS]
    assert len(set(plain)) == len(plain) >= 1500


def test_lengths():
    lengths = [len(words) for words in WORDS]
    assert min(lengths) >= 4 and max(lengths) <= 45
    assert 14 <= statistics.median(lengths) <= 22


def test_label_counts():
    per_text, per_label = MATRIX.sum(axis=1), MATRIX.sum(axis=0)
    four = MATRIX[:, : len(TASK_LABELS)].sum(axis=1)
    assert set(np.unique(MATRIX)) == {0, 1}
    assert 1.6 <= per_text.mean() <= 2.2
    assert (per_text == 0).mean() >= 0.06
    assert (four == 0).mean() >= 0.20
    assert (four >= 2).mean() >= 0.10
    assert 30 <= per_label.min() <= 45
    assert per_label.max() > 400


def test_every_label_has_its_share_in_every_split():
    for split, share in zip(SPLITS, (0.6, 0.2, 0.2), strict=True):
        counts = MATRIX[SPLIT == split].sum(axis=0)
        assert np.abs(counts - share * MATRIX.sum(axis=0)).max() <= 1.5, split


def test_no_run_of_six_words_is_used_up():
    runs = Counter()
    for text in TEXTS:
        words = re.findall(r"[\w']+", text.lower())
        runs.update({tuple(words[i : i + 6]) for i in range(len(words) - 5)})
    repeated = {" ".join(run): count for run, count in runs.items() if count > 2}
    assert not repeated


def test_the_language_is_rich():
    words = [word for text in TEXTS for word in re.findall(r"[a-z']+", text.lower())]
    assert len(set(words)) / len(words) >= 0.2, "type-token ratio"
    assert Counter(words[0].strip('"') for words in WORDS).most_common(1)[0][1] <= 75
    openings = Counter(tuple(words[:3]) for words in WORDS)
    assert openings.most_common(1)[0][1] <= 6


def test_figures_of_the_card_are_no_template():
    card = (FOLDER / "DATA_CARD.md").read_text(encoding="utf-8")
    assert not re.search(r"\{\w+\}", card)
    for name in NEWSDESK_LABELS:
        assert re.search(rf"^\| {name} \|.*\| [01]\.\d\d \|$", card, re.MULTILINE)


@pytest.mark.parametrize("name", NEWSDESK_LABELS)
def test_the_guideline_defines_the_label(name):
    guideline = (FOLDER / "GUIDELINE.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| {name} \| .+ \| .+ \|$", guideline, re.MULTILINE)
