"""Work done ahead by threads, its results handed out in order."""

from collections import deque
from itertools import islice

AHEAD = 2  # tasks under way or done for each worker: enough to bridge a slow one, little memory


def prefetch(function, tasks, workers):
    """Yield ``function(task)`` for each task in order, while threads compute those that follow.

    An error comes up where its result would have: after everything before it, with the traceback
    of the thread that met it. However the loop ends (`break`, an error, Ctrl-C), no thread is left
    behind. With no workers everything is computed when its turn comes, in the caller's thread.

    Parameters
    ----------
    function : callable
        Of one task. It runs in several threads at a time.
    tasks : iterable
        May be endless; it is read a little ahead of what was handed out.
    workers : int
        Number of threads.

    Examples
    --------
    >>> list(prefetch(abs, [-1, 2, -3], workers=2))
    [1, 2, 3]
    """
    if not workers:
        yield from map(function, tasks)
        return
    from concurrent.futures import ThreadPoolExecutor

    tasks = iter(tasks)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="diydl-loader")
    try:
        ahead = deque(pool.submit(function, task) for task in islice(tasks, AHEAD * workers))
        while ahead:
            result = ahead.popleft().result()
            ahead.extend(pool.submit(function, task) for task in islice(tasks, 1))
            yield result
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
