"""What ``x[index]`` means: slices are parameters of `getitem`, arrays of indices are operands.

`getitem` and `getitem_grad` are each other's gradient.
"""

import math
from types import EllipsisType, NoneType

import numpy as np

from diydl.backend import is_array
from diydl.ops.indexing import in_range, take
from diydl.ops.shape import reshape
from diydl.primitive import primitive
from diydl.value import Value

STATIC = (int, np.integer, slice, NoneType, EllipsisType)


def _sliced(shape, *, index):
    spare = np.broadcast_to(np.int8(0), shape)  # takes no memory, whatever the shape
    return spare[index].shape


@primitive(shape=_sliced, flops=0, view=True)
def getitem(xp, x, *, index):
    """Take ``x[index]``, where `index` is made of integers, slices, None and Ellipsis.

    ``x[index]`` on a tensor calls it; arrays of indices are an operand of `take`.

    Examples
    --------
    >>> getitem(np.arange(6).reshape(2, 3), index=(slice(None), 0))
    array([0, 3])
    """
    return x[index]


@getitem.def_vjp
def getitem_vjp(g, out, x, *, index):
    return (getitem_grad(g, index=index, shape=x.shape),)


def _unsliced(old, *, index, shape):
    if _sliced(shape, index=index) != old:
        raise ValueError(
            f"{old} does not fit where index={index} points in {shape}: "
            f"expected shape {_sliced(shape, index=index)}"
        )
    return tuple(shape)


@primitive(shape=_unsliced, flops=0)
def getitem_grad(xp, g, *, index, shape):
    """Put `g` into zeros of the given shape, at `index`: the gradient of `getitem`.

    Examples
    --------
    >>> getitem_grad(np.array([1.0, 2.0]), index=slice(1, 3), shape=(4,))
    array([0., 1., 2., 0.])
    """
    out = xp.zeros(shape, g.dtype)
    if out[index].shape != g.shape:
        raise ValueError("wrong shape")
    out[index] = g
    return out


@getitem_grad.def_vjp
def getitem_grad_vjp(g, out, x, *, index, shape):
    return (getitem(g, index=index),)


def lookup(x, index):
    """Return ``x[index]`` with NumPy's meaning, differentiable in `x`.

    Integers, slices, None and ``...`` go to `getitem`; arrays of integers to `take`; a boolean
    mask, whose result has a shape that depends on data, works for values that are known.

    Raises
    ------
    IndexError
        If an index is out of range, or if arrays are separated by slices: NumPy would move axes.
    TypeError
        If an index is of another kind, or a mask whose values are not known yet.

    Examples
    --------
    >>> x = np.arange(6).reshape(2, 3)
    >>> lookup(x, (0, slice(1, None))), lookup(x, (np.array([0, 1]), np.array([2, 0])))
    (array([1, 2]), array([2, 3]))
    """
    parts = index if isinstance(index, tuple) else (index,)
    if all(isinstance(p, STATIC) and not isinstance(p, bool) for p in parts):
        return getitem(x, index=index)
    parts = _complete([_as_index(p) for p in parts], x.ndim)
    _refuse_separated(parts)
    flat = []
    for p in parts:
        flat += [p] if isinstance(p, STATIC) else [slice(None)] * _width(p)
    x = getitem(x, index=tuple(flat))
    first = next(i for i, p in enumerate(parts) if not isinstance(p, STATIC))
    axis = first - [isinstance(p, (int, np.integer)) for p in parts[:first]].count(True)
    return _take_all(x, [p for p in parts if not isinstance(p, STATIC)], axis)


def _as_index(part):
    if isinstance(part, STATIC) and not isinstance(part, bool):
        return part
    part = np.asarray(part) if isinstance(part, list) else part
    if not (is_array(part) or isinstance(part, Value)) or part.dtype.kind not in "iub":
        kind = getattr(part, "dtype", type(part).__name__)
        raise TypeError(
            f"x[...] got an index of {kind}: expected integers, slices, None, ..., "
            "arrays of integers or a boolean mask"
        )
    if part.dtype.kind != "b":
        return part
    part = part if is_array(part) else getattr(part, "data", None)
    if part is None:
        raise TypeError(
            "x[mask] needs the values of the mask, which are not known while the graph is built: "
            "its shape would depend on them. Write where(mask, x, 0), or index by integers"
        )
    return part


def _width(part):
    return part.ndim if part.dtype.kind == "b" else 1


def _complete(parts, ndim):
    """Replace ... by full slices."""
    used = sum(1 if isinstance(p, STATIC) else _width(p) for p in parts)
    used -= sum(p is None or p is Ellipsis for p in parts)
    dots = [i for i, p in enumerate(parts) if p is Ellipsis]
    if used > ndim:
        raise IndexError(f"too many indices: {used} for an array of {ndim} axes")
    if len(dots) > 1:
        raise IndexError(f"one ... stands for all axes that are left, got {len(dots)} of them")
    if not dots:
        return parts
    return [*parts[: dots[0]], *[slice(None)] * (ndim - used), *parts[dots[0] + 1 :]]


def _refuse_separated(parts):
    """Integers and arrays must stand side by side; else NumPy moves their axis to the front."""
    places = [i for i, p in enumerate(parts) if p is not None and not isinstance(p, slice)]
    if places[-1] - places[0] >= len(places):
        raise IndexError(
            "x[...]: integers and arrays of indices are separated by a slice; NumPy would move "
            "axes. Index in two steps, as x[i][:, j], or transpose first"
        )


def _take_all(x, indices, axis):
    if len(indices) == 1 and indices[0].dtype.kind != "b":
        return take(x, indices[0], axis=axis)
    places, width = [], 0
    for index in indices:
        if index.dtype.kind == "b":
            found = x.shape[axis + width : axis + width + index.ndim]
            if index.shape != found:
                raise IndexError(
                    f"the mask has shape {index.shape}, the axes it picks from {found}"
                )
            places += index.nonzero()
        else:
            places.append(index)
        width = len(places)
    sizes = x.shape[axis : axis + width]
    rows = reshape(x, shape=(*x.shape[:axis], math.prod(sizes), *x.shape[axis + width :]))
    return take(rows, ravel_index(*places, shape=sizes), axis=axis)


def _raveled(*shapes, shape):
    return np.broadcast_shapes(*shapes)


def _position(*indices, **_):
    for dtype in indices:
        if dtype.kind not in "iu":
            raise TypeError(f"indices have dtype {dtype}, expected integers")
    return np.dtype(np.intp)


@primitive(shape=_raveled, dtype=_position, differentiable=False)
def ravel_index(xp, *indices, shape):
    """Turn one index per axis of `shape` into the index in the flattened array.

    Examples
    --------
    >>> ravel_index(np.array([0, 1]), np.array([2, -1]), shape=(2, 3))
    array([2, 5])
    """
    if len(indices) != len(shape):
        raise ValueError(f"got {len(indices)} indices, expected one for each axis of {shape}")
    wrapped = [in_range(xp, i, n, k) for k, (i, n) in enumerate(zip(indices, shape, strict=True))]
    total = wrapped[0]
    for i, n in zip(wrapped[1:], shape[1:], strict=True):
        total = total * n + i
    return total
