"""11/drop: leave out numbers, and make up for it at once."""

import numpy as np

from diydl.course.bank import Code
from diydl.ops.modal import drop as reference

exercise = Code(
    "11/drop",
    "Drop, and keep the mean",
    reference,
    hints=(
        "A share p of the numbers becomes 0. By what must the others grow, so that on average "
        "nothing changes?",
        "`kept` counts as 1 where it is True and as 0 where it is False: multiply. Then let what "
        "is left stand for those that are gone.",
        "1. Multiply `x` with `kept`.\n"
        "2. Divide by the share that is left, `1 - p`.\n"
        "3. Return the result, a new array.",
    ),
)


@exercise.mistake(
    "What is left keeps its size, so in training everything behind it gets less than in use. "
    "Divide by the share that is left, `1 - p`."
)
def not_scaled(x, kept, p):
    return x * kept


@exercise.mistake(
    "You divide by p, the share that is gone. What has to grow is what is left, a share of "
    "`1 - p`: at p = 0.1 hardly at all."
)
def divides_by_p(x, kept, p):
    return x * kept / p


@exercise.mistake(
    "You multiply by `1 - p`. That is what plain dropout does in use; here it makes what is left "
    "still smaller. Divide."
)
def shrinks(x, kept, p):
    return x * kept * (1 - p)


@exercise.mistake("You keep those that should go: where `kept` is True, the number stays.")
def drops_the_kept(x, kept, p):
    return x * (1 - kept) / (1 - p)


@exercise.mistake(
    "You divide by the share that happened to be kept this time. Then each draw is scaled "
    "differently, and the number itself depends on the luck of its neighbours. Divide by `1 - p`, "
    "which is the same for all draws."
)
def by_what_was_kept(x, kept, p):
    return x * kept / x.dtype.type(kept.mean())


@exercise.mistake(
    "You pick elements with `kept` as an index, which works for equal shapes only. Whole channels "
    "are dropped with a smaller `kept` that broadcasts: multiply."
)
def by_index(x, kept, p):
    out = np.zeros_like(x)
    out[kept] = x[kept] / (1 - p)
    return out


@exercise.mistake(
    "float64 creeps in with `astype(float)`. Multiply with the booleans as they are: they take the "
    "dtype of `x`."
)
def mask_in_float64(x, kept, p):
    return x * kept.astype(float) / (1 - p)


@exercise.mistake(
    "You write into `x`. The layer in front still needs its own result for the way back: make a "
    "new array."
)
def in_place(x, kept, p):
    x *= kept
    x /= 1 - p
    return x
