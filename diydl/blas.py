"""What NumPy's BLAS can do and NumPy has no name for: ``y = a * x + b * y`` in one pass.

NumPy brings a BLAS for its matrix products, and both OpenBLAS and MKL, which it mostly is, have
`axpy`, which the standard names, and `axpby` beside it. They are looked for in that very library: a
second one would bring threads of its own. Where they are not found, NumPy makes up to three passes.
"""

import ctypes
from pathlib import Path

import numpy as np

from diydl.backend import array_module

FEW = 16 * 1024  # elements; for fewer, the call takes longer than the passes it saves
_NUMBERS = {
    "s": (np.dtype(np.float32), ctypes.c_float),
    "d": (np.dtype(np.float64), ctypes.c_double),
}
# In NumPy's wheels, and in other builds of OpenBLAS or MKL. Those whose lengths have 32 bits read
# the lower half of a register that holds 64.
_NAMES = ("scipy_cblas_{}{}64_", "scipy_cblas_{}{}", "cblas_{}{}64_", "cblas_{}{}")


def axpy(a, x, y):
    """Add ``a * x`` to `y` by BLAS, on the threads that it has for large arrays.

    Returns
    -------
    bool
        False where BLAS is not for these arrays (see `axpby`); then nothing has been done.

    Examples
    --------
    >>> axpy(0.5, np.ones(2), np.zeros(2))  # so few are not worth the call
    False
    """
    routine = _suited("axpy", x, y)
    if not routine or not a:  # for a = 0 BLAS leaves `y` alone, and nan in `x` would be forgotten
        return False
    routine(y.size, a, x.ctypes.data, 1, y.ctypes.data, 1)
    return True


def axpby(a, x, b, y, scratch):
    """Write ``a * x + b * y`` into `y`.

    Parameters
    ----------
    a, b : float
    x, y : array
        Of one shape and dtype.
    scratch : array
        Another one like them, whose content may be lost. It may be `x`.

    Notes
    -----
    More than `FEW` elements of float32 or float64 go through BLAS, where there is one, if they lie
    one after the other. It rounds once per element, as PyTorch does, and NumPy after each product:
    the last bit may differ.

    Examples
    --------
    >>> x, y = np.array([1.0, 2.0]), np.array([10.0, 20.0])
    >>> axpby(3, x, 0.5, y, scratch=np.empty(2))
    >>> y
    array([ 8., 16.])
    """
    routine = _suited("axpby", x, y)
    if routine and a and b:  # by 0 BLAS does not multiply, and nan would be forgotten
        routine(y.size, a, x.ctypes.data, 1, b, y.ctypes.data, 1)
        return
    if b != 1:
        y *= b
    y += x if a == 1 else array_module(y).multiply(x, a, out=scratch)


def _suited(kind, x, y):
    """Return the routine for large contiguous NumPy arrays of which `y` may be written."""
    if y.size <= FEW or not type(x) is type(y) is np.ndarray:
        return None
    alike = x.dtype == y.dtype and x.shape == y.shape
    contiguous = x.flags.c_contiguous and x.flags.aligned and y.flags.carray
    return ROUTINES.get((kind, y.dtype)) if alike and contiguous else None


def _routines():
    """Return the routines by name and dtype, as far as NumPy's BLAS has them."""
    found, length, array = {}, ctypes.c_int64, ctypes.c_void_p
    for library in _libraries():
        for letter, (dtype, number) in _NUMBERS.items():
            for kind, more in {"axpy": (), "axpby": (number,)}.items():
                takes = (length, number, array, length, *more, array, length)
                for name in _NAMES:
                    routine = getattr(library, name.format(letter, kind), None)
                    if routine is not None and (kind, dtype) not in found:
                        routine.argtypes, routine.restype = takes, None
                        if _computes(routine, dtype, [2] * len(more)):
                            found[kind, dtype] = routine
    return found


def _libraries():
    extension = Path(np._core._multiarray_umath.__file__)
    # Where a name may be looked up through an extension, in all that it is linked with; on Windows
    # in the library itself, which a wheel has beside the package.
    beside = extension.parents[2] / "numpy.libs"
    for path in (extension, *sorted(beside.glob("*openblas*"))):
        try:
            yield ctypes.CDLL(str(path))
        except OSError:
            continue


def _computes(routine, dtype, b):
    """Tell whether a routine that was found by its name does what is expected."""
    x, y = np.arange(37, dtype=dtype), np.arange(37, 0, -1, dtype=dtype)
    expected = 3 * x + (b or [1])[0] * y
    routine(x.size, 3, x.ctypes.data, 1, *b, y.ctypes.data, 1)
    return bool((y == expected).all())


ROUTINES = _routines()
