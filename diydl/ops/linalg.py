"""Products of matrices: matmul for all ranks, affine maps, einsum."""

import math

import numpy as np

from diydl.exercise import exercise
from diydl.ops.shape import expand_dims, reshape, unbroadcast
from diydl.primitive import primitive


def _product(a, b):
    if not a or not b:
        raise ValueError(f"shapes {a} and {b}: expected at least one axis each; use * for scaling")
    rows, columns = a[:-1], b[-1:] if len(b) > 1 else ()
    inner = b[-2] if len(b) > 1 else b[0]
    if a[-1] != inner:
        raise ValueError(
            f"shapes {a} and {b} do not fit: the last axis of the first has {a[-1]} elements, "
            f"the {'last but one' if len(b) > 1 else 'only'} axis of the second {inner}"
        )
    if len(a) <= 2 and len(b) <= 2:
        return rows + columns
    try:
        batch = np.broadcast_shapes(a[:-2], b[:-2])
    except ValueError:
        raise ValueError(
            f"shapes {a} and {b}: the batch axes {a[:-2]} and {b[:-2]} do not broadcast"
        ) from None
    return batch + a[-2:-1] + columns


def _product_flops(out, a, b):
    return 2 * math.prod(out) * a[-1]


@primitive(shape=_product, flops=_product_flops)
def matmul(xp, a, b):
    """Matrix product ``a @ b``, with NumPy's meaning for vectors and for batches of matrices.

    Examples
    --------
    >>> matmul(np.ones((2, 3)), np.ones((3, 4))).shape
    (2, 4)
    """
    return _multiply(xp, a, b)


def _multiply(xp, a, b):
    """``xp.matmul``; of halves in float32, for which the CPU has fast code."""
    if xp is np and a.dtype == b.dtype == np.float16:
        return np.matmul(a.astype(np.float32), b.astype(np.float32)).astype(np.float16)
    return xp.matmul(a, b)


def _flat(x):
    """Join all axes but the last: (..., n) becomes (rows, n)."""
    return x if x.ndim == 2 else reshape(x, shape=(math.prod(x.shape[:-1]), x.shape[-1]))


@exercise("02/matmul_vjp_a")
def matmul_vjp_a(g, b):
    """Gradient of ``sum(g * (a @ b))`` with respect to `a`, for matrices and stacks of them."""
    return g @ b.swapaxes(-1, -2)  # (..., M, K)


@exercise("02/matmul_vjp_b")
def matmul_vjp_b(g, a):
    """Gradient of ``sum(g * (a @ b))`` with respect to `b`, for matrices and stacks of them."""
    return a.swapaxes(-1, -2) @ g  # (..., K, N)


@matmul.def_vjp(0, saves="b")
def matmul_pull_a(g, out, a, b):
    """A vector is a matrix of one row or column; a batch that broadcast is summed."""
    if b.ndim == 1:
        g, b = expand_dims(g, axis=-1), expand_dims(b, axis=-1)  # (..., M, 1), (K, 1)
    if a.ndim == 1:
        g = expand_dims(g, axis=-2)  # (..., 1, N)
    return unbroadcast(matmul_vjp_a(g, b), a.shape)


@matmul.def_vjp(1, saves="a")
def matmul_pull_b(g, out, a, b):
    if b.ndim == 1:
        g = expand_dims(g, axis=-1)  # (..., M, 1)
    if a.ndim == 1:
        g, a = expand_dims(g, axis=-2), expand_dims(a, axis=-2)  # (..., 1, N), (1, K)
    if b.ndim > 2:
        return unbroadcast(matmul_vjp_b(g, a), b.shape)
    summed = matmul_vjp_b(_flat(g), _flat(a))  # one product instead of a sum over the batch
    return summed if b.ndim == 2 else reshape(summed, shape=b.shape)


def _mapped(x, w, b=None):
    if not x or len(w) != 2 or x[-1] != w[1]:
        raise ValueError(
            f"x has shape {x} and w {w}: expected x (..., features) and w (outputs, features)"
        )
    if b is not None and b != w[:1]:
        raise ValueError(f"the bias has shape {b}, expected {w[:1]}, one number for each row of w")
    return (*x[:-1], w[0])


def _map_flops(out, x, w, *_):
    return 2 * math.prod(out) * x[-1]


@primitive(shape=_mapped, flops=_map_flops)
def project(xp, x, w):
    """``x @ w.T``: `x` is (..., features), `w` is (outputs, features).

    Examples
    --------
    >>> project(np.ones((2, 3)), np.ones((4, 3))).shape
    (2, 4)
    """
    if x.ndim <= 2:
        return _multiply(xp, x, w.T)
    rows = x.reshape(math.prod(x.shape[:-1]), x.shape[-1])  # one product, not one per batch
    return _multiply(xp, rows, w.T).reshape(*x.shape[:-1], w.shape[0])


@primitive(shape=_mapped, flops=_map_flops)
@exercise("07/affine")
def affine(xp, x, w, b):
    """``x @ w.T + b``: what a linear layer computes.

    Examples
    --------
    >>> affine(np.ones((2, 3)), np.ones((4, 3)), np.ones(4)).shape
    (2, 4)
    """
    out = project.forward(xp, x, w)
    if b.shape != w.shape[:1]:
        raise ValueError("wrong shape")
    if b.dtype != out.dtype:
        return out + b
    out += b  # in place: nobody has seen this array yet
    return out


@project.def_vjp(0, saves="w")
@affine.def_vjp(0, saves="w")
def affine_vjp_x(g, out, x, w, b=None):
    return g @ w


@project.def_vjp(1, saves="x")
@affine.def_vjp(1, saves="x")
def affine_vjp_w(g, out, x, w, b=None):
    if x.ndim == 1:
        return expand_dims(g, axis=-1) * x  # (outputs, features)
    return _flat(g).T @ _flat(x)  # (outputs, features)


@affine.def_vjp(2)
def affine_vjp_b(g, out, x, w, b):
    return unbroadcast(g, b.shape)


def linear(x, w, b=None):
    """Linear map of the last axis: ``x @ w.T + b``, or ``x @ w.T`` without a bias.

    Parameters
    ----------
    x : (..., features)
    w : (outputs, features)
    b : (outputs,), optional

    Examples
    --------
    >>> linear(np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), np.array([5.0]))
    array([16.])
    """
    return project(x, w) if b is None else affine(x, w, b)
