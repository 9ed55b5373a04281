"""Graphs of engines that describe first and run later, read into a `Picture`.

Every such value is a `Symbol`: it has `prim`, `inputs`, `params`, `shape` and `name`, and, where
it stands for a parameter, `state`. A new engine is drawn as soon as its values have these; `held`
and `_described` say what is an engine's own: what a value holds, and where a whole graph ends.
"""

import re
from dataclasses import dataclass, field

from diydl.draw.history import inputs_first
from diydl.draw.noted import applied, noted, number
from diydl.draw.picture import Group, Node, Picture
from diydl.engines.graph import ComputationalGraph, SimulationContext
from diydl.engines.graph.connection import Assignment, Constant, Placeholder
from diydl.engines.lazy import Assignment as LazyAssignment
from diydl.engines.lazy import Graph, LazyTensor
from diydl.engines.net import Data, Net
from diydl.parameter import Parameter, State
from diydl.symbol import Symbol
from diydl.value import Value


@dataclass
class Described:
    """What is drawn: the values in which it ends, and what can be said about each.

    `value_of` and `grad_of` return the array of a symbol, or None.
    """

    ends: list
    value_of: object = lambda symbol: None
    grad_of: object = lambda symbol: None
    names: dict = field(default_factory=dict)


def is_described(value):
    """Tell whether this is a symbol, or something that holds symbols: a graph, a net, a context.

    Examples
    --------
    >>> is_described(ComputationalGraph()), is_described(3)
    (True, False)
    """
    return isinstance(value, (Symbol, ComputationalGraph, SimulationContext, Net, Graph))


def symbols(value, *, values=False, gradients=False, names=None):
    """Return the graph of a symbol, or a whole graph, net or context, as a `Picture`.

    Parameters
    ----------
    value : Symbol, ComputationalGraph, SimulationContext, Net or lazy Graph
    values : bool or SimulationContext
        Whether nodes tell their values, or the context whose last run is asked for them.
    gradients : bool
    names : dict of str to value, optional

    Examples
    --------
    >>> graph = ComputationalGraph()
    >>> loss = (graph.placeholder((None, 2), name="x") * 2).sum().named("loss")
    >>> print(symbols(graph).text())
    1. x: data, shape (B, 2)
    2. 2: constant, shape ()
    3. mul: from x (1) and 2 (2), shape (B, 2)
    4. loss = sum: from mul (3), shape ()
    """
    found = _described(value, values)
    found.names = {id(x): word for word, x in (names or {}).items() if not word.startswith("_")}
    order = inputs_first(found.ends)
    place, nodes, edges, groups = {}, [], [], _Scopes()
    for symbol in order:
        place[id(symbol)] = here = len(nodes)
        edges += [(place[id(x)], here) for x in symbol.inputs if x is not None]
        nodes.append(_node(symbol, found, groups, values, gradients))
    return Picture(nodes, edges, groups.groups)


def _described(value, values):
    """Return what is drawn of a value: where the graph ends, and who knows its numbers."""
    if isinstance(values, SimulationContext) or isinstance(value, SimulationContext):
        context = values if isinstance(values, SimulationContext) else value
        graph = value.graph if value is context else value
        ends = graph.outputs() if isinstance(graph, ComputationalGraph) else [graph]
        return Described(ends, lambda x: context.values.get(x, held(x, context)))
    if isinstance(value, ComputationalGraph):
        return Described(value.outputs(), held)
    if isinstance(value, Net):
        data = [step.output for step in value.steps if step.output is not None]
        used = {id(x) for x in data for x in x.inputs}
        ends = [x for x in [*data, *value.leaves] if id(x) not in used]
        return Described(ends, held, _gradient)
    if isinstance(value, Graph):
        waiting = value.waiting()
        used = {id(x) for node in waiting for x in node.inputs}
        return Described([x for x in waiting if id(x) not in used], held, _gradient)
    return Described([value], held, _gradient)


def held(symbol, context=None):
    """Return the array that a symbol holds by itself: of a parameter, a constant, a Data.

    Examples
    --------
    >>> held(ComputationalGraph().constant([1.0, 2.0]))
    array([1., 2.], dtype=float32)
    """
    state = getattr(symbol, "state", None)
    if isinstance(state, State) and symbol.prim is None:
        return context.read(state) if context else state.data
    if isinstance(symbol, LazyTensor):
        return symbol.array  # its `data` would compute it
    if isinstance(symbol, Data):
        return symbol.value
    held = getattr(symbol, "data", None) if isinstance(symbol, Constant) else None
    return held if hasattr(held, "dtype") else None


def _gradient(symbol):
    """Return the array of a gradient that is there already."""
    g = getattr(symbol, "grad", None)
    g = getattr(getattr(symbol, "state", None), "grad", None) if g is None else g
    if isinstance(g, LazyTensor):
        return g.array
    return g.data if isinstance(g, Value) else g


def _node(symbol, found, groups, values, gradients):
    """Return the node for a symbol."""
    name = found.names.get(id(symbol), symbol.name)
    group, name = groups.of(name) if isinstance(symbol, Data) else (None, name)
    notes = []
    if values:
        notes.append(noted("value", found.value_of(symbol), "none yet"))
    if gradients:
        notes.append(noted("gradient", found.grad_of(symbol), "none yet"))
    shape = tuple(symbol.shape)
    if symbol.prim is not None:
        kind = "result" if any(symbol is end for end in found.ends) else "computed"
        label = applied(symbol.prim, symbol.params)
        own = not re.fullmatch(rf"{symbol.prim.name}(_\d+)?(\.out)?(_\d+)?|", name)
        return Node(f"{name} = {label}" if own else label, kind, shape, tuple(notes), group)
    if isinstance(symbol, (Assignment, LazyAssignment)):
        return Node(f"assign {name.removeprefix('assign ')}", "result", shape, tuple(notes), group)
    kind, array = leaf_kind(symbol), found.value_of(symbol)
    state = getattr(symbol, "state", None)
    if kind == "constant" and state is None and id(symbol) in found.names:
        kind = "data"  # what has a name was given, not written down
    name = found.names.get(id(state), name)
    if kind == "constant" and state is None and getattr(array, "size", 0) == 1:
        return Node(number(array), kind, shape, (), group)
    return Node(name or kind, kind, shape, tuple(notes), group)


def leaf_kind(symbol):
    """Return "data", "parameter", "frozen" or "constant" for a symbol that nothing computes.

    Examples
    --------
    >>> leaf_kind(ComputationalGraph().placeholder((), name="x"))
    'data'
    """
    state = getattr(symbol, "state", None)
    if isinstance(state, Parameter) and not getattr(symbol, "input", False):
        return "parameter" if state.requires_grad else "frozen"
    if isinstance(symbol, LazyTensor):
        return "data" if state is None and (symbol.requires_grad or symbol.name) else "constant"
    if isinstance(symbol, Data):
        return "data" if symbol.input else "constant"
    return "data" if isinstance(symbol, Placeholder) else "constant"


class _Scopes:
    """Groups for names such as "eye/left/x", which a net's scopes make."""

    def __init__(self):
        self.groups, self.known = [], {}

    def of(self, name):
        """Return the group that a name belongs to, or None, and the name in it."""
        *scopes, last = name.split("/")
        parent, path = None, ""
        for scope in scopes:
            path += scope + "/"
            if path not in self.known:
                self.known[path] = len(self.groups)
                self.groups.append(Group(scope, parent))
            parent = self.known[path]
        return parent, last
