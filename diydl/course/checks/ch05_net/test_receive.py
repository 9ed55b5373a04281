"""What `receive` must do: the full contract of `Data.receive`."""

import numpy as np
import pytest

from diydl.course.compare import agree_gradient

pytestmark = pytest.mark.exercise("05/receive")


@pytest.mark.points(1)
@pytest.mark.hint("with nothing there, the share that comes is all there is")
def test_first(drive, rng):
    """The first share is kept as it is"""
    g = rng.normal(size=(3, 2))
    agree_gradient(drive("received", [g]), g)


@pytest.mark.points(2)
@pytest.mark.hint("add what comes to what is there, whatever it is")
def test_sum(drive, rng):
    """Further shares are added, also one that comes twice"""
    shares = list(rng.normal(size=(4, 3)))
    once = drive("received", shares[:1])
    agree_gradient(drive("received", shares) - once, np.sum(shares[1:], axis=0))
    agree_gradient(drive("same_twice", shares[0]) - once, shares[0])


@pytest.mark.points(1)
@pytest.mark.hint("`self.grad + g` makes a new array; `+=` writes into one that others hold")
def test_others(drive, rng):
    """What others received stays as it is"""
    g, more = rng.normal(size=(2, 3))
    agree_gradient(drive("others_share", g, more), drive("received", [g]))
