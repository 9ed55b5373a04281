"""Nonlinear functions as modules, to stand between layers."""

import numpy as np

from diydl.backend import default_dtype
from diydl.nn.module import Module
from diydl.ops import (
    elu,
    gelu,
    leaky_relu,
    log_softmax,
    prelu,
    relu,
    reshape,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from diydl.parameter import Parameter


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


class LeakyReLU(Module):
    """Let what is negative pass with a small slope, so that no unit ever dies.

    Parameters
    ----------
    negative_slope : float

    Examples
    --------
    >>> import numpy as np
    >>> LeakyReLU(0.5)(np.array([-1.0, 2.0]))
    array([-0.5,  2. ])
    """

    def __init__(self, negative_slope=0.01):
        self.negative_slope = _number("LeakyReLU", "negative_slope", negative_slope)

    def forward(self, x):
        """Return x where it is positive, ``negative_slope * x`` elsewhere."""
        return leaky_relu(x, negative_slope=self.negative_slope)

    def extra_repr(self):
        """The slope."""
        return f"{self.negative_slope:g}"


class PReLU(Module):
    """A leaky ReLU that learns its slope (He et al., 2015).

    Parameters
    ----------
    num_parameters : int
        1, one slope for all; or the number of channels, one for each (axis 1).
    init : float
        The slope to begin with.
    dtype : numpy dtype, optional
        Of the slopes: the default dtype, float32, if left out.

    Attributes
    ----------
    weight : Parameter of shape (num_parameters,)

    Examples
    --------
    >>> import numpy as np
    >>> PReLU()(np.array([-1.0, 2.0], "float32"))
    tensor([-0.25,  2.  ], grad_fn=<prelu>)
    """

    def __init__(self, num_parameters=1, init=0.25, *, dtype=None):
        self.weight = _learned("PReLU", num_parameters, init, "weight", dtype)

    def forward(self, x):
        """Return x where it is positive, ``weight * x`` elsewhere."""
        return prelu(x, _for_channels(self.weight, x, "PReLU"))

    def extra_repr(self):
        """The number of slopes."""
        return str(self.weight.size)


class ELU(Module):
    """``alpha * (exp(x) - 1)`` where x is negative: smooth, and never below -alpha.

    The exponential linear unit (Clevert et al., 2016).

    Parameters
    ----------
    alpha : float
    learned : bool
        Whether `alpha` is a parameter that is trained.
    num_parameters : int
        Of a learned one: 1 for all, or the number of channels, one for each (axis 1).
    dtype : numpy dtype, optional
        Of a learned alpha: the default dtype, float32, if left out.

    Attributes
    ----------
    alpha : float, or Parameter of shape (num_parameters,)

    Examples
    --------
    >>> import numpy as np
    >>> ELU()(np.array([-1000.0, 2.0]))
    array([-1.,  2.])
    >>> ELU(0.5, learned=True)(np.array([-1000.0, 2.0], "float32"))
    tensor([-0.5,  2. ], grad_fn=<elu>)
    """

    def __init__(self, alpha=1.0, *, learned=False, num_parameters=1, dtype=None):
        self.alpha = _number("ELU", "alpha", alpha)
        if learned:
            self.alpha = _learned("ELU", num_parameters, alpha, "alpha", dtype)

    def forward(self, x):
        """Return x where it is positive, ``alpha * (exp(x) - 1)`` elsewhere."""
        if isinstance(self.alpha, Parameter):
            return elu(x, _for_channels(self.alpha, x, "ELU"))
        return elu(x, self.alpha)

    def extra_repr(self):
        """What alpha is."""
        if isinstance(self.alpha, Parameter):
            many = self.alpha.size > 1
            return "learned=True" + (f", num_parameters={self.alpha.size}" if many else "")
        return f"{self.alpha:g}"


class GELU(Module):
    """Let each number pass to the extent that it is large: ``x * Phi(x)``.

    The Gaussian error linear unit (Hendrycks and Gimpel, 2016).

    Parameters
    ----------
    approximate : {"none", "tanh"}
        The normal distribution itself, or the quicker form with a tanh that GPT-2 uses.

    Examples
    --------
    >>> import numpy as np
    >>> GELU()(np.array([-1.0, 1.0])), GELU("tanh")(np.array([-1.0, 1.0]))
    (array([-0.15865525,  0.84134475]), array([-0.15880801,  0.84119199]))
    """

    def __init__(self, approximate="none"):
        if approximate not in ("none", "tanh"):
            raise ValueError(f'GELU: approximate is "none" or "tanh", got {approximate!r}')
        self.approximate = approximate

    def forward(self, x):
        """Return ``x * Phi(x)``."""
        return gelu(x, approximate=self.approximate)

    def extra_repr(self):
        """The form."""
        return "" if self.approximate == "none" else f"approximate={self.approximate!r}"


class SiLU(Module):
    """``x * sigmoid(x)``, also called swish (Elfwing et al., 2018).

    Examples
    --------
    >>> import numpy as np
    >>> SiLU()(np.array([-1000.0, 0.0, 1000.0]))
    array([  -0.,    0., 1000.])
    """

    def forward(self, x):
        """Return ``x * sigmoid(x)``."""
        return silu(x)


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


class Softplus(Module):
    """A smooth ReLU: ``log(1 + exp(beta * x)) / beta``, exact at any scale.

    Parameters
    ----------
    beta : float
        The larger, the sharper the bend.

    Examples
    --------
    >>> import numpy as np
    >>> Softplus()(np.array([-1000.0, 0.0, 5.0])).round(3)
    array([0.   , 0.693, 5.007])
    """

    def __init__(self, beta=1.0):
        self.beta = _number("Softplus", "beta", beta)
        if self.beta <= 0:
            raise ValueError(f"Softplus: beta is a number above 0, got {beta!r}")

    def forward(self, x):
        """Return ``log(1 + exp(beta * x)) / beta``."""
        return softplus(x) if self.beta == 1 else softplus(x * self.beta) / self.beta

    def extra_repr(self):
        """What is unusual."""
        return "" if self.beta == 1 else f"beta={self.beta:g}"


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


class LogSoftmax(Module):
    """Logarithms of the probabilities of `Softmax`, without the detour that rounds them to 0.

    Examples
    --------
    >>> import numpy as np
    >>> LogSoftmax()(np.array([1000.0, 0.0]))
    array([    0., -1000.])
    """

    def __init__(self, axis=-1):
        self.axis = axis

    def forward(self, x):
        """Return ``x - log(sum(exp(x)))`` along the axis."""
        return log_softmax(x, axis=self.axis)

    def extra_repr(self):
        """The axis."""
        return f"axis={self.axis}"


def _number(layer, name, value):
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise TypeError(f"{layer}: {name} is a number, got {value!r}")
    return float(value)


def _learned(layer, count, start, name, dtype):
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 1:
        raise ValueError(f"{layer}: num_parameters is a whole number of at least 1, got {count!r}")
    start = _number(layer, name, start)
    return Parameter(np.full(count, start, dtype or default_dtype()), name)


def _for_channels(weight, x, layer):
    """Let one number for each channel broadcast along axis 1."""
    if weight.size == 1:
        return weight
    if x.ndim < 2 or x.shape[1] != weight.size:
        raise ValueError(
            f"{layer}({weight.size}) has a number for each of {weight.size} channels, axis 1 of "
            f"x, and x has shape {x.shape}"
        )
    return reshape(weight, shape=(-1, *(1,) * (x.ndim - 2)))  # (C, 1, ...)
