"""From lazy tensors to a plan."""

from diydl.compile.plan import Plan, Slot, Step, pruned
from diydl.engines.lazy.pending import Assignment
from diydl.exercise import exercise
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
    effects : list of lazy assignments
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
    order = roots[0].engine.waiting(*roots) if roots else []
    numbers = number_steps(order, described.given, described.leaf, described.step)
    for node in outputs:
        if node not in numbers:
            numbers[node] = described.leaf(node)
    return described.plan([numbers[node] for node in outputs])


@exercise("06/number_steps")
def number_steps(order, given, leaf, step):
    """Give a number to each tensor of `order` and to what it is made of; return them by tensor.

    Parameters
    ----------
    order : list of LazyTensor
        What is to be computed, inputs before their users.
    given : dict of LazyTensor to int
        Those that have a number already.
    leaf : callable
        ``leaf(tensor)`` makes a slot for what is not computed, and returns its number.
    step : callable
        ``step(tensor, inputs)`` notes the step that computes a tensor from the slots in the tuple
        `inputs`, and returns the number of the slot that holds the result.

    Examples
    --------
    >>> from diydl import LazyTensor
    >>> x = LazyTensor([1.0])
    >>> y = x * x
    >>> numbers = number_steps([y], {}, lambda tensor: 0, lambda tensor, inputs: print(inputs) or 1)
    (0, 0)
    >>> numbers[x], numbers[y]
    (0, 1)
    """
    numbers = dict(given)
    for node in order:
        for x in node.inputs:
            if x not in numbers:
                numbers[x] = leaf(x)
        numbers[node] = step(node, tuple([numbers[x] for x in node.inputs]))
    return numbers


class Described:
    """Slots and steps as they are found."""

    def __init__(self, inputs, training):
        self.training = training
        self.slots, self.steps, self.states, self.writes = [], [], {}, {}
        self.given = {node: self._input(node, n) for n, node in enumerate(inputs)}

    def _input(self, node, number):
        if node.prim is not None or node.state is not None:
            raise ValueError(f"input {number} is computed, {node!r}: only leaves can be given")
        name = node.name or "xyzuvw"[number : number + 1] or f"in{number}"
        return self._new("input", node.shape, node.dtype, name)

    def _new(self, *described):
        self.slots.append(Slot(*described))
        return len(self.slots) - 1

    def leaf(self, node):
        """Make a slot for a constant or a state."""
        if node.array is not None:
            return self._new("constant", node.shape, node.dtype, "", node.array)
        node.read()  # refuses what is out of date
        return self._state(node.state)

    def _state(self, state):
        if state not in self.states:
            name = state.name or type(state).__name__.lower()
            self.states[state] = self._new("state", state.shape, state.dtype, name, state)
        return self.states[state]

    def step(self, node, inputs):
        """Note what computes a tensor, or what is assigned."""
        if isinstance(node, Assignment):
            return self._assigned(node.state, *inputs)
        params = node.params
        if node.prim.modal and self.training is not None:
            params = params | {"training": self.training}
        place = getattr(node, "place", None)
        return self._step(node.prim, inputs, params, node.shape, node.dtype, place)

    def _assigned(self, state, value):
        """Whoever reads the state later reads the value."""
        number = self._state(state)
        if self.slots[value].dtype != state.dtype:
            value = self._step(cast, (value,), {"dtype": state.dtype}, state.shape, state.dtype)
        self.writes[number] = value
        return value

    def _step(self, prim, inputs, params, shape, dtype, place=None):
        out = self._new("value", shape, dtype)
        self.steps.append(Step(prim, inputs, params, out, place))
        return out

    def plan(self, outputs):
        """Return the plan without what nobody needs."""
        given = tuple(self.given.values())
        described = (self.slots, self.steps, given, outputs, self.writes.items())
        return pruned(Plan(*map(tuple, described)))
