import numpy as np
import pytest
import torch

from helpers.activations import sigmoid, softmax

LOGITS = np.concatenate([np.linspace(-30, 30, 601), [-1e4, -88.8, 88.8, 1e4]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_equals_torch(dtype):
    logits = LOGITS.astype(dtype)
    ours = sigmoid(logits)
    assert ours.dtype == dtype
    np.testing.assert_allclose(
        ours, torch.sigmoid(torch.tensor(logits)).numpy(), rtol=1e-6, atol=1e-37
    )


def test_sigmoid_is_silent_at_the_extremes():
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        assert sigmoid([-1e9, 1e9]).tolist() == [0.0, 1.0]


def test_softmax_equals_torch_and_sums_to_one():
    logits = np.random.default_rng(0).normal(scale=50, size=(40, 7))
    ours = softmax(logits)
    np.testing.assert_allclose(ours, torch.softmax(torch.tensor(logits), dim=-1).numpy(), rtol=1e-9)
    np.testing.assert_allclose(ours.sum(axis=1), 1)


def test_tensors_with_gradient_and_half_precision_are_read():
    logits = torch.tensor([0.0, 1.0], dtype=torch.bfloat16, requires_grad=True)
    np.testing.assert_allclose(sigmoid(logits), [0.5, 0.7310586], rtol=1e-6)


@pytest.mark.parametrize("function", [sigmoid, softmax])
@pytest.mark.parametrize("wrong", ["0.5", None, ["a"], {"logits": 1}])
def test_what_is_no_number_is_refused(function, wrong):
    with pytest.raises(TypeError, match="expected numbers"):
        function(wrong)


def test_a_whole_model_output_is_named():
    from transformers.modeling_outputs import SequenceClassifierOutput

    with pytest.raises(TypeError, match=r"outputs\.logits"):
        sigmoid(SequenceClassifierOutput(logits=torch.zeros(1, 4)))


def test_softmax_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one logit"):
        softmax([])
