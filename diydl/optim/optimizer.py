"""What all optimizers share: a list of parameters, a learning rate, and state that can be kept."""

import numpy as np

from diydl.backend import array_module, as_array, device_of, to_device
from diydl.optim.blocks import Blocks
from diydl.parameter import Parameter


class Optimizer:
    """Base class: writes new values into parameters, from their gradients.

    A subclass names its options in `options` and its arrays per parameter in `buffers`, and
    defines `rule`.

    Attributes
    ----------
    params : list of Parameter
    lr : float
        The learning rate; it may be changed at any time, and counts from the next step.
    """

    options = ("lr",)
    buffers = ()
    scratch = 1  # how many arrays of one block's size an update works in

    def __init__(self, params, lr):
        self.params = _checked(params)
        self.lr = positive("lr", lr, zero=True)
        self.steps = [0] * len(self.params)
        self.state: list[dict | None] = [None] * len(self.params)
        self._blocks = Blocks(self.scratch)

    def step(self):
        """Change every parameter that has a gradient, in place."""
        for i, parameter in enumerate(self.params):
            if parameter.grad is None:
                continue
            g = parameter.grad.data
            if self.state[i] is None:
                xp = array_module(parameter.data)
                self.state[i] = {name: xp.zeros_like(parameter.data) for name in self.needed()}
            self.steps[i] += 1
            state = [self.state[i][name] for name in self.needed()]
            rule = self.rule(self.steps[i])
            for arrays in self._blocks.of(parameter.data, g, *state):
                rule(*arrays)
            parameter.changed()

    def needed(self):
        """Names of the arrays that are kept for every parameter."""
        return self.buffers

    def rule(self, step):
        """Return ``update(p, g, *buffers, *scratch)``, which changes a block in place.

        `g` must be left as it is. `step` counts the updates of this parameter, from 1.
        """
        raise NotImplementedError(f"{type(self).__name__} has no rule(self, step)")

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
            for name, array in (state or {}).items():
                arrays[f"{i}.{name}"] = array.copy()
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
        self.steps = [int(arrays[f"{i}.step"]) for i in range(len(self.params))]
        self.state = state
        for name in self.options:
            value = np.asarray(arrays[name]).tolist()
            setattr(self, name, tuple(value) if isinstance(value, list) else value)

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
        return found or None

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
