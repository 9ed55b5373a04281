"""Passes that leave out work whose result is known: constants, and what is computed twice."""

from dataclasses import replace

import numpy as np

from diydl.compile.plan import pruned
from diydl.exercise import exercise

LARGE = 1 << 16  # elements; a constant of more is computed in each run rather than kept


def draws(prim):
    """Tell whether a primitive draws random numbers, from a key."""
    return "key" in prim.inputs


def fold(plan):
    """Compute what depends on constants alone, once, when it is planned.

    Random primitives are left where they are; so is what would warn or fail, to do so in the run.

    Examples
    --------
    >>> from diydl import LazyTensor
    >>> from diydl.compile import describe
    >>> x, two = LazyTensor([1.0]), LazyTensor(2.0)
    >>> fold(describe([x * (two * two + 1)], [x]))
    plan: 1 steps, 1 FLOPs, 12 bytes moved, 4 bytes held at most
      %5 = mul(x, 5)  (1,) float32
      return %5
    """
    slots, steps = list(plan.slots), []
    for step in plan.steps:
        known = all(slots[i].kind == "constant" for i in step.inputs)
        large = slots[step.out].size > LARGE and not step.aliases
        array = None if draws(step.prim) or large or not known else _computed(step, slots)
        if array is None:
            steps.append(step)
        else:
            slots[step.out] = replace(slots[step.out], kind="constant", held=array)
    return pruned(replace(plan, slots=tuple(slots), steps=tuple(steps)))


def _computed(step, slots):
    try:
        with np.errstate(all="raise"):
            array = step.prim.compute(*[slots[i].held for i in step.inputs], **step.params)
    except (FloatingPointError, ValueError, TypeError, IndexError):
        return None
    return array if array.ndim else array[()]  # a NumPy scalar goes with any device


def merge(plan):
    """Compute once what is computed twice, and nothing where the result is the operand itself.

    Random primitives are never merged; modal ones are if they are in the same mode.

    Examples
    --------
    >>> from diydl import LazyTensor, exp
    >>> from diydl.compile import describe
    >>> x = LazyTensor([1.0])
    >>> merge(describe([exp(x * 2) + exp(x * 2)], [x]))
    plan: 3 steps, 3 FLOPs, 28 bytes moved, 8 bytes held at most
      %2 = mul(x, 2)  (1,) float32
      %3 = exp(%2)  (1,) float32
      %7 = add(%3, %3)  (1,) float32
      return %7
    """
    plan = _renamed(plan, _passed_on(plan))
    return _renamed(plan, find_twins([*plan.steps], _equal_constants(plan.slots), _work))


@exercise("06/find_twins")
def find_twins(steps, known, key):
    """Find the slots whose value another slot holds already; return {slot: that other slot}.

    Parameters
    ----------
    steps : list of Step
        Each after those that make its inputs.
    known : dict of int to int
        Slots that are known to hold what another one holds: equal constants.
    key : callable
        ``key(step, inputs)`` returns something hashable that is equal for equal work on the slots
        `inputs`; None for a step that never does what another one does (it draws numbers).

    Examples
    --------
    >>> from diydl import LazyTensor, exp
    >>> from diydl.compile import describe
    >>> x = LazyTensor([1.0])
    >>> plan = describe([exp(exp(x)) + exp(exp(x))], [x])
    >>> [(step.out, step.words, step.inputs) for step in plan.steps]
    [(1, 'exp', (0,)), (2, 'exp', (1,)), (3, 'exp', (0,)), (4, 'exp', (3,)), (5, 'add', (2, 4))]
    >>> find_twins(plan.steps, {}, lambda step, inputs: (step.words, inputs))
    {3: 1, 4: 2}
    """
    same, seen = dict(known), {}
    for step in steps:
        inputs = tuple([same.get(i, i) for i in step.inputs])
        work = key(step, inputs)
        if work is None:
            continue
        if work in seen:
            same[step.out] = seen[work]
        else:
            seen[work] = step.out
    return same


def _equal_constants(slots):
    same, seen = {}, {}
    for i, slot in enumerate(slots):
        if slot.kind == "constant" and slot.size <= 64:
            first = seen.setdefault((slot.dtype, slot.shape, _bytes(slot.held)), i)
            if first != i:
                same[i] = first
    return same


def _passed_on(plan):
    """Return {slot: the operand that it is}, for steps that leave an operand as it was."""
    same = {}
    for step in plan.steps:
        if not_needed(step, plan.slots):
            first = step.inputs[0]
            same[step.out] = same.get(first, first)
    return same


def _renamed(plan, same):
    """Return the plan without the slots that are keys of `same`: their users use the values."""

    def now(slots):
        return tuple([same.get(i, i) for i in slots])

    kept = [step for step in plan.steps if step.out not in same]
    steps = tuple([replace(step, inputs=now(step.inputs)) for step in kept])
    writes = [(state, same.get(i, i)) for state, i in plan.writes]
    writes = tuple([(state, i) for state, i in writes if state != i])
    return pruned(replace(plan, steps=steps, outputs=now(plan.outputs), writes=writes))


def _work(step, inputs):
    return None if draws(step.prim) else (step.prim, inputs, frozen(step.params))


def not_needed(step, slots):
    """Tell whether the result of a step is its first operand, element by element."""
    name, params, x = step.prim.name, step.params, slots[step.inputs[0]]
    if name in ("identity", "stop_gradient"):
        return True
    if name in ("cast", "reshape", "broadcast_to", "sum_to"):
        out = slots[step.out]
        return (out.shape, out.dtype) == (x.shape, x.dtype)
    if name == "dropout":
        return params["p"] == 0 or (not params["training"] and params.get("inverted", True))
    if name in ("advance", "moving_average"):
        return not params["training"]
    return name == "in_training" and params["training"]


def _bytes(array):
    return np.asarray(array).tobytes() if isinstance(array, (np.ndarray, np.generic)) else array


def frozen(x):
    """Return something hashable that is equal only for equal parameters: 1 is not 1.0."""
    if isinstance(x, dict):
        return tuple((k, frozen(v)) for k, v in sorted(x.items()))
    if isinstance(x, (tuple, list)):
        return (type(x), *map(frozen, x))
    if isinstance(x, slice):
        return (slice, frozen((x.start, x.stop, x.step)))
    if x is None or isinstance(x, (int, float, str, np.generic, np.dtype, type, type(Ellipsis))):
        return (type(x), repr(x))
    return object()  # an array, say: equal to nothing
