"""What `describe_gradients` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient, note

pytestmark = pytest.mark.exercise("04/describe_gradients")


def described(drive, kind, x, y, seed):
    """Describe and run gradients, once it is clear that a dictionary of nodes came back."""
    found = drive("gradients", kind, x, y, seed)
    note(found["kind"])
    assert found["kind"] == "dict", (
        f"expected a dictionary from nodes to nodes, found a {found['kind']}"
    )
    return found


@pytest.mark.points(2)
@pytest.mark.hint("`pull` asks the primitive's VJP with nodes; the seed comes in from above")
def test_gradients(drive, rng):
    """Gradients of chains, of values used twice, of a layer; the seed comes in from above"""
    x, y, seed = rng.normal(size=(3, 2, 3))
    bent = np.tanh(x)
    slope = 1 - bent**2
    agree_gradient(described(drive, "chain", x, y, seed)["x"], seed * np.exp(bent) * slope)
    agree_gradient(described(drive, "fan", x, y, seed)["x"], seed * (slope * x + bent + 1))
    w = np.array([0.5, -1.0, 2.0])
    found = described(drive, "layer", x, y, seed)
    row = (seed * y).sum(axis=1, keepdims=True)
    agree_gradient(found["x"], row * w / 3, what="the gradient of x")
    agree_gradient(found["y"], seed * (x * w).mean(axis=1, keepdims=True), what="the gradient of y")


@pytest.mark.points(1)
@pytest.mark.hint("store `g` under the node in `pull`, and join that with what the sweep returns")
def test_inner_nodes(drive, rng):
    """The nodes on the way have an entry too"""
    x, y, seed = rng.normal(size=(3, 2, 3))
    missing = described(drive, "chain", x, y, seed)["missing"]
    agree(missing, [], what="the list of nodes on the way without a gradient")


@pytest.mark.points(1)
@pytest.mark.hint("`wanted` is True for inputs on the way, and only their gradients go on")
def test_no_more(drive, rng):
    """Nothing is described for inputs that are not on the way"""
    x, y, seed = rng.normal(size=(3, 2, 3))
    found = described(drive, "joint", x, y, seed)
    agree(found["more"], 0, what="the number of gradients of nodes off the way")
    agree(drive("products"), 1, what="the number of matrix products for the last of six layers")


@pytest.mark.points(1)
@pytest.mark.hint("what VJPs are given is nodes of the graph, so what they return is too")
def test_again(drive, rng):
    """Gradients of gradients"""
    x = rng.normal(size=4)
    agree(drive("third", x), 24 * x, what="the third derivative of x ** 4")
