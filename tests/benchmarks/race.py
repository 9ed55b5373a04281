"""A fair comparison: one process, turns about, equal threads, equal results.

Each round times both sides, and the next round starts with the other one. Other work on the
machine then disturbs both alike. The minimum says what the code can do, the median what a user
sees; a goal holds only if both meet it.

With several threads each side rests and warms up before it is timed: the threads of the other one
(OpenBLAS, OpenMP) go on turning for up to 30 ms after their work, and would take its cores. Each
thread of a side is bound to a core: some systems, virtual machines above all, wake a thread on
the core of the one that called it, where it waits while another core has nothing to do.
"""

import math
import os
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Barrier
from time import perf_counter, sleep

import numpy as np
import torch
from threadpoolctl import ThreadpoolController

from diydl.threads import set_num_threads, share_out

ROUNDS = 31
REST = 0.04  # seconds
TASKS = Path("/proc/self/task")  # the threads of a process, on Linux
CORES = sorted(os.sched_getaffinity(0)) if TASKS.exists() else []


@dataclass(frozen=True)
class Result:
    """Seconds per call of both sides, round by round."""

    name: str
    ours: list
    theirs: list

    def ratio(self, measure):
        """Return our time divided by PyTorch's, by `measure`: min or median."""
        return measure(self.ours) / measure(self.theirs)

    def row(self):
        """Return a line of the table."""
        times = [1e6 * m(side) for side in (self.ours, self.theirs) for m in (min, median)]
        cells = "".join(f"{t:>11,.1f}" for t in times)
        return f"{self.name:<28}{cells}{self.ratio(min):>9.2f}{self.ratio(median):>9.2f}"


HEADER = (
    f"{'microseconds':<28}{'diydl min':>11}{'median':>11}{'torch min':>11}{'median':>11}"
    f"{'min':>9}{'median':>9}\n" + "-" * 90
)


def race(name, ours, theirs, *, rounds=ROUNDS, seconds=0.01, clock=perf_counter):
    """Time two functions without arguments by turns.

    Parameters
    ----------
    ours, theirs : callable
    rounds : int
        21 or more.
    seconds : float
        About how long each side runs per round; short calls are repeated.
    clock : callable
        With one thread, `time.process_time` leaves out what other work on the machine takes.
    """
    count = max(1, round(seconds / max(_time(ours, 3, clock), _time(theirs, 3, clock))))
    times = ([], [])
    for number in range(rounds):
        order = (0, 1) if number % 2 == 0 else (1, 0)
        for side in order:
            times[side].append(rested((ours, theirs)[side], count, clock))
    return Result(name, *times)


def rested(function, count=1, clock=perf_counter):
    """Return the seconds of a call, after whatever else was running has come to rest."""
    if torch.get_num_threads() > 1:
        sleep(REST)
        function()
    return _time(function, count, clock)


def _time(function, count, clock=perf_counter):
    start = clock()
    for _ in range(count):
        function()
    return (clock() - start) / count


def geometric_mean(numbers):
    """Return the mean of ratios."""
    numbers = list(numbers)
    return math.exp(sum(map(math.log, numbers)) / len(numbers))


def equal_threads(threads=None):
    """Let NumPy's BLAS and PyTorch use equally many threads; return their number.

    Parameters
    ----------
    threads : int, optional
        As many as NumPy's BLAS uses by itself, if left out. With 1, a busy machine disturbs least.
    """
    controller = ThreadpoolController().select(user_api="blas")
    if threads is None:
        threads = max(pool["num_threads"] for pool in controller.info())
    controller.limit(limits=threads)
    set_num_threads(threads)
    torch.set_num_threads(threads)
    if 1 < threads <= len(CORES):
        _bind(threads)
    return threads


def _bind(threads):
    """Let the threads of NumPy's BLAS, of PyTorch and of ours take one core after the other."""
    ones = np.ones((512, 512), np.float32)
    ones @ ones
    torch.ones(1 << 22).add_(1)
    for count in range(2, threads + 1):  # ours, which are others for each number of them
        meeting = Barrier(count, timeout=20)
        share_out(lambda *_, meeting=meeting: meeting.wait(), range(count), range(count))
    first, *others = CORES[:threads]
    helpers = sorted({int(task.name) for task in TASKS.iterdir()} - {os.getpid()})
    os.sched_setaffinity(os.getpid(), {first})
    for k, helper in enumerate(helpers):
        os.sched_setaffinity(helper, {others[k % len(others)]})


def assert_same(ours, theirs, tolerance=1e-4):
    """Compare arrays of both sides before anything is timed."""
    for mine, other in zip(ours, theirs, strict=True):
        other = other.detach().numpy()
        scale = np.abs(other).max(initial=1e-30)
        np.testing.assert_allclose(mine.numpy(), other, rtol=tolerance, atol=tolerance * scale)
