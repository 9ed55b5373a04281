"""Steps over the same rows, run on one block of whole rows after another."""

import itertools
import math

import numpy as np

from diydl.compile.block import BLOCK, Registers, piece
from diydl.compile.into import writer
from diydl.ops.random import draw_kept
from diydl.threads import num_threads, share_out

CACHE = 5 * 1024 * 1024  # bytes of the cache that the arrays of a block may take


def _sum(x, out):
    np.add.reduce(x, axis=-1, keepdims=True, out=out)


def _mean(x, out):
    _sum(x, out)
    np.true_divide(out, x.shape[-1], out)


def _max(x, out):
    np.maximum.reduce(x, axis=-1, keepdims=True, out=out)


def _total(x, out):
    np.add.reduce(x.reshape(-1, x.shape[-1]), axis=0, out=out)


OVER_ROWS = {"sum": _sum, "sum_to": _sum, "mean": _mean, "max": _max}


class RowRegisters(Registers):
    """Registers of a chain with sums over rows; the last operand is where a block begins."""

    def __init__(self, chain, slots, homes=None):
        self.slots = slots
        super().__init__(chain, slots, homes)

    def operation(self, part, dtypes, dtype, inputs):
        """Return what computes a part on a block, and the numbers of its operands."""
        name, out = part.prim.name, self.slots[part.out]
        if name == "dropout_mask":
            p = part.params["p"]
            return (lambda key, start, out: draw_kept(key, p, start, out)), (*inputs, -1)
        if name in OVER_ROWS and self.slots[part.inputs[0]].shape == self.shape:
            return (_total if out.shape == self.shape[-1:] else OVER_ROWS[name]), inputs
        return writer(part.prim, part.params, dtypes, dtype), inputs


class RowBlocks:
    """Runs a chain over blocks of whole rows; threads take one block after another.

    Parameters
    ----------
    shape : tuple of int
    registers : RowRegisters
    outs : list of Slot
        Those of the shape of one row are sums over all rows: each block has its own, and the last
        step adds them up, always in the same order.
    """

    def __init__(self, shape, registers, outs, size=None):
        self.shape, self.registers = shape, registers
        wide = [dtype.itemsize for dtype, whole in registers.scratch if whole]
        size = max(size or min(BLOCK, CACHE // max(sum(wide), 1)), shape[-1])
        row = [math.prod(shape[axis + 1 :]) for axis in range(len(shape) - 1)]
        self.axis = next(axis for axis, n in enumerate(row) if n <= size)
        self.row, self.inside = row, shape[self.axis + 1 :]
        self.rows = min(shape[self.axis], max(1, size // row[self.axis]))
        self.blocks = self._blocks()
        self._ranges = [where[-1] for where, _, _ in self.blocks]
        self._totals = {
            n: np.empty((len(self.blocks), *slot.shape), slot.dtype)
            for n, slot in enumerate(outs)
            if len(slot.shape) == 1
        }
        self._scratch = []  # of each thread

    def _blocks(self):
        """Return (index, number of the first element, shape) of each block."""
        axis, found = self.axis, []
        for before in itertools.product(*map(range, self.shape[:axis])):
            for start in range(0, self.shape[axis], self.rows):
                stop = min(start + self.rows, self.shape[axis])
                where = (*before, slice(start, stop))
                first = sum(i * n for i, n in zip((*before, start), self.row, strict=False))
                found.append((where, first, (stop - start, *self.inside)))
        return found

    def run(self, inputs, outs):
        """Fill `outs`; an output may be one of the inputs itself."""
        wanted = min(num_threads(), len(self.blocks))
        while len(self._scratch) < wanted:
            self._scratch.append(self._arrays())
        cuts = [self._cut(x) for x in inputs]
        for n, x in enumerate(outs):
            cuts.append(self._totals[n].__getitem__ if n in self._totals else self._cut(x))

        def work(number, scratch):
            now = [cut(number) for cut in cuts]
            now += self._fitting(scratch, number)
            for f, operands, out in self.registers.code:
                f(*[now[i] for i in operands], now[out])

        share_out(work, range(len(self.blocks)), self._scratch[:wanted])
        for n, parts in self._totals.items():
            np.add.reduce(parts, axis=0, out=outs[n])

    def _cut(self, x):
        """Return ``f(number)`` that gives the part of an array for the block of that number."""
        lead = len(self.shape) - x.ndim
        if lead > self.axis or (lead == self.axis == 0 and x.shape[0] == 1):
            return lambda number: x
        if lead == self.axis == 0:
            ranges = self._ranges
            return lambda number: x[ranges[number]]
        blocks, shape = self.blocks, self.shape[lead:]
        return lambda number: piece(x, blocks[number][0][lead:], shape)

    def _arrays(self):
        """Return scratch arrays for one thread, in the shape of a block that is not the last."""
        size = (self.rows, *self.inside)
        return [
            np.empty(size if whole else (*size[:-1], 1), dtype)
            for dtype, whole in self.registers.scratch
        ]

    def _fitting(self, scratch, number):
        """Return the scratch for a block, and the number of its first element."""
        _, first, size = self.blocks[number]
        if size[0] != self.rows:
            scratch = [x[: size[0]] for x in scratch]
        return [*scratch, first]
