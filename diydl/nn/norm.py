"""Batch norm: normalise each channel over the examples."""

import math

import numpy as np

from diydl.backend import default_dtype
from diydl.nn.module import Module
from diydl.ops import mean, rsqrt, stack, var
from diydl.ops.channel import others, scale_shift
from diydl.ops.modal import advance, moving_average
from diydl.ops.norm import batch_norm, batch_statistics
from diydl.parameter import Buffer, Parameter, assign


class BatchNorm(Module):
    """What `BatchNorm1d` and `BatchNorm2d` share: statistics of each channel, and their averages.

    In training mean and variance are those of the batch; in use their running averages,
    ``running = (1 - momentum) * running + momentum * batch``. The batch is divided by the root of
    the mean square (over n), while `running_var` collects the unbiased variance (over n - 1).

    Two conventions call two numbers momentum. Here, as in PyTorch, it is the weight of the new
    batch; in Keras that of the old average. `keras_momentum` speaks Keras's language.

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
    >>> layer = BatchNorm1d(2, momentum=0.01)
    >>> layer.keras_momentum
    0.99
    """

    ranks = ()  # numbers of axes that x may have
    picture = ""  # the axes after the channels, for messages

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
        name, dtype = type(self).__name__, dtype or default_dtype()
        C = sizes(name, "num_features", num_features)
        if len(C) != 1:
            raise ValueError(f"{name}: num_features is one whole number, got {num_features!r}")
        self.num_features, self.eps, self.momentum = C[0], from_zero("eps", eps), momentum
        if momentum is not None:
            self.momentum = from_zero("momentum", momentum)
        self.weight = Parameter(np.ones(C, dtype), "weight") if affine else None
        self.bias = Parameter(np.zeros(C, dtype), "bias") if affine else None
        self.running_mean = self.running_var = self.num_batches_tracked = None
        if track_running_stats:
            self.running_mean = Buffer(np.zeros(C, dtype), "running_mean")
            self.running_var = Buffer(np.ones(C, dtype), "running_var")
            self.num_batches_tracked = Buffer(np.array(0), "num_batches_tracked")

    @property
    def keras_momentum(self):
        """Weight of the old average, which Keras calls momentum; None where all count alike."""
        return None if self.momentum is None else 1 - self.momentum

    @keras_momentum.setter
    def keras_momentum(self, keep):
        self.momentum = from_zero("1 - keras_momentum", 1 - keep)

    def forward(self, x):
        """Normalise `x`, (B, C) or (B, C, ...), and in training update the averages."""
        if x.ndim not in self.ranks or x.shape[1] != self.num_features:
            name, C = type(self).__name__, self.num_features
            raise ValueError(
                f"{name}({C}) takes x of shape {self.picture.format(C=C)}, got {x.shape}"
            )
        statistics = self._statistics(x)  # (2, C)
        if self.weight is None:
            scale = rsqrt(statistics[1] + self.eps)  # (C,)
            out = scale_shift(x, scale, -statistics[0] * scale)
        else:
            out = batch_norm(x, statistics, self.weight, self.bias, eps=self.eps)
        if self.running_mean is not None:
            self._track(x, statistics, out)
        return out

    def _statistics(self, x):
        if self.running_mean is not None:
            return batch_statistics(x, self.running_mean, self.running_var, training=self.training)
        axes = others(x.ndim)
        return stack(mean(x, axis=axes), var(x, axis=axes), axis=0)

    def _track(self, x, statistics, out):
        count, options = self.num_batches_tracked, {"momentum": self.momentum}
        options |= {"training": self.training}
        examples = math.prod(x.shape) // self.num_features
        new_mean = moving_average(self.running_mean, statistics, count, row=0, **options)
        new_var = moving_average(
            self.running_var, statistics, count, row=1, examples=examples, **options
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


class BatchNorm1d(BatchNorm):
    """Normalise each feature over the batch, then scale and shift (Ioffe and Szegedy, 2015).

    It takes x of shape (B, C), or (B, C, L): signals, whose places count as examples. Parameters
    and attributes are those of `BatchNorm`.

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

    ranks = (2, 3)
    picture = "(B, {C}) or (B, {C}, L)"


class BatchNorm2d(BatchNorm):
    """Normalise each channel of images over the batch and all pixels, then scale and shift.

    It takes x of shape (B, C, H, W). There is one mean for a channel, not for a pixel, so that
    images of any size will do. Parameters and attributes are those of `BatchNorm`.

    Examples
    --------
    >>> import numpy as np
    >>> layer = BatchNorm2d(3)
    >>> layer(np.zeros((1, 3, 4, 5), "float32")).shape, layer.running_mean.shape
    ((1, 3, 4, 5), (3,))
    """

    ranks = (4,)
    picture = "(B, {C}, H, W)"


def sizes(layer, name, given):
    """Return `given`, a whole number of at least 1 or several, as a tuple.

    Examples
    --------
    >>> sizes("LayerNorm", "normalized_shape", 3)
    (3,)
    """
    found = tuple(given) if isinstance(given, (tuple, list)) else (given,)
    whole = all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in found)
    if not found or not whole or min(found) < 1:
        raise ValueError(f"{layer}: {name} is a whole number of at least 1, got {given!r}")
    return tuple(map(int, found))


def from_zero(name, value):
    """Return a number that is not below 0 as a float.

    Examples
    --------
    >>> from_zero("eps", 1)
    1.0
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not value >= 0:
        raise ValueError(f"{name} is a number from 0, got {value!r}")
    return float(value)
