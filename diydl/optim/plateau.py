"""A schedule that watches the training, and slows down where nothing gets better."""

import math

import numpy as np

from diydl.optim.group import positive
from diydl.optim.pieces import Unforeseen
from diydl.optim.schedule import whole


class ReduceLROnPlateau(Unforeseen):
    """Multiply the rates by `factor` when a metric has not become better for `patience` steps.

    Parameters
    ----------
    optimizer : Optimizer
    mode : {"min", "max"}
        Whether small or large is good.
    factor : float
        Above 0 and below 1.
    patience : int
        How many steps without a better value are borne; the next one reduces.
    threshold : float
        By how much a value must be better to count.
    threshold_mode : {"rel", "abs"}
        Whether that is a share of the best value, or a difference.
    cooldown : int
        Steps after a reduction in which nothing is counted.
    min_lr : float
        Rates never fall below it.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> optimizer = optim.SGD([nn.Parameter([1.0])], lr=1)
    >>> schedule = optim.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in (2.0, 1.0, 1.0, 1.0):
    ...     schedule.step(loss)
    >>> optimizer.lr
    0.5
    """

    options = ("factor", "patience", "threshold", "cooldown", "min_lr")
    kept = ("best", "bad_steps", "resting")

    def __init__(
        self,
        optimizer,
        mode="min",
        factor=0.1,
        patience=10,
        threshold=1e-4,
        threshold_mode="rel",
        cooldown=0,
        min_lr=0.0,
    ):
        if mode not in ("min", "max"):
            raise ValueError(f'mode is "min" or "max", got {mode!r}')
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f'threshold_mode is "rel" or "abs", got {threshold_mode!r}')
        self.mode, self.threshold_mode = mode, threshold_mode
        self.factor = positive("factor", factor, below=1)
        self.patience, self.cooldown = (
            whole(name, value, zero=True)
            for name, value in (("patience", patience), ("cooldown", cooldown))
        )
        self.threshold = positive("threshold", threshold, zero=True)
        self.min_lr = positive("min_lr", min_lr, zero=True)
        self.best = math.inf if mode == "min" else -math.inf
        self.bad_steps = self.resting = 0
        super().__init__(optimizer)

    def _write(self):
        """Leave the rates as they are, until the metric says otherwise."""

    def step(self, metric):
        """Look at a value of the metric; NaN counts as not better."""
        value = float(metric)
        self.steps += 1
        if self._better(value):
            self.best, self.bad_steps = value, 0
        else:
            self.bad_steps += 1
        if self.resting:
            self.resting, self.bad_steps = self.resting - 1, 0
        if self.bad_steps > self.patience:
            for group in self.optimizer.param_groups:
                group.follow(max(group["lr"] * self.factor, min(self.min_lr, group["lr"])))
            self.resting, self.bad_steps = self.cooldown, 0

    def _better(self, value):
        if math.isinf(self.best):
            return value < self.best if self.mode == "min" else value > self.best
        margin = self.threshold * (abs(self.best) if self.threshold_mode == "rel" else 1.0)
        return value < self.best - margin if self.mode == "min" else value > self.best + margin

    def state_dict(self):
        """Return the state, with what was seen so far and the rates."""
        arrays = super().state_dict()
        arrays |= {name: np.asarray(getattr(self, name)) for name in self.kept}
        arrays["larger_is_better"] = np.asarray(self.mode == "max")
        arrays["relative"] = np.asarray(self.threshold_mode == "rel")
        return arrays | {"rates": np.asarray(self.get_last_lr(), np.float64)}

    def load_state_dict(self, arrays):
        """Go on from `arrays`, with the rates that there were."""
        super().load_state_dict(arrays)
        for name in self.kept:
            setattr(self, name, np.asarray(arrays[name]).item())
        self.mode = "max" if arrays["larger_is_better"] else "min"
        self.threshold_mode = "rel" if arrays["relative"] else "abs"
        rates = np.atleast_1d(arrays["rates"]).tolist()
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group.follow(rate)
