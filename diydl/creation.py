"""Making tensors: from data, filled, or at random."""

import numpy as np

from diydl.backend import CPU, as_array, default_dtype, next_key, to_device
from diydl.engines.tape import Tensor
from diydl.ops.random import random_normal, random_uniform
from diydl.value import Value


def tensor(data, dtype=None, device=None, *, requires_grad=False):
    """Make a tensor from an array, a number or nested lists of numbers.

    Parameters
    ----------
    data : array, number, nested lists, or tensor
        Copied. Arrays keep their dtype; Python floats become the default dtype, float32.
    dtype : numpy dtype, optional
    device : str or Device, optional
        ``"cpu"`` or ``"cuda:0"``; where `data` is, if left out.
    requires_grad : bool
        Whether `backward` shall leave a gradient in ``grad``.

    Raises
    ------
    TypeError
        If `data` is no array of numbers, or holds integers and shall have a gradient.

    Examples
    --------
    >>> tensor([[1.0, 2.0], [3.0, 4.0]])
    tensor([[1., 2.],
            [3., 4.]])
    """
    array = as_array(data.data if isinstance(data, Value) else data, dtype)
    array = array.copy() if device is None else to_device(array.copy(), device)
    return Tensor(array, requires_grad=requires_grad)


def zeros(*shape, dtype=None, device=None, requires_grad=False):
    """Make a tensor of zeros: ``zeros(2, 3)`` or ``zeros((2, 3))``.

    Examples
    --------
    >>> zeros(2)
    tensor([0., 0.])
    """
    return full(_shape(shape), 0, dtype=dtype, device=device, requires_grad=requires_grad)


def ones(*shape, dtype=None, device=None, requires_grad=False):
    """Make a tensor of ones: ``ones(2, 3)`` or ``ones((2, 3))``.

    Examples
    --------
    >>> ones(2)
    tensor([1., 1.])
    """
    return full(_shape(shape), 1, dtype=dtype, device=device, requires_grad=requires_grad)


def full(shape, value, *, dtype=None, device=None, requires_grad=False):
    """Make a tensor of `shape`, every element `value`.

    Examples
    --------
    >>> full((2, 2), 7)
    tensor([[7., 7.],
            [7., 7.]])
    """
    array = np.full(shape, value, dtype or default_dtype())
    return Tensor(to_device(array, device or CPU), requires_grad=requires_grad)


def arange(*bounds, dtype=None, device=None):
    """Make a tensor of evenly spaced numbers, with `numpy.arange`'s arguments.

    Examples
    --------
    >>> arange(3)
    tensor([0, 1, 2])
    """
    if dtype is None and any(isinstance(b, float) for b in bounds):
        dtype = default_dtype()
    return Tensor(to_device(np.arange(*bounds, dtype=dtype), device or CPU))


def rand(*shape, dtype=None, device=None, requires_grad=False):
    """Make a tensor of uniform random numbers from [0, 1), from the seed set by `seed`.

    Examples
    --------
    >>> rand(2, 3).shape
    (2, 3)
    """
    array = random_uniform(next_key(), shape=_shape(shape), dtype=dtype or default_dtype())
    return Tensor(to_device(array, device or CPU), requires_grad=requires_grad)


def randn(*shape, dtype=None, device=None, requires_grad=False):
    """Make a tensor of standard normal random numbers, from the seed set by `seed`.

    Examples
    --------
    >>> randn(2, 3).shape
    (2, 3)
    """
    array = random_normal(next_key(), shape=_shape(shape), dtype=dtype or default_dtype())
    return Tensor(to_device(array, device or CPU), requires_grad=requires_grad)


def _shape(sizes):
    return tuple(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)) else sizes
