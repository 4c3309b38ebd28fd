import re
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

from common import ROOT, count_calls
from helpers import metrics

AVERAGES = ["micro", "macro", "weighted", "samples"]
NAMES = ["sports", "law", "art", "food"]


def cases(seed: int, count: int):
    """Random tables, among them the hard ones: empty labels, empty texts, one label, one text."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        shape = rng.integers(1, 30), rng.integers(1, 6)
        targets = (rng.random(shape) < rng.random(shape[1])).astype(int)
        predictions = np.where(rng.random(shape) < 0.7, targets, rng.integers(0, 2, shape))
        if i % 5 == 1:
            targets[:, 0] = 0
        if i % 5 == 2:
            predictions[:] = 0
        if i % 5 == 3:
            targets[:, 0] = predictions[:, 0] = 0
        if i % 25 == 4:
            targets[:] = 0
        yield targets, predictions


def f1_of(targets, predictions, average):
    """scikit-learn's F1, with the detour that one column needs."""
    if targets.shape[1] > 1:
        return sk.f1_score(targets, predictions, average=average, zero_division=0)
    if average == "samples":
        return float((targets & predictions).mean())
    return sk.f1_score(targets[:, 0], predictions[:, 0], zero_division=0)


def same(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_summary_equals_scikit_learn():
    for targets, predictions in cases(0, 60):
        ours = metrics.summary(targets, predictions)
        for average in AVERAGES:
            same(ours[f"{average}-F1"], f1_of(targets, predictions, average))
        same(ours["subset accuracy"], (targets == predictions).all(axis=1).mean())
        if targets.shape[1] > 1:
            same(ours["subset accuracy"], sk.accuracy_score(targets, predictions))
            same(ours["Hamming loss"], sk.hamming_loss(targets, predictions))
        same(ours["Hamming loss"], (targets != predictions).mean())
        same(ours["label cardinality of targets"], targets.sum() / len(targets))
        same(ours["label cardinality of predictions"], predictions.sum() / len(targets))
        same(ours["texts with no true label"], 1 - targets.any(axis=1).mean())
        same(ours["texts with no label predicted"], 1 - predictions.any(axis=1).mean())
        assert list(ours.index[:6]) == metrics.METRICS


def test_per_label_equals_scikit_learn_label_by_label():
    for targets, predictions in cases(1, 40):
        table = metrics.per_label(targets, predictions)
        assert list(table.index) == list(range(targets.shape[1]))
        for j, row in table.iterrows():
            pair = targets[:, j], predictions[:, j]
            same(row["precision"], sk.precision_score(*pair, zero_division=0))
            same(row["recall"], sk.recall_score(*pair, zero_division=0))
            same(row["f1"], sk.f1_score(*pair, zero_division=0))
            assert (row["positives"], row["predicted"]) == (pair[0].sum(), pair[1].sum())


def test_ranking_equals_scikit_learn_where_there_is_an_order():
    rng = np.random.default_rng(2)
    for targets, _ in cases(2, 50):
        probabilities = rng.random(targets.shape).round(rng.integers(1, 9))  # 1: many ties
        probabilities[0, 0] = 0.5
        table = metrics.ranking(targets, probabilities)
        found = []
        for j in range(targets.shape[1]):
            row, column = table.iloc[j], (targets[:, j], probabilities[:, j])
            if 0 < targets[:, j].sum() < len(targets):
                found.append([sk.average_precision_score(*column), sk.roc_auc_score(*column)])
                same(row[["average precision", "ROC AUC"]].astype(float), found[-1])
                assert row["note"] == ""
            else:
                assert np.isnan(row["average precision"]) and np.isnan(row["ROC AUC"])
                assert row["note"] == ("every" if targets[:, j].any() else "no") + " text has it"
        macro = table.loc["macro"]
        assert macro["positives"] == targets.sum()
        if found:
            same(macro[["average precision", "ROC AUC"]].astype(float), np.mean(found, axis=0))
        else:
            assert np.isnan(macro["ROC AUC"])
        left_out = targets.shape[1] - len(found)
        assert bool(macro["note"]) == bool(left_out)
    everywhere = np.array([[1, 0], [0, 1], [1, 1], [0, 0]])
    probabilities = rng.random((4, 2))
    both = metrics.ranking(everywhere, probabilities).loc["macro"]
    same(both["average precision"], sk.average_precision_score(everywhere, probabilities))
    same(both["ROC AUC"], sk.roc_auc_score(everywhere, probabilities))


def test_nothing_warns_where_labels_are_empty():
    targets, predictions = np.zeros((5, 3), int), np.zeros((5, 3), int)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert metrics.per_label(targets, predictions)["f1"].tolist() == [0, 0, 0]
        assert metrics.summary(targets, predictions)["macro-F1"] == 0
        assert metrics.ranking(targets, np.full((5, 3), 0.2))["note"].iloc[-1].startswith("mean ov")
        for name in metrics.METRICS:
            metrics.bootstrap(targets, predictions, name, resamples=5)


def test_names_stand_in_the_tables():
    targets = np.eye(4, dtype=int)
    assert list(metrics.per_label(targets, targets, NAMES).index) == NAMES
    table = metrics.ranking(targets, np.full((4, 4), 0.3), NAMES)
    assert list(table.index) == [*NAMES, "macro"]
    frame = pd.DataFrame(targets, columns=NAMES)
    assert metrics.summary(frame, frame)["macro-F1"] == 1


# The bootstrap


@pytest.mark.parametrize("name", metrics.METRICS)
def test_a_name_gives_what_scikit_learn_gives_on_every_resample(name):
    def slow(targets, predictions):
        if name == "Hamming loss":
            return (targets != predictions).mean()
        if name == "subset accuracy":
            return (targets == predictions).all(axis=1).mean()
        return f1_of(targets, predictions, name.removesuffix("-F1"))

    for targets, predictions in cases(3, 20):
        if len(targets) > 1:
            fast = metrics.bootstrap(targets, predictions, name, resamples=10, seed=4)
            drawn = metrics.bootstrap(targets, predictions, slow, resamples=10, seed=4)
            same(fast.values, drawn.values)
            same([fast.value, fast.low, fast.high], [drawn.value, drawn.low, drawn.high])


def simulated(rng, n_texts=120, right=0.8):
    """Texts with a known truth: a prediction is right with this probability."""
    targets = (rng.random((n_texts, 4)) < 0.3).astype(int)
    return targets, np.where(rng.random(targets.shape) < right, targets, 1 - targets)


def test_the_seed_decides_the_draws():
    pair = simulated(np.random.default_rng(0))
    one, two, other = (metrics.bootstrap(*pair, "micro-F1", seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(one.values, two.values) and one == two
    assert not np.array_equal(one.values, other.values)
    assert one.low < one.value < one.high and len(one.values) == 1000


def test_a_higher_level_is_wider():
    pair = simulated(np.random.default_rng(1))
    narrow, wide = (metrics.bootstrap(*pair, "macro-F1", level=level) for level in (0.5, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high
    assert np.isclose(((narrow.values >= narrow.low) & (narrow.values <= narrow.high)).mean(), 0.5)


def test_about_95_of_100_intervals_hold_the_truth():
    rng = np.random.default_rng(2)
    # Hamming loss 0.2 exactly; micro-F1 from the expected counts, 2 tp / (2 tp + fp + fn).
    truth = {"Hamming loss": 0.2, "micro-F1": 0.48 / (0.48 + 0.14 + 0.06)}
    inside = dict.fromkeys(truth, 0)
    for _ in range(200):
        pair = simulated(rng)
        for name, value in truth.items():
            interval = metrics.bootstrap(*pair, name, resamples=200)
            inside[name] += interval.low <= value <= interval.high
    for name, count in inside.items():
        assert 0.90 <= count / 200 <= 0.985, (name, count)


def test_a_paired_difference_is_sharper_than_two_intervals():
    rng = np.random.default_rng(3)
    targets, predictions = simulated(rng)
    rival = np.where(rng.random(targets.shape) < 0.95, predictions, 1 - predictions)
    ours, theirs = (metrics.bootstrap(targets, p, "macro-F1") for p in (predictions, rival))
    gain = metrics.bootstrap(targets, predictions, "macro-F1", rival=rival)
    assert np.isclose(gain.value, ours.value - theirs.value)
    same(gain.values, ours.values - theirs.values)
    unpaired = np.hypot(ours.high - ours.low, theirs.high - theirs.low)
    assert gain.high - gain.low < 0.8 * unpaired
    back = metrics.bootstrap(targets, rival, "macro-F1", rival=predictions)
    same([back.low, back.high], [-gain.high, -gain.low])
    nothing = metrics.bootstrap(targets, predictions, "macro-F1", rival=predictions)
    assert (nothing.value, nothing.low, nothing.high) == (0, 0, 0)

    def by_call(t, p):
        return sk.f1_score(t, p, average="macro")

    slow = metrics.bootstrap(targets, predictions, by_call, 20, rival=rival)
    same(slow.values, gain.values[:20])


def test_texts_are_drawn_whole():
    """Four copies of one column are no more knowledge than one."""
    targets, predictions = simulated(np.random.default_rng(4))
    one = metrics.bootstrap(targets[:, :1], predictions[:, :1], "micro-F1")
    four = metrics.bootstrap(
        targets[:, :1].repeat(4, axis=1), predictions[:, :1].repeat(4, axis=1), "micro-F1"
    )
    same(one.values, four.values)


def test_a_thousand_resamples_are_quick():
    pair = simulated(np.random.default_rng(5), n_texts=300)
    metrics.bootstrap(*pair, "macro-F1", resamples=2)  # imports
    # With scikit-learn's f1_score it is 5.8 million calls, and two seconds.
    assert count_calls(lambda: metrics.bootstrap(*pair, "macro-F1")) < 100_000


# Bad input

GOOD = [[1, 0], [0, 1], [1, 1]]
SCORES = [[0.9, 0.2], [0.1, 0.8], [0.7, 0.6]]


@pytest.mark.parametrize(
    "function",
    [
        metrics.per_label,
        metrics.summary,
        lambda t, p: metrics.bootstrap(t, p, "macro-F1"),
        lambda t, p: metrics.bootstrap(t, GOOD, "macro-F1", rival=p),
    ],
    ids=["per_label", "summary", "bootstrap", "rival"],
)
@pytest.mark.parametrize(
    ("targets", "predictions", "error", "says"),
    [
        (GOOD, SCORES, ValueError, "look like probabilities: apply a threshold"),
        (GOOD, [[2.5, -1.0]] * 3, ValueError, "look like logits"),
        (GOOD, GOOD[:2], ValueError, r"\(3, 2\) and \w+ \(2, 2\)"),
        (GOOD, np.transpose(GOOD), ValueError, "turned on its side"),
        (GOOD, [1, 0, 1], ValueError, r"shape \(3,\)"),
        (GOOD, [[1.0, np.nan]] * 3, ValueError, "NaN"),
        (GOOD, [["sports"]] * 3, TypeError, "holds 'sports', expected numbers"),
        (SCORES, GOOD, ValueError, "arguments exchanged"),
        (np.zeros((0, 2)), np.zeros((0, 2)), ValueError, "no texts"),
    ],
)
def test_bad_tables_are_named(function, targets, predictions, error, says):
    with pytest.raises(error, match=says):
        function(targets, predictions)


@pytest.mark.parametrize(
    ("targets", "probabilities", "error", "says"),
    [
        (GOOD, GOOD, TypeError, "whole numbers.*before the threshold"),
        (GOOD, np.array(GOOD) == 1, TypeError, "whole numbers"),
        (GOOD, np.array(GOOD, float), ValueError, "nothing but 0 and 1.*before the threshold"),
        (GOOD, [[2.5, -1.0]] * 3, ValueError, "look like logits: apply sigmoid"),
        (GOOD, SCORES[:2], ValueError, "same"),
        (GOOD, [0.1, 0.2, 0.3], ValueError, r"shape \(3,\)"),
        (GOOD, [[0.1, np.nan]] * 3, ValueError, "NaN"),
        (SCORES, SCORES, ValueError, "targets holds 0.9"),
        (np.zeros((0, 2)), np.zeros((0, 2)), ValueError, "no texts"),
    ],
)
def test_bad_scores_are_named(targets, probabilities, error, says):
    with pytest.raises(error, match=says):
        metrics.ranking(targets, probabilities)


@pytest.mark.parametrize(
    ("names", "error", "says"),
    [
        (["a"], ValueError, "1 names, but there are 2 labels"),
        (["a", "b", "c"], ValueError, "3 names"),
        (["a", "a"], ValueError, "twice"),
        ("ab", TypeError, r"one string. Put it in a list: \['ab'\]"),
    ],
)
def test_names_must_fit(names, error, says):
    with pytest.raises(error, match=says):
        metrics.per_label(GOOD, GOOD, names)
    with pytest.raises(error, match=says):
        metrics.ranking(GOOD, SCORES, names)


@pytest.mark.parametrize(
    ("metric", "options", "error", "says"),
    [
        ("f1", {}, ValueError, "metric is 'f1', expected \"micro-F1\""),
        (0.86, {}, TypeError, "metric is 0.86.*function of targets and predictions"),
        (None, {}, TypeError, "without calling it"),
        (lambda t, p: t, {}, TypeError, 'expected one number.*average="macro"'),
        (lambda t, p: None, {}, TypeError, "returned None"),
        (lambda t, p: np.nan, {}, ValueError, "returned nan.*zero_division=0"),
        (lambda t, p: 1 / t[:, 0].prod() if t.any() else 1, {}, ValueError, "returned inf"),
        ("macro-F1", {"resamples": 0}, ValueError, "resamples is 0, expected a whole number of 1"),
        ("macro-F1", {"resamples": 10.5}, TypeError, "resamples is 10.5"),
        ("macro-F1", {"resamples": True}, TypeError, "resamples is True"),
        ("macro-F1", {"seed": None}, TypeError, "seed is None, expected a whole number"),
        ("macro-F1", {"seed": -1}, ValueError, "seed is -1, expected a whole number from 0"),
        ("macro-F1", {"level": 95}, ValueError, "For 95 % write 0.95"),
        ("macro-F1", {"level": 1}, ValueError, "between 0 and 1"),
        ("macro-F1", {"level": "0.95"}, TypeError, "between 0 and 1"),
    ],
)
def test_bad_settings_of_the_bootstrap_are_named(metric, options, error, says):
    with np.errstate(divide="ignore"), pytest.raises(error, match=says):
        metrics.bootstrap(GOOD, GOOD, metric, **options)


def test_nan_on_one_resample_says_which():
    def undefined_without_law(targets, predictions):
        return 1.0 if targets[:, 1].any() else np.nan

    with pytest.raises(ValueError, match=r"nan on resample \d+\. It must be defined on every draw"):
        metrics.bootstrap([[1, 0], [1, 1]], [[1, 0], [1, 1]], undefined_without_law)


def test_one_text_can_be_measured_but_not_resampled():
    assert metrics.summary([[1, 0]], [[1, 0]])["subset accuracy"] == 1
    with pytest.raises(ValueError, match=r"one text.*two texts or more"):
        metrics.bootstrap([[1, 0]], [[1, 0]], "macro-F1")


def test_the_module_is_light(run_python):
    print_heavy = (
        "import sys, helpers.metrics; print({'sklearn', 'pandas', 'torch'} & {*sys.modules})"
    )
    assert run_python(print_heavy).strip() == "set()"


# The course's stated figures


@pytest.mark.parametrize("page", ["src/helpers/files/tagger/CARD.md"])
def test_stated_figures_are_those_that_chapter_6_prints(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    rows = re.findall(r"\| ([\w -]+) \| (0\.\d\d) \([^)]+\) \| 0\.\d\d \| (0\.\d\d) \|", text)
    assert len(rows) == 7
    notebook = (ROOT / "notebooks" / "06_metrics.ipynb").read_text(encoding="utf-8")
    for name, tagger, baseline in rows:
        assert re.search(rf"{name} +{tagger} +{baseline}\b", notebook), name
