"""What batch normalisation is made of: statistics of each channel, and the map that uses them.

Channels stand along axis 1, and all other axes are the batch. `batch_statistics` is modal, the
rest is not: in use the statistics are constants, and the gradient through them ends there.
"""

import math

from diydl.exercise import exercise
from diydl.ops.blocks import blocks
from diydl.ops.channel import (
    along,
    channel_dot,
    channels_of,
    first_float,
    map_in_training,
    others,
    per_channel,
    scale_shift,
    wide,
)
from diydl.ops.elementwise import rsqrt
from diydl.ops.join import stack
from diydl.ops.modal import in_training
from diydl.ops.reduce import sum
from diydl.primitive import primitive


def _two_per_channel(x, mean, var, **_):
    channels = channels_of(x)
    if not mean == var == channels:
        raise ValueError(
            f"the running mean has shape {mean} and the variance {var}, expected {channels}: "
            f"one number for each channel (axis 1) of x, whose shape is {x}"
        )
    return (2, *channels)


@primitive(
    shape=_two_per_channel,
    dtype=wide,
    flops=lambda out, x, *_, **__: 4 * math.prod(x),
    saves="x out",
    modal=True,
)
def batch_statistics(xp, x, mean, var, *, training):
    """Mean and variance of each channel: in training of the batch, else those that are given.

    Parameters
    ----------
    x : (B, C) or (B, C, ...)
    mean, var : (C,)
        Running statistics. The variance of the batch is the mean of squares (divided by n).

    Returns
    -------
    (2, C)
        Means, then variances; float32 of float16.

    Raises
    ------
    ValueError
        In training, if a channel has fewer than two numbers: one number has no spread.

    Examples
    --------
    >>> x, zeros, ones = np.array([[1.0, 5.0], [3.0, 5.0]]), np.zeros(2), np.ones(2)
    >>> batch_statistics(x, zeros, ones, training=True)
    array([[2., 5.],
           [1., 0.]])
    >>> batch_statistics(x, zeros, ones, training=False)
    array([[0., 0.],
           [1., 1.]])
    """
    out = xp.empty(_two_per_channel(x.shape, mean.shape, var.shape), wide(x.dtype, mean.dtype))
    if not training:
        out[0], out[1] = mean, var
        return out
    count = per_channel(x.shape)
    if count < 2:
        raise ValueError(
            f"training needs at least two numbers per channel, and x of shape {x.shape} has "
            f"{count}: take larger batches (DataLoader(..., drop_last=True) leaves out a last "
            "one that is too small), or call eval() before using the model on one example"
        )
    out[0], out[1] = channel_statistics(xp, x.astype(out.dtype, copy=False))
    return out


@exercise("11/channel_statistics")
def channel_statistics(xp, x):
    """Return the mean of each channel, and the mean squared distance from it.

    Parameters
    ----------
    xp : module
        numpy or cupy.
    x : (B, C) or (B, C, ...)
        float32 or float64.

    Returns
    -------
    (mean, var) : two arrays of shape (C,), with the dtype of `x`

    Examples
    --------
    >>> channel_statistics(np, np.array([[1.0, 5.0], [3.0, 5.0]]))
    (array([2., 5.]), array([1., 0.]))
    """
    axes, count = others(x.ndim), per_channel(x.shape)
    mean = xp.sum(x, axis=axes) / x.dtype.type(count)  # (C,)
    squares, off = xp.zeros_like(mean), xp.zeros_like(mean)
    for piece in blocks(xp, x):
        centred = x[piece] - along(mean, x.ndim)
        off += centred.sum(axes)
        xp.square(centred, out=centred)
        squares += centred.sum(axes)
    off /= x.dtype.type(count)  # the rounding of the mean (Chan, Golub and LeVeque, 1983)
    return mean + off, xp.maximum(squares / x.dtype.type(count) - off * off, 0)


@batch_statistics.def_vjp(0)
def batch_statistics_vjp_x(g, out, x, mean, var, *, training):
    share = g / per_channel(x.shape)  # (2, C)
    slope = 2 * share[1]
    return map_in_training(x, slope, share[0] - slope * out[0], training=training)


@batch_statistics.def_vjp(1, saves="")
def batch_statistics_vjp_mean(g, out, x, mean, var, *, training):
    return g[0] - in_training(g[0], training=training)


@batch_statistics.def_vjp(2, saves="")
def batch_statistics_vjp_var(g, out, x, mean, var, *, training):
    return g[1] - in_training(g[1], training=training)


def _normalised(x, statistics, weight, bias, **_):
    channels = channels_of(x)
    if statistics != (2, *channels) or not weight == bias == channels:
        raise ValueError(
            f"statistics have shape {statistics}, weight {weight} and bias {bias}, expected "
            f"{(2, *channels)}, {channels} and {channels} for x of shape {x}"
        )
    return x


@primitive(shape=_normalised, dtype=first_float, flops=2, saves="x statistics weight")
def batch_norm(xp, x, statistics, weight, bias, *, eps):
    """Shift and stretch each channel: ``(x - mean) / sqrt(var + eps) * weight + bias``.

    Batch normalisation (Ioffe and Szegedy, 2015), where the statistics are those of the batch: the
    gradient that reaches them goes on to `x` through `batch_statistics`.

    Parameters
    ----------
    x : (B, C) or (B, C, ...)
    statistics : (2, C)
        Means, then variances.
    weight, bias : (C,)

    Examples
    --------
    >>> x, zeros, ones = np.array([[1.0], [3.0]]), np.zeros(1), np.ones(1)
    >>> statistics = batch_statistics(x, zeros, ones, training=True)
    >>> batch_norm(x, statistics, ones, zeros, eps=0.0)
    array([[-1.],
           [ 1.]])
    """
    _normalised(x.shape, statistics.shape, weight.shape, bias.shape)
    scale = weight / xp.sqrt(statistics[1] + statistics.dtype.type(eps))  # (C,)
    return scale_shift.forward(xp, x, scale, bias - statistics[0] * scale)


@batch_norm.def_vjp
@exercise("11/batch_norm_vjp")
def batch_norm_vjp(g, out, x, statistics, weight, bias, *, eps):
    root = rsqrt(statistics[1] + eps)  # (C,)
    scale = weight * root
    total = sum(g, axis=others(x.ndim))
    towards = channel_dot(g, x, statistics[0]) * root  # (C,)
    spread = stack(-scale * total, -0.5 * scale * root * towards, axis=0)  # (2, C)
    return g * along(scale, x.ndim), spread, towards, total
