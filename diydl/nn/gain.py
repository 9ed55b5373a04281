"""How much a nonlinear function shrinks a signal, and by what its weights make up for it."""

import math

import numpy as np

from diydl.exercise import exercise
from diydl.ops import sigmoid

GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}


def calculate_gain(nonlinearity, param=None):
    """Return by what weights are multiplied, so that a signal keeps its size through a layer.

    For "linear", "sigmoid", "tanh", "relu", "leaky_relu" and "selu" these are PyTorch's numbers,
    some of them rules of thumb; for "gelu", "silu" and "elu" what `gain_of` finds.

    Parameters
    ----------
    nonlinearity : str or callable
        A name, or a function of arrays, for which `gain_of` is asked.
    param : float, optional
        Slope of the leaky part (0.01) or scale of ELU (1).

    Examples
    --------
    >>> calculate_gain("relu"), round(calculate_gain("gelu"), 4)
    (1.4142135623730951, 1.5335)
    """
    if callable(nonlinearity):
        return gain_of(nonlinearity)
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity in GAINS:
        return GAINS[nonlinearity]
    if nonlinearity not in _FUNCTIONS:
        known = ", ".join([*GAINS, "leaky_relu", *_FUNCTIONS])
        raise ValueError(
            f"there is no gain for {nonlinearity!r}; there is one for {known}, and for any "
            "function: calculate_gain(diydl.tanh)"
        )
    return gain_of(_FUNCTIONS[nonlinearity](1.0 if param is None else param))


@exercise("07/gain_of")
def gain_of(function):
    """Return 1 / sqrt(E f(z)**2) for a standard normal z: what keeps the mean square at 1.

    Parameters
    ----------
    function : callable
        From a float64 array to one of the same shape, element by element.

    Examples
    --------
    >>> round(gain_of(lambda z: np.maximum(z, 0)), 4), round(gain_of(np.tanh), 4)
    (1.4142, 1.5925)
    """
    z = np.linspace(-9, 9, 18001)  # beyond 9, the density is below 1e-18
    density = np.exp(-z * z / 2)
    square = np.sum(function(z) ** 2 * density) / np.sum(density)
    return float(1 / np.sqrt(square))


def _gelu(_):
    erf = np.vectorize(math.erf)
    return lambda z: z * 0.5 * (1 + erf(z / math.sqrt(2)))


_FUNCTIONS = {
    "gelu": _gelu,
    "silu": lambda _: lambda z: z * sigmoid(z),
    "elu": lambda alpha: lambda z: np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0))),
}
