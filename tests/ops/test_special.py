import math

import numpy as np
import pytest

import diydl as dl
from diydl.testing import assert_close

EVERYWHERE = np.concatenate(
    [np.linspace(-7, 7, 20001), np.logspace(-300, 0, 500), -np.logspace(-20, 1, 500)]
)


def test_erf_is_exact_in_double_precision():
    expected = np.array([math.erf(x) for x in EVERYWHERE])
    np.testing.assert_allclose(dl.erf(EVERYWHERE), expected, rtol=1e-15, atol=0)


def test_erf_is_exact_in_single_precision():
    x = EVERYWHERE[np.abs(EVERYWHERE) > 1e-30].astype(np.float32)
    expected = np.array([math.erf(v) for v in x.tolist()])
    np.testing.assert_allclose(dl.erf(x), expected, rtol=5e-7, atol=0)  # seven units


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_erf_of_what_is_no_number_or_infinite(dtype):
    x = np.array([np.inf, -np.inf, np.nan, -0.0], dtype)
    out = dl.erf(x)
    assert out.dtype == dtype
    np.testing.assert_array_equal(out, np.array([1, -1, np.nan, -0.0], dtype))
    assert np.signbit(out[3])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_sigmoid_at_both_ends(dtype):
    x = np.array([-10000, -10, 0, 10, 10000], dtype)  # a warning of overflow would be an error
    expected = [0, 1 / (1 + math.exp(10)), 0.5, 1 / (1 + math.exp(-10)), 1]
    out = dl.sigmoid(x)
    assert out.dtype == dtype
    assert_close(out, np.array(expected, dtype))
    np.testing.assert_allclose(out[1], expected[1], rtol=1e-3)  # not rounded to 0


@pytest.mark.parametrize("f", [dl.erf, dl.sigmoid, dl.tanh])
def test_integers_become_floats(f):
    out = f(np.array([0, 1]))
    assert out.dtype == f.dtype(np.dtype(int)) == np.float64
