"""The figures that chapter 5 draws: whole, plausible, and some of them made again."""

import pandas as pd
import pytest

import learning_curve
from helpers.data import FOLDER

CURVE = pd.read_csv(FOLDER / "learning_curve.csv")


def test_every_way_size_and_seed_is_there_once():
    keys = CURVE[["way", "texts", "seed"]].apply(tuple, axis=1)
    expected = {
        (way, n, seed)
        for way in learning_curve.WAYS
        for n in learning_curve.SIZES
        for seed in learning_curve.SEEDS
    }
    assert keys.is_unique and set(keys) == expected
    assert CURVE[learning_curve.JUDGES].stack().between(0.1, 1).all()


def test_more_texts_help_every_way():
    mean = CURVE.assign(both=CURVE[learning_curve.JUDGES].mean(axis=1))
    mean = mean.groupby(["way", "texts"])["both"].mean().unstack("texts")
    assert (mean[1200] > mean[200] + 0.02).all() and (mean[200] > mean[50]).all()


def test_the_adapter_comes_close_to_training_all_weights():
    mean = CURVE.assign(both=CURVE[learning_curve.JUDGES].mean(axis=1))
    mean = mean[mean["texts"] == 1200].groupby("way")["both"].mean()
    assert mean["adapter"] > mean["all weights"] - 0.02
    assert mean["adapter"] > mean["head"] + 0.02


@pytest.mark.slow
def test_made_again_some_points_come_out_as_in_the_file(capsys):
    assert learning_curve.main(["--check"]) == 0, capsys.readouterr().out
