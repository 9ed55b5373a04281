"""Elementwise steps, run on one block after another.

A block is a number of leading rows, so that operands that broadcast fit: a bias stays as it is, a
column gives its rows. Where all operands lie flat in the memory, a block is a piece of that.
"""

import itertools
import math

import numpy as np

from diydl.compile.into import fits_in_place, writer
from diydl.exercise import exercise
from diydl.threads import num_threads, share_out

BLOCK = 256 * 1024  # elements; five arrays of them in float32 take 5 MB of the cache


class Registers:
    """Which operands each step of a chain has: inputs, results, or scratch of a block's size.

    Attributes
    ----------
    code : list of (callable, tuple of int, int)
        ``f(*operands, out)`` of each step, by numbers: inputs first, then results, then scratch.
    scratch : list of (numpy dtype, bool)
        With each, whether it is as wide as the chain; else it has one element per row.
    """

    def __init__(self, chain, slots, homes=None):
        self.count, self.outs, self.shape = len(chain.inputs), len(chain.outs), chain.shape
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
                at[part.out] = self._take(slots[part.out])
            if not over:
                self._release(dying, at, slots)
            self.code.append((*self.operation(part, dtypes, dtype, inputs), at[part.out]))

    def operation(self, part, dtypes, dtype, inputs):
        """Return what computes a part, ``f(*operands, out)``, and the numbers of its operands."""
        return writer(part.prim, part.params, dtypes, dtype), inputs

    def _kind(self, slot):
        return slot.dtype, slot.shape == self.shape

    def _take(self, slot):
        free = self._free.setdefault(self._kind(slot), [])
        if free:
            return free.pop()
        self.scratch.append(self._kind(slot))
        return self.count + self.outs + len(self.scratch) - 1

    def _release(self, dying, at, slots):
        for i in dying:
            self._free.setdefault(self._kind(slots[i]), []).append(at[i])


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
            alike = i in made and slots[i].shape == slots[part.out].shape
            if alike and i not in at and i not in found and last[i] == n:
                first, read = made[i], old.get(place, -1)
                if read < first or (read == first and _fits(chain.parts[first], slots)):
                    found[i] = place
                    break
    return found


def _fits(part, slots):
    return fits_in_place(part.prim, [slots[i].dtype for i in part.inputs], slots[part.out].dtype)


class Blocks:
    """Runs the code of a chain over arrays of one shape, and operands that broadcast to it.

    Threads take shares of the blocks, each with scratch of its own.

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
        self._longest = max(self.rows * inner, min(size, math.prod(shape)))
        self._scratch = []  # of each thread

    def run(self, inputs, outs):
        """Fill `outs`; an output may be one of the inputs itself."""
        arrays, shape = [*inputs, *outs], self.shape
        flat = all(
            x.size == 1 or (x.shape == shape and x.flags.c_contiguous) for x in arrays
        ) and all(x.shape == shape for x in outs)
        if flat:
            arrays = [x.reshape(-1) if x.shape == shape else x.reshape(()) for x in arrays]
            self._each(self._run_flat, self._flat_shares(arrays))
        else:
            self._each(self._run_rows, self._row_shares(arrays))

    def _each(self, work, shares):
        wanted = min(num_threads(), len(shares))
        while len(self._scratch) < wanted:
            wanted_arrays = self.registers.scratch
            self._scratch.append([np.empty(self._longest, dtype) for dtype, _ in wanted_arrays])
        share_out(work, shares, self._scratch[:wanted])

    def _flat_shares(self, arrays):
        """Cut flat arrays into a few pieces for each thread, of whole blocks."""
        total, blocks = math.prod(self.shape), math.ceil(math.prod(self.shape) / self.size)
        step = self.size * math.ceil(blocks / (4 * num_threads()))
        return [
            [x[start : start + step] if x.ndim else x for x in arrays]
            for start in range(0, total, step)
        ]

    def _run_flat(self, arrays, scratch):
        run_in_blocks(self.registers.code, arrays, scratch, self.size)

    def _row_shares(self, arrays):
        """Return each block: its size, and the pieces of all arrays."""
        axis, shape, found = self.axis, self.shape, []
        lead = [len(shape) - x.ndim for x in arrays]
        for before in itertools.product(*map(range, shape[:axis])):
            for start in range(0, shape[axis], self.rows):
                stop = min(start + self.rows, shape[axis])
                where = (*before, slice(start, stop))
                now = [piece(x, where[n:], shape[n:]) for x, n in zip(arrays, lead, strict=True)]
                found.append(((stop - start, *self.inside), now))
        return found

    def _run_rows(self, share, scratch):
        size, pieces = share
        now = pieces + [x[: math.prod(size)].reshape(size) for x in scratch]
        for f, operands, out in self.registers.code:
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


def piece(x, where, shape):
    """Return the part of an operand for a block: an axis of size 1 is there for every index.

    Examples
    --------
    >>> piece(np.arange(6).reshape(3, 2), (slice(1, 3),), (3, 2))
    array([[2, 3],
           [4, 5]])
    """
    index = []
    for n, place in enumerate(where):
        if x.shape[n] == shape[n]:
            index.append(place)
        else:
            index.append(slice(None) if isinstance(place, slice) else 0)
    return x[tuple(index)] if index else x
