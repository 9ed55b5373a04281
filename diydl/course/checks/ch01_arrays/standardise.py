"""01/standardise: columns with mean 0 and variance 1."""

import numpy as np

from diydl.course.bank import Code
from diydl.data import table

exercise = Code(
    "01/standardise",
    "Columns with mean 0 and variance 1",
    table.standardise,
    hints=(
        "Which axis do you walk along when you go down a column, and which axis is gone then?",
        "Reduce three times along axis 0 with `keepdims=True`: the mean, the spread, and whether "
        "the column is constant. Then combine.",
        "1. Reduce: `x.std(...)` gives the spread of each column, (1, D).\n"
        "2. Reduce: `x.max(...) == x.min(...)` is True where a column is constant, (1, D).\n"
        "3. Replace the spread by 1 there: `np.where(condition, 1, spread)`.\n"
        "4. Combine: what is centred, divided by that, (N, D).",
    ),
)


def prepared(x):
    """Centred columns, their spread, and which are constant."""
    constant = x.max(axis=0, keepdims=True) == x.min(axis=0, keepdims=True)
    return x - x.mean(axis=0, keepdims=True), x.std(axis=0, keepdims=True), constant


def by_hand(x, axis):
    """Standardise along another axis than asked for."""
    constant = x.max(axis=axis, keepdims=True) == x.min(axis=axis, keepdims=True)
    spread = np.where(constant, 1, x.std(axis=axis, keepdims=True))
    return np.where(constant, 0, (x - x.mean(axis=axis, keepdims=True)) / spread)


@exercise.mistake(
    "You standardise each row: axis 1 walks along the columns of one row. To go down a column is "
    "to walk along axis 0, the axis that is reduced."
)
def each_row(x):
    return by_hand(x, 1)


@exercise.mistake(
    "One mean and one spread for the whole table: a reduction without `axis` walks along all axes. "
    "Give it `axis=0`."
)
def whole_table(x):
    return by_hand(x, None)


@exercise.mistake(
    "You divide by the variance. Its square root is the spread (the standard deviation): only "
    "then is the variance of the result 1. `x.std` takes the root by itself."
)
def by_the_variance(x):
    centred, spread, constant = prepared(x)
    return np.where(constant, 0, centred / np.where(constant, 1, spread * spread))


@exercise.mistake(
    "This divides by N - 1 (`ddof=1`). The variance asked for is the plain mean of the squares, "
    "divided by N: NumPy's default."
)
def divided_by_one_less(x):
    centred, spread, constant = prepared(x)
    wider = spread * (len(x) / max(len(x) - 1, 1)) ** 0.5
    return np.where(constant, 0, centred / np.where(constant, 1, wider)).astype(x.dtype)


@exercise.mistake(
    "You divide by largest minus smallest. That squeezes each column into a range of length 1, but "
    "its variance is not 1: divide by the standard deviation."
)
def by_the_range(x):
    centred, _, constant = prepared(x)
    width = x.max(axis=0, keepdims=True) - x.min(axis=0, keepdims=True)
    return np.where(constant, 0, centred / np.where(constant, 1, width))


@exercise.mistake("The columns are centred and not stretched yet: divide by their spread.")
def only_centred(x):
    return x - x.mean(axis=0, keepdims=True)


@exercise.mistake(
    "Dividing comes after subtracting: here the mean is taken off a column that was divided "
    "already, so the mean of the result is not 0. Put brackets around `x - mean`."
)
def divided_first(x):
    _, spread, constant = prepared(x)
    scaled = x / np.where(constant, 1, spread) - x.mean(axis=0, keepdims=True)
    return np.where(constant, 0, scaled)


@exercise.mistake(
    "A constant column has spread 0, and 0 / 0 is not a number. Put 1 in the place of the spread "
    "where the column is constant."
)
def nothing_for_constants(x):
    centred, spread, _ = prepared(x)
    with np.errstate(all="ignore"):
        return centred / spread


@exercise.mistake(
    "You ask whether the spread is 0. In float32 the mean of fifty numbers 0.1 is not quite 0.1, "
    "so the spread of a constant column is not quite 0, and dividing blows the rounding up to "
    "1. Ask whether the largest number equals the smallest."
)
def spread_of_zero(x):
    centred, spread, _ = prepared(x)
    return centred / np.where(spread == 0, 1, spread)


@exercise.mistake(
    "A small number added to the spread keeps 0 / 0 away, but it also changes columns whose "
    "spread is small themselves, and it does not catch rounding. Treat constant columns by "
    "themselves: where the largest number equals the smallest."
)
def plus_epsilon(x):
    centred, spread, _ = prepared(x)
    return centred / (spread + 1e-8)


@exercise.mistake(
    "You take every small spread for a constant column. A column in kilometres has a small spread "
    "too, and it is not constant: ask whether the largest number equals the smallest."
)
def small_is_constant(x):
    centred, spread, _ = prepared(x)
    return centred / np.where(spread < 1e-6, 1, spread)


@exercise.mistake(
    "The result is float64 whatever came in: `np.zeros(...)` and `np.ones(...)` make float64, and "
    "so does arithmetic with them. Work on all columns at once and no such array is needed; or "
    "give it `dtype=x.dtype`."
)
def into_zeros(x):
    out = np.zeros(x.shape)
    for k in range(x.shape[1]):
        column = x[:, k]
        if column.max() > column.min():
            out[:, k] = (column - column.mean()) / column.std()
    return out


@exercise.mistake(
    "`x -= ...` writes into the caller's array. `x = x - ...`, or a new name, makes a new one."
)
def in_place(x):
    _, spread, constant = prepared(x)
    x -= x.mean(axis=0, keepdims=True)
    x /= np.where(constant, 1, spread)
    return x
