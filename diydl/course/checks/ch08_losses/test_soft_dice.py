"""What `soft_dice` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient, note

pytestmark = pytest.mark.exercise("08/soft_dice")


@pytest.mark.points(2)
@pytest.mark.hint("twice the common part over the sum of the sizes, with smooth above and below")
@pytest.mark.parametrize(
    ("shape", "axis", "smooth"),
    [
        ((4, 6), 1, 0.0),
        ((4, 6), 1, 1.0),
        ((2, 5, 6, 3), (0, 1, 2), 0.5),
        ((2, 5, 6, 3), (1, 2), 0.0),
    ],
)
def test_values(sub, rng, shape, axis, smooth):
    """A score for each region, from probabilities"""
    p, target = rng.uniform(size=shape), rng.integers(0, 2, shape).astype(float)
    if smooth:  # nothing is there and nothing was found: the score is 1
        p[0] = target[0] = 0
    common, sizes = (p * target).sum(axis=axis), p.sum(axis=axis) + target.sum(axis=axis)
    expected = (2 * common + smooth) / (sizes + smooth)
    agree(sub.soft_dice(p, target, axis=axis, smooth=smooth), expected)


@pytest.mark.points(1)
@pytest.mark.hint("never divide by 0: put 1 in place of a size of 0")
def test_nothing_there(sub, rng):
    """Nothing there and nothing found"""
    p = np.zeros((2, 5))
    p[1] = rng.uniform(0.1, 0.9, 5)
    hit = 2 * p[1].sum() / (p[1].sum() + 5)
    target = np.array([[0.0] * 5, [1.0] * 5])
    agree(sub.soft_dice(p, target, axis=1, smooth=0.0), np.array([0.0, hit]))


@pytest.mark.points(1)
@pytest.mark.hint("operations of the library, from the probabilities on")
def test_gradient(drive, rng):
    """The gradient on the tape"""
    p, target = rng.uniform(0.1, 0.9, (3, 6)), rng.integers(0, 2, (3, 6)).astype(float)
    g = rng.normal(size=3)
    common = 2 * (p * target).sum(axis=1, keepdims=True)
    sizes = (p + target).sum(axis=1, keepdims=True)
    agree_gradient(
        drive("gradient", p, target, g), g[:, None] * (2 * target / sizes - common / sizes**2)
    )


@pytest.mark.points(1)
@pytest.mark.hint("what you put in place of 0 has no dtype of its own")
def test_dtype(sub):
    """float32 stays float32"""
    p = np.full((2, 4), 0.5, "float32")
    have = str(sub.soft_dice(p, 2 * p, axis=1, smooth=0.0).dtype)
    note(have)
    assert have == "float32", f"everything is float32, and the score is {have}"
