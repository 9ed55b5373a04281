"""Tracing: a function is called once with values that have no numbers, to see what it does."""

import inspect

import numpy as np

from diydl.backend import is_array
from diydl.compile.describe import describe
from diydl.compile.expand import expanded
from diydl.compile.nested import gather, mapped
from diydl.engines.lazy.graph import Graph
from diydl.engines.lazy.pending import Assignment
from diydl.engines.lazy.tensor import LazyTensor
from diydl.engines.tape import Tensor
from diydl.parameter import State
from diydl.probe import Probe, current_probe, probing, span
from diydl.symbol import seed_for
from diydl.value import engine


class Given(LazyTensor):
    """An argument of a function that is traced."""

    __slots__ = ()

    def read(self):
        """Refuse: the numbers come with each call."""
        raise self.engine.refused()


class Tracing(Graph):
    """A graph in which nothing runs: it sees what a function does.

    Parameters
    ----------
    called : str
        What the function is called in messages.
    caught : dict of str to object
        What the function finds outside itself.
    constants : list of array
        Arrays that may be used though they are no arguments.
    expand : int, optional
        Elements from which on some primitives are made of parts; see `expanded`.

    Attributes
    ----------
    modal : bool
        Whether something is done that depends on the mode.
    """

    def __init__(self, called, caught=None, constants=(), *, expand=None):
        super().__init__()
        self.called, self.caught, self.constants = called, caught or {}, constants
        self.expand, self.modal, self._grads = expand, False, {}

    @property
    def how_to_run(self):
        """Say that there is no way to the numbers."""
        return f"{self.called} is traced, to plan it: return what you want to look at"

    def given(self, array, name):
        """Return the value that stands for an argument."""
        return Given.noted(self, array.shape, array.dtype, name=name)

    def apply(self, prim, operands, params):
        """Note an operation, and whether it depends on the mode."""
        self.modal = self.modal or prim.modal
        parts = expanded(prim, operands, params, self.expand) if self.expand else None
        if parts is not None:
            return parts
        node = super().apply(prim, operands, params)
        probe = current_probe()
        if probe is not None:
            probe.made(node)
        return node

    def lift(self, x):
        """Return the tensor that stands for an operand; refuse arrays from nowhere."""
        if is_array(x) and not isinstance(x, np.generic):
            if not any(x is known for known in self.constants):
                raise TypeError(self._stray(x))
        return super().lift(x)

    def gradients(self, output, wrt, seed=None):
        """Describe gradients, as `Graph.gradients` does."""
        for x in wrt:
            if isinstance(x, State):
                self._grads.setdefault(x, x.grad)
        seed = LazyTensor(seed_for(output), graph=self) if seed is None else seed
        with span("sweep", output):
            return super().gradients(output, wrt, seed)

    def restore(self):
        """Give parameters the gradients back that they had: a plan leaves none."""
        for state, grad in self._grads.items():
            state.grad = grad

    def realize(self, *_, **__):
        """Refuse: nothing runs while a function is traced."""
        raise self.refused()

    def refused(self):
        """Return the error of somebody who asks for numbers."""
        return TypeError(
            f"{self.called} asks for the numbers of a value while it is traced: it runs once to "
            "see what it does, and then its plan runs without Python. For a choice that depends "
            "on values write where(condition, x, y); for an update, optimizer.operations("
            "gradients); return what you want to look at"
        )

    def _stray(self, x):
        names = [name for name, value in self.caught.items() if value is x]
        which = f"{names[0]!r}, an array" if names else "an array"
        return (
            f"{self.called} uses {which} of shape {x.shape} that is no argument of it: its plan "
            "would keep the numbers of now. Pass it as an argument, hold it in a Buffer, or, if it "
            "never changes, declare it: compute_graph(constants=[...])"
        )


def trace(function, arguments, graph, *, training=None):
    """Call a function with values that have no numbers; return its plan, and what it returned.

    Parameters
    ----------
    function : callable
    arguments : (tuple, dict)
        Positional and named arguments, arrays and tensors among them at any depth.
    graph : Tracing
    training : bool, optional
        Whether modal primitives train; as each was described, if left out.

    Returns
    -------
    (Plan, result)
        The result with a `LazyTensor` for each output of the plan, in that order.

    Examples
    --------
    >>> plan, result = trace(lambda x: {"twice": x * 2}, ((np.ones(3),), {}), Tracing("f"))
    >>> plan
    plan: 1 steps, 3 FLOPs, 56 bytes moved, 24 bytes held at most
      %2 = mul(x, 2)  (3,) float64
      return %2
    >>> result
    {'twice': <LazyTensor (3,) float64, waiting>}
    """
    names = iter(_names(function, arguments))
    inputs = []

    def stand_in(x):
        if not is_operand(x):
            return x
        inputs.append(graph.given(x.data if isinstance(x, Tensor) else x, next(names, "")))
        return inputs[-1]

    args, named = mapped(stand_in, arguments)
    try:
        with engine(graph), probing(Probe()):  # which notes where each node was made
            result = function(*args, **named)
    except TypeError as error:
        better = _explained(error, graph)
        if better is None:
            raise
        raise better from error
    finally:
        graph.restore()
    outputs = [x for x in gather(result) if is_output(x)]
    effects = graph.pending.kept()
    return describe(outputs, inputs, effects=effects, training=training), result


def is_operand(x):
    """Tell whether an argument is given with each call: an array or a tensor."""
    return isinstance(x, Tensor) or (is_array(x) and not isinstance(x, np.generic))


def is_output(x):
    """Tell whether something returned is computed; an assignment is done, and returns None."""
    return isinstance(x, LazyTensor) and not isinstance(x, Assignment)


def _names(function, arguments):
    """Return the names of the arguments that are arrays, where each is one."""
    try:
        bound = inspect.signature(function).bind(*arguments[0], **arguments[1]).arguments
    except (TypeError, ValueError):
        return []
    kinds = inspect.signature(function).parameters
    plain = all(kinds[name].kind is not kinds[name].VAR_POSITIONAL for name in bound)
    flat = all(is_operand(x) or not isinstance(x, (tuple, list, dict)) for x in bound.values())
    return [name for name, x in bound.items() if is_operand(x)] if plain and flat else []


def _explained(error, graph):
    """Name the tensors of outside that a function mixed with its own values."""
    names = [name for name, value in graph.caught.items() if isinstance(value, Tensor)]
    if "two engines" not in str(error) or not names:
        return None
    return TypeError(
        f"{graph.called} uses a tensor that is no argument of it ({', '.join(map(repr, names))}?): "
        "its plan would keep the numbers of now. Pass it as an argument, or hold it in a Buffer"
    )
