"""Cross-entropy: the likelihood of one of several classes."""

from diydl.exercise import exercise
from diydl.nn.loss.reduction import fitting, operand, reduced, weighted
from diydl.ops import cast, equal, log_softmax, mean, not_equal, sum, take, transpose, where
from diydl.ops.loss import softmax_cross_entropy
from diydl.ops.shape import normal_axis


def cross_entropy(
    logits,
    labels,
    *,
    axis=-1,
    weight=None,
    sample_weight=None,
    ignore_index=None,
    label_smoothing=0.0,
    reduction="mean",
):
    """How badly scores predict labels: ``-log(softmax(logits)[label])``, exact at any scale.

    The scores are those of the last layer, without a softmax: whether they have been through one
    already, nobody can see, and a second one flattens everything.

    Parameters
    ----------
    logits : (B, K), or (..., K), or with the classes on another `axis`
        Scores, before any softmax.
    labels : (B,), or (...), integers; or floats of the shape of the logits
        The number of the right class, from 0 to K - 1; or a probability for each class.
    axis : int
        Where the classes are: 1 for maps of scores (B, K, H, W) with labels (B, H, W).
    weight : (K,), optional
        What an example of each class counts. The mean divides by the sum of what counted; with
        probabilities as targets, as in PyTorch, by the number of rows.
    sample_weight : of the shape of the labels, optional
        What each row counts, from 0. The mean divides by the sum.
    ignore_index : int, optional
        The label of rows that do not count at all. (PyTorch ignores -100 unasked, and has NaN where
        nothing is left to count; here that is 0.)
    label_smoothing : float
        Share of the target that is spread evenly over all classes (Szegedy et al., 2016).
    reduction : {"mean", "sum", "none"}
        One number for all rows, or one for each.

    Raises
    ------
    ValueError, TypeError, IndexError
        If shapes do not fit, labels are no integers, or a label is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> cross_entropy(np.array([[0.0, 0.0], [1000.0, 0.0]]), np.array([0, 1]), reduction="none")
    array([6.93147181e-01, 1.00000000e+03])
    """
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing lies between 0 and 1, got {label_smoothing}")
    logits, labels = classes_last(operand(logits), axis), operand(labels)  # (..., K)
    if weight is not None:
        weight = _one_per_class(operand(weight, logits.dtype), logits.shape[-1])
    if labels.dtype.kind == "f" and labels.ndim == logits.ndim:
        if ignore_index is not None:
            raise ValueError("ignore_index is a label, and the targets are probabilities")
        target = smoothed(classes_last(labels, axis), amount=label_smoothing)  # (..., K)
        return weighted(_expected(logits, target, weight), reduction, sample_weight)
    kept = None
    if ignore_index is not None:
        kept, labels = _kept(labels, ignore_index)
    losses, count = softmax_cross_entropy(logits, labels), None  # (...)
    if weight is not None:
        count = take(weight, labels)  # (...)
        losses = losses * count
    if label_smoothing:
        evenly = _evenly(logits, weight)  # (...)
        losses = losses * (1 - label_smoothing) + evenly * label_smoothing
    if kept is not None:
        losses = where(kept, losses, 0)  # also where it is infinite
        count = _times(count, cast(kept, dtype=losses.dtype))
    if sample_weight is not None:
        each = fitting(operand(sample_weight, losses.dtype), losses)
        losses, count = losses * each, _times(count, each)
    return reduced(losses, reduction, count)


@exercise("08/smoothed")
def smoothed(target, *, amount):
    """Spread a share of each row of probabilities evenly over all classes: label smoothing.

    Parameters
    ----------
    target : (..., K)
        Probabilities, such as one 1 among zeros.
    amount : float
        The share, from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> smoothed(np.array([0.0, 1.0, 0.0, 0.0]), amount=0.2)
    array([0.05, 0.85, 0.05, 0.05])
    """
    return target * (1 - amount) + amount / target.shape[-1]


def classes_last(x, axis):
    """Return `x` with the axis of the classes moved to the end.

    Examples
    --------
    >>> import numpy as np
    >>> classes_last(np.zeros((2, 3, 4, 5)), axis=1).shape
    (2, 4, 5, 3)
    """
    axis = normal_axis(axis, x.ndim)
    if axis == x.ndim - 1:
        return x
    others = [k for k in range(x.ndim) if k != axis]
    return transpose(x, axes=(*others, axis))


def _expected(logits, target, weight):
    """Cross-entropy with probabilities as targets, row by row."""
    if target.shape != logits.shape:
        raise ValueError(
            f"cross_entropy: logits have shape {logits.shape} and the probabilities of the classes "
            f"{target.shape} (classes last); they must be equal"
        )
    target = operand(target, logits.dtype)
    if weight is not None:
        target = target * weight
    likely = where(equal(target, 0), 0, log_softmax(logits))  # 0 times -infinity is 0 here
    return -sum(target * likely, axis=-1)  # (...)


def _evenly(logits, weight):
    """Cross-entropy with the same probability for all classes, row by row."""
    likely = log_softmax(logits)  # (..., K)
    return -mean(likely if weight is None else likely * weight, axis=-1)  # (...)


def _kept(labels, ignore_index):
    """Tell which rows count, and give the others a label that there is."""
    if labels.dtype.kind in "iu":  # others are refused by the loss itself
        labels = operand(labels, "int64")
    kept = not_equal(labels, ignore_index)  # (...)
    return kept, where(kept, labels, 0)


def _times(count, more):
    return more if count is None else count * more


def _one_per_class(weight, classes):
    if weight.shape != (classes,):
        raise ValueError(
            f"cross_entropy: weight has shape {weight.shape}, expected ({classes},): one number "
            "for each class. Weights of the rows are called sample_weight"
        )
    return weight
