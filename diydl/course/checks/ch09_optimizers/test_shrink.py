"""What `shrink` must do: the full contract of AdamW's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, leaves_inputs_alone

pytestmark = pytest.mark.exercise("09/shrink")


@pytest.mark.points(2)
@pytest.mark.hint("p times 1 minus lr times weight_decay")
@pytest.mark.parametrize("shape", [(), (2, 4)])
def test_values(sub, rng, shape):
    """What is left of the weights"""
    p = np.array(rng.normal(size=shape) * 3)
    lr, decay = rng.uniform(0.2, 0.8, 2).tolist()
    agree(np.asarray(sub.shrink(p, lr, decay)), np.asarray(p - lr * decay * p))


@pytest.mark.points(1)
@pytest.mark.hint("compute a new array")
def test_inputs(sub, rng):
    """The weights that came in stay as they are"""
    leaves_inputs_alone(sub.shrink, rng.normal(size=5), 0.5, 0.25)


@pytest.mark.points(1)
@pytest.mark.hint("use lr as it comes: in a plan it is a number to come")
def test_in_plans(drive, rng):
    """Inside the library's AdamW: a plan does what the steps do"""
    options = {"lr": 0.5, "weight_decay": 0.25}
    found = drive("both_ways", "AdamW", options, rng.normal(size=3), np.zeros((2, 3)))
    for planned, at_once in zip(found["planned"], found["at once"], strict=True):
        agree(planned, at_once, what="what a plan of two steps leaves")
