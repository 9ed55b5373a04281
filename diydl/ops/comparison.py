"""Comparisons, and operations in pieces: where, maximum, minimum, clip, abs, sign."""

import numpy as np

from diydl.ops.shape import unbroadcast
from diydl.primitive import primitive
from diydl.rules import boolean, broadcast


@primitive(shape=broadcast, dtype=boolean, kernel="{0} == {1}", differentiable=False)
def equal(xp, x, y):
    """Elementwise ``x == y``.

    Examples
    --------
    >>> equal(np.array([1, 2]), 2)
    array([False,  True])
    """
    return xp.equal(x, y)


@primitive(shape=broadcast, dtype=boolean, kernel="{0} != {1}", differentiable=False)
def not_equal(xp, x, y):
    """Elementwise ``x != y``.

    Examples
    --------
    >>> not_equal(np.array([1, 2]), 2)
    array([ True, False])
    """
    return xp.not_equal(x, y)


@primitive(shape=broadcast, dtype=boolean, kernel="{0} < {1}", differentiable=False)
def less(xp, x, y):
    """Elementwise ``x < y``.

    Examples
    --------
    >>> less(np.array([1, 2]), 2)
    array([ True, False])
    """
    return xp.less(x, y)


@primitive(shape=broadcast, dtype=boolean, kernel="{0} <= {1}", differentiable=False)
def less_equal(xp, x, y):
    """Elementwise ``x <= y``.

    Examples
    --------
    >>> less_equal(np.array([1, 2, 3]), 2)
    array([ True,  True, False])
    """
    return xp.less_equal(x, y)


@primitive(shape=broadcast, dtype=boolean, kernel="{0} > {1}", differentiable=False)
def greater(xp, x, y):
    """Elementwise ``x > y``.

    Examples
    --------
    >>> greater(np.array([1, 2, 3]), 2)
    array([False, False,  True])
    """
    return xp.greater(x, y)


@primitive(shape=broadcast, dtype=boolean, kernel="{0} >= {1}", differentiable=False)
def greater_equal(xp, x, y):
    """Elementwise ``x >= y``.

    Examples
    --------
    >>> greater_equal(np.array([1, 2, 3]), 2)
    array([False,  True,  True])
    """
    return xp.greater_equal(x, y)


def _chosen_dtype(condition, *dtypes):
    return np.result_type(*dtypes)


@primitive(shape=broadcast, dtype=_chosen_dtype, kernel="{0} ? {1} : {2}", saves="condition")
def where(xp, condition, x, y):
    """Take `x` where `condition` is true, else `y`.

    Examples
    --------
    >>> where(np.array([True, False]), 1.0, np.zeros(2))
    array([1., 0.])
    """
    return xp.where(condition, x, y)


@where.def_vjp(1)
def where_vjp_x(g, out, condition, x, y):
    return unbroadcast(where(condition, g, 0), x.shape)


@where.def_vjp(2)
def where_vjp_y(g, out, condition, x, y):
    return unbroadcast(where(condition, 0, g), y.shape)


def _side_by_side(xp, x, y):
    """Repeat a number along the last axis: NumPy's maximum is fast for two arrays only."""
    if xp is np and y.ndim == 0 and x.ndim and x.shape[-1] >= 256:
        y = np.full(x.shape[-1:], y)
    return x, y


_LARGER = "({0} > {1} || {0} != {0}) ? {0} : {1}"  # NaN wins, as in NumPy; fmax would drop it
_SMALLER = "({0} < {1} || {0} != {0}) ? {0} : {1}"


@primitive(shape=broadcast, kernel=_LARGER, saves="out y")
def maximum(xp, x, y):
    """Elementwise larger one of two.

    Where both are equal the gradient goes to `y`: so ``maximum(x, 0)`` has the gradient 0 at 0,
    which is what every framework chose for relu. (``torch.maximum`` itself splits it in halves.)

    Examples
    --------
    >>> maximum(np.array([-1.0, 2.0]), 0)
    array([0., 2.])
    """
    return xp.maximum(*_side_by_side(xp, x, y))


@maximum.def_vjp(0)
def maximum_vjp_x(g, out, x, y):
    return unbroadcast(g * (out > y), x.shape)  # ten times as fast as where(out > y, g, 0)


@maximum.def_vjp(1)
def maximum_vjp_y(g, out, x, y):
    return unbroadcast(g * (out <= y), y.shape)


@primitive(shape=broadcast, kernel=_SMALLER, saves="out y")
def minimum(xp, x, y):
    """Elementwise smaller one of two; where both are equal the gradient goes to `y`.

    Examples
    --------
    >>> minimum(np.array([-1.0, 2.0]), 0)
    array([-1.,  0.])
    """
    return xp.minimum(*_side_by_side(xp, x, y))


@minimum.def_vjp(0)
def minimum_vjp_x(g, out, x, y):
    return unbroadcast(g * (out < y), x.shape)


@minimum.def_vjp(1)
def minimum_vjp_y(g, out, x, y):
    return unbroadcast(g * (out >= y), y.shape)


def _same(shape, *, min=None, max=None):
    if min is None and max is None:
        raise ValueError("nothing to clip to: give min=, max= or both")
    return shape


def _clipped(dtype, *, min=None, max=None):
    return np.result_type(dtype, *(n for n in (min, max) if n is not None))


@primitive(shape=_same, dtype=_clipped, flops=2, saves="x")
def clip(xp, x, *, min=None, max=None):
    """Limit every element to the numbers `min` and `max`; either may be left out.

    The gradient passes where ``min <= x <= max``, as in PyTorch.

    Examples
    --------
    >>> clip(np.array([-1.0, 0.5, 7.0]), min=0, max=1)
    array([0. , 0.5, 1. ])
    """
    if min is None and max is None:
        raise ValueError("nothing to clip to")
    return xp.clip(x, min, max)


@clip.def_vjp
def clip_vjp(g, out, x, *, min=None, max=None):
    if min is not None:
        g = g * (x >= min)
    if max is not None:
        g = g * (x <= max)
    return (g,)


@primitive(shape=broadcast, kernel="{0} < 0 ? -{0} : {0}", saves="x")
def abs(xp, x):
    """Elementwise absolute value; its gradient at 0 is 0.

    Examples
    --------
    >>> abs(np.array([-1.0, 2.0]))
    array([1., 2.])
    """
    return xp.absolute(x)


@abs.def_vjp
def abs_vjp(g, out, x):
    return (g * sign(x),)


@primitive(shape=broadcast, kernel="({0} > 0) - ({0} < 0)", differentiable=False)
def sign(xp, x):
    """Elementwise sign: -1, 0 or 1.

    Examples
    --------
    >>> sign(np.array([-3.0, 0.0, 2.0]))
    array([-1.,  0.,  1.])
    """
    return xp.sign(x)
