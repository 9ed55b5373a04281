"""Comparing arrays: one table of tolerances, and messages that say where two arrays differ."""

import numpy as np

from diydl.backend import as_array, to_numpy
from diydl.value import Value

# dtype: (relative, absolute). What a few rounded operations on numbers near 1 may differ by.
TOLERANCES = {"float16": (5e-3, 5e-3), "float32": (1e-5, 1e-6), "float64": (1e-10, 1e-12)}


def tolerance(*dtypes):
    """Return (relative, absolute) tolerance for the least precise of `dtypes`; (0, 0) if exact.

    Examples
    --------
    >>> tolerance("float32", "float64"), tolerance("int64")
    ((1e-05, 1e-06), (0.0, 0.0))
    """
    known = [TOLERANCES.get(np.dtype(dtype).name, (0.0, 0.0)) for dtype in dtypes]
    return max(known)


def _plain(x):
    """Return `x` as a NumPy array; tensors of other frameworks know how to become one."""
    if isinstance(x, Value):
        return to_numpy(x.data)
    return to_numpy(as_array(x.detach().numpy() if hasattr(x, "detach") else x))


def first_difference(actual, expected, *, rtol, atol):
    """Return the index of the first element that is off by more than allowed, or None.

    NaN equals NaN; an infinity equals itself alone.

    Examples
    --------
    >>> first_difference(np.array([1.0, 2.0]), np.array([1.0, 3.0]), rtol=0, atol=0.5)
    (1,)
    """
    wrong = ~np.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)
    return tuple(int(i) for i in np.argwhere(wrong)[0]) if wrong.any() else None


def assert_close(actual, expected, *, scale=1.0, what="result"):
    """Raise AssertionError where two arrays differ by more than their dtypes allow.

    Parameters
    ----------
    actual, expected : array, tensor or tensor of another framework
    scale : float
        Multiplies the tolerances, for long computations.
    what : str
        The name of the thing compared, for the message.

    Examples
    --------
    >>> assert_close(np.array([1.0, 2.0]), np.array([1.0, 3.0]))
    Traceback (most recent call last):
    AssertionError: result differs first at (1,): got 2.0, expected 3.0 (1 of 2 elements differ)
    """
    actual, expected = _plain(actual), _plain(expected)
    if actual.shape != expected.shape:
        raise AssertionError(f"{what} has shape {actual.shape}, expected {expected.shape}")
    rtol, atol = (scale * t for t in tolerance(actual.dtype, expected.dtype))
    place = first_difference(actual, expected, rtol=rtol, atol=atol)
    if place is not None:
        wrong = ~np.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)
        raise AssertionError(
            f"{what} differs first at {place}: got {actual[place]}, expected {expected[place]} "
            f"({wrong.sum()} of {wrong.size} elements differ)"
        )
