"""09/nesterov_step: look where the momentum leads."""

import numpy as np

from diydl.course.bank import Code
from diydl.course.checks.ch09_optimizers._steps import both_ways
from diydl.optim.rules import nesterov_step as reference

exercise = Code(
    "09/nesterov_step",
    "Momentum that looks ahead",
    reference,
    hints=(
        "After this step the velocity will fade and change once more. Could you walk along what it "
        "will be then, if the next gradient is like this one?",
        "The velocity changes as before. Walk along `momentum` times the new velocity, plus the "
        "gradient.",
        "1. New velocity: as with momentum.\n"
        "2. Ahead: `momentum` times the new velocity, plus the gradient.\n"
        "3. New parameter: walk against it, by `lr`.\n"
        "4. Return the parameter and the new velocity.",
    ),
)


exercise.driver(both_ways)


@exercise.mistake(
    "That is plain momentum: you walk along the new velocity, or look ahead from the old one, "
    "which is the same. Look one step further: `momentum` times the *new* velocity, plus the "
    "gradient."
)
def plain_momentum(p, g, v, lr, momentum):
    v = momentum * v + g
    return p - lr * v, v


@exercise.mistake("You walk along the gradient, which is uphill. Subtract.")
def uphill(p, g, v, lr, momentum):
    v = momentum * v + g
    return p + lr * (momentum * v + g), v


@exercise.mistake(
    "The new velocity counts whole in your step. By the next step a share of `momentum` is left of "
    "it: multiply it."
)
def does_not_fade(p, g, v, lr, momentum):
    v = momentum * v + g
    return p - lr * (v + g), v


@exercise.mistake(
    "You walk along `momentum` times the new velocity and leave the gradient out. Add it."
)
def without_gradient(p, g, v, lr, momentum):
    v = momentum * v + g
    return p - lr * (momentum * v), v


@exercise.mistake(
    "The step is right, but you keep what you looked ahead to as the velocity: the gradient is in "
    "it twice. Looking ahead is for this step alone; keep the new velocity."
)
def keeps_the_view(p, g, v, lr, momentum):
    ahead = momentum * (momentum * v + g) + g
    return p - lr * ahead, ahead


@exercise.mistake(
    "NumPy's functions want numbers at once, and in a plan there are none yet. Operators such as "
    "`*` and `+` work on arrays and in plans."
)
def numpy_only(p, g, v, lr, momentum):
    v = np.add(np.multiply(momentum, v), g)
    return p - np.multiply(lr, momentum * v + g), v
