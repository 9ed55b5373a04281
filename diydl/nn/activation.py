"""Nonlinear functions as modules, to stand between layers."""

from diydl.nn.module import Module
from diydl.ops import relu, sigmoid, softmax, tanh


class ReLU(Module):
    """Replace what is negative by 0.

    Examples
    --------
    >>> import numpy as np
    >>> ReLU()(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    def forward(self, x):
        """Return ``maximum(x, 0)``."""
        return relu(x)


class Sigmoid(Module):
    """Squeeze every number between 0 and 1: ``1 / (1 + exp(-x))``.

    Examples
    --------
    >>> import numpy as np
    >>> Sigmoid()(np.array([0.0]))
    array([0.5])
    """

    def forward(self, x):
        """Return ``1 / (1 + exp(-x))``."""
        return sigmoid(x)


class Tanh(Module):
    """Squeeze every number between -1 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> Tanh()(np.array([0.0]))
    array([0.])
    """

    def forward(self, x):
        """Return the hyperbolic tangent of `x`."""
        return tanh(x)


class Softmax(Module):
    """Turn scores along an axis into probabilities that sum to 1.

    Not for training: `cross_entropy` takes the scores themselves.

    Examples
    --------
    >>> import numpy as np
    >>> Softmax()(np.array([1.0, 1.0]))
    array([0.5, 0.5])
    """

    def __init__(self, axis=-1):
        self.axis = axis

    def forward(self, x):
        """Return ``exp(x) / sum(exp(x))`` along the axis."""
        return softmax(x, axis=self.axis)

    def extra_repr(self):
        """The axis."""
        return f"axis={self.axis}"
