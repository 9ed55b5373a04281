"""Large arrays in pieces that stay in the cache while several operations pass over them."""

import math

import numpy as np

BLOCK = 32 * 1024  # elements: 128 KB in float32


def blocks(xp, x, size=BLOCK):
    """Yield slices of the first axis of `x`, of about `size` elements; on a GPU one for all.

    Examples
    --------
    >>> list(blocks(np, np.zeros((5, 10)), size=20))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 6, None)]
    """
    if xp is not np:
        yield slice(None)
        return
    rows = max(1, size // max(1, math.prod(x.shape[1:])))
    for start in range(0, x.shape[0], rows):
        yield slice(start, start + rows)


def in_pieces(xp, out, dtype):
    """Yield pairs (slice, array to compute that slice of `out` in), and fill `out` from them.

    The array is a part of `out` itself, or, where `dtype` is another one, has room of its own.

    Examples
    --------
    >>> out = np.empty((2, 2), np.float16)
    >>> for piece, room in in_pieces(np, out, np.float32):
    ...     room[...] = 0.5
    >>> out[0], room.dtype
    (array([0.5, 0.5], dtype=float16), dtype('float32'))
    """
    for piece in blocks(xp, out):
        if out.dtype == dtype:
            yield piece, out[piece]
        else:
            room = xp.empty(out[piece].shape, dtype)
            yield piece, room
            out[piece] = room
