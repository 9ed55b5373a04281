"""Running what waits: each value once, writes in their place among the reads, memory freed."""

from weakref import ref

from diydl.engines.lazy.tensor import Assignment


def needed(tensors):
    """Return all that has to be computed for `tensors`, effects included, in order.

    Who waits together with others has them computed too; an assignment, those before it.
    """
    found, todo = set(), list(tensors)
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


class Run:
    """Computes tensors of a graph, and does its assignments.

    Parameters
    ----------
    graph : Graph
    training : bool or None
        Whether modal primitives train; None: as each was described.
    retain_graph : bool
        Whether what was computed remembers how.
    """

    def __init__(self, graph, *, training, retain_graph):
        self.graph, self.training, self.retain_graph = graph, training, retain_graph
        self._views = []  # references to values that are views of a parameter's array

    def do(self, order):
        """Compute all of `order`, and empty it: what nobody needs any more is freed."""
        order.reverse()
        node = None
        try:
            while order:
                node = order.pop()
                if isinstance(node, Assignment):
                    self.write(node)
                else:
                    self.compute(node)
        except Exception:  # else all who read the states would wait for what cannot be
            for lost in (node, *order):
                if isinstance(lost, Assignment):
                    self.graph.pending.remove(lost)
            raise
        finally:
            self._give_own_arrays()

    def compute(self, node):
        """Compute one tensor; it drops its inputs."""
        params = node.params
        if node.prim.modal and self.training is not None:
            params = params | {"training": self.training}
        node.array = node.prim.compute(*[x.read() for x in node.inputs], **params)
        if node.prim.view and any(x.array is None or x.borrowed for x in node.inputs):
            node.borrowed = True
            self._views.append(ref(node))
        if not self.retain_graph:
            node.forget()
        node.effects, node.together = [], []

    def write(self, effect):
        """Do an assignment in place, after all who read the old array have it for themselves."""
        state, after, reads = effect.state, effect.after, self.graph.reads
        base = effect.version if after is None else after.version
        if state.version != base:
            raise RuntimeError(
                f"{state._called()} was written (version {state.version}) while an assignment to "
                f"version {base} of it waited: realize before you write"
            )
        array, reader = effect.inputs[0].read(), reads.get(state)
        if reader is not None and reader.array is None and reader.version == state.version:
            reader.array = state.data.copy()
        self._give_own_arrays()
        state.write(array)
        effect.version = state.version
        reads[state] = effect
        effect.inputs, effect.after = (), None
        self.graph.pending.remove(effect)

    def _give_own_arrays(self):
        """Copy what is a view of a parameter and still in use, before that is written."""
        for node in [member() for member in self._views]:
            if node is not None:
                node.array, node.borrowed = node.array.copy(), False
        self._views.clear()
