"""Reading and writing at indices that are data: take, scatter_add, one_hot."""

import math

import numpy as np

from diydl.backend import default_dtype
from diydl.ops.shape import normal_axis
from diydl.primitive import primitive


def _taken(shape, indices, *, axis=0, wrap=True):
    axis = normal_axis(axis, len(shape))
    return shape[:axis] + indices + shape[axis + 1 :]


def _first(dtype, indices, **_):
    _whole(indices)
    return dtype


def _whole(dtype):
    """Refuse indices that are no integers; a graph engine asks before it runs."""
    if dtype.kind not in "iu":
        raise TypeError(f"indices have dtype {dtype}, expected integers")


@primitive(shape=_taken, dtype=_first, flops=0, saves="indices")
def take(xp, x, indices, *, axis=0, wrap=True):
    """Pick the slices of `x` that `indices` name along `axis`; an index may occur often.

    The axis is replaced by the axes of `indices`: from a table (K, D), ids (B, T) take (B, T, D).
    Negative indices count from the end, unless `wrap` is False: then they are refused.

    Examples
    --------
    >>> take(np.array([10, 20, 30]), np.array([2, 0, 2]))
    array([30, 10, 30])
    """
    if not wrap and xp is np and indices.size and indices.min() < 0:
        raise IndexError(f"index {indices.min()}: expected 0 to {x.shape[axis] - 1}")
    return xp.take(x, indices, axis=axis)


@take.def_vjp(0)
def take_vjp(g, out, x, indices, *, axis=0, wrap=True):
    axis = normal_axis(axis, x.ndim)
    return take_grad(g, indices, axis=axis, size=x.shape[axis])


def _spread(g, indices, *, axis, size):
    return (*g[:axis], size, *g[axis + len(indices) :])


@primitive(shape=_spread, dtype=_first, flops=lambda out, g, *_, **__: math.prod(g))
def take_grad(xp, g, indices, *, axis, size):
    """Add `g` into zeros, at `indices` of an axis of the given size: the gradient of `take`.

    Examples
    --------
    >>> take_grad(np.array([1.0, 2.0, 3.0]), np.array([2, 0, 2]), axis=0, size=4)
    array([2., 0., 4., 0.])
    """
    shape = _spread(g.shape, indices.shape, axis=axis, size=size)
    out = xp.zeros(shape, _summing(g.dtype))
    return _add_at(xp, out, indices, g, axis).astype(g.dtype, copy=False)


@take_grad.def_vjp(0, saves="indices")
def take_grad_vjp(gg, out, g, indices, *, axis, size):
    return take(gg, indices, axis=axis)


def in_range(xp, indices, size, axis):
    """Return `indices` counted from the front.

    Raises
    ------
    IndexError
        If one is out of range; on a GPU nobody looks, since that would mean to wait for it.

    Examples
    --------
    >>> in_range(np, np.array([0, -1]), 3, axis=0)
    array([0, 2])
    """
    _whole(indices.dtype)
    if xp is np and indices.size and not -size <= indices.min() <= indices.max() < size:
        raise IndexError(
            f"indices from {indices.min()} to {indices.max()} on axis {axis} of size {size}: "
            f"expected {-size} to {size - 1}"
        )
    return xp.where(indices < 0, indices + size, indices).astype(np.intp, copy=False)


def _add_at(xp, out, indices, updates, axis):
    """Add in place; flat indices are several times as fast as whole rows."""
    size, after = out.shape[axis], math.prod(out.shape[axis + 1 :])
    rows = in_range(xp, indices, size, axis).reshape(1, -1, 1)
    blocks = xp.arange(math.prod(out.shape[:axis])).reshape(-1, 1, 1)
    flat = (blocks * size + rows) * after + xp.arange(after)
    xp.add.at(out.reshape(-1), flat.reshape(-1), updates.reshape(-1))
    return out


def _summing(dtype):
    return np.float32 if dtype == np.float16 else dtype


def _scattered(shape, indices, updates, *, axis=0):
    expected = _taken(shape, indices, axis=axis)
    if updates != expected:
        raise ValueError(
            f"updates have shape {updates}, expected {expected}: that of "
            f"take(x, indices, axis={axis})"
        )
    return shape


def _scattered_dtype(x, indices, updates, **_):
    _whole(indices)
    return np.result_type(x, updates)


@primitive(
    shape=_scattered,
    dtype=_scattered_dtype,
    flops=lambda out, x, indices, updates, **_: math.prod(updates),
)
def scatter_add(xp, x, indices, updates, *, axis=0):
    """Return a copy of `x` with `updates` added at `indices` along `axis`; repeats add up.

    Examples
    --------
    >>> scatter_add(np.zeros(3), np.array([2, 0, 2]), np.array([1.0, 2.0, 3.0]))
    array([2., 0., 4.])
    """
    axis = normal_axis(axis, x.ndim)
    if updates.shape != _taken(x.shape, indices.shape, axis=axis):
        raise ValueError("wrong shape")
    dtype = xp.result_type(x.dtype, updates.dtype)
    out = x.astype(_summing(dtype), order="C")
    return _add_at(xp, out, indices, updates, axis).astype(dtype, copy=False)


@scatter_add.def_vjp(0)
def scatter_add_vjp_x(g, out, x, indices, updates, *, axis=0):
    return g


@scatter_add.def_vjp(2, saves="indices")
def scatter_add_vjp_updates(g, out, x, indices, updates, *, axis=0):
    return take(g, indices, axis=axis)


def _one_hot_shape(shape, *, classes, dtype=None):
    return (*shape, classes)


def _chosen_dtype(indices, *, dtype=None, **_):
    _whole(indices)
    return np.dtype(dtype or default_dtype())


@primitive(shape=_one_hot_shape, dtype=_chosen_dtype, flops=0, differentiable=False)
def one_hot(xp, indices, *, classes, dtype=None):
    """Turn each index into a row of `classes` numbers: 1 at the index, 0 elsewhere.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), classes=3)
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    kind = _chosen_dtype(indices.dtype, dtype=dtype)
    if xp is np and indices.size and not 0 <= indices.min() <= indices.max() < classes:
        raise IndexError(
            f"indices from {indices.min()} to {indices.max()}, expected 0 to {classes - 1}"
        )
    out = xp.zeros((indices.size, classes), kind)
    out[xp.arange(indices.size), indices.reshape(-1)] = 1
    return out.reshape(*indices.shape, classes)
