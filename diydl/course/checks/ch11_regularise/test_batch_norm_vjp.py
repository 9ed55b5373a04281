"""What `batch_norm_vjp` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree_gradient

pytestmark = pytest.mark.exercise("11/batch_norm_vjp")


def operands(rng, shape):
    """Return g, x, statistics, weight and bias for numbers of this shape."""
    channels = shape[1]
    statistics = np.stack([rng.normal(size=channels), rng.uniform(0.5, 2, channels)])
    weight, bias = rng.uniform(0.5, 2, channels), rng.normal(size=channels)
    return rng.normal(size=shape), rng.normal(size=shape) + 1, statistics, weight, bias


def spread(v, ndim):
    """Return one number for each channel, so that it fits along axis 1."""
    return v.reshape(-1, *(1,) * (ndim - 2))


def forward(x, statistics, weight, bias, eps):
    """Return the norm itself."""
    mean, var, weight, bias = (spread(v, x.ndim) for v in (*statistics, weight, bias))
    return (x - mean) / np.sqrt(var + eps) * weight + bias


@pytest.mark.points(2)
@pytest.mark.hint("x was multiplied by root and by weight; the bias was added everywhere")
def test_x_and_bias(sub, rng):
    """What comes back for x and for the bias"""
    g, x, statistics, weight, bias = operands(rng, (6, 4))
    out = forward(x, statistics, weight, bias, 1e-9)
    found = sub.batch_norm_vjp(g, out, x, statistics, weight, bias, eps=1e-9)
    agree_gradient(found[0], g * weight / np.sqrt(statistics[1] + 1e-9), what="what x gets")
    agree_gradient(found[3], g.sum(axis=0), what="what the bias gets")


@pytest.mark.points(2)
@pytest.mark.hint("the weight was multiplied with x, centred and times root")
def test_weight(sub, rng):
    """What comes back for the weight"""
    g, x, statistics, weight, bias = operands(rng, (6, 4))
    out = forward(x, statistics, weight, bias, 0.3)
    found = sub.batch_norm_vjp(g, out, x, statistics, weight, bias, eps=0.3)
    normalised = (x - statistics[0]) / np.sqrt(statistics[1] + 0.3)
    agree_gradient(found[2], (g * normalised).sum(axis=0), what="what the weight gets")


@pytest.mark.points(3)
@pytest.mark.hint("the mean is subtracted; the variance stands under a root, in the denominator")
def test_statistics(sub, rng):
    """What comes back for mean and variance, beside finite differences"""
    g, x, statistics, weight, bias = operands(rng, (6, 4))
    out = forward(x, statistics, weight, bias, 0.3)
    found = sub.batch_norm_vjp(g, out, x, statistics, weight, bias, eps=0.3)
    numeric, h = np.empty_like(statistics), 1e-5
    for place in np.ndindex(statistics.shape):
        step = np.zeros_like(statistics)
        step[place] = h
        up = forward(x, statistics + step, weight, bias, 0.3)
        down = forward(x, statistics - step, weight, bias, 0.3)
        numeric[place] = (g * (up - down)).sum() / (2 * h)
    agree_gradient(found[1], numeric, what="what mean and variance get")


@pytest.mark.points(1)
@pytest.mark.hint("sum over `axes`, and let scale broadcast along the channels")
@pytest.mark.parametrize("shape", [(3, 2, 4), (3, 2, 4, 2)])
def test_pictures(sub, rng, shape):
    """Signals and pictures"""
    g, x, statistics, weight, bias = operands(rng, shape)
    statistics = np.stack([0 * statistics[0], 0 * statistics[1] + 0.75])
    out = forward(x, statistics, weight, bias, 0.25)
    found = sub.batch_norm_vjp(g, out, x, statistics, weight, bias, eps=0.25)
    axes = (0, *range(2, len(shape)))
    agree_gradient(found[0], g * spread(weight, len(shape)), what="what x gets")
    agree_gradient(found[2], (g * x).sum(axis=axes), what="what the weight gets")
    agree_gradient(found[3], g.sum(axis=axes), what="what the bias gets")


@pytest.mark.points(1)
@pytest.mark.hint("the library's own operations work on arrays and on Tensors")
def test_on_the_tape(drive, rng):
    """On the tape, where even the gradient of a gradient comes back"""
    g, h, x = rng.normal(size=(3, 6, 4))
    weight = rng.uniform(0.5, 2, 4)
    found = drive("on_the_tape", x, weight, g, h)
    agree_gradient(found["first"], 2 * g * x * weight**2)
    expected = (4 * g * h * x * weight).sum(axis=0)
    agree_gradient(found["second"], expected, what="the second derivative")
