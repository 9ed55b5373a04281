"""What `last_reads` must do: the full contract of `diydl.compile.lives.last_reads`."""

import pytest

from diydl.course.compare import note

pytestmark = pytest.mark.exercise("06/last_reads")


def expect(drive, rows, memory, leaving, expected):
    """Compare slot by slot."""
    found = drive("lives", rows, memory, leaving)
    note(found)
    assert isinstance(found, list), f"expected a list of step numbers, found a {found}"
    assert len(found) == len(expected), (
        f"expected one number for each of {len(expected)} slots, found {len(found)}"
    )
    for i, (have, want) in enumerate(zip(found, expected, strict=True)):
        assert have == want, (
            f"slot {i} is needed until step {want}, your function says {have} (steps as (inputs, "
            f"outs): {rows}, memory: {memory}, leaving: {list(leaving)})"
        )


@pytest.mark.points(3)
@pytest.mark.hint("go through `memory[i]` for each slot that a step touches; later steps overwrite")
def test_last(drive):
    """The last step that reads a slot, or a view of it, or a view of that"""
    rows = [([0], [1]), ([1, 0], [2]), ([1, 2], [3]), ([3], [])]
    expect(drive, rows, [[0], [1], [2], [3]], [], [1, 2, 2, 3])
    rows = [([0], [1]), ([1], [2]), ([2], [3]), ([0], [4]), ([3, 4], [5]), ([5], [])]
    memory = [[0], [1], [1, 2], [1, 2, 3], [4], [5]]
    expect(drive, rows, memory, [], [3, 4, 4, 4, 4, 5])


@pytest.mark.points(1)
@pytest.mark.hint("what leaves is read by the step after the last, and so is what it looks at")
def test_leaving(drive):
    """What is returned is needed to the end, with the memory behind it"""
    rows = [([0], [1]), ([1], [2]), ([2], [3]), ([3], [])]
    expect(drive, rows, [[0], [1], [1, 2], [3]], [2], [0, 4, 4, 3])


@pytest.mark.points(1)
@pytest.mark.hint("look at what a step makes, not only at what it reads")
def test_unread(drive):
    """What nobody reads lives while it is made; what nobody touches has -1"""
    rows = [([0], [1]), ([1], [2])]
    expect(drive, rows, [[0], [1], [2], [3]], [], [0, 1, 1, -1])
