import re

import numpy as np
import pytest

import diydl as dl
from diydl.testing import assert_close

REDUCTIONS = [dl.sum, dl.mean, dl.var, dl.max, dl.min]


@pytest.mark.parametrize("f", REDUCTIONS)
@pytest.mark.parametrize("axis", [2, -3, (0, 2)])
def test_axes_out_of_range(f, axis):
    with pytest.raises(ValueError, match=rf"{f.name}: axis -?\d is out of range for an array of 2"):
        f(np.ones((2, 3)), axis=axis)


@pytest.mark.parametrize("f", REDUCTIONS)
def test_an_axis_named_twice(f):
    with pytest.raises(ValueError, match=rf"{f.name}: axis=\(0, -2\) names an axis twice"):
        f(np.ones((2, 3)), axis=(0, -2))


@pytest.mark.parametrize("f", [dl.max, dl.min, dl.argmax])
def test_nothing_to_choose_from(f):
    words = f"{f.name}: nothing to choose from along axis=0 of shape (0, 3)"
    with pytest.raises(ValueError, match=re.escape(words)):
        f(np.ones((0, 3)), axis=0)


def test_argmax_takes_one_axis():
    with pytest.raises((ValueError, TypeError), match=r"argmax: axis=\(0, 1\): expected one axis"):
        dl.argmax(np.ones((2, 3)), axis=(0, 1))


@pytest.mark.parametrize("f", [dl.sum, dl.mean, dl.cumsum])
def test_halves_are_added_in_single_precision(f):
    x = np.ones(4096, np.float16)
    out = f(x, axis=0)
    assert out.dtype == np.float16
    assert out.reshape(-1)[-1] == (1 if f is dl.mean else 4096)


def test_variance_of_halves_does_not_overflow_on_the_way():
    x = np.array([300.0, -300.0, 0, 0, 0, 0, 0, 0], np.float16)  # float16 does not hold 300 ** 2
    assert dl.var(x) == np.float16(22500)


@pytest.mark.parametrize("dtype", ["int32", "int64", "bool", "uint8"])
@pytest.mark.parametrize("f", [dl.sum, dl.mean, dl.var, dl.max])
def test_integers_have_numpys_dtypes(f, dtype):
    x = np.array([[1, 0], [1, 1]], dtype)
    expected = getattr(np, f.name)(x, axis=0)
    out = f(x, axis=0)
    assert out.dtype == expected.dtype == f.dtype(x.dtype, axis=0)
    np.testing.assert_array_equal(out, expected)


@pytest.mark.parametrize("f", [dl.max, dl.min])
def test_ties_share_the_gradient_evenly(f):
    x = dl.tensor([[5.0, 5.0, 5.0, 5.0]], requires_grad=True)
    f(x, axis=1).backward(np.array([2.0], "f"))
    assert x.grad.tolist() == [[0.5, 0.5, 0.5, 0.5]]


def test_regression_sum_over_axis_one_spreads_the_right_way():
    x = dl.tensor(np.zeros((2, 3)), requires_grad=True)
    dl.sum(x, axis=1).backward(np.array([10.0, 20.0]))
    assert x.grad.tolist() == [[10, 10, 10], [20, 20, 20]]


def test_correction_is_numpys():
    x = np.random.default_rng(0).normal(size=(3, 4))
    for correction in (0, 1, 2):
        assert_close(dl.var(x, axis=1, correction=correction), np.var(x, 1, ddof=correction))
