"""Losses of numbers: their curves, their minima, what they refuse."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.testing import gradient_checker

rng = np.random.default_rng(0)
LOSSES = [nn.mse_loss, nn.l1_loss, nn.huber_loss, nn.smooth_l1_loss]
every = pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)


def test_mse_gradient_reaches_the_target_too():
    a, b = dl.tensor([1.0, 2.0], requires_grad=True), dl.tensor([3.0, 1.0], requires_grad=True)
    nn.mse_loss(a, b).backward()
    assert a.grad.tolist() == [-2.0, 1.0]
    assert b.grad.tolist() == [2.0, -1.0]


@pytest.mark.parametrize(
    ("prediction", "target", "message"),
    [
        ((4, 1), (4,), r"\(4, 1\) and the target \(4,\).*prediction.squeeze\(-1\)"),
        ((4,), (4, 1), r"target.squeeze\(-1\)"),
        ((4,), (), "must be equal"),
        ((4, 2), (4, 3), "Reshape one of them"),
    ],
)
def test_mse_never_broadcasts(prediction, target, message):
    with pytest.raises(ValueError, match=message):
        nn.mse_loss(np.zeros(prediction), np.zeros(target))


@every
@pytest.mark.parametrize("shape", [(8, 3), (5, 3), (1, 3), (2, 3, 4), ()], ids=str)
def test_gradients_of_small_steps_for_both_operands(loss, shape):
    report = gradient_checker(loss, rng.normal(size=shape), rng.normal(size=shape))
    assert report, report


@every
@pytest.mark.parametrize(
    ("prediction", "target", "error", "message"),
    [
        (np.zeros((4, 1)), np.zeros(4), ValueError, r"\(4, 1\) and the target \(4,\)"),
        (np.zeros(4, int), np.zeros(4, int), TypeError, "int64, expected floating-point"),
        ([1.0, 2.0], [1.0, 2.0], TypeError, r"a list, expected a tensor.*diydl.tensor"),
    ],
)
def test_what_is_refused_names_the_loss(loss, prediction, target, error, message):
    with pytest.raises(error, match=f"{loss.__name__}: .*{message}"):
        loss(prediction, target)


@every
def test_targets_of_any_kind(loss):
    prediction = np.array([1.0, 2.5], np.float32)
    expected = loss(prediction, np.array([0, 2], np.float32))
    for target in ([0, 2], np.array([0, 2]), np.array([0.0, 2.0]), dl.tensor([0, 2])):
        found = loss(prediction, target)
        assert found.dtype == np.float32
        assert float(found) == float(expected)


@pytest.mark.parametrize("delta", [0.5, 1.0, 3.0])
def test_huber_is_its_definition(delta):
    x = np.concatenate([rng.normal(size=40) * 3, [delta, -delta, 0.0]])
    expected = [d * d / 2 if abs(d) <= delta else delta * (abs(d) - delta / 2) for d in x]
    zeros = np.zeros_like(x)
    huber = nn.huber_loss(x, zeros, delta=delta, reduction="none")
    np.testing.assert_allclose(huber, expected)
    smooth = nn.smooth_l1_loss(x, zeros, beta=delta, reduction="none")
    np.testing.assert_allclose(smooth, np.array(expected) / delta)


def test_huber_has_a_slope_at_its_corner_and_none_at_zero():
    x = dl.tensor([0.0, 1.0, -1.0, 5.0, 0.5], requires_grad=True)
    nn.huber_loss(x, np.zeros(5), reduction="sum").backward()
    assert x.grad.tolist() == [0.0, 1.0, -1.0, 1.0, 0.5]


def test_huber_lies_between_the_two():
    """Half the square for a large delta, delta times the distance for a small one."""
    x, zeros = rng.normal(size=50), np.zeros(50)
    square, size = (f(x, zeros, reduction="none") for f in (nn.mse_loss, nn.l1_loss))
    np.testing.assert_allclose(nn.huber_loss(x, zeros, delta=100, reduction="none"), square / 2)
    near = nn.huber_loss(x, zeros, delta=1e-6, reduction="none") / 1e-6
    np.testing.assert_allclose(near, size, atol=1e-6)
    np.testing.assert_array_equal(nn.smooth_l1_loss(x, zeros, beta=0, reduction="none"), size)


@pytest.mark.parametrize(
    ("loss", "where"), [(nn.mse_loss, np.mean), (nn.l1_loss, np.median)], ids=["mean", "median"]
)
def test_where_the_minimum_is(loss, where):
    """An outlier drags the mean along, and not the median."""
    data = np.array([1.0, 2.0, 2.5, 3.0, 90.0])
    tried = np.linspace(0, 100, 4001)
    losses = [float(loss(np.full(5, x), data)) for x in tried]
    assert tried[np.argmin(losses)] == pytest.approx(where(data), abs=0.03)


@pytest.mark.parametrize(
    ("loss", "options", "message"),
    [
        (nn.huber_loss, {"delta": 0}, "delta is a distance above 0, got 0"),
        (nn.huber_loss, {"delta": float("nan")}, "delta is a distance"),
        (nn.smooth_l1_loss, {"beta": -1}, "beta is a distance from 0, got -1"),
        (nn.mse_loss, {"reduction": "avg"}, "reduction is .mean., .sum. or .none., got .avg."),
        (nn.l1_loss, {"sample_weight": np.ones(3)}, r"sample_weight has shape \(3,\).*\(B, 1\)"),
    ],
)
def test_bad_options(loss, options, message):
    with pytest.raises(ValueError, match=message):
        loss(np.zeros((3, 2)), np.zeros((3, 2)), **options)
