"""03/newton_step: jump to the lowest point of a parabola."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code


def reference(f, x):
    """Return where the parabola that touches `f` at `x` is lowest."""
    slope = dl.grad(f)
    curvature = dl.grad(slope)
    return x - slope(x) / curvature(x)


exercise = Code(
    "03/newton_step",
    "One step of Newton's method",
    reference,
    hints=(
        "The parabola has a slope at `x`, and its slope changes by the curvature for each unit "
        "walked. How far until the slope is 0?",
        "Make two functions: the derivative of `f`, and the derivative of that. Both are made by "
        "`dl.grad`.",
        "1. Slope: `dl.grad` of `f` is a function; call it at `x`.\n"
        "2. Curvature: `dl.grad` of that function is one too; call it at `x`.\n"
        "3. Step: walk against the slope, by slope divided by curvature.\n"
        "4. Return the new place, a Python float.",
    ),
)


def _function(name, a, b):
    """The functions of the tests, by name, since a function cannot cross between processes."""
    if name == "parabola":
        return lambda x: a * (x - b) * (x - b) + 3.0
    if name == "exponential":
        return lambda x: dl.exp(a * x) - b * x
    if name == "quartic":
        return lambda x: x * x * x * x * a + x * x * b - x
    return lambda x: a * (x - b) * (x - b) + 1e6


@exercise.driver
def step(pieces, name, a, b, x):
    """Take one step; return the place, and what kind of object holds it."""
    found = pieces.newton_step(_function(name, a, b), x)
    return {"place": None if found is None else float(found), "kind": type(found).__name__}


@exercise.mistake(
    "That is a step of gradient descent: the curvature plays no part, so the length of the step is "
    "a guess. Divide the slope by the curvature."
)
def plain_descent(f, x):
    return x - 0.1 * dl.grad(f)(x)


@exercise.mistake(
    "You divide `f(x)` by its slope. That is Newton's method for finding a zero of `f`. You look "
    "for a zero of the *slope*: divide the slope by the curvature."
)
def zero_of_f(f, x):
    return x - dl.value_and_grad(f)(x)[0] / dl.grad(f)(x)


@exercise.mistake("You walk up the slope. The lowest point lies against it: subtract.")
def uphill(f, x):
    return x + dl.grad(f)(x) / dl.grad(dl.grad(f))(x)


@exercise.mistake(
    "You divide the curvature by the slope; it is the other way round. Where the slope is 0 there "
    "should be nothing left to walk."
)
def upside_down(f, x):
    return x - dl.grad(dl.grad(f))(x) / dl.grad(f)(x)


@exercise.mistake(
    "You square the slope where the curvature belongs. The second derivative is the derivative of "
    "the derivative: `dl.grad` of `dl.grad(f)`."
)
def slope_squared(f, x):
    return x - dl.grad(f)(x) / dl.grad(f)(x) ** 2


@exercise.mistake(
    "You measure the curvature with finite differences. Where `f` is large, the differences drown "
    "in rounding, as in chapter 02. `dl.grad` of `dl.grad(f)` is exact."
)
def by_differences(f, x):
    h, at = 1e-4, np.float64(x)
    curvature = float(f(at + h) - 2 * f(at) + f(at - h)) / h**2
    return x - dl.grad(f)(x) / curvature


@exercise.mistake(
    "You take the slope here and one unit further, and their difference for the curvature. That is "
    "right for a parabola only, where the curvature is the same everywhere: differentiate the "
    "derivative, `dl.grad` of `dl.grad(f)`."
)
def slopes_one_apart(f, x):
    slope = dl.grad(f)
    return x - slope(x) / (slope(x + 1.0) - slope(x))


@exercise.mistake(
    "The place is right, but it is a Tensor. A float goes in, and a float should come out: "
    "`dl.grad` gives floats for floats; make no tensor of `x`, or end with `.item()`."
)
def returns_a_tensor(f, x):
    slope, at = dl.grad(f), dl.tensor(x, dtype="float64")
    return at - slope(at) / dl.grad(slope)(at)
