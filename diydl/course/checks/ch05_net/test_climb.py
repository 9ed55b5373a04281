"""What `climb` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("05/climb")


def walk(start, slopes, steps, rate):
    """Return the picture after so many steps, and the height before each."""
    heights = []
    for _ in range(steps):
        heights.append(float((slopes * start - start**2).sum()))
        start = np.clip(start + rate * (slopes - 2 * start), 0.0, 1.0)
    return start, heights


@pytest.mark.points(3)
@pytest.mark.hint(
    "in each step go back from the score, add `rate` times the gradient, clip to 0 and 1"
)
def test_uphill(drive, rng):
    """The picture after some steps, first inside the limits, then at them"""
    start, slopes = rng.uniform(0.4, 0.6, (2, 4)), rng.uniform(0.7, 1.3, (2, 4))
    found = drive("climbed", start, slopes, 4, 0.1)["picture"]
    agree(found, walk(start, slopes, 4, 0.1)[0], what="the picture after four steps")
    start = np.array([0.5, 0.5, 0.1, 0.9])
    slopes = np.array([8.0, -8.0, 1.6, 0.5]) * rng.uniform(0.95, 1.05, 4)
    found = drive("climbed", start, slopes, 3, 0.9)["picture"]
    agree(found, walk(start, slopes, 3, 0.9)[0], what="the picture after three long steps")


@pytest.mark.points(1)
@pytest.mark.hint("keep the number of `net.forward` before you move the picture")
def test_heights(drive, rng):
    """The height before each step"""
    start, slopes = rng.uniform(0.4, 0.6, 5), rng.uniform(0.7, 1.3, 5)
    found = drive("climbed", start, slopes, 1, 0.1)
    agree(found["kind"], "list", what="what comes back")
    agree(found["heights"], walk(start, slopes, 1, 0.1)[1], what="the list of heights for one step")


@pytest.mark.points(1)
@pytest.mark.hint("`picture.freeze()` after the loop")
def test_an_input_again(drive, rng):
    """At the end the picture is an input again"""
    found = drive("climbed", rng.uniform(0.4, 0.6, 3), rng.uniform(0.7, 1.3, 3), 2, 0.1)
    note(found["trained"])
    assert not found["trained"], "the picture is still trained: freeze it at the end"
