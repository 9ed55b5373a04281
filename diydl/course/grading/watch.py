"""A watchdog on resident memory, for systems that enforce no limit: macOS, Windows."""

import contextlib
import ctypes
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

_EVERY = 0.2  # seconds between two looks


class MemoryWatch:
    """Kill a process that holds more memory than it may; use it as a context.

    Parameters
    ----------
    pid
        The process; on POSIX systems its whole process group is counted.
    limit_mb
        Megabytes of resident memory.
    kill
        Called, once, when there is more.
    measure
        Returns the megabytes of a process, or None; for this platform if left out.

    Examples
    --------
    >>> import os, threading
    >>> over = threading.Event()
    >>> with MemoryWatch(os.getpid(), 1, over.set) as watch:
    ...     over.wait(10), watch.exceeded
    (True, True)
    """

    def __init__(
        self,
        pid: int,
        limit_mb: float,
        kill: Callable[[], object],
        *,
        measure: Callable[[int], float | None] | None = None,
    ):
        self.pid, self.limit_mb, self.kill = pid, limit_mb, kill
        self.measure = measure or resident_mb
        self.exceeded = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="diydl-memory")

    def __enter__(self) -> "MemoryWatch":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            held = self.measure(self.pid)
            if held is not None and held > self.limit_mb:
                self.exceeded = True
                self.kill()
                return
            self._over.wait(_EVERY)


def resident_mb(pid: int) -> float | None:
    """Return the resident memory of a process in megabytes; None where it is gone.

    >>> import os
    >>> resident_mb(os.getpid()) > 1
    True
    """
    if sys.platform == "win32":
        return _from_windows(pid)
    if sys.platform == "linux":
        return _from_proc(pid)
    return from_ps(pid)


def from_ps(pid: int) -> float | None:
    """Ask ``ps``, which every POSIX system has: the process and all of its process group.

    >>> import os
    >>> from_ps(os.getpid()) > 1
    True
    """
    try:
        found = subprocess.run(
            ["ps", "-A", "-o", "pid=,pgid=,rss="],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    rows = [tuple(map(int, line.split())) for line in found.stdout.splitlines() if line.strip()]
    kilobytes = [rss for number, group, rss in rows if pid in (number, group)]
    return sum(kilobytes) / 1024 if kilobytes else None


def _from_proc(pid: int) -> float | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * 4096 / 2**20
    return None


def _from_windows(pid: int) -> float | None:  # pragma: no cover
    class Counters(ctypes.Structure):
        _fields_ = [
            ("size", ctypes.c_uint32),
            ("faults", ctypes.c_uint32),
            ("peak", ctypes.c_size_t),
            ("working_set", ctypes.c_size_t),
            ("rest", ctypes.c_size_t * 6),
        ]

    kernel32 = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
    kernel32.OpenProcess.restype = ctypes.c_void_p
    process = kernel32.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not process:
        return None
    try:
        counters = Counters(size=ctypes.sizeof(Counters))
        read = kernel32.K32GetProcessMemoryInfo
        read.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32)
        if not read(process, ctypes.byref(counters), counters.size):
            return None
        return counters.working_set / 2**20
    finally:
        kernel32.CloseHandle(ctypes.c_void_p(process))
