"""What `channel_statistics` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("11/channel_statistics")


@pytest.mark.points(3)
@pytest.mark.hint("average over all axes but axis 1, divided by n")
@pytest.mark.parametrize("shape", [(6, 4), (5, 3, 4), (4, 3, 2, 5), (1, 2, 3, 3)])
def test_values(drive, rng, shape):
    """Tables, signals and pictures"""
    x = rng.normal(size=shape) + 5 * rng.normal(size=(shape[0], *(1,) * (len(shape) - 1)))
    x = x * rng.uniform(0.5, 2)
    rows = np.moveaxis(x, 1, 0).reshape(shape[1], -1)
    mean, var = drive("statistics", x)
    agree(mean, rows.mean(axis=1), what="the mean")
    agree(var, rows.var(axis=1), what="the variance")


@pytest.mark.points(1)
@pytest.mark.hint("subtract the mean before you square")
def test_far_from_zero(drive, rng):
    """Exact also where the numbers lie far from zero"""
    x = (5000 + rng.normal(size=(64, 3)) * [1, 2, 3]).astype("float32")
    found = drive("statistics", x)[1]
    agree(found, x.var(axis=0, dtype=float), what="the variance", dtype=False, tolerance=0.25)


@pytest.mark.points(1)
@pytest.mark.hint("convert nothing")
def test_dtype(drive, rng):
    """float32 stays float32"""
    x = np.full((4, 3), rng.integers(1, 9), "float32")
    mean, var = drive("statistics", x)
    agree(mean, x[0], what="the mean")
    agree(var, 0 * x[0], what="the variance")
