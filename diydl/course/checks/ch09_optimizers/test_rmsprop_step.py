"""What `rmsprop_step` must do: the full contract of the optimizer's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("09/rmsprop_step")


def both(found):
    """Return the two results, once it is clear that there are two."""
    note(type(found).__name__)
    assert isinstance(found, (tuple, list)) and len(found) == 2, (
        "expected two values, the new parameter and the new mean: `return p, s`"
    )
    return found


@pytest.mark.points(3)
@pytest.mark.hint("the new mean of squares first; then divide by its root plus eps")
@pytest.mark.parametrize("shape", [(), (2, 4)])
def test_parameter(sub, rng, shape):
    """The new parameter"""
    p, g = (np.array(rng.normal(size=shape)) for _ in range(2))
    s = np.array(rng.uniform(0.5, 2.0, size=shape))
    lr, alpha = rng.uniform(0.1, 0.4, 2).tolist()
    eps = 0.3
    found = both(sub.rmsprop_step(p, g, s, lr, alpha, eps))[0]
    size = np.sqrt(alpha * s + (1 - alpha) * g**2) + eps
    agree(np.asarray(found), np.asarray(p - lr * g / size), what="the new parameter")


@pytest.mark.points(1)
@pytest.mark.hint("return the mean of the squares, from which the next step goes on")
def test_mean(sub, rng):
    """The new mean of squares"""
    p, g, s = rng.normal(size=3), rng.normal(size=3), rng.uniform(0.5, 2.0, size=3)
    found = both(sub.rmsprop_step(p, g, s, 0.25, 0.75, 1e-8))[1]
    agree(found, 0.75 * s + 0.25 * g**2, what="the new mean")


@pytest.mark.points(1)
@pytest.mark.hint("operators and functions of the library work on arrays and in plans")
def test_in_plans(drive, rng):
    """Inside the library's RMSprop: a plan does what the steps do"""
    options = {"lr": 0.5, "alpha": 0.75, "eps": 0.1}
    start, gradients = rng.normal(size=3), rng.uniform(1, 2, size=(3, 3))
    found = drive("both_ways", "RMSprop", options, start, gradients)
    for planned, at_once in zip(found["planned"], found["at once"], strict=True):
        agree(planned, at_once, what="what a plan of three steps leaves")
