"""What to minimise. Losses are functions, and those with a softmax take the scores before it."""

from diydl.backend import as_array, is_array
from diydl.ops import cast, log_softmax, max, mean, one_hot, relu, sum, where
from diydl.ops.loss import softmax_cross_entropy
from diydl.primitive import Value


def cross_entropy(logits, labels, *, label_smoothing=0.0, reduction="mean"):
    """How badly scores predict labels: ``-log(softmax(logits)[label])``, exact at any scale.

    Parameters
    ----------
    logits : (B, K), or (..., K)
        Scores, before any softmax.
    labels : (B,), or (...), integers
        The number of the right class, from 0 to K - 1.
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
    losses = softmax_cross_entropy(logits, _operand(labels))  # (...)
    if label_smoothing:
        spread = -mean(log_softmax(logits), axis=-1)  # (...)
        losses = losses * (1 - label_smoothing) + spread * label_smoothing
    return _reduce(losses, reduction)


def mse_loss(prediction, target, *, reduction="mean"):
    """Squared distance between prediction and target, averaged over all elements.

    Parameters
    ----------
    prediction, target : arrays or tensors of one shape
        The target is converted to the dtype of the prediction.
    reduction : {"mean", "sum", "none"}
        One number for all elements, or one for each.

    Raises
    ------
    ValueError
        If the shapes differ: (B, 1) and (B,) would silently compare all with all.

    Examples
    --------
    >>> import numpy as np
    >>> mse_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    array(2.)
    """
    target = _operand(target)
    if prediction.shape != target.shape:
        raise ValueError(
            f"mse_loss: the prediction has shape {prediction.shape} and the target {target.shape}; "
            f"they must be equal. {_advice(prediction.shape, target.shape)}"
        )
    if target.dtype != prediction.dtype:
        target = cast(target, dtype=prediction.dtype)
    distance = prediction - target
    return _reduce(distance * distance, reduction)


def hinge_loss(scores, labels, *, margin=1.0, reduction="mean", kind="sum"):
    """How far other classes come within `margin` of the right one's score: support vectors.

    For a row with the label y: the sum over the other classes j of
    ``max(0, scores[j] - scores[y] + margin)`` (Weston and Watkins, 1999), or, with ``kind="max"``,
    only the largest of these (Crammer and Singer, 2001). PyTorch's `MultiMarginLoss` is the sum
    divided by the number of classes. Where two scores are exactly `margin` apart, the gradient
    is 0.

    Parameters
    ----------
    scores : (B, K), or (..., K)
        One number for each class, as a linear layer gives them.
    labels : (B,), or (...), integers
        The number of the right class, from 0 to K - 1.
    margin : float
        How far the right score shall stand above the others.
    reduction : {"mean", "sum", "none"}
        One number for all rows, or one for each.
    kind : {"sum", "max"}
        What becomes of the classes that come too close.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([[2.0, 1.5, 0.0], [0.0, 1.0, 3.0]])
    >>> hinge_loss(scores, np.array([0, 1]), reduction="none")
    array([0.5, 3. ])
    """
    if kind not in ("sum", "max"):
        raise ValueError(f'kind is "sum" or "max", got {kind!r}')
    labels = _operand(labels)
    if not scores.shape or scores.shape[:-1] != labels.shape:
        raise ValueError(
            f"hinge_loss: scores have shape {scores.shape} and labels {labels.shape}: expected "
            "(..., classes) and (...), one label for each row of scores"
        )
    right = one_hot(labels, classes=scores.shape[-1], dtype=bool)  # (..., K)
    score = sum(where(right, scores, 0), axis=-1, keepdims=True)  # (..., 1)
    short = relu(where(right, 0, scores - score + margin))  # (..., K)
    return _reduce((sum if kind == "sum" else max)(short, axis=-1), reduction)


def _operand(x):
    return x if is_array(x) or isinstance(x, Value) else as_array(x)


def _reduce(losses, reduction):
    if reduction == "mean":
        return mean(losses)
    if reduction == "sum":
        return sum(losses)
    if reduction == "none":
        return losses
    raise ValueError(f'reduction is "mean", "sum" or "none", got {reduction!r}')


def _advice(prediction, target):
    if prediction == (*target, 1):
        return "Drop the last axis with prediction.squeeze(-1), or give it to the target too"
    if target == (*prediction, 1):
        return "Drop the last axis of the target with target.squeeze(-1)"
    return "Reshape one of them"
