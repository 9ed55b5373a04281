"""Learning rates that follow a plan: what all schedules share.

A schedule sets the rate of every group to that group's base rate times a factor, which depends on
how many steps the schedule has made and on nothing else. So it can be stored as one number, and
graphs and plans, which read the rate at every run, follow it too.
"""

import numpy as np

from diydl.optim.keep import kind_as_array, refuse_other_kind
from diydl.optim.optimizer import Optimizer


class Schedule:
    """Base class of schedules.

    A subclass defines ``factor(step)``, or ``rate(base, step)`` where a factor is not enough.

    The rate of step 0 is set at once. Call `step` after the optimizer's: once for each batch or
    once for each epoch, whatever the numbers given to the schedule count.

    Parameters
    ----------
    optimizer : Optimizer
        The rates that its groups have now are the base rates; if another schedule has set them,
        what they were before.

    Attributes
    ----------
    base_rates : list of float
    steps : int
        How many steps have been made.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> class Halve(optim.Schedule):
    ...     def factor(self, step):
    ...         return 0.5**step
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=0.8)
    >>> schedule = Halve(optimizer)
    >>> for _ in range(2):
    ...     schedule.step()
    >>> optimizer.lr
    0.2
    """

    options = ()

    def __init__(self, optimizer):
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"a schedule takes an optimizer, got {type(optimizer).__name__}")
        self.optimizer, self.steps = optimizer, 0
        for group in optimizer.param_groups:
            if group.initial_lr is None:
                group.initial_lr = group["lr"]
        self.base_rates = [group.initial_lr for group in optimizer.param_groups]
        self._write()

    def step(self):
        """Go on by one step, and set the rates."""
        self.steps += 1
        self._write()

    def factor(self, step):
        """Return what base rates are multiplied by after `step` steps."""
        raise NotImplementedError(f"{type(self).__name__} has no factor(self, step)")

    def rate(self, base, step):
        """Return the rate of a group with the base rate `base` after `step` steps."""
        return base * self.factor(step)

    def rates(self, step=None):
        """Return the rate of each group after `step` steps: now, if left out.

        Examples
        --------
        >>> from diydl import nn, optim
        >>> schedule = optim.StepLR(optim.SGD([nn.Parameter([1.0])], lr=1), step_size=2)
        >>> [schedule.rates(step) for step in range(4)]
        [[1.0], [1.0], [0.1], [0.1]]
        """
        step = self.steps if step is None else step
        return [float(self.rate(base, step)) for base in self.base_rates]

    def get_last_lr(self):
        """Return the rate of each group as it is now, under PyTorch's name."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def _write(self):
        for group, rate in zip(self.optimizer.param_groups, self.rates(), strict=False):
            group.follow(rate)

    def state_dict(self):
        """Return the state as a dict of arrays, ready for `diydl.storage.save_arrays`.

        Examples
        --------
        >>> from diydl import nn, optim
        >>> schedule = optim.ExponentialLR(optim.SGD([nn.Parameter([1.0])], lr=1), gamma=0.9)
        >>> sorted(schedule.state_dict())
        ['base_rates', 'gamma', 'kind', 'steps']
        """
        arrays = {"kind": kind_as_array(self), "steps": np.asarray(self.steps)}
        arrays["base_rates"] = np.asarray(self.base_rates, np.float64)
        return arrays | {name: np.asarray(getattr(self, name)) for name in self.options}

    def load_state_dict(self, arrays):
        """Go on from `arrays`, as `state_dict` returned them, and set the rates.

        Raises
        ------
        ValueError
            If they belong to another kind of schedule, or to another number of groups; then nothing
            has been changed.

        Examples
        --------
        >>> from diydl import nn, optim
        >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1)
        >>> schedule = optim.ExponentialLR(optimizer, gamma=0.5)
        >>> state = schedule.state_dict()
        >>> schedule.step()
        >>> schedule.load_state_dict(state)
        >>> optimizer.lr
        1.0
        """
        self.check_state(arrays)
        self.steps = int(arrays["steps"])
        self.base_rates = np.asarray(arrays["base_rates"], np.float64).tolist()
        for name in self.options:
            setattr(self, name, np.asarray(arrays[name]).tolist())
        self._write()

    def check_state(self, arrays):
        """Raise a ValueError where `arrays` are no state of this schedule."""
        refuse_other_kind(self, arrays)
        wanted = self.state_dict().keys()
        missing, unexpected = sorted(wanted - arrays.keys()), sorted(arrays.keys() - wanted)
        if missing or unexpected:
            raise ValueError(
                f"this is not the state of {type(self).__name__}: missing {missing}, unexpected "
                f"{unexpected}"
            )
        count = len(np.atleast_1d(arrays["base_rates"]))
        if count != len(self.base_rates):
            raise ValueError(
                f"this state is that of {count} groups, and the optimizer has "
                f"{len(self.base_rates)}"
            )

    def __repr__(self):
        options = "".join(f", {name}={getattr(self, name)}" for name in self.options)
        return f"{type(self).__name__}(step {self.steps}{options})"


def whole(name, value, *, zero=False):
    """Return `value` as a whole number from 1 (or 0); else raise an error.

    Examples
    --------
    >>> whole("T_max", 10)
    10
    >>> whole("T_max", 0)
    Traceback (most recent call last):
    ValueError: T_max is a whole number from 1, got 0
    """
    fits = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not fits or value < (0 if zero else 1):
        raise ValueError(f"{name} is a whole number from {0 if zero else 1}, got {value!r}")
    return int(value)
