"""What `row_statistics` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("11/row_statistics")


def expected(x, axes, eps):
    """Return means and factors, row by row."""
    flat = x.reshape(*x.shape[: x.ndim - axes], -1)
    return np.stack([flat.mean(-1), (flat.var(-1) + eps) ** -0.5])


@pytest.mark.points(2)
@pytest.mark.hint("along the last axis; eps under the root; one over it")
@pytest.mark.parametrize("shape", [(5, 4), (4,), (2, 5, 3)])
def test_rows(drive, rng, shape):
    """Rows of one axis"""
    x = rng.normal(size=shape) + rng.normal(size=(*shape[:-1], 1))
    agree(drive("rows", x, 1, 0.5), expected(x, 1, 0.5))


@pytest.mark.points(1)
@pytest.mark.hint("`axes` says how many of the last axes make up a row")
@pytest.mark.parametrize(("shape", "axes"), [((2, 5, 3), 2), ((2, 2, 3, 4), 3), ((4, 3), 2)])
def test_several_axes(drive, rng, shape, axes):
    """Rows of several axes"""
    x = rng.normal(size=shape)
    agree(drive("rows", x, axes, 0.0), expected(x, axes, 0.0))


@pytest.mark.points(1)
@pytest.mark.hint("subtract the mean before you square")
def test_far_from_zero(drive, rng):
    """Exact also where the numbers lie far from zero"""
    x = (3000 + rng.normal(size=(3, 200))).astype("float32")
    wanted = expected(x.astype(float), 1, 0.0).astype("float32")
    agree(drive("rows", x, 1, 0.0), wanted, tolerance=1e-2)


@pytest.mark.points(1)
@pytest.mark.hint("float16 becomes float32 before anything is summed")
def test_half_precision(drive, rng):
    """Statistics of float16 are float32"""
    x = np.full((3, 3), rng.integers(1, 9), "float16")
    wanted = np.stack([x[:, 0], np.ones(3)]).astype("float32")
    agree(drive("rows", x, 1, 1.0), wanted)
