"""What `share_buffers` must do: the full contract of the function in `diydl/compile/reuse.py`."""

import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("06/share_buffers")


def made_by(drive, born, last, over=None):
    """Return {value: buffer}, and how many buffers were made."""
    found = drive("share", born, last, over)
    note(found["kind"])
    assert found["kind"] == "dict", f"expected a dictionary, found a {found['kind']}"
    note(found["buffers"])
    return dict(map(tuple, found["buffers"])), found["made"]


def shared(drive, born, last, over=None):
    """Share, and refuse two values that lie in one buffer at the same time."""
    buffers, _ = made_by(drive, born, last, over)
    birth = {value: number for number, row in enumerate(born) for value in row}
    agree(sorted(buffers), sorted(birth), what="the list of values that have a buffer")
    for a in birth:
        for b in birth:
            clash = _clash(a, b, birth, last, over or {})
            assert buffers[a] != buffers[b] or not clash, (
                f"values {a} and {b} lie in one buffer: {a} is made by step {birth[a]} and read "
                f"until step {last[a]}, and step {birth[b]} makes {b}"
            )


def _clash(a, b, birth, last, over):
    """Tell whether `b` is made while `a` is needed; it may be where it takes the place of `a`."""
    if a == b or birth[b] < birth[a] or last[a] < birth[b]:
        return False
    return not (last[a] == birth[b] and birth[a] < birth[b] and a in over.get(b, ()))


@pytest.mark.points(2)
@pytest.mark.hint("find who dies, place who is born, then give back: in that order")
def test_apart(drive):
    """No two at the same time: operands are read while the result is written"""
    shared(drive, [[0], [1], [2], [3]], {0: 1, 1: 2, 2: 3, 3: 4})
    shared(drive, [[0], [1], [2], [], [3], [4]], {0: 4, 1: 2, 2: 5, 3: 5, 4: 6})
    shared(drive, [[0, 1], [2, 3], [4]], {0: 1, 1: 2, 2: 2, 3: 2, 4: 3})


@pytest.mark.points(1)
@pytest.mark.hint("when a step is done, the buffers of those that it read last go to `free`")
def test_given_back(drive):
    """A chain of ten products needs two buffers"""
    _, made = made_by(drive, [[k] for k in range(10)], {k: k + 1 for k in range(10)})
    assert made <= 2, f"expected two buffers for a chain of ten products, found {made}"
    _, made = made_by(drive, [[0], [1], [], [2], [3]], {0: 4, 1: 2, 2: 4, 3: 5})
    assert made <= 3, f"one value is read until the end: expected three buffers, found {made}"


@pytest.mark.points(1)
@pytest.mark.hint("ask `over`; if it names a value, take the buffer of that one")
def test_in_place(drive):
    """A chain of ten elementwise steps needs one buffer"""
    over = {k: [k - 1] for k in range(1, 10)}
    _, made = made_by(drive, [[k] for k in range(10)], {k: k + 1 for k in range(10)}, over)
    agree(made, 1, what="the number of buffers")


@pytest.mark.points(1)
@pytest.mark.hint("strike a value off the list of the dying once its place is taken")
def test_taken_once(drive):
    """A place is taken once, and is not free while it is taken"""
    over = {1: [0], 2: [0]}
    shared(drive, [[0], [1, 2], [3]], {0: 1, 1: 3, 2: 3, 3: 3}, over)
    shared(drive, [[0], [1], [2], [3]], {0: 1, 1: 4, 2: 4, 3: 5}, {1: [0]})


@pytest.mark.points(1)
@pytest.mark.hint("look also at those born in this step: some are read by nobody")
def test_unread(drive):
    """What nobody reads is given back as soon as it is made"""
    _, made = made_by(drive, [[0], [1], [2], [3]], {0: 0, 1: 1, 2: 2, 3: 3})
    agree(made, 1, what="the number of buffers for four values that nobody reads")
