"""Numbers that say how good a network is. They take arrays or values and return Python floats."""

import numpy as np

from diydl.backend import as_array, to_numpy
from diydl.exercise import exercise
from diydl.value import Value


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
    scores, labels = plain(scores), plain(labels)
    if scores.ndim != 2 or labels.shape != scores.shape[:1] or not scores.size:
        raise ValueError(
            "accuracy: expected scores of shape (B, K) and labels of shape (B,) with B > 0, got "
            f"{scores.shape} and {labels.shape}; give one row of scores for each label"
        )
    return float((scores.argmax(axis=1) == labels).mean())


def top_k_accuracy(scores, labels, k=5):
    """Fraction of rows whose label is among the `k` highest scores.

    A class that ties with the label counts as ranked before it only if it stands further left, so
    that ``k=1`` is `accuracy`.

    Parameters
    ----------
    scores : array or Tensor of shape (..., K)
    labels : array or Tensor of shape (...)
    k : int
        From 1 to K.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([[0.1, 0.5, 0.4], [0.7, 0.2, 0.1]])
    >>> top_k_accuracy(scores, np.array([2, 2]), k=2)
    0.5
    """
    scores, labels = rows("top_k_accuracy", scores, labels)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"top_k_accuracy: k lies between 1 and {scores.shape[1]} here, got {k}")
    return float((ranks(scores, labels) < k).mean())


def psnr(images, targets, *, peak=1.0):
    """Peak signal-to-noise ratio in decibels, averaged over the images; higher is closer.

    ``10 log10(peak**2 / mse)`` for each image; infinite where an image is met exactly.

    Parameters
    ----------
    images, targets : arrays or Tensors of one shape, (B, ...)
    peak : float
        The largest value that a pixel can have.

    Examples
    --------
    >>> import numpy as np
    >>> round(psnr(np.full((1, 4, 4), 0.6), np.full((1, 4, 4), 0.5)), 6)
    20.0
    """
    return float(psnr_of_each(images, targets, peak).mean())


def psnr_of_each(images, targets, peak=1.0):
    """Return the PSNR of each image: shape (B,). See `psnr`.

    Examples
    --------
    >>> import numpy as np
    >>> psnr_of_each(np.full((2, 3), 0.6), np.full((2, 3), 0.5)).round(6)
    array([20., 20.])
    """
    images, targets = plain(images), plain(targets)
    if images.shape != targets.shape or images.ndim < 2 or not images.size:
        raise ValueError(
            "psnr: expected images and targets of one shape (B, ...) with B > 0, got "
            f"{images.shape} and {targets.shape}; one image alone is image[None]"
        )
    squares = (images.astype(np.float64) - targets) ** 2
    errors = squares.reshape(len(squares), -1).mean(axis=1)  # (B,)
    with np.errstate(divide="ignore"):
        return 10 * np.log10(peak**2 / errors)


def plain(x):
    """Return the numbers of an array, a value or a list as a NumPy array.

    Examples
    --------
    >>> import diydl as dl
    >>> plain(dl.tensor([1.0, 2.0]))
    array([1., 2.], dtype=float32)
    """
    return to_numpy(x.data if isinstance(x, Value) else as_array(x))


def rows(called, scores, labels):
    """Return scores as (N, K) and labels as (N,), or say what does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> scores, labels = rows("accuracy", np.zeros((2, 5, 3)), np.zeros((2, 5), int))
    >>> scores.shape, labels.shape
    ((10, 3), (10,))
    """
    scores, labels = plain(scores), plain(labels)
    if scores.ndim < 1 or labels.shape != scores.shape[:-1] or not scores.size:
        raise ValueError(
            f"{called}: expected scores of shape (..., K) and labels of shape (...), not empty, "
            f"got {scores.shape} and {labels.shape}; give one row of scores for each label"
        )
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{called}: labels are whole numbers, got {labels.dtype}")
    return scores.reshape(-1, scores.shape[-1]), labels.reshape(-1)


@exercise("10/ranks")
def ranks(scores, labels):
    """Return for each row how many classes rank before the label: 0 if it is the highest.

    Examples
    --------
    >>> import numpy as np
    >>> ranks(np.array([[0.1, 0.5, 0.4]]), np.array([2]))
    array([1])
    """
    own = np.take_along_axis(scores, labels[:, None].astype(np.int64), axis=1)  # (N, 1)
    left = np.arange(scores.shape[1]) < labels[:, None]
    before = (scores > own) | ((scores == own) & left) | np.isnan(own)
    return before.sum(axis=1)
