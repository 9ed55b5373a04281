"""What `huber` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient, note

pytestmark = pytest.mark.exercise("08/huber")


def distances(rng, shape, delta):
    """Return distances of both signs, near and far, none of them at the join."""
    size = delta * rng.choice([rng.uniform(0.1, 0.9), rng.uniform(1.2, 4.0)], size=shape)
    return np.asarray(size * rng.choice([-1.0, 1.0], size=shape))


def curve(x, delta):
    """Return the values, element by element."""
    return np.where(np.abs(x) <= delta, x * x / 2, delta * np.abs(x) - delta * delta / 2)


@pytest.mark.points(2)
@pytest.mark.hint("half the square up to delta, then a line of the slope delta that joins it")
@pytest.mark.parametrize(("shape", "delta"), [((9,), 1.0), ((6, 5), 0.5), ((2, 4, 3), 2.5)])
def test_values(sub, rng, shape, delta):
    """Half the square up to delta, a line of the slope delta beyond"""
    x = distances(rng, shape, delta)
    x.flat[:4] = 0.5 * delta, -0.5 * delta, 3 * delta, -3 * delta
    agree(sub.huber(x, delta=delta), curve(x, delta))


@pytest.mark.points(2)
@pytest.mark.hint("no corner at delta, and no NaN at 0; use operations of the library")
@pytest.mark.parametrize("delta", [1.0, 0.25])
def test_gradient(drive, rng, delta):
    """The slope is the distance, and never more than delta; at 0 it is 0"""
    x = np.array([0.0, delta, -delta, 0.5 * delta, -0.5 * delta, 3 * delta, -3 * delta])
    g = rng.normal(size=7)
    agree_gradient(drive("on_the_tape", x, delta, g), g * np.clip(x, -delta, delta))


@pytest.mark.points(1)
@pytest.mark.hint("what you multiply with has no dtype of its own")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_dtype(sub, dtype):
    """float32 stays float32"""
    have = str(sub.huber(np.array([0.5, -0.5, 4.0], dtype), delta=1.0).dtype)
    note(have)
    assert have == dtype, f"the distances are {dtype}, and the result is {have}"
