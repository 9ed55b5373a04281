"""What `spread_classes` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("10/spread_classes")


def shuffled(rng, sizes):
    """Labels of classes of these sizes, at random."""
    return rng.permutation(np.repeat(list(sizes), list(sizes.values())))


def ordered(sub, labels):
    """Return the order, once it is clear that it is one."""
    order = sub.spread_classes(labels)
    agree(np.sort(order), np.arange(len(labels)), what="the order, sorted,")
    return order


@pytest.mark.points(3)
@pytest.mark.hint("the k-th of the n examples of a class has the place (k + 0.5) / n")
@pytest.mark.parametrize("sizes", [{0: 60, 1: 30, 2: 10}, {0: 20, 1: 20}, {3: 45, 7: 5}])
def test_shares(sub, rng, sizes):
    """Wherever it is cut, each class has its share on both sides"""
    labels = shuffled(rng, sizes)
    order = ordered(sub, labels)
    for label, size in sizes.items():
        met = np.cumsum(labels[order] == label)
        fair = np.arange(1, len(labels) + 1) * size / len(labels)
        off = np.abs(met - fair)
        note(int(off.argmax()))
        assert off.max() <= 1.001, (
            f"after {off.argmax() + 1} of {len(labels)} examples class {label}, which has "
            f"{size}, stands there {met[off.argmax()]} times; its share would be "
            f"{fair[off.argmax()]:.1f}"
        )


@pytest.mark.points(1)
@pytest.mark.hint("within a class, the earlier example gets the smaller place")
def test_order_within_a_class(sub, rng):
    """Within one class the old order stays"""
    labels = np.tile([0, 1], int(rng.integers(5, 9)))
    order = ordered(sub, labels)
    for label in (0, 1):
        rows = order[labels[order] == label]
        agree(rows, np.flatnonzero(labels == label), what=f"the list of class {label}")
