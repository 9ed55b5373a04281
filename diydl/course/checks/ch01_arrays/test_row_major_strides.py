"""What `row_major_strides` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_type, note

pytestmark = pytest.mark.exercise("01/row_major_strides")


def strides_of(sub, shape, itemsize):
    """The answer, noted with its order, as a list."""
    found = sub.row_major_strides(shape, itemsize)
    note(str(found))
    return list(found) if isinstance(found, tuple | list) else found


@pytest.mark.points(2)
@pytest.mark.hint("a step down passes over one row: all of its columns, `itemsize` bytes each")
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "uint8"])
def test_tables(sub, rng, dtype):
    """Tables of rows and columns, of 8, 4, 2 and 1 bytes an element"""
    shape = (int(rng.integers(2, 6)), int(rng.integers(7, 19)))
    x = np.empty(shape, dtype)
    what = f"for shape {shape} and {x.itemsize} bytes it"
    agree(strides_of(sub, shape, x.itemsize), list(x.strides), what=what)


@pytest.mark.points(1)
@pytest.mark.hint("walk through all sizes, from the last to the first")
@pytest.mark.parametrize("axes", [0, 1, 3, 4])
def test_any_number_of_axes(sub, rng, axes):
    """Any number of axes, also none"""
    shape = tuple(int(size) for size in rng.permutation([2, 3, 5, 7])[:axes])
    expected = list(np.empty(shape, "float64").strides)
    agree(strides_of(sub, shape, 8), expected, what=f"for shape {shape} it")


@pytest.mark.points(1)
@pytest.mark.hint("wrap the result in tuple(...)")
def test_is_a_tuple(sub):
    """The result is a tuple"""
    agree_type(sub.row_major_strides((2, 3), 8), tuple)
