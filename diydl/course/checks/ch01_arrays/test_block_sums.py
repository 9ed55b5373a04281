"""What `block_sums` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("01/block_sums")


@pytest.mark.points(2)
@pytest.mark.hint("reshape to (H/s, s, W/s, s), then sum over the two axes inside a block")
@pytest.mark.parametrize("case", [(8, 8, 4), (16, 16, 4), (6, 12, 3), (10, 4, 2), (3, 5, 1)])
def test_values(sub, rng, reference, case):
    """Each number is the sum over one block, also of pictures that are not square"""
    rows, columns, size = case
    image = rng.normal(size=(rows, columns))
    what = f"the result for {rows} x {columns} pixels in blocks of {size} x {size}"
    agree(sub.block_sums(image, size), reference(image, size), what=what)


@pytest.mark.points(1)
@pytest.mark.hint("count in a dtype that can hold the sum; NumPy's `sum` does")
@pytest.mark.parametrize("dtype", ["bool", "uint8"])
def test_counting(sub, rng, dtype):
    """Booleans and small whole numbers are counted without overflow"""
    image = (rng.integers(0, 2, size=(8, 12)) * 250).astype(dtype)
    image[:4, :4] = 255
    expected = [[image[i : i + 4, j : j + 4].astype(int).sum() for j in (0, 4, 8)] for i in (0, 4)]
    found = sub.block_sums(image, 4)
    agree(found, np.array(expected), what=f"the result for {dtype}", dtype=False)


@pytest.mark.points(1)
@pytest.mark.hint("no array of zeros: it is float64")
def test_dtype(sub, rng):
    """float32 stays float32"""
    found = sub.block_sums(rng.normal(size=(4, 4)).astype("float32"), 4)
    have = str(getattr(found, "dtype", type(found).__name__))
    note(have)
    assert have == "float32", f"the image is float32, and the result is {have}"


@pytest.mark.points(1)
@pytest.mark.hint("reshape to four axes with `//`, and it raises by itself")
@pytest.mark.parametrize("shape", [(10, 8), (8, 9), (2, 8)])
def test_misfit(sub, rng, shape):
    """A ValueError where the blocks do not fill the picture"""
    try:
        found = sub.block_sums(rng.normal(size=shape), 4)
    except ValueError:
        note("ValueError")
        return
    note(str(np.shape(found)))
    raise AssertionError(f"{shape} pixels in blocks of 4 x 4: expected a ValueError")


@pytest.mark.points(1)
@pytest.mark.hint("use `reshape`, which knows the strides")
@pytest.mark.parametrize("view", ["transposed", "every second row"])
def test_views(sub, rng, reference, view):
    """Pictures that are views, with strides of their own"""
    image = rng.normal(size=(8, 8))
    image = image.T if view == "transposed" else image[::2]
    agree(sub.block_sums(image, 4), reference(image, 4), what=f"the result for a view ({view})")
