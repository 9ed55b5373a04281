"""Operations that put arrays together: concat, stack and pad."""

import numpy as np

from diydl.ops.lookup import getitem
from diydl.ops.shape import normal_axis
from diydl.primitive import primitive


def _along(axis, part):
    """Index that takes `part` of one axis and everything of those before it."""
    return (slice(None),) * axis + (part,)


def _concatenated(*shapes, axis=0):
    if not shapes:
        raise ValueError("nothing to concatenate: expected at least one array")
    first = shapes[0]
    axis = normal_axis(axis, len(first))
    for i, shape in enumerate(shapes):
        if len(shape) != len(first) or any(
            n != m for j, (n, m) in enumerate(zip(shape, first, strict=True)) if j != axis
        ):
            raise ValueError(
                f"operand {i} has shape {shape}, the first {first}: "
                f"expected equal sizes on all axes but axis {axis}"
            )
    total = int(np.sum([shape[axis] for shape in shapes]))
    return (*first[:axis], total, *first[axis + 1 :])


@primitive(shape=_concatenated, flops=0)
def concat(xp, *xs, axis=0):
    """Join arrays along an axis that they have.

    Examples
    --------
    >>> concat(np.array([1, 2]), np.array([3]))
    array([1, 2, 3])
    """
    return xp.concatenate(xs, axis=axis)


@concat.def_vjp
def concat_vjp(g, out, *xs, axis=0):
    axis = normal_axis(axis, g.ndim)
    stops = np.cumsum([x.shape[axis] for x in xs]).tolist()
    starts = [0, *stops[:-1]]
    return [getitem(g, index=_along(axis, slice(a, b))) for a, b in zip(starts, stops, strict=True)]


def _stacked(*shapes, axis=0):
    if not shapes:
        raise ValueError("nothing to stack: expected at least one array")
    first = shapes[0]
    for i, shape in enumerate(shapes):
        if shape != first:
            raise ValueError(f"operand {i} has shape {shape}, the first {first}: expected equal")
    axis = normal_axis(axis, len(first) + 1)
    return (*first[:axis], len(shapes), *first[axis:])


@primitive(shape=_stacked, flops=0)
def stack(xp, *xs, axis=0):
    """Join arrays of one shape along a new axis, which stands at `axis` of the result.

    Examples
    --------
    >>> stack(np.array([1, 2]), np.array([3, 4]), axis=1)
    array([[1, 3],
           [2, 4]])
    """
    return xp.stack(xs, axis=axis)


@stack.def_vjp
def stack_vjp(g, out, *xs, axis=0):
    axis = normal_axis(axis, g.ndim)
    return [getitem(g, index=_along(axis, i)) for i in range(len(xs))]


def _widths(pad_width, ndim):
    """Return one (before, after) per axis, from an int, a pair, or one pair per axis."""
    widths = np.asarray(pad_width)
    try:
        pairs = np.broadcast_to(widths, (ndim, 2)).tolist()
    except ValueError:
        pairs = None
    if pairs is None or widths.dtype.kind not in "iu" or (widths < 0).any():
        raise ValueError(
            f"pad_width={pad_width}: expected a number >= 0, a pair (before, after), "
            f"or one such pair for each of the {ndim} axes"
        )
    return pairs


def _padded(shape, *, pad_width, value=0):
    widths = _widths(pad_width, len(shape))
    return tuple(a + n + b for n, (a, b) in zip(shape, widths, strict=True))


def _inside(shape, pad_width):
    widths = _widths(pad_width, len(shape))
    return tuple(slice(a, a + n) for n, (a, _) in zip(shape, widths, strict=True))


@primitive(shape=_padded, flops=0)
def pad(xp, x, *, pad_width, value=0):
    """Surround `x` with `value`; `pad_width` is an int, (before, after), or a pair per axis.

    Examples
    --------
    >>> pad(np.array([1, 2]), pad_width=(1, 2))
    array([0, 1, 2, 0, 0])
    """
    out = xp.full(_padded(x.shape, pad_width=pad_width), value, x.dtype)
    out[_inside(x.shape, pad_width)] = x
    return out


@pad.def_vjp
def pad_vjp(g, out, x, *, pad_width, value=0):
    return (getitem(g, index=_inside(x.shape, pad_width)),)
