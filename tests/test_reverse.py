"""The reverse sweep by itself, on nodes made of nothing but a name."""

from types import SimpleNamespace

import numpy as np
import pytest

from diydl.reverse import fitted, reverse_sweep, toposort


class Node:
    """A node that multiplies its gradient by `factor` for each input."""

    def __init__(self, name, *inputs, factor=1.0, prim="scale"):
        self.name, self.inputs, self.factor = name, inputs, factor
        self.prim = prim if inputs else None
        self.shape, self.dtype = (), np.dtype(float)


def scale(node, g):
    return [g * node.factor for _ in node.inputs]


def test_inputs_come_before_their_users_and_each_node_once():
    a = Node("a")
    b = Node("b", a)
    c = Node("c", a, b, None)
    d = Node("d", b, c, c)
    assert [node.name for node in toposort(d)] == ["a", "b", "c", "d"]


def test_fan_out_accumulates():
    x = Node("x")
    left, right = Node("l", x, factor=2.0), Node("r", x, factor=3.0)
    top = Node("top", left, right, left)
    assert reverse_sweep(toposort(top), np.float64(1), scale) == {x: 2 + 3 + 2}


def test_a_diamond_is_pulled_once_with_the_whole_gradient():
    x = Node("x")
    middle = Node("m", x, factor=5.0)
    top = Node("top", Node("l", middle), Node("r", middle))
    pulled = []

    def pull(node, g):
        pulled.append((node.name, float(g)))
        return scale(node, g)

    assert reverse_sweep(toposort(top), np.float64(1), pull)[x] == 10
    assert ("m", 2.0) in pulled
    assert len(pulled) == 4


def test_a_chain_deeper_than_the_recursion_limit():
    node = leaf = Node("x")
    for _ in range(100_000):
        node = Node("n", node)
    assert reverse_sweep(toposort(node), np.float64(1), scale) == {leaf: 1.0}


def test_zero_gradients_as_none_are_skipped():
    x = Node("x")
    assert reverse_sweep(toposort(Node("t", x)), np.float64(1), lambda node, g: [None]) == {}


def vjp_of(*sources):
    return SimpleNamespace(inputs=sources, prim=SimpleNamespace(name="mul"))


def test_a_gradient_of_the_wrong_shape_is_an_error_that_names_the_vjp():
    with pytest.raises(ValueError, match=r"VJP of mul .* shape \(3,\) for an input of shape \(\)"):
        fitted([np.ones(3)], vjp_of(Node("x")))


def test_a_gradient_too_few_is_an_error():
    with pytest.raises(ValueError, match="VJP of mul returned 1 gradients for 2 inputs"):
        fitted([np.ones(())], vjp_of(Node("x"), Node("y")))


def test_gradients_come_in_the_dtype_of_their_input_and_only_where_needed():
    x = Node("x")
    x.dtype = np.dtype(np.float32)
    gx, nobodys = fitted([np.ones(()), np.ones(7)], vjp_of(x, None))
    assert gx.dtype == np.float32
    assert nobodys is None
