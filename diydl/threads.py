"""Threads that take shares of work side by side: NumPy lets others run while it computes.

Chains of a plan and updates of an optimizer are cut into blocks, and each core takes the next one.
Blocks are large, since threads meet after each operation: only one at a time runs Python.
"""

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

# After a matrix product OpenBLAS's threads go on turning for 2**26 cycles, 30 ms, in case another
# follows, and take the cores from ours. It reads this once, when NumPy is imported.
WAIT_LESS = {"OPENBLAS_THREAD_TIMEOUT": "18"}  # 2**18 cycles, a tenth of a millisecond

MOST = 4  # by default: with more of them the memory is what one waits for

_chosen: int | None = None
_pools: dict[tuple[int, int], ThreadPoolExecutor] = {}


def num_threads():
    """Return how many threads a plan's chains and an optimizer's step use for large arrays.

    Examples
    --------
    >>> num_threads() >= 1
    True
    """
    if _chosen is not None:
        return _chosen
    allowed = os.environ.get("OMP_NUM_THREADS", "")
    return int(allowed) if allowed.isdigit() and int(allowed) else min(cores(), MOST)


def set_num_threads(count):
    """Let chains and updates use so many threads; None goes back to the default.

    The default is OMP_NUM_THREADS, where that is set, as NumPy's matrix products have it; else one
    for each core, and at most 4. The numbers do not depend on it; only a step of SGD without
    momentum is left to BLAS, whose last bits may depend on how many threads that has.

    Where NumPy comes with OpenBLAS, as most builds do, its threads keep the cores busy for 30 ms
    after each matrix product. `diydl lab` and `diydl start` tell them not to; elsewhere, set the
    environment variable OPENBLAS_THREAD_TIMEOUT to 18 before Python starts.

    Examples
    --------
    >>> set_num_threads(1)
    >>> num_threads()
    1
    >>> set_num_threads(None)
    """
    global _chosen
    whole = isinstance(count, int) and not isinstance(count, bool) and count >= 1
    if count is not None and not whole:
        raise ValueError(f"a number of threads is a whole number from 1, or None, got {count!r}")
    _chosen = count


def cores():
    """Return the number of cores that this process may use.

    Examples
    --------
    >>> cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_out(work, shares, places):
    """Call ``work(share, place)`` for all shares, in as many threads as there are places.

    A helper that has not begun when all is done is not waited for.

    Parameters
    ----------
    work : callable
    shares : sequence
        Each is done once, by whoever is free.
    places : sequence
        What one thread has for itself, such as scratch arrays.

    Raises
    ------
    Exception
        What `work` raises first, after all threads have stopped.

    Examples
    --------
    >>> found = [0, 0, 0]
    >>> def square(k, place):
    ...     found[k] = k * k
    >>> share_out(square, [0, 1, 2], ["here", "there"])
    >>> found
    [0, 1, 4]
    """
    left = deque(shares)
    helping = places[1 : len(left)]

    def run(place):
        try:
            while True:
                try:
                    share = left.popleft()
                except IndexError:
                    return
                work(share, place)
        except BaseException:
            left.clear()
            raise

    helpers = []
    try:
        for place in helping:
            # Each has a copy of the context, so that np.errstate holds there too.
            helpers.append(_pool(len(helping)).submit(copy_context().run, run, place))
    except RuntimeError:  # no thread can be started here, or no more: who is there does all
        pass
    try:
        run(places[0])
    finally:
        begun = [helper for helper in helpers if not helper.cancel()]
        faults = [helper.exception() for helper in begun]  # waits
    for fault in filter(None, faults):
        raise fault


def _pool(helpers):
    key = (os.getpid(), helpers)  # a process that was forked has none of its parent's threads
    if key not in _pools:
        _pools[key] = ThreadPoolExecutor(helpers, thread_name_prefix="diydl")
    return _pools[key]
