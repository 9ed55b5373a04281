"""Words for what a node holds: operations with their options, arrays in a line or two."""

import numpy as np

from diydl.backend import to_numpy

NOT_KEPT = "not kept"
_MOST_SHOWN = 9  # elements of an array
_MOST_COLUMNS = 4


def applied(prim, params):
    """Return an operation as it is called, with the keyword arguments that say something.

    Examples
    --------
    >>> from diydl.ops import sum
    >>> applied(sum, {"axis": 0, "keepdims": False})
    'sum(axis=0)'
    """
    told = {k: v for k, v in params.items() if v is not None and v is not False}
    return prim.name + (f"({', '.join(f'{k}={v}' for k, v in told.items())})" if told else "")


def noted(word, array, otherwise=NOT_KEPT):
    """Return a line about an array, or that it was not kept.

    Examples
    --------
    >>> noted("gradient", np.array([1.0, 2.5])), noted("value", None)
    ('gradient [1, 2.5]', 'value not kept')
    """
    return f"{word} {otherwise if array is None else summary(array)}"


def summary(array):
    """Return a small array's numbers, or what a large one's are like.

    Examples
    --------
    >>> summary(np.array(0.5)), summary(np.array([1.0, 2.5]))
    ('0.5', '[1, 2.5]')
    >>> print(summary(np.array([[1, 2], [3, 4]])))
    [[1, 2]
     [3, 4]]
    >>> summary(np.linspace(-1, 1, 100))
    'mean 0 ± 0.58\\n-1 to 1'
    """
    array = to_numpy(array)
    if not array.size:
        return "empty"
    if array.size == 1:
        return number(array)
    if array.size <= _MOST_SHOWN and array.ndim in (1, 2) and array.shape[-1] <= _MOST_COLUMNS:
        rows = [f"[{', '.join(map(number, row))}]" for row in np.atleast_2d(array)]
        return rows[0] if array.ndim == 1 else "[" + "\n ".join(rows) + "]"
    wide = array.astype(np.float64)
    finite = wide[np.isfinite(wide)]
    bad = wide.size - finite.size
    note = f"\n{bad:,} not finite" if bad else ""
    if not finite.size:
        return note.strip()
    ends = f"{number(finite.min())} to {number(finite.max())}"
    mean = finite.mean()
    mean = 0.0 if abs(mean) < 1e-12 * abs(finite).max() else mean
    return f"mean {mean:.2g} ± {finite.std():.2g}\n{ends}{note}"


def number(x):
    """Return the only element of an array, with at most four digits.

    Examples
    --------
    >>> number(np.array([0.123456]))
    '0.1235'
    """
    x = np.asarray(x).ravel()[0]
    return f"{x:.4g}" if x.dtype.kind == "f" else str(x)
