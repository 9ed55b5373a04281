"""Functions made of primitives: they need no VJP of their own."""

import numpy as np

from diydl.exercise import exercise
from diydl.ops.comparison import clip, maximum
from diydl.ops.elementwise import add, exp, log, stop_gradient
from diydl.ops.lookup import getitem
from diydl.ops.reduce import max, sum
from diydl.ops.shape import normal_axis


@exercise("00/relu")
def relu(x):
    """Replace what is negative by 0; the gradient at 0 is 0.

    Examples
    --------
    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return maximum(x, 0)


def split(x, *, sections, axis=0):
    """Cut `x` along an axis into equal parts, or into parts of the given sizes.

    Parameters
    ----------
    sections : int or tuple of int
        The number of equal parts, or the size of each part.

    Returns
    -------
    list
        The parts, views of `x`.

    Raises
    ------
    ValueError
        If the axis does not divide that way.

    Examples
    --------
    >>> split(np.arange(6), sections=3)
    [array([0, 1]), array([2, 3]), array([4, 5])]
    >>> split(np.arange(6), sections=(1, 5))
    [array([0]), array([1, 2, 3, 4, 5])]
    """
    axis = normal_axis(axis, x.ndim)
    sizes, size = sections, x.shape[axis]
    if isinstance(sections, int):
        sizes = (size // sections,) * sections if sections > 0 else ()
    if np.sum(sizes) != size or any(n < 0 for n in sizes):
        raise ValueError(
            f"split: axis {axis} of shape {x.shape} has {size} elements, which does not divide "
            f"into sections={sections}"
        )
    stops = np.cumsum(sizes).tolist()
    before = (slice(None),) * axis
    return [
        getitem(x, index=(*before, slice(stop - n, stop)))
        for n, stop in zip(sizes, stops, strict=True)
    ]


def softmax(x, *, axis=-1):
    """Turn scores into probabilities: ``exp(x) / sum(exp(x))`` along `axis`, at any scale.

    Examples
    --------
    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    e = exp(x - stop_gradient(max(x, axis=axis, keepdims=True)))  # a shift changes nothing
    return e / sum(e, axis=axis, keepdims=True)


@exercise("08/log_softmax")
def log_softmax(x, *, axis=-1):
    """Logarithm of `softmax`, without the detour through probabilities that may round to 0.

    Examples
    --------
    >>> log_softmax(np.array([1000.0, 0.0]))
    array([    0., -1000.])
    """
    shifted = x - stop_gradient(max(x, axis=axis, keepdims=True))
    return shifted - log(sum(exp(shifted), axis=axis, keepdims=True))


def logsumexp(x, *, axis=-1, keepdims=False):
    """``log(sum(exp(x)))`` along `axis`, without overflow.

    Examples
    --------
    >>> logsumexp(np.array([1000.0, -np.inf]))
    array(1000.)
    """
    limit = float(np.finfo(x.dtype).max)  # inf - inf would be NaN
    top = clip(stop_gradient(max(x, axis=axis, keepdims=True)), min=-limit, max=limit)
    total = log(sum(exp(x - top), axis=axis, keepdims=keepdims))
    return add(total, top if keepdims else top.reshape(total.shape))
