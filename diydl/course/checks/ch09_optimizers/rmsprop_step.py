"""09/rmsprop_step: divide by the size of the gradient."""

import numpy as np

from diydl import ops
from diydl.course.bank import Code
from diydl.course.checks.ch09_optimizers._steps import both_ways
from diydl.optim.rules import rmsprop_step as reference

exercise = Code(
    "09/rmsprop_step",
    "Divide by a running root mean square",
    reference,
    hints=(
        "AdaGrad adds the squares up and never forgets. What would a mean of the last squares need "
        "to remember?",
        "Keep a running mean of the squares: a share `alpha` of the old mean, and the rest of the "
        "new square. Divide the gradient by its root.",
        "1. New mean: `alpha` times the old one, plus `1 - alpha` times the square of the "
        "gradient.\n"
        "2. Size: the root of the new mean, `dl.sqrt`, plus `eps`.\n"
        "3. New parameter: walk against the gradient divided by the size, by `lr`.\n"
        "4. Return the parameter and the new mean.",
    ),
)


exercise.driver(both_ways)


@exercise.mistake(
    "You add the square to the memory whole. That is AdaGrad, whose steps only shrink: the new "
    "square counts `1 - alpha`, so that the memory is a mean."
)
def adds_up(p, g, s, lr, alpha, eps):
    s = alpha * s + g * g
    return p - lr * (g / (ops.sqrt(s) + eps)), s


@exercise.mistake(
    "You divide by the mean of squares itself. Its unit is the gradient's, squared: take the root, "
    "or small gradients make huge steps."
)
def without_root(p, g, s, lr, alpha, eps):
    s = alpha * s + (1 - alpha) * (g * g)
    return p - lr * (g / (s + eps)), s


@exercise.mistake(
    "You divide by the mean that came in. In the first step that is 0, and only `eps` is left to "
    "divide by: use the new mean."
)
def old_mean(p, g, s, lr, alpha, eps):
    return p - lr * (g / (ops.sqrt(s) + eps)), alpha * s + (1 - alpha) * (g * g)


@exercise.mistake("The shares are swapped: `alpha` is what is kept of the old mean.")
def swapped_shares(p, g, s, lr, alpha, eps):
    s = (1 - alpha) * s + alpha * (g * g)
    return p - lr * (g / (ops.sqrt(s) + eps)), s


@exercise.mistake(
    "`eps` stands under the root. Some do so; here and in PyTorch it is added to the root: "
    "`dl.sqrt(s) + eps`."
)
def eps_under_the_root(p, g, s, lr, alpha, eps):
    s = alpha * s + (1 - alpha) * (g * g)
    return p - lr * (g / ops.sqrt(s + eps)), s


@exercise.mistake("`eps` is missing: where all gradients were 0, you divide 0 by 0.")
def without_eps(p, g, s, lr, alpha, eps):
    s = alpha * s + (1 - alpha) * (g * g)
    return p - lr * (g / ops.sqrt(s)), s


@exercise.mistake(
    "The gradient is not squared in your mean. Gradients of both signs would cancel, and a root "
    "may be asked of a negative number."
)
def mean_of_sizes(p, g, s, lr, alpha, eps):
    s = alpha * s + (1 - alpha) * abs(g)
    return p - lr * (g / (ops.sqrt(s) + eps)), s


@exercise.mistake(
    "The step is right, but you keep the root as memory, and the next step takes a root of it "
    "again. Keep the mean of the squares."
)
def keeps_the_root(p, g, s, lr, alpha, eps):
    root = ops.sqrt(alpha * s + (1 - alpha) * (g * g))
    return p - lr * (g / (root + eps)), root


@exercise.mistake(
    "`np.sqrt` wants numbers at once, and in a plan there are none yet. `dl.sqrt` works on arrays "
    "and in plans."
)
def numpy_root(p, g, s, lr, alpha, eps):
    s = alpha * s + (1 - alpha) * (g * g)
    return p - lr * (g / (np.sqrt(s) + eps)), s
