"""What does not fit a model is listed, with the name that was probably meant."""

import numpy as np
import pytest

from diydl import nn
from diydl.nn.state import arrays_of, misfits

F4, I8, U8 = np.dtype("float32"), np.dtype("int64"), np.dtype("uint64")


def test_what_fits_is_no_complaint():
    own = {"w": ((2, 3), F4), "count": ((), I8)}
    assert misfits(own, own) == ([], [], [])
    assert misfits({}, {}) == ([], [], [])


def test_each_list_has_its_order():
    own = {"b": ((2,), F4), "a": ((2,), F4), "z": ((2,), F4), "w": ((), F4)}
    given = {"z": ((3,), F4), "b": ((1, 2), F4), "2": ((), F4), "1": ((), F4)}
    faults, missing, unexpected = misfits(own, given)
    assert faults == ["shape: z is (2,), got (3,)", "shape: b is (2,), got (1, 2)"]
    assert missing == ["missing: a", "missing: w"]
    assert unexpected == ["unexpected: 2", "unexpected: 1"]


def test_names_that_look_alike_are_asked_after():
    own = {"body.0.weight": ((2,), F4), "head.weight": ((2,), F4)}
    given = {"0.body.weight": ((2,), F4), "head.wieght": ((2,), F4)}
    _, missing, unexpected = misfits(own, given)
    assert missing[1] == "missing: head.weight (is it head.wieght?)"
    assert unexpected[1] == "unexpected: head.wieght (is it head.weight?)"


@pytest.mark.parametrize(
    ("have", "get", "fits"),
    [
        ("float32", "float64", True),
        ("float32", "float16", True),
        ("float32", "int64", True),
        ("float32", "bool", True),
        ("int64", "int32", True),
        ("int64", "float32", False),
        ("uint64", "int64", False),
        ("float32", "complex64", False),
        ("bool", "uint8", False),
    ],
)
def test_kinds_of_numbers(have, get, fits):
    """Only what loses no more than digits is converted."""
    faults, _, _ = misfits({"x": ((), np.dtype(have))}, {"x": ((), np.dtype(get))})
    assert faults == ([] if fits else [f"dtype: x is {have}, got {get}"])


def test_a_counter_is_not_loaded_from_fractions():
    norm = nn.BatchNorm1d(2)
    state = norm.state_dict() | {"num_batches_tracked": np.array(2.5)}
    with pytest.raises(ValueError, match="dtype: num_batches_tracked is int64, got float64"):
        norm.load_state_dict(state)
    with pytest.raises(ValueError, match="dtype: num_batches_tracked"):
        norm.load_state_dict(state, strict=False)


def test_arrays_of_takes_what_holds_numbers():
    found = arrays_of({"a": nn.Parameter([1.0]), "b": [2], "c": np.ones(1)})
    assert {name: x.tolist() for name, x in found.items()} == {"a": [1.0], "b": [2], "c": [1.0]}
