"""Nonlinear functions that are primitives: as compositions they would be slower or less exact.

Each has its slope in closed form; where that takes many steps, the slope is a primitive too.
"""

import math

import numpy as np

from diydl.ops.blocks import BLOCK
from diydl.ops.comparison import minimum
from diydl.ops.elementwise import exp, expm1
from diydl.ops.shape import unbroadcast
from diydl.ops.special import erf, sigmoid
from diydl.primitive import primitive
from diydl.rules import broadcast, floating

INSIDE = math.sqrt(2 / math.pi)  # of the tanh form of GELU: tanh(INSIDE (x + CUBE x^3))
CUBE = 0.044715


def _piecewise(xp, f, x):
    """Compute an elementwise function block by block, float16 in float32; overflow is no news."""
    dtype = floating(x.dtype)
    single = x.astype(np.float32 if dtype == np.float16 else dtype, copy=False)
    flat = single.reshape(-1)
    with np.errstate(over="ignore", under="ignore"):
        if xp is not np or x.size <= BLOCK:
            return f(xp, flat).astype(dtype, copy=False).reshape(x.shape)
        out = np.empty(x.size, dtype)
        for start in range(0, x.size, BLOCK):
            out[start : start + BLOCK] = f(xp, flat[start : start + BLOCK])
    return out.reshape(x.shape)


@primitive(shape=broadcast, flops=2, kernel="{0} > 0 ? {0} : {0} * {1}", saves="x slope")
def prelu(xp, x, slope):
    """Elementwise `x` where it is positive, ``slope * x`` elsewhere (He et al., 2015).

    Parameters
    ----------
    x, slope : arrays that broadcast
        `slope` may be learned: one for all, or one for each channel, as (C, 1, 1).

    Examples
    --------
    >>> prelu(np.array([-2.0, 3.0]), 0.25)
    array([-0.5,  3. ])
    """
    if xp is np and slope.ndim == 0:  # the larger of two arrays is quick to find
        return (np.maximum if slope <= 1 else np.minimum)(x, x * slope)
    return xp.maximum(x, 0) + xp.minimum(x, 0) * slope


@prelu.def_vjp(0)
def prelu_vjp_x(g, out, x, slope):
    return unbroadcast(g * ((x > 0) + slope * (x <= 0)), x.shape)


@prelu.def_vjp(1, saves="x")
def prelu_vjp_slope(g, out, x, slope):
    return unbroadcast(g * minimum(x, 0), slope.shape)


def leaky_relu(x, *, negative_slope=0.01):
    """Replace what is negative by ``negative_slope`` times itself; the slope at 0 is that one.

    Examples
    --------
    >>> leaky_relu(np.array([-2.0, 3.0]), negative_slope=0.5)
    array([-1.,  3.])
    """
    return prelu(x, float(negative_slope))


@primitive(
    shape=broadcast,
    dtype=floating,
    flops=3,
    kernel="{0} > 0 ? {0} : {1} * expm1({0})",
    saves="x alpha",
)
def elu(xp, x, alpha):
    """Elementwise `x` where it is positive, ``alpha * (exp(x) - 1)`` elsewhere.

    The exponential linear unit (Clevert et al., 2016): smooth at 0 for `alpha` 1, and never below
    ``-alpha``.

    Parameters
    ----------
    x, alpha : arrays that broadcast
        `alpha` may be learned.

    Examples
    --------
    >>> elu(np.array([-1000.0, 0.0, 2.0]), 1.0)
    array([-1.,  0.,  2.])
    """
    return xp.maximum(x, 0) + xp.expm1(xp.minimum(x, 0)) * alpha


@elu.def_vjp(0)
def elu_vjp_x(g, out, x, alpha):
    return unbroadcast(g * ((x > 0) + alpha * exp(minimum(x, 0)) * (x <= 0)), x.shape)


@elu.def_vjp(1, saves="x")
def elu_vjp_alpha(g, out, x, alpha):
    return unbroadcast(g * expm1(minimum(x, 0)), alpha.shape)


@primitive(shape=broadcast, dtype=floating, flops=5, kernel="{0} / (1 + exp(-{0}))", saves="x")
def silu(xp, x):
    """Elementwise ``x * sigmoid(x)``, also called swish (Elfwing et al., 2018).

    Examples
    --------
    >>> silu(np.array([-1000.0, 0.0, 1000.0]))
    array([  -0.,    0., 1000.])
    """
    return _piecewise(xp, lambda xp, x: x / (1 + xp.exp(-x)), x)


@silu.def_vjp
def silu_vjp(g, out, x):
    s = sigmoid(x)
    return (g * (s + x * (s * (1 - s))),)


@primitive(
    shape=broadcast,
    dtype=floating,
    flops=4,
    kernel="{0} > 0 ? {0} + log1p(exp(-{0})) : log1p(exp({0}))",
    saves="x",
)
def softplus(xp, x):
    """Elementwise ``log(1 + exp(x))``, a smooth relu, exact at any scale.

    Examples
    --------
    >>> softplus(np.array([-1000.0, 0.0, 5.0])).round(3)
    array([0.   , 0.693, 5.007])
    """

    def f(xp, x):
        return xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.absolute(x)))

    return _piecewise(xp, f, x)


@softplus.def_vjp
def softplus_vjp(g, out, x):
    return (g * sigmoid(x),)


@primitive(
    shape=broadcast,
    dtype=floating,
    flops=34,
    kernel=f"0.5 * {{0}} * (1 + erf({{0}} * {math.sqrt(0.5)!r}))",
    saves="x",
)
def gelu_erf(xp, x):
    """Elementwise ``x * Phi(x)``, where Phi is the normal distribution (Hendrycks, Gimpel, 2016).

    Examples
    --------
    >>> gelu_erf(np.array([-1000.0, 0.0, 1000.0]))
    array([  -0.,    0., 1000.])
    """
    return _piecewise(xp, lambda xp, x: x * _phi(xp, x), x)


def _phi(xp, x):
    half = x.dtype.type(0.5)
    return half + half * erf.forward(xp, x * x.dtype.type(math.sqrt(0.5)))


@gelu_erf.def_vjp
def gelu_erf_vjp(g, out, x):
    return (g * gelu_erf_slope(x),)


@primitive(shape=broadcast, dtype=floating, flops=40, saves="x")
def gelu_erf_slope(xp, x):
    """Elementwise derivative of `gelu_erf`.

    Examples
    --------
    >>> gelu_erf_slope(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """

    def f(xp, x):
        density = xp.exp(x * x * x.dtype.type(-0.5)) * x.dtype.type(1 / math.sqrt(2 * math.pi))
        return _phi(xp, x) + x * density

    return _piecewise(xp, f, x)


@gelu_erf_slope.def_vjp
def gelu_erf_slope_vjp(g, out, x):
    square = x * x
    return (g * (2 - square) * exp(square * -0.5) * (1 / math.sqrt(2 * math.pi)),)


@primitive(
    shape=broadcast,
    dtype=floating,
    flops=9,
    kernel=f"{{0}} / (1 + exp({{0}} * ({-2 * INSIDE!r} - {2 * INSIDE * CUBE!r} * {{0}} * {{0}})))",
    saves="x",
)
def gelu_tanh(xp, x):
    """`gelu_erf` nearly: ``x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x**3)))``.

    Within 0.0005 of it. Since ``(1 + tanh(u)) / 2`` is ``sigmoid(2 u)``, one exponential is enough.

    Examples
    --------
    >>> gelu_tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([  -0.,    0., 1000.])
    """
    return _piecewise(xp, lambda xp, x: x * _gate(xp, x), x)


def _gate(xp, x):
    """Return ``sigmoid(2 u)``."""
    inner = x * x
    inner *= x.dtype.type(-2 * INSIDE * CUBE)
    inner -= x.dtype.type(2 * INSIDE)
    inner *= x
    xp.exp(inner, out=inner)
    inner += 1
    return xp.reciprocal(inner, out=inner)


@gelu_tanh.def_vjp
def gelu_tanh_vjp(g, out, x):
    return (g * gelu_tanh_slope(x),)


@primitive(shape=broadcast, dtype=floating, flops=16, saves="x")
def gelu_tanh_slope(xp, x):
    """Elementwise derivative of `gelu_tanh`.

    Examples
    --------
    >>> gelu_tanh_slope(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """

    def f(xp, x):
        x = xp.clip(x, -30, 30)  # beyond, the slope is 0 or 1; infinity times 0 is no number
        gate = _gate(xp, x)
        inner = x * x
        inner *= x.dtype.type(6 * INSIDE * CUBE)
        inner += x.dtype.type(2 * INSIDE)
        inner *= x
        inner *= gate * (1 - gate)
        inner += gate
        return inner

    return _piecewise(xp, f, x)


@gelu_tanh_slope.def_vjp
def gelu_tanh_slope_vjp(g, out, x):
    square = x * x
    s = sigmoid(x * (2 * INSIDE + 2 * INSIDE * CUBE * square))
    first = 2 * INSIDE + 6 * INSIDE * CUBE * square  # derivative of 2 u
    second = s * (1 - s)
    return (g * second * (2 * first + x * (12 * INSIDE * CUBE * x + first * first * (1 - 2 * s))),)


def gelu(x, *, approximate="none"):
    """Let each number pass to the extent that it is large: ``x * Phi(x)``.

    Parameters
    ----------
    x : floating-point numbers
    approximate : {"none", "tanh"}
        The normal distribution itself, or the quicker form with a tanh that GPT-2 uses.

    Examples
    --------
    >>> gelu(np.array([-1.0, 1.0])), gelu(np.array([-1.0, 1.0]), approximate="tanh")
    (array([-0.15865525,  0.84134475]), array([-0.15880801,  0.84119199]))
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f'approximate is "none" or "tanh", got {approximate!r}')
    if approximate == "none":
        return gelu_erf(x)
    return gelu_tanh(x)
