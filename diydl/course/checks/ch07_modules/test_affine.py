"""What `affine` must do: the full contract of the library's."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("07/affine")


@pytest.mark.points(2)
@pytest.mark.hint("`x @ w.T`, and then the bias; the last axis of x is the one that changes")
@pytest.mark.parametrize("shape", [(5, 3), (4, 6, 3), (1, 3), (3,), (0, 3)])
def test_any_batch(drive, rng, shape):
    """The product with the weight turned round, and the bias, for any axes before the last"""
    x, w, b = rng.normal(size=shape), rng.normal(size=(3, 3)), rng.normal(size=3)
    agree(drive("computed", x, w, b), x @ w.T + b)
    w, b = rng.normal(size=(2, 3)), rng.normal(size=2)
    agree(drive("computed", x, w, b), x @ w.T + b)


@pytest.mark.points(1)
@pytest.mark.hint("every step keeps the dtype")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_dtype(drive, rng, dtype):
    """float32 stays float32"""
    w, b = np.zeros((2, 3), dtype), rng.integers(1, 9, 2).astype(dtype)
    x = rng.integers(1, 9, (4, 3)).astype(dtype)
    agree(drive("computed", x, w, b), np.stack([b] * 4))


@pytest.mark.points(1)
@pytest.mark.hint("compare `b.shape` with `w.shape[:1]` and raise a ValueError if they differ")
@pytest.mark.parametrize("wrong", [(1,), (5, 2), (3,), (), (1, 2)], ids=str)
def test_bias_that_does_not_fit(drive, rng, wrong):
    """A bias of another shape is refused, even where it could be broadcast"""
    x, w = np.zeros((5, 3)), np.zeros((2, 3))
    found = drive("computed", x, w, rng.normal(size=wrong))
    note(found if isinstance(found, str) else "no error")
    assert isinstance(found, str), f"expected a ValueError for a bias of shape {wrong}"


@pytest.mark.points(1)
@pytest.mark.hint("write into nothing that came in")
def test_leaves_the_bias_alone(drive, rng):
    """The bias is the same afterwards"""
    w, b = rng.normal(size=(2, 3)), rng.normal(size=2)
    agree(drive("bias_afterwards", rng.normal(size=3), w, b), b, what="the bias")
