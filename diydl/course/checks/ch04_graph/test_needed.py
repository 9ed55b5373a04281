"""What `needed` must do."""

import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("04/needed")


def found_by(drive, *args):
    """Return the numbers found, once it is clear that a list of nodes came back."""
    found = drive("find", *args)
    note(found)
    assert isinstance(found, list), f"expected a list of nodes, found a {found}"
    return found


@pytest.mark.points(2)
@pytest.mark.hint("begin at the nodes that are asked for, and follow their inputs")
def test_no_more(drive):
    """What the nodes depend on, and nothing else"""
    graph = [[], [], [0], [1], [2, 3], [2], [5]]
    for asked, expected in [([6], [0, 2, 5, 6]), ([4], [0, 1, 2, 3, 4]), ([3, 5], [0, 1, 2, 3, 5])]:
        found = sorted(set(found_by(drive, graph, asked)))
        agree(found, expected, what=f"what is needed for {asked}")


@pytest.mark.points(2)
@pytest.mark.hint("what a node needs: its `inputs` and its `effects`, for every node you find")
def test_effects(drive):
    """Effects of all that is computed, with what they are computed from"""
    graph = [[], [0], [], [0, 2], [1], [4]]
    found = sorted(set(found_by(drive, graph, [1], {1: [3]})))
    agree(found, [0, 1, 2, 3], what="what is needed for node 1, to which effect 3 belongs,")
    found = sorted(set(found_by(drive, graph, [5], {1: [3]})))
    agree(found, [0, 1, 2, 3, 4, 5], what="what is needed for node 5, on whose way effect 3 is,")


@pytest.mark.points(1)
@pytest.mark.hint("return them sorted by `node.number`")
def test_in_order(drive):
    """In the order of description"""
    found = list(dict.fromkeys(found_by(drive, [[], [], [0, 1], [1], [3, 2]], [4, 2])))
    agree(found, [0, 1, 2, 3, 4], what="the order")


@pytest.mark.points(1)
@pytest.mark.hint("a set remembers what you have looked at")
def test_each_once(drive):
    """A node that is used twice, or asked for twice, stands there once"""
    found = found_by(drive, [[], [0, 0], [1, 0]], [2, 1, 2])
    agree(len(found), 3, what="the number of nodes in the result")


@pytest.mark.points(1)
@pytest.mark.hint("loop with a list of your own; a function that calls itself does not get deep")
def test_deep(drive):
    """A chain of 5,000 nodes"""
    found = drive("find_in_chain", 5_000)
    note(found)
    assert found != "RecursionError", "Python gave up: the function calls itself for each node"
    agree(found, 5_000, what="the number of nodes in the result")
