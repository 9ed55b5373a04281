"""A few processes that grade, one submission at a time each.

The death of one is the fault of its submission's grading and of nothing else: it is reported, a
new process takes its place, and the batch goes on. On the way out every process is ended.
"""

import contextlib
import multiprocessing
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

Work = Callable[[Any, Any], Any]

_START = 120.0  # seconds to begin: a cold disk, a busy machine


@dataclass(frozen=True)
class Outcome:
    """What came of one job: its result, or why there is none."""

    index: int
    result: Any = None
    fault: str = ""


def run_all(
    work: Work,
    jobs: Sequence[Callable[[], Any]],
    setting: Any,
    *,
    processes: int = 1,
    limit: float = 600.0,
) -> Iterator[Outcome]:
    """Call ``work(job(), setting)`` for each job in other processes; yield outcomes as they come.

    Parameters
    ----------
    work
        A function that another process can import.
    jobs
        Each is called, in this process, right before its turn.
    limit
        Seconds after which a process that says nothing is ended; its job has a fault.

    Examples
    --------
    >>> [outcome.result for outcome in run_all(max, [lambda: 3], 4)]
    [4]
    """
    waiting = list(enumerate(jobs))[::-1]
    crew: list[_Hand] = []
    try:
        while waiting or any(hand.index is not None for hand in crew):
            while waiting and len(crew) < min(processes, len(jobs)):
                crew.append(_Hand(work, setting))
            for hand in _ready(crew):
                outcome = hand.outcome()
                if not hand.alive:
                    crew.remove(hand)
                    hand.ask_to_end()
                    hand.wait_for_end()
                    if outcome is None and waiting:  # it never began: a job has to bear that
                        outcome = Outcome(waiting.pop()[0], fault="no grading process could begin")
                if outcome is not None:
                    yield outcome
            for hand in crew:
                if waiting and hand.idle:
                    index, job = waiting.pop()
                    hand.give(index, job(), limit)
    finally:
        for hand in crew:
            hand.ask_to_end()
        for hand in crew:
            hand.wait_for_end()


class _Hand:
    """One process of the crew, its pipe, and the job that it is at."""

    def __init__(self, work: Work, setting: Any):
        context = multiprocessing.get_context("spawn")  # no state, locks or files of ours
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work, setting), daemon=False)
        with _quiet_start():
            self.process.start()
        theirs.close()
        self.alive, self.begun, self.index = True, False, None
        self.until = time.monotonic() + _START

    @property
    def idle(self) -> bool:
        """Whether it waits for a job."""
        return self.alive and self.begun and self.index is None

    def give(self, index: int, job: Any, limit: float) -> None:
        self.index, self.until = index, time.monotonic() + limit
        with contextlib.suppress(OSError):  # a process that is gone: its silence tells
            self.pipe.send(job)

    def outcome(self) -> Outcome | None:
        """Take what it says, or note that it is gone or silent; None from one that has begun."""
        index, self.index = self.index, None
        try:
            if self.pipe.poll():
                result, fault = self.pipe.recv()
                self.begun = True
                return None if index is None else Outcome(index, result, fault)
            fault = "the grading process said nothing for too long and was ended"
        except (EOFError, OSError):
            self.process.join(5)
            fault = f"the grading process ended ({_died(self.process)})"
        self.alive = False
        return None if index is None else Outcome(index, fault=fault)

    def ask_to_end(self) -> None:
        """End an idle process by its empty pipe, a busy one by a signal."""
        if self.idle:
            self.pipe.close()
        else:
            self.process.terminate()

    def wait_for_end(self) -> None:
        """Wait, asking again: a signal that comes right before a long sleep begins does not end it.

        With Ctrl-C two signals come close together, and Python looks for them between its steps.
        """
        last = time.monotonic() + 10
        self.process.join(0.2)
        while self.process.is_alive() and time.monotonic() < last:
            self.process.terminate()
            self.process.join(0.2)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.pipe.close()
        self.process.close()


@contextlib.contextmanager
def _quiet_start() -> Iterator[None]:
    """Start a process that Ctrl-C does not reach before it can say what Ctrl-C means."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _ready(crew: list[_Hand]) -> list[_Hand]:
    """Wait for the first of those that begin or work to say something, die or be out of time."""
    awaited = {hand.pipe: hand for hand in crew if not hand.idle}
    if not awaited:
        return []
    left = min(hand.until for hand in awaited.values()) - time.monotonic()
    ready = [awaited[pipe] for pipe in wait(list(awaited), timeout=max(left, 0))]
    return ready or [hand for hand in awaited.values() if hand.until <= time.monotonic()]


def _leave(*_: object) -> None:
    """Leave by way of all that cleans up, once."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(143)


def _died(process: Any) -> str:
    code = process.exitcode
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return f"by {signal.Signals(-code).name}"
    return f"with status {code}"


def _serve(pipe: Connection, work: Work, setting: Any) -> None:
    """Do jobs until there are no more. Ctrl-C is for the parent, which ends us then."""
    signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which children would inherit
    signal.signal(signal.SIGTERM, _leave)
    with contextlib.suppress(EOFError, OSError):
        pipe.send((None, ""))  # here I am
        while True:
            job = pipe.recv()
            try:
                answer = (work(job, setting), "")
            except Exception:  # noqa: BLE001  whatever it is, it is told and not lost
                answer = (None, traceback.format_exc())
            pipe.send(answer)
