"""Running a plan: a list of calls over a list of values, and buffers that last."""

from functools import partial
from threading import Lock
from typing import Any

import numpy as np

from diydl.backend import array_module, as_array
from diydl.compile.into import writer
from diydl.probe import current_probe
from diydl.value import Value


class Program:
    """A plan with its buffers, ready to run; runs in several threads wait for each other.

    Parameters
    ----------
    plan : Plan
    """

    def __init__(self, plan):
        self.plan, self._lock = plan, Lock()
        slots = plan.slots
        self._start = [slot.held if slot.kind == "constant" else None for slot in slots]
        self._states = [(i, slot.held) for i, slot in enumerate(slots) if slot.kind == "state"]
        arena = [np.empty(size, np.uint8) for size in plan.sizes]
        self._buffers = {i: _shaped(arena[b], slots[i]) for i, b in plan.buffers.items()}
        ends = {}
        for i, last in enumerate(plan.last_use):
            if slots[i].kind == "value":
                ends.setdefault(last, []).append(i)
        self._calls = [
            (step.call(self) if hasattr(step, "call") else self._call(step), ends.get(n, ()))
            for n, step in enumerate(plan.steps)
        ]
        written = {state for state, _ in plan.writes}
        self._writes = [
            (slots[state].held, value, bool(plan.roots[value] & written))
            for state, value in plan.writes
            if plan.homes.get(value) != state
        ]

    def place(self, i):
        """Return ``f(values)`` that gives the array that slot `i` is computed into."""
        if i in self.plan.homes:
            home, slots = self.plan.homes[i], self.plan.slots
            return partial(_home, slots[home].held, home)
        if i in self._buffers:
            buffer = self._buffers[i]
            return lambda values: buffer
        shape, dtype = self.plan.slots[i].shape, self.plan.slots[i].dtype
        return lambda values: np.empty(shape, dtype)

    def _call(self, step):
        """Return ``f(values)`` for a step of one primitive."""
        inputs, out, slots = step.inputs, step.out, self.plan.slots
        compute = partial(step.prim.compute, **step.params) if step.params else step.prim.compute
        if out not in self._buffers and out not in self.plan.homes:

            def call(values):
                values[out] = compute(*[values[i] for i in inputs])

            return call
        dtypes, place = [slots[i].dtype for i in inputs], self.place(out)
        write: Any = writer(step.prim, step.params, dtypes, slots[out].dtype)

        def call_into(values):
            array = place(values)
            write(*[values[i] for i in inputs], array)
            values[out] = array

        return call_into

    def run(self, arrays):
        """Compute with these inputs, write into the states, return the outputs."""
        plan, slots = self.plan, self.plan.slots
        with self._lock:
            values = self._start[:]
            for i, state in self._states:
                values[i] = _of_state(state, slots[i])
            for i, array in _matched(arrays, plan):
                values[i] = array
            probe = current_probe()
            for call, ends in self._calls if probe is None else self._seen(probe):
                call(values)
                for i in ends:
                    values[i] = None
            results = [_own(values[i]) for i in plan.outputs]
            self._write(values)
        return results

    def _seen(self, probe):
        """Yield the calls, each of which tells `probe` of its step."""

        def told(number, call, values):
            with probe.span("step", (self.plan, number)):
                call(values)

        for number, (call, ends) in enumerate(self._calls):
            yield partial(told, number, call), ends

    def _write(self, values):
        """Write into the states; what shares memory with one of them is copied before."""
        ready = []
        for state, i, shares in self._writes:
            array = values[i]
            if array is not state.data:  # else it is no news
                ready.append((state, array.copy() if shares else array))
        for state, array in ready:
            state.write(array)


def _shaped(buffer, slot):
    return buffer[: slot.nbytes].view(slot.dtype).reshape(slot.shape)


def _home(state, home, values):
    """Return the array of a state that is about to be written in place, and count a version."""
    state.changed()
    return values[home]


def _of_state(state, slot):
    array = state.data
    if array.shape != slot.shape or array.dtype != slot.dtype:
        raise ValueError(
            f"{state._called()} was planned as {slot.shape} {slot.dtype} and is now {array.shape} "
            f"{array.dtype}: plan again"
        )
    return array


def _matched(arrays, plan):
    """Pair inputs with their slots, checked."""
    if len(arrays) != len(plan.inputs):
        raise TypeError(f"the plan takes {len(plan.inputs)} input(s), got {len(arrays)}")
    for number, (i, x) in enumerate(zip(plan.inputs, arrays, strict=True)):
        slot = plan.slots[i]
        x = as_array(x.data if isinstance(x, Value) else x)
        if x.shape != slot.shape or x.dtype != slot.dtype:
            raise ValueError(
                f"input {number} was planned as {slot.shape} {slot.dtype}, got {x.shape} "
                f"{x.dtype}: describe it again, or let `compute_graph` plan per shape"
            )
        yield i, x


def _own(array):
    return array_module(array).array(array)
