"""What `matmul_vjp_b` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient

pytestmark = pytest.mark.exercise("02/matmul_vjp_b")


def by_moving(a, b, g):
    """Find how sum(g * (a @ b)) grows with each element of b: it is straight in b."""
    slopes = np.zeros(b.shape)
    for place in np.ndindex(b.shape):
        unit = np.zeros(b.shape)
        unit[place] = 1
        slopes[place] = np.sum(g * (a @ unit))
    return slopes


@pytest.mark.points(2)
@pytest.mark.hint("the gradient has the shape of b; only one product of g and a, turned, is right")
@pytest.mark.parametrize(
    ("left", "right"),
    [((2, 3), (3, 4)), ((3, 3), (3, 3)), ((5, 2, 3), (5, 3, 4)), ((2, 1, 2, 2), (2, 1, 2, 2))],
)
def test_values(sub, rng, left, right):
    """Matrices, and stacks of them; also square ones, where every order fits"""
    a, b = rng.normal(size=left), rng.normal(size=right)
    g = rng.normal(size=(a @ b).shape)
    agree_gradient(sub.matmul_vjp_b(g, a), by_moving(a, b, g))


@pytest.mark.points(1)
@pytest.mark.hint("a product of float32 is float32 by itself")
def test_dtype(sub, rng):
    """float32 stays float32"""
    g, a = (rng.normal(size=(3, 3)).astype(np.float32) for _ in range(2))
    found = sub.matmul_vjp_b(g, a)
    agree(str(np.asarray(found).dtype), "float32", what="the dtype")


@pytest.mark.points(2)
@pytest.mark.hint("use `@` and `.swapaxes`, which arrays and Tensors share")
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((2, 3), (3, 4)),
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 4)),
        ((5, 2, 3), (3,)),
        ((3,), (2, 3, 4)),
        ((2, 2, 3), (3, 4)),
        ((2, 3), (5, 3, 4)),
        ((2, 1, 2, 3), (3, 3, 4)),
        ((0, 3), (3, 4)),
    ],
)
def test_every_rank_in_the_library(drive, rng, left, right):
    """dl.matmul with your piece inside: vectors, matrices and stacks of every kind"""
    a, b = rng.normal(size=left), rng.normal(size=right)
    g = np.array(rng.normal(size=np.shape(a @ b)))
    agree_gradient(drive("on_tape", a, b, g), by_moving(a, b, g))
