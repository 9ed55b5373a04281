"""What `misfits` must do: the full contract of the library's."""

import pytest

from diydl.course.compare import note

pytestmark = pytest.mark.exercise("07/misfits")

F4 = "float32"


def same(found, expected):
    """Compare the three lists, and say which one differs."""
    note(found)
    assert found is not None, "the result is None; is there a `return` missing?"
    lists = sum(isinstance(x, list) for x in found)
    assert lists == len(found) == 3, f"expected three lists, found {lists} in {len(found)} results"
    for name, mine, wanted in zip(
        ("faults", "missing", "unexpected"), found, expected, strict=True
    ):
        assert mine == wanted, f"{name}: expected {wanted}, found {mine}"


@pytest.mark.points(1)
@pytest.mark.hint("compare the shapes of what is on both sides; all of them, in their order")
def test_shapes(drive):
    """Shapes that differ, all at once; what fits is no complaint"""
    own = {"w": [[2, 3], F4], "b": [[2], F4], "v": [[4], F4]}
    same(drive("complaints", own, own), [[], [], []])
    given = {"v": [[5], F4], "b": [[2], F4], "w": [[3, 2], F4]}
    faults = ["shape: v is (4,), got (5,)", "shape: w is (2, 3), got (3, 2)"]
    same(drive("complaints", own, given), [faults, [], []])


@pytest.mark.points(1)
@pytest.mark.hint('`np.can_cast(dtype, wanted, "same_kind")` tells whether numbers are converted')
def test_kinds(drive):
    """Kinds of numbers: what is converted, and what is not"""
    own = {"w": [[2], F4], "v": [[2], F4], "count": [[], "int64"]}
    given = {"w": [[2], "float64"], "v": [[2], "int32"], "count": [[], "float32"]}
    same(drive("complaints", own, given), [["dtype: count is int64, got float32"], [], []])
    given = {"w": [[3], "complex64"], "v": [[2], F4], "count": [[], "int64"]}
    same(drive("complaints", own, given), [["shape: w is (2,), got (3,)"], [], []])


@pytest.mark.points(2)
@pytest.mark.hint("names of one side only, in its order")
def test_names(drive):
    """Names that are missing, and names that nobody expected, in their order"""
    own = {"zeta": [[2], F4], "alpha": [[2], F4], "both": [[1], F4]}
    given = {"w9": [[2], F4], "both": [[1], F4], "k3": [[2], F4]}
    expected = [[], ["missing: zeta", "missing: alpha"], ["unexpected: w9", "unexpected: k3"]]
    same(drive("complaints", own, given), expected)


@pytest.mark.points(1)
@pytest.mark.hint("ask for a name that looks alike among those left over on the other side")
def test_near_names(drive):
    """What was probably meant"""
    own = {"body.weight": [[2], F4], "body.bias": [[2], F4], "head.weight": [[2], F4]}
    given = {"body.wieght": [[2], F4], "body.bias": [[2], F4], "head.weight": [[2], F4]}
    expected = [
        [],
        ["missing: body.weight (is it body.wieght?)"],
        ["unexpected: body.wieght (is it body.weight?)"],
    ]
    same(drive("complaints", own, given), expected)
    given["body.biases"] = given.pop("body.wieght")
    same(
        drive("complaints", {"body.bias": [[2], F4]} | own, given),
        [[], ["missing: body.weight"], ["unexpected: body.biases"]],
    )
