"""What `play_back` of the small tape must do."""

import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("03/play_back")


@pytest.mark.points(1)
@pytest.mark.hint("seed the end with 1, then walk to the beginning and pass on what came in")
@pytest.mark.parametrize("last", ["plus", "times"])
def test_chain(drive, rng, last):
    """Gradients arrive through several steps"""
    a, b, c, d = rng.uniform(2, 3, size=4).tolist()
    steps = [("times", 0, 1), ("times", 4, 2), (last, 5, 3)]
    found = drive("play", [a, b, c, d], steps)
    out = d if last == "times" else 1.0
    top = a * b * c if last == "times" else 1.0
    agree(found, [b * c * out, a * c * out, a * b * out, top, c * out, out, 1.0])


@pytest.mark.points(1)
@pytest.mark.hint("a value that is used twice gets the sum of what both uses send")
@pytest.mark.parametrize("name", ["plus", "times"])
def test_fan_out(drive, name):
    """A value that is used twice gets the sum"""
    found = drive("play", [0.5 if name == "plus" else 1.0], [(name, 0, 0)])
    agree(found, [2.0, 1.0], what="the list of gradients")


@pytest.mark.points(1)
@pytest.mark.hint("clear the gradients of an earlier sweep, those of the inputs included")
def test_second_sweep(drive):
    """A second sweep over the same tape gives the same gradients"""
    found = drive("play", [0.5, 2.0, 3.0], [("times", 0, 1), ("plus", 3, 2)], sweeps=2)
    agree(found, [2.0, 0.5, 1.0, 1.0, 1.0], what="the list of gradients")
