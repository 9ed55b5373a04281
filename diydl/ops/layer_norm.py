"""What layer norm is made of: statistics of each row, and the map that uses them.

A row is what the last axes hold together; the others count the rows. Layer norm takes the features
of an example as a row, group norm the channels of a group.
"""

import math

import numpy as np

from diydl.exercise import exercise
from diydl.ops.blocks import blocks, in_pieces
from diydl.ops.channel import first_float, scale_shift, wide
from diydl.ops.join import stack
from diydl.ops.shape import broadcast_to
from diydl.primitive import primitive


def _two_per_row(x, *, axes, **_):
    if not 0 < axes <= len(x):
        raise ValueError(f"a row is made of 1 to {len(x)} of the last axes of x {x}, got {axes}")
    return (2, *x[: len(x) - axes])


def _row(shape, axes):
    return math.prod(shape[len(shape) - axes :])


@primitive(
    shape=_two_per_row,
    dtype=wide,
    flops=lambda out, x, **_: 4 * math.prod(x),
    saves="x out",
)
@exercise("11/row_statistics")
def row_statistics(xp, x, *, axes, eps):
    """Mean of each row, and ``1 / sqrt(variance + eps)``.

    Parameters
    ----------
    x : ``(..., *row)``
        Floating-point numbers.
    axes : int
        How many of the last axes make up a row.
    eps : float
        Added to the variance, which is the mean of squares (divided by n).

    Returns
    -------
    (2, ...)
        Means, then factors; float32 of float16.

    Examples
    --------
    >>> row_statistics(np.array([[1.0, 5.0], [3.0, 3.0]]), axes=1, eps=0.25)
    array([[3.        , 3.        ],
           [0.48507125, 2.        ]])
    """
    shape, dtype = _two_per_row(x.shape, axes=axes), wide(x.dtype)
    count = _row(x.shape, axes)
    rows = x.reshape(-1, count) if x.size else x.reshape(math.prod(shape[1:]), count)
    out = xp.empty((2, rows.shape[0]), dtype)
    for piece in blocks(xp, rows):
        mean = rows[piece].sum(1, dtype)
        mean /= count
        centred = rows[piece] - mean[:, None]
        centred *= centred
        out[0, piece], out[1, piece] = mean, centred.sum(1)
    out[1] /= count
    out[1] += dtype.type(eps)
    xp.sqrt(out[1], out=out[1])
    xp.reciprocal(out[1], out=out[1])
    return out.reshape(shape)


@row_statistics.def_vjp
def row_statistics_vjp(g, out, x, *, axes, eps):
    count = _row(x.shape, axes)
    g, out = g.reshape(2, -1) / count, out.reshape(2, -1)  # each (2, rows)
    mean, root = out[0], out[1]
    slope = -g[1] * (root * root * root)
    flat = x.reshape(1, -1, count)  # rows as the channels of one example
    return (scale_shift(flat, slope, g[0] - slope * mean).reshape(x.shape),)


def _normalised(x, statistics, weight, bias, *, axes):
    expected, row = _two_per_row(x, axes=axes), x[len(x) - axes :]
    if statistics != expected or weight not in (row, ()) or bias not in (row, ()):
        raise ValueError(
            f"statistics have shape {statistics}, weight {weight} and bias {bias}, expected "
            f"{expected}, and {row} or () for x of shape {x}"
        )
    return x


@primitive(shape=_normalised, dtype=first_float, flops=4, saves="x statistics weight")
def layer_norm(xp, x, statistics, weight, bias, *, axes):
    """Normalise each row, then scale and shift: ``(x - mean) * factor * weight + bias``.

    Layer normalisation (Ba et al., 2016), where the statistics are those of `row_statistics`: the
    gradient that reaches them goes on to `x` through it.

    Parameters
    ----------
    x : ``(..., *row)``
    statistics : (2, ...)
        Means, then factors.
    weight, bias : ``(*row)``, or numbers
        1.0 and 0.0 normalise alone.
    axes : int
        How many of the last axes make up a row.

    Examples
    --------
    >>> x = np.array([[1.0, 3.0], [10.0, 30.0]])
    >>> layer_norm(x, row_statistics(x, axes=1, eps=0.0), 1.0, 0.0, axes=1)
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    _normalised(x.shape, statistics.shape, weight.shape, bias.shape, axes=axes)
    count = _row(x.shape, axes)
    rows = x.reshape(statistics.size // 2, count)
    out = xp.empty(rows.shape, first_float(x.dtype))
    mean, root = statistics.reshape(2, -1, 1)
    if weight.ndim == 0:
        root = root * weight
    for piece, room in in_pieces(xp, out, xp.result_type(x, statistics, weight, bias)):
        xp.subtract(rows[piece], mean[piece], out=room)
        room *= root[piece]
        if weight.ndim:
            room *= weight.reshape(-1)
        if bias.ndim or bias:
            room += bias.reshape(-1)
    return out.reshape(x.shape)


@layer_norm.def_vjp
def layer_norm_vjp(g, out, x, statistics, weight, bias, *, axes):
    count = _row(x.shape, axes)
    flat_g, flat_x = _rows(g, count), _rows(x, count)  # (rows, n)
    both = statistics.reshape(2, -1)
    mean, root = both[0], both[1]  # (rows,)
    w = weight.reshape(-1) if len(weight.shape) else broadcast_to(weight, shape=(count,))
    product = flat_g * flat_x
    total, along = flat_g @ w, product @ w  # (rows,)
    spread = stack(-root * total, along - mean * total, axis=0)  # (2, rows)
    gx = flat_g * w * root.reshape(-1, 1)  # (rows, n)
    gw = root @ product - (root * mean) @ flat_g  # (n,)
    grads = gx, spread, _fit(gw, weight), _fit(flat_g.sum(0), bias)
    return tuple([_like(gy, y) for gy, y in zip(grads, (x, statistics, weight, bias), strict=True)])


def _rows(x, count):
    """Return one row for each that is normalised; float16 becomes float32."""
    return (x.astype(np.float32) if x.dtype == np.float16 else x).reshape(-1, count)


def _fit(g, operand):
    """Sum what comes back for a weight or bias that is one number."""
    return g if len(operand.shape) else g.sum()


def _like(g, operand):
    """Return `g` in the shape and dtype of the operand that it belongs to."""
    g = g if g.dtype == operand.dtype else g.astype(operand.dtype)
    return g if g.shape == operand.shape else g.reshape(operand.shape)
