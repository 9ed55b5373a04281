"""Arrays in pieces, worked on by several threads.

An update such as Adam's reads and writes several arrays again and again. Done on whole arrays, each
time waits for the memory; done piece by piece, only the first read and the last write do. Pieces
are no smaller than that takes: each operation on one costs Python some microseconds, in which the
other threads wait.
"""

import math
import threading
from itertools import pairwise

import numpy as np

from diydl.backend import array_module
from diydl.threads import num_threads, share_out

WORKING = 2560 * 1024  # elements that an update works on at a time, its arrays and scratch together
_ALONE = 256 * 1024  # elements that one thread has updated before a second one is awake


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
        pieces = [
            piece for update, arrays in jobs for piece in _pieces(update, arrays, self._count)
        ]
        total = sum(arrays[0].size for _, arrays in jobs)
        alone = total < _ALONE or array_module(*(a[0] for _, a in jobs)) is not np
        share_out(self._work, pieces, range(1 if alone else num_threads()))

    def _work(self, job, _):
        update, pieces = job
        update(*pieces, *self._scratch(pieces[0]))

    def _scratch(self, like):
        """Return scratch arrays of the shape and dtype of `like`."""
        if type(like) is not np.ndarray or like.ndim != 1:
            return [array_module(like).empty_like(like) for _ in range(self._count)]
        made = self._own.__dict__.setdefault(like.dtype.str, [])
        if self._count and (not made or made[0].size < like.size):
            made[:] = [np.empty_like(like) for _ in range(self._count)]
        return [x[: like.size] for x in made]


def _pieces(update, arrays, scratch):
    first = arrays[0]
    if array_module(first) is not np or not all(x.flags.c_contiguous for x in arrays):
        return [(update, arrays)]  # a GPU wants large pieces
    flat = [x.reshape(-1) for x in arrays]
    most = max(1, WORKING // (len(arrays) + scratch))
    if first.size <= most:
        return [(update, flat)]
    count = math.ceil(first.size / most)
    ends = [first.size * k // count for k in range(count + 1)]
    return [(update, [x[a:b] for x in flat]) for a, b in pairwise(ends)]
