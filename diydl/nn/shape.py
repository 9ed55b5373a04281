"""Layers that leave the numbers as they are."""

from diydl.nn.module import Module
from diydl.ops import reshape
from diydl.ops.shape import normal_axis


class Flatten(Module):
    """Make one axis of several: of a batch of pictures (B, C, H, W) rows (B, C*H*W).

    Parameters
    ----------
    start_axis, end_axis : int
        The first and the last of the axes that become one.

    Examples
    --------
    >>> import numpy as np
    >>> Flatten()(np.zeros((8, 3, 4, 4))).shape
    (8, 48)
    """

    def __init__(self, start_axis=1, end_axis=-1):
        self.start_axis, self.end_axis = start_axis, end_axis

    def forward(self, x):
        """Return `x` in its new shape; no number is copied."""
        start, end = (normal_axis(axis, x.ndim) for axis in (self.start_axis, self.end_axis))
        if end < start:
            raise ValueError(
                f"Flatten({self.start_axis}, {self.end_axis}): the last axis comes before the "
                f"first in x of shape {x.shape}"
            )
        together = 1
        for n in x.shape[start : end + 1]:
            together = n * together
        return reshape(x, shape=(*x.shape[:start], together, *x.shape[end + 1 :]))

    def extra_repr(self):
        """The axes, where they are unusual."""
        usual = (self.start_axis, self.end_axis) == (1, -1)
        return "" if usual else f"{self.start_axis}, {self.end_axis}"


class Identity(Module):
    """Return what comes in: where a layer is expected and nothing is to be done.

    Examples
    --------
    >>> Identity()(3)
    3
    """

    def forward(self, x):
        """Return `x`."""
        return x
