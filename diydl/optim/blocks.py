"""Arrays in pieces, worked on by several threads.

An update such as Adam's reads and writes several arrays a dozen times. Done on whole arrays, each
time waits for the memory; done piece by piece, only the first read and the last write do. NumPy
lets other threads run while it computes, so that each core of the CPU takes the next piece.
"""

import contextvars
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from diydl.backend import array_module

BLOCK = 128 * 1024  # elements; smaller ones and the threads wait for Python more than they compute
_FEW = 2 * BLOCK  # elements that one thread has done before a second one is awake


class Blocks:
    """Run updates over arrays in blocks.

    Parameters
    ----------
    scratch : int
        How many scratch arrays of a block's size an update works in. Each thread has its own.

    Examples
    --------
    >>> x, y = np.ones((2, 3)), np.ones((2, 3))
    >>> def add(a, b, scratch):
    ...     a += np.multiply(b, 2, out=scratch)
    >>> Blocks(scratch=1).run([(add, (x, y))])
    >>> x
    array([[3., 3., 3.],
           [3., 3., 3.]])
    """

    def __init__(self, scratch):
        self._count, self._own = scratch, threading.local()

    def __reduce__(self):
        return Blocks, (self._count,)  # a copy makes scratch arrays of its own

    def run(self, jobs):
        """Call each ``update(*pieces, *scratch)`` on all blocks of its arrays, in any order.

        Parameters
        ----------
        jobs : list of (update, arrays)
            Arrays of one shape. Pieces are views, so that writing into them changes the arrays;
            no two jobs may write into the same array. On a GPU, and where an array is not
            contiguous, a piece is all of it.
        """
        pieces = [piece for update, arrays in jobs for piece in _pieces(update, arrays)]
        helpers = min(num_threads(), len(pieces)) - 1
        total = sum(arrays[0].size for _, arrays in jobs)
        shared = iter(pieces)  # whoever is free takes the next: `next` on a list is one step
        if helpers < 1 or total < _FEW or array_module(*(a[0] for _, a in jobs)) is not np:
            self._work(shared)
            return
        pool = _pool(helpers)
        # Each helper has a copy of the context, so that np.errstate holds for it too.
        waiting = [
            pool.submit(contextvars.copy_context().run, self._work, shared) for _ in range(helpers)
        ]
        try:
            self._work(shared)
        finally:
            begun = [future for future in waiting if not future.cancel()]
            for future in begun:
                future.result()

    def _work(self, shared):
        for update, pieces in shared:
            update(*pieces, *self._scratch(pieces[0]))

    def _scratch(self, like):
        """Return scratch arrays of the shape and dtype of `like`."""
        if array_module(like) is not np or like.ndim != 1 or like.size > BLOCK:
            return [array_module(like).empty_like(like) for _ in range(self._count)]
        made = self._own.__dict__.setdefault(like.dtype, [])
        while len(made) < self._count:
            made.append(np.empty(BLOCK, like.dtype))
        return made if like.size == BLOCK else [x[: like.size] for x in made]


def _pieces(update, arrays):
    first = arrays[0]
    if array_module(first) is not np or not all(x.flags.c_contiguous for x in arrays):
        return [(update, arrays)]  # a GPU wants large pieces
    if first.size <= BLOCK:
        return [(update, [x.reshape(-1) for x in arrays])]
    flat = [x.reshape(-1) for x in arrays]
    return [
        (update, [x[start : start + BLOCK] for x in flat]) for start in range(0, first.size, BLOCK)
    ]


_threads: int | None = None
_pools: dict[tuple[int, int], ThreadPoolExecutor] = {}


def num_threads():
    """Return how many threads an optimizer's step uses for large parameters.

    Examples
    --------
    >>> num_threads() >= 1
    True
    """
    if _threads is not None:
        return _threads
    allowed = os.environ.get("OMP_NUM_THREADS", "")
    return int(allowed) if allowed.isdigit() and int(allowed) else min(_cores(), 4)


def set_num_threads(count):
    """Let an optimizer's step use so many threads; None goes back to the default.

    The default is OMP_NUM_THREADS, where that is set, as NumPy's matrix products have it; else one
    for each core, and at most 4, since then the memory is what one waits for.

    Examples
    --------
    >>> set_num_threads(1)
    >>> num_threads()
    1
    >>> set_num_threads(None)
    """
    global _threads
    if count is not None and (not isinstance(count, int) or count < 1):
        raise ValueError(f"a number of threads is a whole number from 1, or None, got {count!r}")
    _threads = count


def _cores():
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _pool(helpers):
    key = (os.getpid(), helpers)  # a process that was forked has none of its parent's threads
    if key not in _pools:
        _pools[key] = ThreadPoolExecutor(helpers, thread_name_prefix="diydl-optim")
    return _pools[key]
