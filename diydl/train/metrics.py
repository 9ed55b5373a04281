"""Numbers that say how good a network is. They take arrays or values and return Python floats."""

from diydl.backend import to_numpy
from diydl.exercise import exercise
from diydl.primitive import Value


@exercise("00/accuracy")
def accuracy(scores, labels):
    """Fraction of rows whose highest score stands in the column of the label.

    Parameters
    ----------
    scores : array or Tensor of shape (B, K)
        One row for each example, one column for each class; any real numbers.
    labels : array or Tensor of shape (B,)
        The true classes, whole numbers from 0 to K - 1.

    Returns
    -------
    float
        From 0 to 1. Where two scores tie, the first counts.

    Raises
    ------
    ValueError
        Where the shapes do not fit, or there is no row.

    Examples
    --------
    >>> import numpy as np
    >>> accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
    0.5
    """
    scores, labels = _array(scores), _array(labels)
    if scores.ndim != 2 or labels.shape != scores.shape[:1] or not scores.size:
        raise ValueError(
            "accuracy: expected scores of shape (B, K) and labels of shape (B,) with B > 0, got "
            f"{scores.shape} and {labels.shape}; give one row of scores for each label"
        )
    return float((scores.argmax(axis=1) == labels).mean())


def _array(x):
    return to_numpy(x.data if isinstance(x, Value) else x)
