"""The tape: compute now, remember for backward (PyTorch, Chainer, DeZero).

Every result that depends on something with `requires_grad` carries a `Node`. A node knows its
primitive and the nodes of its inputs, and keeps only the arrays that the backward pass reads;
tensors that the user drops are freed even while the tape lives. PyTorch calls it `grad_fn`.
"""

from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from diydl.backend import array_module, as_array, device
from diydl.ops.device import move
from diydl.parameter import ArrayValue
from diydl.primitive import Unsaved
from diydl.probe import current_probe, span
from diydl.reverse import fitted, reverse_sweep, toposort
from diydl.value import ArrayEngine, Leaf, Value, set_default_engine

_recording = ContextVar("diydl.recording", default=True)


@contextmanager
def no_grad():
    """Compute without recording: inside the block, or inside the function it decorates.

    Examples
    --------
    >>> import diydl as dl
    >>> w = dl.Parameter([1.0])
    >>> with no_grad():
    ...     (w * 2).requires_grad
    False
    """
    token = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(token)


@contextmanager
def enable_grad():
    """Record again inside a `no_grad` block.

    Examples
    --------
    >>> import diydl as dl
    >>> with no_grad(), enable_grad():
    ...     (dl.Parameter([1.0]) * 2).requires_grad
    True
    """
    token = _recording.set(True)
    try:
        yield
    finally:
        _recording.reset(token)


class Node:
    """What the backward pass needs of one applied primitive."""

    __slots__ = (
        *("dtype", "inputs", "params", "place", "prim", "saved", "shape", "versions"),
        "watcher",
    )

    def __init__(self, prim, inputs, params, saved, versions, out):
        self.prim, self.inputs, self.params = prim, inputs, params
        self.saved, self.versions = saved, versions
        self.shape, self.dtype = out.shape, out.dtype
        self.watcher = None

    def __repr__(self):
        return f"<{self.prim.name} {self.shape}>"

    def pull(self, g, *, graph=False):
        """Call the VJP with `g`: on arrays, or, for gradients of gradients, on tensors."""
        probe = current_probe()
        if probe is None:
            return self._pull(g, graph)
        with span("pull", self):
            grads = self._pull(g, graph)
            probe.pulled(self, g, grads)
            return grads

    def _pull(self, g, graph):
        if self.saved is None:
            raise RuntimeError(
                f"the tape was used up by an earlier backward (at {self.prim.name}); compute the "
                "result again, or pass retain_graph=True to the first backward"
            )
        for state, version in self.versions:
            if state.version != version:
                raise RuntimeError(
                    f"{state._called()} was written between forward and backward "
                    f"(version {state.version}, {self.prim.name} read version {version}); "
                    "call backward before the optimizer's step or assign"
                )
        out, *inputs = self._arguments(graph)
        needed = [source is not None for source in self.inputs]
        return fitted(self.prim.pull(needed, g, out, inputs, self.params), self)

    def _arguments(self, graph):
        nodes = (self, *self.inputs)
        for array, node in zip(self.saved, nodes, strict=True):
            if array is None:
                yield Unsaved(node.shape, node.dtype)
            elif graph and node is not None:
                yield _tensor_at(array, node)
            else:
                yield array

    def release(self):
        """Forget the arrays, once used."""
        self.saved = None


class Tape(ArrayEngine):
    """Compute now, remember for later."""

    def __repr__(self):
        return "tape engine"

    def apply(self, prim, operands, params):
        """Compute `prim`; record it where an operand needs a gradient."""
        arrays, sources, needed, state = [], [], False, False
        for x in operands:
            if type(x) is Tensor:
                array, source = x.data, x.node or (x if x.requires_grad else None)
            elif isinstance(x, Leaf):
                array, source, state = x.data, (x if x.requires_grad else None), True
            else:
                array, source = x, None
            arrays.append(array)
            sources.append(source)
            needed = needed or source is not None
        result = Tensor(prim.compute(*arrays, **params))
        if needed and prim.differentiable and _recording.get() and result.data.dtype.kind == "f":
            self._record(result, prim, operands, arrays, sources, params, state)
        return result

    def _record(self, result, prim, operands, arrays, sources, params, state):
        keep_out, keep = prim.keeps(tuple([source is not None for source in sources]))
        saved, versions = [result.data if keep_out else None], ()
        for array, source, kept in zip(arrays, sources, keep, strict=True):
            if kept:
                saved.append(array)
            else:
                saved.append(None if source is not None else Unsaved(array.shape, array.dtype))
        if state:
            versions = [
                (x, x.version)
                for x, kept in zip(operands, keep, strict=True)
                if kept and isinstance(x, Leaf)
            ]
        result.node = Node(prim, sources, params, saved, versions, result.data)
        result.requires_grad = True
        probe = current_probe()
        if probe is not None:
            probe.made(result.node)

    def gradients(self, output, seed, wrt, *, graph=False):
        """Return the gradient of `output` with respect to each tensor or parameter of `wrt`.

        None stands for a gradient that is zero because `output` does not depend on it. With
        `graph` the gradients are recorded themselves; `seed` is then a tensor.
        """
        root = output.node or output
        nodes = [getattr(x, "node", None) or x for x in wrt]
        wanted, found = {node for node in nodes if node.prim is not None}, {}

        def pull(node, g):
            if node in wanted:
                found[node] = g
            return node.pull(g, graph=graph)

        with enable_grad() if graph else no_grad(), span("sweep", output):
            found.update(reverse_sweep(toposort(root), seed, pull))
        grads = [found.get(node) for node in nodes]
        return grads if graph else [None if g is None else Tensor(g.copy()) for g in grads]


TAPE = Tape()
set_default_engine(TAPE)


class Tensor(ArrayValue):
    """An array that remembers how it was computed.

    Parameters
    ----------
    data : array, number or nested lists of numbers
        Arrays keep their dtype and are not copied; Python floats become float32.
    requires_grad : bool
        Whether `backward` shall leave a gradient in `grad`.

    Attributes
    ----------
    data : the array itself
    grad : Tensor or None
        Written by `backward`, for leaves and after `retain_grad()`.

    Examples
    --------
    >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> y = (x * x).sum()
    >>> y.backward()
    >>> x.grad
    tensor([2., 4., 6.])
    """

    __slots__ = ("__weakref__", "data", "grad", "node", "requires_grad")
    engine = TAPE
    prim, inputs = None, ()  # what a sweep sees of a tensor without a node: a leaf

    def __init__(self, data, *, requires_grad=False):
        self.data = data if type(data) is np.ndarray else as_array(data)
        self.node = self.grad = None
        self.requires_grad = requires_grad
        if requires_grad and self.data.dtype.kind != "f":
            raise TypeError(
                f"only floating-point tensors can require gradients, this is {self.data.dtype}; "
                "convert it with .astype('float32')"
            )

    def __repr__(self):
        notes = ()
        if self.node is not None:
            notes = (f"grad_fn=<{self.node.prim.name}>",)
        elif self.requires_grad:
            notes = ("requires_grad=True",)
        return self._text("tensor", *notes)

    def __array__(self, dtype=None, copy=None):
        if self.requires_grad:
            raise TypeError(
                "NumPy cannot record gradients; use diydl's own functions (diydl.exp(x), x.sum()), "
                "or leave the tape with x.detach().numpy()"
            )
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def detach(self):
        """Return a tensor with the same array and no history."""
        return Tensor(self.data)

    def to(self, target):
        """Return this tensor on another device, or in another dtype; recorded."""
        try:
            where = device(target)
        except ValueError:
            try:
                return self.astype(np.dtype(target))
            except TypeError:
                raise ValueError(
                    f"to() takes a device ('cpu', 'cuda:0') or a dtype, got {target!r}"
                ) from None
        return self if where == self.device else move(self, source=self.device, target=where)

    def retain_grad(self):
        """Ask `backward` to leave a gradient in this intermediate result too; returns itself."""
        if self.node is not None:
            self.node.watcher = self
        return self

    def backward(self, gradient=None, *, create_graph=False, retain_graph=False, accumulate=False):
        """Write into `grad` of every leaf the gradient of this tensor with respect to it.

        Parameters
        ----------
        gradient : tensor or array of this shape, optional
            Gradient of the final scalar with respect to this tensor. May be left out for one
            element: 1.
        create_graph : bool
            Record the gradients themselves, for gradients of gradients.
        retain_graph : bool
            Keep what the tape saved, for a second backward. On with `create_graph`.
        accumulate : bool
            Add to `grad` instead of replacing it, for a batch in several parts.

        Raises
        ------
        RuntimeError
            If nothing here requires a gradient, if the tape was used up, or if a parameter was
            written since the forward pass.
        ValueError
            If `gradient` is missing or of another shape.

        Examples
        --------
        >>> x = Tensor([3.0], requires_grad=True)
        >>> y = x * x * x
        >>> y.backward(create_graph=True)
        >>> x.grad.backward()
        >>> x.grad
        tensor([18.])
        """
        if not self.requires_grad:
            raise RuntimeError(
                "backward has nothing to do: no input of this result requires a gradient. Make one "
                "with tensor(..., requires_grad=True) or Parameter(...), outside no_grad()"
            )
        seed = self._seed(gradient, create_graph)
        watched, nodes = [], toposort(self.node or self)

        def pull(node, g):
            if node.watcher is not None:
                watched.append((node.watcher, g))
            grads = node.pull(g, graph=create_graph)
            if not (retain_graph or create_graph):
                node.release()
            return grads

        with enable_grad() if create_graph else no_grad(), span("sweep", self):
            found = reverse_sweep(nodes, seed, pull)
        for leaf, g in _owned([*found.items(), *watched], seed):
            old = leaf.grad
            leaf.grad = g if old is None or not accumulate else old + g

    def _seed(self, gradient, graph):
        if gradient is None:
            if self.size != 1:
                raise ValueError(
                    f"backward from {self.size} elements (shape {self.shape}) needs a gradient of "
                    "that shape: take .sum() or .mean() first, or pass backward(gradient)"
                )
            gradient = array_module(self.data).ones_like(self.data)
        array = gradient.data if isinstance(gradient, Value) else as_array(gradient)
        if array.shape != self.shape:
            raise ValueError(
                f"gradient has shape {array.shape}, expected that of the tensor, {self.shape}"
            )
        array = array.astype(self.dtype, copy=False)
        if not graph:
            return array
        return gradient if isinstance(gradient, Tensor) else Tensor(array)


def _tensor_at(array, node):
    """Return the tensor or state that `node` stands for, so that its history goes on."""
    if node.prim is None:
        return node
    tensor = Tensor(array)
    tensor.node, tensor.requires_grad = node, True
    return tensor


def _owned(grads, seed):
    """Yield (leaf, gradient as a tensor), no two of which share memory with each other.

    VJPs may hand on the same array twice (an addition does) or a view (a sum broadcasts one).
    """
    seen = {id(seed)}
    for leaf, g in grads:
        if isinstance(g, Tensor):
            yield leaf, g
            continue
        if g.base is not None or id(g) in seen:
            g = g.copy()
        seen.add(id(g))
        yield leaf, Tensor(g)
