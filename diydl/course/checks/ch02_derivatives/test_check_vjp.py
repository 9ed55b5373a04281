"""What `check_vjp` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("02/check_vjp")

EXACT = {
    "cube": lambda x, g, h: (3 * g * x * x, g * (3 * x * x + h * h)),
    "exp without g": lambda x, g, h: (np.exp(x), g * np.exp(x)),
    "exp, one element off": lambda x, g, h: (_off(g * np.exp(x), 0.75), g * np.exp(x)),
    "row sums, one element off": lambda x, g, h: (_off(_rows(g), -0.75), _rows(g)),
}


def _off(gradient, amount):
    spoilt = np.array(gradient)
    spoilt.flat[-2] += amount
    return spoilt


def _rows(g):
    return np.tile(g, (4, 1)).T


def expected(name, x, g, h):
    """Largest error and its place, from the exact slopes of the secants."""
    analytic, numeric = EXACT[name](x, g, h)
    errors = abs(analytic - numeric) / np.maximum(1, abs(numeric))
    return errors.max(), np.unravel_index(errors.argmax(), errors.shape)


@pytest.mark.points(3)
@pytest.mark.hint("one element at a time: to x + h, to x - h, divided by 2 h, and compared")
@pytest.mark.parametrize(
    ("name", "shape", "g_shape", "step"),
    [
        ("cube", (2, 3), (2, 3), {"h": 0.1}),
        ("cube", (), (), {"h": 0.1}),
        ("exp without g", (5,), (5,), {}),
        ("exp, one element off", (3, 4), (3, 4), {}),
        ("row sums, one element off", (3, 4), (3,), {}),
    ],
)
def test_error_and_place(drive, rng, name, shape, g_shape, step):
    """The largest error, and where it is"""
    x, g = np.array(rng.normal(size=shape)), np.array(rng.normal(size=g_shape))
    if shape:
        x.flat[0] = 0
    error, place = expected(name, x, g, step.get("h", 1e-6))
    found = drive("examine", name, x, g, **step)
    agree(found["where"], tuple(int(i) for i in place), what="the place of the largest error")
    agree(found["error"], float(error), what="the largest error", tolerance=1e-6)


@pytest.mark.points(1)
@pytest.mark.hint("compute in float64, whatever comes in")
def test_float32(drive, rng):
    """A right VJP passes, also with x and g in float32"""
    x, g = (rng.uniform(0.5, 1, size=(2, 3)).astype(np.float32) for _ in "xg")
    found = drive("examine", "exp", x, g)
    agree(found["error"], 0.0, what="the largest error of a right VJP", tolerance=1e-6)


@pytest.mark.points(1)
@pytest.mark.hint("keep all errors in an array and take argmax at the end")
def test_not_a_number(drive, rng):
    """A gradient that is not a number does not slip through"""
    x, g = rng.normal(size=4), rng.normal(size=4)
    found = drive("examine", "exp, one element not a number", x, g)
    agree(found["error"], float("nan"), what="the largest error")
    agree(found["where"], (2,), what="the place of the largest error")


@pytest.mark.points(1)
@pytest.mark.hint("work on a copy")
def test_x_unchanged(drive, rng):
    """The caller's x is left as it was"""
    x, g = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    found = drive("examine", "cube", x.copy(), g, h=0.01)
    agree(found["x"], x, what="x after the call")
