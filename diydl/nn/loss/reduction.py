"""What all losses share: operands of one shape, weights, and one number in the end."""

from typing import Any

from diydl.backend import as_array, is_array
from diydl.ops import broadcast_to, cast, div, equal, mean, sum, where
from diydl.value import Value


def operand(x, dtype=None) -> Any:
    """Return `x` as something that operations take: lists become arrays.

    Parameters
    ----------
    x : array, tensor, list or number
    dtype : dtype, optional
        What it is converted to.

    Examples
    --------
    >>> operand([1, 2], "float32")
    array([1., 2.], dtype=float32)
    """
    x = x if is_array(x) or isinstance(x, Value) else as_array(x)
    return x if dtype is None or x.dtype == dtype else cast(x, dtype=dtype)


def reduced(losses, reduction, count=None):
    """Make one number of many losses: their mean or sum.

    Parameters
    ----------
    losses : array or tensor
    reduction : {"mean", "sum", "none"}
    count : array or tensor, optional
        What each loss counts, if they are weighted: the mean is ``sum(losses) / sum(count)``, and
        0 where nothing counts.

    Examples
    --------
    >>> import numpy as np
    >>> reduced(np.array([1.0, 2.0, 6.0]), "mean")
    array(3.)
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction is "mean", "sum" or "none", got {reduction!r}')
    if reduction == "none":
        return losses
    if reduction == "sum":
        return sum(losses)
    return mean(losses) if count is None else div(sum(losses), never_zero(sum(count)))


def weighted(losses, reduction, sample_weight):
    """Reduce `losses`, each counted as often as its weight says.

    Parameters
    ----------
    losses, reduction
        As in `reduced`.
    sample_weight : array or tensor, or None
        From 0. As many axes as `losses`, of the same sizes or of size 1.

    Examples
    --------
    >>> import numpy as np
    >>> weighted(np.array([1.0, 2.0, 6.0]), "mean", np.array([1.0, 1.0, 0.0]))
    array(1.5)
    """
    if sample_weight is None:
        return reduced(losses, reduction)
    count = fitting(operand(sample_weight, losses.dtype), losses)
    return reduced(losses * count, reduction, count)


def never_zero(x):
    """Return `x` with 1 in place of 0, to divide what is 0 as well.

    Examples
    --------
    >>> import numpy as np
    >>> never_zero(np.array([0.0, 0.25]))
    array([1.  , 0.25])
    """
    return where(equal(x, 0), 1, x)


def alike(who, prediction, target):
    """Return the target in the dtype of the prediction; both must have one shape.

    Raises
    ------
    ValueError
        If the shapes differ: (B, 1) and (B,) would silently compare all with all.

    Examples
    --------
    >>> import numpy as np
    >>> alike("mse_loss", np.array([0.5]), [1])
    array([1.])
    """
    target = operand(target)
    if not hasattr(prediction, "shape"):
        raise TypeError(
            f"{who}: the prediction is a {type(prediction).__name__}, expected a tensor or an "
            "array; wrap it in diydl.tensor(...)"
        )
    if prediction.shape != target.shape:
        raise ValueError(
            f"{who}: the prediction has shape {prediction.shape} and the target {target.shape}; "
            f"they must be equal. {_advice(prediction.shape, target.shape)}"
        )
    if prediction.dtype.kind != "f":
        raise TypeError(
            f"{who}: the prediction has dtype {prediction.dtype}, expected floating-point numbers"
        )
    return operand(target, prediction.dtype)


def _advice(prediction, target):
    if prediction == (*target, 1):
        return "Drop the last axis with prediction.squeeze(-1), or give it to the target too"
    if target == (*prediction, 1):
        return "Drop the last axis of the target with target.squeeze(-1)"
    return "Reshape one of them"


def fitting(weight, losses):
    """Return `weight` stretched to the shape of `losses`.

    Examples
    --------
    >>> import numpy as np
    >>> fitting(np.array([[1.0], [2.0]]), np.zeros((2, 3))).tolist()
    [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]
    """
    have, want = weight.shape, losses.shape
    if have == want:
        return weight
    pairs = zip(have, want, strict=False)
    if len(have) != len(want) or any(a != b and a != 1 for a, b in pairs):
        raise ValueError(
            f"sample_weight has shape {have}, and there are losses of shape {want}: expected as "
            "many axes, of the same sizes or of size 1; one weight for each row of (B, D) has the "
            "shape (B, 1)"
        )
    return broadcast_to(weight, shape=want)
