"""Curves that stay between -1 and 1: sin, cos, tanh, sigmoid, and erf, which NumPy lacks."""

import math

import numpy as np

from diydl.exercise import exercise
from diydl.ops.elementwise import exp
from diydl.primitive import primitive
from diydl.rules import broadcast, floating


@primitive(shape=broadcast, dtype=floating, kernel="sin({0})", saves="x")
def sin(xp, x):
    """Elementwise sine.

    Examples
    --------
    >>> sin(np.zeros(2))
    array([0., 0.])
    """
    return xp.sin(x)


@sin.def_vjp
def sin_vjp(g, out, x):
    return (g * cos(x),)


@primitive(shape=broadcast, dtype=floating, kernel="cos({0})", saves="x")
def cos(xp, x):
    """Elementwise cosine.

    Examples
    --------
    >>> cos(np.zeros(2))
    array([1., 1.])
    """
    return xp.cos(x)


@cos.def_vjp
def cos_vjp(g, out, x):
    return (-g * sin(x),)


@primitive(shape=broadcast, dtype=floating, kernel="tanh({0})", saves="out")
def tanh(xp, x):
    """Elementwise hyperbolic tangent.

    Examples
    --------
    >>> tanh(np.zeros(2))
    array([0., 0.])
    """
    return xp.tanh(x)


@tanh.def_vjp
@exercise("02/tanh_vjp")
def tanh_vjp(g, out, x):
    return (g * (1 - out * out),)


@primitive(shape=broadcast, dtype=floating, flops=4, kernel="1 / (1 + exp(-{0}))", saves="out")
def sigmoid(xp, x):
    """Elementwise ``1 / (1 + exp(-x))``, without overflow where x is very negative.

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0]))
    array([0. , 0.5])
    """
    with np.errstate(over="ignore"):  # exp(1000) is infinite, and 1 / infinity the right 0
        return 1 / (1 + xp.exp(-x))


@sigmoid.def_vjp
def sigmoid_vjp(g, out, x):
    return (g * (out * (1 - out)),)


# W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969):
# erf(x) = x P(x^2) / Q(x^2) up to 0.46875, then 1 - exp(-x^2) R(x) / S(x). Highest powers first.
_NEAR = (
    (
        1.85777706184603153e-1,
        3.16112374387056560e0,
        1.13864154151050156e2,
        3.77485237685302021e2,
        3.20937758913846947e3,
    ),
    (
        1.0,
        2.36012909523441209e1,
        2.44024637934444173e2,
        1.28261652607737228e3,
        2.84423683343917062e3,
    ),
)
_FAR = (
    (
        2.15311535474403846e-8,
        5.64188496988670089e-1,
        8.88314979438837594e0,
        6.61191906371416295e1,
        2.98635138197400131e2,
        8.81952221241769090e2,
        1.71204761263407058e3,
        2.05107837782607147e3,
        1.23033935479799725e3,
    ),
    (
        1.0,
        1.57449261107098347e1,
        1.17693950891312499e2,
        5.37181101862009858e2,
        1.62138957456669019e3,
        3.29079923573345963e3,
        4.36261909014324716e3,
        3.43936767414372164e3,
        1.23033935480374942e3,
    ),
)


def _ratio(coefficients, x):
    top, bottom = (_horner(c, x) for c in coefficients)
    top /= bottom
    return top


def _horner(coefficients, x):
    total = x * x.dtype.type(coefficients[0])
    for c in coefficients[1:-1]:
        total += x.dtype.type(c)
        total *= x
    total += x.dtype.type(coefficients[-1])
    return total


# In single precision one quotient does for all: x P(x^2) / Q(x^2) on -4 to 4, where erf becomes 1.
# The coefficients are those of the float32 erf of Eigen and XLA.
_SINGLE = (
    (
        -2.72614225801306e-10,
        2.77068142495902e-08,
        -2.10102402082508e-06,
        -5.69250639462346e-05,
        -7.34990630326855e-04,
        -2.95459980854025e-03,
        -1.60960333262415e-02,
    ),
    (
        -1.45660718464996e-05,
        -2.13374055278905e-04,
        -1.68282697438203e-03,
        -7.37332916720468e-03,
        -1.42647390514189e-02,
    ),
)
_BLOCK = 16384  # elements whose intermediate results fit into the cache


def _erf(x):
    if x.dtype == np.float32:
        x = np.clip(x, -4, 4)
        return np.clip(x * _ratio(_SINGLE, x * x), -1, 1)
    size = np.minimum(np.absolute(x), 6)  # erf(6) is 1 in float64
    tail = 1 - np.exp(-size * size) * _ratio(_FAR, size)
    near = np.flatnonzero(size <= 0.46875)
    out, small = np.copysign(tail, x), x[near]
    out[near] = small * _ratio(_NEAR, small * small)
    return out


@primitive(shape=broadcast, dtype=floating, flops=30, kernel="erf({0})", saves="x")
def erf(xp, x):
    """Elementwise error function, within seven units in the last place (two in float64).

    Examples
    --------
    >>> erf(np.array([0.0, 1.0]))
    array([0.        , 0.84270079])
    """
    if xp is not np:
        return xp.ElementwiseKernel("T x", "T y", "y = erf(x)", "diydl_erf")(x * 1.0)
    dtype = floating(x.dtype)
    flat = x.reshape(-1).astype(np.float32 if dtype == np.float16 else dtype, copy=False)
    out = np.empty(flat.shape, dtype)
    for start in range(0, flat.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        out[block] = _erf(flat[block])
    return out.reshape(x.shape)


@erf.def_vjp
def erf_vjp(g, out, x):
    return (g * exp(-x * x) * (2 / math.sqrt(math.pi)),)
