"""Random numbers as operations: the same key gives the same numbers, whoever asks.

A key is a uint64 array (seed, draw, run), as `diydl.backend.next_key` hands them out. Philox, a
counter-based generator (Salmon et al., 2011), starts from the key directly, so that no generator
has to be carried along.
"""

import numpy as np

from diydl.backend import default_dtype, to_numpy
from diydl.primitive import primitive


def _drawn_shape(key, *, shape, **_):
    if key != (3,):
        raise ValueError(f"the key has shape {key}, expected (3,): seed, draw, run")
    return tuple(shape)


def _drawn_dtype(key, *, dtype=None, **_):
    if key != np.uint64:
        raise TypeError(f"the key has dtype {key}, expected uint64: seed, draw, run")
    return np.dtype(dtype or default_dtype())


def philox(key):
    """Return a generator that begins at `key`.

    Examples
    --------
    >>> philox(np.array([3, 5, 7], np.uint64)).integers(10, size=3)
    array([9, 5, 0])
    """
    if key.shape != (3,) or key.dtype != np.uint64:
        raise ValueError(
            f"the key has shape {key.shape} and dtype {key.dtype}, expected (3,) and uint64: "
            "seed, draw, run, as diydl.backend.next_key() returns"
        )
    seed, draw, run = (int(n) for n in to_numpy(key))
    return np.random.Generator(np.random.Philox(key=[seed, draw], counter=[0, 0, 0, run]))


def _moved(xp, numbers, dtype):
    """Bring numbers drawn on the host to where the key lives, so that a GPU draws the same."""
    return xp.asarray(numbers.astype(np.dtype(dtype or default_dtype()), copy=False))


@primitive(shape=_drawn_shape, dtype=_drawn_dtype, flops=10, differentiable=False)
def random_uniform(xp, key, *, shape, low=0.0, high=1.0, dtype=None):
    """Draw numbers from `low` up to, but not including, `high`.

    Examples
    --------
    >>> from diydl.backend import next_key
    >>> random_uniform(next_key(), shape=(2, 3)).shape
    (2, 3)
    """
    numbers = low + (high - low) * philox(key).random(shape)
    kind = np.dtype(dtype or default_dtype()).type
    below = np.nextafter(kind(high), kind(low))  # rounding to float32 could reach `high`
    return _moved(xp, np.minimum(numbers.astype(kind), below), dtype)


@primitive(shape=_drawn_shape, dtype=_drawn_dtype, flops=20, differentiable=False)
def random_normal(xp, key, *, shape, mean=0.0, std=1.0, dtype=None):
    """Draw numbers from the normal distribution with this mean and standard deviation.

    Examples
    --------
    >>> from diydl.backend import next_key
    >>> random_normal(next_key(), shape=(2, 3)).shape
    (2, 3)
    """
    return _moved(xp, philox(key).normal(mean, std, shape), dtype)


@primitive(shape=_drawn_shape, dtype=_drawn_dtype, flops=10, differentiable=False)
def random_bernoulli(xp, key, *, shape, p, dtype=None):
    """Draw 1 with probability `p`, else 0.

    Examples
    --------
    >>> from diydl.backend import next_key
    >>> random_bernoulli(next_key(), shape=(3,), p=1.0)
    array([1., 1., 1.], dtype=float32)
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p={p}: a probability lies between 0 and 1")
    return _moved(xp, philox(key).random(shape) < p, dtype)
