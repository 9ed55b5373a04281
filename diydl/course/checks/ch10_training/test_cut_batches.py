"""What `cut_batches` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("10/cut_batches")


def agree_on_batches(found, expected):
    """Compare the number of batches, then each of them."""
    assert isinstance(found, list), f"expected a list of arrays, found a {type(found).__name__}"
    agree([len(batch) for batch in found], [len(b) for b in expected], what="the list of sizes")
    for number, (batch, right) in enumerate(zip(found, expected, strict=True)):
        agree(batch, right, what=f"batch {number}")


@pytest.mark.points(2)
@pytest.mark.hint("slices that begin at every `batch_size`-th place")
@pytest.mark.parametrize(("count", "size"), [(10, 4), (3, 5), (7, 3)])
def test_batches(sub, rng, count, size):
    """All numbers, in their order, the last batch shorter if need be"""
    order = rng.permutation(count)
    expected = [order[k : k + size] for k in range(0, count, size)]
    agree_on_batches(sub.cut_batches(order, size), expected)


@pytest.mark.points(1)
@pytest.mark.hint("no batch is empty")
def test_where_it_fits_exactly(sub):
    """No batch more than needed where the sizes fit exactly"""
    order = np.arange(12)
    agree_on_batches(sub.cut_batches(order, 4), [order[:4], order[4:8], order[8:]])
    agree_on_batches(sub.cut_batches(order[:0], 4), [])


@pytest.mark.points(1)
@pytest.mark.hint("look at the last batch, and take it away if it is too short")
@pytest.mark.parametrize(("count", "kept"), [(11, 2), (12, 3), (3, 0), (0, 0)])
def test_drop_last(sub, rng, count, kept):
    """With `drop_last` only full batches, and all of them"""
    order = rng.permutation(count)
    found = sub.cut_batches(order, 4, drop_last=True)
    agree_on_batches(found, [order[4 * k : 4 * k + 4] for k in range(kept)])
