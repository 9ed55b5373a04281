"""What does one thing in training and another in use: dropout, and averages over the batches.

A modal primitive is told `training` when it runs, which under a graph engine is later than when
it was built. So no VJP looks at `training`: it hands it on to modal primitives. What changes from
run to run (a counter, running statistics) comes in as an operand; layers write it back.
"""

import numpy as np

from diydl.exercise import exercise
from diydl.ops.random import draw_kept, mask_shape
from diydl.ops.shape import normal_axes
from diydl.primitive import primitive


def _first(x, *_, **__):
    return x


def _first_float(x, *_, **__):
    if x.kind != "f":
        raise TypeError(
            f"expected floating-point numbers, got {x}; convert with .astype('float32')"
        )
    return x


def _dropped(x, key, *, p, shared=(), **_):
    if not 0 <= p <= 1:
        raise ValueError(f"p={p}: the share that is dropped lies between 0 and 1")
    if key != (3,):
        raise ValueError(f"the key has shape {key}, expected (3,): seed, draw, run")
    normal_axes(shared, len(x))
    return x


@primitive(shape=_dropped, dtype=_first_float, flops=12, saves="key", view=True, modal=True)
def dropout(xp, x, key, *, p, shared=(), inverted=True, training):
    """Set each number to 0 with probability `p`, in training (Srivastava et al., 2014).

    Inverted dropout, the usual kind, divides the others by ``1 - p``, so that the mean stays as it
    is and nothing happens in use. Plain dropout, that of the paper, leaves the others as they are
    in training, and multiplies all by ``1 - p`` in use.

    Parameters
    ----------
    x : floating-point numbers of any shape
    key : (3,) uint64
        Seed, draw and run, as `diydl.backend.next_key` hands them out: the same key drops the
        same elements, so that the backward pass need not keep which they were.
    p : float
        From 0 to 1.
    shared : tuple of int
        Axes along which all elements share one draw: those of the pixels drop whole channels.

    Examples
    --------
    >>> key = np.array([0, 0, 0], np.uint64)
    >>> dropout(np.ones(6), key, p=0.5, training=True)
    array([0., 0., 2., 0., 0., 0.])
    >>> dropout(np.ones(6), key, p=0.5, training=False)
    array([1., 1., 1., 1., 1., 1.])
    >>> dropout(np.ones((2, 3)), np.array([0, 0, 1], np.uint64), p=0.5, shared=(1,), training=True)
    array([[2., 2., 2.],
           [0., 0., 0.]])
    """
    _dropped(x.shape, key.shape, p=p, shared=shared)
    dtype = _first_float(x.dtype)
    if not training or p == 0:
        return x if inverted or p == 0 else x * dtype.type(1 - p)
    if p == 1:
        return xp.zeros_like(x)
    mask = np.empty(mask_shape(x.shape, shared), bool)
    kept = xp.asarray(draw_kept(key, p, 0, mask))
    return drop(x, kept, p) if inverted else x * kept


@exercise("11/drop")
def drop(x, kept, p):
    """Return `x` with only those numbers that are `kept`, each divided by ``1 - p``.

    Parameters
    ----------
    x : floating-point numbers
    kept : booleans
        Of the shape of `x`, or of one that broadcasts to it.
    p : float
        The share that is dropped, from 0 to below 1: a Python number.

    Returns
    -------
    A new array with the dtype of `x`.

    Examples
    --------
    >>> drop(np.array([1.0, 2.0, 3.0]), np.array([True, False, True]), 0.5)
    array([2., 0., 6.])
    """
    out = x * x.dtype.type(1 / (1 - p))
    out *= kept  # many times as fast as where()
    return out


dropout.pieces = (drop,)


@dropout.def_vjp(0)
@exercise("11/dropout_vjp")
def dropout_vjp(g, out, x, key, *, p, shared=(), inverted=True, training):
    return dropout(g, key, p=p, shared=shared, inverted=inverted, training=training)


@primitive(shape=_first, dtype=_first, view=True, differentiable=False, modal=True)
def advance(xp, counter, *, training):
    """In training, return `counter` with its last (or only) number one higher; else itself.

    Examples
    --------
    >>> advance(np.array([7, 3, 0]), training=True), advance(np.array(5), training=False)
    (array([7, 3, 1]), array(5))
    """
    if not training:
        return counter
    step = np.zeros(counter.shape, counter.dtype)
    step[(..., -1) if counter.ndim else ()] = 1
    return counter + xp.asarray(step)


@primitive(shape=_first, dtype=_first, view=True, modal=True)
def in_training(xp, x, *, training):
    """Return `x` in training, and zeros else.

    Examples
    --------
    >>> in_training(np.ones(2), training=True), in_training(np.ones(2), training=False)
    (array([1., 1.]), array([0., 0.]))
    """
    return x if training else xp.zeros_like(x)


@in_training.def_vjp
def in_training_vjp(g, out, x, *, training):
    return (in_training(g, training=training),)


def _averaged(state, value, count, *, row=None, **_):
    if (value if row is None else value[1:]) != state or count:
        raise ValueError(f"an average of shape {state} cannot take a value of shape {value}")
    return state


@primitive(shape=_averaged, dtype=_first, flops=4, view=True, differentiable=False, modal=True)
def moving_average(xp, state, value, count, *, momentum, row=None, examples=None, training):
    """In training, return ``(1 - momentum) * state + momentum * value``; else `state` itself.

    Parameters
    ----------
    state, value : of one shape
    count : integer
        How many values came before; read where `momentum` is None.
    momentum : float or None
        Weight of the new value, as in PyTorch (Keras gives this name to that of the old one).
        None gives all values the same weight.
    row : int, optional
        Take this row of `value`, which holds several values.
    examples : int, optional
        Given if `value` is a variance, a mean over so many: it is multiplied by ``n / (n - 1)``,
        so that on average it is the variance of all there are, not only of these.

    Examples
    --------
    >>> one, five = np.ones(1), np.full(1, 5.0)
    >>> moving_average(one, five, np.array(3), momentum=0.1, training=True)
    array([1.4])
    >>> moving_average(one, five, np.array(3), momentum=None, training=True)
    array([2.])
    """
    if not training:
        return state
    weight = 1 / (count + 1) if momentum is None else momentum
    value = value if row is None else value[row]
    return running_average(state, value, weight, examples).astype(state.dtype, copy=False)


@exercise("11/running_average")
def running_average(old, new, momentum, examples=None):
    """Return ``(1 - momentum) * old + momentum * new``.

    Parameters
    ----------
    old, new : arrays of one shape
    momentum : float
        Weight of `new`.
    examples : int, optional
        Given if `new` is a variance, a mean of squares over so many: it is multiplied by
        ``n / (n - 1)`` first, since a few examples lie closer together than all there are.

    Examples
    --------
    >>> running_average(np.array([1.0]), np.array([5.0]), 0.1)
    array([1.4])
    >>> running_average(np.array([1.0]), np.array([4.0]), 0.5, examples=5)
    array([3.])
    """
    unbiased = 1 if examples is None else examples / (examples - 1)
    return (1 - momentum) * old + (momentum * unbiased) * new
