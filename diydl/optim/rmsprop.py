"""RMSprop."""

from diydl.backend import array_module
from diydl.blas import axpby
from diydl.ops import maximum, sqrt
from diydl.optim.group import positive
from diydl.optim.optimizer import Optimizer
from diydl.optim.rules import rmsprop_step


class RMSprop(Optimizer):
    """Divide by the root of a running mean of squares: AdaGrad that forgets.

    Tieleman and Hinton (2012), lecture 6.5 of "Neural networks for machine learning". The numbers
    are PyTorch's.

    Parameters
    ----------
    params : list of Parameter, or list of groups
    lr : float
        Learning rate.
    alpha : float
        Share of the running mean that is kept per step.
    eps : float
        Added to the root, so that nothing is divided by 0.
    weight_decay : float
        Added to the gradient, times the parameter.
    momentum : float
        Share of a running sum of the divided gradients that is kept, and stepped along.
    centered : bool
        Divide by the root of the variance instead: the mean is taken off (Graves, 2013).
    maximize : bool
        Step along the gradient instead.

    Examples
    --------
    >>> import diydl as dl
    >>> from diydl import nn, optim
    >>> w = nn.Parameter([1.0, 1.0])
    >>> optimizer = optim.RMSprop([w], lr=0.01)
    >>> (w * dl.tensor([0.01, 1000.0])).sum().backward()
    >>> optimizer.step()
    >>> w.numpy().round(3)
    array([0.9, 0.9], dtype=float32)
    """

    buffers = ("square_avg", "grad_avg", "momentum_buffer")
    pieces = (rmsprop_step,)

    def __init__(
        self,
        params,
        lr=1e-2,
        alpha=0.99,
        eps=1e-8,
        weight_decay=0.0,
        momentum=0.0,
        centered=False,
        *,
        maximize=False,
    ):
        own = {"alpha": alpha, "eps": eps, "momentum": momentum, "centered": centered}
        super().__init__(params, lr, **own, weight_decay=weight_decay, maximize=maximize)

    def checked(self, options):
        """Check alpha, eps and momentum."""
        return {
            "alpha": positive("alpha", options["alpha"], zero=True, below=1),
            "eps": positive("eps", options["eps"], zero=True),
            "momentum": positive("momentum", options["momentum"], zero=True, below=1),
            "centered": bool(options["centered"]),
        }

    def needed(self, group):
        """The mean of gradients and the running sum are kept where they are asked for."""
        centered = ("grad_avg",) if group["centered"] else ()
        return ("square_avg", *centered, *(("momentum_buffer",) if group["momentum"] else ()))

    def rule(self, group, step):
        """Return the update of one block."""
        alpha, eps, lr = group["alpha"], group["eps"], group["lr"]
        momentum, centered = group["momentum"], group["centered"]

        def update(p, g, squares, *arrays):
            *more, a = arrays
            xp = array_module(p)
            axpby(1 - alpha, xp.multiply(g, g, out=a), alpha, squares, a)
            if centered:
                mean = more[0]
                axpby(1 - alpha, g, alpha, mean, a)
                xp.multiply(mean, mean, out=a)
                xp.subtract(squares, a, out=a)
                squares = xp.maximum(a, 0, out=a)  # rounding may leave a little less than 0
            xp.sqrt(squares, out=a)
            a += eps
            xp.divide(g, a, out=a)
            if momentum:
                velocity = more[-1]
                axpby(1, a, momentum, velocity, a)
                axpby(-lr, velocity, 1, p, a)
            else:
                axpby(-lr, a, 1, p, a)

        return update

    def operation(self, group, p, g, step, lr, squares, *more):
        """Return the new parameter and the new state."""
        alpha, eps, momentum = group["alpha"], group["eps"], group["momentum"]
        if not more:
            return rmsprop_step(p, g, squares, lr, alpha, eps)
        squares = alpha * squares + (1 - alpha) * (g * g)
        spread, new = squares, [squares]
        if group["centered"]:
            mean = alpha * more[0] + (1 - alpha) * g
            spread = maximum(squares - mean * mean, 0.0)
            new.append(mean)
        scaled = g / (sqrt(spread) + eps)
        if momentum:
            scaled = momentum * more[-1] + scaled
            new.append(scaled)
        return p - lr * scaled, *new
