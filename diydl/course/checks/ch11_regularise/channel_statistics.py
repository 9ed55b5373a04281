"""11/channel_statistics: one mean and one variance for each channel."""

import numpy as np

from diydl.course.bank import Code
from diydl.ops.norm import channel_statistics as reference

exercise = Code(
    "11/channel_statistics",
    "Mean and variance of each channel",
    reference,
    hints=(
        "In a batch of pictures, (B, C, H, W), which axes have to go, so that one number is left "
        "for each channel?",
        "All axes but axis 1: of a table that is axis 0, of pictures (0, 2, 3). Take the mean over "
        "them, keep the axes so that it fits beside x, subtract, square, and take the mean again.",
        "1. Make a tuple of all axes but 1: axis 0, and all from 2 on.\n"
        "2. `xp.mean` over them, once with `keepdims=True`.\n"
        "3. Subtract it from `x`, and take `xp.mean` of the square over the same axes.\n"
        "4. Return both, with one number for each channel.",
    ),
)


@exercise.driver
def statistics(pieces, x):
    """Both statistics of `x`, in a list."""
    found = pieces.channel_statistics(np, x)
    return None if found is None else list(found)


@exercise.mistake(
    "You average over the batch alone. Of pictures that leaves a mean for each *pixel*, and a "
    "picture of another size no longer fits. All axes but the channels' have to go."
)
def per_pixel(xp, x):
    mean = xp.mean(x, axis=0)
    return mean, xp.mean((x - mean) ** 2, axis=0)


@exercise.mistake(
    "You divide by n - 1. That estimates the variance of *all* there is; the batch itself is "
    "normalised by its own mean square, over n. (The running average does need n - 1: see below.)"
)
def unbiased(xp, x):
    axes = (0, *range(2, x.ndim))
    return xp.mean(x, axis=axes), xp.var(x, axis=axes, ddof=1)


@exercise.mistake(
    "Your second result is the standard deviation. The variance is its square: leave out the root."
)
def standard_deviation(xp, x):
    axes = (0, *range(2, x.ndim))
    return xp.mean(x, axis=axes), xp.std(x, axis=axes)


@exercise.mistake(
    "You take the last axis for the channels. Here, as in PyTorch, they stand along axis 1: "
    "(B, C, H, W). (Keras puts them last.)"
)
def channels_last(xp, x):
    axes = tuple(range(x.ndim - 1))
    return xp.mean(x, axis=axes), xp.var(x, axis=axes)


@exercise.mistake(
    "Mean of the squares minus the square of the mean: right on paper. But far from zero both are "
    "huge and nearly equal, and float32 keeps seven digits: what is left is noise, or negative. "
    "Subtract the mean *before* you square."
)
def difference_of_squares(xp, x):
    axes = (0, *range(2, x.ndim))
    mean = xp.mean(x, axis=axes)
    return mean, xp.mean(x * x, axis=axes) - mean * mean


@exercise.mistake("float64 creeps in. The statistics have the dtype of `x`: convert nothing.")
def in_double(xp, x):
    axes = (0, *range(2, x.ndim))
    wide = x.astype("float64")
    return xp.mean(wide, axis=axes), xp.var(wide, axis=axes)


@exercise.mistake(
    "You take the variance of each picture by itself and average these. The pictures differ from "
    "each other too, and that counts: all numbers of a channel have one common mean."
)
def within_pictures(xp, x):
    if x.ndim == 2:
        return xp.mean(x, axis=0), xp.var(x, axis=0)
    pixels = tuple(range(2, x.ndim))
    return xp.mean(x, axis=(0, *pixels)), xp.mean(xp.var(x, axis=pixels), axis=0)
