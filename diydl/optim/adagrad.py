"""AdaGrad and AdaDelta: a step of its own size for every element."""

from diydl.backend import array_module
from diydl.blas import axpby
from diydl.ops import cast, sqrt
from diydl.optim.group import positive
from diydl.optim.optimizer import Optimizer
from diydl.optim.rules import adagrad_step


class Adagrad(Optimizer):
    """Divide by the root of the sum of all squares so far: what moves rarely, moves far.

    Duchi, Hazan and Singer (2011). The sum only grows, so steps only shrink. The numbers are
    PyTorch's.

    Parameters
    ----------
    params : list of Parameter, or list of groups
    lr : float
        Learning rate.
    lr_decay : float
        The rate of step t is ``lr / (1 + (t - 1) * lr_decay)``.
    weight_decay : float
        Added to the gradient, times the parameter.
    initial_accumulator_value : float
        What the sums begin with.
    eps : float
        Added to the root, so that nothing is divided by 0.
    maximize : bool
        Step along the gradient instead.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> w = nn.Parameter([1.0])
    >>> optimizer = optim.Adagrad([w], lr=0.25)
    >>> for _ in range(2):
    ...     (w * w).sum().backward()
    ...     optimizer.step()
    ...     print(w.numpy().round(3))
    [0.75]
    [0.6]
    """

    buffers = ("sum",)

    def __init__(
        self,
        params,
        lr=1e-2,
        lr_decay=0.0,
        weight_decay=0.0,
        initial_accumulator_value=0.0,
        eps=1e-10,
        *,
        maximize=False,
    ):
        own = {"lr_decay": lr_decay, "initial_accumulator_value": initial_accumulator_value}
        shared = {"weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, lr, **own, eps=eps, **shared)

    def checked(self, options):
        """Check that no option is negative."""
        return {name: positive(name, value, zero=True) for name, value in options.items()}

    def start(self, group, name, like):
        """Return what the sum begins with."""
        return array_module(like).full_like(like, group["initial_accumulator_value"])

    def rule(self, group, step):
        """Return the update of one block."""
        eps, lr, slower = group["eps"], group["lr"], 1 + (step - 1) * group["lr_decay"]

        def update(p, g, total, a):
            xp = array_module(p)
            total += xp.multiply(g, g, out=a)
            xp.sqrt(total, out=a)
            a += eps
            xp.divide(g, a, out=a)
            axpby(-float(p.dtype.type(lr)) / slower, a, 1, p, a)

        return update

    def operation(self, group, p, g, step, lr, total):
        """Return the new parameter and the new sum of squares."""
        if group["lr_decay"]:
            lr = cast(lr / (1 + (step - 1) * group["lr_decay"]), dtype=p.dtype)
        return adagrad_step(p, g, total, lr, group["eps"])


class Adadelta(Optimizer):
    """Steps as large as the last ones were, divided by the size of the gradient: no unit is left.

    Zeiler (2012). The numbers are PyTorch's.

    Parameters
    ----------
    params : list of Parameter, or list of groups
    lr : float
        Factor of every step.
    rho : float
        Share of both running means that is kept per step.
    eps : float
        Added under both roots: the first step is of the size ``sqrt(eps)``.
    weight_decay : float
        Added to the gradient, times the parameter.
    maximize : bool
        Step along the gradient instead.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> w = nn.Parameter([1.0])
    >>> optimizer = optim.Adadelta([w])
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.numpy().round(4)
    array([0.9968], dtype=float32)
    """

    buffers = ("square_avg", "acc_delta")
    scratch = 2

    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0, *, maximize=False):
        shared = {"weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, lr, rho=rho, eps=eps, **shared)

    def checked(self, options):
        """Check rho and eps."""
        return {
            "rho": positive("rho", options["rho"], zero=True, below=1),
            "eps": positive("eps", options["eps"], zero=True),
        }

    def rule(self, group, step):
        """Return the update of one block."""
        rho, eps, lr = group["rho"], group["eps"], group["lr"]

        def update(p, g, squares, deltas, a, b):
            xp = array_module(p)
            axpby(1 - rho, xp.multiply(g, g, out=a), rho, squares, a)
            xp.add(squares, eps, out=a)
            xp.sqrt(a, out=a)
            xp.add(deltas, eps, out=b)
            xp.sqrt(b, out=b)
            b /= a
            b *= g  # the step
            axpby(1 - rho, xp.multiply(b, b, out=a), rho, deltas, a)
            axpby(-lr, b, 1, p, b)

        return update

    def operation(self, group, p, g, step, lr, squares, deltas):
        """Return the new parameter and the new means of squared gradients and squared steps."""
        rho, eps = group["rho"], group["eps"]
        squares = rho * squares + (1 - rho) * (g * g)
        delta = sqrt(deltas + eps) / sqrt(squares + eps) * g
        return p - lr * delta, squares, rho * deltas + (1 - rho) * (delta * delta)
