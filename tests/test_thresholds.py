import itertools
import json
import os
import stat
from functools import partial

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import f1_score, precision_recall_fscore_support

from helpers import thresholds
from helpers.activations import sigmoid

TARGETS = [[1, 0], [0, 0], [1, 1]]
PROBABILITIES = [[0.9, 0.2], [0.4, 0.3], [0.6, 0.8]]
NAMES = ["sports", "politics"]


def simulated(n_texts, n_labels, seed=0, base=-1.0):
    """Calibrated scores: each target is drawn with its own probability."""
    rng = np.random.default_rng(seed)
    probabilities = sigmoid(rng.normal(base, 2.0, size=(n_texts, n_labels)))
    return (rng.random(probabilities.shape) < probabilities).astype(int), probabilities


def random_case(rng, most_texts=9):
    """Draw a small case of one of the kinds that are easy to get wrong."""
    shape = int(rng.integers(1, most_texts)), int(rng.integers(1, 4))
    targets = (rng.random(shape) < rng.choice([0.0, 0.1, 0.5, 1.0], size=shape[1])).astype(int)
    up, down = np.nextafter(0.5, 1), np.nextafter(0.5, 0)
    probabilities = [
        lambda: rng.random(shape),
        lambda: rng.random(shape).astype(np.float32),
        lambda: rng.integers(0, 6, size=shape) / 5,  # ties, and scores of exactly 0 and 1
        lambda: np.full(shape, rng.choice([0.0, 0.3, 1.0])),  # constant
        lambda: rng.choice([down, 0.5, up], size=shape),  # no number fits between two of these
        lambda: rng.choice([0.0, 5e-324, 1e-323, np.nextafter(1, 0), 1.0], size=shape),
    ]
    return targets, probabilities[rng.integers(len(probabilities))]()


def f1_of(targets, predictions, objective):
    """F1 by counting, fast enough to try every combination; checked against sklearn below."""
    targets, predictions = np.asarray(targets), np.asarray(predictions)
    axis = 0 if objective == "macro" else None
    tp = (targets * predictions).sum(axis=axis)
    both = targets.sum(axis=axis) + predictions.sum(axis=axis)
    return float(np.mean(np.where(both > 0, 2 * tp / np.maximum(both, 1), 0.0)))


def sklearn_f1(targets, predictions, objective):
    if predictions.shape[1] == 1:  # sklearn takes one column for a problem of its own
        targets, predictions, objective = targets[:, 0], predictions[:, 0], "binary"
    return f1_score(targets, predictions, average=objective, zero_division=0)


def cut_points(column):
    """Every outcome that a threshold from 0 to 1 and ">" can have on these scores."""
    return np.unique(np.append(column, 0.0)).astype(np.float64)


# The exact search


@pytest.mark.parametrize("objective", ["macro", "micro"])
def test_search_equals_brute_force_on_a_thousand_cases(objective):
    rng = np.random.default_rng(7)
    for case in range(1000):
        targets, probabilities = random_case(rng)
        tried = itertools.product(*(cut_points(column) for column in probabilities.T))
        best = max(f1_of(targets, probabilities > np.array(t), objective) for t in tried)
        choice = thresholds.best_f1(targets, probabilities, objective)
        predictions = thresholds.apply_thresholds(probabilities, choice.thresholds)
        where = (case, targets.tolist(), probabilities.tolist())
        assert choice.score == pytest.approx(best, abs=1e-12), where
        assert f1_of(targets, predictions, objective) == pytest.approx(best, abs=1e-12), where
        assert ((choice.thresholds >= 0) & (choice.thresholds <= 1)).all(), where


@pytest.mark.parametrize("objective", ["macro", "micro"])
def test_constant_threshold_equals_brute_force(objective):
    rng = np.random.default_rng(8)
    for case in range(1000):
        targets, probabilities = random_case(rng)
        tried = cut_points(probabilities.ravel())
        best = max(f1_of(targets, probabilities > t, objective) for t in tried)
        choice = thresholds.best_constant(targets, probabilities, objective)
        predictions = thresholds.apply_thresholds(probabilities, choice.thresholds)
        where = (case, targets.tolist(), probabilities.tolist())
        assert choice.score == pytest.approx(best, abs=1e-12), where
        assert f1_of(targets, predictions, objective) == pytest.approx(best, abs=1e-12), where
        assert len(set(choice.thresholds)) == 1 and len(choice.thresholds) == targets.shape[1]


def test_micro_equals_brute_force_over_all_combinations():
    """Three labels, six texts, distinct scores: every one of the 343 combinations is tried."""
    rng = np.random.default_rng(9)
    better_than_macro = 0
    for _ in range(50):
        targets, probabilities = rng.integers(0, 2, size=(6, 3)), rng.random((6, 3))
        tried = itertools.product(*(cut_points(column) for column in probabilities.T))
        best = max(f1_of(targets, probabilities > np.array(t), "micro") for t in tried)
        assert thresholds.best_f1(targets, probabilities, "micro").score == pytest.approx(best)
        macro = thresholds.best_f1(targets, probabilities).thresholds
        better_than_macro += f1_of(targets, probabilities > macro, "micro") < best - 1e-9
    assert better_than_macro > 5  # or the two objectives would not differ here


@pytest.mark.parametrize("search", [thresholds.best_f1, thresholds.best_constant])
@pytest.mark.parametrize("objective", ["macro", "micro"])
def test_f1_found_is_sklearns(search, objective):
    rng = np.random.default_rng(10)
    cases = [random_case(rng, most_texts=30) for _ in range(20)] + [simulated(2000, 5)]
    for targets, probabilities in cases:
        choice = search(targets, probabilities, objective)
        predictions = thresholds.apply_thresholds(probabilities, choice.thresholds)
        score = sklearn_f1(targets, predictions, objective)
        labels = zip(targets.T, predictions.T, strict=True)
        each = [f1_score(*label, zero_division=0) for label in labels]
        assert choice.score == pytest.approx(score, abs=1e-12)
        np.testing.assert_allclose(choice.f1, each, atol=1e-12)


def test_greater_and_greater_or_equal_agree():
    rng = np.random.default_rng(11)
    for _ in range(200):
        shape = int(rng.integers(1, 20)), 3
        # At most 0.9, and distinct values are apart: the documented exceptions do not occur.
        probabilities = rng.integers(0, 10, size=shape) / 10
        targets = rng.integers(0, 2, size=shape)
        for search in (thresholds.best_f1, thresholds.best_constant):
            cut = search(targets, probabilities).thresholds
            assert ((probabilities > cut) == (probabilities >= cut)).all()


@pytest.mark.parametrize("objective", ["macro", "micro"])
def test_thresholds_lie_midway(objective):
    found = thresholds.best_f1([[0], [1], [0], [1]], [[0.1], [0.3], [0.2], [0.9]], objective)
    assert found.thresholds.tolist() == [0.25]
    lowest = thresholds.best_f1([[1], [1]], [[0.5], [0.25]], objective)
    assert lowest.thresholds.tolist() == [0.125]  # halfway to 0


def test_of_equally_good_cuts_the_widest_gap_then_the_highest():
    # 0.9 alone: P 1, R 1/2. Down to 0.2: 2 of 4 are right, R 1. Both have F1 2/3.
    targets = [[1], [0], [0], [1], [0]]
    wide_above = [[0.9], [0.4], [0.3], [0.2], [0.1]]
    assert thresholds.best_f1(targets, wide_above).thresholds == pytest.approx([0.65])
    wide_below = [[0.9], [0.8], [0.7], [0.6], [0.1]]
    assert thresholds.best_f1(targets, wide_below).thresholds == pytest.approx([0.35])
    equal = [[0.875], [0.75], [0.625], [0.5], [0.375]]
    assert thresholds.best_f1(targets, equal).thresholds.tolist() == [0.8125]
    assert thresholds.best_f1(targets, equal, "micro").thresholds.tolist() == [0.8125]


@pytest.mark.parametrize("objective", ["macro", "micro"])
@pytest.mark.parametrize("search", [thresholds.best_f1, thresholds.best_constant])
def test_without_positives_nothing_is_predicted(search, objective):
    for scores in ([[0.2], [0.6]], [[0.0], [1.0]], [[0.0], [0.0]]):
        found = search([[0], [0]], scores, objective)
        assert found.score == 0.0 and found.f1.tolist() == [0.0]
        assert not (np.array(scores) > found.thresholds).any()
    assert search([[0], [0]], [[0.2], [0.6]], objective).thresholds.tolist() == [0.8]


def test_label_without_positives_does_not_disturb_the_others():
    targets = [[1, 0], [0, 0], [1, 0]]
    for objective, score in (("macro", 0.5), ("micro", 1.0)):
        found = thresholds.best_f1(targets, PROBABILITIES, objective)
        assert found.thresholds.tolist() == [0.5, 0.9] and found.score == score


def test_a_score_of_zero_is_never_predicted():
    found = thresholds.best_f1([[1], [1]], [[0.0], [0.5]])
    assert found.thresholds.tolist() == [0.25] and found.f1 == pytest.approx([2 / 3])


def test_neighbors_without_a_number_between_them():
    up = np.nextafter(0.5, 1)
    found = thresholds.best_f1([[0], [1]], [[0.5], [up]])
    assert found.f1.tolist() == [1.0]
    assert thresholds.apply_thresholds([[0.5], [up]], found.thresholds).tolist() == [[0], [1]]


def test_each_label_is_searched_alone():
    targets, probabilities = simulated(300, 4)
    together = thresholds.best_f1(targets, probabilities)
    for label in range(4):
        alone = thresholds.best_f1(targets[:, [label]], probabilities[:, [label]])
        assert alone.thresholds[0] == together.thresholds[label]
        assert alone.f1[0] == alone.score == together.f1[label]


def test_order_of_texts_does_not_matter_and_inputs_stay_as_they_are():
    targets, probabilities = simulated(200, 3)
    before = targets.copy(), probabilities.copy()
    order = np.random.default_rng(0).permutation(200)
    for objective in ("macro", "micro"):
        one = thresholds.best_f1(targets, probabilities, objective)
        two = thresholds.best_f1(targets[order], probabilities[order], objective)
        np.testing.assert_array_equal(one.thresholds, two.thresholds)
    np.testing.assert_array_equal(targets, before[0])
    np.testing.assert_array_equal(probabilities, before[1])


def test_never_below_a_grid_or_the_rivals():
    targets, probabilities = simulated(1000, 4, seed=3)
    own = thresholds.best_f1(targets, probabilities)
    constant = thresholds.best_constant(targets, probabilities)
    grid = [f1_of(targets, probabilities > t, "macro") for t in np.linspace(0, 1, 101)]
    assert own.score > constant.score >= max(grid)
    micro = thresholds.best_f1(targets, probabilities, "micro")
    assert f1_of(targets, probabilities > own.thresholds, "micro") <= micro.score
    assert f1_of(targets, probabilities > micro.thresholds, "macro") <= own.score


def test_half_of_the_best_f1_on_calibrated_scores():
    """Lipton and others 2014: the best threshold is half of the F1 that it reaches."""
    targets, probabilities = simulated(200_000, 1, seed=4)
    found = thresholds.best_f1(targets, probabilities)
    assert found.thresholds[0] == pytest.approx(found.f1[0] / 2, abs=0.02)


def test_lists_frames_and_tensors():
    expected = thresholds.best_f1(TARGETS, PROBABILITIES)
    for kind in (np.array, pd.DataFrame, torch.tensor):
        found = thresholds.best_f1(kind(TARGETS), kind(PROBABILITIES))
        np.testing.assert_allclose(found.thresholds, expected.thresholds, atol=1e-7)
    assert thresholds.apply_thresholds(
        torch.tensor(PROBABILITIES), torch.tensor([0.5, 0.25])
    ).tolist() == [[1, 0], [0, 1], [1, 1]]


# Apply, sweep, top_k


def test_apply_is_strictly_greater():
    predictions = thresholds.apply_thresholds([[0.5, 0.5], [0.6, 0.4]], [0.5, 0.3])
    assert predictions.tolist() == [[0, 1], [1, 1]] and predictions.dtype.kind == "i"
    assert thresholds.apply_thresholds([[0.5], [0.51]]).tolist() == [[0], [1]]


def test_sweep_is_sklearns_at_every_threshold():
    targets, probabilities = simulated(60, 2)
    probabilities = probabilities.round(1)  # ties
    table = thresholds.sweep(targets, probabilities, label=1)
    assert table["threshold"].is_monotonic_increasing and table["threshold"].is_unique
    above_0 = np.unique(probabilities[:, 1][probabilities[:, 1] > 0])
    assert len(table) == len(above_0) + 1
    for row in table.itertuples():
        predicted = probabilities[:, 1] > row.threshold
        assert row.predicted == predicted.sum() == row.tp + row.fp
        assert row.tp + row.fn == targets[:, 1].sum()
        expected = precision_recall_fscore_support(
            targets[:, 1], predicted, average="binary", zero_division=0
        )[:3]
        assert (row.precision, row.recall, row.f1) == pytest.approx(expected, abs=1e-12)
    best = thresholds.best_f1(targets, probabilities)
    assert table["f1"].max() == best.f1[1]
    assert best.thresholds[1] in table["threshold"].tolist()


@pytest.mark.filterwarnings("error")
def test_sweep_without_positives():
    table = thresholds.sweep([[0], [0]], [[0.2], [0.6]])
    assert table[["precision", "recall", "f1"]].to_numpy().tolist() == [[0.0] * 3] * 3


def test_sweep_names_a_wrong_label():
    with pytest.raises(TypeError, match=r"'sports', expected a whole number.*\.index\('sports"):
        thresholds.sweep(TARGETS, PROBABILITIES, label="sports")
    for label in (2, -1):
        with pytest.raises(
            ValueError, match=f"label is {label}, expected a whole number from 0 to 1"
        ):
            thresholds.sweep(TARGETS, PROBABILITIES, label=label)


def test_top_k():
    probabilities = [[0.1, 0.7, 0.7, 0.2], [0.0, 0.0, 0.0, 0.0]]
    assert thresholds.top_k(probabilities, 1).tolist() == [[0, 1, 0, 0], [1, 0, 0, 0]]
    assert thresholds.top_k(probabilities, 2).tolist() == [[0, 1, 1, 0], [1, 1, 0, 0]]
    for k in range(5):
        assert (thresholds.top_k(probabilities, k).sum(axis=1) == k).all()
    for k in (5, -1):
        with pytest.raises(ValueError, match=f"k is {k}, expected a whole number from 0 to 4"):
            thresholds.top_k(probabilities, k)
    for k in (1.5, "1", True):
        with pytest.raises(TypeError, match="expected a whole number"):
            thresholds.top_k(probabilities, k)


# Costs


def test_from_costs_costs_least_on_calibrated_scores():
    targets, probabilities = simulated(100_000, 1, seed=5)
    grid = np.linspace(0.02, 0.98, 97)
    for cost_fp, cost_fn in ((1, 1), (4, 1), (1, 9)):
        costs = [
            thresholds.total_cost(targets, (probabilities > t).astype(int), cost_fp, cost_fn)
            for t in grid
        ]
        derived = thresholds.from_costs(cost_fp, cost_fn)
        predictions = thresholds.apply_thresholds(probabilities, derived)
        cost = thresholds.total_cost(targets, predictions, cost_fp, cost_fn)
        assert cost <= min(costs) * 1.005
        assert abs(grid[np.argmin(costs)] - derived) < 0.06


def test_from_costs_values():
    assert thresholds.from_costs(1, 1) == 0.5 and isinstance(thresholds.from_costs(1, 1), float)
    assert thresholds.from_costs(0, 3) == 0.0 and thresholds.from_costs(3, 0) == 1.0
    assert thresholds.from_costs([1, 4], [3, 1]).tolist() == [0.25, 0.8]
    assert thresholds.from_costs(1e308, 1e308) == thresholds.from_costs(5e-324, 5e-324) == 0.5


def test_total_cost_by_label():
    predictions = [[0, 1], [1, 0], [1, 1]]
    assert thresholds.total_cost(TARGETS, predictions, [1, 10], [100, 1000]) == 1 + 10 + 100


@pytest.mark.parametrize(
    "function", [thresholds.from_costs, partial(thresholds.total_cost, TARGETS, TARGETS)]
)
def test_wrong_costs(function):
    for wrong in (-1, np.nan, np.inf):
        with pytest.raises(ValueError, match=r"cost_fn holds .* expected 0 or more"):
            function(1, wrong)
    with pytest.raises(TypeError, match="cost_fp is 'high', expected a number"):
        function("high", 1)
    with pytest.raises(ValueError, match="cost_fp has 2 values and cost_fn 3"):
        function([1, 2], [1, 2, 3])


def test_costs_that_say_nothing_or_do_not_fit():
    with pytest.raises(ValueError, match="both 0"):
        thresholds.from_costs([1, 0], [1, 0])
    with pytest.raises(ValueError, match="cost_fp has 3 values for 2 labels"):
        thresholds.total_cost(TARGETS, TARGETS, [1, 2, 3], 1)


# The spread


def test_spread_is_the_same_each_time_and_holds_its_level():
    targets, probabilities = simulated(150, 3)
    one = thresholds.spread(targets, probabilities, resamples=100)
    two = thresholds.spread(targets, probabilities, resamples=100)
    np.testing.assert_array_equal(one.thresholds, two.thresholds)
    assert one.thresholds.shape == (100, 3) and one.low.shape == one.high.shape == (3,)
    inside = ((one.thresholds >= one.low) & (one.thresholds <= one.high)).mean(axis=0)
    assert (inside >= 0.93).all()
    narrow = thresholds.spread(targets, probabilities, resamples=100, level=0.5)
    assert (narrow.high - narrow.low < one.high - one.low).all() and narrow.level == 0.5
    other = thresholds.spread(targets, probabilities, resamples=100, seed=1)
    assert (other.thresholds != one.thresholds).any()


def test_spread_resamples_whole_texts():
    """Two columns that are the same stay the same in every resample."""
    targets, probabilities = simulated(80, 1)
    twice = thresholds.spread(np.hstack([targets] * 2), np.hstack([probabilities] * 2), 50)
    np.testing.assert_array_equal(twice.thresholds[:, 0], twice.thresholds[:, 1])


def test_fewer_positives_make_a_wider_interval():
    targets, probabilities = simulated(6000, 1, seed=6)
    spread = {
        n: thresholds.spread(targets[:n], probabilities[:n], resamples=100) for n in (60, 6000)
    }
    width = {n: (s.high - s.low)[0] for n, s in spread.items()}
    assert width[60] > 2 * width[6000]


def test_spread_of_the_micro_objective():
    targets, probabilities = simulated(100, 3)
    macro = thresholds.spread(targets, probabilities, resamples=5)
    micro = thresholds.spread(targets, probabilities, resamples=5, objective="micro")
    assert (macro.thresholds != micro.thresholds).any()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"resamples": 0}, ValueError, "resamples is 0, expected a whole number of 1 or more"),
        ({"resamples": 2.5}, TypeError, "expected a whole number"),
        ({"level": 95}, ValueError, "level is 95, expected a share"),
        ({"level": 0.0}, ValueError, "level is 0.0, expected a share"),
        ({"objective": "weighted"}, ValueError, "objective is 'weighted'"),
    ],
)
def test_spread_says_what_is_wrong(options, error, message):
    with pytest.raises(error, match=message):
        thresholds.spread(TARGETS, PROBABILITIES, **options)


# Bad input, every function

TAKE_BOTH = [
    thresholds.sweep,
    thresholds.best_f1,
    thresholds.best_constant,
    thresholds.spread,
]
TAKE_PROBABILITIES = [
    *(lambda p, f=f: f((np.asarray(p) > 0.5).astype(int), p) for f in TAKE_BOTH),
    thresholds.apply_thresholds,
    lambda p: thresholds.top_k(p, 1),
]


@pytest.mark.parametrize("function", TAKE_PROBABILITIES)
@pytest.mark.parametrize(
    ("probabilities", "error", "message"),
    [
        (np.array([[2.3, -0.4]]), ValueError, "look like logits: apply sigmoid first"),
        (np.array([[0.5, np.nan]]), ValueError, "NaN"),
        (np.array([[0.5, np.inf]]), ValueError, "expected values from 0 to 1"),
        (np.array([[0, 1]]), TypeError, "whole numbers"),
        (np.array([0.3, 0.6]), ValueError, r"shape \(2,\), expected \(n_texts, n_labels\)"),
        (np.zeros((0, 2)), ValueError, "no texts"),
        (np.zeros((2, 0)), ValueError, "no labels"),
    ],
)
def test_bad_probabilities(function, probabilities, error, message):
    with pytest.raises(error, match=message):
        function(probabilities)


@pytest.mark.parametrize("function", TAKE_BOTH)
def test_bad_targets(function):
    probabilities = np.array(PROBABILITIES)
    for targets, message in (
        ([[1, 0], [0, 0]], r"targets has shape \(2, 2\) and probabilities \(3, 2\)"),
        (np.array(TARGETS).T, "turned on its side"),
        ([[2, 0], [0, 0], [1, 1]], "expected only 0 and 1"),
        ([[np.nan, 0], [0, 0], [1, 1]], "NaN"),
        (probabilities, "arguments exchanged"),
        ([1, 0, 1], r"For one label write targets\[:, None\]"),
    ):
        with pytest.raises(ValueError, match=message):
            function(targets, probabilities)


@pytest.mark.parametrize("search", [thresholds.best_f1, thresholds.best_constant])
def test_unknown_objective(search):
    with pytest.raises(ValueError, match=r"objective is 'samples', expected \"macro\" or"):
        search(TARGETS, PROBABILITIES, "samples")


def test_bad_predictions_of_total_cost():
    with pytest.raises(ValueError, match="apply a threshold first"):
        thresholds.total_cost(TARGETS, PROBABILITIES, 1, 1)
    with pytest.raises(ValueError, match=r"targets has shape \(3, 2\) and predictions \(1, 2\)"):
        thresholds.total_cost(TARGETS, [[1, 0]], 1, 1)


BAD_THRESHOLDS = [
    ([0.5, 0.5, 0.5], ValueError, "3 values for 2 labels"),
    ([0.5, -0.4], ValueError, "holds -0.4, expected values from 0 to 1. These look like logits"),
    (1.5, ValueError, "holds 1.5"),
    ([0.5, np.nan], ValueError, "holds nan"),
    ("0.5", TypeError, "thresholds is '0.5', expected a number"),
    (None, TypeError, "thresholds is None"),
    (True, TypeError, "thresholds is True"),
    ([[0.5, 0.5]], ValueError, "expected a number, or one per label"),
    ([[0.5], [0.5, 0.4]], ValueError, "expected a number, or one per label"),
    (thresholds.best_f1(TARGETS, PROBABILITIES), TypeError, r"attribute \.thresholds"),
]


@pytest.mark.parametrize(("wrong", "error", "message"), BAD_THRESHOLDS)
def test_bad_thresholds(tmp_path, wrong, error, message):
    with pytest.raises(error, match=message):
        thresholds.apply_thresholds(PROBABILITIES, wrong)
    with pytest.raises(error, match=message):
        thresholds.save(tmp_path, wrong, NAMES)
    assert list(tmp_path.iterdir()) == []


# The file


def test_round_trip_to_the_last_bit(tmp_path):
    values = [0.1 + 0.2, np.nextafter(0.5, 1), 5e-324, 0.0, 1.0, np.nextafter(1, 0), 1 / 3]
    names = ["a", "ä", '"b"', "日本", "c d", "", "z"]
    path = thresholds.save(tmp_path / "new" / "folder", values, names, note="on validation")
    assert path.name == "thresholds.json" and path.parent == tmp_path / "new" / "folder"
    assert thresholds.load(path.parent, names).tolist() == values
    assert thresholds.load(path.parent).tolist() == values
    assert json.loads(path.read_text(encoding="utf-8"))["note"] == "on validation"


def test_order_is_restored_by_name(tmp_path):
    thresholds.save(tmp_path, [0.3, 0.7], NAMES)
    assert thresholds.load(tmp_path, NAMES[::-1]).tolist() == [0.7, 0.3]
    path = tmp_path / "thresholds.json"
    path.write_text(json.dumps(json.loads(path.read_text()), sort_keys=True))
    assert thresholds.load(tmp_path, NAMES).tolist() == [0.3, 0.7]


def test_float32_and_one_number_for_all(tmp_path):
    single = np.array([0.1, 0.7], dtype=np.float32)
    thresholds.save(tmp_path, single, NAMES)
    assert (thresholds.load(tmp_path, NAMES).astype(np.float32) == single).all()
    thresholds.save(tmp_path, 0.25, NAMES)
    assert thresholds.load(tmp_path, NAMES).tolist() == [0.25, 0.25]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_crash_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step):
    thresholds.save(tmp_path, [0.3, 0.7], NAMES)

    def crash(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, step, crash)
    with pytest.raises(KeyboardInterrupt):
        thresholds.save(tmp_path, [0.1, 0.1], NAMES)
    assert [path.name for path in tmp_path.iterdir()] == ["thresholds.json"]
    assert thresholds.load(tmp_path, NAMES).tolist() == [0.3, 0.7]


def test_file_may_be_read_by_whoever_may_read_other_files(tmp_path):
    (tmp_path / "other").write_text("")
    path = thresholds.save(tmp_path, 0.5, NAMES)
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"thresholds\.json is missing.*thresholds\.save\("):
        thresholds.load(tmp_path, NAMES)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is damaged"),
        ('{"version": 1, "thresholds": {"sports": 0.4', "is damaged"),
        (b"\xff\xfe\x00", "is damaged"),
        ('{"version": 1, "thresholds": {"sports": 0.4, "sports": 0.5}}', "'sports' .* twice"),
        ("[0.5, 0.5]", "has no version"),
        ('{"sports": 0.4, "politics": 0.3}', "has no version"),
        ('{"version": 2, "thresholds": {}}', "version 2, .* reads version 1. A newer course"),
        ('{"version": 0, "thresholds": {}}', r"version 0, .* reads version 1. Tune them"),
        ('{"version": "1", "thresholds": {}}', "version '1'"),
        ('{"version": true, "thresholds": {}}', "version True"),
        ('{"version": null, "thresholds": {}}', "version None"),
        ('{"version": 1}', '"thresholds": None, expected a number for each'),
        ('{"version": 1, "thresholds": {}}', '"thresholds": {}'),
        ('{"version": 1, "thresholds": [0.5, 0.5]}', r'"thresholds": \[0.5, 0.5\]'),
        ('{"version": 1, "thresholds": {"sports": 0.4}}', "1 labels, .* 2: none for politics"),
        (
            '{"version": 1, "thresholds": {"sports": 0.4, "politics": 0.3, "art": 0.5}}',
            "3 labels, the model has 2: some for art, which the model does not know",
        ),
        (
            '{"version": 1, "thresholds": {"sports": 0.4, "Politics": 0.3}}',
            "none for politics and some for Politics",
        ),
        ('{"version": 1, "thresholds": {"sports": 1.5, "politics": 0.3}}', "1.5 for sports.*logit"),
        ('{"version": 1, "thresholds": {"sports": -1, "politics": 0.3}}', "-1 for sports"),
        ('{"version": 1, "thresholds": {"sports": NaN, "politics": 0.3}}', "nan for sports"),
        ('{"version": 1, "thresholds": {"sports": "0.4", "politics": 0.3}}', "'0.4' for sports"),
        ('{"version": 1, "thresholds": {"sports": true, "politics": 0.3}}', "True for sports"),
        ('{"version": 1, "thresholds": {"sports": null, "politics": 0.3}}', "None for sports"),
    ],
)
def test_wrong_file(tmp_path, content, message):
    path = tmp_path / "thresholds.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=message) as caught:
        thresholds.load(tmp_path, NAMES)
    assert str(path) in str(caught.value)
    assert "thresholds.save(" in str(caught.value) or "update the course" in str(caught.value)


@pytest.mark.parametrize(
    ("names", "error", "message"),
    [
        ("sports", TypeError, r"label_names is one string. Put it in a list: \['sports'\]"),
        (["sports", 3], TypeError, "label_names holds 3"),
        (5, TypeError, "label_names is 5, expected a list"),
        (["sports", "sports"], ValueError, "holds sports twice"),
        ([], ValueError, "label_names is empty"),
    ],
)
def test_wrong_names(tmp_path, names, error, message):
    with pytest.raises(error, match=message):
        thresholds.save(tmp_path, 0.5, names)
    thresholds.save(tmp_path, 0.5, NAMES)
    with pytest.raises(error, match=message):
        thresholds.load(tmp_path, names)


def test_names_and_thresholds_of_different_number(tmp_path):
    with pytest.raises(ValueError, match="2 values for 3 labels"):
        thresholds.save(tmp_path, [0.5, 0.5], ["a", "b", "c"])


def test_note_is_text(tmp_path):
    with pytest.raises(TypeError, match="note is None, expected a string"):
        thresholds.save(tmp_path, 0.5, NAMES, note=None)
