"""What `find_twins` must do."""

import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("06/find_twins")


def pairs_of(drive, *args):
    """Return [slot, same as] pairs, once it is clear that a dictionary came back."""
    found = drive("twins", *args)
    note(found["kind"])
    assert found["kind"] == "dict", (
        f"expected a dictionary from slots to slots, found a {found['kind']}"
    )
    return sorted(map(list, found["same"].items()))


@pytest.mark.points(1)
@pytest.mark.hint("remember work when it is done for the first time, with the slot of its result")
def test_twins(drive):
    """Twins far apart, three of a kind, and no twins where the operands differ"""
    rows = [("exp", [0]), ("mul", [100, 1]), ("exp", [0]), ("exp", [1]), ("exp", [0])]
    agree(pairs_of(drive, rows), [[102, 100], [104, 100]], what="what is the same as what,")
    rows = [("sub", [0, 1]), ("sub", [1, 0]), ("add", [0, 1]), ("sub", [0, 1])]
    agree(pairs_of(drive, rows), [[103, 100]], what="what is the same as what,")


@pytest.mark.points(2)
@pytest.mark.hint("replace the inputs by what they are the same as, then ask `key`")
def test_of_twins(drive):
    """What is made of twins, and what is made of that"""
    rows = [("exp", [0]), ("neg", [100]), ("exp", [0]), ("neg", [102]), ("add", [101, 103])]
    rows += [("add", [101, 101])]
    expected = [[102, 100], [103, 101], [105, 104]]
    agree(pairs_of(drive, rows), expected, what="what is the same as what,")


@pytest.mark.points(1)
@pytest.mark.hint("None: never the same as another step")
def test_draws(drive):
    """Random numbers are drawn each time anew"""
    rows = [("draw", [0]), ("draw", [0]), ("neg", [100]), ("neg", [101])]
    agree(pairs_of(drive, rows), [], what="what is the same as what,")


@pytest.mark.points(1)
@pytest.mark.hint("begin with a copy of `known`")
def test_known(drive):
    """What is known beforehand counts, and stays as it was"""
    found = drive("twins", [("mul", [0, 2]), ("mul", [0, 5])], {5: 2})
    note([found["kind"], found["changed"]])
    assert not found["changed"], "`known` was changed: it belongs to the caller"
    expected = [[5, 2], [101, 100]]
    agree(sorted(map(list, found["same"].items())), expected, what="what is the same as what,")
