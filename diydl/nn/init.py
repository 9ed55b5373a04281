"""Beginnings: arrays that parameters start from, drawn from the seed of `diydl.seed`.

Each function takes a shape and returns an array; `fill` writes such arrays into the parameters of a
layer or of a whole model. Weights have PyTorch's layout, (out, in) or (out, in, kh, kw).

    init.fill(layer.weight, init.he_normal)                    kaiming_normal_ of PyTorch
    init.fill(model, init.xavier_uniform, nonlinearity="tanh")     the biases begin at 0
"""

import math

import numpy as np

from diydl.backend import default_dtype, device_of, next_key, to_device
from diydl.exercise import exercise
from diydl.nn.gain import calculate_gain, gain_of
from diydl.nn.walk import held, walk
from diydl.ops import random_normal, random_uniform
from diydl.parameter import Parameter

__all__ = [
    "calculate_gain",
    "constant",
    "fan_in_uniform",
    "fans",
    "fill",
    "gain_of",
    "he_normal",
    "he_uniform",
    "normal",
    "ones",
    "orthogonal",
    "sparse",
    "truncated_normal",
    "uniform",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]


def constant(shape, value, *, dtype=None):
    """Return an array of one and the same number.

    Examples
    --------
    >>> constant((2,), 0.5)
    array([0.5, 0.5], dtype=float32)
    """
    return np.full(shape, value, _dtype(dtype))


def zeros(shape, *, dtype=None):
    """Return zeros: for biases. Weights that all begin at 0 stay equal to one another.

    Examples
    --------
    >>> zeros((2,))
    array([0., 0.], dtype=float32)
    """
    return constant(shape, 0, dtype=dtype)


def ones(shape, *, dtype=None):
    """Return ones: for the weights of a norm.

    Examples
    --------
    >>> ones((2,))
    array([1., 1.], dtype=float32)
    """
    return constant(shape, 1, dtype=dtype)


def uniform(shape, low=0.0, high=1.0, *, dtype=None):
    """Draw evenly from `low` up to, but not including, `high`: variance (high - low)**2 / 12.

    Examples
    --------
    >>> bool(uniform((100,), -1, 1).min() >= -1)
    True
    """
    return random_uniform(next_key(), shape=_shape(shape), low=low, high=high, dtype=_dtype(dtype))


def normal(shape, mean=0.0, std=1.0, *, dtype=None):
    """Draw from the normal distribution.

    Examples
    --------
    >>> normal((2, 3), std=0.01).shape
    (2, 3)
    """
    return random_normal(next_key(), shape=_shape(shape), mean=mean, std=std, dtype=_dtype(dtype))


def truncated_normal(shape, mean=0.0, std=1.0, low=-2.0, high=2.0, *, dtype=None):
    """Draw from the part of the normal distribution between `low` and `high`.

    Parameters
    ----------
    shape : tuple of int
    mean, std : float
        Of the whole distribution; what is left of it varies less, 0.88 times `std` by default.
    low, high : float
        The bounds, counted in `std` from `mean`. (PyTorch's `a` and `b` are not: there a `std` of
        0.02 is cut at -2 and 2, which is a hundred times `std` away.)
    dtype : numpy dtype, optional

    Examples
    --------
    >>> bool(np.abs(truncated_normal((1000,), std=0.02)).max() <= 0.04)
    True
    """
    if not low < high:
        raise ValueError(f"truncated_normal: low is less than high, got {low} and {high}")
    drawn = normal(shape, dtype=np.float64)
    outside = (drawn < low) | (drawn > high)
    tries = 0
    while outside.any():
        if tries == 1000:
            raise ValueError(f"truncated_normal: hardly anything lies between {low} and {high}")
        drawn[outside] = normal((int(outside.sum()),), dtype=np.float64)
        outside, tries = (drawn < low) | (drawn > high), tries + 1
    return (mean + std * drawn).astype(_dtype(dtype))


@exercise("07/fans")
def fans(shape):
    """Return how many inputs an output has, and how many outputs an input has.

    The weight of a convolution, (out, in, kh, kw), meets each of the kh * kw places around a pixel.

    Raises
    ------
    ValueError
        For fewer than two axes: of a bias nobody can tell.

    Examples
    --------
    >>> fans((10, 64)), fans((16, 3, 5, 5))
    ((64, 10), (75, 400))
    """
    if len(shape) < 2:
        raise ValueError(f"a weight is (out, in) or (out, in, kh, kw), got the shape {shape}")
    places = math.prod(shape[2:])
    return shape[1] * places, shape[0] * places


@exercise("07/xavier_uniform")
def xavier_uniform(shape, gain=1.0, *, nonlinearity=None, dtype=None):
    """Draw evenly within ±gain * sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010, eq. 16).

    The variance is ``gain**2 * 2 / (fan_in + fan_out)``: the mean of what keeps the size of the
    signal on the way forward, 1 / fan_in, and of the gradient on the way back, 1 / fan_out.

    Parameters
    ----------
    shape : tuple of int
    gain : float
    nonlinearity : str, optional
        What follows: its `calculate_gain` takes the place of `gain`.
    dtype : numpy dtype, optional

    Examples
    --------
    >>> bool(np.abs(xavier_uniform((100, 200))).max() <= 0.1414214)
    True
    """
    gain = gain if nonlinearity is None else calculate_gain(nonlinearity)
    fan_in, fan_out = fans(shape)
    bound = gain * math.sqrt(6 / (fan_in + fan_out))
    return uniform(shape, -bound, bound, dtype=dtype)


def xavier_normal(shape, gain=1.0, *, nonlinearity=None, dtype=None):
    """Draw from a normal distribution with the variance of `xavier_uniform`.

    Examples
    --------
    >>> xavier_normal((2, 3)).shape
    (2, 3)
    """
    gain = gain if nonlinearity is None else calculate_gain(nonlinearity)
    return normal(shape, 0.0, gain * math.sqrt(2 / sum(fans(shape))), dtype=dtype)


@exercise("07/he_normal")
def he_normal(shape, *, nonlinearity="relu", mode="fan_in", dtype=None):
    """Draw from a normal distribution with the variance gain**2 / fan (He et al., 2015, eq. 10).

    PyTorch calls it `kaiming_normal_`.

    Parameters
    ----------
    shape : tuple of int
    nonlinearity : str
        What follows: `calculate_gain` tells its gain; sqrt(2) for "relu".
    mode : {"fan_in", "fan_out"}
        Keep the size of the signal on the way forward, or of the gradient on the way back.
    dtype : numpy dtype, optional

    Examples
    --------
    >>> he_normal((2, 3)).shape
    (2, 3)
    """
    return normal(shape, 0.0, _he_std(shape, nonlinearity, mode), dtype=dtype)


def he_uniform(shape, *, nonlinearity="relu", mode="fan_in", dtype=None):
    """Draw evenly with the variance of `he_normal`: within ±gain * sqrt(3 / fan).

    PyTorch calls it `kaiming_uniform_`.

    Examples
    --------
    >>> he_uniform((2, 3), mode="fan_out").shape
    (2, 3)
    """
    bound = math.sqrt(3) * _he_std(shape, nonlinearity, mode)
    return uniform(shape, -bound, bound, dtype=dtype)


def fan_in_uniform(shape, *, fan_in=None, dtype=None):
    """Draw from -1/sqrt(fan_in) to 1/sqrt(fan_in): PyTorch's default for linear layers.

    PyTorch writes it as ``kaiming_uniform_(a=sqrt(5))``. A sum of `fan_in` inputs of variance 1
    then has variance 1/3.

    Parameters
    ----------
    shape : tuple of int
    fan_in : int, optional
        Number of inputs of each output; the product of all axes but the first, if left out.
    dtype : numpy dtype, optional
        The default dtype, float32, if left out.

    Examples
    --------
    >>> w = fan_in_uniform((10, 64))
    >>> w.shape, w.dtype, bool(np.abs(w).max() <= 1 / 8)
    ((10, 64), dtype('float32'), True)
    """
    fan_in = math.prod(shape[1:]) if fan_in is None else fan_in
    bound = 1 / math.sqrt(fan_in) if fan_in else 0.0
    return uniform(shape, -bound, bound, dtype=dtype)


def orthogonal(shape, gain=1.0, *, dtype=None):
    """Draw a matrix whose rows (or columns, if there are more rows) are at right angles.

    It turns its input and keeps its length exactly, in any depth (Saxe et al., 2014). Axes after
    the first count as one.

    Examples
    --------
    >>> w = orthogonal((2, 3))
    >>> (w @ w.T).round(5) + 0.0
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    fans(shape)
    rows, columns = shape[0], math.prod(shape[1:])
    drawn = normal((max(rows, columns), min(rows, columns)), dtype=np.float64)
    q, r = np.linalg.qr(drawn)
    q = q * np.sign(np.diag(r))  # else not all directions are equally likely
    q = q if rows >= columns else q.T  # (rows, columns)
    return (gain * q).reshape(shape).astype(_dtype(dtype))


def sparse(shape, sparsity=0.9, std=0.01, *, dtype=None):
    """Draw a matrix (out, in) in which each input reaches a few outputs only (Martens, 2010).

    Parameters
    ----------
    shape : (out, in)
    sparsity : float
        Share of each column that is 0, rounded up to whole rows.
    std : float
        Of the rest, which is normally distributed.
    dtype : numpy dtype, optional

    Examples
    --------
    >>> (sparse((10, 3), sparsity=0.75) == 0).sum(axis=0)
    array([8, 8, 8])
    """
    if len(shape) != 2 or not 0 <= sparsity <= 1:
        raise ValueError(
            f"sparse: the shape is (out, in) and sparsity from 0 to 1, got {shape} and {sparsity}"
        )
    weight = normal(shape, 0.0, std, dtype=dtype)
    order = np.argsort(uniform(shape, dtype=np.float64), axis=0)  # an order of rows per column
    np.put_along_axis(weight, order[: math.ceil(sparsity * shape[0])], 0, axis=0)
    return weight


def fill(target, maker, *, biases=zeros, **options):
    """Write what `maker` draws into a parameter, or into all weights of a module.

    Parameters
    ----------
    target : Parameter or nn.Module
        Of a module, all parameters with two axes or more. The `bias` beside such a weight begins
        afresh too; other parameters with one axis (the weights of a norm) stay as they are.
    maker : callable
        ``maker(shape, dtype=..., **options)``: a function of this module.
    biases : callable or None
        What draws the biases; None leaves them as they are.
    **options
        Handed to `maker`.

    Returns
    -------
    The target.

    Examples
    --------
    >>> from diydl import nn
    >>> model = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2))
    >>> fill(model, xavier_uniform, nonlinearity="tanh")[0].bias
    Parameter([0., 0., 0.])
    >>> fill(nn.Parameter([1.0, 2.0]), constant, value=0.5)
    Parameter([0.5, 0.5])
    """
    if isinstance(target, Parameter):
        drawn = maker(target.shape, dtype=target.dtype, **options)
        target.write(to_device(drawn, device_of(target.data)))
        return target
    weights = [w for _, w in walk(target, Parameter) if w.ndim > 1]
    if not weights:
        raise ValueError(f"{type(target).__name__} has no parameter with two axes to begin afresh")
    for weight in weights:
        fill(weight, maker, **options)
    if biases is not None:
        for module in target.modules():
            own = {name: x for name, x in held(module) if isinstance(x, Parameter)}
            if "bias" in own and any(w.ndim > 1 for w in own.values()):
                fill(own["bias"], biases)
    return target


def _he_std(shape, nonlinearity, mode):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', got {mode!r}")
    fan = fans(shape)[mode == "fan_out"]
    return calculate_gain(nonlinearity) / math.sqrt(fan)


def _dtype(dtype):
    return default_dtype() if dtype is None else dtype


def _shape(shape):
    return (shape,) if isinstance(shape, int) else tuple(shape)
