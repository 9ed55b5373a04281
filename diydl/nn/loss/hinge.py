"""The loss of support vector machines."""

from diydl.nn.loss.reduction import operand, weighted
from diydl.ops import max, one_hot, relu, sum, where


def hinge_loss(scores, labels, *, margin=1.0, kind="sum", sample_weight=None, reduction="mean"):
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
    kind : {"sum", "max"}
        What becomes of the classes that come too close.
    sample_weight : of the shape of the labels, optional
        What each row counts, from 0. The mean divides by the sum.
    reduction : {"mean", "sum", "none"}
        One number for all rows, or one for each.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([[2.0, 1.5, 0.0], [0.0, 1.0, 3.0]])
    >>> hinge_loss(scores, np.array([0, 1]), reduction="none")
    array([0.5, 3. ])
    """
    if kind not in ("sum", "max"):
        raise ValueError(f'kind is "sum" or "max", got {kind!r}')
    scores, labels = operand(scores), operand(labels)
    if not scores.shape or scores.shape[:-1] != labels.shape:
        raise ValueError(
            f"hinge_loss: scores have shape {scores.shape} and labels {labels.shape}: expected "
            "(..., classes) and (...), one label for each row of scores"
        )
    right = one_hot(labels, classes=scores.shape[-1], dtype=bool)  # (..., K)
    score = sum(where(right, scores, 0), axis=-1, keepdims=True)  # (..., 1)
    short = relu(where(right, 0, scores - score + margin))  # (..., K)
    losses = sum(short, axis=-1) if kind == "sum" else max(short, axis=-1)  # (...)
    return weighted(losses, reduction, sample_weight)
