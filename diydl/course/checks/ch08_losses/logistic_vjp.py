"""08/logistic_vjp: the slope of the logistic loss."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops.loss import sigmoid_cross_entropy_vjp as reference

exercise = Code(
    "08/logistic_vjp",
    "What was said minus what was true",
    reference,
    hints=(
        "The loss is log(1 + exp(x)) - x * target. What is the derivative of the first term by x? "
        "It has a name.",
        "Slope, times what comes in, un-broadcast: as in chapter 03.",
        "1. Slope: `dl.sigmoid` of the logits, minus the target.\n"
        "2. Times what comes in: `g`.\n"
        "3. Un-broadcast: `dl.unbroadcast` to the shape of the logits.",
    ),
)


@exercise.driver
def on_the_tape(pieces, logits, target, g, h):
    """Gradients of ``sum(g * loss)``, and second ones of its square along `h`."""
    x = dl.tensor(logits, requires_grad=True)
    dl.sigmoid_cross_entropy(x, target).backward(g)
    first = x.grad.numpy()
    loss = dl.sigmoid_cross_entropy(x, target)
    (loss * g).sum().backward(create_graph=True)
    (x.grad * h).sum().backward()
    return {"first": first, "second": x.grad.numpy()}


@exercise.mistake(
    "The upstream gradient is missing: your slope is right, but it has to be multiplied by what "
    "comes in, `g`."
)
def upstream_is_one(g, out, logits, target):
    return dl.unbroadcast(dl.sigmoid(logits) - target + 0 * g, logits.shape)


@exercise.mistake(
    "The sign is turned. A score that is too high must have a positive slope, so that descent "
    "lowers it: what was said minus what was true."
)
def turned(g, out, logits, target):
    return dl.unbroadcast(g * (target - dl.sigmoid(logits)), logits.shape)


@exercise.mistake(
    "You multiply by the slope of the sigmoid, p * (1 - p). The logarithm has cancelled it: that "
    "is why this loss still pulls at scores that are far off, and the squared error of p does not."
)
def with_the_slope_of_the_sigmoid(g, out, logits, target):
    p = dl.sigmoid(logits)
    return dl.unbroadcast(g * (p - target) * p * (1 - p), logits.shape)


@exercise.mistake(
    "The un-broadcast is missing: where logits were repeated, your gradient still has the shape of "
    "`out`."
)
def not_summed(g, out, logits, target):
    return g * (dl.sigmoid(logits) - target)


@exercise.mistake(
    "You compare the target with the score itself. The score may be anything; what was *said* is "
    "its sigmoid, a probability."
)
def without_sigmoid(g, out, logits, target):
    return dl.unbroadcast(g * (logits - target), logits.shape)


@exercise.mistake(
    "NumPy's exp works on arrays only. When the gradient is taken of a gradient, the logits are a "
    "Tensor: use `dl.sigmoid`."
)
def with_numpy(g, out, logits, target):
    p = 1 / (1 + np.exp(-logits))
    return dl.unbroadcast(g * (p - target), logits.shape)


@exercise.mistake(
    "float64 creeps in: you write the 1 as an array, and `np.ones` makes float64. `dl.sigmoid` "
    "keeps the dtype of the scores."
)
def ones_in_float64(g, out, logits, target):
    p = np.ones(out.shape) / (1 + dl.exp(-logits))
    return dl.unbroadcast(g * (p - target), logits.shape)


@exercise.mistake(
    "exp(x) / (1 + exp(x)) is the sigmoid as long as exp(x) is a number: at 800 it is infinity "
    "over infinity, NaN. `dl.sigmoid` is written so that this cannot happen."
)
def exp_over_exp(g, out, logits, target):
    with np.errstate(over="ignore", invalid="ignore"):
        e = dl.exp(logits)
        p = e / (1 + e)
    return dl.unbroadcast(g * (p - target), logits.shape)


@exercise.mistake("Brackets are missing: `g` multiplies the whole slope, also what was true.")
def without_brackets(g, out, logits, target):
    return dl.unbroadcast(g * dl.sigmoid(logits) - target, logits.shape)
