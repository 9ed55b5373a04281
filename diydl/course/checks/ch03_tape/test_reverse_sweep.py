"""What `reverse_sweep` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("03/reverse_sweep")

LEAF = ([], [])


def gradients(drive, graph, seed):
    """Sweep, and return the gradients by number, once it is clear that they are a dict."""
    found = drive("sweep", graph, seed)
    assert found["kind"] == "dict", (
        f"expected a dictionary from leaves to gradients, found a {found['kind']}"
    )
    return found["grads"], found["pulled"]


def agree_on_leaves(found, expected):
    """Compare the gradients of some leaves."""
    for k, g in expected.items():
        note(k in found)
        assert k in found, f"the gradient of leaf {k} is not in the result"
        agree(found[k], g, what=f"the gradient of leaf {k}")


@pytest.mark.points(2)
@pytest.mark.hint("from the end: take out, pull, add to what the inputs have")
@pytest.mark.parametrize("shape", [(), (3,), (2, 2)])
def test_gradients(drive, rng, shape):
    """Chains, values used twice, diamonds; the seed comes in from above"""
    a, b, c, d, e, f = rng.uniform(1, 2, size=6).tolist()
    seed = np.array(rng.normal(size=shape))
    agree_on_leaves(gradients(drive, [LEAF], seed)[0], {0: seed})
    chain = [LEAF, ([0], [a]), ([1], [b])]
    agree_on_leaves(gradients(drive, chain, seed)[0], {0: np.asarray(a * b * seed)})
    used_twice = [LEAF, LEAF, ([0, 1], [a, b]), ([2, 0], [c, d])]
    expected = {0: np.asarray((a * c + d) * seed), 1: np.asarray(b * c * seed)}
    agree_on_leaves(gradients(drive, used_twice, seed)[0], expected)
    diamond = [LEAF, ([0, 0], [a, b]), ([1], [c]), ([1], [d]), ([3, 2], [e, f])]
    expected = {0: np.asarray((a + b) * (c * f + d * e) * seed)}
    agree_on_leaves(gradients(drive, diamond, seed)[0], expected)


@pytest.mark.points(1)
@pytest.mark.hint("`pop` takes out what has been used")
def test_only_leaves(drive):
    """The result holds leaves alone, and only those that something reached"""
    graph = [LEAF, LEAF, LEAF, ([0, 1], [2.0, None]), ([3, 2], [3.0, 4.0])]
    numbers = sorted(gradients(drive, graph, np.ones(2))[0])
    note(numbers)
    assert numbers == [0, 2], (
        f"expected gradients of the leaves 0 and 2, found some of {numbers}; nothing is sent to "
        "leaf 1, and the nodes 3 and 4 are no leaves"
    )


@pytest.mark.points(1)
@pytest.mark.hint("pass over inputs that are None, gradients that are None, nodes that got none")
def test_none(drive):
    """None among the inputs and among the gradients"""
    graph = [
        LEAF,
        ([None, 0], [None, 2.0]),
        ([0], [5.0]),
        ([1, 2], [3.0, None]),
        ([3, None], [7.0, None]),
    ]
    found, pulled = gradients(drive, graph, np.ones(2))
    agree_on_leaves(found, {0: np.full(2, 42.0)})
    note([sorted(found), sorted(pulled)])
    assert -1 not in found, "there is an entry for None, or for something that is no node"
    assert 2 not in pulled, "a node that got no gradient was pulled; there is nothing to pull"
    same = [LEAF, LEAF, ([0, 1], [2.0, 3.0]), ([2, 0], [1.0, None])]
    found = gradients(drive, same, np.ones(2))[0]
    agree_on_leaves(found, {0: np.full(2, 2.0), 1: np.full(2, 3.0)})


@pytest.mark.points(1)
@pytest.mark.hint("store the sum as a new array; the old one may belong to somebody else")
def test_shared_arrays(drive):
    """An array that was handed to two inputs is not changed for both"""
    graph = [LEAF, LEAF, ([0], [2.0]), ([0, 1], ["same", "same"]), ([3, 2], ["same", 5.0])]
    seed = np.ones(3)
    found = gradients(drive, graph, seed)[0]
    agree_on_leaves(found, {0: np.full(3, 11.0), 1: np.ones(3)})


@pytest.mark.points(1)
@pytest.mark.hint("by the time you come to a node, all of its gradient has arrived: one pull each")
def test_each_node_once(drive):
    """Each node is pulled once, also in a row of diamonds"""
    graph = [LEAF]
    for k in range(6):
        graph.append(([k, k], [0.5, 0.5]))
    pulled = gradients(drive, graph, np.ones(()))[1]
    note([pulled.get(k, 0) for k in range(7)])
    most = max(pulled.values(), default=0)
    assert most == 1, f"a node was pulled {most} times, expected once"
    agree(len(pulled), 6, what="the number of nodes that were pulled")


@pytest.mark.points(1)
@pytest.mark.hint("nothing that you add has a dtype of its own")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_dtype(drive, dtype):
    """float32 stays float32"""
    seed = np.ones(1, dtype)
    agree_on_leaves(
        gradients(drive, [LEAF, ([0, 0], [2.0, 3.0])], seed)[0], {0: np.full(1, 5, dtype)}
    )


@pytest.mark.points(1)
@pytest.mark.hint("`+` works on arrays and on Tensors")
def test_second_derivative(drive, rng):
    """Gradients that are Tensors, for a second derivative"""
    x = rng.uniform(1, 2, size=3)
    found = drive("second_derivative", x)
    agree(found, 12 * x * x, what="the second derivative of x**4")
