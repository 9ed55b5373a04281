"""What `mul_vjp_x` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient

pytestmark = pytest.mark.exercise("03/mul_vjp_x")

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


def expected(g, y, shape):
    """Gradient of ``sum(g * x * y)`` with respect to an operand of this shape."""
    back = g * y
    padded = (1,) * (back.ndim - len(shape)) + shape
    axes = tuple(k for k, n in enumerate(padded) if n == 1)
    return back.sum(axis=axes, keepdims=True).reshape(shape)


@pytest.mark.points(2)
@pytest.mark.hint("slope, times what comes in, summed back to the shape of x")
@pytest.mark.parametrize(("first", "second"), SHAPES)
def test_values(sub, rng, first, second):
    """Right for every pair of shapes that broadcast"""
    x, y = np.array(rng.uniform(1, 2, size=first)), np.array(rng.uniform(1, 2, size=second))
    out = np.asarray(x * y)
    g = np.array(rng.normal(size=out.shape))
    agree_gradient(sub.mul_vjp_x(g, out, x, y), expected(g, y, x.shape))


@pytest.mark.points(1)
@pytest.mark.hint("nothing that you multiply or add has a dtype of its own")
def test_dtype(sub):
    """float32 stays float32"""
    ones = np.ones(3, "float32")
    agree(sub.mul_vjp_x(ones, 1 * ones, 1 * ones, 1 * ones), ones, what="the gradient")


@pytest.mark.points(1)
@pytest.mark.hint(
    "use nothing but g, y and the shape of x; NumPy's functions do not work on Tensors"
)
def test_on_the_tape(drive, rng):
    """On the tape, where even the gradient of a gradient comes back"""
    x, y, g, h = (rng.uniform(1, 2, size=(4, 3)) for _ in range(4))
    found = drive("on_the_tape", x, y, g, h)
    agree_gradient(found["first"], g * y)
    agree_gradient(found["second"], 2 * g * h * y * y, what="the second derivative")
