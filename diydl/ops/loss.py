"""Losses that are primitives, since as compositions they would be slower or less exact."""

import math

import numpy as np

from diydl.exercise import exercise
from diydl.ops.comparison import maximum
from diydl.ops.elementwise import log, mul, sub
from diydl.ops.functional import softmax
from diydl.ops.indexing import one_hot
from diydl.ops.shape import expand_dims, unbroadcast
from diydl.ops.special import sigmoid
from diydl.primitive import primitive
from diydl.rules import broadcast, floating


def _one_per_row(logits, labels):
    if not logits or logits[:-1] != labels:
        raise ValueError(
            f"logits have shape {logits} and labels {labels}: expected (..., classes) and (...), "
            "one label for each row of logits"
        )
    return labels


def _scores_dtype(logits, labels):
    if logits.kind != "f":
        raise TypeError(f"logits are floating-point scores, got {logits}")
    if labels.kind not in "iu":
        raise TypeError(
            f"labels are integers, the number of the right class of each row, got {labels}; "
            "from one row of 0 and 1 per example they are labels.argmax(-1)"
        )
    return logits


def _five_each(out, logits, labels):
    return 5 * math.prod(logits)


@primitive(shape=_one_per_row, dtype=_scores_dtype, flops=_five_each, saves="logits labels")
def softmax_cross_entropy(xp, logits, labels):
    """Negative logarithm of the probability that ``softmax(logits)`` gives each label.

    Exact at any scale: ``log(sum(exp(logits))) - logits[label]``, shifted by the largest logit.

    Examples
    --------
    >>> softmax_cross_entropy(np.array([[1000.0, 0.0], [1000.0, 0.0]]), np.array([0, 1]))
    array([   0., 1000.])
    """
    _one_per_row(logits.shape, labels.shape)
    _scores_dtype(logits.dtype, labels.dtype)
    classes = logits.shape[-1]
    if xp is np and labels.size and not 0 <= labels.min() <= labels.max() < classes:
        raise IndexError(
            f"labels from {labels.min()} to {labels.max()}, expected 0 to {classes - 1}, "
            f"since logits have {classes} columns"
        )
    wide = np.float32 if logits.dtype == np.float16 else logits.dtype
    top = logits.max(-1, keepdims=True)  # (..., 1)
    total = xp.exp(logits - top).sum(-1, dtype=wide)  # (...)
    rows = logits.reshape(labels.size, classes)
    picked = rows[xp.arange(labels.size), labels.reshape(-1)].reshape(labels.shape)
    return (xp.log(total) + (top[..., 0] - picked)).astype(logits.dtype, copy=False)


@softmax_cross_entropy.def_vjp(0)
@exercise("08/cross_entropy_vjp")
def softmax_cross_entropy_vjp(g, out, logits, labels):
    hot = one_hot(labels, classes=logits.shape[-1], dtype=logits.dtype)
    return expand_dims(g, axis=-1) * sub(softmax(logits), hot)  # (..., classes)


_LOGISTIC = (  # of a ternary, so that the exponent is never positive
    "{0} > 0 ? {0} - {0} * {1} + log1p(exp(-{0})) : log1p(exp({0})) - {0} * {1}"
)


@primitive(shape=broadcast, dtype=floating, flops=6, kernel=_LOGISTIC, saves="logits target")
@exercise("08/logistic")
def sigmoid_cross_entropy(xp, logits, target):
    """Elementwise ``-target log(p) - (1 - target) log(1 - p)``, where ``p = sigmoid(logits)``.

    Exact at any scale: ``max(x, 0) - x * target + log(1 + exp(-abs(x)))``, whose exponent is
    never positive. With the target 0 it is ``log(1 + exp(x))``, the softplus.

    Examples
    --------
    >>> sigmoid_cross_entropy(np.array([0.0, 800.0, -800.0]), np.array([1.0, 1.0, 1.0]))
    array([6.93147181e-01, 0.00000000e+00, 8.00000000e+02])
    """
    dtype = floating(logits.dtype, target.dtype)
    if dtype == np.float16:
        logits, target = logits.astype(np.float32), target.astype(np.float32)
    out = xp.maximum(logits, 0) - logits * target  # 0 where a sure answer is right
    return (out + xp.log1p(xp.exp(-xp.absolute(logits)))).astype(dtype, copy=False)


@sigmoid_cross_entropy.def_vjp(0)
@exercise("08/logistic_vjp")
def sigmoid_cross_entropy_vjp(g, out, logits, target):
    return unbroadcast(g * (sigmoid(logits) - target), logits.shape)


@sigmoid_cross_entropy.def_vjp(1, saves="logits")
def sigmoid_cross_entropy_vjp_target(g, out, logits, target):
    return unbroadcast(mul(-g, logits), target.shape)


_LEAST_LOG = -100.0  # PyTorch's choice: one hopeless element shall not make the mean infinite


def _floor(dtype, least):
    """Return `least`, or the smallest number of the dtype that one can safely divide by."""
    return float(np.maximum(least, np.finfo(dtype).tiny))


@primitive(shape=broadcast, dtype=floating, flops=6, saves="probabilities target")
def bernoulli_cross_entropy(xp, probabilities, target):
    """Elementwise ``-target log(p) - (1 - target) log(1 - p)`` of probabilities.

    No logarithm counts as less than -100. What rounding has made of a probability (1 - 1e-20 is
    1) cannot be brought back: where there are logits, `sigmoid_cross_entropy` is exact.

    Examples
    --------
    >>> bernoulli_cross_entropy(np.array([0.5, 1.0, 1.0]), np.array([1.0, 1.0, 0.0]))
    array([  0.69314718,   0.        , 100.        ])
    """
    dtype = floating(probabilities.dtype, target.dtype)
    p = probabilities.astype(np.float32) if dtype == np.float16 else probabilities
    if xp is np and p.size and not 0 <= p.min() <= p.max() <= 1:
        raise ValueError(
            f"probabilities lie between 0 and 1, got {p.min():.6g} to {p.max():.6g}; "
            "scores before a sigmoid go to sigmoid_cross_entropy, or to "
            "nn.binary_cross_entropy_with_logits"
        )
    with np.errstate(divide="ignore"):  # log(0) is -infinity, which the next line lifts
        yes, no = (xp.maximum(x, _LEAST_LOG) for x in (xp.log(p), xp.log1p(-p)))
    return (-(target * yes) - (1 - target) * no).astype(dtype, copy=False)


@bernoulli_cross_entropy.def_vjp(0)
def bernoulli_cross_entropy_vjp(g, out, probabilities, target):
    room = maximum(probabilities * (1 - probabilities), _floor(out.dtype, 1e-12))
    return unbroadcast(g * (probabilities - target) / room, probabilities.shape)


@bernoulli_cross_entropy.def_vjp(1, saves="probabilities")
def bernoulli_cross_entropy_vjp_target(g, out, probabilities, target):
    least = _floor(out.dtype, math.exp(_LEAST_LOG))
    yes = log(maximum(probabilities, least))
    no = log(maximum(1 - probabilities, least))
    return unbroadcast(g * (no - yes), target.shape)
