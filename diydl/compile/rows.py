"""A pass that joins chains with the sums over rows between them, and with those over the batch.

A layer norm is chains of elementwise steps with means over each row between them. Whole rows at a
time, all of it runs while they are in the cache: a sum over the last axis is there as soon as its
row is. A sum over all rows is added up from the sums of blocks, and is there at the end.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from diydl.compile.block import BLOCK
from diydl.compile.fuse import LEAST, LONGEST, Fused, fusable
from diydl.compile.into import ELEMENTWISE, writer
from diydl.compile.plan import pruned
from diydl.compile.row_block import RowBlocks, RowRegisters
from diydl.ops.shape import normal_axes

ROWS = ("mean", "sum", "max", "sum_to")


@dataclass(frozen=True)
class Joined:
    """Steps over the same rows, run together: elementwise ones, and sums over rows."""

    parts: tuple
    inputs: tuple
    outs: tuple
    shape: tuple

    aliases = False

    @cached_property
    def words(self):
        """The primitives, in their order."""
        return "joined[" + " ".join(part.prim.name for part in self.parts) + "]"

    def call(self, program):
        """Return ``f(values)`` that runs the chain over all blocks of rows."""
        plan = program.plan
        over = {
            out: i
            for out in self.outs
            for i in self.inputs
            if out in plan.buffers and plan.buffers.get(i) == plan.buffers[out]
        }
        registers = RowRegisters(self, plan.slots, plan.homes | over)
        blocks = RowBlocks(self.shape, registers, [plan.slots[i] for i in self.outs])
        places = [program.place(i) for i in self.outs]
        inputs, outs = self.inputs, self.outs

        def call(values):
            made = [place(values) for place in places]
            blocks.run([values[i] for i in inputs], made)
            for i, array in zip(outs, made, strict=True):
                values[i] = array

        return call


def join(plan, *, least=LEAST):
    """Join steps and chains that work on the same rows, sums over the last axis among them.

    Run after `fuse`, or instead of it: it joins single steps as well.

    Examples
    --------
    >>> from diydl import LazyTensor, exp
    >>> from diydl.compile import describe, fuse
    >>> x = LazyTensor([[1.0, 2.0], [3.0, 4.0]])
    >>> e = exp(x)
    >>> join(describe([e / e.sum(axis=1, keepdims=True)], [x]), least=1)
    plan: 1 steps, 12 FLOPs, 32 bytes moved, 16 bytes held at most
      %3 = joined[exp sum div](x)  (2, 2) float32
      return %3
    """
    plan = early_totals(seen_through(plan))
    chains = Chains(plan, least)
    for number, step in enumerate(plan.steps):
        chains.add(number, step)
    return pruned(replace(plan, steps=tuple(chains.steps())))


def seen_through(plan):
    """Let elementwise steps read what was broadcast, where they broadcast it themselves.

    Examples
    --------
    >>> from diydl import LazyTensor, broadcast_to
    >>> from diydl.compile import describe
    >>> x, y = LazyTensor([[1.0, 2.0]]), LazyTensor([3.0])
    >>> plan = describe([x * broadcast_to(y, shape=(1, 2))], [x, y])
    >>> seen_through(plan).steps[-1].inputs
    (0, 1)
    """
    sources, steps = {}, []
    for step in plan.steps:
        if len(step.parts) > 1:
            parts = tuple([_seen(part, sources, plan.slots) for part in step.parts])
            made = {part.out for part in parts}
            inputs = dict.fromkeys(i for part in parts for i in part.inputs if i not in made)
            steps.append(replace(step, parts=parts, inputs=tuple(inputs)))
        else:
            steps.append(_seen(step, sources, plan.slots))
            if step.prim.name == "broadcast_to":
                sources[step.out] = step.inputs[0]
    return pruned(replace(plan, steps=tuple(steps)))


def _seen(step, sources, slots):
    """Replace operands that were broadcast, as long as another one gives the result its shape."""
    if step.prim.name not in ELEMENTWISE or not any(i in sources for i in step.inputs):
        return step
    shape, inputs = slots[step.out].shape, list(step.inputs)
    for n, i in enumerate(inputs):
        others = [slots[k].shape for m, k in enumerate(inputs) if m != n]
        if i in sources and shape in others:
            inputs[n] = sources[i]
    return replace(step, inputs=tuple(inputs))


def early_totals(plan):
    """Sum over all rows right after what is summed is made, before others read it."""
    made = {out for step in plan.steps for out in step.outs}
    early = {}
    for step in plan.steps:
        if _totals(step, plan.slots) and step.inputs[0] in made:
            early.setdefault(step.inputs[0], []).append(step)
    moved = {id(step) for steps in early.values() for step in steps}
    steps = []
    for step in plan.steps:
        if id(step) not in moved:
            steps.append(step)
            steps += [total for out in step.outs for total in early.get(out, ())]
    return replace(plan, steps=tuple(steps))


def _totals(step, slots):
    """Tell whether a step sums over all axes but the last."""
    if len(step.parts) > 1 or step.prim.name not in ("sum", "sum_to") or step.prim.overlaid:
        return False
    x = slots[step.inputs[0]]
    if len(x.shape) < 2 or slots[step.out].shape != x.shape[-1:]:
        return False
    if step.prim.name == "sum_to":
        return True
    axes = normal_axes(step.params.get("axis"), len(x.shape))
    return sorted(axes) == list(range(len(x.shape) - 1))  # not those of a channel as long as a row


class Chains:
    """Chains as they grow: sets of numbers of steps."""

    def __init__(self, plan, least):
        self.plan, self.least = plan, least
        self.of, self.shape, self.totals = {}, {}, set()
        self.made = {out: n for n, step in enumerate(plan.steps) for out in step.outs}
        self.users = {}
        for number, step in enumerate(plan.steps):
            for i in step.inputs:
                self.users.setdefault(i, []).append(number)

    def add(self, number, step):
        """Begin a chain with a step, or let it join those that it depends on."""
        own, chain, found = self._shape(step), {number}, None
        for i in step.inputs:
            other = self.of.get(self.made.get(i))
            if other is None or self.made[i] in chain:
                continue
            wide = self.shape[self.made[i]]
            fits = wide == found if found else wide == own or self._column(step, wide)
            if fits and self._free_of_others(other, chain | other, number):
                chain, found = chain | other, wide
        if own or found:
            for member in chain:
                self.of[member], self.shape[member] = chain, found or own

    def _shape(self, step):
        """Return the shape of the chain that a step can begin, or None."""
        slots = self.plan.slots
        if len(step.parts) > 1:
            return step.shape
        out, name = slots[step.out], step.prim.name
        if name == "dropout_mask" and out.size >= self.least and _has_rows(out.shape):
            return out.shape
        if fusable(self.plan, step, self.least):
            return out.shape
        if name not in ROWS or len(step.inputs) != 1 or step.prim.overlaid:
            return None
        x = slots[step.inputs[0]]
        if x.size < self.least or not _has_rows(x.shape) or x.dtype not in ("f4", "f8"):
            return None
        if out.shape == (*x.shape[:-1], 1):
            return x.shape
        if _totals(step, slots):
            self.totals.add(step.out)
            return x.shape
        return None

    def _column(self, step, wide):
        """Tell whether a step computes one number for each row of a chain."""
        slots, column = self.plan.slots, (*wide[:-1], 1)
        if not _has_rows(wide) or isinstance(step, Joined):
            return False
        for part in step.parts:
            out, dtypes = slots[part.out], [slots[i].dtype for i in part.inputs]
            able = part.prim.name in ELEMENTWISE and out.shape == column
            if not able or writer(part.prim, part.params, dtypes, out.dtype) is None:
                return False
        return True

    def _free_of_others(self, chain, joined, number):
        """Tell whether nobody needs a chain before its new last step, or its totals in it."""
        if sum(len(self.plan.steps[n].parts) for n in joined) > 2 * LONGEST:
            return False
        for member in joined:
            for out in self.plan.steps[member].outs:
                users = self.users.get(out, ())
                if out in self.totals and any(user in joined for user in users):
                    return False
                if member in chain and any(u < number and u not in joined for u in users):
                    return False
        return True

    def steps(self):
        """Yield the steps of the plan, with each chain in place of its last step."""
        plan = self.plan
        leaving = {*plan.outputs, *[value for _, value in plan.writes]}
        for number, step in enumerate(plan.steps):
            chain = self.of.get(number, {number})
            if len(chain) == 1:
                yield step
            elif number == max(chain):
                yield self._joined(sorted(chain), leaving)

    def _joined(self, chain, leaving):
        steps = [self.plan.steps[n] for n in chain]
        parts = tuple([part for step in steps for part in step.parts])
        made = {part.out for part in parts}
        inputs = dict.fromkeys(i for part in parts for i in part.inputs if i not in made)
        outside = {i for i in made if set(self.users.get(i, ())) - set(chain)}
        outs = tuple([i for i in sorted(made) if i in leaving or i in outside])
        shape = self.shape[chain[0]]
        plain = all(self.plan.slots[p.out].shape == shape for p in parts)
        plain = plain and all(p.prim.name in ELEMENTWISE for p in parts)
        return (Fused if plain else Joined)(parts, tuple(inputs), outs, shape)


def _has_rows(shape):
    return len(shape) >= 2 and 1 < shape[-1] <= BLOCK
