"""What `evaluate` must do."""

import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("04/evaluate")


def evaluated(drive, inputs, arrays, spent=None):
    """Run a graph; return values and counts, once it is clear that a dictionary came back."""
    found = drive("run", inputs, arrays, spent)
    note(found["kind"])
    assert found["kind"] == "dict", (
        f"expected a dictionary from nodes to arrays, found a {found['kind']}"
    )
    note(sorted(found["values"]))
    assert -1 not in found["values"], "a key of the dictionary is no node"
    return found["values"], found["counts"]


@pytest.mark.points(2)
@pytest.mark.hint("one array for each entry of `node.inputs`, in that order")
def test_values(drive, rng):
    """Chains, diamonds, and operands that are used twice"""
    x, y = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    values, _ = evaluated(drive, [[], [], [0, 1], [2]], {0: x, 1: y})
    agree(values[3], x + 2 * y, what="the value of node 3")
    values, _ = evaluated(drive, [[], [0], [1, 0], [2, 1]], {0: x})
    agree(values[3], 5 * x, what="the value at the end of a diamond")
    values, _ = evaluated(drive, [[], [0, 0], [1, 0, 1]], {0: x})
    agree(values[2], 14 * x, what="the value of node 2, which uses node 1 twice,")


@pytest.mark.points(1)
@pytest.mark.hint("keep every node's array under the node until it is spent")
def test_all_are_there(drive, rng):
    """All nodes can be looked at afterwards, those that nobody uses too"""
    x = rng.normal(size=3)
    values, _ = evaluated(drive, [[], [0], [0]], {0: x})
    agree(sorted(values), [0, 1, 2], what="the nodes with a value")


@pytest.mark.points(1)
@pytest.mark.hint("look inputs up in the dictionary; compute nothing twice")
def test_once(drive, rng):
    """Each node is computed once"""
    inputs = [[], [0], [0], [1, 2], [3], [3], [4, 5]]
    _, counts = evaluated(drive, inputs, {0: rng.normal(size=2)})
    agree(counts, [1] * 7, what="how often the nodes of a row of diamonds were computed")


@pytest.mark.points(1)
@pytest.mark.hint("after a node is computed, take out what `spent` lists for it")
def test_spent(drive):
    """What is spent is given back, at once"""
    most, left = drive("held", 12)
    note([most, left])
    assert most <= 3, (
        f"in a chain of 12 nodes, each of which frees the one before it, {most} arrays were held "
        "at one time; 2 are enough"
    )
    agree(left, 1, what="the number of arrays that are held in the end")
