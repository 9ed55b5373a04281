"""Values that operations apply to, and the engine that is asked to apply one.

An engine decides what applying an operation means: compute at once, record it for later gradients,
or only describe it. The operands choose the engine; where these are parameters and arrays alone,
the context does.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from diydl.backend import as_array


class Value:
    """Base class of everything that operations apply to, besides arrays."""

    __slots__ = ()
    engine = None  # who applies an operation to this value; None: the context decides
    __array_ufunc__ = None  # so that ndarray + value reaches value.__radd__
    __hash__ = object.__hash__


class Leaf(Value):
    """A value that belongs to no engine: each engine reads its `data` in its own way."""

    __slots__ = ()


class ArrayEngine:
    """Compute at once on plain arrays; remember nothing. Leaves are read."""

    def apply(self, prim, operands, params):
        """Compute `prim` on the arrays that `operands` hold."""
        return prim.compute(*(x.data if isinstance(x, Leaf) else x for x in operands), **params)

    def assign(self, state, value, *, belongs_to=None):
        """Write `value` into `state` now."""
        state.write(value.data if isinstance(value, Value) else as_array(value))

    def __repr__(self):
        return "array engine"


ARRAYS = ArrayEngine()
_default = ARRAYS
_context = ContextVar("diydl.engine", default=None)


def set_default_engine(chosen):
    """Make `chosen` the engine of parameters outside any block; the tape does so when imported."""
    global _default
    _default = chosen


def current_engine():
    """Return the engine that applies where the operands are parameters alone."""
    return _context.get() or _default


@contextmanager
def engine(chosen):
    """Let `chosen` apply operations whose operands are parameters alone.

    Examples
    --------
    >>> with engine(ARRAYS):
    ...     current_engine()
    array engine
    """
    if not hasattr(chosen, "assign"):
        raise TypeError(f"an engine is a graph, a net or such, got {chosen!r:.80}")
    token = _context.set(chosen)
    try:
        yield chosen
    finally:
        _context.reset(token)


def engine_of(*values):
    """Return the engine of the first of `values` that has one; None if none has.

    Examples
    --------
    >>> class Mine(Value):
    ...     engine = ARRAYS
    >>> engine_of(np.ones(2), Leaf(), Mine())
    array engine
    """
    for x in values:
        if isinstance(x, Value) and x.engine is not None:
            return x.engine
    return None
