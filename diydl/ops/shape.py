"""Operations that give an array another shape: reshape, transpose, broadcast_to, squeeze.

All of them return views where they can. `broadcast_to` and `sum_to` are each other's gradient.
"""

import math
import operator

import numpy as np

from diydl.exercise import exercise
from diydl.primitive import primitive


def normal_axis(axis, ndim):
    """Return `axis` counted from the front; negative axes count from the back.

    Raises
    ------
    ValueError
        If an array of `ndim` axes has no such axis.

    Examples
    --------
    >>> normal_axis(-1, 3)
    2
    """
    if not -ndim <= operator.index(axis) < ndim:
        allowed = f"expected {-ndim} to {ndim - 1}" if ndim else "it has none"
        raise ValueError(f"axis {axis} is out of range for an array of {ndim} axes: {allowed}")
    return axis % ndim


def normal_axes(axis, ndim):
    """Return the axes that `axis` names, as a tuple: None names them all.

    Examples
    --------
    >>> normal_axes(None, 3), normal_axes(-1, 3), normal_axes((0, -1), 3)
    ((0, 1, 2), (2,), (0, 2))
    """
    if axis is None:
        return tuple(range(ndim))
    axes = tuple(normal_axis(a, ndim) for a in (axis if isinstance(axis, tuple) else (axis,)))
    if len(set(axes)) < len(axes):
        raise ValueError(f"axis={axis} names an axis twice; name each one once")
    return axes


def _reshaped(old, *, shape):
    shape, size = tuple(shape), math.prod(old)
    known = math.prod(n for n in shape if n != -1)
    if shape.count(-1) > 1:
        raise ValueError(f"cannot reshape {old} to {shape}: at most one size may be -1")
    if -1 in shape and known and size % known == 0:
        return tuple(size // known if n == -1 else n for n in shape)
    if -1 in shape or known != size:
        raise ValueError(
            f"cannot reshape {old} to {shape}: {size} elements do not fill "
            f"{'a multiple of ' if -1 in shape else ''}{known}"
        )
    return shape


@primitive(shape=_reshaped, flops=0, view=True)
def reshape(xp, x, *, shape):
    """Give the same elements, in the same order, another shape; one size may be -1.

    Examples
    --------
    >>> reshape(np.arange(6), shape=(2, -1))
    array([[0, 1, 2],
           [3, 4, 5]])
    """
    return x.reshape(shape)


@reshape.def_vjp
def reshape_vjp(g, out, x, *, shape):
    return (reshape(g, shape=x.shape),)


def _transposed(shape, *, axes=None):
    if axes is None:
        return shape[::-1]
    order = [normal_axis(a, len(shape)) for a in axes]
    if sorted(order) != list(range(len(shape))):
        raise ValueError(f"axes={axes} is not a permutation of the {len(shape)} axes of {shape}")
    return tuple(shape[a] for a in order)


@primitive(shape=_transposed, flops=0, view=True)
def transpose(xp, x, *, axes=None):
    """Permute the axes: axis i of the result is axis ``axes[i]`` of `x`; by default reverse them.

    Examples
    --------
    >>> transpose(np.ones((2, 3, 4)), axes=(2, 0, 1)).shape
    (4, 2, 3)
    """
    return x.transpose(axes)


@transpose.def_vjp
def transpose_vjp(g, out, x, *, axes=None):
    if axes is None:
        return (transpose(g),)
    order = [a % x.ndim for a in axes]
    back = sorted(range(x.ndim), key=order.__getitem__)  # the inverse permutation
    return (transpose(g, axes=tuple(back)),)


def _broadcast_to(old, *, shape):
    shape, lead = tuple(shape), len(shape) - len(old)
    if lead < 0 or any(n not in (1, m) for n, m in zip(old, shape[lead:], strict=True)):
        raise ValueError(
            f"{old} does not broadcast to {shape}: counted from the right, each size must be 1 "
            "or equal to the new one"
        )
    return shape


@primitive(shape=_broadcast_to, flops=0, view=True)
def broadcast_to(xp, x, *, shape):
    """Repeat `x` along new axes and along axes of size 1, as a read-only view.

    Examples
    --------
    >>> broadcast_to(np.array([1, 2]), shape=(2, 2))
    array([[1, 2],
           [1, 2]])
    """
    return xp.broadcast_to(x, shape)


@broadcast_to.def_vjp
def broadcast_to_vjp(g, out, x, *, shape):
    return (unbroadcast(g, x.shape),)


def _sum_to(old, *, shape):
    try:
        _broadcast_to(tuple(shape), shape=old)
    except ValueError:
        raise ValueError(
            f"cannot sum {old} to {tuple(shape)}: expected a shape that broadcasts to {old}"
        ) from None
    return tuple(shape)


@primitive(shape=_sum_to, flops=lambda out, x, **_: math.prod(x), view=True)
@exercise("03/sum_to")
def sum_to(xp, x, *, shape):
    """Sum over the axes along which an array of `shape` was broadcast to ``x.shape``.

    It is the gradient of broadcasting: what was repeated gets the sum of what came back.

    Examples
    --------
    >>> sum_to(np.ones((2, 3)), shape=(3,))
    array([2., 2., 2.])
    """
    lead = x.ndim - len(shape)
    if lead < 0 or any(n not in (1, m) for n, m in zip(shape, x.shape[lead:], strict=True)):
        raise ValueError("wrong shape")
    ones = [lead + i for i, n in enumerate(shape) if n == 1 and x.shape[lead + i] != 1]
    axes = (*range(lead), *ones)
    if not axes:
        return x
    wide = np.float32 if x.dtype == np.float16 else x.dtype
    total = xp.sum(x, axis=axes, dtype=wide).astype(x.dtype, copy=False)
    return total.reshape(shape) if ones else total


@sum_to.def_vjp
def sum_to_vjp(g, out, x, *, shape):
    return (broadcast_to(g, shape=x.shape),)


def unbroadcast(g, shape):
    """Sum `g` to `shape`, if broadcasting changed it: what every VJP with broadcasting ends with.

    Examples
    --------
    >>> unbroadcast(np.ones((2, 3)), (1, 3))
    array([[2., 2., 2.]])
    """
    return g if g.shape == shape else sum_to(g, shape=shape)


def _squeezed(shape, *, axis=None):
    if axis is None:
        return tuple(n for n in shape if n != 1)
    axes = normal_axes(axis, len(shape))
    wrong = [a for a in axes if shape[a] != 1]
    if wrong:
        raise ValueError(f"cannot squeeze axis {wrong[0]} of {shape}: expected size 1")
    return tuple(n for i, n in enumerate(shape) if i not in axes)


@primitive(shape=_squeezed, flops=0, view=True)
def squeeze(xp, x, *, axis=None):
    """Remove axes of size 1: all of them, or those that `axis` names.

    Examples
    --------
    >>> squeeze(np.ones((1, 2, 1)), axis=-1).shape
    (1, 2)
    """
    return x.squeeze(axis)


@squeeze.def_vjp
def squeeze_vjp(g, out, x, *, axis=None):
    return (reshape(g, shape=x.shape),)


def _expanded(shape, *, axis):
    axes = axis if isinstance(axis, tuple) else (axis,)
    axes, rest = normal_axes(axes, len(shape) + len(axes)), iter(shape)
    return tuple(1 if i in axes else next(rest) for i in range(len(shape) + len(axes)))


@primitive(shape=_expanded, flops=0, view=True)
def expand_dims(xp, x, *, axis):
    """Insert axes of size 1, so that they stand at `axis` of the result.

    Examples
    --------
    >>> expand_dims(np.ones((2, 3)), axis=1).shape
    (2, 1, 3)
    """
    return xp.expand_dims(x, axis)


@expand_dims.def_vjp
def expand_dims_vjp(g, out, x, *, axis):
    return (reshape(g, shape=x.shape),)
