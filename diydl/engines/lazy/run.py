"""Running what waits: each value once, writes in their place among the reads, memory freed."""

from weakref import ref

from diydl.engines.lazy.pending import Assignment
from diydl.exercise import exercise


@exercise("06/waiting_for")
def waiting_for(tensors):
    """Return all that has to be computed for `tensors`, effects included, in order of description.

    Parameters
    ----------
    tensors : list of LazyTensor

    Examples
    --------
    >>> from diydl import LazyTensor
    >>> x = LazyTensor([1.0, 2.0])
    >>> y = x * 2
    >>> z = y + 1
    >>> waiting_for([z]) == [y, z]
    True
    >>> waiting_for([z.realize()])
    []
    """
    found, todo = set(), list(tensors)
    while todo:
        node = todo.pop()
        if node.waiting and node not in found:
            found.add(node)
            todo += node.along
    return sorted(found, key=lambda node: node.number)


@exercise("06/realize_in_order")
def realize_in_order(order, compute, *, retain_graph=False):
    """Compute all of `order`, and let each forget how; the list is empty in the end.

    What nobody holds any more is freed on the way, since neither the list nor those who used it
    hold it. If `compute` fails, what was not tried yet is left in the list.

    Parameters
    ----------
    order : list of LazyTensor
        Inputs before their users.
    compute : callable
        ``compute(node)`` gives a tensor its numbers, or does an assignment.
    retain_graph : bool
        Whether each shall remember what it was computed from.

    Examples
    --------
    >>> from diydl import LazyTensor
    >>> y = LazyTensor([1.0, 2.0]) * 2
    >>> order = waiting_for([y])
    >>> realize_in_order(order, lambda node: print(node.prim.name, node.inputs))
    mul (<LazyTensor (2,) float32, realized>, <LazyTensor () float32, realized>)
    >>> order, y.inputs
    ([], ())
    """
    order.reverse()
    while order:
        node = order.pop()
        compute(node)
        if not retain_graph:
            node.forget()


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
        try:
            realize_in_order(order, self.one, retain_graph=self.retain_graph)
        except Exception:  # else all who read the states would wait for what cannot be
            for lost in order:
                if isinstance(lost, Assignment):
                    self.graph.pending.remove(lost)
            raise
        finally:
            self._give_own_arrays()

    def one(self, node):
        """Compute a tensor, or do an assignment."""
        if isinstance(node, Assignment):
            self.graph.pending.remove(node)  # done or failed: nobody shall wait for it any more
            self.write(node)
        else:
            self.compute(node)

    def compute(self, node):
        """Compute one tensor."""
        params = node.params
        if node.prim.modal and self.training is not None:
            params = params | {"training": self.training}
        node.array = node.prim.compute(*[x.read() for x in node.inputs], **params)
        if node.prim.view and any(x.array is None or x.borrowed for x in node.inputs):
            node.borrowed = True
            self._views.append(ref(node))
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
        effect.forget()

    def _give_own_arrays(self):
        """Copy what is a view of a parameter and still in use, before that is written."""
        for node in [member() for member in self._views]:
            if node is not None:
                node.array, node.borrowed = node.array.copy(), False
        self._views.clear()
