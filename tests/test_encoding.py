"""Parameters as JSON: everything comes back as it was, and nothing else is believed."""

import json
import math

import numpy as np
import pytest

from diydl.backend import CPU, device
from diydl.dim import Dim
from diydl.encoding import decoded, encoded
from diydl.testing import CASES

VALUES = [
    None,
    True,
    3,
    -2.5,
    math.inf,
    -math.inf,
    "ij,jk->ik",
    (),
    (1, (2, None), "x"),
    [1, [2]],
    {"a": (1,), "tuple": [2]},
    slice(None, 3),
    (..., slice(1, None, -1), 0),
    np.dtype("float32"),
    CPU,
    device("cuda:1"),
    2 * Dim() + 1,
    (Dim(), 4),
    2 / (Dim() - 1),
]


def through(x):
    return decoded(json.loads(json.dumps(encoded(x), allow_nan=False)))


@pytest.mark.parametrize("x", VALUES, ids=repr)
def test_values_come_back_as_they_were(x):
    assert through(x) == x
    assert type(through(x)) is type(x)


def test_nan_and_numpy_scalars():
    assert math.isnan(through(math.nan))
    assert through(np.int64(3)) == 3
    assert through(np.float32) == np.dtype("float32")


def test_parameters_of_every_primitive_can_be_written():
    for cases in CASES.values():
        for case in cases:
            assert through(case.params) == case.params


@pytest.mark.parametrize("x", [object(), {1: 2}, lambda: 0, np.ones(2), int.__add__, {1, 2}, str])
def test_anything_else_is_refused_when_written(x):
    with pytest.raises(TypeError, match="cannot be written"):
        encoded(x)


@pytest.mark.parametrize(
    "x",
    [
        {},
        {"eval": "1"},
        {"tuple": [], "list": []},
        {"tuple": "abc"},
        {"slice": [1, 2]},
        {"dtype": "object"},
        {"dtype": "V8"},
        {"dtype": ["f4"]},
        {"float": "1e999"},
        {"device": "tpu"},
        {"dim": [[1], [0]]},
        {"dim": [["B"], [1]]},
        {"dim": [list(range(99)), [1]]},
        {"dict": [1]},
        {"tuple": [{"dtype": "object"}]},
    ],
    ids=repr,
)
def test_what_was_never_written_is_refused(x):
    with pytest.raises(ValueError):
        decoded(x)
