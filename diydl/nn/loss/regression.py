"""Losses for numbers: how far a prediction is from what was measured."""

from diydl.exercise import exercise
from diydl.nn.loss.reduction import alike, weighted
from diydl.ops import abs, minimum


def mse_loss(prediction, target, *, sample_weight=None, reduction="mean"):
    """Squared distance between prediction and target: the likelihood of Gaussian errors.

    Parameters
    ----------
    prediction, target : arrays or tensors of one shape
        The target is converted to the dtype of the prediction.
    sample_weight : array or tensor, optional
        How much each element counts, from 0: of the same shape, or with axes of size 1. The mean
        divides by the sum of the weights.
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
    distance = prediction - alike("mse_loss", prediction, target)
    return weighted(distance * distance, reduction, sample_weight)


def l1_loss(prediction, target, *, sample_weight=None, reduction="mean"):
    """Distance between prediction and target: the likelihood of Laplace's errors.

    Its minimum is the median, where that of `mse_loss` is the mean: an outlier pulls no harder
    than anybody else. Where prediction and target are equal the gradient is 0.

    Parameters
    ----------
    prediction, target, sample_weight, reduction
        As in `mse_loss`.

    Examples
    --------
    >>> import numpy as np
    >>> l1_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    array(1.)
    """
    distance = prediction - alike("l1_loss", prediction, target)
    return weighted(abs(distance), reduction, sample_weight)


def huber_loss(prediction, target, *, delta=1.0, sample_weight=None, reduction="mean"):
    """Squared up to a distance of `delta`, and straight from there on (Huber, 1964).

    ``d * d / 2`` where ``d = abs(prediction - target)`` is at most `delta`, and
    ``delta * (d - delta / 2)`` beyond. See `smooth_l1_loss` for the same curve in another scale.

    Parameters
    ----------
    prediction, target, sample_weight, reduction
        As in `mse_loss`.
    delta : float
        Above 0: from which distance on an element counts as an outlier.

    Examples
    --------
    >>> import numpy as np
    >>> huber_loss(np.array([0.5, 3.0]), np.array([0.0, 0.0]), reduction="none")
    array([0.125, 2.5  ])
    """
    if not delta > 0:
        raise ValueError(f"delta is a distance above 0, got {delta}")
    distance = prediction - alike("huber_loss", prediction, target)
    return weighted(huber(distance, delta=delta), reduction, sample_weight)


def smooth_l1_loss(prediction, target, *, beta=1.0, sample_weight=None, reduction="mean"):
    """`huber_loss` with ``delta=beta``, divided by `beta`: its slope far away is 1.

    So it comes near to `l1_loss` as `beta` shrinks. Detection networks use it for boxes
    (Girshick, *Fast R-CNN*, 2015).

    Parameters
    ----------
    prediction, target, sample_weight, reduction
        As in `mse_loss`.
    beta : float
        From 0: up to which distance the curve bends. With 0 it is `l1_loss`.

    Examples
    --------
    >>> import numpy as np
    >>> smooth_l1_loss(np.array([0.25, 3.0]), np.array([0.0, 0.0]), beta=0.5, reduction="none")
    array([0.0625, 2.75  ])
    """
    if not beta >= 0:
        raise ValueError(f"beta is a distance from 0, got {beta}")
    distance = prediction - alike("smooth_l1_loss", prediction, target)
    curve = huber(distance, delta=beta) / beta if beta else abs(distance)
    return weighted(curve, reduction, sample_weight)


@exercise("08/huber")
def huber(distance, *, delta):
    """Huber's curve for each element of `distance`, which may have either sign.

    Examples
    --------
    >>> import numpy as np
    >>> huber(np.array([-3.0, 0.5]), delta=1.0)
    array([2.5  , 0.125])
    """
    size = abs(distance)
    near = minimum(size, delta)  # the part of the way on which the square counts
    return near * (size - near * 0.5)
