"""Gradient clipping: no step longer than wanted, however steep the place.

Pascanu, Mikolov and Bengio (2013): where a loss has cliffs, one gradient can throw all parameters
far away. `clip_grad_norm_` and `clip_grad_value_` change what the parameters hold, as PyTorch's do;
`clipped` is the same as operations, for graphs and plans.
"""

import functools
import math
import operator

import numpy as np

from diydl.exercise import exercise
from diydl.ops import cast, maximum, sqrt, sum, where
from diydl.ops import clip as limited
from diydl.optim.group import positive
from diydl.parameter import Parameter


@exercise("09/global_norm")
def global_norm(gradients):
    """Return the length of all gradients together, as if they were one long vector.

    Squares are taken in float64: those of float16 overflow from 256 on.

    Parameters
    ----------
    gradients : list of array or tensor
        Of any shapes; at least one.

    Returns
    -------
    A float64 number: an array, or a tensor of their engine.

    Examples
    --------
    >>> global_norm([np.array([3.0, 0.0]), np.array([[4.0]])])
    array(5.)
    """
    wide = [cast(g, dtype=np.float64) for g in gradients]
    return sqrt(functools.reduce(operator.add, [sum(g * g) for g in wide]))


def clipped(gradients, max_norm):
    """Return the gradients scaled down to a common length, and the length that they had.

    Made of operations, so that it can be part of a graph or plan. Under an eager engine nothing is
    recorded beyond what the gradients themselves record.

    Parameters
    ----------
    gradients : list of tensor, array or None
    max_norm : float
        Where their length is not finite, they stay as they are.

    Returns
    -------
    (list of gradients, length)

    Examples
    --------
    >>> import diydl as dl
    >>> from diydl import optim
    >>> short, length = optim.clipped([dl.tensor([3.0]), None, dl.tensor([4.0])], max_norm=1.0)
    >>> short[0].numpy().round(3), float(length)
    (array([0.6], dtype=float32), 5.0)
    """
    max_norm = positive("max_norm", max_norm)
    found = [g for g in gradients if g is not None]
    if not found:
        raise ValueError("there is no gradient to clip: call backward first")
    length = global_norm(found)
    factor = where(length < math.inf, max_norm / maximum(length, max_norm), 1.0)
    return [None if g is None else g * cast(factor, dtype=g.dtype) for g in gradients], length


def clip_grad_norm_(parameters, max_norm, *, error_if_nonfinite=False):
    """Scale all gradients by one number, so that together they are not longer than `max_norm`.

    The direction stays. Parameters without a gradient count nothing.

    Parameters
    ----------
    parameters : Parameter or list of Parameter
    max_norm : float
        Above 0.
    error_if_nonfinite : bool
        Whether gradients that are not all finite are an error. Otherwise they stay as they are:
        PyTorch spreads one NaN over all of them, and then nobody finds where it came from.

    Returns
    -------
    float
        The length before: worth a look in every training.

    Raises
    ------
    RuntimeError
        If the length is not finite and that was to be an error; then nothing has been changed.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> w = nn.Parameter([3.0, 4.0])
    >>> (w * w).sum().backward()
    >>> optim.clip_grad_norm_([w], max_norm=1.0)
    10.0
    >>> w.grad.numpy().round(3)
    array([0.6, 0.8], dtype=float32)
    """
    max_norm, found = positive("max_norm", max_norm), _with_gradient(parameters)
    if not found:
        return 0.0
    gradients: list = [p.grad for p in found]
    length = float(global_norm(gradients))
    if not math.isfinite(length):
        if error_if_nonfinite:
            raise RuntimeError(
                f"the gradients together have length {length}: {_culprit(found)}; look for a "
                "division by zero, a log of 0 or a learning rate too large"
            )
        return length
    if length > max_norm:
        for parameter, g in zip(found, gradients, strict=True):
            parameter.grad = g * (max_norm / length)
    return length


def clip_grad_value_(parameters, clip_value):
    """Limit every element of every gradient to the range from ``-clip_value`` to `clip_value`.

    The direction changes. What is NaN stays NaN.

    Parameters
    ----------
    parameters : Parameter or list of Parameter
    clip_value : float
        Above 0.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> w = nn.Parameter([3.0, 0.25])
    >>> (w * w).sum().backward()
    >>> optim.clip_grad_value_([w], 1.0)
    >>> w.grad
    tensor([1. , 0.5])
    """
    limit = positive("clip_value", clip_value)
    for parameter in _with_gradient(parameters):
        parameter.grad = limited(parameter.grad, min=-limit, max=limit)


def _with_gradient(parameters):
    listed = [parameters] if isinstance(parameters, Parameter) else list(parameters)
    for i, p in enumerate(listed):
        if not isinstance(p, Parameter):
            raise TypeError(
                f"entry {i} is a {type(p).__name__}, expected a Parameter: pass model.parameters()"
            )
    return [p for p in listed if p.grad is not None]


def _culprit(parameters):
    for i, p in enumerate(parameters):
        if not math.isfinite(float(global_norm([p.grad]))):
            return f"that of parameter {p.name or i!r}, of shape {p.shape}, is not finite"
    return "each of them is finite, but not their sum of squares"
