import numpy as np
import pytest

import diydl as dl
from diydl.testing import assert_close, first_difference, tolerance


def test_the_least_precise_dtype_sets_the_tolerance():
    assert tolerance("float16", "float64") == tolerance("float16")
    assert tolerance("float16") > tolerance("float32") > tolerance("float64") > tolerance("int64")


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.array([1.0, 2.0 + 1e-6]), np.array([1.0, 2.0])),
        (np.array([1.0, 2.001], "f"), np.array([1.0, 2.0], "f")),
        (np.array([1, 3]), np.array([1, 2])),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0])),
        (np.array([1.0, np.inf]), np.array([1.0, -np.inf])),
    ],
)
def test_differences_are_found(actual, expected):
    with pytest.raises(AssertionError, match=r"thing differs first at \(1,\): got .*1 of 2"):
        assert_close(actual, expected, what="thing")


@pytest.mark.parametrize("wrap", [np.asarray, dl.tensor, dl.Parameter, list])
def test_equal_things_of_all_kinds_pass(wrap):
    assert_close(wrap([1.0, 2.0]), np.array([1.0, 2.0]))


def test_nan_equals_nan_and_infinity_itself():
    assert_close(np.array([np.nan, np.inf]), np.array([np.nan, np.inf]))


def test_a_shape_that_would_broadcast_is_a_difference():
    with pytest.raises(AssertionError, match=r"result has shape \(1, 2\), expected \(2,\)"):
        assert_close(np.ones((1, 2)), np.ones(2))


def test_scale_widens_the_tolerance():
    off = np.array([1.0 + 5e-10])
    with pytest.raises(AssertionError):
        assert_close(off, np.ones(1))
    assert_close(off, np.ones(1), scale=10)


def test_first_difference_of_a_scalar_has_an_empty_index():
    assert first_difference(np.array(1.0), np.array(2.0), rtol=0, atol=0) == ()
    assert first_difference(np.array(1.0), np.array(1.0), rtol=0, atol=0) is None


@pytest.mark.torch
def test_tensors_of_pytorch_are_compared():
    import torch

    assert_close(dl.tensor([1.0]), torch.ones(1, requires_grad=True))
