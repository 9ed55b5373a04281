"""From lazy tensors to a plan."""

from diydl.compile.plan import Plan, Slot, Step, pruned
from diydl.engines.lazy.tensor import Assignment
from diydl.ops.elementwise import cast


def describe(outputs, inputs=(), *, effects=(), training=None):
    """Return the plan that computes lazy tensors, and does the assignments among them.

    What is read of a parameter is what it is when the plan begins; all assignments are done when
    it ends. So an error on the way leaves everything as it was.

    Parameters
    ----------
    outputs : list of LazyTensor
        What a run returns.
    inputs : list of LazyTensor
        Leaves whose numbers are given with each run; all other arrays are constants.
    effects : list of Assignment
        What is written besides: all that belongs to an output is written anyway.
    training : bool, optional
        Whether modal primitives train; as each was described, if left out.

    Examples
    --------
    >>> from diydl import LazyTensor, Parameter, assign
    >>> x, w = LazyTensor([1.0, 2.0]), Parameter([0.0, 0.0], name="w")
    >>> plan = describe([], [x], effects=[assign(w, w + x)])
    >>> plan.run([1.0, 2.0]), plan.run([1.0, 2.0]), w
    ([], [], Parameter([2., 4.]))
    """
    described = Described(inputs, training)
    roots = [*outputs, *effects]
    if roots:
        for node in roots[0].engine.waiting(*roots):
            described.add(node)
    return described.plan([described.slot(node) for node in outputs])


class Described:
    """Slots and steps as they are found."""

    def __init__(self, inputs, training):
        self.training = training
        self.slots, self.steps, self.of, self.states, self.writes = [], [], {}, {}, {}
        self.inputs = [self._input(node, n) for n, node in enumerate(inputs)]

    def _input(self, node, number):
        if node.prim is not None or node.state is not None:
            raise ValueError(f"input {number} is computed, {node!r}: only leaves can be given")
        name = node.name or "xyzuvw"[number : number + 1] or f"in{number}"
        self.of[node] = self._new("input", node.shape, node.dtype, name)
        return self.of[node]

    def _new(self, *described):
        self.slots.append(Slot(*described))
        return len(self.slots) - 1

    def slot(self, node):
        """Return the number of the slot of a tensor."""
        if node not in self.of:
            self.of[node] = self._leaf(node)
        return self.of[node]

    def _leaf(self, node):
        if node.array is not None:
            return self._new("constant", node.shape, node.dtype, "", node.array)
        node.read()  # refuses what is out of date
        state = node.state
        if state not in self.states:
            name = state.name or type(state).__name__.lower()
            self.states[state] = self._new("state", state.shape, state.dtype, name, state)
        return self.states[state]

    def add(self, node):
        """Add the step that computes a tensor, or note what is assigned."""
        inputs = tuple([self.slot(x) for x in node.inputs])
        if isinstance(node, Assignment):
            self.of[node] = self._assigned(node, *inputs)
            return
        params = node.params
        if node.prim.modal and self.training is not None:
            params = params | {"training": self.training}
        self.of[node] = self._step(node.prim, inputs, params, node.shape, node.dtype)

    def _assigned(self, node, value):
        """Whoever reads the state later reads the value."""
        state = node.state
        if state not in self.states:
            name = state.name or type(state).__name__.lower()
            self.states[state] = self._new("state", state.shape, state.dtype, name, state)
        if self.slots[value].dtype != state.dtype:
            value = self._step(cast, (value,), {"dtype": state.dtype}, state.shape, state.dtype)
        self.writes[self.states[state]] = value
        return value

    def _step(self, prim, inputs, params, shape, dtype):
        out = self._new("value", shape, dtype)
        self.steps.append(Step(prim, inputs, params, out))
        return out

    def plan(self, outputs):
        """Return the plan without what nobody needs."""
        given = (self.slots, self.steps, self.inputs, outputs, self.writes.items())
        return pruned(Plan(*map(tuple, given)))
