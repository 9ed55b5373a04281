"""What `he_normal` must do: the full contract of the library's."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("07/he_normal")


def holds(found, spread, dtype="float32"):
    """Compare statistics, given to two digits, with those of a normal distribution."""
    assert isinstance(found, dict), f"expected an array (numpy.ndarray), got {found}"
    ratio = found["spread"] / float(spread)
    agree(ratio, 1.0, what="the spread (std), by what it should be,", tolerance=0.07)
    agree(found["normal"], True, what="whether about 4.6 % lie beyond two spreads")
    agree(found["centred"], True, what="whether the mean is about 0")
    agree(found["dtype"], dtype, what="the dtype")


@pytest.mark.points(1)
@pytest.mark.hint("the gain of what follows, by the root of the fan")
def test_spread(drive):
    """Square weights, before a ReLU and before nothing"""
    holds(drive("statistics", [120, 120], {}), np.sqrt(2 / 120))
    holds(drive("statistics", [120, 120], {"nonlinearity": "linear"}), np.sqrt(1 / 120))


@pytest.mark.points(1)
@pytest.mark.hint("`mode` says which of the two fans of `init.fans` counts")
def test_fans(drive):
    """More inputs than outputs, and the mode that counts outputs"""
    holds(drive("statistics", [60, 15, 4, 4], {}), np.sqrt(2 / 240))
    holds(drive("statistics", [60, 15, 4, 4], {"mode": "fan_out"}), np.sqrt(2 / 960))


@pytest.mark.points(1)
@pytest.mark.hint("raise a ValueError for a mode that is neither of the two")
def test_mode(drive):
    """A mode that does not exist"""
    found = drive("statistics", [120, 120], {"mode": "fan_inn"})
    note(found if isinstance(found, str) else "no error")
    assert found == "ValueError", "expected a ValueError for mode='fan_inn'"


@pytest.mark.points(1)
@pytest.mark.hint("hand the dtype on to the draw")
def test_dtype(drive):
    """Another dtype"""
    holds(drive("statistics", [120, 120], {"dtype": "float64"}), np.sqrt(2 / 120), "float64")


@pytest.mark.points(1)
@pytest.mark.hint("draw by `init.normal`: it goes on from the seed of `dl.seed`")
def test_seed(drive):
    """The same numbers from the same seed, and other ones each time"""
    found = drive("seeds")
    note(sorted(found.items()))
    assert found["again"], "the same seed (dl.seed) gave other numbers the second time"
    assert not found["next"], "two draws in a row gave the same numbers"
