"""Primitives that can write their result into an array that is there already.

NumPy's functions take `out`, primitives do not: an engine that computes at once has no use for it.
Here stands, for those of which plans are full, the same computation with `out` as the last operand.
The numbers are those of ``prim.forward`` bit by bit, which a test holds for every case.
"""

from functools import lru_cache, partial

import numpy as np

# Functions of NumPy's own, which may write into one of their operands.
UFUNCS = {
    "abs": np.absolute,
    "add": np.add,
    "cos": np.cos,
    "div": np.true_divide,
    "equal": np.equal,
    "exp": np.exp,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "log": np.log,
    "log1p": np.log1p,
    "mul": np.multiply,
    "neg": np.negative,
    "not_equal": np.not_equal,
    "sign": np.sign,
    "sin": np.sin,
    "sqrt": np.sqrt,
    "sub": np.subtract,
    "tanh": np.tanh,
}


def _extremum(ufunc, x, y, out):
    if y.ndim == 0 and x.ndim and x.shape[-1] >= 256:
        y = _row(y.item(), y.dtype, x.shape[-1])
    ufunc(x, y, out=out)


@lru_cache(maxsize=32)
def _row(number, dtype, size):
    """Repeat a number: NumPy's maximum is fast for two arrays only."""
    row = np.full(size, number, dtype)
    row.flags.writeable = False
    return row


def _rsqrt(x, out):
    np.sqrt(x, out)
    np.reciprocal(out, out)


def _sigmoid(x, out):
    with np.errstate(over="ignore"):
        np.negative(x, out)
        np.exp(out, out)
        np.add(out, 1, out)
        np.true_divide(1, out, out)


def _cast(x, out, *, dtype):
    np.copyto(out, x, casting="unsafe")


def _where(condition, x, y, out):
    np.copyto(out, y)
    np.copyto(out, x, where=condition)


def _matmul(a, b, out):
    if out.dtype == np.float16:
        out[...] = np.matmul(a.astype(np.float32), b.astype(np.float32))
    else:
        np.matmul(a, b, out)


def _project(x, w, out):
    rows, flat = x.reshape(-1, x.shape[-1]), out.reshape(-1, out.shape[-1])
    _matmul(rows if x.ndim > 2 else x, w.T, flat if x.ndim > 2 else out)


def _affine(x, w, b, out):
    _project(x, w, out)
    np.add(out, b, out)


ELEMENTWISE = {
    **UFUNCS,
    "cast": _cast,
    "maximum": partial(_extremum, np.maximum),
    "minimum": partial(_extremum, np.minimum),
    "rsqrt": _rsqrt,
    "sigmoid": _sigmoid,
    "where": _where,
}
INTO = {**ELEMENTWISE, "affine": _affine, "matmul": _matmul, "project": _project}


def fits_in_place(prim, dtypes, dtype):
    """Tell whether the result of an elementwise primitive may be written over its operands."""
    return prim.name != "where" and all(d == dtype for d in dtypes)


def writer(prim, params, dtypes, dtype):
    """Return ``f(*arrays, out)`` that writes what `prim` makes of arrays into `out`; None if none.

    Where the operands are of several dtypes, only NumPy's own functions know what to do. Where a
    learner's forward is in the place of the library's, only that one does.

    Examples
    --------
    >>> from diydl.ops import rsqrt
    >>> out, single = np.empty(2, "float32"), np.dtype("float32")
    >>> writer(rsqrt, {}, [single], single)(np.array([4, 16], "float32"), out)
    >>> out
    array([0.5 , 0.25], dtype=float32)
    """
    found = INTO.get(prim.name)
    if found is None or prim.overlaid:
        return None
    if prim.name not in UFUNCS and prim.name not in ("cast", "where"):
        if any(d != dtype for d in dtypes) or dtype.kind != "f":
            return None
    return partial(found, **params) if params else found
