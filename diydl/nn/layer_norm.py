"""Norms of each example by itself: over its features, or over groups of its channels."""

import math

import numpy as np

from diydl.backend import default_dtype
from diydl.nn.module import Module
from diydl.nn.norm import from_zero, sizes
from diydl.ops import reshape
from diydl.ops.channel import scale_shift
from diydl.ops.layer_norm import layer_norm, row_statistics
from diydl.parameter import Parameter


class LayerNorm(Module):
    """Normalise each example over its last axes, then scale and shift (Ba et al., 2016).

    It does the same in training and in use, and no example sees another.

    Parameters
    ----------
    normalized_shape : int or tuple of int
        Sizes of the axes to normalise over: the last ones of x.
    eps : float
        Added to the variance.
    elementwise_affine : bool
        Whether there is a weight to learn (and a bias).
    bias : bool
        Whether there is a bias besides the weight.
    dtype : numpy dtype, optional
        Of the parameters: the default dtype, float32, if left out.

    Attributes
    ----------
    weight, bias : Parameter of `normalized_shape`, or None

    Examples
    --------
    >>> import numpy as np
    >>> LayerNorm(2)(np.array([[1.0, 3.0], [10.0, 30.0]], "float32")).numpy().round(3)
    array([[-1.,  1.],
           [-1.,  1.]], dtype=float32)
    """

    def __init__(
        self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, *, dtype=None
    ):
        shape = sizes("LayerNorm", "normalized_shape", normalized_shape)
        dtype = dtype or default_dtype()
        self.normalized_shape, self.eps = shape, from_zero("eps", eps)
        self.weight = Parameter(np.ones(shape, dtype), "weight") if elementwise_affine else None
        both = elementwise_affine and bias
        self.bias = Parameter(np.zeros(shape, dtype), "bias") if both else None

    def forward(self, x):
        """Normalise `x`, ``(..., *normalized_shape)``; float16 is reckoned in float32."""
        shape = self.normalized_shape
        if tuple(x.shape[-len(shape) :]) != shape:
            raise ValueError(f"LayerNorm{shape} takes x of shape (..., *{shape}), got {x.shape}")
        if x.dtype.kind != "f":
            raise TypeError(f"LayerNorm: x holds floating-point numbers, got {x.dtype}")
        weight = 1.0 if self.weight is None else self.weight
        bias = 0.0 if self.bias is None else self.bias
        statistics = row_statistics(x, axes=len(shape), eps=self.eps)  # (2, ...)
        return layer_norm(x, statistics, weight, bias, axes=len(shape))

    def extra_repr(self):
        """Sizes, and what is unusual."""
        shape = self.normalized_shape
        words = [str(shape[0] if len(shape) == 1 else shape)]
        if self.weight is None:
            words.append("elementwise_affine=False")
        elif self.bias is None:
            words.append("bias=False")
        return ", ".join(words)


class GroupNorm(Module):
    """Normalise each example over groups of its channels (Wu and He, 2018).

    Between layer norm (one group) and instance norm (a group for each channel). It does the same
    in training and in use, and works at any size of the batch.

    Parameters
    ----------
    num_groups, num_channels : int
        The groups divide the channels evenly; neighbours belong together.
    eps : float
        Added to the variance.
    affine : bool
        Whether there are a weight and a bias to learn, one number for each channel.
    dtype : numpy dtype, optional
        Of the parameters: the default dtype, float32, if left out.

    Attributes
    ----------
    weight, bias : Parameter of shape (C,), or None

    Examples
    --------
    >>> import numpy as np
    >>> GroupNorm(2, 4)(np.array([[1.0, 3.0, 10.0, 30.0]], "float32")).numpy().round(3)
    array([[-1.,  1., -1.,  1.]], dtype=float32)
    """

    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True, *, dtype=None):
        groups, C = (
            sizes("GroupNorm", name, n)
            for name, n in (("num_groups", num_groups), ("num_channels", num_channels))
        )
        if len(groups) != 1 or len(C) != 1 or C[0] % groups[0]:
            raise ValueError(
                f"GroupNorm: {num_channels!r} channels do not divide into {num_groups!r} equal "
                "groups"
            )
        (self.num_groups,), (self.num_channels,) = groups, C
        self.eps, dtype = from_zero("eps", eps), dtype or default_dtype()
        self.weight = Parameter(np.ones(C, dtype), "weight") if affine else None
        self.bias = Parameter(np.zeros(C, dtype), "bias") if affine else None

    def forward(self, x):
        """Normalise `x`, (B, C, ...)."""
        C, groups = self.num_channels, self.num_groups
        if x.ndim < 2 or x.shape[1] != C:
            raise ValueError(
                f"GroupNorm({groups}, {C}) takes x of shape (B, {C}, ...), got {x.shape}"
            )
        if x.dtype.kind != "f":
            raise TypeError(f"GroupNorm: x holds floating-point numbers, got {x.dtype}")
        size = math.prod(x.shape[2:]) * (C // groups)
        rows = reshape(x, shape=(-1, groups, size))  # (B, groups, size)
        out = layer_norm(rows, row_statistics(rows, axes=1, eps=self.eps), 1.0, 0.0, axes=1)
        out = reshape(out, shape=x.shape)  # (B, C, ...)
        return out if self.weight is None else scale_shift(out, self.weight, self.bias)

    def extra_repr(self):
        """Sizes, and what is unusual."""
        words = [str(self.num_groups), str(self.num_channels)]
        return ", ".join(words + ["affine=False"] * (self.weight is None))
