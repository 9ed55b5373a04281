"""A pass that lets values share memory whose lives do not overlap.

A value lives until the last use of its memory, and a view of it uses that memory too. New contents
of a parameter are computed straight into its array, once nobody needs the old ones.
"""

from dataclasses import replace

from diydl.compile.into import ELEMENTWISE, fits_in_place, writer
from diydl.exercise import exercise

SMALL = 1024  # bytes; smaller arrays cost nothing to make
LOOKS = (  # what may refuse the numbers it gets: no parameter is written before the last of these
    *("take", "take_grad", "scatter_add", "one_hot", "softmax_cross_entropy", "ravel_index"),
    *(
        "check_finite",
        "batch_statistics",
        "dropout",
        "random_uniform",
        "random_normal",
        "random_bernoulli",
    ),
)


def reuse(plan, *, small=SMALL):
    """Give values places in lasting buffers, and new contents of states those of the old.

    Examples
    --------
    >>> from diydl import LazyTensor, exp
    >>> from diydl.compile import describe
    >>> x = LazyTensor([[1.0, 2.0], [3.0, 4.0]])
    >>> reuse(describe([exp(exp(exp(x) @ x) @ x).sum()], [x]), small=1)
    plan: 6 steps, 48 FLOPs, 212 bytes moved, 36 bytes held at most
      %1 = exp(x)  (2, 2) float32  buffer 0
      %2 = matmul(%1, x)  (2, 2) float32  buffer 1
      %3 = exp(%2)  (2, 2) float32  buffer 1
      %4 = matmul(%3, x)  (2, 2) float32  buffer 0
      %5 = exp(%4)  (2, 2) float32  buffer 0
      %6 = sum(%5, axis=None, keepdims=False)  () float32
      return %6
    """
    homes, made, sizes = _homes(plan), {}, []
    born = []  # for each step, the values that need a place
    for step in plan.steps:
        large = [i for i in step.outs if i not in homes and plan.slots[i].nbytes >= small]
        born.append(large if writes_into(plan, step) else [])
        made.update(dict.fromkeys(step.outs, step))

    def over(i, dying):
        return _over(plan, made[i], i, [old for old in dying if old in made[i].inputs])

    def choose(free, i):
        return _fitting(free, sizes, plan.slots[i].nbytes)

    buffers = share_buffers(born, plan.last_use, over, choose)
    return replace(plan, buffers=buffers, sizes=tuple(sizes), homes=homes)


@exercise("06/share_buffers")
def share_buffers(born, last, over, choose):
    """Give each value a buffer, so that no two lie in one at the same time; return {value: buffer}.

    Parameters
    ----------
    born : list of list of int
        For each step, the values that it makes and that need a place.
    last : list of int
        For each slot, the last step that reads it; the step that makes it, if none does.
    over : callable
        ``over(value, dying)`` returns the one of the list `dying`, values that this step is the
        last to read, whose place the value may take while they are read; None if there is none.
    choose : callable
        ``choose(free, value)`` takes a buffer for the value out of the list `free`, or makes a new
        one, and returns its number.

    Examples
    --------
    >>> def choose(free, value):
    ...     return free.pop() if free else value
    >>> share_buffers([[0], [1], [2]], [1, 2, 3], lambda value, dying: None, choose)
    {0: 0, 1: 1, 2: 0}
    >>> share_buffers([[0], [1], [2]], [1, 2, 3], lambda value, dying: (*dying, None)[0], choose)
    {0: 0, 1: 0, 2: 0}
    """
    buffers, free, ends = {}, [], {}
    for number, values in enumerate(born):
        dying = ends.pop(number, [])
        for value in values:
            old = over(value, list(dying))
            if old is None:
                buffers[value] = choose(free, value)
            else:
                buffers[value] = buffers[old]
                dying.remove(old)
            ends.setdefault(last[value], []).append(value)
        free += [buffers[value] for value in (*dying, *ends.pop(number, ()))]
    return buffers


def writes_into(plan, step):
    """Tell whether a step can write into an array that is there already."""
    if len(step.parts) > 1:
        return True
    dtypes = [plan.slots[i].dtype for i in step.inputs]
    return writer(step.prim, step.params, dtypes, plan.slots[step.out].dtype) is not None


def _over(plan, step, out, dying):
    """Return an input that the result may be written over: this is the last use of its memory."""
    for i in dying:
        same = (plan.slots[i].shape, plan.slots[i].dtype)
        if same == (plan.slots[out].shape, plan.slots[out].dtype) and _read(plan, step, i, out):
            return i
    return None


def _fitting(free, sizes, nbytes):
    """Take the smallest free buffer that is large enough, or the largest that can grow.

    A much larger one is left to larger values, which would else need one more.
    """
    enough = [b for b in free if 4 * nbytes >= sizes[b] >= nbytes]
    if enough:
        chosen = min(enough, key=sizes.__getitem__)
    elif any(sizes[b] < nbytes for b in free):
        chosen = max((b for b in free if sizes[b] < nbytes), key=sizes.__getitem__)
        sizes[chosen] = nbytes
    else:
        chosen = len(sizes)
        sizes.append(nbytes)
        return chosen
    free.remove(chosen)
    return chosen


def _homes(plan):
    """Find the values that can be computed straight into the state that they are written to."""
    made = {out: (n, step) for n, step in enumerate(plan.steps) for out in step.outs}
    looks = [n for n, s in enumerate(plan.steps) if any(p.prim.name in LOOKS for p in s.parts)]
    homes, first = {}, max(looks, default=-1) + 1
    for state, value in plan.writes:
        number, step = made.get(value, (-1, None))
        if step is None or number < first or value in homes or not writes_into(plan, step):
            continue
        slot, old = plan.slots[value], plan.last_use[state]
        if (slot.shape, slot.dtype) == (plan.slots[state].shape, plan.slots[state].dtype):
            if old < number or (old == number and _read(plan, step, state, value)):
                homes[value] = state
    return homes


def _read(plan, step, old, new):
    """Tell whether a step has read `old`, elementwise, when it writes `new` in its place."""
    if any(old in plan.roots[i] for i in step.inputs if i != old):
        return False  # a view of it: the elements stand elsewhere
    reading = [n for n, part in enumerate(step.parts) if old in part.inputs]
    writing = next(n for n, part in enumerate(step.parts) if part.out == new)
    part = step.parts[writing]
    if part.prim.name not in ELEMENTWISE:
        return False
    dtypes = [plan.slots[i].dtype for i in part.inputs]
    if writing in reading and not fits_in_place(part.prim, dtypes, plan.slots[new].dtype):
        return False
    return max(reading) <= writing
