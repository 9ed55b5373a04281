"""What `toposort` must do: any order in which inputs stand before their users."""

import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("03/toposort")

GRAPHS = {
    "a leaf alone": [[]],
    "the same input twice": [[], [0, 0]],
    "a diamond": [[], [0], [0], [1, 2]],
    "a short way and a long way": [[], [0], [1], [2], [3, 0]],
    "a long way and a short way": [[], [0], [1], [2], [0, 3]],
    "ways that cross": [[], [], [0, 1], [2, 0], [3, 2], [1, 4]],
    "ways that cross, mirrored": [[], [], [1, 0], [0, 2], [2, 3], [4, 1]],
}


@pytest.mark.points(2)
@pytest.mark.hint("write a node down only when all of its inputs are written down")
@pytest.mark.parametrize("name", GRAPHS)
def test_inputs_first(drive, name):
    """Every node stands after its inputs, and none is missing"""
    inputs = GRAPHS[name]
    found = drive("sort", inputs, len(inputs) - 1)
    assert isinstance(found, list), f"expected a list of nodes, found a {found}"
    missing = sorted(set(range(len(inputs))) - set(found))
    late = [
        (k, source)
        for k, row in enumerate(inputs)
        for source in row
        if k in found and source in found and found.index(source) > found.index(k)
    ]
    note([len(missing), late])
    assert not missing, f"{name}: {len(missing)} of {len(inputs)} nodes are missing from the order"
    assert not late, (
        f"{name}: node {late[0][0]} stands before node {late[0][1]}, which is its input; "
        f"the order found, by number, is {found}"
    )


@pytest.mark.points(1)
@pytest.mark.hint("remember in a set which nodes have been visited")
def test_each_once(drive):
    """A node that is used several times stands there once"""
    found = drive("sort", [[], [], [0, 1], [2, 2], [3, 2]], 4)
    twice = len(found) - len(set(found))
    note(twice)
    assert not twice, f"nodes stand in the order more than once; by number it is {found}"


@pytest.mark.points(1)
@pytest.mark.hint("pass over the entries of `inputs` that are None")
def test_none(drive):
    """Inputs that need no gradient are None and are passed over"""
    found = drive("sort", [[], [None, 0], [1, None]], 2)
    agree(len(found), 3, what="the number of nodes")


@pytest.mark.points(1)
@pytest.mark.hint("remember id(node) in a set; the nodes themselves stay as they are")
def test_the_tape(drive):
    """Nodes as the tape makes them, with Tensors as leaves"""
    found = drive("sort_the_tape")
    note(sorted(found))
    early = found[2:] != [2, 3, 4] or sorted(found[:2]) != [0, 1]
    note(early)
    assert not early, (
        f"expected x and y (0 and 1), then the product 2, its tanh 3, the sum 4; found {found}"
    )


@pytest.mark.points(1)
@pytest.mark.hint("loop with a stack of your own; a function that calls itself does not get deep")
def test_deep(drive):
    """A chain of 20,000 nodes"""
    found = drive("sort_a_chain", 20_000)
    note(found)
    assert found != "RecursionError", (
        "Python gave up with a RecursionError: the function calls itself for each node of the chain"
    )
    assert found == "in order", f"expected 20,000 nodes, each after its input; found {found}"
