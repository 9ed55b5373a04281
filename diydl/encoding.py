"""Parameters of operations as JSON and back: how engines write their graphs into files.

JSON knows neither tuples nor slices, dtypes or open sizes. Each of them is written as an object
with one member that names its kind. Nothing that is read can name a function or a class.
"""

import math

import numpy as np

from diydl.backend import Device, device
from diydl.dim import Dim

DTYPES = frozenset(
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64".split()
)


def encoded(x):
    """Return `x` made of what JSON knows: None, numbers, text, lists and objects.

    Raises
    ------
    TypeError
        For anything but numbers, text, None, tuples, lists, dicts, slices, ``...``, dtypes, devices
        and open sizes.

    Examples
    --------
    >>> encoded({"axis": (0, 1), "keepdims": True})
    {'dict': {'axis': {'tuple': [0, 1]}, 'keepdims': True}}
    >>> decoded(encoded({"index": (slice(None, 3), ...)}))
    {'index': (slice(None, 3, None), Ellipsis)}
    """
    if isinstance(x, np.generic):
        x = x.item()
    if x is None or isinstance(x, (bool, int, str)):
        return x
    if isinstance(x, float):
        return x if math.isfinite(x) else {"float": repr(x)}
    if isinstance(x, list):
        return [encoded(n) for n in x]
    if isinstance(x, dict) and all(isinstance(name, str) for name in x):
        return {"dict": {name: encoded(n) for name, n in x.items()}}
    return _named(x)


def _named(x):
    if isinstance(x, tuple):
        return {"tuple": [encoded(n) for n in x]}
    if isinstance(x, slice):
        return {"slice": [encoded(n) for n in (x.start, x.stop, x.step)]}
    if x is Ellipsis:
        return {"ellipsis": None}
    if isinstance(x, Device):
        return {"device": str(x)}
    if isinstance(x, Dim):
        return {"dim": [[encoded(n) for n in part] for part in (x.terms, x.over)]}
    if isinstance(x, (np.dtype, type)) and np.dtype(x).name in DTYPES:
        return {"dtype": np.dtype(x).name}
    raise TypeError(f"a {type(x).__name__} cannot be written into a file: {x!r:.60}")


def decoded(x):
    """Return what `encoded` made `x` from.

    Raises
    ------
    ValueError
        If `encoded` never returns that.

    Examples
    --------
    >>> decoded({"dim": [[0, 2], [1]]})
    2*B
    >>> decoded({"eval": "1 + 1"})
    Traceback (most recent call last):
    ValueError: expected an object that names one kind of value, got {'eval': '1 + 1'}
    """
    if x is None or isinstance(x, (bool, int, float, str)):
        return x
    if isinstance(x, list):
        return [decoded(n) for n in x]
    kind, inner = next(iter(x.items())) if isinstance(x, dict) and len(x) == 1 else (None, None)
    if kind not in _READERS:
        raise ValueError(f"expected an object that names one kind of value, got {x!r:.60}")
    try:
        return _READERS[kind](inner)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise ValueError(f"{inner!r:.60} is no {kind}: {error}") from error


def _sequence(x, length=None):
    if not isinstance(x, list) or length not in (None, len(x)):
        raise ValueError("expected a list" + (f" of {length}" if length else ""))
    return [decoded(n) for n in x]


def _dtype(name):
    if name not in DTYPES:
        raise ValueError(f"expected one of {', '.join(sorted(DTYPES))}")
    return np.dtype(name)


def _float(text):
    return {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}[text]


def _dim(parts):
    terms, over = _sequence(parts, 2)
    for part in (terms, over):
        numbers = isinstance(part, list) and all(type(n) in (int, float) for n in part)
        if not numbers or not 0 < len(part) < 9:
            raise ValueError("expected two short lists of numbers")
    if not any(over):
        raise ValueError("a size over 0")
    return Dim(tuple(terms), tuple(over))


_READERS = {
    "tuple": lambda x: tuple(_sequence(x)),
    "dict": lambda x: {name: decoded(n) for name, n in x.items()},
    "slice": lambda x: slice(*_sequence(x, 3)),
    "ellipsis": lambda x: Ellipsis,
    "float": _float,
    "dtype": _dtype,
    "device": device,
    "dim": _dim,
}
