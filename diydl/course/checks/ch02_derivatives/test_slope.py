"""What `slope` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("02/slope")


@pytest.mark.points(2)
@pytest.mark.hint("f at x + h and at x - h; the way between them is 2 h")
@pytest.mark.parametrize("h", [0.5, 0.1])
def test_a_curve(drive, rng, h):
    """The slope of a curve, with the step that is given"""
    x = float(rng.uniform(0.5, 2))
    found = drive("measure", "cube", x, h=h)
    agree(found["slope"], 3 * x * x + h * h, what="the slope of x ** 3")


@pytest.mark.points(1)
@pytest.mark.hint("the same line works for arrays, if nothing turns them into one number")
def test_an_array(drive, rng):
    """Many places at once: x is an array, and so is the slope"""
    x = rng.normal(size=(3, 2))
    found = drive("measure", "sine", x)
    agree(found["slope"], np.cos(x), what="the slope of sin", tolerance=1e-6)


@pytest.mark.points(1)
@pytest.mark.hint("x + h is a new array; x += h is not")
def test_x_unchanged(drive, rng):
    """The caller's x is left as it was"""
    x = np.array(rng.normal())
    found = drive("measure", "wave", x.copy(), h=0.01)
    agree(found["x"], x, what="x after the call")
