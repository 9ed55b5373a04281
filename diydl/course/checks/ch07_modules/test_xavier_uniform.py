"""What `xavier_uniform` must do: the full contract of the library's."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("07/xavier_uniform")


def holds(found, bound, dtype="float32"):
    """Compare statistics, given to two digits, with those of an even spread up to `bound`."""
    assert found is not None, "expected an array (numpy.ndarray)"
    agree(
        found["bound"] / float(bound), 1.0, what="the largest number, by the bound,", tolerance=0.07
    )
    spread = float(bound / np.sqrt(3))
    agree(found["spread"] / spread, 1.0, what="the spread, by what it should be,", tolerance=0.07)
    agree(found["centred"], True, what="whether the mean is about 0")
    agree(found["dtype"], dtype, what="the dtype")


@pytest.mark.points(2)
@pytest.mark.hint("the bound is the root of 6 by the sum of both fans")
def test_bound(drive):
    """Evenly between minus and plus the bound, for many inputs and for few"""
    for shape in ([40, 1000], [1000, 40], [40, 20, 5, 5]):
        places = int(np.prod(shape[2:]))
        bound = np.sqrt(6 / ((shape[0] + shape[1]) * places))
        found = drive("statistics", shape, {})
        holds(found, bound)
        agree(str(found["shape"]), str(shape), what="the shape")


@pytest.mark.points(1)
@pytest.mark.hint("the gain multiplies the bound; a nonlinearity has its gain in the library")
def test_gain(drive):
    """A gain, given as a number or by what follows"""
    bound = np.sqrt(6 / 400)
    holds(drive("statistics", [200, 200], {"gain": 3.0}), 3 * bound)
    holds(drive("statistics", [200, 200], {"nonlinearity": "tanh"}), 5 / 3 * bound)
    holds(drive("statistics", [200, 200], {"gain": 3.0, "nonlinearity": "tanh"}), 5 / 3 * bound)


@pytest.mark.points(1)
@pytest.mark.hint("hand the dtype on to the draw")
def test_dtype(drive):
    """Another dtype"""
    holds(drive("statistics", [200, 200], {"dtype": "float64"}), np.sqrt(6 / 400), "float64")


@pytest.mark.points(1)
@pytest.mark.hint("draw by `init.uniform`: it goes on from the seed of `dl.seed`")
def test_seed(drive):
    """The same numbers from the same seed, and other ones each time"""
    found = drive("seeds")
    note(sorted(found.items()))
    assert found["again"], "the same seed (dl.seed) gave other numbers the second time"
    assert not found["next"], "two draws in a row gave the same numbers"
