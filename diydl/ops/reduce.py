"""Reductions over any axes, with or without keepdims, and cumulative sums.

A gradient reaches a reduction in the reduced shape and leaves it in the full one: `_restore` puts
the axes back with size 1, and broadcasting does the rest (all of it where every axis went).
float16 is summed in float32.
"""

import math

import numpy as np

from diydl.exercise import exercise
from diydl.ops.elementwise import cast
from diydl.ops.shape import broadcast_to, expand_dims, normal_axes, normal_axis
from diydl.primitive import primitive


def _reduced(shape, *, axis=None, keepdims=False, **_):
    axes = normal_axes(axis, len(shape))
    sizes = enumerate(shape)
    return tuple(1 if i in axes else n for i, n in sizes if keepdims or i not in axes)


def _restore(g, axis, keepdims):
    """Put the axes that a reduction removed back into `g`, with size 1; a single number fits."""
    return g if keepdims or axis is None else expand_dims(g, axis=axis)


def _count(shape, axis):
    return math.prod(shape[a] for a in normal_axes(axis, len(shape)))


def _read(out_shape, shape, **_):
    """FLOP rule: one operation for each element that is read."""
    return math.prod(shape)


def _summed(dtype, **_):
    return np.sum(np.zeros(0, dtype)).dtype


def _averaged(dtype, **_):
    return dtype if dtype.kind in "fc" else np.dtype(np.float64)


def _wide(dtype):
    """Return the dtype to accumulate in; None leaves it to NumPy."""
    return np.float32 if dtype == np.float16 else None


@primitive(shape=_reduced, dtype=_summed, flops=_read)
def sum(xp, x, *, axis=None, keepdims=False):
    """Sum over `axis`: an axis, a tuple of axes, or None for all.

    Examples
    --------
    >>> sum(np.ones((2, 3)), axis=0)
    array([2., 2., 2.])
    """
    if x.dtype == np.float16:
        return x.sum(axis, np.float32, keepdims=keepdims).astype(np.float16)
    return x.sum(axis, keepdims=keepdims)


@sum.def_vjp
@exercise("02/sum_vjp")
def sum_vjp(g, out, x, *, axis=None, keepdims=False):
    if axis is not None and not keepdims:
        g = expand_dims(g, axis=axis)  # as with keepdims: size 1 where the sum was taken
    return (broadcast_to(g, shape=x.shape),)


@primitive(shape=_reduced, dtype=_averaged, flops=_read)
def mean(xp, x, *, axis=None, keepdims=False):
    """Arithmetic mean over `axis`; of integers too it is a floating-point number.

    Examples
    --------
    >>> mean(np.array([[1.0, 2.0], [3.0, 6.0]]), axis=1)
    array([1.5, 4.5])
    """
    total = x.sum(axis, _wide(x.dtype), keepdims=keepdims) / _count(x.shape, axis)
    return total.astype(_averaged(x.dtype), copy=False)


@mean.def_vjp
def mean_vjp(g, out, x, *, axis=None, keepdims=False):
    share = _restore(g, axis, keepdims) / _count(x.shape, axis)
    return (broadcast_to(share, shape=x.shape),)


@primitive(shape=_reduced, dtype=_averaged, flops=lambda out, x, **_: 4 * math.prod(x), saves="x")
def var(xp, x, *, axis=None, keepdims=False, correction=0):
    """Mean squared distance from the mean; ``correction=1`` divides by n - 1 instead of n.

    Examples
    --------
    >>> var(np.array([1.0, 3.0])), var(np.array([1.0, 3.0]), correction=1)
    (array(1.), array(2.))
    """
    wide = x.astype(_wide(x.dtype) or _averaged(x.dtype), copy=False)
    count = _count(x.shape, axis)
    centred = wide - wide.sum(axis, keepdims=True) / count
    total = xp.square(centred).sum(axis, keepdims=keepdims) / (count - correction)
    return total.astype(_averaged(x.dtype), copy=False)


@var.def_vjp
def var_vjp(g, out, x, *, axis=None, keepdims=False, correction=0):
    share = _restore(g, axis, keepdims) * (2 / (_count(x.shape, axis) - correction))
    return (share * (x - mean(x, axis=axis, keepdims=True)),)


def _picked(shape, *, axis=None, keepdims=False):
    if not _count(shape, axis):
        raise ValueError(f"nothing to choose from along axis={axis} of shape {shape}")
    return _reduced(shape, axis=axis, keepdims=keepdims)


@primitive(shape=_picked, flops=_read, saves="x out")
def max(xp, x, *, axis=None, keepdims=False):
    """Return the largest element over `axis`; equal ones share its gradient.

    Examples
    --------
    >>> max(np.array([[1.0, 2.0], [3.0, 0.0]]), axis=1)
    array([2., 3.])
    """
    return x.max(axis, keepdims=keepdims)


@primitive(shape=_picked, flops=_read, saves="x out")
def min(xp, x, *, axis=None, keepdims=False):
    """Return the smallest element over `axis`; equal ones share its gradient.

    Examples
    --------
    >>> min(np.array([[1.0, 2.0], [3.0, 0.0]]), axis=1)
    array([1., 0.])
    """
    return x.min(axis, keepdims=keepdims)


@max.def_vjp
@min.def_vjp
def extremum_vjp(g, out, x, *, axis=None, keepdims=False):
    best = _restore(out, axis, keepdims)
    chosen = cast(x == best, dtype=g.dtype)
    share = _restore(g, axis, keepdims) / sum(chosen, axis=axis, keepdims=True)
    return (share * chosen,)


def _indices(*_, **__):
    return np.dtype(np.intp)


def _one_axis(shape, *, axis=None, keepdims=False):
    if isinstance(axis, tuple):
        raise ValueError(f"axis={axis}: expected one axis, or None for all elements in a row")
    return _picked(shape, axis=axis, keepdims=keepdims)


@primitive(shape=_one_axis, dtype=_indices, flops=_read, differentiable=False)
def argmax(xp, x, *, axis=None, keepdims=False):
    """Return the index of the (first) largest element along `axis`; None counts all in a row.

    Examples
    --------
    >>> argmax(np.array([[1.0, 2.0], [3.0, 0.0]]), axis=1)
    array([1, 0])
    """
    return x.argmax(axis, keepdims=keepdims)


def _cumulated(shape, *, axis, reverse=False):
    normal_axis(axis, len(shape))
    return shape


@primitive(shape=_cumulated, dtype=_summed)
def cumsum(xp, x, *, axis, reverse=False):
    """Sum of the elements so far along `axis`; with `reverse`, of those still to come.

    Examples
    --------
    >>> cumsum(np.array([1, 2, 3]), axis=0), cumsum(np.array([1, 2, 3]), axis=0, reverse=True)
    (array([1, 3, 6]), array([6, 5, 3]))
    """
    if reverse:
        return xp.flip(cumsum.forward(xp, xp.flip(x, axis), axis=axis), axis)
    total = xp.cumsum(x, axis=axis, dtype=_wide(x.dtype))
    return total.astype(_summed(x.dtype), copy=False)


@cumsum.def_vjp
def cumsum_vjp(g, out, x, *, axis, reverse=False):
    return (cumsum(g, axis=axis, reverse=not reverse),)
