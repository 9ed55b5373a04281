"""Beginnings: arrays that parameters start from, drawn from the seed of `diydl.seed`."""

import math

from diydl.backend import default_dtype, next_key
from diydl.ops import random_uniform


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
    >>> import numpy as np
    >>> w = fan_in_uniform((10, 64))
    >>> w.shape, w.dtype, bool(np.abs(w).max() <= 1 / 8)
    ((10, 64), dtype('float32'), True)
    """
    fan_in = math.prod(shape[1:]) if fan_in is None else fan_in
    bound = 1 / math.sqrt(fan_in) if fan_in else 0.0
    dtype = default_dtype() if dtype is None else dtype
    return random_uniform(next_key(), shape=shape, low=-bound, high=bound, dtype=dtype)
