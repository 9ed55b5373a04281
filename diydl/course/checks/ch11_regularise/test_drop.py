"""What `drop` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, leaves_inputs_alone

pytestmark = pytest.mark.exercise("11/drop")


def half(rng, size):
    """Return booleans, exactly half of them True."""
    return rng.permutation(np.arange(size) % 2 == 0)


@pytest.mark.points(2)
@pytest.mark.hint("times `kept`, divided by 1 - p")
@pytest.mark.parametrize("p", [0.1, 0.4, 0.8])
def test_values(sub, rng, p):
    """What is kept grows, what is dropped is 0"""
    x = rng.uniform(1, 2, size=(6, 5))
    kept = rng.random((6, 5)) >= p
    kept[0, :2] = True, False
    kept[1:3] = True  # never exactly the share that was asked for
    agree(sub.drop(x, kept, p), np.where(kept, x / (1 - p), 0))


@pytest.mark.points(1)
@pytest.mark.hint("multiply: then `kept` may be smaller than `x`")
@pytest.mark.parametrize(("shape", "drawn"), [((4, 3), (4, 1)), ((2, 4, 3, 3), (2, 4, 1, 1))])
def test_broadcast(sub, rng, shape, drawn):
    """One draw for many numbers"""
    x, kept = rng.uniform(1, 2, size=shape), half(rng, int(np.prod(drawn))).reshape(drawn)
    agree(sub.drop(x, kept, 0.5), np.where(kept, 2 * x, 0))


@pytest.mark.points(1)
@pytest.mark.hint("booleans and Python numbers take the dtype of x")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_dtype(sub, rng, dtype):
    """float32 stays float32"""
    x, kept = np.full(6, rng.integers(1, 5), dtype), half(rng, 6)
    agree(sub.drop(x, kept, 0.5), (2 * x * kept).astype(dtype))


@pytest.mark.points(1)
@pytest.mark.hint("make a new array")
def test_inputs(sub, rng):
    """Its inputs stay as they were"""
    leaves_inputs_alone(sub.drop, rng.uniform(1, 2, size=6), half(rng, 6), 0.5)
