"""What `adam_step` must do: the full contract of the optimizer's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, leaves_inputs_alone, note

pytestmark = pytest.mark.exercise("09/adam_step")

BETAS, SHARES = (0.75, 0.875), (0.25, 0.625)


def three(found):
    """Return the three results, once it is clear that there are three."""
    note(type(found).__name__)
    assert isinstance(found, (tuple, list)) and len(found) == 3, (
        "expected three values, the new parameter and both means: `return p, m, s`"
    )
    return found


def inputs(rng, shape):
    """Return p, g, m and s."""
    p, g, m = (np.array(rng.normal(size=shape)) for _ in range(3))
    return p, g, m, np.array(rng.uniform(0.5, 2.0, size=shape))


@pytest.mark.points(4)
@pytest.mark.hint("both means up to date, each divided by its share, then m by the root of s")
@pytest.mark.parametrize("shape", [(), (2, 4)])
def test_parameter(sub, rng, shape):
    """The new parameter"""
    p, g, m, s = inputs(rng, shape)
    lr, eps = float(rng.uniform(0.1, 1.0)), 0.25
    found = three(sub.adam_step(p, g, m, s, lr, BETAS, eps, SHARES))[0]
    mean = (0.75 * m + 0.25 * g) / SHARES[0]
    size = np.sqrt((0.875 * s + 0.125 * g**2) / SHARES[1]) + eps
    agree(np.asarray(found), np.asarray(p - lr * mean / size), what="the new parameter")


@pytest.mark.points(2)
@pytest.mark.hint("return the means without the correction: it is for this step alone")
def test_means(sub, rng):
    """Both means, uncorrected"""
    p, g, m, s = inputs(rng, 5)
    found = three(sub.adam_step(p, g, m, s, 0.5, BETAS, 1e-8, SHARES))
    agree(found[1], 0.75 * m + 0.25 * g, what="the new mean of the gradient")
    agree(found[2], 0.875 * s + 0.125 * g**2, what="the new mean of its square")


@pytest.mark.points(1)
@pytest.mark.hint("compute new values; do not write into what came in")
def test_inputs(sub, rng):
    """The arrays that came in stay as they are"""
    leaves_inputs_alone(sub.adam_step, *inputs(rng, 5), 0.5, BETAS, 1e-8, SHARES)


@pytest.mark.points(1)
@pytest.mark.hint("operators and functions of the library work on arrays and in plans")
def test_in_plans(drive, rng):
    """Inside the library's Adam: a plan does what the steps do"""
    options = {"lr": 0.5, "betas": list(BETAS), "eps": 0.0}
    start, gradients = rng.normal(size=3), rng.uniform(1, 2, size=(3, 3))
    found = drive("both_ways", "Adam", options, start, gradients)
    for planned, at_once in zip(found["planned"], found["at once"], strict=True):
        agree(planned, at_once, what="what a plan of three steps leaves")
