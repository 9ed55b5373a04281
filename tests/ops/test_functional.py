import re

import numpy as np
import pytest

import diydl as dl
from diydl.testing import assert_close, gradient_checker


def test_regression_relu_scales_the_upstream_gradient():
    x = dl.tensor([-1.0, 0.0, 2.0], requires_grad=True)
    dl.relu(x).backward(np.array([5, 7, -3], "f"))
    assert x.grad.tolist() == [0, 0, -3]


def test_relu_keeps_its_output_alone_for_the_backward():
    assert dl.maximum.keeps((True, False)) == (True, (False, True))


@pytest.mark.parametrize("f", [dl.softmax, dl.log_softmax, dl.logsumexp])
@pytest.mark.parametrize("axis", [0, -1])
def test_gradients(f, axis):
    x = np.random.default_rng(0).normal(size=(3, 4))
    report = gradient_checker(lambda x: f(x, axis=axis), x)
    assert report, report


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("size", [1000, -1000, 30000])
def test_regression_softmax_at_logits_of_1000(size, dtype):
    x = np.array([[size, size, -size], [size, 0, 0]], dtype)
    probability = dl.softmax(x)
    assert probability.dtype == dtype
    assert_close(probability.sum(axis=1), np.ones(2, dtype))
    assert np.isfinite(dl.logsumexp(x)).all()
    assert_close(dl.softmax(x - x.max()), dl.softmax(x))
    assert_close(np.exp(dl.log_softmax(x)), probability)


def test_log_softmax_does_not_round_to_minus_infinity():
    out = dl.log_softmax(np.array([1000.0, 0.0]))
    assert out.tolist() == [0, -1000]


def test_masked_scores_get_no_probability_and_no_gradient():
    x = dl.tensor([[1.0, -np.inf, 2.0]], requires_grad=True)
    out = dl.softmax(x)
    assert out.data[0, 1] == 0
    out.backward(np.array([[1, 2, 3]], "f"))
    assert np.isfinite(x.grad.numpy()).all()
    assert x.grad.data[0, 1] == 0


def test_logsumexp_with_infinities():
    x = np.array([[-np.inf, -np.inf], [-np.inf, 3], [np.inf, 3]])
    with np.errstate(divide="ignore"):  # log(0), as NumPy says
        assert dl.logsumexp(x).tolist() == [-np.inf, 3, np.inf]


def test_logsumexp_keeps_dims_and_kind():
    x = np.zeros((2, 3))
    assert dl.logsumexp(x, axis=0, keepdims=True).shape == (1, 3)
    assert type(dl.logsumexp(x[0])) is np.ndarray


@pytest.mark.parametrize("sections", [3, (1, 2, 3), (6,), (0, 6)])
@pytest.mark.parametrize("axis", [0, -1])
def test_split_and_concat_are_inverse(sections, axis):
    x = np.random.default_rng(0).normal(size=(6, 6))
    parts = dl.split(x, sections=sections, axis=axis)
    np.testing.assert_array_equal(dl.concat(*parts, axis=axis), x)


def test_split_sends_each_gradient_to_its_part():
    x = dl.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    a, b = dl.split(x, sections=2)
    (a * 10 + b * 100).sum().backward()
    assert x.grad.tolist() == [10, 10, 100, 100]


@pytest.mark.parametrize("sections", [4, 0, -2, (1, 2), (7, -1)])
def test_split_that_does_not_divide(sections):
    words = f"split: axis 0 of shape (6, 2) has 6 elements, which does not divide into {sections=}"
    with pytest.raises(ValueError, match=re.escape(words)):
        dl.split(np.ones((6, 2)), sections=sections)
