"""Benchmarks say what they measured, as it comes, and fail on no rounding."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest

import hub
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


def test_the_slowest_cells_of_a_room_are_named_by_page_and_first_line():
    cells = [("00", "a\n1", 1.0), ("00", "a\n1", 3.0), ("00", "a\n2", 9.0), ("04", "b", 0.1)]
    assert hub.slowest(cells, 2) == [("00", "a", 9.0), ("00", "a", 2.0)]
    assert len(hub.slowest(cells)) == 3


def test_a_killed_hub_is_told_with_what_went_on_meanwhile(monkeypatch, capsys):
    killed = threading.Event()

    class Room:
        def __init__(self, *options):
            pass

        def kill_the_hub(self):
            killed.set()
            return 2.5

        def end(self):
            pass

    def work(learner, think, notes):
        notes["which"].append(("04_name", "logits | 1\nmore", 3.0))
        notes["kernel ready"] += [1.0, 1.0]  # the second is the second chapter's
        killed.wait()

    monkeypatch.setattr(hub, "Room", Room)
    monkeypatch.setattr(hub, "work", work)
    monkeypatch.setattr(hub, "taken", lambda: 0)
    monkeypatch.setattr(hub, "sys", SimpleNamespace(platform="linux"))
    monkeypatch.setattr(hub, "time", SimpleNamespace(sleep=lambda seconds: None))
    monkeypatch.setattr(hub.os, "geteuid", lambda: 0, raising=False)
    hub.bench_hub(learners=1, kill=True)
    out = capsys.readouterr().out
    assert "killed after 0 cells" in out and "2.5 s; 0 cells" in out
    assert "| 04_name | `logits   1` | 3.00 |" in out
