"""One process at a time: a lock that the operating system drops when its holder dies."""

import os
import time
from contextlib import contextmanager
from pathlib import Path

POLL = 0.05  # seconds between two looks


@contextmanager
def locked(path):
    """Hold the lock file `path` inside the block; wait until no other process or thread does.

    The file stays: taking it away would let two processes hold two files of one name.

    Examples
    --------
    >>> import tempfile
    >>> with locked(Path(tempfile.mkdtemp()) / "mnist.lock"):
    ...     pass
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        while not _taken(descriptor):
            time.sleep(POLL)
        yield
    finally:
        os.close(descriptor)  # which unlocks


def _taken(descriptor):
    """Try to take the lock, without waiting."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
