"""Derivatives of functions: grad, value_and_grad, vjp, jvp, jacobian, hessian.

What comes back is of the kind that went in: numbers for numbers, arrays for arrays, tensors for
tensors. Given tensors that require gradients, the derivative is recorded in turn, so that
``grad(grad(f))`` works.
"""

import functools
import operator

import numpy as np

from diydl.backend import as_array, is_array
from diydl.engines.tape import Tensor, enable_grad
from diydl.ops.elementwise import identity
from diydl.ops.join import stack
from diydl.ops.shape import reshape
from diydl.value import Value


def grad(f, argnums=0):
    """Return the function that computes the gradient of `f`.

    Parameters
    ----------
    f : callable
        Takes numbers, arrays or tensors; returns one element.
    argnums : int or tuple of int
        The positions of the arguments to differentiate with respect to. For a tuple the
        gradients come as a tuple.

    Raises
    ------
    ValueError
        If `f` returns more than one element: use `jacobian` or `vjp`.
    TypeError
        If an argument holds integers, or `f` does not return a tensor.

    Examples
    --------
    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    """
    both = value_and_grad(f, argnums)

    @functools.wraps(f)
    def gradient(*args, **kwargs):
        return both(*args, **kwargs)[1]

    return gradient


def value_and_grad(f, argnums=0):
    """Return the function that computes ``(f(...), gradient)``; see `grad`.

    Examples
    --------
    >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 5.0)
    (10.0, (5.0, 2.0))
    """

    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @functools.wraps(f)
    def both(*args, **kwargs):
        value, back = _linearised(f, args, kwargs, positions)
        if value.size != 1:
            raise ValueError(
                f"grad needs a function with one result element, this one returned shape "
                f"{value.shape}; take a sum or mean, or use jacobian or vjp"
            )
        grads = back(np.ones(value.shape, value.dtype))
        return _like(args)(value), grads[0] if isinstance(argnums, int) else grads

    return both


def vjp(f, *args):
    """Return ``(f(*args), back)``; ``back(g)`` is the gradient of ``sum(g * f)`` per argument.

    Examples
    --------
    >>> value, back = vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> back(np.array([1.0, 10.0]))
    (array([ 2., 40.]),)
    """
    value, back = _linearised(f, args, {}, range(len(args)))
    return _like(args)(value), back


def jvp(f, args, tangents):
    """Return ``(f(*args), derivative of f along `tangents`)``.

    Forward mode from two reverse sweeps: the VJP is linear in `g`, and its own VJP is the JVP.

    Examples
    --------
    >>> jvp(lambda x: x * x, [np.array([1.0, 2.0])], [np.array([1.0, 0.5])])
    (array([1., 4.]), array([2., 2.]))
    """
    value, back = _linearised(f, [_leaf(x) for x in args], {}, range(len(args)))
    probe = Tensor(np.zeros(value.shape, value.dtype), requires_grad=True)
    with enable_grad():
        parts = [(g * _leaf(t).data).sum() for g, t in zip(back(probe), tangents, strict=True)]
        along = functools.reduce(operator.add, parts)
    (derivative,) = along.engine.gradients(along, np.ones_like(along.data), [probe])
    kind = _like(args)
    if derivative is None:
        derivative = Tensor(np.zeros_like(value.data))
    return kind(value), kind(derivative)


def jacobian(f):
    """Return the function that computes all derivatives of `f`: shape ``out.shape + x.shape``.

    One reverse sweep per element of the result.

    Examples
    --------
    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """

    @functools.wraps(f)
    def derivatives(x):
        value, back = _linearised(f, (x,), {}, (0,))
        shape = value.shape + np.shape(x.data if isinstance(x, Value) else x)
        rows = []
        for i in range(value.size):
            seed = np.zeros(value.shape, value.dtype)
            seed.flat[i] = 1
            rows.append(back(seed)[0])
        return _like((x,))(reshape(stack(*map(_leaf, rows)), shape=shape))

    return derivatives


def hessian(f):
    """Return the function that computes all second derivatives of `f`, which returns one element.

    Examples
    --------
    >>> hessian(lambda x: (x * x * x).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return jacobian(grad(f))


def _linearised(f, args, kwargs, positions):
    """Run `f` once; return its value and the function that sweeps back from it."""
    args = list(args)
    if any(not -len(args) <= i < len(args) for i in positions):
        raise ValueError(f"argnums={tuple(positions)}, but {len(args)} argument(s) came")
    kinds = [_like([args[i]]) for i in positions]
    recorded = any(isinstance(args[i], Value) and args[i].requires_grad for i in positions)
    with enable_grad():
        inputs = [_fresh(args[i]) for i in positions]
        for i, x in zip(positions, inputs, strict=True):
            args[i] = x
        value = f(*args, **kwargs)
    if not isinstance(value, Value):
        value = _leaf(value)  # a constant: it depends on no input

    def back(g):
        graph = recorded or isinstance(g, Value)
        grads = value.engine.gradients(value, value._seed(g, graph), inputs, graph=graph)
        results = []
        for x, g, kind in zip(inputs, grads, kinds, strict=True):
            g = Tensor(np.zeros_like(x.data)) if g is None else g
            results.append(g if graph else kind(g))
        return tuple(results)

    return value, back


def _fresh(x):
    """Return a new node with the value of `x`, so that nested derivatives stay apart."""
    if isinstance(x, Value) and x.requires_grad:
        return identity(x)
    array = _leaf(x).data
    if array.dtype.kind != "f":
        raise TypeError(f"cannot differentiate with respect to {array.dtype} values; use floats")
    return Tensor(array, requires_grad=True)


def _leaf(x):
    """Return `x` as a tensor; Python floats keep their double precision."""
    if isinstance(x, Value):
        return x
    return Tensor(np.asarray(x, np.float64) if isinstance(x, float) else as_array(x))


def _like(args):
    """Return the function that gives a tensor the kind that `args` have."""
    if any(isinstance(x, Value) for x in args):
        return lambda tensor: tensor
    if any(is_array(x) for x in args):
        return lambda tensor: tensor.data
    return lambda tensor: tensor.item() if tensor.size == 1 else tensor.data
