"""What `compute` must do: the full contract of `Module.compute`."""

import numpy as np
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("05/compute")


@pytest.mark.points(1)
@pytest.mark.hint("collect the values of `self.inputs` in their order")
def test_in_order(drive, rng):
    """The value of every input, in order"""
    x, y = rng.normal(size=(4, 3)), rng.normal(size=3)
    agree(drive("run", "sub", [x, y], {})["value"], x - y, what="x - y")


@pytest.mark.points(1)
@pytest.mark.hint("an input that is read twice is passed twice")
def test_read_twice(drive, rng):
    """An operation that reads one Data twice"""
    x = rng.normal(size=5)
    agree(drive("run", "mul", [x], {}, same=True)["value"], x * x, what="x * x")


@pytest.mark.points(2)
@pytest.mark.hint("spread `self.used` out with `**`: it holds what is so in this run")
def test_keywords(drive, rng):
    """What was said by keyword, with the size of this batch"""
    x = rng.normal(size=(4, 3)).astype("float32")
    found = drive("run", "sum", [x], {"axis": 1, "keepdims": False})["value"]
    agree(found, x.sum(axis=1), what="the sum along axis 1")
    row = rng.normal(size=3).astype("float32")
    found = drive("spread", row, x)
    agree(found, np.tile(row, (4, 1)), what="a row that was copied for a batch of 4")


@pytest.mark.points(1)
@pytest.mark.hint("compute each time, whatever the output holds")
def test_again(drive, rng):
    """A second run sees new values"""
    first, second = rng.normal(size=3), rng.normal(size=3)
    found = drive("run_again", first, second)
    agree(found[1], np.exp(second), what="exp of what was fed the second time")


@pytest.mark.points(1)
@pytest.mark.hint("hand the result to `self.output.put`")
def test_put(drive, rng):
    """The output counts that it was written"""
    found = drive("run", "exp", [rng.normal(size=3)], {})
    agree(found["writes"], 1, what="how often the output was written in one run")
