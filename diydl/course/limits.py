"""Run a learner's code so that nothing it does can hang, flood or end the notebook.

A `Limit` is one budget of seconds for a whole check. A watchdog thread ends Python code that is
still running when the budget is spent. It interrupts only inside `Limit.run`, so neither pytest nor
the library is ever torn apart. In the main thread of a POSIX process it sends a signal, which wakes
a sleeping call too; elsewhere (Windows, other threads) it plants an exception, which a running loop
meets at its next step. A loop inside C code cannot be ended from here: `diydl check` in the
terminal ends the process.
"""

import builtins
import contextlib
import ctypes
import io
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator

KEPT = 2000  # characters of a learner's output that a report can show
_AGAIN = 0.02  # seconds between two interrupts of code that swallows the first
_ENDS = (
    "your code ends the program (sys.exit, exit or quit); leave that out: return a value or raise "
    "an error instead"
)
_factor = 1


class StillRunning(BaseException):
    """The budget of a check is spent. No `except Exception` catches it."""


class AnswerStopped(RuntimeError):
    """A learner's code tried to end the process, or to ask for input."""


class CappedOutput(io.TextIOBase):
    """A text stream that keeps the first characters and counts the rest.

    >>> out = CappedOutput(kept=5)
    >>> out.write("hello world"), out.text, out.count
    (11, 'hello', 11)
    """

    def __init__(self, kept: int = KEPT):
        self.kept, self.text, self.count = kept, "", 0

    def write(self, text: str) -> int:
        """Take a text; always claims to have written all of it."""
        if self.count < self.kept:
            self.text += text[: self.kept - self.count]
        self.count += len(text)
        return len(text)

    def writable(self) -> bool:
        """Tell that one may write."""
        return True


@contextlib.contextmanager
def patient(factor: float) -> Iterator[None]:
    """Make every `Limit` of the block this much longer: for proofs on a busy machine.

    >>> with patient(10):
    ...     Limit(5).seconds
    50
    """
    global _factor
    before, _factor = _factor, factor
    try:
        yield
    finally:
        _factor = before


class Limit:
    """A budget of seconds for everything that runs through `run`.

    >>> with Limit(5) as limit:
    ...     limit.run(max, 3, 4)
    4
    """

    def __init__(self, seconds: float):
        self.seconds = seconds * _factor
        self.output = CappedOutput()
        self.expired = False
        self._inside = False
        self._lock = threading.Lock()
        self._over = threading.Event()

    def __enter__(self) -> "Limit":
        self._thread = threading.get_ident()
        self._deadline = time.monotonic() + self.seconds
        self._signal = _free_signal()
        if self._signal is not None:
            self._handler = signal.signal(self._signal, self._on_signal)
        watchdog = threading.Thread(target=self._watch, daemon=True, name="diydl-watchdog")
        with contextlib.suppress(RuntimeError):  # no threads on this platform: no limit
            watchdog.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        if self._signal is not None:
            signal.signal(self._signal, self._handler)

    def run(self, function: Callable, *args, **kwargs):
        """Call ``function``; its output is caught, its exceptions come out.

        Raises `StillRunning` when the budget is spent, also before the call, and `AnswerStopped`
        where the function tried to end the process.
        """
        __tracebackhide__ = True
        if self.expired:
            raise StillRunning(self._message())
        try:
            with walled(self.output):
                try:
                    self._inside = True
                    return function(*args, **kwargs)
                finally:
                    self._leave()
        except StillRunning:
            self._leave()
            self.expired = True
            raise StillRunning(self._message()) from None
        except SystemExit:
            raise AnswerStopped(_ENDS) from None

    def _message(self) -> str:
        return (
            f"still running after {self.seconds:g} seconds, so the check ended it; "
            "is there a loop that never ends?"
        )

    def _watch(self) -> None:
        self._over.wait(max(0.0, self._deadline - time.monotonic()))
        while not self._over.is_set():
            with self._lock:
                if self._inside:
                    self._interrupt()
                else:
                    self.expired = True
            self._over.wait(_AGAIN)

    def _interrupt(self) -> None:
        if self._signal is not None:
            signal.pthread_kill(self._thread, self._signal)
        else:
            _plant(self._thread, StillRunning)

    def _on_signal(self, number, frame) -> None:
        if self._inside and time.monotonic() >= self._deadline:
            raise StillRunning

    def _leave(self) -> None:
        with self._lock:
            self._inside = False
            if self._signal is None and time.monotonic() >= self._deadline:
                _plant(self._thread, None)  # an interrupt that has not struck yet must not


def contained(output: CappedOutput, function: Callable, *args, **kwargs):
    """Call a function within the walls and without a limit of time.

    Raises `AnswerStopped` where it tries to end the process.

    >>> contained(CappedOutput(), max, 3, 4)
    4
    """
    try:
        with walled(output):
            return function(*args, **kwargs)
    except SystemExit:
        raise AnswerStopped(_ENDS) from None


def end_threads(filename: str) -> int:
    """Ask the threads that run code from ``filename`` to end; return how many there were.

    >>> end_threads("<no such file>")
    0
    """
    found = [thread for thread in threading.enumerate() if _runs(thread, filename)]
    for thread in found:
        if thread.ident is not None:
            _plant(thread.ident, SystemExit)
    return len(found)


def _runs(thread: threading.Thread, filename: str) -> bool:
    frame = sys._current_frames().get(thread.ident or 0)
    if thread is threading.current_thread():
        return False
    while frame is not None:
        if frame.f_code.co_filename == filename:
            return True
        frame = frame.f_back
    return False


def _plant(thread: int, exception: type[BaseException] | None) -> None:
    planted = ctypes.py_object(exception) if exception else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), planted)


def _free_signal() -> int | None:
    """Return the alarm signal where it can be used: POSIX, main thread, no alarm already set."""
    if not hasattr(signal, "pthread_kill") or not hasattr(signal, "SIGALRM"):
        return None
    if threading.current_thread() is not threading.main_thread():
        return None
    busy = signal.getitimer(signal.ITIMER_REAL)[0] > 0 or signal.getsignal(signal.SIGALRM) is None
    return None if busy else signal.SIGALRM


@contextlib.contextmanager
def walled(output: CappedOutput) -> Iterator[None]:
    """Catch output and warnings; keep the process from being ended or made to wait for input."""
    before = sys.stdout, sys.stderr, os._exit, os.abort, builtins.input
    try:
        sys.stdout = sys.stderr = output
        os._exit = os.abort = _refuse_end
        builtins.input = _refuse_input
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.showwarning = lambda *args, **_: output.write(
                warnings.formatwarning(*args[:4])
            )
            yield
    finally:
        sys.stdout, sys.stderr, os._exit, os.abort, builtins.input = before


def _refuse_end(*_):
    raise AnswerStopped("your code ends the process; leave that out: return a value instead")


def _refuse_input(*_):
    raise AnswerStopped("your code asks for input(); a check cannot type: use the arguments")
