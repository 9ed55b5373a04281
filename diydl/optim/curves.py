"""Schedules that are smooth curves."""

import math

from diydl.exercise import exercise
from diydl.optim.group import positive
from diydl.optim.schedule import Schedule, whole


class LambdaLR(Schedule):
    """Any function of the number of steps.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1)
    >>> schedule = optim.LambdaLR(optimizer, lambda step: 1 / (1 + step) ** 0.5)
    >>> schedule.rates(3)
    [0.5]
    """

    def __init__(self, optimizer, lr_lambda):
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def factor(self, step):
        """Ask the function."""
        return self.lr_lambda(step)


class InverseTimeLR(Schedule):
    """``base / (1 + decay * step)``: what Robbins and Monro (1951) ask of a rate.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> schedule = optim.InverseTimeLR(optim.SGD([nn.Parameter([1.0])], lr=1), decay=0.5)
    >>> schedule.rates(2)
    [0.5]
    """

    options = ("decay",)

    def __init__(self, optimizer, decay):
        self.decay = positive("decay", decay, zero=True)
        super().__init__(optimizer)

    def factor(self, step):
        """Fall ever more slowly."""
        return 1 / (1 + self.decay * step)


class ExponentialLR(Schedule):
    """``base * gamma ** step``.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> schedule = optim.ExponentialLR(optim.SGD([nn.Parameter([1.0])], lr=1), gamma=0.5)
    >>> schedule.rates(2)
    [0.25]
    """

    options = ("gamma",)

    def __init__(self, optimizer, gamma):
        self.gamma = positive("gamma", gamma)
        super().__init__(optimizer)

    def factor(self, step):
        """Multiply by the same number each time."""
        return self.gamma**step


class CosineAnnealingLR(Schedule):
    """Half a wave of a cosine from the base rate down to `eta_min` in `T_max` steps.

    Loshchilov and Hutter (2017). After that the rate stays; PyTorch's rises again.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> schedule = optim.CosineAnnealingLR(optim.SGD([nn.Parameter([1.0])], lr=1), T_max=10)
    >>> [round(schedule.rates(step)[0], 3) for step in (0, 5, 10, 15)]
    [1.0, 0.5, 0.0, 0.0]
    """

    options = ("T_max", "eta_min")

    def __init__(self, optimizer, T_max, eta_min=0.0):
        self.T_max = whole("T_max", T_max)
        self.eta_min = positive("eta_min", eta_min, zero=True)
        super().__init__(optimizer)

    def rate(self, base, step):
        """Fall slowly, fast, slowly."""
        return self.eta_min + (base - self.eta_min) * half_wave(min(step / self.T_max, 1.0))


class CosineAnnealingWarmRestarts(Schedule):
    """Cosines one after the other: after `T_0` steps back to the base rate (SGDR, 2017).

    Each is `T_mult` times as long as the one before.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1)
    >>> schedule = optim.CosineAnnealingWarmRestarts(optimizer, T_0=2, T_mult=2)
    >>> [round(schedule.rates(step)[0], 3) for step in range(7)]
    [1.0, 0.5, 1.0, 0.854, 0.5, 0.146, 1.0]
    """

    options = ("T_0", "T_mult", "eta_min")

    def __init__(self, optimizer, T_0, T_mult=1, eta_min=0.0):
        self.T_0, self.T_mult = whole("T_0", T_0), whole("T_mult", T_mult)
        self.eta_min = positive("eta_min", eta_min, zero=True)
        super().__init__(optimizer)

    def rate(self, base, step):
        """Fall along the wave that this step is in."""
        length = self.T_0
        if self.T_mult == 1:
            step %= length
        while step >= length:
            step, length = step - length, length * self.T_mult
        return self.eta_min + (base - self.eta_min) * half_wave(step / length)


class WarmupCosineLR(Schedule):
    """Rise evenly for `warmup` steps, then fall along a cosine until `total`.

    Large first steps, while means and norms are still poor estimates, can spoil a training; see
    Goyal et al. (2017). `final` is the share of the base rate at the end.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1)
    >>> schedule = optim.WarmupCosineLR(optimizer, warmup=3, total=11)
    >>> [schedule.rates(step)[0] for step in range(4)], round(schedule.rates(7)[0], 3)
    ([0.25, 0.5, 0.75, 1.0], 0.5)
    """

    options = ("warmup", "total", "final")

    def __init__(self, optimizer, warmup, total, final=0.0):
        self.warmup, self.total = whole("warmup", warmup, zero=True), whole("total", total)
        self.final = positive("final", final, zero=True)
        if self.warmup >= self.total:
            raise ValueError(f"warmup ({warmup}) must be shorter than total ({total})")
        super().__init__(optimizer)

    def factor(self, step):
        """Rise, then fall."""
        factor = warmup_cosine(step, self.warmup, self.total)
        falling = step > self.warmup
        return self.final + (1 - self.final) * factor if falling else factor


@exercise("09/warmup_cosine")
def warmup_cosine(step, warmup, total):
    """Return the factor of the rate after `step` steps: evenly up to 1, then a cosine down to 0.

    It is ``1 / (warmup + 1)`` at step 0, 1 at step `warmup`, and 0 from step `total` on.

    Examples
    --------
    >>> [round(warmup_cosine(step, 1, 5), 3) for step in range(7)]
    [0.5, 1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    if step < warmup:
        return (step + 1) / (warmup + 1)
    progress = min((step - warmup) / (total - warmup), 1.0)
    return 0.5 * (1 + math.cos(math.pi * progress))


def half_wave(progress):
    """Return half a wave of a cosine, from 1 at 0 to 0 at 1.

    Examples
    --------
    >>> half_wave(0), half_wave(1)
    (1.0, 0.0)
    """
    return 0.5 * (1 + math.cos(math.pi * progress))
