"""09/adam_step: momentum and size together, both corrected."""

import numpy as np

from diydl import ops
from diydl.course.bank import Code
from diydl.course.checks.ch09_optimizers._steps import both_ways
from diydl.optim.rules import adam_step as reference

exercise = Code(
    "09/adam_step",
    "A step of Adam",
    reference,
    hints=(
        "Which two running means are kept, and of what? How far is each of them filled?",
        "Bring both means up to date. For the step, and for it alone, divide each by its share. "
        "Then the corrected mean is divided by the root of the corrected mean of squares.",
        "1. Means: `m` of the gradient with `betas[0]`, `s` of its square with `betas[1]`.\n"
        "2. Correct, under other names: `m` divided by `shares[0]`, `s` divided by `shares[1]`.\n"
        "3. Size: the root of the corrected `s`, plus `eps`.\n"
        "4. Step: walk against the corrected `m` divided by the size, by `lr`.\n"
        "5. Return the new parameter, and `m` and `s` as they were before the correction.",
    ),
)


exercise.driver(both_ways)


@exercise.mistake(
    "The correction is missing. Both means begin with 0 and are far too small in the first steps, "
    "not by the same factor: divide each by its share."
)
def uncorrected(p, g, m, s, lr, betas, eps, shares):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (g * g)
    return p - lr * (m / (ops.sqrt(s) + eps)), m, s


@exercise.mistake("Only `s` is corrected. `m` began with 0, too: divide it by `shares[0]`.")
def corrects_the_squares_alone(p, g, m, s, lr, betas, eps, shares):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (g * g)
    return p - lr * (m / (ops.sqrt(s / shares[1]) + eps)), m, s


@exercise.mistake(
    "Only `m` is corrected. `s` began with 0, too: divide it by `shares[1]` before you take the "
    "root."
)
def corrects_the_mean_alone(p, g, m, s, lr, betas, eps, shares):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (g * g)
    return p - lr * (m / shares[0] / (ops.sqrt(s) + eps)), m, s


@exercise.mistake("`eps` stands under the root. Here and in PyTorch it is added to the root.")
def eps_under_the_root(p, g, m, s, lr, betas, eps, shares):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (g * g)
    return p - lr * (m / shares[0] / ops.sqrt(s / shares[1] + eps)), m, s


@exercise.mistake(
    "You correct the mean of squares after its root was taken. The share belongs to the mean: "
    "divide first, then take the root."
)
def corrects_the_root(p, g, m, s, lr, betas, eps, shares):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (g * g)
    return p - lr * (m / shares[0] / (ops.sqrt(s) / shares[1] + eps)), m, s


@exercise.mistake(
    "Both means are corrected by the same share. They forget at different speeds: `shares[0]` for "
    "`m`, `shares[1]` for `s`."
)
def one_share(p, g, m, s, lr, betas, eps, shares):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (g * g)
    return p - lr * (m / shares[0] / (ops.sqrt(s / shares[0]) + eps)), m, s


@exercise.mistake(
    "You multiply by the shares. A mean that is filled by a tenth is ten times too small: divide."
)
def multiplies(p, g, m, s, lr, betas, eps, shares):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (g * g)
    return p - lr * (m * shares[0] / (ops.sqrt(s * shares[1]) + eps)), m, s


@exercise.mistake(
    "Your second mean is one of the squared *mean*. It is to tell how large single gradients are: "
    "square the gradient."
)
def squares_the_mean(p, g, m, s, lr, betas, eps, shares):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (m * m)
    return p - lr * (m / shares[0] / (ops.sqrt(s / shares[1]) + eps)), m, s


@exercise.mistake("The betas are swapped: `betas[0]` belongs to `m`, `betas[1]` to `s`.")
def swapped_betas(p, g, m, s, lr, betas, eps, shares):
    m = betas[1] * m + (1 - betas[1]) * g
    s = betas[0] * s + (1 - betas[0]) * (g * g)
    return p - lr * (m / shares[0] / (ops.sqrt(s / shares[1]) + eps)), m, s


@exercise.mistake(
    "The gradient itself is divided, as in RMSprop, and the mean is kept for nothing. Adam steps "
    "along the mean `m`."
)
def without_momentum(p, g, m, s, lr, betas, eps, shares):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (g * g)
    return p - lr * (g / (ops.sqrt(s / shares[1]) + eps)), m, s


@exercise.mistake(
    "The step is right, but you keep the corrected means. The next step would correct them once "
    "more: give the corrected ones other names, and return those without correction."
)
def keeps_the_corrected(p, g, m, s, lr, betas, eps, shares):
    m = (betas[0] * m + (1 - betas[0]) * g) / shares[0]
    s = (betas[1] * s + (1 - betas[1]) * (g * g)) / shares[1]
    return p - lr * (m / (ops.sqrt(s) + eps)), m, s


@exercise.mistake(
    "`*=` and `+=` write into the arrays that came in. In a plan there are no arrays to write into "
    "yet, and others may still need the old ones: compute new values."
)
def in_place(p, g, m, s, lr, betas, eps, shares):
    m *= betas[0]
    m += (1 - betas[0]) * g
    s *= betas[1]
    s += (1 - betas[1]) * (g * g)
    return p - lr * (m / shares[0] / (ops.sqrt(s / shares[1]) + eps)), m, s


@exercise.mistake(
    "`np.sqrt` wants numbers at once, and in a plan there are none yet. `dl.sqrt` works on arrays "
    "and in plans."
)
def numpy_root(p, g, m, s, lr, betas, eps, shares):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (g * g)
    return p - lr * (m / shares[0] / (np.sqrt(s / shares[1]) + eps)), m, s
