import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from helpers.activations import sigmoid
from helpers.calibration import calibration_error, fit_platt, fit_temperature, reliability


def simulated(n_texts, n_labels=3, seed=0):
    """Targets, and the logits of the probabilities that they were drawn with."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(-0.5, 2.0, size=(n_texts, n_labels))
    return (rng.random(logits.shape) < sigmoid(logits)).astype(int), logits


# Reliability


@pytest.mark.parametrize("bins", [1, 7, 10])
def test_reliability_is_sklearns_curve(bins):
    targets, logits = simulated(500)
    probabilities = sigmoid(logits)
    table = reliability(targets, probabilities, bins)
    share, mean = calibration_curve(targets.ravel(), probabilities.ravel(), n_bins=bins)
    filled = table[table["count"] > 0]
    np.testing.assert_allclose(filled["share_true"], share, atol=1e-12)
    np.testing.assert_allclose(filled["mean_probability"], mean, atol=1e-12)
    assert len(table) == bins and table["count"].sum() == targets.size


@pytest.mark.filterwarnings("error")
def test_edges_and_empty_bins():
    table = reliability([[1], [0], [1], [1]], [[0.0], [0.25], [0.2500001], [1.0]], bins=4)
    assert table["count"].tolist() == [2, 1, 0, 1]  # an edge belongs to the lower bin
    assert table["low"].tolist() == [0.0, 0.25, 0.5, 0.75]
    assert table["high"].tolist() == [0.25, 0.5, 0.75, 1.0]
    assert table["share_true"].isna().tolist() == [False, False, True, False]
    assert table["mean_probability"].isna().tolist() == [False, False, True, False]


def test_calibration_error_by_hand():
    # 0.2 against 0 in one bin of 1, 0.8 against 1 in one of 3: (0.2 + 3 * 0.2) / 4.
    probabilities = [[0.2], [0.7], [0.8], [0.9]]
    assert calibration_error([[0], [1], [1], [1]], probabilities, bins=2) == pytest.approx(0.2)
    assert calibration_error([[1], [0]], [[0.0], [1.0]]) == 1.0
    assert calibration_error([[0], [1]], [[0.0], [1.0]]) == 0.0


def test_calibration_error_tells_calibrated_from_not():
    targets, logits = simulated(20_000)
    assert calibration_error(targets, sigmoid(logits)) < 0.01
    assert calibration_error(targets, sigmoid(3 * logits)) > 0.05


# Temperature


@pytest.mark.parametrize("temperature", [0.02, 0.5, 1.0, 2.5, 300.0])
def test_a_known_temperature_is_recovered(temperature):
    targets, logits = simulated(20_000)
    assert fit_temperature(targets, logits * temperature) == pytest.approx(temperature, rel=0.03)


def test_temperature_scales_with_the_logits_and_is_exact():
    targets, logits = simulated(200)
    one = fit_temperature(targets, logits)
    assert fit_temperature(targets, logits * 1e6) == pytest.approx(one * 1e6, rel=1e-9)
    assert fit_temperature(targets, logits) == one

    def loss(log_temperature):
        return log_loss(targets.ravel(), sigmoid(logits / np.exp(log_temperature)).ravel())

    best = minimize_scalar(loss, bounds=(-5, 5), method="bounded", options={"xatol": 1e-10})
    assert one == pytest.approx(np.exp(best.x), rel=1e-5)


def test_temperature_fixes_overconfidence_and_keeps_predictions():
    targets, logits = simulated(5000)
    sure = 3 * logits
    fixed = sure / fit_temperature(targets, sure)
    before = calibration_error(targets, sigmoid(sure))
    assert calibration_error(targets, sigmoid(fixed)) < before / 3
    assert ((sigmoid(fixed) > 0.5) == (sigmoid(sure) > 0.5)).all()


def test_no_best_temperature():
    with pytest.raises(ValueError, match=r"right sign for every target.*not trained on"):
        fit_temperature([[1], [0]], [[2.0], [-1.0]])
    with pytest.raises(ValueError, match=r"no more than chance.*another order"):
        fit_temperature([[0], [1]], [[2.0], [-1.0]])
    with pytest.raises(ValueError, match="all 0"):
        fit_temperature([[0], [1]], [[0.0], [0.0]])


# Platt


def test_platt_recovers_slopes_and_offsets():
    targets, logits = simulated(50_000)
    slopes, offsets = np.array([0.5, 2.0, 1.0]), np.array([1.0, -1.0, 0.0])
    found = fit_platt(targets, (logits - offsets) / slopes)
    np.testing.assert_allclose(found[0], slopes, rtol=0.05)
    np.testing.assert_allclose(found[1], offsets, atol=0.05)


def test_platt_is_logistic_regression_on_many_texts():
    """Platt's targets matter less the more texts there are."""
    targets, logits = simulated(20_000, n_labels=1)
    plain = LogisticRegression(C=1e10, tol=1e-8).fit(logits, targets[:, 0])
    slopes, offsets = fit_platt(targets, logits)
    assert slopes[0] == pytest.approx(plain.coef_[0, 0], abs=1e-2)
    assert offsets[0] == pytest.approx(plain.intercept_[0], abs=1e-2)


def test_platt_stays_finite():
    logits = [[2.0, 1.0, -1.0, 0.5], [-1.0, 3.0, 2.0, 0.5]]
    slopes, offsets = fit_platt([[1, 0, 1, 0], [0, 0, 1, 1]], logits)  # separable, none, all, flat
    assert np.isfinite(slopes).all() and np.isfinite(offsets).all()
    assert slopes[0] > 0 and slopes[3] == 0.0
    probabilities = sigmoid(slopes * np.array(logits) + offsets)
    np.testing.assert_allclose(probabilities[:, 3], 0.5, atol=1e-6)
    assert (probabilities[:, 1] < 0.5).all() and (probabilities[:, 2] > 0.5).all()
    assert 0.5 < probabilities[0, 0] < 1


def test_platt_moves_with_the_logits():
    targets, logits = simulated(300)
    slopes, offsets = fit_platt(targets, logits)
    for scale, shift in ((1e-4, 0.0), (1e4, 1e6)):
        moved = fit_platt(targets, logits * scale + shift)
        again = sigmoid(moved[0] * (logits * scale + shift) + moved[1])
        np.testing.assert_allclose(again, sigmoid(slopes * logits + offsets), atol=1e-5)


# Bad input, every function

TAKE_PROBABILITIES = [reliability, calibration_error]
TAKE_LOGITS = [fit_temperature, fit_platt]


@pytest.mark.parametrize("function", TAKE_PROBABILITIES + TAKE_LOGITS)
def test_bad_input(function):
    good = np.array([[0.2, 0.7], [0.9, 0.4]])
    for targets, values, error, message in (
        ([[1, 0]], good, ValueError, r"targets has shape \(1, 2\) and .* \(2, 2\)"),
        ([[1, 2], [0, 0]], good, ValueError, "expected only 0 and 1"),
        ([1, 0], good, ValueError, r"For one label write targets\[:, None\]"),
        ([[1, 0], [0, 1]], good[:, 0], ValueError, r"has shape \(2,\), expected"),
        ([[1, 0], [0, 1]], good * [1, np.nan], ValueError, "NaN"),
        ([[1, 0], [0, 1]], [[1, 0], [0, 1]], TypeError, "whole numbers"),
        (np.zeros((0, 2)), np.zeros((0, 2)), ValueError, "no texts"),
        ([["a", "b"]], good, TypeError, "holds 'a', expected numbers"),
    ):
        with pytest.raises(error, match=message):
            function(targets, values)


@pytest.mark.parametrize("function", TAKE_PROBABILITIES)
def test_logits_are_not_probabilities(function):
    with pytest.raises(ValueError, match="look like logits: apply sigmoid first"):
        function([[1, 0]], [[2.3, -0.4]])
    for bins, error in ((0, ValueError), (2.5, TypeError), (True, TypeError)):
        with pytest.raises(error, match="bins is"):
            function([[1, 0]], [[0.3, 0.4]], bins)


@pytest.mark.parametrize("function", TAKE_LOGITS)
def test_infinite_logits(function):
    with pytest.raises(ValueError, match="infinity"):
        function([[1, 0]], [[np.inf, -0.4]])


def test_tensors():
    targets, logits = simulated(50)
    expected = fit_temperature(targets, logits)
    assert fit_temperature(torch.tensor(targets), torch.tensor(logits)) == pytest.approx(
        expected, rel=1e-6
    )
