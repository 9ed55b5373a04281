"""The passes in their order."""

from dataclasses import replace

from diydl.compile.fuse import fuse
from diydl.compile.recompute import recompute
from diydl.compile.reuse import reuse
from diydl.compile.rows import join
from diydl.compile.simplify import fold, merge
from diydl.compile.split import split


def fuse_kernels(plan):
    """Join chains of any size: on a GPU each step costs a launch, however small it is."""
    return fuse(plan, least=1)


PASSES = (fold, merge, split, fuse, join, recompute, reuse)
ON_GPU = {p: p for p in (fold, merge, split, recompute)} | {fuse: fuse_kernels}


def passes_for(passes, *, on_cpu):
    """Return those of `passes` that make sense where a plan runs.

    On a GPU CuPy's pool shares memory, and sums over rows have kernels of their own.

    Examples
    --------
    >>> [step.__name__ for step in passes_for(PASSES, on_cpu=False)]
    ['fold', 'merge', 'split', 'fuse_kernels', 'recompute']
    """
    return tuple(passes) if on_cpu else tuple([ON_GPU[p] for p in passes if p in ON_GPU])


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
