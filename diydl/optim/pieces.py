"""Schedules made of pieces: stairs, straight lines, and one schedule after the other."""

import bisect

import numpy as np

from diydl.optim.curves import half_wave
from diydl.optim.group import positive
from diydl.optim.keep import refuse_other_kind
from diydl.optim.schedule import Schedule, whole


class StepLR(Schedule):
    """Multiply by `gamma` every `step_size` steps.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> schedule = optim.StepLR(optim.SGD([nn.Parameter([1.0])], lr=1), step_size=3, gamma=0.5)
    >>> [schedule.rates(step)[0] for step in range(7)]
    [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25]
    """

    options = ("step_size", "gamma")

    def __init__(self, optimizer, step_size, gamma=0.1):
        self.step_size, self.gamma = whole("step_size", step_size), positive("gamma", gamma)
        super().__init__(optimizer)

    def factor(self, step):
        """Fall at every stair."""
        return self.gamma ** (step // self.step_size)


class MultiStepLR(Schedule):
    """Multiply by `gamma` at every milestone.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1)
    >>> schedule = optim.MultiStepLR(optimizer, milestones=[2, 5], gamma=0.5)
    >>> [schedule.rates(step)[0] for step in range(6)]
    [1.0, 1.0, 0.5, 0.5, 0.5, 0.25]
    """

    options = ("milestones", "gamma")

    def __init__(self, optimizer, milestones, gamma=0.1):
        self.milestones = _rising("milestones", milestones)
        self.gamma = positive("gamma", gamma)
        super().__init__(optimizer)

    def factor(self, step):
        """Fall at every milestone."""
        return self.gamma ** bisect.bisect_right(self.milestones, step)


class LinearLR(Schedule):
    """A straight line from ``base * start_factor`` to ``base * end_factor`` in `total_iters` steps.

    With the factors as they are, a warm-up.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1)
    >>> schedule = optim.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> [schedule.rates(step)[0] for step in range(4)]
    [0.5, 0.75, 1.0, 1.0]
    """

    options = ("start_factor", "end_factor", "total_iters")

    def __init__(self, optimizer, start_factor=1 / 3, end_factor=1.0, total_iters=5):
        self.start_factor = positive("start_factor", start_factor)
        self.end_factor = positive("end_factor", end_factor, zero=True)
        self.total_iters = whole("total_iters", total_iters)
        super().__init__(optimizer)

    def factor(self, step):
        """Go along the line, and stay at its end."""
        progress = min(step / self.total_iters, 1.0)
        return self.start_factor + (self.end_factor - self.start_factor) * progress


class PolynomialLR(Schedule):
    """``base * (1 - step / total_iters) ** power``, then 0.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1)
    >>> schedule = optim.PolynomialLR(optimizer, total_iters=4, power=2)
    >>> [schedule.rates(step)[0] for step in range(6)]
    [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """

    options = ("total_iters", "power")

    def __init__(self, optimizer, total_iters=5, power=1.0):
        self.total_iters, self.power = whole("total_iters", total_iters), positive("power", power)
        super().__init__(optimizer)

    def factor(self, step):
        """Fall to 0."""
        return (1 - min(step / self.total_iters, 1.0)) ** self.power


class OneCycleLR(Schedule):
    """Up to `max_lr` and down to almost nothing, each along half a wave of a cosine.

    Smith and Topin (2019). The base rates count for nothing; each group begins at
    ``max_lr / div_factor`` and ends, at step ``total_steps - 1``, at that over `final_div_factor`.
    PyTorch's also moves the momentum the other way; here that stays.

    Parameters
    ----------
    optimizer : Optimizer
    max_lr : float or list of float
        For all groups, or for each.
    total_steps : int
    pct_start : float
        Share of the steps that go up.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1)
    >>> schedule = optim.OneCycleLR(optimizer, max_lr=0.5, total_steps=20, pct_start=0.25)
    >>> [round(schedule.rates(step)[0], 3) for step in (0, 2, 4, 19)]
    [0.02, 0.26, 0.5, 0.0]
    """

    options = ("max_lr", "total_steps", "pct_start", "div_factor", "final_div_factor")

    def __init__(
        self,
        optimizer,
        max_lr,
        total_steps,
        pct_start=0.3,
        div_factor=25.0,
        final_div_factor=1e4,
    ):
        listed = list(max_lr) if isinstance(max_lr, (list, tuple)) else None
        count = len(getattr(optimizer, "param_groups", ()))
        if listed is not None and len(listed) != count:
            raise ValueError(f"max_lr is one number, or one for each of {count} groups: {max_lr}")
        self.max_lr = [positive("max_lr", rate) for rate in listed or [max_lr] * count]
        self.total_steps = whole("total_steps", total_steps)
        self.pct_start = positive("pct_start", pct_start, below=1)
        self.div_factor = positive("div_factor", div_factor)
        self.final_div_factor = positive("final_div_factor", final_div_factor)
        super().__init__(optimizer)

    def rates(self, step=None):
        """Return the rate of each group after `step` steps: now, if left out."""
        step = self.steps if step is None else step
        return [self._along(top, min(step, self.total_steps - 1)) for top in self.max_lr]

    def _along(self, top, step):
        start, last = top / self.div_factor, self.total_steps - 1
        turn = self.pct_start * self.total_steps - 1
        if step <= turn:
            return top + (start - top) * half_wave(step / turn)
        end = start / self.final_div_factor
        return end + (top - end) * half_wave((step - turn) / (last - turn) if last > turn else 1.0)


class SequentialLR(Schedule):
    """One schedule after the other: the next one begins at each milestone, from its step 0.

    Parameters
    ----------
    optimizer : Optimizer
    schedules : list of Schedule
        Of the same optimizer. One that looks at a metric cannot be among them.
    milestones : list of int
        One fewer than schedules, each larger than the one before.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1)
    >>> rise = optim.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> fall = optim.ExponentialLR(optimizer, gamma=0.5)
    >>> schedule = optim.SequentialLR(optimizer, [rise, fall], milestones=[2])
    >>> [schedule.rates(step)[0] for step in range(5)]
    [0.5, 0.75, 1.0, 0.5, 0.25]
    """

    options = ("milestones",)

    def __init__(self, optimizer, schedules, milestones):
        self.schedules, self.milestones = list(schedules), _rising("milestones", milestones)
        if len(self.schedules) != len(self.milestones) + 1:
            raise ValueError(
                f"{len(self.schedules)} schedules need {len(self.schedules) - 1} milestones "
                f"between them, got {self.milestones}"
            )
        for k, schedule in enumerate(self.schedules):
            if not isinstance(schedule, Schedule) or type(schedule).rates is Unforeseen.rates:
                raise TypeError(
                    f"entry {k} is a {type(schedule).__name__}, expected a schedule whose rates "
                    "are known beforehand"
                )
            if schedule.optimizer is not optimizer:
                raise ValueError(f"schedule {k} belongs to another optimizer")
        super().__init__(optimizer)

    def rates(self, step=None):
        """Return the rate of each group after `step` steps: now, if left out."""
        step = self.steps if step is None else step
        k = bisect.bisect_right(self.milestones, step)
        return self.schedules[k].rates(step - (self.milestones[k - 1] if k else 0))

    def state_dict(self):
        """Return the state, with that of every part."""
        arrays = super().state_dict()
        for k, schedule in enumerate(self.schedules):
            arrays |= {f"schedules.{k}.{name}": x for name, x in schedule.state_dict().items()}
        return arrays

    def load_state_dict(self, arrays):
        """Go on from `arrays`, in every part; all of them or none."""
        self.check_state(arrays)
        for k, schedule in enumerate(self.schedules):
            schedule.load_state_dict(_part(arrays, k))
        super().load_state_dict(arrays)

    def check_state(self, arrays):
        """Raise a ValueError where `arrays` are no state of this schedule and its parts."""
        refuse_other_kind(self, arrays)
        for k, schedule in enumerate(self.schedules):
            schedule.check_state(_part(arrays, k))
        super().check_state(arrays)


class Unforeseen(Schedule):
    """Base of schedules whose rates depend on how a training goes."""

    def rates(self, step=None):
        """Refuse to foretell."""
        raise NotImplementedError(f"{type(self).__name__} cannot tell its rates beforehand")


def _part(arrays, k):
    start = f"schedules.{k}."
    return {name[len(start) :]: x for name, x in arrays.items() if name.startswith(start)}


def _rising(name, values):
    found = [whole(f"{name}[{k}]", value) for k, value in enumerate(np.asarray(values).tolist())]
    if any(a >= b for a, b in zip(found, found[1:], strict=False)):
        raise ValueError(f"{name} are whole numbers, each larger than the one before: {values}")
    return found
