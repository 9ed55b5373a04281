"""01/replace_rows: new rows in a copy, the original untouched."""

import numpy as np

from diydl.course.bank import Code


def reference(x, rows, values):
    """Copy, then write."""
    out = x.copy()
    out[rows] = values
    return out


exercise = Code(
    "01/replace_rows",
    "New rows, and the original untouched",
    reference,
    hints=(
        "Whose memory do you write into?",
        "Make an array with memory of its own first. Then one assignment writes all rows at once.",
        "1. Copy `x`: the method is called `copy`.\n"
        "2. Index the copy with `rows`, on the left of an `=`, and put `values` on the right.\n"
        "3. Return the copy.",
    ),
)


@exercise.mistake(
    "You write into `x` itself, or into a view of it such as `x[:]`: the caller's array changes "
    "under their feet. Make a copy first, and write into that."
)
def into_the_input(x, rows, values):
    x[rows] = values
    return x


@exercise.mistake(
    "`out[rows]` with an array of rows on the right of `=`, or followed by another index, is a "
    "copy: you write into it, and it is thrown away. Put `out[rows]` alone on the left of `=`."
)
def into_a_lost_copy(x, rows, values):
    out = x.copy()
    out[rows][:] = values
    return out


@exercise.mistake(
    "You replace columns. The first index picks rows, the second columns: write `out[rows]`, "
    "without a colon before it."
)
def columns(x, rows, values):
    out = x.copy()
    out[:, rows] = values
    return out


@exercise.mistake(
    "The copy has another dtype than `x`: `dtype=float`, `np.zeros(...)` and the like make "
    "float64. `x.copy()` keeps what `x` has."
)
def copied_as_float64(x, rows, values):
    out = np.array(x, dtype=float)
    out[rows] = values
    return out


@exercise.mistake(
    "`zip` goes through `values` row by row, which is wrong where one row (or one number) is meant "
    "for all of them. Assign to all rows at once, and broadcasting does the rest."
)
def row_by_row(x, rows, values):
    out = x.copy()
    for row, value in zip(rows, np.atleast_1d(values), strict=False):
        out[row] = value
    return out


@exercise.mistake(
    "A mask knows which rows, but not in which order, nor that -1 is the last row. Index with "
    "`rows` itself: its first number says where the first row of `values` goes."
)
def by_mask(x, rows, values):
    out = x.copy()
    out[np.isin(np.arange(len(x)), rows)] = values
    return out


@exercise.mistake(
    "`[rows, :]` asks for a second axis, and a plain row of numbers has none. `[rows]` goes with "
    "any number of axes."
)
def two_axes_only(x, rows, values):
    out = x.copy()
    out[rows, :] = values
    return out


@exercise.mistake(
    "You return the new rows alone. Asked is the whole table, with these rows in it: the shape of "
    "`x`."
)
def new_rows_alone(x, rows, values):
    out = x[rows]
    out[:] = values
    return out


@exercise.mistake(
    "`np.insert` puts the new rows between the old ones, and the table grows. Here they take the "
    "places of old ones."
)
def inserted(x, rows, values):
    return np.insert(x, rows, values, axis=0)
