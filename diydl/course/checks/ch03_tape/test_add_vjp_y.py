"""What `add_vjp_y` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient

pytestmark = pytest.mark.exercise("03/add_vjp_y")

SHAPES = [
    ((4, 3), (4, 3)),
    ((4, 3), (3,)),
    ((3,), (4, 3)),
    ((4, 1), (4, 3)),
    ((4, 3), (1, 3)),
    ((4, 1), (1, 3)),
    ((2, 4, 3), (4, 1)),
    ((5,), ()),
    ((), (5,)),
    ((), ()),
]


def expected(g, shape):
    """Gradient of ``sum(g * (x + y))`` with respect to an operand of this shape."""
    padded = (1,) * (g.ndim - len(shape)) + shape
    axes = tuple(k for k, n in enumerate(padded) if n == 1)
    return g.sum(axis=axes, keepdims=True).reshape(shape)


@pytest.mark.points(2)
@pytest.mark.hint("what comes in, summed back to the shape of y")
@pytest.mark.parametrize(("first", "second"), SHAPES)
def test_values(sub, rng, first, second):
    """Right for every pair of shapes that broadcast"""
    x, y = np.array(rng.uniform(1, 2, size=first)), np.array(rng.uniform(1, 2, size=second))
    out = np.asarray(x + y)
    g = np.array(rng.normal(size=out.shape))
    agree_gradient(sub.add_vjp_y(g, out, x, y), expected(g, y.shape))


@pytest.mark.points(1)
@pytest.mark.hint("nothing that you multiply or add has a dtype of its own")
def test_dtype(sub):
    """float32 stays float32"""
    ones = np.ones(3, "float32")
    agree(sub.add_vjp_y(ones, 2 * ones, 1 * ones, 1 * ones), ones, what="the gradient")


@pytest.mark.points(1)
@pytest.mark.hint("use nothing but g and the shape of y; NumPy's functions do not work on Tensors")
def test_on_the_tape(drive, rng):
    """On the tape, where even the gradient of a gradient comes back"""
    x, y, g, h = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=(4, 3)), np.ones(3)
    found = drive("on_the_tape", x, y, g, h)
    agree_gradient(found["first"], g.sum(axis=0))
    agree_gradient(found["second"], 2 * g.sum(axis=0), what="the second derivative")
