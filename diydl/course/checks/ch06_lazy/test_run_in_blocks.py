"""What `run_in_blocks` must do: the full contract of `diydl.compile.block.run_in_blocks`."""

import numpy as np
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("06/run_in_blocks")


@pytest.mark.points(3)
@pytest.mark.hint("the last block stops where the arrays do, and so do the pieces of scratch")
def test_rest(drive, rng):
    """Blocks that come out even, a last one that is shorter, arrays shorter than a block"""
    rows = [("exp", (0,), 2), ("neg", (0,), 3), ("mul", (2, 3), 1)]
    for length, size in [(12, 4), (11, 4), (3, 8), (7, 6)]:
        x = rng.normal(size=length)
        found = drive("run", rows, [x], 1, 2, size)
        agree(found["outs"][0], np.exp(x) * -x, what=f"{length} elements in blocks of {size}")


@pytest.mark.points(1)
@pytest.mark.hint("an array without an axis goes in as it is, wherever it stands")
def test_numbers(drive, rng):
    """Numbers among the operands, the first one too"""
    x = rng.normal(size=8)
    rows = [("mul", (0, 1), 2), ("add", (2, 0), 2)]
    found = drive("run", rows, [np.array(3.0), x], 1, 0, 4)
    agree(found["outs"][0], x * 3 + 3, what="x * 3 + 3")


@pytest.mark.points(1)
@pytest.mark.hint("the loop over blocks is the outer one")
def test_blocks(drive, rng):
    """All steps of one block before the next block"""
    rows = [("neg", (0,), 1), ("exp", (1,), 1)]
    found = drive("run", rows, [rng.normal(size=8)], 1, 0, 4)
    agree([size for _, size in found["log"]], [4] * 4, what="the lengths of what was written")
    agree([n for n, _ in found["log"]], [0, 1, 0, 1], what="the order of the steps, by number,")
