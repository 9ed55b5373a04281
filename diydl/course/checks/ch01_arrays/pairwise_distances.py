"""01/pairwise_distances: every row of one table against every row of another."""

import numpy as np

from diydl.course.bank import Code
from diydl.data import table

exercise = Code(
    "01/pairwise_distances",
    "Every row against every row",
    table.pairwise_distances,
    hints=(
        "The answer has a row for each row of `a` and a column for each row of `b`. Which third "
        "axis do you need on the way there?",
        "Line up: `a` as (N, 1, D), `b` as (1, M, D). Their difference stretches to (N, M, D).",
        "1. Line up: `None` inside an index puts an axis of size 1 there.\n"
        "2. Combine: subtract, and multiply the difference by itself, (N, M, D).\n"
        "3. Reduce: sum along the axis of the features, (N, M).\n"
        "4. Take the square root.",
    ),
)


def differences(a, b):
    """All differences, (N, M, D)."""
    return a[:, None, :] - b[None, :, :]


@exercise.mistake(
    "These are the squared distances. The order of the neighbours is the same, but 3 and 4 give "
    "5 only after the square root."
)
def without_root(a, b):
    return (differences(a, b) ** 2).sum(axis=2)


@exercise.mistake(
    "You add up the differences without their signs: the way along the streets of a grid "
    "(Manhattan distance). The straight line is the root of the sum of squares."
)
def along_the_streets(a, b):
    return np.abs(differences(a, b)).sum(axis=2)


@exercise.mistake(
    "You take the mean over the features. A distance adds the squares up: `sum`, not `mean`."
)
def mean_of_squares(a, b):
    return np.sqrt((differences(a, b) ** 2).sum(axis=2) / a.dtype.type(max(a.shape[1], 1)))


@exercise.mistake(
    "The largest difference of all features is another distance (Chebyshev's). Here all features "
    "count: the root of the sum of squares."
)
def largest_difference(a, b):
    return np.abs(differences(a, b)).max(axis=2, initial=0)


@exercise.mistake(
    "The result is turned on its side, (M, N): rows belong to `a`, columns to `b`. Put the new "
    "axis of `a` in the middle, `a[:, None, :]`, and the one of `b` in front."
)
def turned(a, b):
    return np.sqrt((differences(b, a) ** 2).sum(axis=2))


@exercise.mistake(
    "Without new axes, row 0 of `a` meets row 0 of `b` alone, row 1 meets row 1, and the sum has "
    "one number a row. Every row against every row needs (N, 1, D) against (1, M, D)."
)
def row_with_row(a, b):
    return np.sqrt(((a - b) ** 2).sum(axis=1))


@exercise.mistake(
    "You reduce the wrong axis. After the difference the axes are (N, M, D): the features are "
    "axis 2, the last, and they are what is added up."
)
def wrong_axis(a, b):
    return np.sqrt((differences(a, b) ** 2).sum(axis=1))


@exercise.mistake(
    "`a @ b.T` multiplies and adds: large where two rows point the same way. That measures "
    "likeness, not distance. Subtract, square, sum."
)
def products(a, b):
    return a @ b.T


@exercise.mistake(
    "The formula a.a - 2 a.b + b.b is right on paper. In floating point it subtracts huge numbers "
    "that are nearly equal, and what is left of near points far from 0 is rounding. Subtract "
    "first, then square."
)
def multiplied_out(a, b):
    square = (a * a).sum(axis=1)[:, None] - 2 * a @ b.T + (b * b).sum(axis=1)
    return np.sqrt(np.maximum(square, 0))


@exercise.mistake(
    "The result is float64 whatever came in: `np.zeros((N, M))` makes float64. Compute all of it "
    "at once and no such array is needed; or give it `dtype=a.dtype`."
)
def into_zeros(a, b):
    out = np.zeros((len(a), len(b)))
    for k, row in enumerate(a):
        out[k] = np.sqrt(((row - b) ** 2).sum(axis=1))
    return out


@exercise.mistake(
    "A list of rows that is turned into an array forgets its second axis where there are no rows: "
    "(0,) in place of (0, M). Broadcasting keeps both axes."
)
def list_of_rows(a, b):
    return np.array([np.sqrt(((row - b) ** 2).sum(axis=1)) for row in a], dtype=a.dtype)
