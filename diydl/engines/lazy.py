"""Lazy values: nothing runs until numbers are asked for (tinygrad, Macrograd).

An operation on a `LazyTensor` notes what is to be done. `realize` does it, for all that is asked
for together, and then forgets how it was done: a tensor that has its numbers drops its inputs, and
what nobody holds any more is freed on the way.

No number is ever out of date. What is read of a parameter is what it was where the expression was
written: `assign` waits its turn and keeps the old array for whoever has read it; a parameter that
was written behind the graph's back is an error.

A compiler of plans reads what `Graph.waiting` returns, in that order: tensors with `prim`, `inputs`
and `params`; an `Assignment` writes ``inputs[0]`` into its `state`. Among the inputs, what waits no
longer is a constant if it has an `array`, and else reads its `state`.
"""

import itertools
from functools import reduce
from operator import add
from weakref import WeakValueDictionary, ref

import numpy as np

from diydl.backend import array_module, as_array, to_numpy
from diydl.ops.elementwise import stop_gradient
from diydl.parameter import Parameter, State
from diydl.primitive import Value
from diydl.reverse import toposort
from diydl.symbol import Symbol, describe_gradients, infer, seed_for, way_back


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
    how_to_run = "Ask for them: x.realize(), x.numpy() or x.item()"

    def __init__(self, data, *, requires_grad=False, graph=None):
        data = as_array(data.data if isinstance(data, Value) else data).copy()
        if requires_grad and data.dtype.kind != "f":
            raise TypeError(f"only floating-point values can require gradients, not {data.dtype}")
        self._begin(graph or _default, data.shape, data.dtype, requires_grad=requires_grad)
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
    def data(self):
        """The array, computed now if it has not been yet; other tensors may share it."""
        if self.waiting:
            self.realize()
        array = as_array(self.engine.read(self))
        return array.copy() if self.array is None else _read_only(array)

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

    def __repr__(self):
        state = "waiting" if self.waiting else "realized"
        return f"<{type(self).__name__} {self.described()}, {state}>"


class Assignment(LazyTensor):
    """The effect of `diydl.assign`: it waits until it is asked for, or what it belongs to is.

    Once done it is what a parameter is: whoever reads that later reads this.
    """

    __slots__ = ("after",)


class Graph:
    """Where lazy tensors wait; each belongs to one graph.

    The graph holds no tensor that nobody else holds, but for assignments that wait.

    Examples
    --------
    >>> from diydl import Parameter, engine
    >>> graph, w = Graph(), Parameter([1.0, 2.0])
    >>> with engine(graph):
    ...     doubled = w * 2
    >>> doubled, len(graph.waiting())
    (<LazyTensor (2,) float32, waiting>, 1)
    >>> realize(graph)
    >>> graph, doubled.tolist()
    (<Graph: 0 waiting>, [2.0, 4.0])
    """

    def __init__(self):
        self._numbers = itertools.count()
        self._alive = WeakValueDictionary()  # number: tensor
        self._reads = WeakValueDictionary()  # state: who reads its newest version
        self._pending = {}  # state: references to the assignments to it that wait
        self._kept = set()  # those that belong to nothing, and would be lost

    def take_in(self, node):
        """Give a tensor its number: its place among all that was described."""
        number = next(self._numbers)
        self._alive[number] = node
        return number

    def apply(self, prim, operands, params):
        """Note that `prim` is to be computed; foretell shape and dtype."""
        inputs = tuple([self.lift(x) for x in operands])
        shape, dtype = infer(prim, inputs, params)
        smooth = prim.differentiable and dtype.kind == "f" and any(x.requires_grad for x in inputs)
        described = {"prim": prim, "inputs": inputs, "params": params}
        return LazyTensor.noted(self, shape, dtype, requires_grad=smooth, **described)

    def lift(self, x):
        """Return the tensor that stands for an operand."""
        if isinstance(x, LazyTensor):
            return x
        if not isinstance(x, State):
            return LazyTensor(x, graph=self)
        node = self._expected(x)
        if node is not None:
            return node
        node = self._reads.get(x)
        if node is None or node.version != x.version:
            described = {"requires_grad": x.requires_grad, "state": x, "name": x.name}
            node = self._reads[x] = LazyTensor.noted(self, x.shape, x.dtype, **described)
        return node

    def assign(self, state, value, *, belongs_to=None):
        """Note that `value` is to be written into `state`; see `diydl.assign`."""
        source = self.lift(value)
        if source.shape != state.shape:
            raise ValueError(
                f"cannot assign {source.described()} to {state._called()} of shape {state.shape}"
            )
        described = {"requires_grad": state.requires_grad, "state": state, "name": state.name}
        effect = Assignment.noted(self, state.shape, state.dtype, inputs=(source,), **described)
        effect.after = self._expected(state)
        self._expect(effect)
        if belongs_to is None:
            self._kept.add(effect)
        elif belongs_to.waiting:
            belongs_to.effects.append(effect)
        else:  # it has been computed, and so shall this be
            self.realize(effect)
        return effect

    def gradients(self, output, wrt, seed=None):
        """Describe the gradient of `output` with respect to each of `wrt`.

        Parameters
        ----------
        output : LazyTensor
        wrt : list of LazyTensor, Parameter or Buffer
        seed : LazyTensor or array of the shape of `output`, optional
            Gradient of the final scalar with respect to `output`; 1, if that is one element.

        Returns
        -------
        list
            A `LazyTensor` each; None where `output` does not depend on it, or for a frozen
            parameter.

        Raises
        ------
        RuntimeError
            If the way to the leaves was forgotten when a value on it was realized.

        Examples
        --------
        >>> x = LazyTensor([3.0])
        >>> (slope,) = get_default_graph().gradients(x**3, [x])
        >>> (bend,) = get_default_graph().gradients(slope, [x])
        >>> realize(slope, bend)
        >>> slope.tolist(), bend.tolist()
        ([27.0], [18.0])
        """
        seed, order = self.lift(seed_for(output, seed)), toposort(output)
        sources = [[n for n in order if n.state is x] if isinstance(x, State) else [x] for x in wrt]
        for i, x in enumerate(wrt):
            if isinstance(x, Parameter) and not x.requires_grad:
                sources[i] = []
        wanted = {node for nodes in sources for node in nodes}
        _refuse_cuts(order, wanted)
        way = way_back(order, wanted)
        found = describe_gradients(way, seed) if way else {}
        grads = [[found[node] for node in nodes if node in found] for nodes in sources]
        return [reduce(add, parts) if parts else None for parts in grads]

    def waiting(self, *tensors):
        """Return all that has to be computed for `tensors`, effects included, in order.

        Without tensors: all that waits in this graph.
        """
        found, todo = set(), [*(tensors or self._alive.values())]
        while todo:
            node = todo.pop()
            if not node.waiting or node in found:
                continue
            found.add(node)
            todo += [*node.inputs, *node.effects]
            todo += [other for other in (member() for member in node.together) if other is not None]
            if isinstance(node, Assignment) and node.after is not None:
                todo.append(node.after)
        return sorted(found, key=lambda node: node.number)

    def realize(self, *tensors, training=None, retain_graph=False):
        """Compute `tensors`, or all that waits; see `realize`."""
        order, views, node = self.waiting(*tensors)[::-1], [], None
        try:
            while order:  # taken out one by one, so that what nobody needs any more is freed
                node = order.pop()
                if isinstance(node, Assignment):
                    self._write(node, views)
                    continue
                node.array = self._computed(node, training)
                if node.prim.view and any(x.array is None or x.borrowed for x in node.inputs):
                    node.borrowed = True
                    views.append(ref(node))
                if not retain_graph:
                    node.forget()
                node.effects, node.together = [], []
        except Exception:
            self._give_up([node, *order])
            raise
        finally:
            _give_own_arrays(views)

    def _give_up(self, nodes):
        """Forget the assignments of a run that failed: else all who read the states would fail."""
        for node in nodes:
            if isinstance(node, Assignment):
                self._settle(node)

    def _expect(self, effect):
        """Remember that an assignment waits, as long as somebody could ask for it."""
        pending, state = self._pending, effect.state

        def gone(dead):
            pending[state].remove(dead)
            if not pending[state]:
                del pending[state]

        pending.setdefault(state, []).append(ref(effect, gone))

    def _expected(self, state):
        """Return the last assignment to `state` that waits, or None."""
        return self._pending[state][-1]() if state in self._pending else None

    def _settle(self, effect):
        """Expect an assignment no more."""
        left = [r for r in self._pending.get(effect.state, ()) if r() is not effect]
        self._pending[effect.state] = left
        if not left:
            del self._pending[effect.state]
        self._kept.discard(effect)

    def _computed(self, node, training):
        params = node.params
        if node.prim.modal and training is not None:
            params = params | {"training": training}
        return node.prim.compute(*[self.read(x) for x in node.inputs], **params)

    def read(self, node):
        """Return the array of a tensor that does not wait; not to be written into."""
        if node.array is not None:
            return node.array
        if node.state.version != node.version:
            raise RuntimeError(
                f"{node.state._called()} was written (version {node.state.version}) after this "
                f"was described (it reads version {node.version}): realize before you write, or "
                "write with assign and a lazy value"
            )
        return node.state.data

    def _write(self, effect, views):
        """Do an assignment in place, after all who read the old array have it for themselves."""
        state, after = effect.state, effect.after
        base = effect.version if after is None else after.version
        if state.version != base:
            raise RuntimeError(
                f"{state._called()} was written (version {state.version}) while an assignment to "
                f"version {base} of it waited: realize before you write"
            )
        array, reader = self.read(effect.inputs[0]), self._reads.get(state)
        if reader is not None and reader.array is None and reader.version == state.version:
            reader.array = state.data.copy()
        _give_own_arrays(views)
        state.write(array)
        effect.version = state.version
        self._reads[state] = effect
        effect.inputs, effect.after = (), None
        self._settle(effect)

    def __repr__(self):
        return f"<Graph: {len(self.waiting())} waiting>"


def _refuse_cuts(order, wanted):
    """Refuse a gradient that would end at a value whose history was forgotten."""
    reached = {order[-1]}
    for node in reversed(order):
        if node not in reached:
            continue
        if node.cut and node not in wanted:
            raise RuntimeError(
                f"{node!r} was realized, and with its numbers came the end of its history: "
                "describe gradients before realizing, pass retain_graph=True to realize, or "
                "cut the way on purpose with .detach()"
            )
        if node.prim is not None and node.prim.differentiable:
            reached.update(node.inputs)


def _read_only(array):
    if array_module(array) is np:
        array = array.view()
        array.flags.writeable = False
    return array


def _give_own_arrays(views):
    """Copy what is a view of a parameter and still in use, before that is written."""
    for node in [member() for member in views]:
        if node is not None:
            node.array, node.borrowed = node.array.copy(), False
    views.clear()


def realize(*things, training=None, retain_graph=False):
    """Compute tensors, or all that waits in a graph; everything together, each value once.

    Assignments are done with what they belong to, in the order in which they were described.

    Parameters
    ----------
    *things : LazyTensor or Graph
    training : bool, optional
        Whether dropout and the like train; as each was described, if left out.
    retain_graph : bool
        Keep what the values were computed from, so that gradients can be described later.

    Examples
    --------
    >>> x = LazyTensor([1.0, 2.0])
    >>> y, z = x * 2, x * 3
    >>> realize(y, z)
    >>> y, z.tolist()
    (<LazyTensor (2,) float32, realized>, [3.0, 6.0])
    """
    graphs = {}
    for thing in things:
        if not isinstance(thing, (LazyTensor, Graph)):
            raise TypeError(f"realize takes lazy tensors and graphs, got a {type(thing).__name__}")
        graph = thing if isinstance(thing, Graph) else thing.engine
        graphs.setdefault(graph, []).append(thing)
    for graph, asked in graphs.items():
        tensors = () if any(x is graph for x in asked) else asked
        graph.realize(*tensors, training=training, retain_graph=retain_graph)


_default = Graph()


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
    >>> old = set_default_graph(Graph())
    >>> LazyTensor([1.0]).engine is old
    False
    >>> _ = set_default_graph(old)
    """
    global _default
    if not isinstance(graph, Graph):
        raise TypeError(f"expected a Graph, got a {type(graph).__name__}")
    old, _default = _default, graph
    return old
