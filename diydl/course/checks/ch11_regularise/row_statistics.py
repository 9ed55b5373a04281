"""11/row_statistics: mean and factor of each row, by itself."""

import numpy as np

from diydl.course.bank import Code
from diydl.ops.layer_norm import row_statistics as primitive

exercise = Code(
    "11/row_statistics",
    "Mean and factor of each row",
    primitive.forward,
    hints=(
        "Batch norm averages over the examples. Layer norm looks at one example at a time: along "
        "which axes?",
        "The last `axes` axes make up a row. Take the mean over them, subtract it, take the mean "
        "of the squares; the factor is one over the root of that plus `eps`.",
        "1. float16 becomes float32 first.\n"
        "2. The axes: -1, and as many before it as `axes` says, as a tuple.\n"
        "3. `xp.mean` over them with `keepdims=True`; subtract; `xp.mean` of the square.\n"
        "4. Factor: 1 over the root of that plus `eps`.\n"
        "5. `xp.stack` both, without the axes of the row: means first.",
    ),
)


@exercise.driver
def rows(pieces, x, axes, eps):
    """Statistics of the rows of `x`."""
    return pieces.row_statistics(np, x, axes=axes, eps=eps)


def _single(x):
    return x.astype("float32") if x.dtype == np.float16 else x


def _stacked(xp, mean, factor):
    return xp.stack([mean, factor])


@exercise.mistake(
    "You go down the columns: that is batch norm, where examples meet. Layer norm stays within "
    "each row, along the last axes."
)
def down_the_columns(xp, x, *, axes, eps):
    x = _single(x)
    over = tuple(range(axes))
    return _stacked(xp, x.mean(over), 1 / xp.sqrt(x.var(over) + x.dtype.type(eps)))


@exercise.mistake(
    "Your second row is the spread itself. The factor is one over it, so that the norm multiplies."
)
def not_inverted(xp, x, *, axes, eps):
    x = _single(x)
    over = tuple(range(-axes, 0))
    return _stacked(xp, x.mean(over), xp.sqrt(x.var(over) + x.dtype.type(eps)))


@exercise.mistake(
    "You add `eps` to the root. It belongs under the root, to the variance: there it also keeps "
    "the derivative finite."
)
def eps_outside(xp, x, *, axes, eps):
    x = _single(x)
    over = tuple(range(-axes, 0))
    return _stacked(xp, x.mean(over), 1 / (xp.sqrt(x.var(over)) + x.dtype.type(eps)))


@exercise.mistake("You divide by n - 1. A norm uses the mean of the squares, over n.")
def unbiased(xp, x, *, axes, eps):
    x = _single(x)
    over = tuple(range(-axes, 0))
    return _stacked(xp, x.mean(over), 1 / xp.sqrt(x.var(over, ddof=1) + x.dtype.type(eps)))


@exercise.mistake(
    "You always take the last axis alone. `axes` says how many of the last axes make up a row."
)
def last_axis_alone(xp, x, *, axes, eps):
    x = _single(x)
    return _stacked(xp, x.mean(-1), 1 / xp.sqrt(x.var(-1) + x.dtype.type(eps)))


@exercise.mistake(
    "Mean of the squares minus the square of the mean loses its digits far from zero, in float32. "
    "Subtract the mean before you square."
)
def difference_of_squares(xp, x, *, axes, eps):
    x = _single(x)
    over = tuple(range(-axes, 0))
    mean = x.mean(over)
    var = xp.maximum((x * x).mean(over) - mean * mean, 0)
    return _stacked(xp, mean, 1 / xp.sqrt(var + x.dtype.type(eps)))


@exercise.mistake(
    "The statistics of float16 are float16. Its numbers end at 65,504, and have three digits: "
    "convert `x` to float32 first."
)
def in_half(xp, x, *, axes, eps):
    over = tuple(range(-axes, 0))
    return _stacked(xp, x.mean(over), 1 / xp.sqrt(x.var(over) + x.dtype.type(eps)))
