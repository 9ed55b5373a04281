"""What `standardise` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, leaves_inputs_alone, note

pytestmark = pytest.mark.exercise("01/standardise")


@pytest.mark.points(2)
@pytest.mark.hint("subtract the mean of each column, then divide by its spread")
@pytest.mark.parametrize("shape", [(8, 3), (4, 4), (1, 3)])
def test_values(sub, rng, reference, shape):
    """Each column gets mean 0 and variance 1"""
    x = rng.normal(size=shape) * rng.uniform(1, 9, shape[1]) + rng.normal(size=shape[1])
    agree(sub.standardise(x), reference(x))


@pytest.mark.points(1)
@pytest.mark.hint("a column is constant where its largest number equals its smallest")
@pytest.mark.parametrize("kind", ["zeros", "whole numbers", "rounded numbers"])
def test_constant_columns(sub, rng, kind):
    """A constant column becomes 0, also one that float32 cannot write exactly"""
    constants = {"zeros": 0, "whole numbers": 3, "rounded numbers": rng.normal(size=20)}[kind]
    x = rng.normal(size=(51, 20)).astype("float32")
    x[:] = constants
    x[:, 0] = np.arange(51)
    found = sub.standardise(x)
    agree(found[:, 1:], np.zeros((51, 19), found.dtype), what=f"the constant columns ({kind})")


@pytest.mark.points(1)
@pytest.mark.hint("a small spread is a spread: only constant columns are left out")
def test_small_columns(sub, rng):
    """A column of tiny numbers is stretched as any other"""
    x = rng.normal(size=(40, 3)) * np.array([1e-9, 1e-8, 1])
    spread = np.std(sub.standardise(x), axis=0)
    note(spread)
    assert (spread > 0.8).all(), (
        f"a column with a spread of 1e-9 ends with a spread of {spread[0]:.2g} in place of 1"
    )


@pytest.mark.points(1)
@pytest.mark.hint("no array of zeros or ones: they are float64")
def test_dtype(sub, rng):
    """float32 stays float32"""
    found = sub.standardise(rng.normal(size=(5, 4)).astype("float32"))
    have = str(getattr(found, "dtype", type(found).__name__))
    note(have)
    assert have == "float32", f"x is float32, and the result is {have}"


@pytest.mark.points(1)
@pytest.mark.hint("compute new arrays; no `-=` on `x`")
def test_input_unchanged(sub, rng):
    """The table that came in is left as it was"""
    leaves_inputs_alone(sub.standardise, rng.normal(size=(6, 3)))
