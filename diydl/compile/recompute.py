"""A pass that computes cheap values again, where they are needed, instead of keeping them.

A product costs less than writing its result into the memory and reading it back. What a later chain
reads, and an earlier one made by a cheap step of what the later one reads anyway, the later chain
makes itself; the numbers are the same.
"""

from dataclasses import replace

from diydl.compile.plan import Step, pruned

CHEAP = ("abs", "add", "maximum", "minimum", "mul", "neg", "sub")
SMALL = 64  # times smaller than the value: an operand that can be kept instead of it


def recompute(plan):
    """Let chains compute cheap elementwise values again, where that saves memory traffic.

    Run after `fuse` or `join`, which make chains.

    Examples
    --------
    >>> from diydl import LazyTensor, exp
    >>> from diydl.compile import describe, fuse
    >>> x = LazyTensor([[1.0, 2.0], [3.0, 4.0]])
    >>> y = exp(x)
    >>> half = y * 0.5
    >>> plan = fuse(describe([((half + y) @ x) * half - y], [x]), least=1)
    >>> [len(step.outs) for step in plan.steps]
    [3, 1, 1]
    >>> [len(step.outs) for step in recompute(plan).steps]
    [2, 1, 1]
    """
    again = Again(plan)
    for number, step in enumerate(plan.steps):
        if len(step.parts) > 1:
            again.shorten(number)
    return pruned(again.plan())


class Again:
    """A plan whose chains come to compute more, and to hand on less."""

    def __init__(self, plan):
        self._plan, self.slots, self.steps = plan, list(plan.slots), list(plan.steps)
        self.made = {}  # slot: (number of its chain, part)
        self.wanted = {}  # slot: numbers of the steps that read it
        for number, step in enumerate(plan.steps):
            for part in step.parts:
                self.made[part.out] = number, part
            for i in step.inputs:
                self.wanted.setdefault(i, set()).add(number)
        self._leaving = {*plan.outputs, *[value for _, value in plan.writes]}

    def shorten(self, number):
        """Find what a chain can compute itself, and put it in front of its parts."""
        chain, again = self.steps[number], {}
        inputs = set(chain.inputs)
        for i in sorted(chain.inputs, reverse=True):
            found = self._way(i, inputs - {i}, number)
            if found is not None:
                again |= found
                inputs = (inputs | {k for part in found.values() for k in part.inputs}) - {*again}
        if not again:
            return
        new = {}
        for i in again:
            self.slots.append(self.slots[i])
            new[i] = len(self.slots) - 1
        order = sorted(again, key=lambda i: self._place(i))
        place = chain.parts[0].place  # that is what they are computed for, this time
        parts = [_with(again[i], new, new[i], place) for i in order]
        parts += [_with(part, new, part.out, part.place) for part in chain.parts]
        made = {part.out for part in parts}
        needed = dict.fromkeys(i for part in parts for i in part.inputs if i not in made)
        self.steps[number] = replace(chain, parts=tuple(parts), inputs=tuple(needed))
        for i in chain.inputs:
            self.wanted[i].discard(number)
        for i in needed:
            self.wanted.setdefault(i, set()).add(number)

    def _place(self, i):
        number, part = self.made[i]
        return number, self._plan.steps[number].parts.index(part)

    def _way(self, i, known, number, depth=4):
        """Return {slot: part} to make slot `i` of what is known or small; None if there is none."""
        if i not in self.made or not depth:
            return None
        home, part = self.made[i]
        shape = self.slots[i].shape
        if home == number or len(self.steps[home].parts) == 1 or part.prim.name not in CHEAP:
            return None
        if shape != self.steps[number].shape or self._leaves_for_others(i):
            return None
        found = {i: part}
        for k in part.inputs:
            at_hand = k in known or k in found or self._lasts(k)
            if at_hand or self.slots[k].size * SMALL <= self.slots[i].size:
                continue
            more = self._way(k, known, number, depth - 1)
            if more is None:
                return None
            found |= more
        return found

    def _leaves_for_others(self, i):
        """Tell whether a value has to be kept anyway, for a step that is no chain."""
        users = self.wanted.get(i, ())
        return i in self._leaving or any(len(self.steps[n].parts) == 1 for n in users)

    def _lasts(self, i):
        return self.slots[i].kind != "value"

    def plan(self):
        """Return the plan; each chain hands on what somebody reads."""
        read = {i for step in self.steps for i in step.inputs} | self._leaving
        steps = []
        for step in self.steps:
            if len(step.parts) > 1:
                outs = tuple([part.out for part in step.parts if part.out in read])
                step = replace(step, outs=tuple(sorted(outs)))
            steps.append(step)
        return replace(self._plan, slots=tuple(self.slots), steps=tuple(steps))


def _with(part, new, out, place):
    inputs = tuple([new.get(i, i) for i in part.inputs])
    return Step(part.prim, inputs, part.params, out, place)
