"""Talk to a submission's process with a deadline, over a socket or over pipes."""

import contextlib
import os
import queue
import secrets
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from diydl.course.grading.process.wire import LARGEST, WireError, pack, unpack

_START = 60.0  # seconds for a process to be ready, on a machine that is very busy


class HostError(RuntimeError):
    """The grader cannot run submissions here: its own fault, never a score."""


class TimedOut(Exception):
    """A call did not come back in time."""


class Died(Exception):
    """The process of a submission ended, or said something that is no reply."""


class Stream(Protocol):
    """Bytes to and from a process. Both methods raise `TimedOut` and `Died`."""

    def send(self, data: bytes, deadline: float) -> None:
        """Send all of it."""

    def receive(self, count: int, deadline: float) -> bytes:
        """Return exactly so many bytes."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of it."""


@dataclass
class Connection:
    """A process that answers for one exercise of one submission."""

    stream: Stream
    ended: Callable[[], None]

    def ask(self, *request: Any, seconds: float) -> tuple[str, Any]:
        """Return ("value", ...) or ("error", ...); raises `TimedOut` and `Died`.

        Every request has a token that its reply repeats, so that what a submission wrote before
        it was asked is no reply.
        """
        deadline = time.monotonic() + seconds
        token = secrets.token_hex(16)
        try:
            message = pack([token, *request])
        except WireError as error:
            raise HostError(f"a check passes what cannot cross: {error}") from error
        self.stream.send(struct.pack("<Q", len(message)) + message, deadline)
        reply = self._message(deadline)
        well_formed = isinstance(reply, list) and len(reply) == 3 and reply[0] == token
        if not well_formed or reply[1] not in ("value", "error"):
            raise Died("its process wrote something that is no reply")
        return reply[1], reply[2]

    def wait_until_ready(self) -> None:
        """Raise `HostError` unless the process is in its jail, before it reads a submission."""
        try:
            said = self._message(time.monotonic() + _START)
        except (TimedOut, Died) as error:
            raise HostError(f"a process for a submission did not start: {error}") from error
        if said != "ready":
            raise HostError(f"a process for a submission could not be shut in: {said!r:.300}")

    def _message(self, deadline: float) -> Any:
        (length,) = struct.unpack("<Q", self.stream.receive(8, deadline))
        if length > LARGEST + 2**20:
            raise Died("its process wrote something that is no reply")
        try:
            return unpack(self.stream.receive(length, deadline))
        except WireError as error:
            raise Died("its process wrote something that is no reply") from error

    def end(self) -> None:
        """End the process and all that it started."""
        self.stream.close()
        self.ended()


class Socket(Stream):
    """A stream over a socket."""

    def __init__(self, sock: socket.socket):
        self.sock = sock

    def send(self, data: bytes, deadline: float) -> None:
        """Send all of it."""
        with _told_plainly():
            self.sock.settimeout(_left(deadline))
            self.sock.sendall(data)

    def receive(self, count: int, deadline: float) -> bytes:
        """Return exactly so many bytes."""
        parts, left = [], count
        with _told_plainly():
            while left:
                self.sock.settimeout(_left(deadline))
                part = self.sock.recv(min(left, 2**20))
                if not part:
                    raise Died
                parts.append(part)
                left -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Let go of it."""
        self.sock.close()


class Pipes(Stream):
    """The same over pipes, with a thread for each direction: works on every platform."""

    def __init__(self, process: subprocess.Popen):
        self.process = process
        self.incoming: queue.Queue[bytes] = queue.Queue(maxsize=64)
        self.outgoing: queue.Queue[bytes] = queue.Queue()
        self.kept, self.over = bytearray(), False
        for work in (self._pump_in, self._pump_out):
            threading.Thread(target=work, daemon=True).start()

    def send(self, data: bytes, deadline: float) -> None:
        """Send all of it."""
        self.outgoing.put(data)

    def receive(self, count: int, deadline: float) -> bytes:
        """Return exactly so many bytes."""
        while len(self.kept) < count:
            try:
                part = self.incoming.get(timeout=_left(deadline))
            except queue.Empty:
                raise TimedOut from None
            if not part:
                raise Died
            self.kept += part
        data = bytes(self.kept[:count])
        del self.kept[:count]
        return data

    def close(self) -> None:
        """Let go of it."""
        self.over = True
        self.outgoing.put(b"")

    def _pump_in(self) -> None:
        part = b"."
        while part:
            with contextlib.suppress(OSError, ValueError):
                part = os.read(self.process.stdout.fileno(), 2**16)  # type: ignore[union-attr]
            while not self.over:
                with contextlib.suppress(queue.Full):
                    self.incoming.put(part, timeout=0.5)
                    break
            if self.over:
                break
        self.process.stdout.close()  # type: ignore[union-attr]

    def _pump_out(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := self.outgoing.get():
                self.process.stdin.write(data)  # type: ignore[union-attr]
                self.process.stdin.flush()  # type: ignore[union-attr]
        with contextlib.suppress(OSError):
            self.process.stdin.close()  # type: ignore[union-attr]


@contextlib.contextmanager
def _told_plainly():
    try:
        yield
    except TimeoutError:
        raise TimedOut from None
    except OSError as error:
        raise Died from error


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimedOut
    return left
