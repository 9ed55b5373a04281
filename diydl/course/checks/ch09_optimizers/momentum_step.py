"""09/momentum_step: step along a velocity."""

import numpy as np

from diydl.course.bank import Code
from diydl.course.checks.ch09_optimizers._steps import both_ways
from diydl.optim.rules import momentum_step as reference

exercise = Code(
    "09/momentum_step",
    "A step with momentum",
    reference,
    hints=(
        "A ball has a velocity. What does the slope change, the place or the velocity?",
        "First the new velocity, from the old one and the gradient. Then the new place, from the "
        "new velocity.",
        "1. New velocity: `momentum` times the old one, plus the gradient.\n"
        "2. New parameter: walk against the new velocity, by `lr`.\n"
        "3. Return both, the parameter first.",
    ),
)


exercise.driver(both_ways)


@exercise.mistake(
    "You walk along the old velocity, so a gradient does nothing in its own step. Change the "
    "velocity first, then walk along the new one."
)
def old_velocity(p, g, v, lr, momentum):
    return p - lr * v, momentum * v + g


@exercise.mistake(
    "Your velocity is a mean: the gradient counts `1 - momentum`. That is Adam's way. Here "
    "gradients are added up whole, which is why a ball gets up to `1 / (1 - momentum)` times as "
    "fast."
)
def averages(p, g, v, lr, momentum):
    v = momentum * v + (1 - momentum) * g
    return p - lr * v, v


@exercise.mistake(
    "`lr` stands in the velocity as well as in the step: it is applied twice. Let the velocity be "
    "a sum of gradients, and multiply by `lr` in the step alone."
)
def rate_twice(p, g, v, lr, momentum):
    v = momentum * v + lr * g
    return p - lr * v, v


@exercise.mistake(
    "Your velocity holds the rate and points downhill. Some libraries do so; here it is a sum of "
    "gradients, and rate and sign come in with the step: `p - lr * v`."
)
def downhill_velocity(p, g, v, lr, momentum):
    v = momentum * v - lr * g
    return p + v, v


@exercise.mistake("Your two values are in the other order: the parameter first, then the velocity.")
def swapped_values(p, g, v, lr, momentum):
    v = momentum * v + g
    return v, p - lr * v


@exercise.mistake("You walk along the gradient, which is uphill. Subtract.")
def uphill(p, g, v, lr, momentum):
    v = momentum * v + g
    return p + lr * v, v


@exercise.mistake(
    "The share `momentum` is taken of the gradient. It says how much of the *old velocity* is "
    "kept; the gradient is added whole."
)
def share_of_the_gradient(p, g, v, lr, momentum):
    v = v + momentum * g
    return p - lr * v, v


@exercise.mistake(
    "The new parameter is right, but you return the velocity that came in. The next step would "
    "begin from it again, and nothing would ever gather speed: return the new one."
)
def forgets(p, g, v, lr, momentum):
    return p - lr * (momentum * v + g), v


@exercise.mistake(
    "`*=`, `+=` and `-=` write into the arrays that came in. In a plan there are no arrays to "
    "write into yet, and others may still need the old ones: compute new values."
)
def in_place(p, g, v, lr, momentum):
    v *= momentum
    v += g
    p -= lr * v
    return p, v


@exercise.mistake(
    "NumPy's functions want numbers at once, and in a plan there are none yet. Operators such as "
    "`*` and `+` work on arrays and in plans."
)
def numpy_only(p, g, v, lr, momentum):
    v = np.add(np.multiply(momentum, v), g)
    return np.subtract(p, np.multiply(lr, v)), v
