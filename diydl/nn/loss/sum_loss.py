"""Several losses at once: their weighted sum is minimised, and each can be looked at."""

import functools

from diydl.nn.module import Module
from diydl.ops import add, mul


class SumLoss(Module):
    """The weighted sum of losses, which reports its parts.

    Parameters
    ----------
    losses : dict of str to callable
        Each is called with a prediction and a target, and returns one number.
    weights : dict of str to float, optional
        How much each part counts; 1 where none is given.
    penalties : dict of str to callable, optional
        Parts that are called without anything: ``lambda: nn.l2_penalty(model, 1e-4)``. They may
        have weights too.

    Notes
    -----
    In a call, prediction and target may be dicts with the names of the losses: then each loss gets
    its own. Anything else goes to all of them, as when cross-entropy and Dice look at the same
    scores. A model with several heads returns a dict.

    A trainer reports the parts if they are its metrics: ``Trainer(..., loss, metrics=loss.each)``.

    Examples
    --------
    >>> import numpy as np
    >>> from diydl import nn
    >>> loss = SumLoss({"near": nn.mse_loss, "level": nn.l1_loss}, weights={"level": 0.5})
    >>> prediction, target = np.array([1.0, 5.0]), np.array([1.0, 1.0])
    >>> loss(prediction, target)
    array(9.)
    >>> loss.parts(prediction, target)
    {'near': array(8.), 'level': array(2.)}
    """

    def __init__(self, losses, weights=None, *, penalties=None):
        self.losses, self.penalties = dict(losses), dict(penalties or {})
        both = self.losses.keys() & self.penalties.keys()
        if both or not self.losses:
            named = f"{sorted(both)} name a loss and a penalty" if both else "there is no loss"
            raise ValueError(f"SumLoss: {named}; every part needs a name of its own")
        self.weights = dict.fromkeys([*self.losses, *self.penalties], 1.0)
        unknown = (weights or {}).keys() - self.weights.keys()
        if unknown:
            raise ValueError(
                f"SumLoss: weights for {sorted(unknown)}, and the parts are {list(self.weights)}"
            )
        self.weights.update(weights or {})

    def forward(self, prediction, target):
        """Return the weighted sum."""
        return self.total(self.parts(prediction, target))

    def parts(self, prediction, target):
        """Return {name: value} of all parts, before their weights.

        `total` makes the loss of them, so that nothing is computed twice:
        ``parts = loss.parts(x, y)``, then ``loss.total(parts).backward()``.
        """
        parts = {name: loss(prediction, target) for name, loss in self.each.items()}
        for name, part in parts.items():
            if part.shape:
                raise ValueError(
                    f"SumLoss: {name} returned {part.shape}, expected one number; "
                    'give it reduction="mean" or "sum"'
                )
        return parts | {name: penalty() for name, penalty in self.penalties.items()}

    @property
    def each(self):
        """The losses by name, without weights; each finds its own prediction and target.

        Examples
        --------
        >>> import numpy as np
        >>> from diydl import nn
        >>> loss = SumLoss({"near": nn.mse_loss, "level": nn.l1_loss})
        >>> both = {"near": np.array([3.0]), "level": np.array([5.0])}
        >>> loss.each["level"](both, {"near": np.zeros(1), "level": np.zeros(1)})
        array(5.)
        """
        return {name: functools.partial(self._of, name) for name in self.losses}

    def _of(self, name, prediction, target):
        shares = (_share(x, name, self.losses) for x in (prediction, target))
        return self.losses[name](*shares)

    def total(self, parts):
        """Return the weighted sum of parts, as `parts` returns them."""
        terms = [mul(part, self.weights[name]) for name, part in parts.items()]
        return functools.reduce(add, terms)

    def __repr__(self):
        functions = {**self.losses, **self.penalties}
        terms = [
            f"{weight:g} * {name}: {getattr(functions[name], '__name__', functions[name])}"
            for name, weight in self.weights.items()
        ]
        return f"SumLoss({', '.join(terms)})"


def _share(x, name, losses):
    if not isinstance(x, dict):
        return x
    if name not in x:
        raise ValueError(f"SumLoss: {list(x)} came in, and there are the losses {list(losses)}")
    return x[name]
