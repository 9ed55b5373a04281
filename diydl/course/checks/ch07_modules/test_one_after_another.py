"""What `one_after_another` must do: the full contract of `Sequential.forward`."""

import numpy as np
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("07/one_after_another")


@pytest.mark.points(2)
@pytest.mark.hint("the result of one layer is the input of the next")
def test_in_a_row(drive, rng):
    """Each layer takes the result of the one before, functions too"""
    x = rng.normal(size=(4, 3))
    agree(drive("applied", ["plus three", "double", "negative"], x), -2 * (x + 3))
    agree(drive("applied", ["negative", "relu"], x), np.maximum(-x, 0))


@pytest.mark.points(1)
@pytest.mark.hint("without layers, x itself is returned")
def test_empty(drive, rng):
    """No layers at all"""
    x = rng.normal(size=3)
    agree(drive("applied", [], x), x)


@pytest.mark.points(1)
@pytest.mark.hint("call the module, not its forward")
def test_called(drive, rng):
    """Modules are called, so that others can see them run"""
    told = drive("calls", rng.normal(size=(2, 3)))
    agree(", ".join(told), "ReLU, Tanh, Sigmoid, Sequential", what="what a probe heard")
