"""Maps and sums with one number for each channel: axis 1. All other axes are the batch."""

import math

import numpy as np

from diydl.ops.blocks import blocks, in_pieces
from diydl.ops.modal import in_training
from diydl.ops.reduce import sum
from diydl.ops.shape import reshape
from diydl.primitive import primitive
from diydl.rules import promoted


def first_float(x, *_, **__):
    """Dtype rule: that of `x`, which holds floating-point numbers.

    Examples
    --------
    >>> first_float(np.dtype("float16"), np.dtype("float32"))
    dtype('float16')
    """
    if x.kind != "f":
        raise TypeError(f"x holds floating-point numbers, got {x}: use .astype('float32')")
    return x


def wide(x, *more, **_):
    """Dtype rule of sums and statistics: those of float16 are float32.

    Examples
    --------
    >>> wide(np.dtype("float16")), wide(np.dtype("float64"))
    (dtype('float32'), dtype('float64'))
    """
    return np.result_type(first_float(x), np.float32, *more)


def channels_of(shape):
    """Return the shape of what holds one number for each channel.

    Examples
    --------
    >>> channels_of((8, 3, 5, 5))
    (3,)
    """
    if len(shape) < 2:
        raise ValueError(f"x has shape {shape}, expected (batch, channels) or more axes")
    return shape[1:2]


def others(ndim):
    """Return all axes but that of the channels.

    Examples
    --------
    >>> others(4)
    (0, 2, 3)
    """
    return (0, *range(2, ndim))


def per_channel(shape):
    """Count the numbers of each channel.

    Examples
    --------
    >>> per_channel((8, 3, 5, 5))
    200
    """
    return shape[0] * math.prod(shape[2:])


def along(v, ndim):
    """Let one number for each channel broadcast along axis 1 of an array with `ndim` axes.

    Examples
    --------
    >>> along(np.ones(3), 4).shape
    (3, 1, 1)
    """
    return v if ndim == 2 else reshape(v, shape=(-1, *(1,) * (ndim - 2)))


def _scaled(x, scale, shift, **_):
    channels = channels_of(x)
    if not scale == shift == channels:
        raise ValueError(
            f"scale has shape {scale} and shift {shift}, expected {channels}: one number for each "
            f"channel (axis 1) of x, whose shape is {x}"
        )
    return x


@primitive(shape=_scaled, dtype=first_float, flops=2)
def scale_shift(xp, x, scale, shift):
    """``x * scale + shift`` with one number for each channel: axis 1 of `x`.

    Examples
    --------
    >>> scale_shift(np.ones((1, 2)), np.array([2.0, 3.0]), np.array([0.0, 1.0]))
    array([[2., 4.]])
    """
    _scaled(x.shape, scale.shape, shift.shape)
    out = xp.empty(x.shape, first_float(x.dtype))
    scale, shift = along(scale, x.ndim), along(shift, x.ndim)
    for piece, room in in_pieces(xp, out, xp.result_type(x, scale, shift)):
        xp.multiply(x[piece], scale, out=room)
        room += shift
    return out


@scale_shift.def_vjp(0, saves="scale")
def scale_shift_vjp_x(g, out, x, scale, shift):
    return g * along(scale, x.ndim)


@scale_shift.def_vjp(1, saves="x")
def scale_shift_vjp_scale(g, out, x, scale, shift):
    return sum(g * x, axis=others(x.ndim))


@scale_shift.def_vjp(2)
def scale_shift_vjp_shift(g, out, x, scale, shift):
    return sum(g, axis=others(x.ndim))


@primitive(shape=_scaled, dtype=first_float, flops=2, modal=True)
def map_in_training(xp, x, scale, shift, *, training):
    """In training, return ``x * scale + shift`` as `scale_shift` does; in use, zeros.

    Examples
    --------
    >>> x, one = np.array([[2.0], [3.0]]), np.ones(1)
    >>> map_in_training(x, one, one, training=True).tolist()
    [[3.0], [4.0]]
    >>> map_in_training(x, one, one, training=False).tolist()
    [[0.0], [0.0]]
    """
    if training:
        return scale_shift.forward(xp, x, scale, shift)
    _scaled(x.shape, scale.shape, shift.shape)
    return xp.broadcast_to(xp.zeros((), first_float(x.dtype)), x.shape)  # nobody writes zeros


@map_in_training.def_vjp(0, saves="scale")
def map_in_training_vjp_x(g, out, x, scale, shift, *, training):
    return g * along(in_training(scale, training=training), x.ndim)


@map_in_training.def_vjp(1, saves="x")
def map_in_training_vjp_scale(g, out, x, scale, shift, *, training):
    return in_training(sum(g * x, axis=others(x.ndim)), training=training)


@map_in_training.def_vjp(2)
def map_in_training_vjp_shift(g, out, x, scale, shift, *, training):
    return in_training(sum(g, axis=others(x.ndim)), training=training)


def _dotted(x, y, shift, **_):
    channels = channels_of(x)
    if x != y or shift != channels:
        raise ValueError(f"got shapes {x}, {y} and {shift}, expected {x}, {x} and {channels}")
    return channels


@primitive(
    shape=_dotted,
    dtype=promoted,
    flops=lambda out, x, *_: 3 * math.prod(x),
    saves="x y shift",
)
def channel_dot(xp, x, y, shift):
    """Sum of ``x * (y - shift)`` over each channel, that is over all axes but axis 1.

    Examples
    --------
    >>> channel_dot(np.array([[1.0], [2.0]]), np.array([[5.0], [9.0]]), np.array([5.0]))
    array([8.])
    """
    dtype = promoted(x.dtype, y.dtype, shift.dtype)
    total = xp.zeros(_dotted(x.shape, y.shape, shift.shape), wide(dtype))
    shift = along(shift, x.ndim).astype(total.dtype, copy=False)
    for piece in blocks(xp, x):
        product = y[piece] - shift
        product *= x[piece]
        total += product.sum(others(x.ndim))
    return total.astype(dtype, copy=False)


@channel_dot.def_vjp(0, saves="y shift")
def channel_dot_vjp_x(g, out, x, y, shift):
    return scale_shift(y, g, -g * shift)


@channel_dot.def_vjp(1, saves="x")
def channel_dot_vjp_y(g, out, x, y, shift):
    return x * along(g, x.ndim)


@channel_dot.def_vjp(2, saves="x")
def channel_dot_vjp_shift(g, out, x, y, shift):
    return -g * sum(x, axis=others(x.ndim))
