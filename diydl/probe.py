"""A probe sees what is done while it is done: a profiler, a hunt for NaN, names for a plan's steps.

Modules, primitives, tapes, optimizers and plans tell the probe of this moment what they do. Where
there is none, that costs them one look at a context variable.
"""

from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, NamedTuple

_probe: ContextVar[Any] = ContextVar("diydl.probe", default=None)
current_probe = _probe.get  # the Probe of this moment, or None


class Place(NamedTuple):
    """Where in a training step something is done.

    Attributes
    ----------
    phase : str
        "forward", "backward" or "optimizer".
    modules : tuple
        The modules that are being called, outermost first; or the optimizer.
    prim : Primitive or None
        The primitive whose VJP is being called.
    """

    phase: str = "forward"
    modules: tuple = ()
    prim: Any = None


class Probe:
    """Base class: knows the place, and lets everything happen.

    Attributes
    ----------
    place : Place

    Examples
    --------
    >>> import diydl as dl
    >>> class Names(Probe):
    ...     def compute(self, prim, arrays, params):
    ...         print(self.place.phase, prim.name)
    ...         return prim.run(arrays, params)
    >>> w = dl.Parameter([1.0, 2.0])
    >>> with probing(Names()):
    ...     (w * 3).sum().backward()
    forward mul
    forward sum
    backward broadcast_to
    """

    def __init__(self):
        self.place = Place()

    def compute(self, prim, arrays, params):
        """Compute a primitive on arrays; to be overridden by who wants to see it."""
        return prim.run(arrays, params)

    def returned(self, module, out):
        """Be told what a module returns; within its span."""

    def pulled(self, node, g, grads):
        """Be told the gradients of a node's inputs, from `g`, that of its output; in its span."""

    def made(self, node):
        """Remember where a node of a graph was made, for its backward."""
        node.place = self.place

    @contextmanager
    def span(self, kind, what):
        """Be told that something begins, and when the block is left, that it has ended.

        Parameters
        ----------
        kind : str
            "module", "optimizer", "sweep" (a backward as a whole), "pull" (the VJP of one node),
            "planning" (a function is traced) or "step" (of a plan).
        what : object
            The module, optimizer or node; a function's name; a plan and the number of a step.
        """
        before, self.place = self.place, self.moved(kind, what)
        try:
            yield
        finally:
            self.place = before

    def moved(self, kind, what):
        """Return the place where a span of this kind happens."""
        if kind == "module":
            return self.place._replace(modules=(*self.place.modules, what))
        if kind == "optimizer":
            return Place("optimizer", (what,))
        if kind == "sweep":
            return Place("backward")
        if kind == "pull":
            return Place("backward", getattr(what, "place", Place()).modules, what.prim)
        return Place(kind)


def span(kind, what):
    """Tell the probe of this moment, if there is one, what happens in the block.

    Examples
    --------
    >>> with probing(Probe()) as probe, span("sweep", None):
    ...     probe.place.phase
    'backward'
    """
    probe = _probe.get()
    return nullcontext() if probe is None else probe.span(kind, what)


@contextmanager
def probing(probe):
    """Let `probe` see what is done in the block, and no other; in this thread alone."""
    token = _probe.set(probe)
    try:
        yield probe
    finally:
        _probe.reset(token)
