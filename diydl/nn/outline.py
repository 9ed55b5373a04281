"""An engine that computes nothing: it follows shapes through a model, and counts."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from diydl.dim import is_open, open_shape
from diydl.parameter import State
from diydl.probe import Probe
from diydl.symbol import Symbol, declared, infer, typed
from diydl.value import engine


class Outline(Symbol):
    """A value of which nobody wants the numbers: its shape and dtype alone.

    Examples
    --------
    >>> from diydl.ops import tanh
    >>> tanh(Counter().take((None, 4)))
    <Outline (B, 4) float32>
    """

    __slots__ = ("engine", "memory", "requires_grad")
    how_to_run = "A summary follows shapes only: give the model's forward no choice that reads them"

    def __init__(self, counter, shape, dtype, *, requires_grad=False):
        super().__init__(shape, dtype)
        self.engine, self.requires_grad = counter, requires_grad
        self.memory = self  # in whose memory it lies; None: in that of a given array

    @property
    def nbytes(self):
        """Number of bytes; a `Dim` where the size of the batch is open."""
        return self.size * self.dtype.itemsize


@dataclass
class Tally:
    """What was counted of one module, without the modules inside."""

    flops: Any = 0
    shapes: list = field(default_factory=list)


class Counter(Probe):
    """An engine, and a probe, that foretells shapes and counts operations, for each module.

    Attributes
    ----------
    tallies : dict of Module to Tally

    Examples
    --------
    >>> from diydl import nn
    >>> from diydl.probe import probing
    >>> layer, counter = nn.Linear(4, 2), Counter()
    >>> with probing(counter):
    ...     counter.call(layer, counter.take((None, 4)))
    <Outline (B, 2) float32>
    >>> counter.tallies[layer].flops, counter.kept
    (16*B, 0)
    """

    def __init__(self):
        super().__init__()
        self.tallies, self._kept = {}, {}

    def take(self, given, dtype=None):
        """Return the outline of an input: of a shape, with None for the batch, or of an array."""
        if isinstance(given, (tuple, list)):
            return self._given(Outline(self, *declared(given, dtype)))
        array = given.data if isinstance(given, State) else given
        if not hasattr(array, "shape") or not hasattr(array, "dtype"):
            raise TypeError(
                f"an input is a shape such as (None, 64), or an array, got {given!r:.80}"
            )
        return self._given(Outline(self, tuple(array.shape), np.dtype(array.dtype)))

    def _given(self, outline):
        outline.memory = None
        return outline

    def call(self, model, *inputs):
        """Follow `inputs` through `model`; return the outline of what comes out."""
        with engine(self):
            return model(*inputs)

    def returned(self, module, out):
        """Note what a call of `module` returns."""
        self._tally(module).shapes.append(out.shape if isinstance(out, Symbol) else None)

    def _tally(self, module):
        return self.tallies.setdefault(module, Tally())

    def apply(self, prim, operands, params):
        """Foretell what `prim` makes of `operands`, and count what it costs."""
        inputs = [self.lift(x) for x in typed(operands)]
        shape, dtype = infer(prim, inputs, params)
        if self.place.modules:
            self._tally(self.place.modules[-1]).flops += _flops(prim, shape, inputs, params)
        needed = tuple(x.requires_grad for x in inputs)
        smooth = prim.differentiable and dtype.kind == "f" and any(needed)
        out = Outline(self, shape, dtype, requires_grad=smooth)
        if prim.view:
            out.memory = inputs[0].memory
        if smooth:
            keeps_out, flags = prim.keeps(needed)
            kept = [x for x, flag in zip(inputs, flags, strict=True) if flag] + [out] * keeps_out
            self._kept |= {id(x.memory): x.memory for x in kept if x.memory is not None}
        return out

    def assign(self, state, value, *, belongs_to=None):
        """Write nothing: a summary changes no state."""

    def lift(self, x):
        """Return the outline that stands for an operand."""
        if isinstance(x, Outline):
            return x
        if isinstance(x, State):
            return self._given(Outline(self, x.shape, x.dtype, requires_grad=x.requires_grad))
        shape, dtype = ((), x[1]) if isinstance(x, tuple) else (np.shape(x), x.dtype)
        return self._given(Outline(self, shape, dtype))

    @property
    def kept(self):
        """Bytes that a tape would keep for the way back, besides inputs and parameters."""
        return sum(x.nbytes for x in self._kept.values())

    def __repr__(self):
        return f"<Counter: {len(self.tallies)} modules>"


def _flops(prim, shape, inputs, params):
    shapes = [shape, *(x.shape for x in inputs)]
    if is_open(shapes) or is_open(params):
        return open_shape(_as_shape(prim), shapes, params)[0]
    return prim.flops(*shapes, **params)


@cache
def _as_shape(prim):
    """Return the FLOP rule in the form of a shape rule, which can be asked at open sizes."""
    return lambda *shapes, **params: (prim.flops(*shapes, **params),)
