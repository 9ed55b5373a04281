"""02/check_vjp: a gradient checker of one's own."""

import numpy as np

from diydl import testing
from diydl.course.bank import Code

exercise = Code(
    "02/check_vjp",
    "A gradient checker",
    testing.check_vjp,
    hints=(
        "If only element (1, 2) of x moves by h, how do you measure what that does to the one "
        "number sum(g * f(x))?",
        "Copy x in float64. For every index in turn: move that element up and down, measure the "
        "slope, put it back, and keep the error in an array. Look for the largest at the end.",
        "1. Make float64 copies of x and g with `np.array(..., np.float64)`.\n"
        "2. Analytic: call `vjp` with g, f(x) and x, and take the one entry of the tuple.\n"
        "3. Make an array of zeros for the errors, in the shape of x.\n"
        "4. Numeric: for each index of `np.ndindex(x.shape)`, remember the element, set it to "
        "itself plus h and find sum(g * f(x)), then to itself minus h, then put it back.\n"
        "5. Divide the difference of the two sums by `(2 * h)`.\n"
        "6. The error is the distance of analytic and numeric, divided by the larger of 1 and "
        "the size of numeric.\n"
        "7. `errors.argmax()` counts all elements in a row; `np.unravel_index` with `x.shape` "
        "turns it into an index. Return `float(...)` of the error there, and the index.",
    ),
)

FUNCTIONS = {
    "cube": (lambda x: x * x * x, lambda g, out, x: (3 * g * x * x,)),
    "exp": (np.exp, lambda g, out, x: (g * out,)),
    "exp without g": (np.exp, lambda g, out, x: (out,)),
    "exp, one element off": (np.exp, lambda g, out, x: (_off(g * out, 0.75),)),
    "exp, one element not a number": (np.exp, lambda g, out, x: (_off(g * out, np.nan),)),
    "row sums": (lambda x: x.sum(axis=1), lambda g, out, x: (np.tile(g, (4, 1)).T,)),
    "row sums, one element off": (
        lambda x: x.sum(axis=1),
        lambda g, out, x: (_off(np.tile(g, (4, 1)).T, -0.75),),
    ),
}


def _off(gradient, amount):
    """Spoil the last but one element."""
    spoilt = np.array(gradient)
    spoilt.flat[-2] += amount
    return spoilt


@exercise.driver
def examine(pieces, name, x, g, **step):
    """Check the VJP of a function, chosen by its name; return what was found, and x afterwards."""
    f, vjp = FUNCTIONS[name]
    error, where = pieces.check_vjp(f, vjp, x, g, **step)
    return {"error": error, "where": where, "x": x}


def _largest(errors):
    worst = np.unravel_index(errors.argmax(), errors.shape)
    return float(errors[worst]), tuple(int(i) for i in worst)


def _errors(f, vjp, x, g, h, error=lambda a, n: abs(a - n) / max(1, abs(n))):
    (analytic,) = vjp(g, f(x), x)
    errors = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        here = x[index]
        x[index] = here + h
        above = np.sum(g * f(x))
        x[index] = here - h
        below = np.sum(g * f(x))
        x[index] = here
        errors[index] = error(analytic[index], (above - below) / (2 * h))
    return errors


@exercise.mistake(
    "The step is taken in the dtype of x. In float32 a step of 1e-6 is lost in rounding, and every "
    "VJP looks wrong: make float64 copies first."
)
def own_dtype(f, vjp, x, g, h=1e-6):
    return _largest(_errors(f, vjp, np.array(x), np.array(g), h))


@exercise.mistake(
    "You move elements of the caller's own x and do not put them back where they were. "
    "`np.array(x, np.float64)` makes a copy (`np.asarray` does not), and each element goes back "
    "before the next one moves."
)
def not_restored(f, vjp, x, g, h=1e-6):
    x = np.asarray(x, np.float64)
    (analytic,) = vjp(g, f(x), x)
    errors = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += h
        above = np.sum(g * f(x))
        x[index] -= 2 * h
        numeric = (above - np.sum(g * f(x))) / (2 * h)
        errors[index] = abs(analytic[index] - numeric) / max(1, abs(numeric))
    return _largest(errors)


@exercise.mistake(
    "A gradient that is not a number slips through: a comparison such as `error > largest` is "
    "False for NaN. Keep all errors in an array; `argmax` takes a NaN for the largest."
)
def blind_for_nan(f, vjp, x, g, h=1e-6):
    errors = _errors(f, vjp, np.array(x, np.float64), np.array(g, np.float64), h)
    largest, where = -1.0, ()
    for index in np.ndindex(errors.shape):
        if errors[index] > largest:
            largest, where = float(errors[index]), index
    return largest, where


@exercise.mistake(
    "The difference goes to one side only, from x to x + h. Its error is about as large as h, and "
    "right VJPs look wrong: go to x + h and to x - h."
)
def one_sided(f, vjp, x, g, h=1e-6):
    x, g = np.array(x, np.float64), np.array(g, np.float64)
    (analytic,) = vjp(g, f(x), x)
    errors, before = np.zeros(x.shape), np.sum(g * f(x))
    for index in np.ndindex(x.shape):
        here = x[index]
        x[index] = here + h
        numeric = (np.sum(g * f(x)) - before) / h
        x[index] = here
        errors[index] = abs(analytic[index] - numeric) / max(1, abs(numeric))
    return _largest(errors)


@exercise.mistake(
    "The numeric slope is twice too large: from x - h to x + h is a way of 2 h. Divide by "
    "`(2 * h)`, in brackets."
)
def not_halved(f, vjp, x, g, h=1e-6):
    return _largest(
        _errors(
            *(f, vjp, np.array(x, np.float64), np.array(g, np.float64), h),
            error=lambda a, n: abs(a - 2 * n) / max(1, abs(2 * n)),
        )
    )


@exercise.mistake(
    "You put ones in the place of g, or leave g out of the sum. Then a VJP that forgets g passes, "
    "the most common mistake of all: use the g that is given, on both sides."
)
def ones(f, vjp, x, g, h=1e-6):
    return _largest(_errors(f, vjp, np.array(x, np.float64), np.ones(np.shape(g)), h))


@exercise.mistake(
    "g is missing on the numeric side only: you compare sum(f(x)) with a VJP that was given g. "
    "Measure how sum(g * f(x)) changes."
)
def no_g_in_the_sum(f, vjp, x, g, h=1e-6):
    x, g = np.array(x, np.float64), np.array(g, np.float64)
    return _largest(_errors(f, lambda _, out, y: vjp(g, out, y), x, 1.0, h))


@exercise.mistake(
    "You divide by the numeric gradient alone. Where that is 0 or tiny, a harmless rounding error "
    "becomes huge, or not a number: divide by the larger of 1 and its size."
)
def divided_by_nothing(f, vjp, x, g, h=1e-6):
    x, g = np.array(x, np.float64), np.array(g, np.float64)
    with np.errstate(all="ignore"):
        return _largest(_errors(f, vjp, x, g, h, error=lambda a, n: abs(a - n) / abs(n)))


@exercise.mistake(
    "An error below zero is an error too: you take the difference with its sign, and the largest "
    "of those may be an innocent one. Take `abs(...)` of it."
)
def signed(f, vjp, x, g, h=1e-6):
    x, g = np.array(x, np.float64), np.array(g, np.float64)
    return _largest(_errors(f, vjp, x, g, h, error=lambda a, n: (a - n) / max(1, abs(n))))


@exercise.mistake(
    "`argmax` counts the elements in a row, and you return that count. Turn it into an index with "
    "`np.unravel_index(..., x.shape)`."
)
def counted_in_a_row(f, vjp, x, g, h=1e-6):
    errors = _errors(f, vjp, np.array(x, np.float64), np.array(g, np.float64), h)
    return float(errors.max()), int(errors.argmax())


@exercise.mistake(
    "This is the mean of the errors. One wrong element among a thousand right ones would drown in "
    "it: return the largest."
)
def averaged(f, vjp, x, g, h=1e-6):
    errors = _errors(f, vjp, np.array(x, np.float64), np.array(g, np.float64), h)
    return float(errors.mean()), _largest(errors)[1]
