"""The symptom table: each cause is made from logits or by training, and told from the others."""

import numpy as np
import pytest
import torch

from helpers.activations import sigmoid, softmax
from helpers.doctor import SYMPTOMS, symptoms

bce = torch.nn.functional.binary_cross_entropy_with_logits


@pytest.fixture(scope="module")
def task():
    """Features and targets that a linear head learns well: (train, targets, test, targets)."""
    random = np.random.default_rng(0)
    weights = random.normal(size=(20, 4))
    x = random.normal(size=(600, 20))
    y = (x @ weights > 4).astype(np.float32)
    return x[:300], y[:300], x[300:], y[300:]


def trained(task, loss=bce, steps=300, rate=0.1, noise=0.0, texts=300):
    x, y, test, _ = (torch.tensor(part, dtype=torch.float32) for part in task)
    x, y = x[:texts], y[:texts]
    torch.manual_seed(0)
    y = torch.where(torch.rand(y.shape) < noise, 1 - y, y)
    head = torch.nn.Linear(x.shape[1], y.shape[1])
    optimizer = torch.optim.Adam(head.parameters(), lr=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(head(x), y).backward()
        optimizer.step()
    return head(test).detach().numpy()


@pytest.fixture(scope="module")
def logits(task):
    return trained(task)


def test_a_good_head_is_extreme_too(task, logits):
    p = sigmoid(logits)
    assert symptoms(p).names == ["near 0 or 1"]
    assert symptoms(p, task[3]).names == ["sure, and right"]


@pytest.mark.parametrize("sigmoids", [2, 3])
def test_sigmoid_too_often(task, logits, sigmoids):
    p = sigmoid(logits)
    for _ in range(sigmoids - 1):
        p = sigmoid(p)
    name = {2: "sigmoid twice", 3: "sigmoid three times"}[sigmoids]
    assert symptoms(p).names == symptoms(p, task[3]).names == [name]


@pytest.mark.parametrize("sigmoids", [2, 3])
def test_sigmoid_too_often_where_texts_hardly_differ(sigmoids):
    p = np.random.default_rng(0).normal([-4, -1, 1, 4], 0.02, (50, 4))
    for _ in range(sigmoids):
        p = sigmoid(p)
    assert symptoms(p).names == ["sigmoid twice" if sigmoids == 2 else "sigmoid three times"]


def test_softmax(task, logits):
    p = softmax(logits)
    assert symptoms(p).names == symptoms(p, task[3]).names == ["softmax"]


def test_logits_multiplied(logits):
    assert symptoms(sigmoid(logits * 10)).names == ["saturated", "near 0 or 1"]


def test_learning_rate_far_too_high(task):
    p = sigmoid(trained(task, rate=100.0, steps=20, noise=0.15))
    assert symptoms(p, task[3]).names == ["saturated", "sure, and often wrong"]


def test_over_training_on_few_and_wrong_labels(task):
    p = sigmoid(trained(task, steps=1000, noise=0.15, texts=40))
    assert "sure, and often wrong" in symptoms(p, task[3]).names


def test_squared_error(task):
    *_, targets = task
    logits = targets + np.random.default_rng(1).normal(0, 0.15, targets.shape)
    assert symptoms(sigmoid(logits)).names == ["all in the middle"]
    assert symptoms(sigmoid(logits), targets).names[0] == "trained with squared error"


def test_cross_entropy_on_rows_and_pos_weight(task):
    weighted = trained(task, lambda z, y: bce(z, y, pos_weight=torch.full((4,), 100.0)), steps=60)
    assert "too high throughout" in symptoms(sigmoid(weighted), task[3]).names


def test_rare_labels():
    random = np.random.default_rng(0)
    y = (random.random((500, 50)) < 0.02).astype(int)
    p = np.clip(random.normal(0.02, 0.01, y.shape) + 0.1 * y, 0.001, 0.4)
    assert symptoms(p).names == ["all low"]
    assert symptoms(p, y).names == ["all low, as rare labels are"]
    y[:, :20] = 1
    assert symptoms(p, y).names == ["all low"]


def test_fresh_head():
    p = sigmoid(np.random.default_rng(0).normal(0, 0.02, (1, 4)) + np.zeros((100, 1)))
    assert symptoms(p).names == ["the same for every text"]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(logits, dtype):
    p = torch.sigmoid(torch.tensor(logits).to(dtype))
    assert "half precision" in symptoms(p).names
    assert "half precision" in symptoms(p.float().numpy()).names
    assert "half precision" not in symptoms(np.round(sigmoid(logits), 3)).names


def test_only_zero_and_one(logits):
    assert symptoms((sigmoid(logits) > 0.5).astype(float)).names == ["only 0 and 1"]


def test_numbers_that_do_not_tell():
    p = np.array([[0.02, 0.7, 0.4], [0.95, 0.3, 0.05], [0.3, 0.2, 0.6]])
    reading = symptoms(p)
    assert reading.fits == ()
    assert str(reading).endswith(reading.advice)
    assert reading.advice.startswith("These numbers alone do not tell of any fault.")


def test_few_values_tell_nothing():
    reading = symptoms([[0.51, 0.7]])
    assert reading.names == []
    assert reading.advice == "Only 2 values: too few to tell a pattern from chance."


def test_numbers_and_text():
    p = np.tile([[0.001, 0.999, 0.5, 0.95]], (10, 1))
    reading = symptoms(p, np.tile([[0, 1, 1, 1]], (10, 1)))
    assert reading.numbers == pytest.approx(
        {
            "smallest": 0.001,
            "largest": 0.999,
            "mean": 0.6125,
            "share below 0.01": 0.25,
            "share above 0.99": 0.25,
            "share from 0.1 to 0.9": 0.25,
            "smallest sum of a text": 2.45,
            "largest sum of a text": 2.45,
            "largest spread over texts": 0,
            "share of labels that apply": 0.75,
            "wrong among near 0 or 1": 0,
        }
    )
    assert str(reading).splitlines()[0] == "smallest                    0.00"
    for row in reading.fits:
        assert str(row) in str(reading)


def test_every_row_of_the_table_is_reached_above():
    source = open(__file__, encoding="utf-8").read()
    for name in SYMPTOMS:
        assert f'"{name}"' in source


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([[2.3, -0.4]],), ValueError, "These look like logits"),
        (([[0, 1]],), TypeError, "whole numbers"),
        (([[0.5, 0.1]], [[1, 2]]), ValueError, "targets holds 2"),
        (([[0.5, 0.1]], [[1, 0], [0, 0]]), ValueError, "same .n_texts, n_labels."),
        (([0.5, 0.1],), ValueError, "expected .n_texts, n_labels."),
    ],
)
def test_wrong_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        symptoms(*arguments)
