"""What `logistic_vjp` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree_gradient, note

pytestmark = pytest.mark.exercise("08/logistic_vjp")


def sigmoid(x):
    """Return the sigmoid of moderate numbers."""
    return 1 / (1 + np.exp(-x))


@pytest.mark.points(2)
@pytest.mark.hint("sigmoid minus target, times g, summed back to the shape of the logits")
@pytest.mark.parametrize(
    ("shape", "other"),
    [((4, 3), (4, 3)), ((4, 1), (4, 3)), ((3,), (4, 3)), ((4, 3), (3,)), ((), ())],
)
def test_values(sub, rng, shape, other):
    """Right for every pair of shapes that broadcast"""
    x, y = np.asarray(rng.normal(size=shape)), np.asarray(rng.uniform(size=other))
    out = np.asarray(np.log1p(np.exp(x)) - x * y)
    g = np.asarray(rng.normal(size=out.shape))
    back = g * (sigmoid(x) - y)
    padded = (1,) * (back.ndim - len(shape)) + shape
    axes = tuple(k for k, n in enumerate(padded) if n == 1)
    expected = back.sum(axis=axes, keepdims=True).reshape(shape)
    agree_gradient(sub.logistic_vjp(g, out, x, y), expected)


@pytest.mark.points(1)
@pytest.mark.hint("dl.sigmoid does it, for any score")
def test_at_800(sub):
    """Sure and wrong has the slope 1, sure and right the slope 0"""
    x, y = np.array([800.0, -800.0, 800.0, -800.0]), np.array([0.0, 1.0, 1.0, 0.0])
    out = np.array([800.0, 800.0, 0.0, 0.0])
    found = sub.logistic_vjp(np.ones(4), out, x, y)
    agree_gradient(found, np.array([1.0, -1.0, 0.0, 0.0]))


@pytest.mark.points(1)
@pytest.mark.hint("nothing that takes part has a dtype of its own")
def test_dtype(sub):
    """float32 stays float32"""
    zeros = np.zeros(3, "float32")
    have = str(sub.logistic_vjp(zeros + 1, zeros, zeros + 0, zeros + 0).dtype)
    note(have)
    assert have == "float32", f"everything is float32, and the gradient is {have}"


@pytest.mark.points(1)
@pytest.mark.hint("functions of the library work on Tensors too; NumPy's do not")
def test_on_the_tape(drive, rng):
    """On the tape, where even the gradient of a gradient comes back"""
    x, g, h = (rng.normal(size=(4, 3)) for _ in range(3))
    y = rng.uniform(size=(4, 3))
    found = drive("on_the_tape", x, y, g, h)
    p = sigmoid(x)
    agree_gradient(found["first"], g * (p - y))
    agree_gradient(found["second"], g * h * p * (1 - p), what="the second derivative")
