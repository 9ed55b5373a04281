"""Threads that take shares of work side by side: NumPy lets others run while it computes."""

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context

_count = None  # how many; None: as many as the machine has for us
_pool = None


def threads():
    """Return how many threads run the chains of a plan.

    As many as this process has cores, or as ``OMP_NUM_THREADS`` says, which BLAS obeys too.
    """
    if _count is not None:
        return _count
    try:
        return max(1, int(os.environ["OMP_NUM_THREADS"]))
    except (KeyError, ValueError):
        return cores()


def cores():
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def set_threads(count):
    """Let chains run in so many threads; None for the default. The numbers do not depend on it.

    Examples
    --------
    >>> set_threads(1)
    >>> threads()
    1
    >>> set_threads(None)
    """
    global _count
    if count is not None and (not isinstance(count, int) or count < 1):
        raise ValueError(f"the number of threads is a whole number from 1, or None, got {count!r}")
    if _pool is not None:
        _pool.shutdown()
    _count = count
    _forget()


def share_out(work, shares, places):
    """Call ``work(share, place)`` for all shares, in as many threads as there are places.

    Parameters
    ----------
    work : callable
    shares : list
        Each is done once, by whoever is free.
    places : list
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
        for place in places[1 : len(shares)]:
            helpers.append(_workers().submit(copy_context().run, run, place))
    except RuntimeError:  # no thread can be started here, or no more: who is there does all
        pass
    try:
        run(places[0])
    finally:
        wait(helpers)
    for helper in helpers:
        helper.result()


def _workers():
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(max(1, threads() - 1), thread_name_prefix="diydl-chain")
    return _pool


def _forget():
    """Start with new threads: those of a parent process are not here."""
    global _pool
    _pool = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
