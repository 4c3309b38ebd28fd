import numpy as np
import pytest
import torch

from helpers import _validate as checks

TABLE = [[0.0, 1.0], [1.0, 0.0]]
EVERY = [
    checks.checked_targets,
    checks.checked_predictions,
    checks.checked_probabilities,
    checks.checked_logits,
]


@pytest.mark.parametrize("check", EVERY)
@pytest.mark.parametrize(
    ("value", "error", "says"),
    [
        ([0.0, 1.0], ValueError, r"shape \(2,\).*\[:, None\].*\[None, :\]"),
        (np.zeros((2, 2, 2)), ValueError, "Each row is a text"),
        (np.zeros((0, 4)), ValueError, "no texts"),
        (np.zeros((4, 0)), ValueError, "no labels"),
        ([[0.0, np.nan]], ValueError, "NaN, first in row 0, column 1"),
        ([[0.0], [0.0, 1.0]], ValueError, "rows of different lengths"),
        ([["sports"]], TypeError, "indicator_matrix"),
        (None, TypeError, "is None, expected numbers"),
    ],
)
def test_what_no_table_may_be(check, value, error, says):
    with pytest.raises(error, match=says):
        check(value)


@pytest.mark.parametrize("check", EVERY)
def test_lists_arrays_and_tensors_are_the_same(check):
    for same in (TABLE, np.array(TABLE, np.float32), torch.tensor(TABLE, requires_grad=True)):
        assert check(same).tolist() == TABLE
    assert check(torch.tensor(TABLE, dtype=torch.bfloat16)).tolist() == TABLE


@pytest.mark.parametrize("check", EVERY)
def test_a_model_output_is_named_as_such(check, tagger):
    batch = tagger.tokenizer(["A goal."], return_tensors="pt")
    with pytest.raises(TypeError, match=r"outputs\.logits"):
        check(tagger.model(**batch))


def test_likely_mistakes_are_named():
    with pytest.raises(ValueError, match=r"2.5.*look like logits: apply sigmoid"):
        checks.checked_probabilities([[2.5, 0.3]])
    with pytest.raises(TypeError, match=r"whole numbers.*before the threshold"):
        checks.checked_probabilities([[1, 0]])
    with pytest.raises(ValueError, match="look like probabilities: apply a threshold"):
        checks.checked_predictions([[0.7, 0.3]])
    with pytest.raises(ValueError, match="arguments exchanged"):
        checks.checked_targets([[0.7, 0.3]])
    with pytest.raises(ValueError, match=r"-1 and \+1: write \(targets > 0\)"):
        checks.checked_targets([[1, -1]])
    with pytest.raises(ValueError, match="MultiLabelBinarizer"):
        checks.checked_targets([[1, 3]])
    with pytest.raises(ValueError, match="look like logits"):
        checks.checked_targets([[1.5, -3.0]])
    with pytest.raises(ValueError, match="infinity"):
        checks.checked_logits([[np.inf]])


def test_booleans_and_one_label_are_fine():
    assert checks.checked_predictions(np.array([[True], [False]])).tolist() == [[1], [0]]


def test_shapes_that_differ_are_named():
    checks.check_same_shape(targets=np.zeros((2, 3)), probabilities=np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"targets has shape \(2, 3\) and predictions \(3, 2\)"):
        checks.check_same_shape(targets=np.zeros((2, 3)), predictions=np.zeros((3, 2)))
