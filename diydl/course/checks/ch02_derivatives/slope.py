"""02/slope: a slope from two values of the function."""

import numpy as np

from diydl import testing
from diydl.course.bank import Code

exercise = Code(
    "02/slope",
    "The slope by a central difference",
    testing.slope,
    hints=(
        "The secant starts at x - h and ends at x + h. How far apart are the two, and how much "
        "does f change on the way?",
        "Divide the change of f from the left end to the right end by the distance between them.",
        "1. Find f to the right, at `x + h`.\n"
        "2. Find f to the left, at `x - h`, and take it away from the first.\n"
        "3. Divide the difference by the whole way, which is twice `h` (in brackets).\n"
        "4. Return the quotient.",
    ),
)

FUNCTIONS = {
    "cube": lambda x: x * x * x,
    "sine": np.sin,
    "wave": lambda x: np.sin(3 * x) + 2 * x,
}


@exercise.driver
def measure(pieces, name, x, **step):
    """Measure the slope of a function, chosen by its name; return the slope and `x` afterwards."""
    return {"slope": pieces.slope(FUNCTIONS[name], x, **step), "x": x}


@exercise.mistake(
    "This secant starts at x and goes to the right only. Its error shrinks with h, that of a "
    "secant from x - h to x + h with h squared: take f at both sides."
)
def one_sided(f, x, h=1e-6):
    return (f(x + h) - f(x)) / h


@exercise.mistake(
    "Your slope is twice too large. From x - h to x + h is a way of 2 h, so divide by `2 * h`."
)
def not_halved(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / h


@exercise.mistake(
    "`/ 2 * h` divides by 2 and then *multiplies* by h: Python works from left to right. Put "
    "brackets around the divisor: `/ (2 * h)`."
)
def missing_brackets(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / 2 * h


@exercise.mistake(
    "This is how much f changes, and it shrinks as the step does. A slope is the change per unit "
    "of way: divide by the way, 2 h."
)
def not_divided(f, x, h=1e-6):
    return f(x + h) - f(x - h)


@exercise.mistake(
    "The sign is turned: where f rises, your slope is negative. Take the value on the left away "
    "from the one on the right."
)
def turned(f, x, h=1e-6):
    return (f(x - h) - f(x + h)) / (2 * h)


@exercise.mistake(
    "You use a step of your own, whatever `h` is given. Later you will want to choose it: use the "
    "parameter `h` in all places."
)
def own_step(f, x, h=1e-6):
    step = 1e-6
    return (f(x + step) - f(x - step)) / (2 * step)


@exercise.mistake(
    "`x += h` writes into the caller's array: after your function has run, the caller's x has "
    "moved. `x + h` makes a new array and leaves x alone."
)
def in_place(f, x, h=1e-6):
    x += h
    right = f(x)
    x -= 2 * h
    return (right - f(x)) / (2 * h)


@exercise.mistake(
    "`float(...)` can turn one number into a Python number, but not a whole array. f and x may be "
    "arrays, and then so is the slope: leave the conversion out."
)
def single_numbers(f, x, h=1e-6):
    return float(f(x + h) - f(x - h)) / (2 * h)
