"""What `mark_wanted` must do: the full contract of the engine's own."""

import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("05/mark_wanted")

STEPS = {"steps", "whole", "rounded"}


def behind(found, *ids):
    """Return those of the IDs that were found."""
    return [id for id in ids if id in found]


@pytest.mark.points(2)
@pytest.mark.hint("one input that wants a gradient is enough; ask its `wanted`")
def test_reached(drive):
    """All results that depend on a trained leaf"""
    results = ("product", "first", "second", "side", "total")
    found = behind(drive("wanted"), *results)
    agree(found, list(results), what="the results that want a gradient when nothing is frozen")
    found = behind(drive("wanted", frozen=["w1", "w2", "w3"], trained=["x"]), *results)
    agree(found, list(results), what="the results that want one when x alone is trained")


@pytest.mark.points(2)
@pytest.mark.hint("a leaf wants one if it is `trained`; set `wanted` to True or to False each time")
def test_frozen(drive):
    """What is frozen wants none, nor what depends on it alone, also if it did before"""
    found = behind(drive("wanted", frozen=["w1", "w3"]), "x", "w1", "product", "w3", "side")
    agree(found, [], what="who wants a gradient of x, w1, w3 and their results, with both frozen")


@pytest.mark.points(1)
@pytest.mark.hint("an output that is `cut` wants none")
def test_cut(drive):
    """A result that was frozen wants none"""
    found = behind(drive("marked_once", frozen=["second"]), "second")
    agree(found, [], what="whether the result 'second', which is frozen, wants a gradient")


@pytest.mark.points(1)
@pytest.mark.hint("the primitive has to be `differentiable`, the output's dtype floating point")
def test_no_slope(drive):
    """No gradient for a sign, for whole numbers, and for what is made of them"""
    found = drive("wanted", frozen=["w2", "w3"])
    agree([id for id in found if id in STEPS], [], what="who wants a gradient without a slope")


@pytest.mark.points(1)
@pytest.mark.hint("an input may be None")
def test_missing_edge(drive):
    """An edge was taken away"""
    found = behind(drive("wanted_without", "second", "a"), "w3")
    agree(found, ["w3"], what="who wants a gradient of what is not touched by the missing edge")
