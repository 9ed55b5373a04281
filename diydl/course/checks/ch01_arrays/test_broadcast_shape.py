"""What `broadcast_shape` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree_type, note

pytestmark = pytest.mark.exercise("01/broadcast_shape")


def gives(sub, a, b):
    """Compare with NumPy, whatever kind of sequence comes."""
    found, expected = sub.broadcast_shape(a, b), np.broadcast_shapes(a, b)
    found = tuple(found) if isinstance(found, list) else found
    note(str(found))
    assert found is not None, f"{a} and {b} give None; is there a `return` missing?"
    assert found == expected, f"{a} and {b} give {found}, expected {expected}"


def some_sizes(rng, count):
    return tuple(int(size) for size in rng.permutation([2, 3, 4, 5, 6, 7])[:count])


@pytest.mark.points(1)
@pytest.mark.hint("a 1 in either shape takes on the size of the other")
def test_ones_stretch(sub, rng):
    """Equal sizes stay, ones stretch, in either shape"""
    m, n, k = some_sizes(rng, 3)
    both = [((m, n), (m, n)), ((m, n), (m, 1)), ((m, 1), (1, n)), ((1, n, 1), (m, 1, k))]
    for a, b in [*both, ((n,), (m, n))]:
        gives(sub, a, b)


@pytest.mark.points(1)
@pytest.mark.hint("ones go in front of the shorter shape")
def test_shorter(sub, rng):
    """The shorter shape, also an empty one, gets ones in front"""
    m, n, k = some_sizes(rng, 3)
    for a, b in [((m, n), (n,)), ((k, m, n), (m, 1)), ((m, n), ()), ((), ())]:
        gives(sub, a, b)


@pytest.mark.points(1)
@pytest.mark.hint("take the size that is not 1, in place of the larger")
def test_empty_axis(sub, rng):
    """An axis of size 0 stays empty"""
    (m,) = some_sizes(rng, 1)
    for a, b in [((m, 0), (m, 1)), ((0, m), (0, m)), ((0,), (1,))]:
        gives(sub, a, b)


@pytest.mark.points(2)
@pytest.mark.hint("two different sizes, neither of them 1: raise ValueError")
def test_misfits(sub, rng):
    """A ValueError where the shapes do not fit"""
    m, n, k = some_sizes(rng, 3)
    for a, b in [((m, n), (m, k)), ((m, n), (k, n)), ((m,), (m, n)), ((m, 1, n), (m, 1, k))]:
        try:
            found = sub.broadcast_shape(a, b)
        except ValueError:
            note("ValueError")
            continue
        note(str(found))
        raise AssertionError(f"{a} and {b} do not fit: expected a ValueError, found {found}")


@pytest.mark.points(1)
@pytest.mark.hint("wrap the result in tuple(...)")
def test_is_a_tuple(sub):
    """The result is a tuple"""
    agree_type(sub.broadcast_shape((2, 3), (2, 3)), tuple)
