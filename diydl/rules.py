"""Rules that foretell a result without computing it: its dtype, its shape, and its cost.

Most primitives share these few; one with a rule of its own has it beside its forward.
"""

import math

import numpy as np


def promoted(*dtypes, **_):
    """Dtype rule: NumPy's promotion.

    Examples
    --------
    >>> promoted(np.dtype("int16"), np.dtype("float32"))
    dtype('float32')
    """
    return np.result_type(*dtypes)


def floating(*dtypes, **_):
    """Dtype rule of exp, sqrt and the like: promotion, where integers become floating point.

    Examples
    --------
    >>> floating(np.dtype("int64")), floating(np.dtype("float32"))
    (dtype('float64'), dtype('float32'))
    """
    dtype = np.result_type(*dtypes)
    return dtype if dtype.kind in "fc" else np.exp(np.zeros(0, dtype)).dtype


def boolean(*_, **__):
    """Dtype rule of comparisons.

    Examples
    --------
    >>> boolean(np.dtype("float32"), np.dtype("float32"))
    dtype('bool')
    """
    return np.dtype(bool)


def broadcast(*shapes, **_):
    """Shape rule: NumPy's broadcasting.

    Examples
    --------
    >>> broadcast((3, 1), (4,))
    (3, 4)
    """
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(_misfit(shapes)) from None


def _misfit(shapes):
    rank = max(map(len, shapes))
    for axis in range(1, rank + 1):
        sizes = {s[-axis] for s in shapes if len(s) >= axis} - {1}
        if len(sizes) > 1:
            listed = " and ".join(map(str, sorted(sizes, key=str)))
            return (
                f"shapes {' and '.join(map(str, shapes))} do not broadcast: axis -{axis} has sizes "
                f"{listed}, expected equal sizes or 1"
            )
    return f"shapes {shapes} do not broadcast"


def per_element(count):
    """FLOP rule: `count` operations for each element of the result.

    Examples
    --------
    >>> per_element(2)((3, 4))
    24
    """

    def rule(out_shape, *_, **__):
        return count * math.prod(out_shape)

    return rule
