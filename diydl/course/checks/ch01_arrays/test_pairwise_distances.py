"""What `pairwise_distances` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("01/pairwise_distances")


@pytest.mark.points(2)
@pytest.mark.hint("(N, 1, D) minus (1, M, D), squared, summed over the last axis, then the root")
@pytest.mark.parametrize("shapes", [((5, 3), (4, 3)), ((4, 4), (4, 4)), ((1, 6), (3, 6))])
def test_values(sub, rng, reference, shapes):
    """Each row of `a` against each row of `b`"""
    a, b = (rng.normal(size=shape) for shape in shapes)
    agree(sub.pairwise_distances(a, b), reference(a, b))


@pytest.mark.points(1)
@pytest.mark.hint("subtract before you square")
def test_far_from_zero(sub, rng):
    """Points that are moved far away together keep their distances"""
    a = (rng.integers(-64, 64, size=(4, 3)) / 64).astype("float32")
    expected = sub.pairwise_distances(a, a)
    found = sub.pairwise_distances(a + 4096, a + 4096)
    agree(found, np.asarray(expected), what="the result for points near (4096, 4096, 4096)")


@pytest.mark.points(1)
@pytest.mark.hint("no array of zeros or ones: they are float64")
def test_dtype(sub, rng):
    """float32 stays float32"""
    a = rng.normal(size=(3, 3)).astype("float32")
    found = sub.pairwise_distances(a, a)
    have = str(getattr(found, "dtype", type(found).__name__))
    note(have)
    assert have == "float32", f"a and b are float32, and the result is {have}"


@pytest.mark.points(1)
@pytest.mark.hint("broadcasting goes with sizes of 0 as with all others")
@pytest.mark.parametrize("rows", [(0, 3), (0, 0), (2, 0)])
def test_no_rows(sub, rng, rows):
    """A table without rows"""
    a, b = (rng.normal(size=(n, 2)) for n in rows)
    found = np.shape(sub.pairwise_distances(a, b))
    note(str(found))
    assert found == rows, f"shapes {a.shape} and {b.shape} give {found}, expected {rows}"
