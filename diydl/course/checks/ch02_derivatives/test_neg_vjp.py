"""What `neg_vjp` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient, leaves_inputs_alone

pytestmark = pytest.mark.exercise("02/neg_vjp")


def gradient(result):
    """Take the one gradient out of its tuple."""
    return result[0] if isinstance(result, tuple) and len(result) == 1 else result


@pytest.mark.points(2)
@pytest.mark.hint("the slope of -x is -1 everywhere; times g")
@pytest.mark.parametrize("shape", [(3, 4), (), (0, 2)])
def test_values(sub, rng, shape):
    """The gradient, for a random g"""
    x, g = np.array(rng.normal(size=shape)), np.array(rng.normal(size=shape))
    numeric = g * (np.negative(x + 1e-6) - np.negative(x - 1e-6)) / 2e-6
    agree_gradient(gradient(sub.neg_vjp(g, np.negative(x), x)), numeric)


@pytest.mark.points(1)
@pytest.mark.hint("multiply by g and by what you make of `out`; a plain number does no harm")
def test_dtype(sub, rng):
    """float32 stays float32"""
    x, g = (rng.normal(size=(2, 3)).astype(np.float32) for _ in "xg")
    found = gradient(sub.neg_vjp(g, np.negative(x), x))
    agree(str(found.dtype), "float32", what="the dtype")


@pytest.mark.points(1)
@pytest.mark.hint("return a new array; do not write into g or out")
def test_arguments_unchanged(sub, rng):
    """The arguments are left as they were"""
    x, g = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    leaves_inputs_alone(sub.neg_vjp, g, np.negative(x), x)


@pytest.mark.points(1)
@pytest.mark.hint("do not read x or out, which are not kept; use operators, and return a tuple")
def test_in_the_library(drive, rng):
    """The library calls it: a tuple comes back, operators and dl functions made it"""
    x, g, weights = (rng.normal(size=(3, 4)) for _ in range(3))
    found = drive("on_tape", x, g)
    agree(found["tape"], found["direct"], what="the gradient inside the library")
    found = drive("on_tape", x, g, weights)
    agree(found["tape"], found["direct"], what="the gradient, recorded for a second derivative")
