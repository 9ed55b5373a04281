"""What `logistic` must do: the full contract of the library's own forward."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("08/logistic")


@pytest.mark.points(2)
@pytest.mark.hint("-target log(p) - (1 - target) log(1 - p), element by element")
@pytest.mark.parametrize(
    ("shape", "other"),
    [((4, 3), (4, 3)), ((4, 3), (3,)), ((4, 1), (4, 3)), ((3,), ()), ((), ())],
)
def test_values(drive, rng, shape, other):
    """Scores of both signs, targets between 0 and 1, shapes that broadcast"""
    x = np.asarray(rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 3, size=shape))
    y = np.asarray(rng.uniform(0.1, 0.9, size=other))
    p = 1 / (1 + np.exp(-x))
    agree(drive("loss", x, y), np.asarray(-y * np.log(p) - (1 - y) * np.log(1 - p)))


@pytest.mark.points(2)
@pytest.mark.hint("no exponent may be positive: neither exp(800) nor a probability of 0 or 1")
def test_at_800(drive):
    """Scores of 800, without an overflow on the way"""
    x = np.array([800.0, -800.0, 800.0, -800.0, 0.0])
    y = np.array([1.0, 0.0, 0.0, 1.0, 1.0])
    found = drive("loss", x, y)
    note(found if isinstance(found, str) else "finite")
    assert not isinstance(found, str), f"NumPy says: {found}. Look at every exponent for x = 800"
    agree(found, np.array([0.0, 0.0, 800.0, 800.0, np.log(2)]))


@pytest.mark.points(1)
@pytest.mark.hint("log1p for the small rest, and added last")
def test_small_losses(drive, rng):
    """What is right and nearly sure costs a little, and not nothing"""
    x = rng.uniform(27, 33, size=6) * [1, -1, 1, -1, 1, -1]
    y = (x > 0).astype(float)
    found = drive("loss", x, y)
    if isinstance(found, np.ndarray) and found.shape == x.shape:
        found = found / np.exp(-np.abs(x))
    agree(found, np.ones(6), what="the loss, beside exp(-size of the score),")


@pytest.mark.points(1)
@pytest.mark.hint("nothing that you add has a dtype of its own")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_dtype(drive, dtype):
    """float32 stays float32"""
    found = drive("loss", np.array([2.0, 0.5, 1.0], dtype), np.ones(3, dtype))
    have = str(getattr(found, "dtype", "no array"))
    note(have)
    assert have == dtype, f"the scores are {dtype}, and the result is {have}"
