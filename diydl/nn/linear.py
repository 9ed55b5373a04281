"""The linear layer."""

import numpy as np

from diydl.nn.init import fan_in_uniform
from diydl.nn.module import Module
from diydl.ops import linear
from diydl.parameter import Parameter


class Linear(Module):
    """Map the last axis of x linearly: ``x @ weight.T + bias``.

    Weight and bias begin uniformly between ±1/sqrt(in_features), as PyTorch's do, drawn from the
    seed of `diydl.seed`.

    Parameters
    ----------
    in_features, out_features : int
        Sizes of the last axis of x and of the result.
    bias : bool
        Whether something is added.
    dtype : numpy dtype, optional
        Of weight and bias: the default dtype, float32, if left out.

    Attributes
    ----------
    weight : Parameter of shape (out_features, in_features)
    bias : Parameter of shape (out_features,), or None

    Examples
    --------
    >>> import numpy as np
    >>> Linear(64, 10)(np.zeros((5, 64), "float32")).shape
    (5, 10)
    """

    def __init__(self, in_features, out_features, bias=True, *, dtype=None):
        for name, size in (("in_features", in_features), ("out_features", out_features)):
            if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
                raise ValueError(f"Linear: {name} is a whole number of at least 1, got {size!r}")
        shape = (out_features, in_features)
        self.weight = Parameter(fan_in_uniform(shape, dtype=dtype), "weight")
        self.bias = None
        if bias:
            start = fan_in_uniform((out_features,), fan_in=in_features, dtype=dtype)
            self.bias = Parameter(start, "bias")

    def forward(self, x):
        """Return ``x @ weight.T + bias``."""
        return linear(x, self.weight, self.bias)  # (..., out_features)

    def extra_repr(self):
        """Sizes, and what is unusual."""
        out_features, in_features = self.weight.shape
        return f"{in_features}, {out_features}" + (", bias=False" if self.bias is None else "")
