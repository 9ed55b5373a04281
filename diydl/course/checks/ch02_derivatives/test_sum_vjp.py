"""What `sum_vjp` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient

pytestmark = pytest.mark.exercise("02/sum_vjp")


def gradient(result):
    """Take the one gradient out of its tuple."""
    return result[0] if isinstance(result, tuple) and len(result) == 1 else result


def expected(g, shape, axis):
    """Spread g, which has the summed axes with size 1."""
    whole = g if axis is None else g.reshape(np.zeros(shape).sum(axis, keepdims=True).shape)
    return np.zeros(shape) + whole


@pytest.mark.points(3)
@pytest.mark.hint("put the summed axes back with size 1, then spread to the shape of x")
@pytest.mark.parametrize(
    ("shape", "axis"),
    [
        ((3, 4), None),
        ((3, 4), 0),
        ((3, 4), 1),
        ((3, 3), 1),
        ((2, 3, 4), -2),
        ((2, 3, 4), (0, 2)),
        ((2, 3, 4), (-1, 0)),
        ((), None),
        ((0, 3), 1),
    ],
)
def test_axes(sub, rng, shape, axis):
    """Any axis, several, or all; also where x is square"""
    x = np.array(rng.normal(size=shape))
    out = np.array(x.sum(axis))
    g = np.array(rng.normal(size=out.shape))
    agree_gradient(gradient(sub.sum_vjp(g, out, x, axis=axis)), expected(g, shape, axis))


@pytest.mark.points(1)
@pytest.mark.hint("with keepdims=True the axes are there already")
@pytest.mark.parametrize("axis", [None, 1, (0, -1)])
def test_keepdims(sub, rng, axis):
    """With keepdims=True"""
    x = rng.normal(size=(2, 3, 4))
    out = x.sum(axis, keepdims=True)
    g = rng.normal(size=out.shape)
    found = gradient(sub.sum_vjp(g, out, x, axis=axis, keepdims=True))
    agree_gradient(found, np.zeros(x.shape) + g)


@pytest.mark.points(1)
@pytest.mark.hint("spread g without making new numbers")
def test_dtype(sub, rng):
    """float32 stays float32"""
    x, g = rng.normal(size=(3, 4)).astype(np.float32), rng.normal(size=4).astype(np.float32)
    found = gradient(sub.sum_vjp(g, x.sum(0), x, axis=0))
    agree(str(found.dtype), "float32", what="the dtype")


@pytest.mark.points(1)
@pytest.mark.hint("of x only the shape is kept; use dl's functions, and return a tuple")
def test_in_the_library(drive, rng):
    """The library calls it: a tuple comes back, dl functions made it, x is not read"""
    x, g, weights = (rng.normal(size=shape) for shape in [(3, 4), (4,), (3, 4)])
    found = drive("on_tape", x, g, axis=0)
    agree(found["tape"], found["direct"], what="the gradient inside the library")
    found = drive("on_tape", x, g, axis=0, weights=weights)
    agree(found["tape"], found["direct"], what="the gradient, recorded for a second derivative")
