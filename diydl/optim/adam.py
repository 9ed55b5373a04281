"""Adam."""

from math import sqrt

import numpy as np

from diydl import ops
from diydl.backend import array_module
from diydl.ops import cast
from diydl.optim.optimizer import Optimizer, positive


class Adam(Optimizer):
    """Steps of similar size for all parameters, however large their gradients are.

    The mean of past gradients is divided by the root of the mean of their squares (Kingma and Ba,
    2015). The numbers are PyTorch's.

    Parameters
    ----------
    params : list of Parameter
    lr : float
        Learning rate: about how far an element moves per step.
    betas : pair of float
        Share of each of the two running means that is kept per step.
    eps : float
        Added to the root, so that nothing is divided by 0.
    weight_decay : float
        Added to the gradient, times the parameter.

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

    options = ("lr", "betas", "eps", "weight_decay")
    buffers = ("gradient_sum", "square_sum")
    scratch = 2

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(params, lr)
        if not isinstance(betas, (tuple, list)) or len(betas) != 2:
            raise ValueError(f"betas are two numbers, got {betas!r}")
        self.betas = tuple(
            positive(f"betas[{i}]", beta, zero=True, below=1) for i, beta in enumerate(betas)
        )
        self.eps = positive("eps", eps, zero=True)
        self.weight_decay = positive("weight_decay", weight_decay, zero=True)

    def rule(self, step):
        """Return the update of one block.

        A running mean is ``(1 - beta)`` times a sum in which older terms fade by `beta` per step.
        The sums are kept; that factor and the corrections for the first steps are folded into
        `rate` and `eps`, which saves two passes over the memory of twelve.
        """
        (first, second), decay = self.betas, self.weight_decay
        left = [float(np.power(beta, float(step))) for beta in self.betas]  # rounded as `operation`
        root = sqrt((1 - left[1]) / (1 - second))
        rate, eps = self.lr * root * (1 - first) / (1 - left[0]), self.eps * root

        def update(p, g, total, squares, a, b):
            xp = array_module(p)
            if decay:
                g = xp.add(xp.multiply(p, decay, out=b), g, out=b)
            total *= first
            total += g
            squares *= second
            squares += xp.multiply(g, g, out=a)
            xp.sqrt(squares, out=a)
            a += eps
            xp.divide(total, a, out=a)
            a *= rate
            p -= a

        return update

    def operation(self, p, g, step, lr, *buffers):
        """Return the new parameter and the two new sums, reckoned in the order of `rule`."""
        (first, second), (total, squares) = self.betas, buffers
        step = cast(step, dtype=np.float64)
        root = ops.sqrt((1 - second**step) / (1 - second))
        rate = lr * root * (1 - first) / (1 - first**step)
        if self.weight_decay:
            g = p * self.weight_decay + g
        total = total * first + g
        squares = squares * second + g * g
        spread = ops.sqrt(squares) + cast(self.eps * root, dtype=p.dtype)
        return p - total / spread * cast(rate, dtype=p.dtype), total, squares
