"""Passes that leave out work whose result is known: constants, and what is computed twice."""

from dataclasses import replace

import numpy as np

from diydl.compile.plan import pruned

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
    same, seen, steps = list(range(len(plan.slots))), {}, []
    for i, slot in enumerate(plan.slots):
        if slot.kind == "constant" and slot.size <= 64:
            key = (slot.dtype, slot.shape, np.ndarray, _bytes(slot.held))
            same[i] = seen.setdefault(key, i)
    for step in plan.steps:
        inputs = tuple([same[i] for i in step.inputs])
        if not_needed(step, plan.slots):
            same[step.out] = inputs[0]
            continue
        key = (step.prim, inputs, _frozen(step.params))
        if draws(step.prim):
            key = object()
        if key in seen:
            same[step.out] = seen[key]
        else:
            seen[key] = step.out
            steps.append(replace(step, inputs=inputs))
    outputs = tuple([same[i] for i in plan.outputs])
    writes = tuple([(state, same[i]) for state, i in plan.writes if same[i] != state])
    return pruned(replace(plan, steps=tuple(steps), outputs=outputs, writes=writes))


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


def _frozen(x):
    """Return something hashable that is equal only for equal parameters: 1 is not 1.0."""
    if isinstance(x, dict):
        return tuple((k, _frozen(v)) for k, v in sorted(x.items()))
    if isinstance(x, (tuple, list)):
        return (type(x), *map(_frozen, x))
    if isinstance(x, slice):
        return (slice, _frozen((x.start, x.stop, x.step)))
    if x is None or isinstance(x, (int, float, str, np.generic, np.dtype, type, type(Ellipsis))):
        return (type(x), repr(x))
    return object()  # an array, say: equal to nothing
