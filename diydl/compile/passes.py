"""The passes in their order."""

from dataclasses import replace

from diydl.compile.fuse import fuse
from diydl.compile.recompute import recompute
from diydl.compile.reuse import reuse
from diydl.compile.rows import join
from diydl.compile.simplify import fold, merge
from diydl.compile.split import split

PASSES = (fold, merge, split, fuse, join, recompute, reuse)


def compiled(plan, passes=PASSES):
    """Return a plan that computes the same with less: `passes`, one after the other.

    Each may be left out. `bought` of the result says what was counted after each.

    Examples
    --------
    >>> from diydl import LazyTensor
    >>> from diydl.compile import describe, merge
    >>> x = LazyTensor([1.0])
    >>> plan = describe([x * 2 + x * 2], [x])
    >>> len(plan.steps), len(compiled(plan, [merge]).steps)
    (3, 2)
    """
    history = [plan.account("described")]
    for step in passes:
        plan = step(plan)
        history.append(plan.account(step.__name__))
    return replace(plan, history=tuple(history))
