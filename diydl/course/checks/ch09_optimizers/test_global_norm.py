"""What `global_norm` must do: the full contract of clipping's own."""

import numpy as np
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("09/global_norm")


@pytest.mark.points(3)
@pytest.mark.hint("the root of the sum of all squares, over all arrays")
def test_length(sub, rng):
    """Arrays of several shapes, and one alone"""
    arrays = [np.array(rng.normal(size=shape)) for shape in [(), (3,), (2, 4)]]
    joined = np.concatenate([x.ravel() for x in arrays])
    found = np.asarray(sub.global_norm(arrays))
    agree(found, np.asarray(np.sqrt(np.sum(joined**2))), what="the length")
    found = np.asarray(sub.global_norm([np.array([[6.0, 8.0]])]))
    agree(found, np.asarray(10.0), what="the length of [[6, 8]]")


@pytest.mark.points(1)
@pytest.mark.hint("convert to float64 before you square")
@pytest.mark.parametrize(("dtype", "size"), [("float16", 300.0), ("float32", 1e25)])
def test_large(sub, dtype, size):
    """Numbers whose squares overflow"""
    arrays = [np.array([3 * size], dtype), np.array([4 * size], dtype)]
    found = float(sub.global_norm(arrays)) / size
    agree(found, 5.0, what="the length in units of one number", tolerance=1e-3)


@pytest.mark.points(1)
@pytest.mark.hint("operations of the library work on arrays, on Tensors and in plans")
def test_in_plans(drive, rng):
    """Of Tensors and in a plan as of arrays"""
    arrays = [rng.normal(size=3).astype("float32"), rng.normal(size=(2, 2)).astype("float32")]
    found = drive("of_tensors", arrays)
    agree(found["tensors"], found["arrays"], what="the length of Tensors")
    agree(found["planned"], found["arrays"], what="the length in a plan")
