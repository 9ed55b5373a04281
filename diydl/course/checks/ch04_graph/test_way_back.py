"""What `way_back` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient, note

pytestmark = pytest.mark.exercise("04/way_back")


def way(drive, last, *sources):
    """Return the names on the way, once it is clear that a list came back."""
    found = drive("on_the_way", last, list(sources))
    note(found)
    assert isinstance(found, list), f"expected a list of nodes, found a {found}"
    return found


@pytest.mark.points(2)
@pytest.mark.hint("a node is reached through one of its inputs, from the sources on")
def test_reached(drive):
    """Those that depend on a source, and through which the last depends on it"""
    for last, sources, expected in [
        ("total", ["x"], ["bent", "product", "total", "x"]),
        ("total", ["y"], ["product", "total", "y"]),
        ("product", ["bent"], ["bent", "product"]),
        ("total", ["x", "y"], ["bent", "product", "total", "x", "y"]),
    ]:
        found = sorted(way(drive, last, *sources))
        agree(found, expected, what=f"the way from {last} back to {' and '.join(sources)}")


@pytest.mark.points(1)
@pytest.mark.hint("inputs before users: the order of `order`")
def test_in_order(drive):
    """Inputs before their users; the graph's own gradient runs on it"""
    x = np.array([[0.5, -1.0, 2.0]])
    slope = 1 - np.tanh(x) ** 2
    found = drive("gradient", x)
    agree_gradient(found, slope * x + np.tanh(x))


@pytest.mark.points(1)
@pytest.mark.hint("if the last node is not on the way, nothing is")
def test_nowhere(drive):
    """An empty list where the last node does not depend on the sources"""
    agree(way(drive, "grown", "x"), [], what="the way from grown back to x")
    agree(way(drive, "chosen", "x"), [], what="the way from chosen back to x, which only compares,")


@pytest.mark.points(1)
@pytest.mark.hint("ask `node.prim.differentiable`, where there is a prim")
def test_no_slope(drive):
    """What has no slope lets no gradient through"""
    found = sorted(way(drive, "turned", "x", "y"))
    agree(found, ["grown", "turned", "x", "y"], what="the way from turned back to x and y")


@pytest.mark.points(1)
@pytest.mark.hint('gradients are floating point: `node.dtype.kind == "f"`')
def test_whole_numbers(drive):
    """Whole numbers have no gradient and let none through"""
    found = sorted(way(drive, "stepped", "x", "y"))
    agree(found, ["grown", "stepped", "x", "y"], what="the way from stepped back to x and y")
