"""A value that waits until its numbers are asked for."""

from functools import partial
from weakref import ref

import numpy as np

from diydl.backend import array_module, as_array, to_numpy
from diydl.ops.elementwise import stop_gradient
from diydl.reverse import toposort
from diydl.symbol import Symbol
from diydl.value import Value

_default = None  # the default graph; diydl.engines.lazy.graph puts the first one here


class LazyTensor(Symbol):
    """A value that is computed when it is asked for.

    Parameters
    ----------
    data : array, number or nested lists of numbers
        Copied, so that what is computed later is of what was given.
    requires_grad : bool
        Whether `backward` shall leave a gradient in `grad`.
    graph : Graph, optional
        The default graph, if left out.

    Attributes
    ----------
    array : array or None
        The numbers, once they are there.
    state, version : Parameter or Buffer, and its version, if this reads one; else None
    effects : list of Assignment
        What is written whenever this is computed.

    Examples
    --------
    >>> x = LazyTensor([1.0, 2.0], requires_grad=True)
    >>> y = (x * x).sum()
    >>> y
    <LazyTensor () float32, waiting>
    >>> y.backward()
    >>> x.grad.numpy(), y.item()
    (array([2., 4.], dtype=float32), 5.0)
    """

    __slots__ = (
        *("array", "borrowed", "cut", "effects", "engine", "grad", "number", "requires_grad"),
        *("state", "together", "version"),
    )

    @property
    def how_to_run(self):
        """What to do to get the numbers, in words."""
        return self.engine.how_to_run

    def __init__(self, data, *, requires_grad=False, graph=None):
        if graph is not None:
            _check_graph(graph)
        data = as_array(data.data if isinstance(data, Value) else data).copy()
        if requires_grad and data.dtype.kind != "f":
            raise TypeError(f"only floating-point values can require gradients, not {data.dtype}")
        self._begin(
            graph or get_default_graph(), data.shape, data.dtype, requires_grad=requires_grad
        )
        self.array = data if data.shape else data[()]  # a NumPy scalar goes with any device

    @classmethod
    def noted(cls, graph, *shape_and_dtype, **described):
        """Return a tensor of `graph` that waits, or reads a parameter."""
        node = cls.__new__(cls)
        node._begin(graph, *shape_and_dtype, **described)
        return node

    def _begin(self, graph, shape, dtype, *, requires_grad=False, state=None, **described):
        super().__init__(shape, dtype, **described)
        self.engine, self.requires_grad, self.state = graph, requires_grad, state
        self.version = None if state is None else state.version
        self.array = self.grad = None
        self.borrowed = self.cut = False
        self.effects, self.together, self.number = [], [], graph.take_in(self)

    @property
    def waiting(self):
        """Whether it still has to be computed."""
        return self.array is None and bool(self.prim or self.inputs)

    @property
    def along(self):
        """All that is computed when this is: inputs, effects, and what waits together with it."""
        members = [member() for member in self.together]
        return [*self.inputs, *self.effects, *[other for other in members if other is not None]]

    @property
    def data(self):
        """The array, computed now if it has not been yet; other tensors may share it."""
        if self.waiting:
            self.realize()
        array = as_array(self.read())
        return array.copy() if self.array is None else _read_only(array)

    def read(self):
        """Return the array of a tensor that does not wait; not to be written into."""
        if self.array is not None:
            return self.array
        if self.state.version != self.version:
            raise RuntimeError(
                f"{self.state._called()} was written (version {self.state.version}) after this "
                f"was described (it reads version {self.version}): realize before you write, or "
                "write with assign and a lazy value"
            )
        return self.state.data

    def realize(self, **options):
        """Compute it now; returns itself. The options are those of `realize`.

        Examples
        --------
        >>> LazyTensor([1.0, 2.0]).sum().realize()
        <LazyTensor () float32, realized>
        """
        self.engine.realize(self, **options)
        return self

    def numpy(self):
        """Return a copy of the values as a NumPy array, computed now if need be."""
        return to_numpy(self.data).copy()

    def item(self):
        """Return the only element as a Python number, computed now if need be."""
        if self.size != 1:
            raise ValueError(f"item() needs exactly one element, this has shape {self.shape}")
        return self.data.item()

    def tolist(self):
        """Return the values as nested Python lists, computed now if need be."""
        return self.data.tolist()

    def detach(self):
        """Return the same value as a constant: no gradient flows through."""
        return stop_gradient(self)

    def backward(self, gradient=None, *, accumulate=False):
        """Describe the gradients of this with respect to all leaves, and put them into `grad`.

        Whoever asks for one of them, as an optimizer does, has all of them computed together, and
        this value too: parameters may be written afterwards.

        Parameters
        ----------
        gradient : LazyTensor or array of this shape, optional
            Gradient of the final scalar with respect to this. May be left out for one element: 1.
        accumulate : bool
            Add to `grad` instead of replacing it.

        Examples
        --------
        >>> from diydl import Parameter
        >>> w = Parameter([3.0])
        >>> (LazyTensor([2.0]) * w * w).backward()
        >>> w.grad
        <LazyTensor (1,) float32, waiting>
        >>> w.grad.tolist()
        [12.0]
        """
        leaves = [node for node in toposort(self) if node.prim is None and node.requires_grad]
        leaves = list({n if n.state is None else n.state: True for n in leaves if not n.cut})
        if not self.requires_grad:
            raise RuntimeError(
                "backward has nothing to do: no input of this result requires a gradient. Make one "
                "with LazyTensor(..., requires_grad=True) or Parameter(...)"
            )
        grads = self.engine.gradients(self, leaves, gradient)
        for leaf, g in zip(leaves, grads, strict=True):
            if g is not None:
                leaf.grad = g if leaf.grad is None or not accumulate else leaf.grad + g
        found = [self, *(leaf.grad for leaf, g in zip(leaves, grads, strict=True) if g is not None)]
        for node in found:
            node.together = [ref(other) for other in found]

    def forget(self):
        """Drop what it was computed from: it has its numbers, and needs nothing else."""
        self.cut = self.requires_grad
        self.prim, self.inputs, self.params = None, (), {}

    def _unknown(self, *_, **__):
        if self.waiting:
            super()._unknown()
        raise TypeError(f"{self!r} hands out its numbers when asked: x.numpy() or x.item()")

    __bool__ = __float__ = __int__ = __index__ = __array__ = _unknown

    def __reduce__(self):
        """Give a copy or a pickle the numbers, computed now, and nothing of how they came about."""
        leaf = self.prim is None and self.state is None and not self.cut
        return partial(LazyTensor, requires_grad=leaf and self.requires_grad), (self.data,)

    def __repr__(self):
        state = "waiting" if self.waiting else "realized"
        return f"<{type(self).__name__} {self.described()}, {state}>"


def get_default_graph():
    """Return the graph that a `LazyTensor` belongs to if it is given no other.

    Examples
    --------
    >>> LazyTensor([1.0]).engine is get_default_graph()
    True
    """
    return _default


def set_default_graph(graph):
    """Let new lazy tensors belong to `graph`; return the default graph until now.

    Examples
    --------
    >>> from diydl import Graph
    >>> old = set_default_graph(Graph())
    >>> LazyTensor([1.0]).engine is old
    False
    >>> _ = set_default_graph(old)
    """
    global _default
    _check_graph(graph)
    old, _default = _default, graph
    return old


def _check_graph(graph):
    if not hasattr(graph, "take_in"):
        raise TypeError(f"expected a Graph, got a {type(graph).__name__}")


def _read_only(array):
    if array_module(array) is np:
        array = array.view()
        array.flags.writeable = False
    return array
