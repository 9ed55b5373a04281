"""What `realize_in_order` must do: the full contract of the lazy engine's loop."""

import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("06/realize_in_order")

DIAMOND = [[], [0], [0], [1, 2], [3, 3]]


@pytest.mark.points(2)
@pytest.mark.hint("take the first of the list, compute it, then let it forget")
def test_computed(drive, rng):
    """Each once, inputs first, and forgotten when computed"""
    found = drive("run", DIAMOND)
    note(found["log"])
    missing = [k for what, k in found["log"] if what == "inputs are missing"]
    assert not missing, f"tensor {missing[0]} was computed when its inputs were not there"
    computed = [k for what, k in found["log"] if what == "compute"]
    agree(computed, [0, 1, 2, 3, 4], what="the order in which tensors were computed")
    w = rng.normal(size=3)
    before, after = drive("in_library", w)
    agree(before, w * 10, what="what was read of a parameter before an assignment")
    agree(after, (w + 1) * 10, what="what was read of a parameter after an assignment")


@pytest.mark.points(1)
@pytest.mark.hint("`node.forget()` only where `retain_graph` is not true")
def test_retained(drive):
    """Told to retain the graph, none of them forgets"""
    found = drive("run", DIAMOND, retain_graph=True)
    forgotten = [k for what, k in found["log"] if what == "forget"]
    note(forgotten)
    assert not forgotten, f"retain_graph was True, and tensors {forgotten} had to forget"


@pytest.mark.points(2)
@pytest.mark.hint("neither the list nor a user may hold what is needed no more")
def test_freed(drive):
    """Of a chain, two arrays are there at a time"""
    most, left = drive("held", 12)
    note([most, left])
    assert most <= 2, (
        f"in a chain of 12 tensors, of which only the last was held by somebody, {most} arrays "
        "were there at one time; 2 are enough"
    )
    agree(left, 1, what="the number of arrays that are there in the end")


@pytest.mark.points(1)
@pytest.mark.hint("let the error pass; what was not tried stays in the list")
def test_failure(drive):
    """Where one fails, the error passes, and the rest is in the list"""
    found = drive("run", DIAMOND, fails=2)
    note([found["left"], found["error"]])
    assert found["error"], "computing tensor 2 failed, and nobody heard of it"
    assert found["left"] in ([3, 4], [2, 3, 4]), (
        f"tensor 2 failed, tensors 3 and 4 were not tried, and {found['left']} are in the list"
    )
