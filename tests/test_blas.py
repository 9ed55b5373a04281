"""BLAS that NumPy brings: the same numbers as NumPy's own passes, and nothing it may not touch."""

import ctypes
import sys

import numpy as np
import pytest

from diydl import blas
from diydl.blas import axpby, axpy
from diydl.threads import set_num_threads

SIZES = (0, 1, 7, 31, 33, 1000, 20_011)  # with and without ends that no vector instruction fits


@pytest.fixture(autouse=True)
def however_few(monkeypatch):
    monkeypatch.setattr(blas, "FEW", 0)


@pytest.fixture
def called(monkeypatch):
    """Note which routines are called."""
    if {kind for kind, _ in blas.ROUTINES} != {"axpy", "axpby"}:
        pytest.skip("NumPy's BLAS has no axpby here")
    names = []

    def noting(key, routine):
        return lambda *arguments: (names.append(key[0]), routine(*arguments))

    monkeypatch.setattr(blas, "ROUTINES", {k: noting(k, r) for k, r in blas.ROUTINES.items()})
    return names


def arrays(size, dtype="float32"):
    rng = np.random.default_rng(size)
    return rng.normal(size=size).astype(dtype), rng.normal(size=size).astype(dtype)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("a", "b"), [(0.3, 0.7), (1, 0.9), (-2.5, 1), (0, 0.5), (0.5, 0), (1, 1)])
def test_axpby(a, b, size, dtype):
    x, y = arrays(size, dtype)
    expected = a * x.astype("float64") + b * y.astype("float64")
    kept = x.copy()
    axpby(a, x, b, y, np.empty_like(y))
    np.testing.assert_array_equal(x, kept)
    close = 4 * np.finfo(dtype).eps
    np.testing.assert_allclose(y, expected, rtol=close, atol=4 * close)
    assert y.dtype == dtype


@pytest.mark.parametrize(("threads", "routine"), [(1, "axpby"), (2, "axpy")])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", SIZES[1:])
def test_axpy(size, dtype, called, threads, routine):
    set_num_threads(threads)
    x, y = arrays(size, dtype)
    expected = y - 0.3 * x.astype("float64")
    try:
        assert axpy(-0.3, x, y)
    finally:
        set_num_threads(None)
    np.testing.assert_allclose(y, expected, rtol=1e-6, atol=1e-6)
    assert called == [routine]


def test_blas_is_called_where_it_can_be(called):
    x, y = arrays(100)
    axpby(0.5, x, 0.5, y, np.empty_like(y))
    assert called == ["axpby"]
    axpby(0.5, x.reshape(10, 10), 0.5, y.reshape(10, 10), np.empty((10, 10), "float32"))
    assert called == ["axpby"] * 2


def test_scratch_may_be_what_is_added(called):
    x, y = arrays(100)
    expected = 0.25 * x + 0.5 * y
    axpby(0.25, x, 0.5, y, x)
    np.testing.assert_allclose(y, expected, rtol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_not_forgotten(bad):
    """BLAS leaves out what is multiplied by 0; here 0 * nan is nan, as everywhere."""
    one, other = np.full(50, bad), np.ones(50)
    scratch = np.empty(50)
    with np.errstate(invalid="ignore"):
        x, y = one.copy(), other.copy()
        axpby(0.0, x, 1.0, y, scratch)
        assert np.isnan(y).all()
        x, y = other.copy(), one.copy()
        axpby(1.0, x, 0.0, y, scratch)
        assert np.isnan(y).all()
    assert not axpy(0.0, one, other)
    assert (other == 1).all()
    less = np.full(50, bad, np.float32)  # and so is what becomes 0 as a float32
    assert not axpy(1e-60, less, np.ones(50, np.float32))


def unlike():
    x, y = arrays(64)
    fixed = y.copy()
    fixed.flags.writeable = False
    square = y.reshape(8, 8)
    shifted = np.frombuffer(b"\0" + y.tobytes(), np.uint8)[1:].view("float32")  # not aligned
    return {
        "every second one": (x[::2], y[::2]),
        "columns": (x.reshape(8, 8), np.asfortranarray(square)),
        "two dtypes": (x.astype("float64"), y),
        "row for a matrix": (x[:8], square),
        "half": (x.astype("float16"), y.astype("float16")),
        "not aligned": (shifted, y),
        "another byte order": (x.astype(">f4"), y.astype(">f4")),
        "read only": (x, fixed),
        "kind of array": (x.view(np.recarray), y.view(np.recarray)),
    }


@pytest.mark.parametrize("name", [name for name in unlike() if name != "read only"])
def test_other_arrays_are_left_to_numpy(name, called):
    x, y = unlike()[name]
    expected = 0.5 * x + 0.25 * y
    assert not axpy(0.5, x, y)
    axpby(0.5, x, 0.25, y, np.empty_like(y))
    np.testing.assert_allclose(y, expected, rtol=2e-3 if y.dtype == "float16" else 1e-6)
    assert called == []


def test_what_may_not_be_written_is_not(called):
    x, y = unlike()["read only"]
    before = y.copy()
    assert not axpy(0.5, x, y)
    with pytest.raises(ValueError, match="read-only"):
        axpby(0.5, x, 1, y, np.empty_like(y))
    np.testing.assert_array_equal(y, before)
    assert called == []


def test_few_elements_are_not_worth_a_call(monkeypatch, called):
    monkeypatch.setattr(blas, "FEW", 10)
    for size in (10, 11):
        x, y = arrays(size)
        axpby(0.5, x, 0.5, y, np.empty_like(y))
    assert called == ["axpby"]


def test_no_length_is_cut_off(monkeypatch, called):
    """A BLAS whose lengths have 32 bits would leave out the rest, and say nothing."""
    assert blas.MOST == np.iinfo(np.int32).max
    monkeypatch.setattr(blas, "MOST", 99)
    for size in (99, 100):
        x, y = arrays(size)
        axpby(0.5, x, 0.5, y, np.empty_like(y))
        assert axpy(0.5, x, y) == (size == 99)
    assert len(called) == 2


def test_without_such_a_routine_numpy_does_it(monkeypatch):
    monkeypatch.setattr(blas, "ROUTINES", {})
    x, y = arrays(100)
    expected = np.float32(0.3) * x + np.float32(0.7) * y
    assert not axpy(0.3, x, y)
    axpby(0.3, x, 0.7, y, np.empty_like(y))
    np.testing.assert_array_equal(y, expected)


def test_a_library_without_them_or_none_at_all(monkeypatch):
    """As on a system whose BLAS is another, or that cannot load a library by its path."""
    monkeypatch.setattr(blas, "_libraries", lambda: [object()])
    assert blas._routines() == {}

    def refuse(path):
        raise OSError("cannot load")

    monkeypatch.undo()
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert blas._routines() == {}
    monkeypatch.undo()
    monkeypatch.setattr(np._core._multiarray_umath, "__file__", None)  # built into the program
    assert blas._routines() == {}
    monkeypatch.undo()
    monkeypatch.setattr(blas, "ctypes", None)
    assert blas._routines() == {}
    monkeypatch.undo()
    monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
    assert blas._routines() == {}


def test_a_routine_that_computes_something_else_is_not_taken(monkeypatch):
    """What has the name alone, or takes other arguments, must not touch a parameter."""

    class Library:
        def __getattr__(self, name):
            return wrong

    def wrong(*arguments):
        pass

    monkeypatch.setattr(blas, "_libraries", lambda: [Library()])
    assert blas._routines() == {}
