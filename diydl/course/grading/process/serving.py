"""Answer the grader's requests over a stream of bytes, and go into the jail before that."""

import contextlib
import os
import struct
import sys

from diydl.course.grading.process.session import Session
from diydl.course.grading.process.wire import WireError, pack, unpack

if sys.platform != "win32":  # what is in there are calls that Windows does not have
    from diydl.course.grading.jail import inside


def serve(stream) -> None:
    """Answer requests until there are no more. A reply carries the token of its request."""
    session = Session()
    own = os.getpid()
    write(stream, pack("ready"))
    while (message := read(stream)) is not None:
        token, *request = unpack(message, held=lambda number: session.held[number])
        reply = session.answer(request)
        try:
            packed = pack([token, *reply])
        except (WireError, MemoryError) as error:
            said = f"what came back is too much to look at: {error or 'no memory left'}"
            fault = {"module": "diydl.course.limits", "name": "AnswerStopped", "said": said}
            packed = pack([token, "error", {**fault, "line": None, "missing": None}])
        if os.getpid() != own:  # a copy of this process that a submission made: it has no say
            os._exit(0)
        write(stream, packed)
    os._exit(0)


def enter(spec: dict | None, folder: str, config: dict) -> None:
    """Go into the jail, and accept limits; nothing of a submission has been read yet."""
    if spec:
        inside.enter(spec)
        spec.clear()
    else:
        os.chdir(folder)
        with contextlib.suppress(OSError, AttributeError):
            os.setsid()
    os.environ.update(HOME=folder, TMPDIR=folder, TMP=folder, TEMP=folder)
    if sys.platform != "win32":
        inside.limit_resources(mem_mb=config["mem_mb"], cpu_s=config["cpu_s"])
    config.clear()  # paths of the grader's are nobody's business from here on


def silence() -> None:
    """Let the standard streams lead nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nowhere, fd)


def read(stream) -> bytes | None:
    """Read one message; None at the end."""
    head = stream.read(8)
    return stream.read(struct.unpack("<Q", head)[0]) if len(head) == 8 else None


def write(stream, message: bytes) -> None:
    """Write one message."""
    stream.write(struct.pack("<Q", len(message)) + message)
    stream.flush()
