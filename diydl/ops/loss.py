"""Losses that are primitives, since as compositions they would be slower or less exact."""

import math

import numpy as np

from diydl.ops.elementwise import sub
from diydl.ops.functional import softmax
from diydl.ops.indexing import one_hot
from diydl.ops.shape import expand_dims
from diydl.primitive import primitive


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
def softmax_cross_entropy_vjp(g, out, logits, labels):
    hot = one_hot(labels, classes=logits.shape[-1], dtype=logits.dtype)
    return expand_dims(g, axis=-1) * sub(softmax(logits), hot)  # (..., classes)
