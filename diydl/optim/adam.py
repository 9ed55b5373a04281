"""Adam, and AdamW, which keeps weight decay apart."""

import numpy as np

from diydl.backend import array_module
from diydl.blas import axpby
from diydl.ops import cast, maximum
from diydl.optim.group import positive, two_shares
from diydl.optim.optimizer import Optimizer
from diydl.optim.rules import adam_step, amsgrad_step, filled, shrink


class Adam(Optimizer):
    """Steps of similar size for all parameters, however large their gradients are.

    The mean of past gradients is divided by the root of the mean of their squares (Kingma and Ba,
    2015). The numbers are PyTorch's.

    Parameters
    ----------
    params : list of Parameter, or list of groups
    lr : float
        Learning rate: about how far an element moves per step.
    betas : pair of float
        Share of each of the two running means that is kept per step.
    eps : float
        Added to the root, so that nothing is divided by 0.
    weight_decay : float
        Added to the gradient, times the parameter. What large gradients are divided by, this is
        divided by as well: see `AdamW`.
    amsgrad : bool
        Divide by the largest mean of squares so far, so that steps never grow (Reddi et al., 2018).
    maximize : bool
        Step along the gradient instead.

    Examples
    --------
    >>> import diydl as dl
    >>> from diydl import nn, optim
    >>> w = nn.Parameter([1.0, 1.0])
    >>> optimizer = optim.Adam([w], lr=0.1)
    >>> (w * dl.tensor([0.01, 1000.0])).sum().backward()
    >>> optimizer.step()
    >>> w.numpy().round(3)
    array([0.9, 0.9], dtype=float32)
    """

    buffers = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
    pieces = (adam_step, filled)

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0.0,
        *,
        amsgrad=False,
        maximize=False,
    ):
        shared = {"weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, lr, betas=betas, eps=eps, amsgrad=amsgrad, **shared)

    def checked(self, options):
        """Check betas and eps."""
        return {
            "betas": two_shares("betas", options["betas"]),
            "eps": positive("eps", options["eps"], zero=True),
            "amsgrad": bool(options["amsgrad"]),
        }

    def needed(self, group):
        """The largest mean of squares is kept for `amsgrad` alone."""
        return self.buffers if group["amsgrad"] else self.buffers[:2]

    def rule(self, group, step):
        """Return the update of one block."""
        (first, second), eps, lr = group["betas"], group["eps"], group["lr"]
        shares = [filled(beta, np.float64(step)) for beta in group["betas"]]
        decay = 0.0 if self.coupled else group["weight_decay"]

        def update(p, g, mean, squares, *arrays):
            *largest, a = arrays
            xp, number = array_module(p), p.dtype.type
            if decay:
                p *= 1 - number(lr) * decay
            axpby(1 - first, g, first, mean, a)
            axpby(1 - second, xp.multiply(g, g, out=a), second, squares, a)
            for most in largest:
                squares = xp.maximum(most, squares, out=most)
            xp.sqrt(squares, out=a)
            if number(shares[1]) != 1:  # as after some 17,000 steps, in float32
                a /= np.sqrt(number(shares[1]))
            a += eps
            xp.divide(mean, a, out=a)
            axpby(-number(lr) / number(shares[0]), a, 1, p, a)

        return update

    def operation(self, group, p, g, step, lr, m, s, most=None):
        """Return the new parameter, the two new means, and with `amsgrad` the largest."""
        betas, eps = group["betas"], group["eps"]
        shares = [cast(filled(beta, step), dtype=p.dtype) for beta in betas]
        if not self.coupled and group["weight_decay"]:
            p = shrink(p, lr, group["weight_decay"])
        if most is not None:
            return amsgrad_step(p, g, m, s, most, lr, betas, eps, shares)
        return adam_step(p, g, m, s, lr, betas, eps, shares)


class AdamW(Adam):
    """Adam with weight decay apart from the gradient: ``p -= lr * weight_decay * p``.

    Adam divides the decay that is added to a gradient by the size of that gradient, so that weights
    with large gradients hardly decay. Here all do alike (Loshchilov and Hutter, 2019). The numbers
    are PyTorch's.

    Parameters
    ----------
    params, lr, betas, eps, amsgrad, maximize
        As for `Adam`.
    weight_decay : float
        By how much of itself, times the learning rate, a parameter shrinks per step.

    Examples
    --------
    >>> import diydl as dl
    >>> from diydl import nn, optim
    >>> w = nn.Parameter([1.0, 1.0])
    >>> optimizer = optim.AdamW([w], lr=0.1, weight_decay=1.0)
    >>> (w * dl.tensor([0.01, 1000.0])).sum().backward()
    >>> optimizer.step()
    >>> w.numpy().round(3)
    array([0.8, 0.8], dtype=float32)
    """

    coupled = False
    pieces = (adam_step, filled, shrink)

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=1e-2,
        *,
        amsgrad=False,
        maximize=False,
    ):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad=amsgrad, maximize=maximize)


class Adamax(Optimizer):
    """Adam with the largest gradient of late in place of the root mean square.

    Section 7 of the same paper (Kingma and Ba, 2015). The numbers are PyTorch's.

    Parameters
    ----------
    params, lr, betas, eps, weight_decay, maximize
        As for `Adam`.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> w = nn.Parameter([1.0])
    >>> optimizer = optim.Adamax([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    Parameter([0.9])
    """

    buffers = ("exp_avg", "exp_inf")
    pieces = (filled,)

    def __init__(
        self,
        params,
        lr=2e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0.0,
        *,
        maximize=False,
    ):
        shared = {"weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, lr, betas=betas, eps=eps, **shared)

    def checked(self, options):
        """Check betas and eps."""
        return {
            "betas": two_shares("betas", options["betas"]),
            "eps": positive("eps", options["eps"], zero=True),
        }

    def rule(self, group, step):
        """Return the update of one block."""
        (first, second), eps = group["betas"], group["eps"]
        lr, share = group["lr"], filled(first, np.float64(step))

        def update(p, g, mean, largest, a):
            xp, number = array_module(p), p.dtype.type
            axpby(1 - first, g, first, mean, a)
            largest *= second
            xp.abs(g, out=a)
            a += eps
            xp.maximum(largest, a, out=largest)
            xp.divide(mean, largest, out=a)
            axpby(-number(lr) / number(share), a, 1, p, a)

        return update

    def operation(self, group, p, g, step, lr, mean, largest):
        """Return the new parameter, the new mean and the new largest gradient."""
        first, second = group["betas"]
        mean = first * mean + (1 - first) * g
        largest = maximum(second * largest, abs(g) + group["eps"])
        share = cast(filled(first, step), dtype=p.dtype)
        return p - (lr / share) * (mean / largest), mean, largest
