"""Elementwise steps, run on one block after another.

A block is a number of leading rows, so that operands that broadcast fit: a bias stays as it is, a
column gives its rows. Where all operands lie flat in the memory, a block is a piece of that.
"""

import itertools
import math

import numpy as np

from diydl.compile.into import fits_in_place, writer
from diydl.exercise import exercise

BLOCK = 32 * 1024  # elements; five arrays of them in float32 take 640 KB of a core's cache


class Registers:
    """Which operands each step of a chain has: inputs, results, or scratch of a block's size.

    Attributes
    ----------
    code : list of (callable, tuple of int, int)
        ``f(*operands, out)`` of each step, by numbers: inputs first, then results, then scratch.
    scratch : list of numpy dtype
    """

    def __init__(self, chain, slots, homes=None):
        self.count, self.outs = len(chain.inputs), len(chain.outs)
        self.scratch, self._free = [], {}
        at = {i: n for n, i in enumerate((*chain.inputs, *chain.outs))}
        last = {i: n for n, part in enumerate(chain.parts) for i in part.inputs}
        at |= _on_the_way(chain, slots, at, last, homes or {})
        self.code = []
        for n, part in enumerate(chain.parts):
            dtypes, dtype = [slots[i].dtype for i in part.inputs], slots[part.out].dtype
            inputs = tuple([at[i] for i in part.inputs])
            dying = {i for i in part.inputs if last[i] == n and at[i] >= self.count + self.outs}
            over = _fits(part, slots)
            if over:
                self._release(dying, at, slots)
            if part.out not in at:
                at[part.out] = self._take(dtype)
            if not over:
                self._release(dying, at, slots)
            self.code.append((writer(part.prim, part.params, dtypes, dtype), inputs, at[part.out]))

    def _take(self, dtype):
        free = self._free.setdefault(dtype, [])
        if free:
            return free.pop()
        self.scratch.append(dtype)
        return self.count + self.outs + len(self.scratch) - 1

    def _release(self, dying, at, slots):
        for i in dying:
            self._free.setdefault(slots[i].dtype, []).append(at[i])


def _on_the_way(chain, slots, at, last, homes):
    """Return the registers of results that may hold what they are made of until they are there.

    That is so from where a state that lies in the same memory has been read for the last time.
    """
    made = {part.out: n for n, part in enumerate(chain.parts)}
    old = {at[out]: last.get(state, -1) for out, state in homes.items() if out in at}
    found = {}
    for n, part in reversed([*enumerate(chain.parts)]):
        place = at.get(part.out, found.get(part.out))
        if place is None or not _fits(part, slots):
            continue
        for i in part.inputs:
            if i in made and i not in at and i not in found and last[i] == n:
                first, read = made[i], old.get(place, -1)
                if read < first or (read == first and _fits(chain.parts[first], slots)):
                    found[i] = place
                    break
    return found


def _fits(part, slots):
    return fits_in_place(part.prim, [slots[i].dtype for i in part.inputs], slots[part.out].dtype)


class Blocks:
    """Runs the code of a chain over arrays of one shape, and operands that broadcast to it.

    Parameters
    ----------
    shape : tuple of int
    registers : Registers
    """

    def __init__(self, shape, registers, size=BLOCK):
        self.shape, self.registers, self.size = shape, registers, size
        row = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]  # elements per index
        axis = next(axis for axis, n in enumerate(row) if n <= size)
        inner = row[axis]
        self.axis, self.rows = axis, min(shape[axis], max(1, size // inner))
        self.inside = shape[axis + 1 :]
        longest = max(self.rows * inner, min(size, math.prod(shape)))
        self._scratch = [np.empty(longest, dtype) for dtype in registers.scratch]

    def run(self, inputs, outs):
        """Fill `outs`; an output may be one of the inputs itself."""
        arrays, shape = [*inputs, *outs], self.shape
        flat = all(
            x.size == 1 or (x.shape == shape and x.flags.c_contiguous) for x in arrays
        ) and all(x.shape == shape for x in outs)
        if flat:
            arrays = [x.reshape(-1) if x.shape == shape else x.reshape(()) for x in arrays]
            run_in_blocks(self.registers.code, arrays, self._scratch, self.size)
        else:
            self._by_rows(arrays)

    def _by_rows(self, arrays):
        code, axis, rows, shape = self.registers.code, self.axis, self.rows, self.shape
        lead = [len(shape) - x.ndim for x in arrays]
        for before in itertools.product(*map(range, shape[:axis])):
            for start in range(0, shape[axis], rows):
                stop = min(start + rows, shape[axis])
                where = (*before, slice(start, stop))
                now = [_piece(x, where[n:], shape[n:]) for x, n in zip(arrays, lead, strict=True)]
                size = (stop - start, *self.inside)
                now += [x[: math.prod(size)].reshape(size) for x in self._scratch]
                for f, operands, out in code:
                    f(*[now[i] for i in operands], now[out])


@exercise("06/run_in_blocks")
def run_in_blocks(code, arrays, scratch, size):
    """Run elementwise steps on one block after another of flat arrays.

    Parameters
    ----------
    code : list of (callable, tuple of int, int)
        ``f(*operands, out)`` of each step, by numbers: those of `arrays`, then those of `scratch`.
    arrays : list of array
        Inputs and results: of one length, or numbers, arrays without an axis. At least the results
        are no numbers.
    scratch : list of array
        Of at least `size` elements each: what is between, of one block at a time.
    size : int
        Elements of a block; the last one has what is left.

    Examples
    --------
    >>> x, out, between = np.arange(5.0), np.empty(5), np.empty(2)
    >>> code = [(np.multiply, (0, 1), 3), (np.add, (3, 0), 2)]
    >>> run_in_blocks(code, [x, np.array(10.0), out], [between], 2)
    >>> out
    array([ 0., 11., 22., 33., 44.])
    """
    total = max(x.size for x in arrays)
    for start in range(0, total, size):
        stop = min(start + size, total)
        now = [x[start:stop] if x.ndim else x for x in arrays]
        now += [x[: stop - start] for x in scratch]
        for f, operands, out in code:
            f(*[now[i] for i in operands], now[out])


def _piece(x, where, shape):
    """Return the part of an operand for a block: an axis of size 1 is there for every index."""
    index = []
    for n, place in enumerate(where):
        if x.shape[n] == shape[n]:
            index.append(place)
        else:
            index.append(slice(None) if isinstance(place, slice) else 0)
    return x[tuple(index)] if index else x
