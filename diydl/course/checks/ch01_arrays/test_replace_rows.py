"""What `replace_rows` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, leaves_inputs_alone, note

pytestmark = pytest.mark.exercise("01/replace_rows")


@pytest.mark.points(2)
@pytest.mark.hint(
    "index the copy with `rows`, and assign: `rows` says where each row of values goes"
)
@pytest.mark.parametrize("order", ["in order", "in any order", "from the end"])
def test_values(sub, rng, reference, order):
    """The rows are replaced, in any order, and the others stay"""
    x, values = rng.normal(size=(7, 4)), rng.normal(size=(3, 4))
    rows = {"in order": [1, 2, 6], "in any order": [5, 0, 2], "from the end": [-1, 3, -4]}[order]
    rows = np.array(rows)
    agree(sub.replace_rows(x, rows, values), reference(x, rows, values))


@pytest.mark.points(1)
@pytest.mark.hint("make a copy before you write")
@pytest.mark.parametrize("view", ["plain", "transposed", "upside down"])
def test_input_unchanged(sub, rng, view):
    """The array that came in is left as it was"""
    x = rng.normal(size=(5, 5))
    x = {"plain": x, "transposed": x.T, "upside down": x[::-1]}[view]
    leaves_inputs_alone(sub.replace_rows, x, rng.permutation(5)[:2], 0.5)


@pytest.mark.points(1)
@pytest.mark.hint("one assignment to all rows broadcasts `values`")
@pytest.mark.parametrize("one", ["one row", "one number"])
def test_one_for_all(sub, rng, reference, one):
    """One row, or one number, for all rows"""
    x, rows = rng.normal(size=(6, 4)), rng.permutation(6)[:3]
    values = rng.normal(size=4) if one == "one row" else float(rng.normal())
    agree(sub.replace_rows(x, rows, values), reference(x, rows, values))


@pytest.mark.points(1)
@pytest.mark.hint("`x.copy()` keeps the dtype")
@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_dtype(sub, rng, dtype):
    """The result has the dtype of `x`"""
    x = rng.integers(0, 100, size=(4, 3)).astype(dtype)
    found = sub.replace_rows(x, np.array([1]), 7)
    have = str(getattr(found, "dtype", type(found).__name__))
    note(have)
    assert have == dtype, f"x is {dtype}, and the result is {have}"


@pytest.mark.points(1)
@pytest.mark.hint("`[rows]` goes with any number of axes")
@pytest.mark.parametrize("shape", [(8,), (5, 2, 3)])
def test_any_number_of_axes(sub, rng, reference, shape):
    """One axis, or three"""
    x, rows = rng.normal(size=shape), np.array([0, 3])
    values = rng.normal(size=(2, *shape[1:]))
    agree(sub.replace_rows(x, rows, values), reference(x, rows, values))
