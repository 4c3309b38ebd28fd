from collections import Counter

import numpy as np
import pytest

from helpers import data
from helpers.data import (
    indicator_matrix,
    load_newsdesk,
    load_stress,
)


def test_newsdesk_comes_as_the_loss_wants_it():
    parts = load_newsdesk()
    assert {name: part.num_rows for name, part in parts.items()} == {
        "train": 1200,
        "validation": 400,
        "test": 400,
    }
    labels = parts["train"].with_format("numpy")["labels"][:]
    assert labels.dtype == np.float32 and labels.shape == (1200, 4)
    assert set(np.unique(labels)) == {0.0, 1.0}


def test_labels_come_in_the_order_asked_for():
    one, other = (
        np.array(load_newsdesk(labels=names, split="test")["labels"][:])
        for names in (["art", "sports"], ["sports", "art"])
    )
    assert one.sum() > 0
    np.testing.assert_array_equal(one, other[:, ::-1])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"labels": ["sport"]}, ValueError, "Did you mean 'sports'"),
        ({"labels": "sports"}, TypeError, r"Put it in a list: \['sports'\]"),
        ({"labels": []}, ValueError, "at least one label"),
        ({"labels": ["art", "art"]}, ValueError, "holds art twice"),
        ({"split": "dev"}, ValueError, '"train", "validation" or "test"'),
    ],
)
def test_newsdesk_says_what_is_wrong(arguments, error, message):
    with pytest.raises(error, match=message):
        load_newsdesk(**arguments)


def test_indicator_matrix_keeps_the_order_and_allows_none():
    matrix = indicator_matrix([{"b"}, [], ("a", "b")], ["b", "a"])
    assert matrix.dtype == np.float32
    assert matrix.tolist() == [[1, 0], [0, 0], [1, 1]]
    assert indicator_matrix([], ["a"]).shape == (0, 1)


@pytest.mark.parametrize(
    ("label_sets", "error", "message"),
    [
        ([["sprots"]], ValueError, r"label_sets\[0\].*Did you mean 'sports'"),
        (["sports"], TypeError, r"Write \['sports'\] for one label"),
        ("sports", TypeError, "one string"),
        ([["sports"], None], TypeError, r"label_sets\[1\] is None"),
        ([["sports"], b"law"], TypeError, r"label_sets\[1\] is b'law'"),
        ([{"sports": 0.0, "politics": 1.0}], TypeError, r"label_sets\[0\] is {.*dict of scores"),
        ([Counter(sports=1)], TypeError, r"label_sets\[0\] is Counter.*dict"),
        ([[], [0, 1]], TypeError, r"label_sets\[1\] holds 0.*\[\[label_names\[i\] for i in row\]"),
        ([[True, False]], TypeError, r"label_sets\[0\] holds True"),
        (np.eye(2), TypeError, r"label_sets\[0\] holds (np.float64\()?1.0"),
        ([["sports", None]], TypeError, r"label_sets\[0\] holds None"),
        ([[["sports"]]], TypeError, r"label_sets\[0\] holds \['sports'\]"),
    ],
)
def test_indicator_matrix_says_what_is_wrong(label_sets, error, message):
    with pytest.raises(error, match=message):
        indicator_matrix(label_sets, ["sports", "politics"])


def test_whole_numbers_may_be_names():
    assert indicator_matrix([[2, 3], []], [1, 2, 3]).tolist() == [[0, 1, 1], [0, 0, 0]]
    with pytest.raises(ValueError, match=r"label_sets\[0\] has the label 5.*Known labels: 1, 2, 3"):
        indicator_matrix([[5]], [1, 2, 3])
    for not_a_name in (True, 1.0, "1"):
        with pytest.raises(TypeError, match=r"label_sets\[0\] holds"):
            indicator_matrix([[not_a_name]], [1, 2, 3])


def test_label_order_is_the_files():
    header = (data.FOLDER / "newsdesk.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.split(",") == ["id", "text", *data.NEWSDESK_LABELS, "kind", "writer", "split"]


# The stress set


def test_stress_set_is_like_newsdesk_with_a_sort():
    stress, test = load_stress(), load_newsdesk(split="test")
    assert stress.features["labels"] == test.features["labels"]
    assert set(stress["sort"]) == {"long", "language", "code", "twin", "meaning", "no news"}
    assert not set(stress["text"]) & {t for part in load_newsdesk().values() for t in part["text"]}
    labels = np.array(stress["labels"][:])
    assert not labels[np.array(stress["sort"][:]) == "no news"].any()
    with pytest.raises(ValueError, match="Did you mean 'sports'"):
        load_stress(["sport"])


def test_twins_stand_side_by_side_and_differ_in_a_label():
    stress = load_stress()
    labels = np.array(stress["labels"][:])
    twins = np.flatnonzero(np.array(stress["sort"][:]) == "twin")
    for a, b in twins.reshape(-1, 2):
        assert b == a + 1
        first, second = (stress[int(i)]["text"].split() for i in (a, b))
        assert len(set(first) & set(second)) > len(first) / 2
        assert (labels[a] != labels[b]).any(), stress[int(a)]["text"]
