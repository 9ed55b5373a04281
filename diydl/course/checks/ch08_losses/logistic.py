"""08/logistic: the loss of a yes-or-no score, at any scale."""

import numpy as np

from diydl.course.bank import Code
from diydl.ops.loss import sigmoid_cross_entropy as primitive

exercise = Code(
    "08/logistic",
    "The logistic loss of scores, exact at 800",
    primitive.forward,
    hints=(
        "Which of exp(x) and exp(-x) can never overflow? And how do you choose between them "
        "without an `if`?",
        "Three terms: what grows with the score, what a yes gives back, and the small rest, in "
        "which the exponent is never positive.",
        "1. Grows: `xp.maximum(logits, 0)`.\n"
        "2. Gives back: minus `logits * target`.\n"
        "3. Rest: `xp.exp` of minus the size (`xp.absolute`) of the logits, and `xp.log1p` of "
        "that.\n"
        "4. Return the sum of the three.",
    ),
)


@exercise.driver
def loss(pieces, logits, target):
    """Return the loss; text where a number overflows or is none."""
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            return pieces.logistic(np, logits, target)
    except FloatingPointError as error:
        return str(error)


@exercise.mistake(
    "This is the formula as it stands in books, over the probability. A sigmoid of 800 is rounded "
    "to 1, and the logarithm of 1 - 1 is minus infinity: never go through the probability."
)
def through_the_probability(xp, logits, target):
    p = 1 / (1 + xp.exp(-logits))
    return -(target * xp.log(p) + (1 - target) * xp.log(1 - p))


@exercise.mistake(
    "`log(1 + e)` loses a small e: 1 + 1e-14 keeps two of its digits, 1 + 1e-17 none. "
    "`xp.log1p(e)` is made for this."
)
def without_log1p(xp, logits, target):
    rest = xp.log(1 + xp.exp(-xp.absolute(logits)))
    return xp.maximum(logits, 0) - logits * target + rest


@exercise.mistake(
    "`xp.where` computes both branches for every element and then throws one away, so exp(800) is "
    "computed all the same, and overflows. One exponent that is never positive does for both: "
    "minus the size of the score."
)
def both_branches(xp, logits, target):
    above = logits - logits * target + xp.log1p(xp.exp(-logits))
    below = xp.log1p(xp.exp(logits)) - logits * target
    return xp.where(logits > 0, above, below)


@exercise.mistake(
    "You clip the scores. Then 800 costs no more than 30, and, worse, has no slope: who is very "
    "wrong would learn nothing. No clipping is needed."
)
def clipped(xp, logits, target):
    x = xp.clip(logits, -50, 50)
    return xp.maximum(x, 0) - x * target + xp.log1p(xp.exp(-xp.absolute(x)))


@exercise.mistake(
    "The exponent is minus the score itself. For a negative score that is positive: it is counted "
    "twice, once here and once in the logarithm. Take minus its *size*, `xp.absolute`."
)
def size_forgotten(xp, logits, target):
    return xp.maximum(logits, 0) - logits * target + xp.log1p(xp.exp(-logits))


@exercise.mistake(
    "The term with the target is missing: your loss asks every time for a no. A yes gives the "
    "score back: minus logits * target."
)
def always_no(xp, logits, target):
    x, _ = xp.broadcast_arrays(logits, target)
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.absolute(x)))


@exercise.mistake(
    "You ask whether the target is a yes, and take one loss or the other. But a target may lie "
    "between: of 0.25, a quarter of the one and three quarters of the other. `logits * target` "
    "does both."
)
def only_hard_targets(xp, logits, target):
    x = xp.where(target > 0.5, -logits, logits)
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.absolute(x)))


@exercise.mistake(
    "The sign of the target's term is turned: with a yes, a high score should cost less. It is "
    "minus logits * target."
)
def target_added(xp, logits, target):
    return xp.maximum(logits, 0) + logits * target + xp.log1p(xp.exp(-xp.absolute(logits)))


@exercise.mistake(
    "The large part is missing. `log1p(exp(-size))` is only the rest, never more than 0.7: add "
    "`xp.maximum(logits, 0)`."
)
def rest_only(xp, logits, target):
    return xp.log1p(xp.exp(-xp.absolute(logits))) - logits * target


@exercise.mistake(
    "You return one number for all. A primitive works element by element; the mean is taken "
    "afterwards, by whoever calls it."
)
def mean_of_all(xp, logits, target):
    out = xp.maximum(logits, 0) - logits * target + xp.log1p(xp.exp(-xp.absolute(logits)))
    return xp.asarray(out.mean())


@exercise.mistake(
    "float64 creeps in: `np.zeros` makes float64. A plain 0 adapts to the scores: "
    "`xp.maximum(logits, 0)`."
)
def zeros_in_float64(xp, logits, target):
    grows = xp.maximum(logits, xp.zeros(logits.shape))
    return grows - logits * target + xp.log1p(xp.exp(-xp.absolute(logits)))


@exercise.mistake(
    "The small rest is added to the large part first, and rounded away: 30 + 9e-14 - 30 is not "
    "9e-14. First take logits * target away, then add the rest."
)
def rest_rounded_away(xp, logits, target):
    rest = xp.log1p(xp.exp(-xp.absolute(logits)))
    return xp.maximum(logits, 0) + rest - logits * target
