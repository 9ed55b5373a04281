"""What NumPy's BLAS can do and NumPy has no name for: ``y = a * x + b * y`` in one pass.

NumPy brings a BLAS for its matrix products, and both OpenBLAS and MKL, which it mostly is, have
`axpy`, which the standard names, and `axpby` beside it. They are looked for in that very library: a
second one would bring threads of its own. Where they are not found, NumPy makes up to three passes.
"""

import os
import sys
from pathlib import Path

import numpy as np

from diydl.backend import array_module
from diydl.threads import num_threads

try:
    import ctypes
except ImportError:  # a Python built without libffi
    ctypes = None

FEW = 16 * 1024  # elements; for fewer, the call takes longer than the passes it saves
MOST = 2**31 - 1  # elements; where lengths have 32 bits, more would be cut off
_LETTERS = {"s": np.dtype(np.float32), "d": np.dtype(np.float64)}
# In NumPy's wheels, and in other builds of OpenBLAS or MKL.
_NAMES = ("scipy_cblas_{}{}64_", "scipy_cblas_{}{}", "cblas_{}{}64_", "cblas_{}{}")


def axpy(a, x, y):
    """Add ``a * x`` to `y` at once, on as many threads as BLAS has; on one, if we are to use one.

    Returns
    -------
    bool
        False where BLAS is not for these arrays (see `axpby`); then nothing has been done.

    Notes
    -----
    On several threads the last bit of a few elements may depend on their number, as with matrix
    products.

    Examples
    --------
    >>> axpy(0.5, np.ones(2), np.zeros(2))  # so few are not worth the call
    False
    """
    threaded = num_threads() > 1
    routine = _suited("axpy" if threaded else "axpby", x, y)
    if routine is None or not y.dtype.type(a):
        return False
    b = () if threaded else (1,)
    routine(y.size, a, x.ctypes.data, 1, *b, y.ctypes.data, 1)
    return True


def axpby(a, x, b, y, scratch):
    """Write ``a * x + b * y`` into `y`, on one thread.

    Parameters
    ----------
    a, b : float
    x, y : array
        Of one shape and dtype.
    scratch : array
        Another one like them, whose content may be lost. It may be `x`, but not `y`.

    Notes
    -----
    More than `FEW` elements of float32 or float64 go through BLAS, where there is one, if they lie
    one after the other. Some BLAS round once per element and NumPy after each product, so the last
    bit may differ. BLAS tells nothing of overflow: `np.errstate` does not reach it.

    Examples
    --------
    >>> x, y = np.array([1.0, 2.0]), np.array([10.0, 20.0])
    >>> axpby(3, x, 0.5, y, scratch=np.empty(2))
    >>> y
    array([ 8., 16.])
    """
    routine = _suited("axpby", x, y)
    # By 0 BLAS does not multiply, and nan would be forgotten.
    if routine is not None and y.dtype.type(a) and y.dtype.type(b):
        routine(y.size, a, x.ctypes.data, 1, b, y.ctypes.data, 1)
        return
    if b != 1:
        y *= b
    y += x if a == 1 else array_module(y).multiply(x, a, out=scratch)


def _suited(kind, x, y):
    """Return the routine for large contiguous NumPy arrays of which `y` may be written, or None."""
    if not FEW < y.size <= MOST or type(x) is not np.ndarray or type(y) is not np.ndarray:
        return None
    alike = x.dtype == y.dtype and x.shape == y.shape
    contiguous = x.flags.c_contiguous and x.flags.aligned and y.flags.carray
    return ROUTINES.get((kind, y.dtype)) if alike and contiguous else None


def _routines():
    """Return the routines by name and dtype, as far as NumPy's BLAS has them."""
    found = {}
    if ctypes is None or sys.maxsize < 2**32:  # there a length of 64 bits would take two places
        return found
    for library in _libraries():
        for letter, dtype in _LETTERS.items():
            for kind in ("axpy", "axpby"):
                routine = found.get((kind, dtype)) or _named(library, kind, letter, dtype)
                if routine is not None:
                    found[kind, dtype] = routine
    return found


def _libraries():
    """Yield what may have the routines: an extension of NumPy finds all that it is linked with.

    On Windows only the library itself does, which a wheel has beside the package.
    """
    extension = getattr(np._core._multiarray_umath, "__file__", None)
    beside = Path(np.__file__).parent.with_name("numpy.libs")
    for path in sorted(beside.glob("*openblas*")) if os.name == "nt" else filter(None, [extension]):
        try:
            yield ctypes.CDLL(str(path))
        except OSError:
            continue


def _named(library, kind, letter, dtype):
    """Return the routine if the library has it and it computes what is expected, else None."""
    b = (2,) if kind == "axpby" else ()
    number = {"s": ctypes.c_float, "d": ctypes.c_double}[letter]
    length, array = ctypes.c_int64, ctypes.c_void_p
    for name in _NAMES:
        routine = getattr(library, name.format(letter, kind), None)
        if routine is None:
            continue
        routine.argtypes = (length, number, array, length, *[number for _ in b], array, length)
        routine.restype = None
        x, y = np.arange(37, dtype=dtype), np.arange(37, 0, -1, dtype=dtype)
        expected = 3 * x + (2 if b else 1) * y
        routine(x.size, 3, x.ctypes.data, 1, *b, y.ctypes.data, 1)
        if (y == expected).all():
            return routine
    return None


ROUTINES = _routines()
