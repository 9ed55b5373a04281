"""Functions that are planned once and then run without Python: `compute_graph` and `freeze`."""

import functools
import types

import numpy as np

from diydl.backend import array_module, as_array, default_dtype, device_of
from diydl.compile.caught import caught, modules_in
from diydl.compile.fuse import LEAST
from diydl.compile.nested import gather, mapped, structure
from diydl.compile.passes import PASSES, compiled, passes_for
from diydl.compile.rows import join
from diydl.compile.trace import Tracing, is_operand, is_output, trace
from diydl.engines.tape import Tensor
from diydl.exercise import overlay_version
from diydl.probe import span
from diydl.symbol import Symbol

MOST = 16  # plans that one function keeps; the oldest is dropped


def compute_graph(function=None, *, constants=(), training=None, passes=PASSES):
    """Let a function be traced once, planned, and run from its plan ever after.

    What it computes may hold a whole step of training: the loss, ``loss.backward()``, and
    ``optimizer.operations(gradients)``. It is planned again for other shapes or dtypes, for
    another mode of the modules that it uses, for other arguments that are no arrays, and for other
    numbers and objects caught in its closure (but not within a list, a dict or an object: those
    are what they were). Parameters and buffers are read and written where they are: a learning
    rate that is changed takes effect.

    Parameters
    ----------
    function : callable
        Of arrays and tensors, also within tuples, lists and dicts.
    constants : list of array
        Arrays that it uses though they are no arguments, and that never change.
    training : bool, optional
        The mode of all calls; that of the modules it uses, if left out.
    passes : sequence of callable
        What is done with each plan.

    Raises
    ------
    TypeError
        When traced: if it asks for numbers (``if loss > 1``, ``float(loss)``), or uses an array
        that is neither argument nor declared.

    Examples
    --------
    >>> import diydl as dl
    >>> from diydl import nn, optim
    >>> w = nn.Parameter([1.0, 2.0], name="w")
    >>> optimizer = optim.SGD([w], lr=0.1)
    >>> @compute_graph
    ... def step(x):
    ...     loss = (w * x).sum()
    ...     loss.backward()
    ...     optimizer.operations([w.grad])
    ...     return loss
    >>> step(dl.ones(2)), step(np.ones(2, "float32"))
    (tensor(3.), tensor(2.8))
    >>> optimizer.lr = 0.0
    >>> step(dl.ones(2)), step(dl.ones(2)), step
    (tensor(2.6), tensor(2.6), <compute_graph step: 1 plan>)
    """
    options = {"constants": constants, "training": training, "passes": passes}
    if function is None:
        return functools.partial(compute_graph, **options)
    return ComputeGraph(function, **options)


def freeze(function, *examples, **options):
    """Plan a function or a module now, for arguments like `examples`; later for others too.

    The options are those of `compute_graph`.

    Examples
    --------
    >>> import diydl as dl
    >>> from diydl import nn
    >>> model = nn.Sequential(nn.Linear(4, 3), nn.ReLU()).eval()
    >>> fast = freeze(model, dl.ones((8, 4)))
    >>> fast
    <compute_graph Sequential: 1 plan>
    >>> fast(dl.ones((5, 4))).shape, fast
    ((5, 3), <compute_graph Sequential: 2 plans>)
    """
    frozen = compute_graph(function, **options)
    frozen.plan(*examples)
    return frozen


class ComputeGraph:
    """A function with its plans; made by `compute_graph` and `freeze`."""

    def __init__(self, function, *, constants, training, passes):
        if not callable(function):
            raise TypeError(f"expected a function or a module, got a {type(function).__name__}")
        self.function, self.training = function, training
        self.constants, self.passes, self._plans = list(constants), tuple(passes), {}
        self.called = getattr(function, "__name__", type(function).__name__)
        functools.update_wrapper(self, function, updated=())

    def __call__(self, *args, **named):
        """Run the plan for these arguments, made now if there is none."""
        if any(isinstance(x, Symbol) for x in gather((args, named))):
            return self.function(*args, **named)  # within another function that is traced
        entry, arrays = self._entry(args, named)
        computed = iter(entry.plan.run(*arrays))
        return mapped(lambda x: _returned(x, computed), entry.result)

    def __get__(self, instance, owner=None):
        """Bind to an instance, as a function in a class does."""
        return self if instance is None else types.MethodType(self, instance)

    def plan(self, *args, **named):
        """Return the plan for these arguments, made now if there is none.

        Examples
        --------
        >>> import diydl as dl
        >>> compute_graph(lambda x: dl.exp(x * 2)).plan(dl.ones(3))
        plan: 2 steps, 6 FLOPs, 52 bytes moved, 24 bytes held at most
          %2 = mul(x, 2)  (3,) float32
          %3 = exp(%2)  (3,) float32
          return %3
        """
        return self._entry(args, named)[0].plan

    def _entry(self, args, named):
        outside = caught(self.function)
        arrays = [_array(x, self.called) for x in gather((args, named)) if is_operand(x)]
        modules = modules_in([*outside.values(), *gather((args, named))])
        modes = self.training if self.training is not None else tuple(m.training for m in modules)
        key = (
            structure(_kind, (args, named)),
            tuple((k, structure(_kind, v)) for k, v in outside.items() if _fixed(v)),
            (modes, tuple(map(id, modules)), overlay_version(), default_dtype()),
        )
        entry = self._plans.get(key)
        if entry is None or not entry.holds():
            self._plans.pop(key, None)
            with span("planning", self.called):
                entry = self._plans[key] = self._traced((args, named), arrays, outside, modules)
            if len(self._plans) > MOST:
                del self._plans[next(iter(self._plans))]
        return entry, arrays

    def _traced(self, arguments, arrays, outside, modules):
        expand = LEAST if join in self.passes and array_module(*arrays) is np else None
        graph = Tracing(self.called, outside, self.constants, expand=expand)
        plan, result = trace(self.function, arguments, graph, training=self.training)
        if graph.modal and self.training is None and not modules:
            raise TypeError(
                f"{self.called} does what depends on the mode (dropout, batch norm), and no module "
                "was found whose mode that is: say compute_graph(training=True) or (training=False)"
            )
        on_cpu = all(str(device_of(x)) == "cpu" for x in (*arrays, *_states(plan)))
        passes = passes_for(self.passes, on_cpu=on_cpu)
        result = mapped(lambda x: _Output if is_output(x) else _quiet(x), result)
        return Entry(compiled(plan, passes), result, (outside, arguments, modules))

    def __repr__(self):
        count = len(self._plans)
        return f"<compute_graph {self.called}: {count} plan{'s' * (count != 1)}>"


class Entry:
    """A plan, what the function returned, and what must be as it was for both to hold."""

    def __init__(self, plan, result, kept):
        self.plan, self.result = plan, result
        outside, arguments, modules = kept
        # Objects are told apart by their ids, so they must live as long as the plan.
        self._kept = [x for x in gather((outside, arguments)) if not is_operand(x)] + modules
        self._trained = [(s.held, s.held.requires_grad) for s in plan.slots if s.kind == "state"]

    def holds(self):
        """Tell whether the same parameters are trained as when it was traced."""
        return all(state.requires_grad == trained for state, trained in self._trained)


class _Output:
    """Stands in a result for what the plan computes."""


def _returned(x, computed):
    return Tensor(next(computed)) if x is _Output else x


def _quiet(x):
    """Return what is no output as it is; an assignment has been done: None, as when eager."""
    return None if isinstance(x, Symbol) else x


def _array(x, called):
    if isinstance(x, Tensor) and x.requires_grad:
        raise TypeError(
            f"{called} got a tensor that requires a gradient, and a plan remembers nothing for "
            "backward: take gradients inside the function, or give x.detach()"
        )
    return as_array(x.data if isinstance(x, Tensor) else x)


def _kind(x):
    """Return what a plan depends on: shape and dtype of arrays, numbers and text themselves."""
    if is_operand(x):
        return ("array", x.shape, x.dtype, str(device_of(x.data if isinstance(x, Tensor) else x)))
    if x is None or isinstance(x, (int, float, str, bytes, np.generic)):
        return (type(x), repr(x))
    return (type(x), id(x))


def _fixed(x):
    """Tell whether something from outside is part of the key: not what a function appends to."""
    return not is_operand(x) and not isinstance(x, (list, dict))


def _states(plan):
    return [slot.held.data for slot in plan.slots if slot.kind == "state"]
