"""Stochastic gradient descent."""

from diydl.backend import array_module
from diydl.ops import cast
from diydl.optim.optimizer import Optimizer, positive


class SGD(Optimizer):
    """Step against the gradient: ``p -= lr * g``.

    With momentum, against a running sum of gradients ``v = momentum * v + g`` (Polyak, 1964); with
    `nesterov`, against ``g + momentum * v``. The numbers are PyTorch's.

    Parameters
    ----------
    params : list of Parameter
    lr : float
        Learning rate.
    momentum : float
        Share of the running sum that is kept, from 0 to below 1.
    nesterov : bool
        Look ahead along the momentum.
    weight_decay : float
        Added to the gradient, times the parameter.
    maximize : bool
        Step along the gradient instead.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> w = nn.Parameter([1.0])
    >>> optimizer = optim.SGD([w], lr=0.1)
    >>> for _ in range(2):
    ...     (w * w).sum().backward()
    ...     optimizer.step()
    >>> w
    Parameter([0.64])
    """

    options = ("lr", "momentum", "nesterov", "weight_decay", "maximize")
    buffers = ("momentum_buffer",)

    def __init__(
        self, params, lr, momentum=0.0, *, nesterov=False, weight_decay=0.0, maximize=False
    ):
        super().__init__(params, lr)
        self.momentum = positive("momentum", momentum, zero=True, below=1)
        self.weight_decay = positive("weight_decay", weight_decay, zero=True)
        self.nesterov, self.maximize = bool(nesterov), bool(maximize)
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov looks ahead along the momentum: give a momentum above 0")

    def needed(self):
        """Without momentum nothing is kept."""
        return self.buffers if self.momentum else ()

    def rule(self, step):
        """Return the update of one block."""
        momentum, decay = self.momentum, self.weight_decay
        lr = -self.lr if self.maximize else self.lr
        decay = -decay if self.maximize else decay

        def update(p, g, *arrays):
            *velocity, scratch = arrays
            xp = array_module(p)
            if decay:
                xp.multiply(p, decay, out=scratch)
                scratch += g
                g = scratch
            if velocity:
                v = velocity[0]
                v *= momentum
                v += g
                if self.nesterov:
                    g = xp.add(g, xp.multiply(v, momentum), out=scratch)
                else:
                    g = v
            p -= xp.multiply(g, lr, out=scratch)

        return update

    def operation(self, p, g, step, lr, *buffers):
        """Return the new parameter, and with momentum the new running sum."""
        sign = -1.0 if self.maximize else 1.0
        if self.weight_decay:
            g = p * (sign * self.weight_decay) + g
        velocity = [v * self.momentum + g for v in buffers]
        for v in velocity:
            g = g + v * self.momentum if self.nesterov else v
        return (p - g * (cast(lr, dtype=p.dtype) * sign), *velocity)
