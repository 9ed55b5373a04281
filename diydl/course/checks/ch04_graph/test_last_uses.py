"""What `last_uses` must do."""

import pytest

from diydl.course.compare import note

pytestmark = pytest.mark.exercise("04/last_uses")


def expect(drive, inputs, kept, expected, *, but=None):
    """Compare what is spent after which node, but for one node; empty lists do not matter."""
    found = drive("spent_after", inputs, kept)
    note(sorted(map(list, found.items())) if isinstance(found, dict) else found)
    assert isinstance(found, dict), f"expected a dictionary from nodes to lists, found a {found}"
    for k in sorted({*found, *expected}):
        have, want = [x for x in found.get(k, []) if x != but], expected.get(k, [])
        assert have == want, (
            f"nodes by number: after node {k} the nodes {want} are needed no more, "
            f"your function says {have} (inputs {inputs}, kept {kept})"
        )


@pytest.mark.points(2)
@pytest.mark.hint("walk from the end: the first time that you meet an input is its last use")
def test_last_use(drive):
    """An array goes after its last user, not before"""
    expect(drive, [[], [0], [1], [2, 0]], [], {2: [1], 3: [0, 2]}, but=3)
    expect(drive, [[], [0], [0], [1, 2], [3, 1]], [], {2: [0], 3: [2], 4: [1, 3]}, but=4)


@pytest.mark.points(1)
@pytest.mark.hint("count the nodes in `kept` as met before you begin")
def test_kept(drive):
    """What somebody wants to see stays"""
    expect(drive, [[], [0], [1], [2]], [1, 3], {1: [0], 3: [2]})


@pytest.mark.points(1)
@pytest.mark.hint("each array is freed once")
def test_used_twice(drive):
    """An operand that is used twice in one operation"""
    expect(drive, [[], [0, 0], [1, 1]], [], {1: [0], 2: [1]}, but=2)


@pytest.mark.points(1)
@pytest.mark.hint("a node that nobody uses is spent as soon as it is there")
def test_unused(drive):
    """What nobody uses"""
    expect(drive, [[], [], [0], [2]], [], {1: [1], 2: [0], 3: [2, 3]})
