"""How much memory is held, and was held at most since one last asked."""

import tracemalloc
from contextlib import contextmanager

import numpy as np

from diydl.backend import array_module


class NoMemory:
    """Measures nothing."""

    def mark(self):
        """Return (bytes held, most bytes held since the last mark): nothing."""
        return 0, 0


class HostMemory:
    """What Python and NumPy hold, as `tracemalloc` counts it from the beginning of the profile."""

    def __init__(self):
        self.start = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()

    def mark(self):
        """Return (bytes held, most bytes held since the last mark), beyond those at the start."""
        now, peak = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        return now - self.start, peak - self.start


class PoolMemory:
    """What CuPy's pool has handed out on a GPU, looked at between primitives."""

    def __init__(self, pool):
        self.pool = pool
        self.start = self.before = pool.used_bytes()

    def mark(self):
        """Return (bytes held, most bytes held at the last two marks), beyond those at the start."""
        before, self.before = self.before, self.pool.used_bytes()
        return self.before - self.start, max(before, self.before) - self.start


@contextmanager
def measured(example=None, *, wanted=True):
    """Give what measures memory in the block: where `example`, an array, is, or else the host's.

    Examples
    --------
    >>> import numpy as np
    >>> with measured() as memory:
    ...     x = np.ones(1 << 20)
    ...     del x
    ...     held, peak = memory.mark()
    >>> held < 1e6 < 8e6 < peak
    True
    """
    xp, tracing = np if example is None else array_module(example), tracemalloc.is_tracing()
    if not wanted:
        yield NoMemory()
    elif xp is not np:
        yield PoolMemory(xp.get_default_memory_pool())
    elif tracing:
        yield HostMemory()
    else:
        tracemalloc.start()
        try:
            yield HostMemory()
        finally:
            tracemalloc.stop()
