"""Normalisation: batch norm over the examples, layer norm over the features."""

import math

import numpy as np

from diydl.backend import default_dtype
from diydl.nn.module import Module
from diydl.ops import cast, mean, rsqrt, stack, stop_gradient, var
from diydl.ops.modal import advance, moving_average
from diydl.ops.norm import batch_norm, batch_statistics, scale_shift
from diydl.parameter import Buffer, Parameter, assign


class BatchNorm1d(Module):
    """Normalise each channel over the batch, then scale and shift (Ioffe and Szegedy, 2015).

    In training with mean and variance of the batch; in use with their running averages,
    ``running = (1 - momentum) * running + momentum * batch``. This is PyTorch's momentum: Keras
    gives that name to ``1 - momentum``, so its 0.99 is our 0.01. As there, the batch is divided
    by the root of the mean square (over n), while `running_var` collects the unbiased variance
    (over n - 1).

    Parameters
    ----------
    num_features : int
        Number of channels C.
    eps : float
        Added to the variance, so that a constant channel is not divided by 0.
    momentum : float or None
        Weight of a new batch in the averages. None counts all batches alike.
    affine : bool
        Whether there are a weight and a bias to learn.
    track_running_stats : bool
        False uses the statistics of the batch always.
    dtype : numpy dtype, optional
        Of parameters and averages: the default dtype, float32, if left out.

    Attributes
    ----------
    weight, bias : Parameter of shape (C,), or None
    running_mean, running_var : Buffer of shape (C,), or None
    num_batches_tracked : Buffer, or None
        How many batches the averages have seen.

    Examples
    --------
    >>> import numpy as np
    >>> layer = BatchNorm1d(2)
    >>> layer(np.array([[1.0, 10.0], [3.0, 30.0]], "float32")).numpy().round(3)
    array([[-1., -1.],
           [ 1.,  1.]], dtype=float32)
    >>> layer.running_mean, layer.running_var
    (Buffer([0.2, 2. ]), Buffer([ 1.1, 20.9]))
    """

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        *,
        dtype=None,
    ):
        C, dtype = _sizes("BatchNorm1d", "num_features", num_features), dtype or default_dtype()
        if len(C) != 1:
            raise ValueError(f"BatchNorm1d: num_features is one whole number, got {num_features!r}")
        self.num_features, self.eps, self.momentum = C[0], _from_zero("eps", eps), momentum
        if momentum is not None:
            self.momentum = _from_zero("momentum", momentum)
        self.weight = Parameter(np.ones(C, dtype), "weight") if affine else None
        self.bias = Parameter(np.zeros(C, dtype), "bias") if affine else None
        self.running_mean = self.running_var = self.num_batches_tracked = None
        if track_running_stats:
            self.running_mean = Buffer(np.zeros(C, dtype), "running_mean")
            self.running_var = Buffer(np.ones(C, dtype), "running_var")
            self.num_batches_tracked = Buffer(np.array(0), "num_batches_tracked")

    def forward(self, x):
        """Normalise `x`, (B, C) or (B, C, L), and in training update the averages."""
        if x.ndim not in (2, 3) or x.shape[1] != self.num_features:
            C = self.num_features
            raise ValueError(
                f"BatchNorm1d({C}) takes x of shape (B, {C}) or (B, {C}, L), got {x.shape}"
            )
        statistics = self._statistics(x)  # (2, C)
        if self.weight is None:
            scale = rsqrt(statistics[1] + self.eps)  # (C,)
            out = scale_shift(x, scale, -statistics[0] * scale)
        else:
            out = batch_norm(x, statistics, self.weight, self.bias, eps=self.eps)
        if self.running_mean is not None:
            self._track(x, stop_gradient(statistics), out)
        return out

    def _statistics(self, x):
        if self.running_mean is not None:
            return batch_statistics(x, self.running_mean, self.running_var, training=self.training)
        axes = (0, *range(2, x.ndim))
        return stack(mean(x, axis=axes), var(x, axis=axes), axis=0)

    def _track(self, x, statistics, out):
        count, options = self.num_batches_tracked, {"momentum": self.momentum}
        options |= {"training": self.training}
        examples = math.prod(x.shape) // self.num_features
        new_mean = moving_average(self.running_mean, statistics[0], count, **options)
        new_var = moving_average(
            self.running_var, statistics[1], count, examples=examples, **options
        )
        assign(self.running_mean, new_mean, belongs_to=out)
        assign(self.running_var, new_var, belongs_to=out)
        assign(count, advance(count, training=self.training), belongs_to=out)

    def extra_repr(self):
        """Number of channels, and what is unusual."""
        words = [str(self.num_features)]
        words += [f"momentum={self.momentum}"] * (self.momentum != 0.1)
        words += ["affine=False"] * (self.weight is None)
        words += ["track_running_stats=False"] * (self.running_mean is None)
        return ", ".join(words)


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
        shape = _sizes("LayerNorm", "normalized_shape", normalized_shape)
        dtype = dtype or default_dtype()
        self.normalized_shape, self.eps = shape, _from_zero("eps", eps)
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
        wide = cast(x, dtype=np.float32) if x.dtype == np.float16 else x
        axes = tuple(range(-len(shape), 0))
        centred = wide - mean(wide, axis=axes, keepdims=True)
        variance = mean(centred * centred, axis=axes, keepdims=True)
        out = centred * rsqrt(variance + self.eps)
        if self.weight is not None:
            out = out * self.weight
        if self.bias is not None:
            out = out + self.bias
        return out if out.dtype == x.dtype else cast(out, dtype=x.dtype)

    def extra_repr(self):
        """Sizes, and what is unusual."""
        shape = self.normalized_shape
        words = [str(shape[0] if len(shape) == 1 else shape)]
        if self.weight is None:
            words.append("elementwise_affine=False")
        elif self.bias is None:
            words.append("bias=False")
        return ", ".join(words)


def _sizes(layer, name, sizes):
    """Return `sizes`, a whole number or several, as a tuple."""
    found = tuple(sizes) if isinstance(sizes, (tuple, list)) else (sizes,)
    whole = all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in found)
    if not found or not whole or min(found) < 1:
        raise ValueError(f"{layer}: {name} is a whole number of at least 1, got {sizes!r}")
    return tuple(map(int, found))


def _from_zero(name, value):
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not value >= 0:
        raise ValueError(f"{name} is a number from 0, got {value!r}")
    return float(value)
