"""What all optimizers share: a list of parameters, a learning rate, and state that can be kept.

An update has two forms. `step` computes it at once, in place and in blocks that fit into the
cache; `operations` describes it with the operations of the library, so that it can be part of a
graph. Both read and write the same state, and a test holds them equal.
"""

import numpy as np

from diydl.backend import array_module, as_array, device_of, to_device
from diydl.ops import stop_gradient
from diydl.optim.blocks import Blocks
from diydl.parameter import Buffer, Parameter, assign
from diydl.primitive import current_engine, engine, engine_of
from diydl.probe import span


class Optimizer:
    """Base class: writes new values into parameters, from their gradients.

    A subclass names its options in `options` and its arrays per parameter in `buffers`, and
    defines the update twice: `rule` in place, `operation` as operations.

    Attributes
    ----------
    params : list of Parameter
    learning_rate : Buffer
        A float64 number. A graph reads it at every run, so that it can be changed.
    counts : list of Buffer
        How often each parameter was updated.
    state : list of (dict of Buffer, or None)
        What is kept for each parameter, from its first update on.
    """

    options = ("lr",)
    buffers = ()
    scratch = 1  # how many arrays of one block's size an update works in

    def __init__(self, params, lr):
        self.params = _checked(params)
        rate = np.array(positive("lr", lr, zero=True), np.float64)
        self.learning_rate = Buffer(rate, "learning_rate")
        self.counts = [Buffer(np.array(0), f"{i}.step") for i in range(len(self.params))]
        self.state: list[dict | None] = [None] * len(self.params)
        self._blocks = Blocks(self.scratch)

    @property
    def lr(self):
        """The learning rate as a number; it may be changed at any time, for the next step on."""
        return float(self.learning_rate.data)

    @lr.setter
    def lr(self, value):
        self.learning_rate.write(as_array(positive("lr", value, zero=True), np.float64))

    @property
    def steps(self):
        """How often each parameter was updated, as a list of numbers."""
        return [int(count.data) for count in self.counts]

    def step(self):
        """Change every parameter that has a gradient, in place."""
        with span("optimizer", self):
            self._step()

    def _step(self):
        for i, parameter in enumerate(self.params):
            if parameter.grad is None:
                continue
            state, count = self._kept(i), self.counts[i]
            step = int(count.data) + 1
            count.write(as_array(step))
            rule = self.rule(step)
            arrays = [buffer.data for buffer in state]
            for pieces in self._blocks.of(parameter.data, parameter.grad.data, *arrays):
                rule(*pieces)
            for changed in (parameter, *state):
                changed.changed()

    def operations(self, gradients):
        """Describe a step with operations, for a graph; under an eager engine it happens at once.

        Parameters
        ----------
        gradients : list
            One for each parameter, in the same order; None leaves a parameter alone.

        Returns
        -------
        list
            What `assign` returns for each parameter and each piece of state that is written: under
            a graph engine an object to fetch, so that the update runs; None under an eager one.

        Notes
        -----
        The rate is read when the update runs. A `SimulationContext` has a copy of it, as of all
        parameters: there it is changed by ``context.set(optimizer.learning_rate, 0.01)``.

        Examples
        --------
        >>> import diydl as dl
        >>> from diydl import nn, optim
        >>> w = nn.Parameter([1.0, 2.0])
        >>> optimizer = optim.SGD([w], lr=0.5)
        >>> _ = optimizer.operations([dl.tensor([1.0, 1.0])])
        >>> w
        Parameter([0.5, 1.5])
        """
        gradients = list(gradients)
        if len(gradients) != len(self.params):
            raise ValueError(
                f"operations takes one gradient (or None) for each of {len(self.params)} "
                f"parameters, got {len(gradients)}"
            )
        written = []
        chosen = engine_of(*gradients) or current_engine()
        with engine(chosen), span("optimizer", self):
            for i, (parameter, g) in enumerate(zip(self.params, gradients, strict=True)):
                if g is not None:
                    written += self._described(i, parameter, stop_gradient(g))
            return [assign(state, value) for state, value in written]

    def _described(self, i, parameter, g):
        """Return the pairs (state, new value) of the update of one parameter."""
        state, count = self._kept(i), self.counts[i]
        for buffer in (self.learning_rate, count):
            buffer.to(device_of(parameter.data))
        step = count + 1
        new = self.operation(stop_gradient(parameter), g, step, self.learning_rate, *state)
        return zip((parameter, *state, count), (*new, step), strict=True)

    def _kept(self, i):
        """Return the buffers of parameter `i`, made of zeros when first asked for."""
        if self.state[i] is None:
            data = self.params[i].data
            zeros = array_module(data).zeros_like(data)
            self.state[i] = {name: Buffer(zeros, f"{i}.{name}") for name in self.needed()}
        return [self.state[i][name] for name in self.needed()]

    def needed(self):
        """Names of the arrays that are kept for every parameter."""
        return self.buffers

    def rule(self, step):
        """Return ``update(p, g, *buffers, *scratch)``, which changes a block in place.

        `g` must be left as it is. `step` counts the updates of this parameter, from 1.
        """
        raise NotImplementedError(f"{type(self).__name__} has no rule(self, step)")

    def operation(self, p, g, step, lr, *buffers):
        """Return new values of the parameter and of each of its buffers, made by operations.

        `step` and `lr` are values too: the number of this update, from 1, and the learning rate.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no operation(self, p, g, step, lr, *buffers)"
        )

    def zero_grad(self):
        """Forget the gradients. Only needed with ``backward(accumulate=True)``."""
        for parameter in self.params:
            parameter.grad = None

    def state_dict(self):
        """Return options and buffers as a dict of arrays, ready for `diydl.storage.save_arrays`.

        Examples
        --------
        >>> from diydl import nn, optim
        >>> optimizer = optim.SGD(nn.Linear(2, 1).parameters(), lr=0.1)
        >>> {name: float(x) for name, x in optimizer.state_dict().items() if name == "lr"}
        {'lr': 0.1}
        """
        arrays = {name: np.asarray(getattr(self, name)) for name in self.options}
        for i, (step, state) in enumerate(zip(self.steps, self.state, strict=True)):
            arrays[f"{i}.step"] = np.asarray(step)
            for name, buffer in (state or {}).items():
                arrays[f"{i}.{name}"] = buffer.data.copy()
        return arrays

    def load_state_dict(self, arrays):
        """Go on from `arrays`, as `state_dict` returned them.

        Raises
        ------
        ValueError
            If they belong to another kind of optimizer or to other parameters; then nothing has
            been changed.

        Examples
        --------
        >>> from diydl import nn, optim
        >>> params = nn.Linear(2, 1).parameters()
        >>> optimizer = optim.Adam(params)
        >>> optimizer.load_state_dict(optim.Adam(params, lr=0.5).state_dict())
        >>> optimizer.lr
        0.5
        """
        known = {f"{i}.{name}" for i in range(len(self.params)) for name in ("step", *self.buffers)}
        needed = {*self.options, *(f"{i}.step" for i in range(len(self.params)))}
        missing, unexpected = needed - arrays.keys(), arrays.keys() - known - set(self.options)
        if missing or unexpected:
            raise ValueError(
                f"this is not the state of {type(self).__name__} with {len(self.params)} "
                f"parameters: missing {sorted(missing)}, unexpected {sorted(unexpected)}"
            )
        state = [self._state_from(arrays, i, p) for i, p in enumerate(self.params)]
        for i, found in enumerate(state):
            self.counts[i].write(to_device(as_array(arrays[f"{i}.step"]), self.counts[i].device))
            self._keep(i, found)
        for name in self.options:
            value = np.asarray(arrays[name]).tolist()
            setattr(self, name, tuple(value) if isinstance(value, list) else value)

    def _keep(self, i, found):
        """Write into the buffers that there are, since a graph may hold them; make others."""
        if self.state[i] is None:
            made = {name: Buffer(array, f"{i}.{name}") for name, array in found.items()}
            self.state[i] = made or None
            return
        for name, buffer in self.state[i].items():
            buffer.write(found.get(name, np.zeros_like(buffer.data)))

    def _state_from(self, arrays, i, parameter):
        found = {}
        for name in self.buffers:
            if f"{i}.{name}" not in arrays:
                continue
            array = as_array(arrays[f"{i}.{name}"])
            if array.shape != parameter.shape:
                raise ValueError(
                    f"{i}.{name} has shape {array.shape}, but parameter {i} {parameter.shape}: "
                    "this state belongs to another model"
                )
            moved = to_device(array, device_of(parameter.data))
            found[name] = moved.astype(parameter.dtype, copy=True)
        return found

    def __repr__(self):
        options = ", ".join(f"{name}={getattr(self, name)}" for name in self.options)
        return f"{type(self).__name__}({len(self.params)} parameters, {options})"


def positive(name, value, *, zero=False, below=None):
    """Return `value` as a number above 0 (or from 0), and below `below`; else raise an error.

    Examples
    --------
    >>> positive("lr", 0.1)
    0.1
    >>> positive("beta", 1.5, below=1)
    Traceback (most recent call last):
    ValueError: beta is a number above 0 and below 1, got 1.5
    """
    try:
        number = float(value)
        fits = (number > 0 or (zero and number == 0)) and (below is None or number < below)
    except (TypeError, ValueError):
        fits = False
    if not fits:
        words = "from 0" if zero else "above 0"
        words += "" if below is None else f" and below {below}"
        raise ValueError(f"{name} is a number {words}, got {value!r}")
    return number


def _checked(params):
    """Return `params` as a list of different parameters."""
    if isinstance(params, Parameter):
        raise TypeError("an optimizer takes a list of parameters, got one: pass [parameter]")
    if callable(getattr(params, "parameters", None)):
        raise TypeError("an optimizer takes a list of parameters: pass model.parameters()")
    found = list(params)
    if not found:
        raise ValueError("an optimizer needs at least one parameter, got an empty list")
    for i, parameter in enumerate(found):
        if not isinstance(parameter, Parameter):
            advice = "pass model.parameters(), or wrap the array in Parameter(...)"
            raise TypeError(f"entry {i} is a {type(parameter).__name__}, no Parameter; {advice}")
        for j in range(i):
            if found[j] is parameter:
                raise ValueError(
                    f"entries {j} and {i} are the same parameter: it would be changed twice a step"
                )
    return found
