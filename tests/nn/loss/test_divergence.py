"""The Kullback-Leibler divergence is what its formula says."""

import numpy as np
import pytest

from diydl import nn
from diydl.ops import log_softmax
from diydl.testing import gradient_checker

rng = np.random.default_rng(0)


def shares(*shape):
    x = rng.gamma(1.0, size=shape)
    return x / x.sum(-1, keepdims=True)


@pytest.mark.parametrize("batch", [8, 5, 1])
def test_gradients_of_small_steps(batch):
    scores, target = rng.normal(size=(batch, 4)), shares(batch, 4)
    report = gradient_checker(lambda x, y: nn.kl_div(log_softmax(x), y), scores, target)
    assert report, report


def test_zero_for_equal_distributions_and_positive_otherwise():
    p, q = shares(3, 4), shares(3, 4)
    assert nn.kl_div(np.log(p), p).item() == pytest.approx(0, abs=1e-15)
    assert nn.kl_div(np.log(q), p) > 0.01


def test_it_is_cross_entropy_less_the_entropy_of_the_target():
    scores, target = rng.normal(size=(5, 4)), shares(5, 4)
    entropy = -(target * np.log(target)).sum(-1).mean()
    expected = nn.cross_entropy(scores, target) - entropy
    assert nn.kl_div(log_softmax(scores), target) == pytest.approx(expected)


def test_no_probability_costs_nothing():
    found = nn.kl_div(np.log([[0.5, 0.5]]), np.array([[1.0, 0.0]]), reduction="none")
    np.testing.assert_allclose(found, [[np.log(2), 0]])


@pytest.mark.parametrize(
    ("shape", "options", "message"),
    [
        ((2, 3), {"reduction": "avg"}, '"batchmean", "mean", "sum" or "none", got .avg.'),
        ((), {}, "first axis, and there is none"),
    ],
)
def test_what_is_refused(shape, options, message):
    with pytest.raises(ValueError, match=message):
        nn.kl_div(np.zeros(shape), np.zeros(shape), **options)
    with pytest.raises(ValueError, match="must be equal"):
        nn.kl_div(np.zeros((2, 3)), np.zeros((3, 2)))
