"""Tables of numbers, one row for each example and one column for each feature, without a loop.

The distances make the simplest reader there is: the label of the nearest known example. It is the
mark that a network has to beat.
"""

from diydl.backend import array_module
from diydl.exercise import exercise


@exercise("01/standardise")
def standardise(x):
    """Shift and stretch every column to mean 0 and variance 1; a constant column becomes 0.

    Parameters
    ----------
    x : array of shape (N, D)
        Floating-point numbers, at least one row.

    Returns
    -------
    array
        Of the same shape and dtype. The variance is the mean of the squared distances from the
        mean (divided by N).

    Examples
    --------
    >>> import numpy as np
    >>> standardise(np.array([[1.0, 5.0], [3.0, 5.0]]))
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    xp = array_module(x)
    constant = x.max(axis=0, keepdims=True) == x.min(axis=0, keepdims=True)  # (1, D)
    centred = x - x.mean(axis=0, keepdims=True)  # (N, D)
    spread = x.std(axis=0, keepdims=True)  # (1, D)
    return xp.where(constant, 0, centred / xp.where(constant, 1, spread))


@exercise("01/pairwise_distances")
def pairwise_distances(a, b):
    """Distance of every row of `a` to every row of `b`, along a straight line.

    Subtracts before it squares, so that near points far from 0 keep their distance; that takes
    memory for N * M * D numbers.

    Parameters
    ----------
    a, b : arrays of shape (N, D) and (M, D)
        Floating-point numbers of one dtype. N and M may be 0.

    Returns
    -------
    array
        Shape (N, M), of the same dtype.

    Examples
    --------
    >>> import numpy as np
    >>> pairwise_distances(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[3.0, 0.0]]))
    array([[3.],
           [4.]])
    """
    difference = a[:, None, :] - b[None, :, :]  # (N, M, D)
    return array_module(a).sqrt((difference * difference).sum(axis=2))  # (N, M)
