"""09/filled: how much of a running mean is real."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.optim.rules import filled as reference

exercise = Code(
    "09/filled",
    "How far a running mean is filled",
    reference,
    hints=(
        "Put the number 1 in, again and again, into a mean that begins with 0. What is it after "
        "one step? After two?",
        "Each step keeps a share `beta` of what is there. What is left of the beginning after "
        "`step` steps? The rest is real.",
        "1. What is left of the zero: `beta` multiplied by itself `step` times.\n"
        "2. The share that is real: 1 minus that.",
    ),
)


@exercise.driver
def both_ways(pieces, beta, steps):
    """Ask for the share after each of some steps: at once, and in a plan."""

    @dl.compute_graph
    def planned(step):
        return pieces.filled(beta, step)

    steps = np.array(steps, "float64")
    return {
        "at once": [float(pieces.filled(beta, step)) for step in steps.tolist()],
        "planned": [float(planned(np.array(step))) for step in steps],
    }


@exercise.mistake(
    "That is the share that is *left of the zero* in the beginning. What is real is the rest: 1 "
    "minus it."
)
def left_over(beta, step):
    return beta**step


@exercise.mistake(
    "You count from 0, as if nothing had come in after the first step. `step` is 1 then, and a "
    "share `1 - beta` is real."
)
def counts_from_zero(beta, step):
    return 1 - beta ** (step - 1)


@exercise.mistake(
    "That is right after the first step alone. Each further step fills the mean more: with many "
    "steps it is nearly all real."
)
def first_step_only(beta, step):
    return 1 - beta + 0 * step


@exercise.mistake(
    "You take the same amount away for each step. What is left is *multiplied* by `beta` each "
    "time, and never less than 0: a power."
)
def straight_line(beta, step):
    return 1 - beta * step


@exercise.mistake(
    "`1 - beta` is what one number counts when it comes in. What is left of the beginning is "
    "`beta` to the power of `step`; the rest is 1 minus that."
)
def power_of_the_rest(beta, step):
    return (1 - beta) ** step


@exercise.mistake(
    "A loop, or `math.pow`, needs to know the number of steps, and in a plan that is a number to "
    "come. "
    "`beta**step` works for both."
)
def by_loop(beta, step):
    share = 0.0
    for _ in range(int(step)):
        share = beta * share + (1 - beta)
    return share
