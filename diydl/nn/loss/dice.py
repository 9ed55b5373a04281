"""Losses for segmentation: how much of two regions is the same, however small they are.

Accuracy and cross-entropy count pixels, so a background that fills the picture outvotes what one
is looking for. The Dice score of two regions is twice their common part over the sum of their
sizes (Dice, 1945); with probabilities in place of pixels it has a gradient (Milletari et al.,
*V-Net*, 2016).
"""

from diydl.exercise import exercise
from diydl.nn.loss.categorical import classes_last
from diydl.nn.loss.reduction import alike, never_zero, operand, reduced
from diydl.ops import (
    add,
    cast,
    div,
    exp,
    expand_dims,
    greater,
    min,
    not_equal,
    one_hot,
    sigmoid,
    softmax,
    stack,
    sub,
    sum,
    where,
)

KINDS = ("plain", "generalised", "adaptive")


def dice_loss(
    logits,
    labels,
    *,
    axis=-1,
    kind="plain",
    per_sample=False,
    smooth=1.0,
    ignore_index=None,
    reduction="mean",
):
    """One minus the soft Dice score of each class that occurs; from scores, before any softmax.

    Parameters
    ----------
    logits : (B, ..., K), or with the classes on another `axis`
    labels : (B, ...), integers; or floats of the shape of the logits
        The right class of each pixel, or a probability for each class.
    axis : int
        Where the classes are: 1 for maps of scores (B, K, H, W) with labels (B, H, W).
    kind : {"plain", "generalised", "adaptive"}
        The mean over the classes of ``1 - score``. Or, generalised (Sudre et al., 2017), one
        score for all, in which each class counts by 1 over its squared size. Or, adaptive, the
        mean of ``1 - score * exp(1 - score)``, which pulls hardest at the classes that do worst
        (so KerasCV and DeepVision; their weights ``exp(-score)``).
    per_sample : bool
        Whether each example has scores of its own, rather than the whole batch together.
    smooth : float
        Added above and below the line of each score (not of the generalised one).
    ignore_index : int, optional
        The label of pixels that do not count.
    reduction : {"mean", "sum", "none"}
        Over the classes that occur, and over the examples if each has its own. With "none" a
        class that does not occur has the loss 0.

    Examples
    --------
    >>> import numpy as np
    >>> labels = np.array([[0, 0, 0, 0, 0, 0, 0, 1]])
    >>> blind = np.zeros((1, 8, 2)) + np.array([20.0, 0.0])  # all is background
    >>> dice_loss(blind, labels, smooth=0.0, reduction="none").round(3)
    array([0.067, 1.   ])
    """
    _known(kind)
    logits, labels = classes_last(operand(logits), axis), operand(labels)  # (B, ..., K)
    kept = None
    if ignore_index is not None:
        labels = operand(labels, "int64") if labels.dtype.kind in "iu" else labels
        kept = not_equal(labels, ignore_index)  # (B, ...)
        labels = where(kept, labels, 0)
    target = _shares(logits, labels)
    p, target = softmax(_wide(logits)), _wide(target)  # each (B, ..., K)
    if kept is not None:
        kept = cast(expand_dims(kept, axis=-1), dtype=p.dtype)  # (B, ..., 1)
        p, target = p * kept, target * kept
    axes = tuple(range(int(per_sample), p.ndim - 1))
    true = sum(target, axis=axes)  # (K,) or (B, K)
    if kind == "generalised":
        return _narrow(reduced(_generalised(p, target, true, axes), reduction), logits)
    occurs = greater(true, 0)
    losses = where(occurs, _losses(soft_dice(p, target, axis=axes, smooth=smooth), kind), 0)
    return _narrow(reduced(losses, reduction, cast(occurs, dtype=p.dtype)), logits)


def binary_dice_loss(
    logits, target, *, kind="plain", per_sample=False, smooth=1.0, reduction="mean"
):
    """One minus the soft Dice score of a region; from scores, before any sigmoid.

    Where there is no region, and none is predicted, the score is 1; `smooth` is then how many
    pixels of false alarm bring it down to a half.

    Parameters
    ----------
    logits : (B, ...)
    target : of the same shape
        1 inside of the region and 0 outside, True and False, or probabilities.
    kind : {"plain", "generalised", "adaptive"}
        As in `dice_loss`; the generalised score has the background as a second class.
    per_sample, smooth, reduction
        As in `dice_loss`.

    Examples
    --------
    >>> import numpy as np
    >>> target = np.array([[0, 0, 0, 1]])
    >>> loss = binary_dice_loss(np.array([[-20.0, -20.0, 20.0, 20.0]]), target, smooth=0.0)
    >>> f"{loss:.3f}"
    '0.333'
    """
    _known(kind)
    target = alike("binary_dice_loss", logits, target)
    if not logits.ndim > int(per_sample):
        raise ValueError(f"binary_dice_loss: logits of shape {logits.shape} are no map of scores")
    p, target = sigmoid(_wide(logits)), _wide(target)  # each (B, ...)
    axes = tuple(range(int(per_sample), p.ndim))
    if kind == "generalised":
        p, target = (stack(x, 1 - x, axis=-1) for x in (p, target))  # each (B, ..., 2)
        losses = _generalised(p, target, sum(target, axis=axes), axes)
    else:
        losses = _losses(soft_dice(p, target, axis=axes, smooth=smooth), kind)
    return _narrow(reduced(losses, reduction), logits)


@exercise("08/soft_dice")
def soft_dice(probabilities, target, *, axis, smooth):
    """Twice the common part of two regions over the sum of their sizes, summed over `axis`.

    `smooth` is added above and below the line. Where nothing is there the score is 0, or 1 if
    `smooth` is above 0.

    Examples
    --------
    >>> import numpy as np
    >>> p, target = np.array([[0.5, 0.5, 0.0]]), np.array([[1.0, 0.0, 0.0]])
    >>> soft_dice(p, target, axis=1, smooth=0.0)
    array([0.5])
    """
    both = sum(probabilities * target, axis=axis)
    size = sum(probabilities, axis=axis) + sum(target, axis=axis)
    return div(both * 2 + smooth, never_zero(add(size, smooth)))


def _losses(score, kind):
    return sub(1, score if kind == "plain" else score * exp(sub(1, score)))


def _generalised(p, target, true, axes):
    """Sudre's loss; its weights are scaled so that the smallest class that occurs has 1."""
    occurs = greater(true, 0)
    smallest = min(where(occurs, true, float("inf")), axis=-1, keepdims=True)  # (1,) or (B, 1)
    ratio = where(occurs, smallest / never_zero(true), 0)  # (K,) or (B, K)
    weight = ratio * ratio
    both = sum(weight * sum(p * target, axis=axes), axis=-1)
    size = sum(weight * (sum(p, axis=axes) + true), axis=-1)
    return div(size - both * 2, never_zero(size))  # () or (B,)


def _shares(logits, labels):
    if labels.dtype.kind == "f" and labels.shape == logits.shape:
        return operand(labels, logits.dtype)
    if logits.shape[:-1] != labels.shape:
        raise ValueError(
            f"dice_loss: logits have shape {logits.shape} (classes last) and labels "
            f"{labels.shape}: expected (..., classes) and (...). One region without classes is "
            "for binary_dice_loss"
        )
    return one_hot(labels, classes=logits.shape[-1], dtype=logits.dtype)  # (B, ..., K)


def _wide(x):
    return operand(x, "float32") if x.dtype == "float16" else x


def _narrow(loss, logits):
    return operand(loss, logits.dtype)


def _known(kind):
    if kind not in KINDS:
        raise ValueError(f'kind is "plain", "generalised" or "adaptive", got {kind!r}')
