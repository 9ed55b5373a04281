"""What `hinge` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient, note

pytestmark = pytest.mark.exercise("04/hinge")


def by_loops(scores, labels):
    """Return the loss, one class after the other."""
    rows = []
    for row, y in zip(scores, labels, strict=True):
        rows.append(sum(max(0.0, s - row[y] + 1.0) for j, s in enumerate(row) if j != y))
    return np.asarray(np.mean(rows))


@pytest.mark.points(2)
@pytest.mark.hint("per row: the other scores minus the right one, plus 1, cut off at 0, summed")
def test_values(drive, rng):
    """The mean over the rows of what the other classes are short of losing by 1"""
    for rows, classes in [(1, 3), (7, 4), (40, 10)]:
        scores, labels = 2 * rng.normal(size=(rows, classes)), rng.integers(0, classes, rows)
        found = drive("value", scores, labels)
        agree(found, by_loops(scores, labels), what=f"the loss of {rows} rows, {classes} classes,")


@pytest.mark.points(1)
@pytest.mark.hint("write it with operations of the library, from `scores` on")
def test_gradient(drive, rng):
    """The gradient that comes back is the slope of the loss"""
    found = drive("gradient", rng.normal(size=(4, 3)), rng.integers(0, 3, 4))
    agree_gradient(found["gradient"], found["measured"])


@pytest.mark.points(2)
@pytest.mark.hint("nothing may ask for a number while the loss is described")
def test_described(drive, rng):
    """It can be described, with the size of the batch left open"""
    scores = [rng.normal(size=(rows, 3)) for rows in (5, 1)]
    labels = [rng.integers(0, 3, len(part)) for part in scores]
    found = drive("described", scores, labels)
    note(found if isinstance(found, str) else "a node")
    assert not isinstance(found, str), f"expected a node of the graph, found {found}"
    agree(found["described"], found["direct"], what="the losses of five rows and of one")
