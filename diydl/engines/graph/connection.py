"""What a graph is made of: placeholders, constants, variables, results of operations, assignments.

None of them holds a number that a run computes: that is the affair of a `SimulationContext`. Each
knows how it gets its value from a run and from the values of its inputs.
"""

import numpy as np

from diydl.dim import Dim, is_open, resolved
from diydl.symbol import Symbol


class Connection(Symbol):
    """A value of a graph, described and not computed: the result of an operation.

    Attributes
    ----------
    engine : ComputationalGraph
        The graph it belongs to.
    number : int
        Its place in the order of description; its inputs have smaller ones.
    effects : list of Assignment
        What is written whenever this is computed.
    """

    __slots__ = ("effects", "engine", "number", "open")
    how_to_run = "Run it: SimulationContext(graph).run(x, feed)"

    def __init__(self, shape, dtype, **described):
        super().__init__(shape, dtype, **described)
        self.effects = []
        self.open = is_open(self.shape) or is_open(self.params)

    def named(self, name):
        """Give it a name of its own in its graph; returns itself.

        Examples
        --------
        >>> from diydl.engines.graph import ComputationalGraph
        >>> graph = ComputationalGraph()
        >>> loss = (graph.placeholder((None, 2), name="x") * 2).sum().named("loss")
        >>> graph["loss"] is loss
        True
        """
        self.engine.rename(self, name)
        return self

    def value(self, run, arrays):
        """Compute it from the values of its inputs."""
        params = resolved(self.params, run.size_of(self)) if self.open else self.params
        if self.prim.modal and run.training is not None:
            params = params | {"training": run.training}
        return self.prim.compute(*arrays, **params)


class Placeholder(Connection):
    """A value that comes from outside when the graph runs."""

    __slots__ = ()

    def value(self, run, arrays):
        """Take what was fed."""
        return run.fed[self]


class Constant(Connection):
    """An array that is part of the graph; or a size, known when the graph runs."""

    __slots__ = ("data",)

    def __init__(self, data, dtype=None, name=""):
        shape, dtype = ((), dtype) if type(data) is Dim else (data.shape, data.dtype)
        super().__init__(shape, dtype, name=name)
        if type(data) is np.ndarray and not shape:
            data = data[()]  # a NumPy scalar goes with arrays of any device
        self.data, self.open = data, type(data) is Dim

    def value(self, run, arrays):
        """Return the array."""
        return self.dtype.type(self.data.at(run.size_of(self))) if self.open else self.data


class Variable(Connection):
    """A parameter or buffer as it is at this place of the order: each context has its own copy."""

    __slots__ = ("state",)

    def __init__(self, state, name=""):
        super().__init__(state.shape, state.dtype, name=name)
        self.state = state

    def value(self, run, arrays):
        """Read the copy of the context."""
        return run.context.read(self.state)


class Assignment(Connection):
    """The effect of `diydl.assign`; its value is what was written."""

    __slots__ = ("state",)

    def __init__(self, state, source, name=""):
        super().__init__(state.shape, state.dtype, inputs=(source,), name=name)
        self.state = state

    def value(self, run, arrays):
        """Write into the copy of the context."""
        return run.context.write(self.state, arrays[0])
