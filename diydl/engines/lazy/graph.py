"""The graph: where lazy tensors are described, and where they wait."""

import itertools
from functools import reduce
from operator import add
from weakref import WeakValueDictionary

from diydl.engines.lazy.pending import Assignment, Pending
from diydl.engines.lazy.run import Run, waiting_for
from diydl.engines.lazy.tensor import LazyTensor, set_default_graph
from diydl.parameter import Parameter, State
from diydl.reverse import toposort
from diydl.symbol import checked_mode, describe_gradients, infer, listed, seed_for, way_back


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

    how_to_run = "Ask for them: x.realize(), x.numpy() or x.item()"

    def __init__(self):
        self._numbers = itertools.count()
        self._alive = WeakValueDictionary()  # number: tensor
        self.reads = WeakValueDictionary()  # state: who reads its newest version
        self.pending = Pending()

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
        node = self.pending.last(x)
        if node is not None:
            return node
        node = self.reads.get(x)
        if node is None or node.version != x.version:
            described = {"requires_grad": x.requires_grad, "state": x, "name": x.name}
            node = self.reads[x] = LazyTensor.noted(self, x.shape, x.dtype, **described)
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
        effect.after = self.pending.last(state)
        self.pending.add(effect, keep=belongs_to is None)
        if belongs_to is not None and belongs_to.waiting:
            belongs_to.effects.append(effect)
        elif belongs_to is not None:  # it has been computed, and so shall this be
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
        >>> graph = Graph()
        >>> x = LazyTensor([3.0], graph=graph)
        >>> (slope,) = graph.gradients(x**3, [x])
        >>> (bend,) = graph.gradients(slope, [x])
        >>> realize(slope, bend)
        >>> slope.tolist(), bend.tolist()
        ([27.0], [18.0])
        """
        wrt = listed(wrt)
        for x in wrt:
            if not isinstance(x, (LazyTensor, State)):
                raise TypeError(f"wrt lists lazy tensors and parameters, got a {type(x).__name__}")
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
        return waiting_for(list(tensors or self._alive.values()))

    def realize(self, *tensors, training=None, retain_graph=False):
        """Compute `tensors`, or all that waits; see `realize`."""
        run = Run(self, training=checked_mode(training), retain_graph=retain_graph)
        run.do(self.waiting(*tensors))

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


set_default_graph(Graph())
