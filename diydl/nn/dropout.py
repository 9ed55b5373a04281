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

    def __init__(self, p=0.5, *, inverted=True):
        if isinstance(p, bool) or not isinstance(p, (int, float, np.number)) or not 0 <= p <= 1:
            raise ValueError(f"Dropout: p is the share that is dropped, from 0 to 1, got {p!r}")
        self.p, self.inverted = float(p), bool(inverted)
        self.key = Buffer(next_key(), "key")

    def forward(self, x):
        """Drop in training; return `x` in use (plain dropout: times ``1 - p``)."""
        run = cast(self.key, dtype=self.key.dtype)  # a copy: the backward pass draws again
        out = dropout(x, run, p=self.p, inverted=self.inverted, training=self.training)
        assign(self.key, advance(self.key, training=self.training), belongs_to=out)
        return out

    def extra_repr(self):
        """The share, and what is unusual."""
        return f"{self.p:g}" + ("" if self.inverted else ", inverted=False")
