"""A graph that is described first and run later, as often and wherever one likes.

Applying a primitive computes nothing: it adds a node. The order of description is an order in
which the nodes can be computed, and the one in which parameters are read and written. TensorFlow 1
worked this way. The gradient of a node is more nodes of the same graph.
"""

import difflib
import functools
import operator

from diydl.backend import as_array
from diydl.engines.graph.connection import (
    Assignment,
    Connection,
    Constant,
    Placeholder,
    Variable,
)
from diydl.exercise import exercise
from diydl.parameter import Parameter, State
from diydl.reverse import toposort
from diydl.symbol import declared, describe_gradients, infer, listed, seed_for, typed, way_back


class ComputationalGraph:
    """A computation as an object: nodes that know their inputs, and no numbers.

    Attributes
    ----------
    nodes : list of Connection
        In the order in which they were described: inputs stand before their users.

    Examples
    --------
    >>> from diydl import Parameter, SimulationContext
    >>> graph = ComputationalGraph()
    >>> x = graph.placeholder((None, 2), name="x")
    >>> loss = (x @ Parameter([[1.0], [10.0]], name="w")).sum()
    >>> loss
    <Connection 'sum' () float32>
    >>> SimulationContext(graph).run(loss, {"x": [[1, 2], [3, 4]]})
    array(64., dtype=float32)
    """

    def __init__(self):
        self.nodes, self._names, self._counts = [], {}, {}
        self._reads = {}  # state: all Variables of it; None after each assignment

    def placeholder(self, shape, dtype=None, name=""):
        """Make a value that is fed when the graph runs.

        Parameters
        ----------
        shape : tuple of int or None
            None leaves the size of the batch open: it may be another one in each run.
        dtype : numpy dtype, optional
            The default dtype, float32, if left out.
        name : str
            For feeding by name, and for messages.

        Examples
        --------
        >>> ComputationalGraph().placeholder((None, 4), name="x")
        <Placeholder 'x' (B, 4) float32>
        """
        return self._added(Placeholder(*declared(shape, dtype)), name, "placeholder")

    def constant(self, value, name=""):
        """Make an array part of the graph; it is copied.

        Examples
        --------
        >>> ComputationalGraph().constant([1.0, 2.0])
        <Constant 'constant' (2,) float32>
        """
        return self._added(Constant(as_array(value).copy()), name, "constant")

    def variable(self, state):
        """Return the node that reads a parameter or buffer, after all that was assigned so far.

        Examples
        --------
        >>> from diydl import Parameter
        >>> ComputationalGraph().variable(Parameter([1.0, 2.0], name="w"))
        <Variable 'w' (2,) float32>
        """
        reads = self._reads.setdefault(state, [None])
        if reads[-1] is None:
            reads.append(self._added(Variable(state), "", state.name or "variable"))
        return reads[-1]

    @exercise("04/apply")
    def apply(self, prim, operands, params):
        """Describe the result of `prim`: a node that knows its inputs, its shape and its dtype."""
        inputs = self.lifted(operands)
        shape, dtype = infer(prim, inputs, params)
        return self.add(Connection(shape, dtype, prim=prim, inputs=inputs, params=params))

    def add(self, node):
        """Take a new node in, after all others, and return it; it gets a name and a number."""
        return self._added(node, "", node.prim.name)

    def lifted(self, operands):
        """Return the nodes that stand for operands; see `lift`."""
        return tuple([self.lift(x) for x in typed(operands)])

    def lift(self, x):
        """Return the node that stands for an operand: itself, a variable or a constant."""
        if isinstance(x, Connection):
            return x
        if isinstance(x, State):
            return self.variable(x)
        if isinstance(x, tuple):  # an open size, and the dtype that its neighbours imply
            return self._added(Constant(*x), "", "size")
        return self.constant(x)

    def assign(self, state, value, *, belongs_to=None):
        """Describe that `value` is written into `state`; see `diydl.assign`."""
        source = self.lift(value)
        if source.shape != state.shape:
            raise ValueError(
                f"cannot assign {source.described()} to {state._called()} of shape {state.shape}"
            )
        effect = self._added(Assignment(state, source), "", f"assign {state.name}".strip())
        self._reads.setdefault(state, []).append(None)  # later reads get a Variable of their own
        if belongs_to is not None:
            self.lift(belongs_to).effects.append(effect)
        return effect

    def gradients(self, output, wrt, seed=None):
        """Describe the gradient of `output` with respect to each of `wrt`: nodes of this graph.

        Parameters
        ----------
        output : Connection or str
        wrt : list of Connection, str, Parameter or Buffer
        seed : Connection or array of the shape of `output`, optional
            Gradient of the final scalar with respect to `output`; 1, if that is one element.

        Returns
        -------
        list
            One node each; None where `output` does not depend on it, or for a frozen parameter.

        Examples
        --------
        >>> from diydl import SimulationContext
        >>> graph = ComputationalGraph()
        >>> x = graph.placeholder((), name="x")
        >>> (slope,) = graph.gradients(x**3, [x])
        >>> (bend,) = graph.gradients(slope, [x])
        >>> [float(y) for y in SimulationContext(graph).run([slope, bend], {x: 2})]
        [12.0, 12.0]
        """
        output = self.find(output)
        sources = [self._sources(x) for x in listed(wrt)]
        wanted = {node for nodes in sources for node in nodes}
        way = way_back(toposort(output), wanted)
        found = describe_gradients(way, self.lift(seed_for(output, seed))) if way else {}
        return [_total([found[node] for node in nodes if node in found]) for nodes in sources]

    def ancestors(self, *nodes):
        """Return all that `nodes` are computed from, themselves included, in order.

        Examples
        --------
        >>> graph = ComputationalGraph()
        >>> x, y = graph.placeholder((), name="x"), graph.placeholder((), name="y")
        >>> [node.name for node in graph.ancestors((x + y) * x)]
        ['x', 'y', 'add', 'mul']
        """
        found, todo = set(), [self.find(node) for node in nodes]
        while todo:
            node = todo.pop()
            if node not in found:
                found.add(node)
                todo += node.inputs
        return sorted(found, key=_place)

    def inputs(self, *nodes):
        """Return the placeholders that must be fed to compute `nodes`; without any, all of them."""
        found = needed([self.find(node) for node in nodes]) if nodes else self.nodes
        return [node for node in found if isinstance(node, Placeholder)]

    def outputs(self):
        """Return the nodes that no other node uses."""
        used = {x for node in self.nodes for x in node.inputs}
        return [node for node in self.nodes if node not in used]

    def states(self, *nodes):
        """Return the parameters and buffers that `nodes` read or write; without any, all."""
        found = needed([self.find(node) for node in nodes]) if nodes else self.nodes
        return list({x.state: True for x in found if isinstance(x, (Variable, Assignment))})

    def find(self, node):
        """Return the node with a name; a node of this graph is returned itself.

        Raises
        ------
        KeyError
            If no node has that name; the message names the nearest.
        TypeError
            If it is a node of another graph.
        """
        if not isinstance(node, str):
            return self._own(node)
        if node not in self._names:
            close = difflib.get_close_matches(node, self._names, n=1)
            hint = f"; is it {close[0]!r}?" if close else ""
            raise KeyError(f"no node of this graph is called {node!r}{hint}")
        return self._names[node]

    __getitem__ = find

    def rename(self, node, name):
        """Give a node a name that no other has."""
        if not isinstance(name, str) or not name:
            raise ValueError(f"a name is a text, got {name!r}")
        if self._names.get(name, node) is not node:
            raise ValueError(f"{self._names[name]!r} has the name {name!r} already; take another")
        self._names.pop(node.name, None)
        self._names[name], node.name = node, name

    def __len__(self):
        return len(self.nodes)

    def __bool__(self):
        return True

    def __iter__(self):
        return iter(self.nodes)

    def __repr__(self):
        return f"<ComputationalGraph of {len(self.nodes)} nodes>"

    def _added(self, node, name, stem):
        """Take a node in, under its name or one made from `stem`."""
        while not name:
            count = self._counts[stem] = self._counts.get(stem, -1) + 1
            free = f"{stem}_{count}" if count else stem
            name = "" if free in self._names else free
        self.rename(node, name)
        node.engine, node.number = self, len(self.nodes)
        self.nodes.append(node)
        return node

    def _own(self, node):
        if isinstance(node, Connection) and node.engine is self:
            return node
        kind = "node of another graph" if isinstance(node, Connection) else type(node).__name__
        raise TypeError(f"expected a node of this graph, or its name, got a {kind}")

    def _sources(self, x):
        """Return the nodes that stand for `x`: itself, or all that read a parameter."""
        if not isinstance(x, State):
            return [self.find(x)]
        if not x.requires_grad and isinstance(x, Parameter):
            return []
        return [node for node in self._reads.get(x, ()) if node is not None]


@exercise("04/needed")
def needed(nodes):
    """Return all that has to be done to compute `nodes`, effects included, in order.

    An effect belongs to a node, and is done whenever that node is computed.

    Examples
    --------
    >>> graph = ComputationalGraph()
    >>> x = graph.placeholder((), name="x")
    >>> slow, quick = (x + 1).named("slow"), (x * 2).named("quick")
    >>> [node.name for node in needed([quick])]
    ['x', 'constant_1', 'quick']
    """
    found, todo = set(), list(nodes)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += [*node.inputs, *node.effects]
    return sorted(found, key=_place)


def _place(node):
    return node.number


def _total(grads):
    return functools.reduce(operator.add, grads) if grads else None
