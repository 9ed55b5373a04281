"""What `waiting_for` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("06/waiting_for")


def found_by(drive, *args):
    """Return the numbers found, once it is clear that a list of tensors came back."""
    found = drive("find", *args)
    note(found)
    assert isinstance(found, list), f"expected a list of tensors, found a {found}"
    return found


@pytest.mark.points(1)
@pytest.mark.hint("pass over what does not wait: leaves, and what was computed before")
def test_waiting(drive):
    """What waits, and nothing that has its numbers"""
    graph = [[], [0], [1], [2, 0], [1], [4]]
    for asked, done, expected in [
        ([3], (), [1, 2, 3]),
        ([3], (1,), [2, 3]),
        ([3, 5], (1, 4), [2, 3, 5]),
        ([2], (1, 2), []),
    ]:
        found = sorted(set(found_by(drive, graph, asked, done)))
        agree(found, expected, what=f"what waits for {asked}, where {list(done)} are computed,")


@pytest.mark.points(1)
@pytest.mark.hint("put everything in `node.along` on the list")
def test_along(drive):
    """Effects, and whatever else is computed along, with what they need"""
    graph = [[], [0], [0], [2], [1]]
    found = sorted(set(found_by(drive, graph, [4], (), {1: [3]})))
    agree(found, [1, 2, 3, 4], what="what waits for tensor 4, on whose way effect 3 is,")


@pytest.mark.points(1)
@pytest.mark.hint("return them sorted by `number`; keep what was found in a set, not in a list")
def test_in_order(drive, rng):
    """In the order of description, also among real lazy tensors"""
    found = list(dict.fromkeys(found_by(drive, [[], [0], [1], [1], [3, 2]], [4, 2])))
    agree(found, [1, 2, 3, 4], what="the order")
    x = rng.normal(size=3)
    real = drive("in_library", x)
    agree(real["value"], np.exp(x * x) + x * x, what="the value of a lazy exp(x * x) + x * x")


@pytest.mark.points(1)
@pytest.mark.hint("a set remembers what you have looked at")
def test_each_once(drive):
    """Each once, however often it is used"""
    found = found_by(drive, [[], [0, 0], [1, 1], [2, 2]], [3, 1, 3])
    agree(len(found), 3, what="the number of tensors in the result")


@pytest.mark.points(1)
@pytest.mark.hint("loop with a list of your own; a function that calls itself does not get deep")
def test_deep(drive):
    """A chain of 5,000 tensors"""
    found = drive("find_in_chain", 5_000)
    note(found)
    assert found != "RecursionError", "Python gave up: the function calls itself for each tensor"
    agree(found, 5_000, what="the number of tensors in the result")
