"""What `number_steps` must do."""

import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("06/number_steps")


def numbered(drive, *args):
    """Number, once it is clear that a dictionary came back."""
    found = drive("numbered", *args)
    note(found["kind"])
    assert found["kind"] == "dict", f"expected a dictionary, found a {found['kind']}"
    note(found["calls"])
    return found


def steps_of(found):
    """Return [name, inputs] of each call of `step`."""
    return [call[1:3] for call in found["calls"] if call[0] == "step"]


@pytest.mark.points(2)
@pytest.mark.hint("one number for each entry of `node.inputs`, in that order, in a tuple")
def test_inputs(drive):
    """Each step gets the numbers of its inputs, in order"""
    rows = [("d", ("y", "x")), ("s", ("d", "d")), ("t", ("x", "s"))]
    found = numbered(drive, "xy", rows, ("x", "y"))
    kinds = {call[3] for call in found["calls"] if call[0] == "step"} - {""}
    assert not kinds, f"`step` got the numbers{kinds.pop()}, expected a tuple"
    agree(
        steps_of(found)[0][1],
        [101, 100],
        what="the inputs of y - x, whose numbers are 101 and 100,",
    )
    agree(len(steps_of(found)[1][1]), 2, what="the number of operands of d * d")


@pytest.mark.points(1)
@pytest.mark.hint("store what `step` returns, whatever it is")
def test_results(drive):
    """A result has the number that its step returned"""
    found = numbered(drive, "x", [("a", ("x",)), ("b", ("a",)), ("c", ("b", "a"))], ("x",))
    agree(
        str(steps_of(found)), "[['a', [100]], ['b', [1]], ['c', [3, 1]]]", what="the list of steps"
    )


@pytest.mark.points(1)
@pytest.mark.hint("ask whether a leaf has its number already")
def test_leaves_once(drive):
    """A leaf gets one number, however often it is used"""
    found = numbered(drive, "w", [("a", ("w", "w")), ("b", ("a", "w"))])
    met = [call[1] for call in found["calls"] if call[0] == "leaf"]
    agree(met, ["w"], what="the list of what `leaf` was called for")


@pytest.mark.points(1)
@pytest.mark.hint("begin with a copy of `given`")
def test_given(drive):
    """What has a number keeps it, and `given` stays as it was"""
    found = numbered(drive, "xw", [("a", ("x", "w"))], ("x",))
    met = [call[1] for call in found["calls"] if call[0] == "leaf"]
    agree(met, ["w"], what="the list of what `leaf` was called for, where x has its number,")
    agree(found["given"], 1, what="the number of entries of `given` afterwards")


@pytest.mark.points(1)
@pytest.mark.hint("everything that has a number belongs into the dictionary")
def test_returned(drive):
    """All are in the dictionary: given, leaves and results"""
    found = numbered(drive, "xw", [("a", ("x", "w")), ("b", ("a",))], ("x",))
    agree(sorted(found["numbers"]), ["a", "b", "w", "x"], what="the list of what has a number")
