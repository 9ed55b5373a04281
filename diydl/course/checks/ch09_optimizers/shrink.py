"""09/shrink: decay apart from the gradient."""

from diydl import ops
from diydl.course.bank import Code
from diydl.course.checks.ch09_optimizers._steps import both_ways
from diydl.optim.rules import shrink as reference

exercise = Code(
    "09/shrink",
    "Decay apart from the gradient",
    reference,
    hints=(
        "A weight is to lose a fixed share of itself per step, however large its gradient is. "
        "Which share?",
        "The share is `lr` times `weight_decay`. What is left is the weight times the rest.",
        "1. The share that is lost: `lr` times `weight_decay`.\n"
        "2. Return `p` times 1 minus that, a new value.",
    ),
)


exercise.driver(both_ways)


@exercise.mistake(
    "The learning rate is missing. Decay is part of the step: where a schedule slows the steps "
    "down, it has to slow down with them."
)
def without_rate(p, lr, weight_decay):
    return p * (1 - weight_decay) + 0 * lr


@exercise.mistake("The weight grows. What is lost is taken away: 1 minus the share.")
def grows(p, lr, weight_decay):
    return p * (1 + lr * weight_decay)


@exercise.mistake("You return what the weight loses, not what is left of it. Subtract it from `p`.")
def the_loss_alone(p, lr, weight_decay):
    return lr * weight_decay * p


@exercise.mistake(
    "Every weight loses the same amount, whatever its size: that is the pull of an L1 penalty. "
    "Decay takes a share of the weight itself."
)
def same_amount(p, lr, weight_decay):
    return p - lr * weight_decay * ops.sign(p)


@exercise.mistake(
    "You divide by 1 plus the share. For small shares that is nearly the same, but not quite: "
    "multiply by 1 minus the share."
)
def divides(p, lr, weight_decay):
    return p / (1 + lr * weight_decay)


@exercise.mistake(
    "`*=` and `-=` write into the array that came in. In a plan there is no array to write "
    "into yet: compute a new one."
)
def in_place(p, lr, weight_decay):
    p *= 1 - lr * weight_decay
    return p


@exercise.mistake(
    "`float(lr)` wants a number at once, and in a plan the rate is read when it runs, so that a "
    "schedule may change it. Use `lr` as it comes."
)
def fixed_rate(p, lr, weight_decay):
    return p * (1 - float(lr) * weight_decay)
