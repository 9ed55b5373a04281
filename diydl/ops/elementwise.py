"""Operations on each element by itself: arithmetic, powers, exponentials, conversions.

Operands of different shapes broadcast; a VJP then sums what comes back with `unbroadcast`. Of two
operands each has a VJP of its own, so that nobody pays for a gradient that nobody needs.
"""

import numpy as np

from diydl.exercise import exercise
from diydl.ops.comparison import where
from diydl.ops.shape import unbroadcast
from diydl.primitive import primitive
from diydl.rules import broadcast, floating


@primitive(shape=broadcast, kernel="{0} + {1}")
def add(xp, x, y):
    """Elementwise sum.

    Examples
    --------
    >>> add(np.array([1.0, 2.0]), 1.0)
    array([2., 3.])
    """
    return xp.add(x, y)


@add.def_vjp(0)
def add_vjp_x(g, out, x, y):
    return unbroadcast(g, x.shape)


@add.def_vjp(1)
@exercise("03/add_vjp_y")
def add_vjp_y(g, out, x, y):
    return unbroadcast(g, y.shape)


@primitive(shape=broadcast, kernel="{0} - {1}")
def sub(xp, x, y):
    """Elementwise difference.

    Examples
    --------
    >>> sub(np.array([1.0, 2.0]), 1.0)
    array([0., 1.])
    """
    return xp.subtract(x, y)


@sub.def_vjp(0)
def sub_vjp_x(g, out, x, y):
    return unbroadcast(g, x.shape)


@sub.def_vjp(1)
def sub_vjp_y(g, out, x, y):
    return -unbroadcast(g, y.shape)


@primitive(shape=broadcast, kernel="{0} * {1}")
def mul(xp, x, y):
    """Elementwise product.

    Examples
    --------
    >>> mul(np.array([1.0, 2.0]), 3.0)
    array([3., 6.])
    """
    return xp.multiply(x, y)


@mul.def_vjp(0, saves="y")
@exercise("03/mul_vjp_x")
def mul_vjp_x(g, out, x, y):
    return unbroadcast(g * y, x.shape)


@mul.def_vjp(1, saves="x")
@exercise("03/mul_vjp_y")
def mul_vjp_y(g, out, x, y):
    return unbroadcast(g * x, y.shape)


@primitive(shape=broadcast, dtype=floating, kernel="{0} / {1}")
def div(xp, x, y):
    """Elementwise quotient; of integers too it is a floating-point number.

    Examples
    --------
    >>> div(np.array([1, 2]), 2)
    array([0.5, 1. ])
    """
    return xp.true_divide(x, y)


@div.def_vjp(0, saves="y")
def div_vjp_x(g, out, x, y):
    return unbroadcast(g / y, x.shape)


@div.def_vjp(1, saves="out y")
def div_vjp_y(g, out, x, y):
    return -unbroadcast(g * out, y.shape) / y  # -g x / y**2, divided after summing


@primitive(shape=broadcast, kernel="-{0}")
def neg(xp, x):
    """Elementwise negative.

    Examples
    --------
    >>> neg(np.array([1.0, -2.0]))
    array([-1.,  2.])
    """
    return xp.negative(x)


@neg.def_vjp
@exercise("02/neg_vjp")
def neg_vjp(g, out, x):
    return (-g,)


@primitive(shape=broadcast, kernel="pow({0}, {1})")
def pow(xp, x, y):
    """Elementwise ``x ** y``.

    Examples
    --------
    >>> pow(np.array([1.0, 2.0, 3.0]), 2)
    array([1., 4., 9.])
    """
    if isinstance(y, np.generic) and y.dtype == x.dtype:
        y = y.item()  # NumPy knows short ways for the Python numbers 2, 0.5 and -1
    return x**y


@pow.def_vjp(0, saves="x y")
def pow_vjp_x(g, out, x, y):
    lower = where(y == 0, 1, y - 1)  # so that x ** 0 has the gradient 0 at x = 0 too
    return unbroadcast(g * y * x**lower, x.shape)


@pow.def_vjp(1, saves="x out")
def pow_vjp_y(g, out, x, y):
    safe = where(x == 0, 1, x)  # 0 ** y is flat in y
    return unbroadcast(g * out * log(safe), y.shape)


@primitive(shape=broadcast, dtype=floating, kernel="exp({0})", saves="out")
def exp(xp, x):
    """Elementwise exponential.

    Examples
    --------
    >>> exp(np.zeros(2))
    array([1., 1.])
    """
    return xp.exp(x)


@exp.def_vjp
@exercise("02/exp_vjp")
def exp_vjp(g, out, x):
    return (g * out,)


@primitive(shape=broadcast, dtype=floating, kernel="log({0})", saves="x")
def log(xp, x):
    """Elementwise natural logarithm.

    Examples
    --------
    >>> log(np.ones(2))
    array([0., 0.])
    """
    return xp.log(x)


@log.def_vjp
def log_vjp(g, out, x):
    return (g / x,)


@primitive(shape=broadcast, dtype=floating, kernel="log1p({0})", saves="x")
def log1p(xp, x):
    """Elementwise ``log(1 + x)``, exact for small x.

    Examples
    --------
    >>> log1p(np.array([0.0, 1e-20]))
    array([0.e+00, 1.e-20])
    """
    return xp.log1p(x)


@log1p.def_vjp
def log1p_vjp(g, out, x):
    return (g / (x + 1),)


@primitive(shape=broadcast, dtype=floating, kernel="expm1({0})", saves="out")
def expm1(xp, x):
    """Elementwise ``exp(x) - 1``, exact for small x.

    Examples
    --------
    >>> expm1(np.array([0.0, 1e-20]))
    array([0.e+00, 1.e-20])
    """
    return xp.expm1(x)


@expm1.def_vjp
def expm1_vjp(g, out, x):
    return (g * (out + 1),)


@primitive(shape=broadcast, dtype=floating, kernel="sqrt({0})", saves="out")
def sqrt(xp, x):
    """Elementwise square root.

    Examples
    --------
    >>> sqrt(np.array([4.0, 9.0]))
    array([2., 3.])
    """
    return xp.sqrt(x)


@sqrt.def_vjp
def sqrt_vjp(g, out, x):
    return (g * 0.5 / out,)


@primitive(shape=broadcast, dtype=floating, flops=2, kernel="rsqrt({0})", saves="out")
def rsqrt(xp, x):
    """Elementwise ``1 / sqrt(x)``, which normalisation layers need.

    Examples
    --------
    >>> rsqrt(np.array([4.0, 0.25]))
    array([0.5, 2. ])
    """
    return xp.reciprocal(xp.sqrt(x))


@rsqrt.def_vjp
def rsqrt_vjp(g, out, x):
    return (g * (out * out * out) * -0.5,)


@primitive(shape=broadcast, flops=0, kernel="{0}", view=True)
def identity(xp, x):
    """Return `x` itself.

    Examples
    --------
    >>> identity(np.ones(2))
    array([1., 1.])
    """
    return x


@identity.def_vjp
def identity_vjp(g, out, x):
    return (g,)


@primitive(shape=broadcast, flops=0, kernel="{0}", view=True, differentiable=False)
def stop_gradient(xp, x):
    """Return `x` as a constant: no gradient flows through.

    Examples
    --------
    >>> stop_gradient(np.ones(2))
    array([1., 1.])
    """
    return x


def _given_dtype(*_, dtype):
    return np.dtype(dtype)


@primitive(shape=broadcast, dtype=_given_dtype, flops=0)
def cast(xp, x, *, dtype):
    """Convert to another dtype; the gradient comes back in the dtype of `x`.

    Examples
    --------
    >>> cast(np.array([1.0, 2.0]), dtype="float32")
    array([1., 2.], dtype=float32)
    """
    return x.astype(dtype)


@cast.def_vjp
def cast_vjp(g, out, x, *, dtype):
    return (cast(g, dtype=x.dtype),)
