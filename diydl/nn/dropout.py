"""Dropout: every pass through the network leaves out other numbers."""

import numpy as np

from diydl.backend import next_key
from diydl.nn.module import Module
from diydl.ops import cast
from diydl.ops.modal import advance, dropout
from diydl.parameter import Buffer, assign


class Dropout(Module):
    """Set each number to 0 with probability `p` while training (Srivastava et al., 2014).

    Each layer has draws of its own, from the seed of `diydl.seed`; each call in training is
    another run. Which run it is stands in the buffer `key`: it is saved with the model, so that
    training that resumes drops what it would have dropped.

    Parameters
    ----------
    p : float
        Share that is dropped, from 0 to 1.
    inverted : bool
        Divide what is left by ``1 - p``, so that nothing is to be done in use. False is the plain
        kind of the paper, which multiplies everything by ``1 - p`` in use instead.

    Attributes
    ----------
    key : Buffer of three uint64
        Seed, number of the layer's draw, and run.

    Examples
    --------
    >>> import diydl as dl
    >>> dl.seed(0)
    >>> layer, x = Dropout(0.5), dl.ones(6)
    >>> layer(x), layer(x)
    (tensor([0., 0., 2., 0., 0., 0.]), tensor([2., 0., 0., 2., 2., 0.]))
    >>> layer.eval()(x)
    tensor([1., 1., 1., 1., 1., 1.])
    """

    shared = ()  # axes along which one draw holds

    def __init__(self, p=0.5, *, inverted=True):
        self.p, self.inverted = _share(type(self).__name__, p), bool(inverted)
        self.key = Buffer(next_key(), "key")

    def forward(self, x):
        """Drop in training; return `x` in use (plain dropout: times ``1 - p``)."""
        return _drawn(self, x, p=self.p, shared=self.shared, inverted=self.inverted)

    def extra_repr(self):
        """The share, and what is unusual."""
        return f"{self.p:g}" + ("" if self.inverted else ", inverted=False")


class Dropout2d(Dropout):
    """Drop whole channels of images, (B, C, H, W): neighbouring pixels say nearly the same.

    A channel of an example is left out or kept as a whole (Tompson et al., 2015). Parameters and
    attributes are those of `Dropout`.

    Examples
    --------
    >>> import diydl as dl
    >>> dl.seed(0)
    >>> Dropout2d(0.5)(dl.ones((1, 4, 1, 2)))
    tensor([[[[0., 0.]],
    <BLANKLINE>
             [[0., 0.]],
    <BLANKLINE>
             [[2., 2.]],
    <BLANKLINE>
             [[0., 0.]]]])
    """

    shared = (2, 3)

    def forward(self, x):
        """Drop channels in training; return `x` in use."""
        if x.ndim != 4:
            raise ValueError(f"Dropout2d takes x of shape (B, C, H, W), got {x.shape}")
        return super().forward(x)


class StochasticDepth(Module):
    """Leave out a branch of a residual network while training (Huang et al., 2016).

    It stands at the end of the branch, ``x + depth(branch(x))``. With probability `p` the branch
    counts as 0, for each example by itself; else it is divided by ``1 - p``, so that nothing is to
    be done in use. Draws are made as `Dropout` makes them.

    Parameters
    ----------
    p : float
        Share that is left out, from 0 to 1.
    mode : {"row", "batch"}
        Whether each example has a draw of its own, or all share one.

    Attributes
    ----------
    key : Buffer of three uint64
        Seed, number of the layer's draw, and run.

    Examples
    --------
    >>> import diydl as dl
    >>> dl.seed(0)
    >>> StochasticDepth(0.5)(dl.ones((3, 2)))
    tensor([[0., 0.],
            [0., 0.],
            [2., 2.]])
    """

    def __init__(self, p, mode="row"):
        if mode not in ("row", "batch"):
            raise ValueError(f'StochasticDepth: mode is "row" or "batch", got {mode!r}')
        self.p, self.mode = _share("StochasticDepth", p), mode
        self.key = Buffer(next_key(), "key")

    def forward(self, x):
        """Leave out rows of `x`, (B, ...), in training; return `x` in use."""
        if not x.ndim:
            raise ValueError("StochasticDepth takes x of shape (B, ...), got a single number")
        axes = tuple(range(0 if self.mode == "batch" else 1, x.ndim))
        return _drawn(self, x, p=self.p, shared=axes)

    def extra_repr(self):
        """The share, and what is unusual."""
        return f"{self.p:g}" + ("" if self.mode == "row" else f", mode={self.mode!r}")


def _share(layer, p):
    if isinstance(p, bool) or not isinstance(p, (int, float, np.number)) or not 0 <= p <= 1:
        raise ValueError(f"{layer}: p is the share that is dropped, from 0 to 1, got {p!r}")
    return float(p)


def _drawn(layer, x, **options):
    """Drop with the draw of this run, and let the next run have another one."""
    run = cast(layer.key, dtype=layer.key.dtype)  # a copy: the backward pass draws again
    out = dropout(x, run, training=layer.training, **options)
    assign(layer.key, advance(layer.key, training=layer.training), belongs_to=out)
    return out
