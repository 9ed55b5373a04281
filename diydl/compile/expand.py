"""Primitives that a plan makes of smaller ones, since it can join those with their neighbours.

Eager code is fastest where one primitive does much at once. A plan joins steps: with a layer norm
and a GELU in parts, they and the gradients of both run while the rows are in the cache.
The parts are put in its place while a function is traced, so that its gradient has parts too.
"""

import numpy as np

from diydl.ops.activation import CUBE, INSIDE
from diydl.ops.elementwise import rsqrt
from diydl.ops.reduce import mean
from diydl.ops.special import sigmoid


def expanded(prim, operands, params, least):
    """Return what large parts make of the operands; None where a primitive stays what it is.

    Parameters
    ----------
    prim : Primitive
    operands : sequence of LazyTensor, State, array or NumPy scalar
    params : dict
    least : int
        Elements of the smallest array that is worth it.

    Examples
    --------
    >>> from diydl import LazyTensor
    >>> from diydl.ops import layer_norm, row_statistics
    >>> x = LazyTensor(np.ones((2, 4), np.float32))
    >>> statistics = row_statistics(x, axes=1, eps=0.1)
    >>> one, zero = np.float32(1), np.float32(0)
    >>> expanded(layer_norm, (x, statistics, one, zero), {"axes": 1}, 1).prim
    <primitive mul>
    >>> expanded(layer_norm, (x, statistics, one, zero), {"axes": 1}, 9) is None
    True
    """
    if prim.name not in ("layer_norm", "gelu_tanh"):
        return None
    x = operands[0]
    if x.size < least or x.dtype not in (np.float32, np.float64):
        return None
    if prim.name == "gelu_tanh":
        return gelu(x)
    _, statistics, weight, bias = operands
    made = getattr(statistics, "prim", None)
    known = made is not None and made.name == "row_statistics" and statistics.inputs[0] is x
    if not known or made.overlaid:
        return None
    if any(np.dtype(y.dtype) != x.dtype for y in (weight, bias)):
        return None
    return normalised(x, weight, bias, axes=params["axes"], eps=statistics.params["eps"])


def normalised(x, weight, bias, *, axes, eps):
    """Layer norm over the last `axes` axes, number by number, as Ba et al. (2016) write it.

    Examples
    --------
    >>> normalised(np.array([[1.0, 3.0]]), np.float64(2), np.float64(0), axes=1, eps=0.0)
    array([[-2.,  2.]])
    """
    row = tuple(range(-axes, 0))
    centred = x - mean(x, axis=row, keepdims=True)
    variance = mean(centred * centred, axis=row, keepdims=True)
    out = centred * rsqrt(variance + eps)
    if not _is(weight, 1):
        out = out * weight
    return out if _is(bias, 0) else out + bias


def gelu(x):
    """GELU by tanh, number by number, with one sigmoid: see `ops.activation.gelu_tanh`.

    Examples
    --------
    >>> gelu(np.array([-1000.0, 0.0, 1000.0]))
    array([  -0.,    0., 1000.])
    """
    return x * sigmoid(x * (x * x * (2 * INSIDE * CUBE) + 2 * INSIDE))


def _is(x, number):
    return isinstance(x, np.generic) and x == number
