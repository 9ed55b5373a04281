"""What large parameters cost: L1 and L2 regularisation as terms of the loss.

A penalty is added to the loss, so that the loss that is reported is the one that is minimised,
and each group of parameters may have its own:

    loss = cross_entropy(model(x), y) + l2_penalty(model[0], 1e-3) + l1_penalty(model[2], 1e-4)

An optimizer's `weight_decay` adds the gradient of `l2_penalty` of the same strength, but counts in
no loss.
"""

import functools
import operator

import numpy as np

from diydl.nn.module import Module
from diydl.ops import abs, sum
from diydl.parameter import Parameter
from diydl.value import Value


def l2_penalty(parameters, strength, *, biases=False):
    """``strength / 2`` times the sum of all squares: pulls each parameter towards 0 by its size.

    Parameters
    ----------
    parameters : Module, Parameter or list of Parameter
        Of a module, its parameters.
    strength : float
        From 0. The gradient is ``strength * w``, that of ``weight_decay=strength``.
    biases : bool
        Whether parameters with fewer than two axes count too: biases, and the weights of a norm.

    Returns
    -------
    One number, to be added to a loss.

    Examples
    --------
    >>> from diydl import nn
    >>> l2_penalty(nn.Parameter([[3.0, 4.0]]), 0.1)
    tensor(1.25, grad_fn=<mul>)
    """
    return _total(parameters, strength, lambda w: sum(w * w), 0.5, biases)


def l1_penalty(parameters, strength, *, biases=False):
    """`strength` times the sum of all absolute values: drives what matters little to exactly 0.

    Parameters
    ----------
    parameters : Module, Parameter or list of Parameter
        Of a module, its parameters.
    strength : float
        From 0. The gradient is ``strength * sign(w)``.
    biases : bool
        Whether parameters with fewer than two axes count too: biases, and the weights of a norm.

    Returns
    -------
    One number, to be added to a loss.

    Examples
    --------
    >>> from diydl import nn
    >>> l1_penalty(nn.Parameter([[3.0, -4.0]]), 0.5)
    tensor(3.5, grad_fn=<mul>)
    """
    return _total(parameters, strength, lambda w: sum(abs(w)), 1.0, biases)


def _total(parameters, strength, size, factor, biases):
    if not (isinstance(strength, (int, float, np.number)) and strength >= 0):
        raise ValueError(f"strength is a number from 0, got {strength!r}")
    if isinstance(parameters, Module):
        parameters = parameters.parameters()
    listed = [parameters] if isinstance(parameters, Value) else list(parameters)
    for i, w in enumerate(listed):
        if not isinstance(w, Parameter):
            raise TypeError(f"entry {i} is a {type(w).__name__}, expected a Parameter")
    counted = [w for w in listed if biases or w.ndim > 1]
    if not counted:
        raise ValueError(
            "there is nothing to count: no parameter has two axes or more; biases=True counts "
            "the others too"
        )
    return functools.reduce(operator.add, map(size, counted)) * float(factor * strength)
