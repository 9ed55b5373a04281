"""Symbols: values that are described before they are computed, and what can be foretold of them."""

import numpy as np

from diydl.backend import as_array, default_dtype
from diydl.dim import Dim, is_open, open_shape
from diydl.exercise import exercise
from diydl.ops.elementwise import cast
from diydl.ops.operators import Operators
from diydl.primitive import number_type
from diydl.probe import span
from diydl.reverse import fitted, reverse_sweep
from diydl.value import Value


class Symbol(Operators, Value):
    """A value that an engine will compute later: its shape and dtype are known, its numbers not.

    Attributes
    ----------
    shape : tuple
        Of ints; an axis whose size is open has a `diydl.dim.Dim`.
    dtype : numpy dtype
    prim : Primitive or None
        The operation that makes it; None for a leaf.
    inputs : tuple of Symbol
    params : dict
    name : str
    """

    __slots__ = ("__weakref__", "dtype", "inputs", "name", "params", "place", "prim", "shape")
    symbolic = True

    def __init__(self, shape, dtype, *, prim=None, inputs=(), params=None, name=""):
        self.shape, self.dtype, self.name = shape, dtype, name
        self.prim, self.inputs, self.params = prim, inputs, params or {}

    @property
    def ndim(self):
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self):
        """Number of elements; a `Dim` where the size of the batch is open."""
        total = 1
        for n in self.shape:
            total = n * total
        return total

    def described(self):
        """Return name, shape and dtype for messages."""
        return described(self.shape, self.dtype, self.name)

    def __repr__(self):
        return f"<{type(self).__name__} {self.described()}>"

    def _unknown(self, *_, **__):
        raise TypeError(
            f"{self!r} has no numbers yet, it only describes them. {self.how_to_run}; for a choice "
            "that depends on values write where(condition, x, y)"
        )

    how_to_run = "Run it first"
    __bool__ = __float__ = __int__ = __index__ = __array__ = _unknown
    item = numpy = tolist = _unknown

    def __format__(self, spec):
        return self._unknown() if spec else repr(self)


def described(shape, dtype, name=""):
    """Return words for an operand: its name if it has one, its shape and dtype.

    Examples
    --------
    >>> described((Dim(), 4), "float32", "x")
    "'x' (B, 4) float32"
    """
    text = f"{shape} {dtype}"
    return f"{name!r} {text}" if name else text


def declared(shape, dtype=None):
    """Return the shape and dtype of what will be fed, checked: None is the size of the batch.

    Examples
    --------
    >>> declared((None, 4))
    ((B, 4), dtype('float32'))
    """
    dtype = default_dtype() if dtype is None else np.dtype(dtype)
    if dtype.kind not in "biuf":
        raise TypeError(f"values are numbers or bool, got the dtype {dtype}")
    sizes = shape if isinstance(shape, (tuple, list)) else (shape,)
    found = tuple(Dim() if n is None or n == Dim() else n for n in sizes)
    for n in found:
        whole = isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n >= 0
        if not whole and type(n) is not Dim:
            raise ValueError(
                f"a shape is made of whole numbers, and None for the size of the batch; got {shape}"
            )
    return tuple(n if type(n) is Dim else int(n) for n in found), dtype


def numbers(x):
    """Return the numbers of what is fed as an array: of an array, lists, a tensor, a parameter.

    Examples
    --------
    >>> numbers([1.0, 2.0])
    array([1., 2.], dtype=float32)
    >>> numbers(Symbol((2,), np.dtype("float32"), name="x"))
    Traceback (most recent call last):
    TypeError: <Symbol 'x' (2,) float32> has no numbers yet, it only describes them. ...
    """
    if isinstance(x, Symbol) and not hasattr(x, "data"):
        x._unknown()
    return x.data if isinstance(x, Value) else as_array(x)


def infer(prim, inputs, params):
    """Return shape and dtype of what `prim` makes of `inputs`, without computing it.

    Raises
    ------
    ValueError, TypeError, IndexError
        If it could not be computed, in words that name the primitive and its operands.

    Examples
    --------
    >>> import numpy as np
    >>> from diydl.ops import matmul
    >>> x = Symbol((Dim(), 4), np.dtype("float32"), name="x")
    >>> infer(matmul, [x, np.ones((4, 3))], {})
    ((B, 3), dtype('float64'))
    """
    shapes = [x.shape for x in inputs]
    try:
        if not prim.required <= params.keys() <= prim.keywords:
            prim.__signature__.bind(*inputs, **params)  # says what is wrong
        if is_open(shapes) or is_open(params):
            shape = open_shape(prim.shape, shapes, params)
        else:
            shape = prim.shape(*shapes, **params)
        return shape, prim.dtype(*[x.dtype for x in inputs], **params)
    except (ValueError, TypeError, IndexError) as error:
        raise _explained(error, prim, inputs, params) from error


def _explained(error, prim, inputs, params):
    given = " and ".join(described(x.shape, x.dtype, getattr(x, "name", "")) for x in inputs)
    words = "".join(f", {name}={value!r}" for name, value in params.items())
    try:
        prim.__signature__.bind(*inputs, **params)
        reason = str(error)
    except TypeError as misuse:
        reason = f"{misuse}; call it as {prim.name}{prim.__signature__}"
    return type(error)(f"{prim.name}: {reason}; got {given}{words}")


def typed(operands):
    """Return `operands` with the dtype beside each open size that its neighbours imply.

    Of an operand that is a `Dim` comes the pair (Dim, dtype); all others stay.

    Examples
    --------
    >>> import numpy as np
    >>> typed([np.ones(2, np.float32), 2 / Dim()])
    [array([1., 1.], dtype=float32), (2/B, dtype('float32'))]
    """
    if Dim not in map(type, operands):
        return operands
    dtypes = tuple(x.dtype for x in operands if type(x) is not Dim)
    return [
        (x, np.dtype(number_type(type(x.at(3)), dtypes, default_dtype()))) if type(x) is Dim else x
        for x in operands
    ]


def checked_mode(training):
    """Return `training` if it is True, False or None: no text such as "test", which would be true.

    Examples
    --------
    >>> checked_mode("test")
    Traceback (most recent call last):
    TypeError: training is True, False or None (as it was described), got 'test'
    """
    if training is not None and not isinstance(training, (bool, np.bool_)):
        raise TypeError(f"training is True, False or None (as it was described), got {training!r}")
    return training


def listed(wrt):
    """Return what a gradient is with respect to as a list; one value alone would be taken apart.

    Examples
    --------
    >>> listed(Symbol((2,), np.dtype("float32"), name="x"))
    Traceback (most recent call last):
    TypeError: wrt is a list of nodes and parameters, got <Symbol 'x' (2,) float32>; write [...]
    """
    if isinstance(wrt, (Value, str)):
        raise TypeError(f"wrt is a list of nodes and parameters, got {wrt!r:.80}; write [...]")
    return list(wrt)


def seed_for(output, seed=None):
    """Return what a gradient of `output` begins with: `seed`, checked, or 1 for one element.

    Raises
    ------
    ValueError
        If it is missing, or of another shape than `output`.

    Examples
    --------
    >>> seed_for(Symbol((1, 1), np.dtype("float32")))
    array([[1.]], dtype=float32)
    """
    if seed is None:
        if output.size != 1:
            raise ValueError(
                f"the gradient of {output.described()} needs a seed of that shape, the gradient "
                "with respect to it: take .sum() or .mean() first, or pass one"
            )
        return np.ones(output.shape, output.dtype)
    seed = seed if isinstance(seed, Value) else as_array(seed)
    if seed.shape != output.shape:
        raise ValueError(f"the seed has shape {seed.shape}, expected {output.shape}")
    return seed if seed.dtype == output.dtype else cast(seed, dtype=output.dtype)


@exercise("04/way_back")
def way_back(order, sources):
    """Return the nodes of `order` through which its last depends on `sources`, in that order.

    A gradient passes floating-point nodes alone, and no primitive without a derivative.

    Parameters
    ----------
    order : list of Symbol
        Inputs before their users.
    sources : set of Symbol

    Examples
    --------
    >>> from diydl import ComputationalGraph
    >>> from diydl.reverse import toposort
    >>> graph = ComputationalGraph()
    >>> x, y = graph.placeholder((), name="x"), graph.placeholder((), name="y")
    >>> product = x * (y + 1)
    >>> [node.name for node in way_back(toposort(product), {x})]
    ['x', 'mul']
    """
    found = {}
    for node in order:
        smooth = node.prim is not None and node.prim.differentiable
        reached = node in sources or (smooth and any(x in found for x in node.inputs))
        if reached and node.dtype.kind == "f":
            found[node] = True
    return list(found) if order[-1] in found else []


@exercise("04/describe_gradients")
def describe_gradients(way, seed):
    """Describe the gradient of the last node of `way` with respect to every node of it.

    Parameters
    ----------
    way : list of Symbol
        Inputs before their users; nodes off the way get no gradient.
    seed : Symbol
        Gradient of the final scalar with respect to the last node.

    Returns
    -------
    dict of Symbol to Symbol

    Examples
    --------
    >>> from diydl import ComputationalGraph
    >>> graph = ComputationalGraph()
    >>> x = graph.placeholder((), name="x")
    >>> y = x * x
    >>> [node.name for node in describe_gradients([x, y], graph.constant(1.0))]
    ['mul', 'x']
    """
    on_way, found = set(way), {}

    def pull(node, g):
        found[node] = g
        wanted = [x in on_way for x in node.inputs]
        with span("pull", node):
            grads = node.prim.pull(wanted, g, node, node.inputs, node.params)
        return fitted([gx if w else None for gx, w in zip(grads, wanted, strict=True)], node)

    return found | reverse_sweep(way, seed, pull)
