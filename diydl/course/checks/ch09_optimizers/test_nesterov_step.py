"""What `nesterov_step` must do: the full contract of the optimizer's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("09/nesterov_step")


def both(found):
    """Return the two results, once it is clear that there are two."""
    note(type(found).__name__)
    assert isinstance(found, (tuple, list)) and len(found) == 2, (
        "expected two values, the new parameter and the new velocity: `return p, v`"
    )
    return found


@pytest.mark.points(2)
@pytest.mark.hint("walk along momentum times the new velocity, plus the gradient")
@pytest.mark.parametrize("shape", [(), (2, 4)])
def test_parameter(sub, rng, shape):
    """The new parameter"""
    p, g, v = (np.array(rng.normal(size=shape)) for _ in range(3))
    lr, momentum = rng.uniform(0.1, 0.9, 2).tolist()
    found = both(sub.nesterov_step(p, g, v, lr, momentum))[0]
    ahead = momentum * (momentum * v + g) + g
    agree(np.asarray(found), np.asarray(p - lr * ahead), what="the new parameter")


@pytest.mark.points(1)
@pytest.mark.hint("the velocity is that of plain momentum")
def test_velocity(sub, rng):
    """The new velocity"""
    p, g, v = rng.normal(size=(3, 5))
    found = both(sub.nesterov_step(p, g, v, 0.25, 0.75))[1]
    agree(found, 0.75 * v + g, what="the new velocity")


@pytest.mark.points(1)
@pytest.mark.hint("operators and functions of the library work on arrays and in plans")
def test_in_plans(drive, rng):
    """Inside the library's SGD: a plan does what the steps do"""
    options = {"lr": 0.5, "momentum": 0.25, "nesterov": True}
    start, gradients = rng.normal(size=3), rng.uniform(1, 2, size=(3, 3))
    found = drive("both_ways", "SGD", options, start, gradients)
    for planned, at_once in zip(found["planned"], found["at once"], strict=True):
        agree(planned, at_once, what="what a plan of three steps leaves")
