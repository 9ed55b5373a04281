"""Weights for classes of different size."""

import numpy as np

from diydl.exercise import exercise


def balanced_weights(labels, classes):
    """Weights with which each class counts as much as any other: the rarer, the larger.

    A class with n of N examples gets ``N / (K * n)``, where K is the number of classes that
    occur; so the mean weight of an example is 1. A class that does not occur gets 0. (scikit-learn
    calls them "balanced".) They are the `weight` of `cross_entropy`.

    Parameters
    ----------
    labels : NumPy array of integers, of any shape
    classes : int

    Returns
    -------
    NumPy array (classes,)

    Examples
    --------
    >>> balanced_weights(np.array([0, 0, 0, 1]), 2).round(3)
    array([0.667, 2.   ])
    """
    counts = np.bincount(np.ravel(labels), minlength=classes)
    if len(counts) > classes:
        raise IndexError(f"labels up to {len(counts) - 1}, expected 0 to {classes - 1}")
    return balanced(counts)


@exercise("08/balanced")
def balanced(counts):
    """Return the weights of classes that have so many examples each.

    Examples
    --------
    >>> balanced(np.array([3, 0, 1])).round(3)
    array([0.667, 0.   , 2.   ])
    """
    occurs = counts > 0
    share = counts.sum() / occurs.sum()  # what each class would have if all had the same
    return np.where(occurs, share / np.maximum(counts, 1), 0.0)
