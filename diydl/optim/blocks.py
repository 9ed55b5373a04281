"""Arrays in pieces that fit into the cache of a CPU core.

An update such as Adam's reads and writes several arrays a dozen times. Done on whole arrays, each
time waits for the memory; done piece by piece, only the first read and the last write do.
"""

import numpy as np

from diydl.backend import array_module

BLOCK = 32 * 1024  # elements; in float32, five arrays of them take 640 KB of a core's cache


class Blocks:
    """Cut arrays of one shape into blocks, and lend scratch arrays of a block's size.

    Parameters
    ----------
    scratch : int
        Number of scratch arrays. They are made once and used for every block.

    Examples
    --------
    >>> x, y = np.ones((2, 3)), np.ones((2, 3))
    >>> for a, b, scratch in Blocks(scratch=1).of(x, y):
    ...     np.add(a, b, out=scratch)
    ...     a[...] = scratch
    array([2., 2., 2., 2., 2., 2.])
    >>> x
    array([[2., 2., 2.],
           [2., 2., 2.]])
    """

    def __init__(self, scratch):
        self._count, self._made = scratch, {}

    def of(self, *arrays):
        """Yield one tuple per block: a piece of each array, then the scratch arrays.

        Pieces are views, so that writing into them changes the arrays.
        """
        first = arrays[0]
        if array_module(first) is not np or not all(x.flags.c_contiguous for x in arrays):
            scratch = [array_module(first).empty_like(first) for _ in range(self._count)]
            yield (*arrays, *scratch)  # a GPU wants large pieces
            return
        flat = [x.reshape(-1) for x in arrays]
        scratch = self._scratch(first.dtype)
        for start in range(0, first.size, BLOCK):
            pieces = [x[start : start + BLOCK] for x in flat]
            size = len(pieces[0])
            yield (*pieces, *(scratch if size == BLOCK else [x[:size] for x in scratch]))

    def _scratch(self, dtype):
        if dtype not in self._made:
            self._made[dtype] = [np.empty(BLOCK, dtype) for _ in range(self._count)]
        return self._made[dtype]
