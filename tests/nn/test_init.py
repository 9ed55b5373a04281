"""Beginnings lie within their bound, and come from the seed."""

import numpy as np
import pytest

import diydl as dl
from diydl.nn.init import fan_in_uniform


@pytest.mark.parametrize(
    ("shape", "fan_in", "bound"), [((9, 25), None, 0.2), ((50,), 4, 0.5), ((2, 25, 4), None, 0.1)]
)
def test_the_bound_is_one_by_the_root_of_the_inputs(shape, fan_in, bound):
    dl.seed(0)
    w = fan_in_uniform(shape, fan_in=fan_in)
    assert w.shape == shape
    assert w.dtype == np.float32
    assert 0.9 * bound < np.abs(w).max() <= bound


def test_no_inputs_begin_at_zero():
    assert fan_in_uniform((3, 0)).shape == (3, 0)
    assert not fan_in_uniform((3,), fan_in=0).any()


def test_dtypes():
    assert fan_in_uniform((2, 2), dtype=np.float64).dtype == np.float64
