"""What `sum_to` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("03/sum_to")


@pytest.mark.points(3)
@pytest.mark.hint("align the shapes at the right; sum where `shape` has a 1 or nothing at all")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((5, 3), (3,)),
        ((5, 3), (5, 1)),
        ((5, 3), (1, 3)),
        ((2, 5, 3), (5, 1)),
        ((2, 5, 3), (1, 5, 3)),
        ((4, 4, 4), (4, 1, 4)),
        ((3, 3), (3, 1)),
        ((2, 3, 4, 5), (3, 1, 5)),
        ((5, 3), ()),
        ((5, 3), (1, 1)),
        ((0, 3), (3,)),
    ],
)
def test_values(drive, rng, reference, old, new):
    """Axes that were added or stretched are summed"""
    x = rng.normal(size=old)
    agree(drive("fold", x, list(new)), reference(np, x, shape=new))


@pytest.mark.points(1)
@pytest.mark.hint("without an axis to sum, `x` comes back as it is")
@pytest.mark.parametrize("shape", [(4, 3), (7,)])
def test_nothing_to_sum(drive, rng, shape):
    """A shape that is the same already"""
    x = rng.normal(size=shape)
    agree(drive("fold", x, list(shape)), x)


@pytest.mark.points(1)
@pytest.mark.hint("every step keeps the dtype of `x`")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_dtype(drive, rng, dtype):
    """float32 stays float32"""
    x = np.full((4, 3), rng.integers(1, 4), dtype)
    agree(drive("fold", x, [3]), x[0] * 4)


@pytest.mark.points(1)
@pytest.mark.hint("raise ValueError where the summed array does not have the padded shape")
@pytest.mark.parametrize("shape", [(3, 2), (2, 2), (4, 2, 3)])
def test_refuses(drive, rng, shape):
    """A shape that does not broadcast to that of x is refused"""
    found = drive("fold", rng.normal(size=(2, 3)), list(shape))
    note("refused" if isinstance(found, str) else "let through")
    assert isinstance(found, str), (
        f"an array of shape (2, 3) was summed to {shape}, which cannot be; raise a ValueError"
    )
