"""A plan: flat steps over numbered slots, and what can be counted of them before they run.

A slot holds one value and is written once. What a step makes of its inputs depends on nothing
else, and what is written into parameters is listed apart: it is written when all is computed. So a
pass may reorder, merge and leave out steps, as long as each value stands before its users.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from diydl.compile.lives import last_reads, memory_of
from diydl.compile.run import Program
from diydl.primitive import Primitive
from diydl.probe import Place


@dataclass(frozen=True)
class Slot:
    """What is known of a value before it is there.

    Parameters
    ----------
    kind : {"input", "constant", "state", "value"}
        Given with each run, fixed, read from a parameter or buffer, or made by a step.
    held : array, Parameter or Buffer, optional
        Of a constant or of a state.
    """

    kind: str
    shape: tuple
    dtype: Any
    name: str = ""
    held: Any = None

    @property
    def size(self):
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def nbytes(self):
        """Number of bytes."""
        return self.size * self.dtype.itemsize


@dataclass(frozen=True)
class Step:
    """One primitive, applied to values in slots; `place` tells what it was described for."""

    prim: Primitive
    inputs: tuple
    params: dict
    out: int
    place: Place | None = None

    @property
    def outs(self):
        """The slots that are filled."""
        return (self.out,)

    @property
    def parts(self):
        """The primitives that are applied: this step alone."""
        return (self,)

    @property
    def aliases(self):
        """Whether the result may be a view of an input."""
        return self.prim.view

    @property
    def words(self):
        """What it does, without its operands."""
        return self.prim.name


@dataclass(frozen=True)
class Plan:
    """Steps that compute outputs and new contents of parameters from inputs.

    Parameters
    ----------
    slots : tuple of Slot
    steps : tuple of Step
        Each value before its users; a pass may have put several primitives into one.
    inputs, outputs : tuple of int
        Numbers of slots.
    writes : tuple of (int, int)
        Slot of a state, and slot of what is written into it.
    buffers : dict of int to int
        Which lasting buffer a slot lies in; others get an array of their own in each run.
    sizes : tuple of int
        Bytes of each buffer.
    homes : dict of int to int
        Slots that are computed straight into the array of the state in another slot.
    history : tuple of Account
        What was counted after each pass.

    Examples
    --------
    >>> from diydl import LazyTensor, Parameter
    >>> from diydl.compile import describe
    >>> x, w = LazyTensor([[1.0, 2.0]]), Parameter([[3.0], [4.0]], name="w")
    >>> plan = describe([(x @ w + 1).sum()], [x])
    >>> plan
    plan: 3 steps, 6 FLOPs, 40 bytes moved, 8 bytes held at most
      %2 = matmul(x, w)  (1, 1) float32
      %4 = add(%2, 1)  (1, 1) float32
      %5 = sum(%4, axis=None, keepdims=False)  () float32
      return %5
    >>> plan.run([[1.0, 2.0]])
    [array(12., dtype=float32)]
    """

    slots: tuple
    steps: tuple
    inputs: tuple
    outputs: tuple
    writes: tuple = ()
    buffers: dict = field(default_factory=dict)
    sizes: tuple = ()
    homes: dict = field(default_factory=dict)
    history: tuple = ()

    @cached_property
    def program(self):
        """The plan as something to run, with its buffers; made when first asked for."""
        return Program(self)

    def run(self, *arrays):
        """Compute and write; return the outputs as arrays that nobody else holds.

        Raises
        ------
        TypeError, ValueError
            If inputs are missing, or of another shape or dtype than was planned.
        """
        return self.program.run(arrays)

    def flops(self, step):
        """Number of floating-point operations of a step, by the rules of its primitives."""
        return sum(
            part.prim.flops(
                self.slots[part.out].shape,
                *[self.slots[i].shape for i in part.inputs],
                **part.params,
            )
            for part in step.parts
        )

    def moved(self, step):
        """Number of bytes that a step reads and writes; what is only looked at costs nothing."""
        if step.aliases and not self.flops(step):
            return 0
        return sum(self.slots[i].nbytes for i in (*dict.fromkeys(step.inputs), *step.outs))

    @cached_property
    def roots(self):
        """For each slot, the slots whose memory it may share, itself included."""
        return memory_of(self.steps, len(self.slots))

    @cached_property
    def last_use(self):
        """For each slot, the last step in which its memory is made or read; -1 for none.

        What is returned or written at the end is used by the step after the last.
        """
        leaving = (*self.outputs, *[value for _, value in self.writes])
        return last_reads([*self.steps], self.roots, leaving)

    @cached_property
    def held(self):
        """Most bytes that are held at a time, besides inputs, constants and states."""
        lasting = sum(self.sizes)
        most = now = lasting
        ends = {}
        for number, step in enumerate(self.steps):
            for out in step.outs:
                if out not in self.buffers and out not in self.homes and not self._free(step):
                    now += self.slots[out].nbytes
                    ends.setdefault(self.last_use[out], []).append(out)
            most = max(most, now)
            now -= sum(self.slots[i].nbytes for i in ends.pop(number, ()))
        return most

    def _free(self, step):
        return step.aliases and not self.flops(step)

    def account(self, name):
        """Count steps, operations and bytes, under the name of the pass that came last."""
        return Account(
            name,
            len(self.steps),
            sum(map(self.flops, self.steps)),
            sum(map(self.moved, self.steps)),
            self.held,
        )

    def bought(self):
        """Return a table: what was counted after each pass.

        Examples
        --------
        >>> from diydl import LazyTensor
        >>> from diydl.compile import compiled, describe
        >>> x = LazyTensor([1.0, 2.0])
        >>> print(compiled(describe([(x * 2).sum() + (x * 2).mean()], [x])).bought())
        pass          steps           FLOPs    bytes moved   bytes held
        ---------------------------------------------------------------
        described         5               9             76           16
        fold              5               9             76           16
        merge             4               7             56           16
        split             4               7             56           16
        fuse              4               7             56           16
        join              4               7             56           16
        recompute         4               7             56           16
        reuse             4               7             56           16
        """
        head = f"{'pass':<10}{'steps':>9}{'FLOPs':>16}{'bytes moved':>15}{'bytes held':>13}"
        return "\n".join([head, "-" * len(head), *map(str, self.history)])

    def named(self, i):
        """Return what a slot is called in print."""
        slot = self.slots[i]
        if slot.kind == "constant":
            return f"{slot.held.item():g}" if slot.size == 1 else f"constant{slot.shape}"
        return slot.name or f"%{i}"

    def line(self, step):
        """Return one line for a step."""
        operands = [self.named(i) for i in step.inputs]
        operands += [f"{k}={v}" for part in step.parts[:1] for k, v in _shown(step, part)]
        made = ", ".join(f"%{i}" for i in step.outs)
        out = self.slots[step.outs[0]]
        where = [f"buffer {self.buffers[i]}" for i in step.outs if i in self.buffers]
        where += [f"in {self.named(self.homes[i])}" for i in step.outs if i in self.homes]
        text = f"{made} = {step.words}({', '.join(operands)})  {out.shape} {out.dtype}"
        return "  ".join([text, *where])

    def __repr__(self):
        counted = self.account("")
        lines = [
            f"plan: {counted.steps:,} steps, {counted.flops:,} FLOPs, {counted.moved:,} bytes "
            f"moved, {counted.held:,} bytes held at most"
        ]
        lines += [f"  {self.line(step)}" for step in self.steps]
        lines += [
            f"  {self.named(state)} := {self.named(value)}"
            for state, value in self.writes
            if value not in self.homes or self.homes[value] != state
        ]
        if self.outputs:
            lines.append(f"  return {', '.join(map(self.named, self.outputs))}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Account:
    """What was counted of a plan after a pass."""

    name: str
    steps: int
    flops: int
    moved: int
    held: int

    def __str__(self):
        return f"{self.name:<10}{self.steps:>9,}{self.flops:>16,}{self.moved:>15,}{self.held:>13,}"


def _shown(step, part):
    return part.params.items() if len(step.parts) == 1 else ()


def pruned(plan):
    """Leave out all steps that neither an output nor a write needs.

    Examples
    --------
    >>> from diydl import LazyTensor
    >>> from diydl.compile import describe
    >>> x = LazyTensor([1.0])
    >>> plan = describe([x + 1, x * 2], [x])
    >>> len(pruned(replace(plan, outputs=plan.outputs[:1])).steps)
    1
    """
    needed, steps = {*plan.outputs, *[value for _, value in plan.writes]}, []
    for step in reversed(plan.steps):
        if not needed.isdisjoint(step.outs):
            needed.update(step.inputs)
            steps.append(step)
    return replace(plan, steps=tuple(reversed(steps)))


Pass = Callable[[Plan], Plan]
