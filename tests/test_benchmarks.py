"""Benchmarks say what they measured, as it comes, and fail on no rounding."""

import numpy as np
import pytest

import prediction
import timing


@pytest.fixture
def rivals(monkeypatch):
    """Ways that return at once; the pipeline's logits are 1.07e-5 apart, as once measured."""
    ours = np.zeros((8, 4))
    ways = {
        prediction.OURS: lambda: ours,
        prediction.LIMIT: lambda: None,
        prediction.IN_ORDER: lambda: ours + 2e-6,
        prediction.PIPELINE: lambda: ours + 1.07e-5,
        prediction.ONE_BATCH: lambda: ours[:5],
    }
    monkeypatch.setattr(prediction, "ways", lambda n_texts: ways)
    monkeypatch.setattr(prediction, "peaks", lambda module, names: {})
    return ways


def test_logits_that_lie_apart_are_shown(rivals, capsys):
    prediction.bench_prediction()
    out = capsys.readouterr().out
    assert "| 1.07e-05 |" in out and "| 2e-06 |" in out
    assert out.endswith("Logits differ by at most 1.1e-05.\n")


def test_what_was_measured_is_told_before_a_failure(rivals, capsys):
    def fails():
        raise MemoryError

    rivals[prediction.ONE_BATCH] = fails
    with pytest.raises(MemoryError):
        prediction.bench_prediction()
    told = capsys.readouterr().err
    assert told.count(prediction.PIPELINE) == timing.ROUNDS
    assert f" s, round {timing.ROUNDS} of {timing.ROUNDS}" in told
