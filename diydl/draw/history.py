"""The history of a value as a picture: what it was computed from, read off the recorded nodes.

Nodes are read by their attributes, as the reverse sweep reads them: `prim` (None for a leaf) and
`inputs`, and where they are there `params`, `shape`, `saved`, `versions`, `watcher`. So the
drawing knows no engine, and every engine whose nodes look like this can be drawn.
"""

import gc

import numpy as np

from diydl.backend import is_array
from diydl.draw.noted import NOT_KEPT, applied, noted, number
from diydl.draw.picture import Node, Picture
from diydl.parameter import Buffer, Parameter, State
from diydl.reverse import reverse_sweep, toposort
from diydl.value import Value


def history(value, *, values=False, gradients=False, names=None):
    """Return the history of a tensor or parameter as a `Picture`.

    Takes what `graph` takes.

    Examples
    --------
    >>> import diydl as dl
    >>> x = dl.tensor([1.0, 2.0], requires_grad=True)
    >>> print(history((x * 3).sum(), names={"x": x}).text())
    1. x: data, shape (2,)
    2. 3: constant, shape ()
    3. mul: from x (1) and 3 (2), shape (2,)
    4. sum: from mul (3), shape ()
    """
    if not isinstance(value, Value) or not hasattr(value, "requires_grad"):
        raise TypeError(
            f"graph() draws the history of a tensor or parameter, got {type(value).__name__}; "
            "compute the result from tensors, with dl.tensor(..., requires_grad=True)"
        )
    root = _node_of(value)
    order = inputs_first([root])
    known = _Known(value, order, names or {}, values, gradients)
    nodes, edges, place = [], [], {}
    for node in order:
        sources = []
        for position, source in enumerate(node.inputs):
            if source is None:
                sources.append(len(nodes))
                nodes.append(known.unrecorded(node, position))
            else:
                sources.append(place[id(source)])
        place[id(node)] = len(nodes)
        edges += [(source, len(nodes)) for source in sources]
        nodes.append(known.described(node, node is root))
    return Picture(nodes, edges)


def _node_of(value):
    return getattr(value, "node", None) or value


def inputs_first(ends):
    """Return all nodes below `ends`, inputs before users, in the order an operation takes them.

    Not `diydl.reverse.toposort`: a learner may have put another in its place, and a picture shall
    show the same graph then.

    Examples
    --------
    >>> from types import SimpleNamespace as Node
    >>> a = Node(name="a", inputs=())
    >>> [node.name for node in inputs_first([Node(name="b", inputs=(a, a)), a])]
    ['a', 'b']
    """
    order, seen, stack = [], set(), [(node, False) for node in reversed(ends)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((n, False) for n in reversed(node.inputs) if n is not None)
    return order


class _Known:
    """What can be said about each node: its name, its value, its gradient."""

    def __init__(self, value, order, names, values, gradients):
        self.values, self.gradients = values, gradients
        self.arrays, self.grads, self.names = {}, {}, {}
        for name, named in names.items():
            if name.startswith("_"):
                continue  # IPython's _, __, _1
            if hasattr(named, "requires_grad"):
                self.names.setdefault(id(_node_of(named)), name)
                self._live(named)
                named = named.data
            if is_array(named):
                self.names.setdefault(id(named), name)
        self._live(value)
        if values:
            self._saved(order)
            self._alive(type(value), order)
        if gradients == "compute":
            self.grads = swept(order)
        elif gradients:
            for node in order:
                watcher = getattr(node, "watcher", None)
                if watcher is not None:
                    self._live(watcher)

    def _live(self, value):
        node = _node_of(value)
        self.arrays[id(node)] = value.data
        if getattr(value, "grad", None) is not None:
            self.grads[id(node)] = value.grad.data

    def _saved(self, order):
        """Take the arrays that the tape keeps for the backward pass."""
        for node in order:
            saved = getattr(node, "saved", None) or ()  # nothing after a backward
            for source, array in zip((node, *node.inputs), saved, strict=False):
                if source is not None and hasattr(array, "dtype") and hasattr(array, "sum"):
                    self.arrays.setdefault(id(source), array)

    def _alive(self, kind, order):
        """Take the arrays of tensors that are still alive anywhere in the program.

        The tape does not know its tensors, so that they can be freed; Python's garbage collector
        does. It is asked only when a picture with values is drawn.
        """
        wanted = {id(node) for node in order}
        for thing in gc.get_objects():
            if type(thing) is kind and id(getattr(thing, "node", None)) in wanted:
                self._live(thing)

    def described(self, node, is_root):
        """Return the node of the picture for a recorded node or a leaf."""
        if node.prim is None:
            return self._leaf(node)
        label = applied(node.prim, getattr(node, "params", {}))
        if id(node) in self.names:
            label = f"{self.names[id(node)]} = {label}"
        notes = self._notes(self.arrays.get(id(node)), id(node))
        kind = "result" if is_root else "computed"
        return Node(label, kind, tuple(node.shape), tuple(notes))

    def _leaf(self, leaf):
        kind = "data"
        if isinstance(leaf, Parameter):
            kind = "parameter" if leaf.requires_grad else "frozen"
        label = self.names.get(id(leaf)) or getattr(leaf, "name", "") or kind
        notes = self._notes(leaf.data, id(leaf))
        if self.gradients and id(leaf) not in self.grads:
            grad = getattr(leaf, "grad", None)
            notes[-1:] = [noted("gradient", None if grad is None else grad.data, "none yet")]
        return Node(label, kind, tuple(leaf.shape), tuple(notes))

    def unrecorded(self, node, position):
        """Return the node for an operand without gradient: known as far as it was saved."""
        saved = getattr(node, "saved", None)
        array = saved[position + 1] if saved else None
        if array is None or not hasattr(array, "shape"):
            return Node("constant", "constant", None, (f"value {NOT_KEPT}",))
        state = next(
            (s for s, _ in getattr(node, "versions", ()) if getattr(s, "data", None) is array),
            None,
        )
        if isinstance(state, State) and not isinstance(state, Buffer):
            label = self.names.get(id(state)) or state.name or "frozen parameter"
            notes = [noted("value", array)] if self.values else []
            return Node(label, "frozen", tuple(array.shape), tuple(notes))
        kept = hasattr(array, "sum")  # else only its shape is
        label = self.names.get(id(array)) or getattr(state, "name", "")
        if kept and array.size == 1 and not label:
            return Node(number(array), "constant", tuple(array.shape))
        notes = [noted("value", array if kept else None)] if self.values else []
        kind = "data" if label else "constant"  # what has a name was given, not written down
        return Node(label or kind, kind, tuple(array.shape), tuple(notes))

    def _notes(self, array, key):
        notes = [noted("value", array)] if self.values else []
        return notes + ([noted("gradient", self.grads.get(key))] if self.gradients else [])


def swept(order):
    """Return {id of node: gradient of the last one}, by a sweep that leaves no trace.

    Examples
    --------
    >>> import diydl as dl
    >>> w = dl.Parameter([2.0, 3.0])
    >>> swept(toposort((w * w).sum().node))[id(w)]
    array([4., 6.], dtype=float32)
    """
    root = order[-1]
    if root.prim is None:
        return {}
    if int(np.prod(root.shape)) != 1:
        raise ValueError(
            f"gradients of {int(np.prod(root.shape))} numbers (shape {root.shape}) cannot be "
            "drawn: take .sum() or .mean() first"
        )
    found = {}

    def pull(node, g):
        found[id(node)] = g
        return node.pull(g)

    leaves = reverse_sweep(toposort(root), np.ones(root.shape, root.dtype), pull)
    return found | {id(leaf): g for leaf, g in leaves.items()}
