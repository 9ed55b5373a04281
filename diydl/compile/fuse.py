"""A pass that runs chains of elementwise steps together, block by block inside the cache.

Ten steps on an array that does not fit into the cache read and write the memory ten times; ten
steps on one block after another read it once and write it once. On a GPU a chain becomes one
kernel, made of the lines of C that primitives carry.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from diydl.backend import array_module
from diydl.compile.block import Blocks, Registers
from diydl.compile.into import ELEMENTWISE, writer
from diydl.compile.kernel import Kernel
from diydl.compile.plan import pruned

LEAST = 1 << 18  # elements; smaller arrays stay in the cache from step to step without blocks
LONGEST = 64  # steps in a chain


@dataclass(frozen=True)
class Fused:
    """Elementwise steps of one shape, run together."""

    parts: tuple
    inputs: tuple
    outs: tuple
    shape: tuple

    aliases = False

    @cached_property
    def words(self):
        """The primitives, in their order."""
        return "fused[" + " ".join(part.prim.name for part in self.parts) + "]"

    def call(self, program):
        """Return ``f(values)`` that runs the chain over all blocks."""
        plan = program.plan
        over = {out: i for out in self.outs for i in self.inputs if _together(plan, out, i)}
        registers = Registers(self, plan.slots, plan.homes | over)
        blocks = Blocks(self.shape, registers)
        places = [program.place(i) for i in self.outs]
        inputs, outs, kernel = self.inputs, self.outs, Kernel(self, plan.slots)

        def call(values):
            given = [values[i] for i in inputs]
            xp = array_module(*given)
            if xp is np:
                made = [place(values) for place in places]
                blocks.run(given, made)
            else:
                made = kernel.run(xp, given)
            for i, array in zip(outs, made, strict=True):
                values[i] = array

        return call


def _together(plan, out, i):
    """Tell whether a result is written over an input."""
    return out in plan.buffers and plan.buffers.get(i) == plan.buffers[out]


def fuse(plan, *, least=LEAST):
    """Join elementwise steps of one shape into chains, where nothing else stands between.

    Run after `fold` and `merge`, which look into single steps.

    Examples
    --------
    >>> from diydl import LazyTensor, tanh
    >>> from diydl.compile import describe
    >>> x = LazyTensor([[1.0, 2.0], [3.0, 4.0]])
    >>> plan = fuse(describe([tanh(x * x + 1) @ x], [x]), least=1)
    >>> plan
    plan: 2 steps, 28 FLOPs, 84 bytes moved, 32 bytes held at most
      %4 = fused[mul add tanh](x, 1)  (2, 2) float32
      %5 = matmul(%4, x)  (2, 2) float32
      return %5
    """
    users = {}
    for number, step in enumerate(plan.steps):
        for i in step.inputs:
            users.setdefault(i, []).append(number)
    made = {out: number for number, step in enumerate(plan.steps) for out in step.outs}
    chains = {}  # number of a step: numbers of all steps of its chain
    for number, step in enumerate(plan.steps):
        if not fusable(plan, step, least):
            continue
        chain = {number}
        for i in step.inputs:
            other = chains.get(made.get(i), set())
            same = other and plan.slots[i].shape == plan.slots[step.out].shape
            if same and _free_of_others(plan, other, chain | other, number, users):
                chain = chain | other
        for member in chain:
            chains[member] = chain
    return _with(plan, chains)


def fusable(plan, step, least):
    """Tell whether a step may be part of a chain: elementwise, large, and able to fill an array."""
    if len(step.parts) > 1 or step.prim.name not in ELEMENTWISE:
        return False
    out = plan.slots[step.out]
    dtypes = [plan.slots[i].dtype for i in step.inputs]
    able = writer(step.prim, step.params, dtypes, out.dtype) is not None
    return able and out.size >= least and out.shape


def _free_of_others(plan, chain, joined, number, users):
    """Tell whether nobody outside needs a chain before its new last step."""
    if len(joined) > LONGEST:
        return False
    for member in chain:
        for user in users.get(plan.steps[member].out, ()):
            if user < number and user not in joined:
                return False
    return True


def _with(plan, chains):
    """Return the plan with each chain in place of its last step."""
    leaving = {*plan.outputs, *[value for _, value in plan.writes]}
    users = {}
    for number, step in enumerate(plan.steps):
        for i in step.inputs:
            users.setdefault(i, set()).add(number)
    steps = []
    for number, step in enumerate(plan.steps):
        chain = chains.get(number, {number})
        if len(chain) == 1:
            steps.append(step)
        elif number == max(chain):
            steps.append(_fused(plan, chain, users, leaving))
    return pruned(replace(plan, steps=tuple(steps)))


def _fused(plan, chain, users, leaving):
    parts = tuple([plan.steps[n] for n in sorted(chain)])
    made = {part.out for part in parts}
    inputs = dict.fromkeys(i for part in parts for i in part.inputs if i not in made)
    outs = [i for i in sorted(made) if i in leaving or users.get(i, set()) - chain]
    return Fused(parts, tuple(inputs), tuple(outs), plan.slots[parts[0].out].shape)
