"""Random numbers as operations: the same key gives the same numbers, whoever asks.

A key is a uint64 array (seed, draw, run), as `diydl.backend.next_key` hands them out. Philox, a
counter-based generator (Salmon et al., 2011), starts from the key directly, so that no generator
has to be carried along.
"""

import threading

import numpy as np

from diydl.backend import default_dtype, to_numpy
from diydl.ops.shape import normal_axes
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
    seed, draw, run = _numbers(key)
    return np.random.Generator(np.random.Philox(key=[seed, draw], counter=[0, 0, 0, run]))


class _Source(threading.local):
    """A source of bits of each thread: setting its state takes a tenth of making another."""

    def __init__(self):
        self.bits = np.random.Philox(key=0)
        self.start = self.bits.state


_source = _Source()


def raw_bits(key, count, skip=0):
    """Return `count` words of 64 bits, from word number ``4 * skip`` of those that `key` gives.

    Examples
    --------
    >>> key = np.array([3, 5, 7], np.uint64)
    >>> raw_bits(key, 2, skip=1) == raw_bits(key, 6)[4:]
    array([ True,  True])
    """
    seed, draw, run = _numbers(key)
    source, start = _source.bits, _source.start
    start["state"]["key"][:] = seed, draw
    start["state"]["counter"][:] = skip, 0, 0, run
    source.state = start
    return source.random_raw(count)


def _numbers(key):
    if key.shape != (3,) or key.dtype != np.uint64:
        raise ValueError(
            f"the key has shape {key.shape} and dtype {key.dtype}, expected (3,) and uint64: "
            "seed, draw, run, as diydl.backend.next_key() returns"
        )
    return to_numpy(key).tolist()


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


def mask_shape(shape, shared):
    """Return the shape of the mask of `dropout`: size 1 along axes that share their fate.

    Examples
    --------
    >>> mask_shape((5, 3, 2), (-1,))
    (5, 3, 1)
    """
    axes = normal_axes(shared, len(shape))
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def draw_kept(key, p, start, out):
    """Fill `out` with which elements dropout keeps, from the element number `start` on.

    Drawn on the host, so that a GPU drops the same: 32 bits for each element.

    Examples
    --------
    >>> key = np.array([0, 0, 0], np.uint64)
    >>> draw_kept(key, 0.5, 0, np.empty(6, bool))
    array([False, False,  True, False, False, False])
    >>> draw_kept(key, 0.5, 2, np.empty(4, bool))
    array([ True, False, False, False])
    """
    skip = start % 8  # of the eight that Philox makes at a time
    bits = raw_bits(key, (skip + out.size + 1) // 2, start // 8)
    bits = bits.astype("<u8", copy=False).view("<u4")[skip : skip + out.size]
    limit = min(round(p * 2**32), 2**32 - 1)
    np.greater_equal(bits.reshape(out.shape), np.uint32(limit), out=out)
    return out


def _mask(key, *, shape, p):
    if not 0 <= p <= 1:
        raise ValueError(f"p={p}: the share that is dropped lies between 0 and 1")
    return _drawn_shape(key, shape=shape)


@primitive(shape=_mask, dtype=lambda *_, **__: np.dtype(bool), flops=10, differentiable=False)
def dropout_mask(xp, key, *, shape, p):
    """Tell which elements of an array of `shape` `dropout` keeps for this key.

    A plan draws it once, for the forward and the backward pass.

    Examples
    --------
    >>> dropout_mask(np.array([0, 0, 0], np.uint64), shape=(6,), p=0.5)
    array([False, False,  True, False, False, False])
    """
    _mask(key.shape, shape=shape, p=p)
    return xp.asarray(draw_kept(key, p, 0, np.empty(shape, bool)))
