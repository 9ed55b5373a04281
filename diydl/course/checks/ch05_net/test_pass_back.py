"""What `pass_back` must do: the full contract of `Module.pass_back`."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient, note

pytestmark = pytest.mark.exercise("05/pass_back")


@pytest.mark.points(2)
@pytest.mark.hint("ask `self.prim.pull` with what has arrived: `self.output.grad`")
def test_shares(drive, rng):
    """Every input gets its share of what has arrived"""
    x, y, g = rng.normal(size=(3, 4, 2))
    found = drive("shares", "mul", [x, y], g)["grads"]
    agree_gradient(found[0], g * y)
    agree_gradient(found[1], g * x)


@pytest.mark.points(1)
@pytest.mark.hint("for `out`, the VJP wants `self.output.value`")
def test_out(drive, rng):
    """A VJP that uses the value of the way forward"""
    x = rng.normal(size=5)
    agree_gradient(drive("shares", "exp", [x], np.ones(5))["grads"][0], np.exp(x))


@pytest.mark.points(1)
@pytest.mark.hint("the first argument of `pull` is the list of `data.wanted`")
def test_wanted(drive, rng):
    """Only what is wanted is asked for"""
    x, y, g = rng.normal(size=(3, 4))
    asked = drive("shares", "mul", [x, y], g, frozen=[0])["asked"]
    note(asked)
    assert asked == [[False, True]], (
        f"expected one question to the VJP, for [False, True] (the first input wants none), "
        f"found {asked}"
    )


@pytest.mark.points(1)
@pytest.mark.hint("`data.receive` adds to what is there")
def test_read_twice(drive, rng):
    """A Data that is read twice gets both shares"""
    x = rng.normal(size=4)
    found = drive("shares", "add", [x], np.ones(4), same=True)["grads"]
    agree_gradient(found[0], np.full(4, 2.0))


@pytest.mark.points(1)
@pytest.mark.hint("`self.used` says along which axis it was")
def test_keywords(drive, rng):
    """The VJP knows what was said by keyword"""
    x = rng.normal(size=(3, 4))
    found = drive("shares", "mean", [x], np.ones(3), {"axis": 1, "keepdims": False})["grads"]
    agree_gradient(found[0], np.full((3, 4), 1 / 4))


@pytest.mark.points(1)
@pytest.mark.hint("let `self.fitted` bring the shares into form")
def test_fitted(drive, rng):
    """Each gradient has the dtype of its input"""
    x, g = rng.normal(size=4), rng.normal(size=4)
    w = rng.normal(size=4).astype("float32")
    found = drive("shares", "mul", [w, x], g)["grads"]
    agree(str(found[0].dtype), "float32", what="the dtype of the gradient of a float32 weight")
