"""Stochastic gradient descent."""

from diydl.backend import array_module
from diydl.blas import axpby, axpy
from diydl.optim.group import positive
from diydl.optim.optimizer import Optimizer
from diydl.optim.rules import momentum_step, nesterov_step, sgd_step


class SGD(Optimizer):
    """Step against the gradient: ``p -= lr * g``.

    With momentum, against a running sum of gradients ``v = momentum * v + g`` (Polyak, 1964); with
    `nesterov`, against ``g + momentum * v``. The numbers are PyTorch's.

    Parameters
    ----------
    params : list of Parameter, or list of groups
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

    buffers = ("momentum_buffer",)
    pieces = (momentum_step, nesterov_step)

    def __init__(
        self, params, lr, momentum=0.0, *, nesterov=False, weight_decay=0.0, maximize=False
    ):
        shared = {"weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, lr, momentum=momentum, nesterov=nesterov, **shared)

    def checked(self, options):
        """Check momentum and nesterov."""
        momentum = positive("momentum", options["momentum"], zero=True, below=1)
        if options["nesterov"] and not momentum:
            raise ValueError("nesterov looks ahead along the momentum: give a momentum above 0")
        return {"momentum": momentum, "nesterov": bool(options["nesterov"])}

    def needed(self, group):
        """Without momentum nothing is kept."""
        return self.buffers if group["momentum"] else ()

    def at_once(self, group):
        """Add to the parameter, and no more: BLAS has threads of its own for that."""
        more = group["momentum"] or group["weight_decay"] or group["maximize"]
        if more or type(self).rule is not SGD.rule:
            return None
        lr = group["lr"]
        return lambda p, g: axpy(-lr, g, p)

    def rule(self, group, step):
        """Return the update of one block."""
        lr, momentum, nesterov = group["lr"], group["momentum"], group["nesterov"]

        def update(p, g, *arrays):
            *velocity, scratch = arrays
            xp = array_module(p)
            for v in velocity:
                axpby(1, g, momentum, v, scratch)
                if nesterov:
                    g = xp.add(g, xp.multiply(v, momentum, out=scratch), out=scratch)
                else:
                    g = v
            axpby(-lr, g, 1, p, scratch)

        return update

    def operation(self, group, p, g, step, lr, v=None):
        """Return the new parameter, and with momentum the new running sum."""
        if v is None:
            return (sgd_step(p, g, lr),)
        rule = nesterov_step if group["nesterov"] else momentum_step
        return rule(p, g, v, lr, group["momentum"])
