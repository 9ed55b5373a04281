"""Losses for yes or no: exact at any scale, weighted, and honest about rounded probabilities."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.testing import gradient_checker

rng = np.random.default_rng(0)
logistic = nn.binary_cross_entropy_with_logits


@pytest.mark.parametrize("shape", [(8, 3), (5, 3), (1, 3), ()], ids=str)
def test_gradients_of_small_steps(shape):
    x, y = rng.normal(size=shape), rng.uniform(size=shape)
    for loss in (logistic, lambda x, y: logistic(x, y, pos_weight=3.0)):
        report = gradient_checker(loss, x, y)
        assert report, report
    report = gradient_checker(nn.binary_cross_entropy, rng.uniform(0.1, 0.9, shape), y)
    assert report, report


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_exact_at_800(dtype):
    """Without a warning, and with gradients that say what to do."""
    x = dl.tensor(np.array([800, -800, 800, -800, 0], dtype), requires_grad=True)
    losses = logistic(x, [1, 0, 0, 1, 1], reduction="none")
    losses.backward(np.ones(5, dtype))
    assert losses.tolist() == [0, 0, 800, 800, pytest.approx(np.log(2), rel=1e-3)]
    assert x.grad.tolist() == [0, 0, 1, -1, -0.5]


def test_small_losses_are_not_rounded_away():
    """log(1 + exp(-20)), where 1 + exp(-20) is 1 in float32."""
    x = np.array([20.0, -20.0], np.float32)
    np.testing.assert_allclose(logistic(x, [1, 0], reduction="none"), np.exp(-20.0), rtol=1e-5)


def test_the_slope_at_zero():
    """Where max(x, 0) and abs(x) bend, the loss does not."""
    x = dl.tensor([0.0, 0.0], requires_grad=True)
    logistic(x, [0, 1], reduction="sum").backward()
    assert x.grad.tolist() == [0.5, -0.5]


def test_two_classes_are_cross_entropy():
    x, y = rng.normal(size=7), rng.integers(0, 2, 7)
    both = np.stack([np.zeros(7), x], axis=1)
    found = logistic(x, y, reduction="none")
    np.testing.assert_allclose(found, nn.cross_entropy(both, y, reduction="none"))


def test_from_probabilities_where_nothing_was_rounded():
    x, y = rng.normal(size=(4, 3)), rng.uniform(size=(4, 3))
    found = nn.binary_cross_entropy(dl.sigmoid(x), y)
    assert float(found) == pytest.approx(float(logistic(x, y)))


def test_pos_weight_counts_each_yes_so_often():
    x, y = rng.normal(size=(6, 2)), rng.integers(0, 2, (6, 2))
    plain, found = (logistic(x, y, pos_weight=w, reduction="none") for w in (None, [3.0, 0.5]))
    np.testing.assert_allclose(found, np.where(y == 1, [3.0, 0.5], 1) * plain)


def test_bools_are_targets():
    x = rng.normal(size=4)
    y = np.array([True, False, True, True])
    assert float(logistic(x, y)) == float(logistic(x, y.astype(float)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: logistic(np.zeros((3, 1)), np.zeros(3)), "prediction.squeeze"),
        (lambda: logistic(np.zeros((3, 2)), np.zeros((3, 2)), pos_weight=[1.0] * 3), "broadcast"),
        (lambda: logistic(np.zeros(2), np.zeros(2), pos_weight=np.ones((5, 2))), "pos_weight has"),
        (lambda: nn.binary_cross_entropy(np.array([0.5, 1.5]), [0, 1]), "got 0.5 to 1.5; scores"),
        (lambda: nn.binary_cross_entropy(np.array([-0.5, 0.5]), [0, 1]), "between 0 and 1"),
        (lambda: nn.binary_cross_entropy(np.array([np.nan]), [0]), "between 0 and 1, got nan"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
