"""What a submission could try, run inside a jail; prints JSON of what came of each attempt."""

import ctypes
import json
import os
import socket
import sys
import time
from pathlib import Path

given = json.loads(sys.argv[1])


def attempt(function):
    try:
        return str(function())
    except BaseException as error:
        return type(error).__name__


def connect(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as end:
        end.settimeout(2)
        end.connect(address)
        end.send(b"hello")
    return "connected"


def call(name, *args):
    libc = ctypes.CDLL(None, use_errno=True)
    return "done" if getattr(libc, name)(*args) == 0 else os.strerror(ctypes.get_errno())


def write(path):
    """Open a file for writing; nothing is written, for where it works it is a real file."""
    os.close(os.open(path, os.O_WRONLY))
    return "open"


def count_processes():
    """How many can be started; they end when the pipe closes."""
    reading, writing = os.pipe()
    children = []
    try:
        for _ in range(100):
            child = os.fork()
            if child == 0:
                os.close(writing)
                os.read(reading, 1)
                os._exit(0)
            children.append(child)
    except OSError:
        pass
    os.close(writing)
    for child in children:
        os.waitpid(child, 0)
    return len(children)


def read(path):
    return "read" if Path(path).read_bytes() else "empty"


def processes():
    return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())  # noqa: PTH208


sys.path.insert(0, given["grading"])
from jail.inside import limit_resources  # noqa: E402

limit_resources(1024, 60)
import numpy  # noqa: E402

found = {
    "numpy": attempt(lambda: numpy.ones(3).sum()),
    "home": attempt(lambda: read(given["secret"])),
    "checks": attempt(lambda: read(given["checks"])),
    "solutions": attempt(lambda: read(given["solutions"])),
    "shadow": attempt(lambda: read("/etc/shadow")),
    "tcp": attempt(lambda: connect(socket.AF_INET, ("127.0.0.1", given["port"]))),
    "udp": attempt(lambda: connect(socket.AF_INET, ("127.0.0.1", 9), socket.SOCK_DGRAM)),
    "abstract": attempt(lambda: connect(socket.AF_UNIX, given["abstract"])),
    "signal": attempt(lambda: os.kill(given["grader"], 0) or "reached"),
    "processes": attempt(processes),
    "machine": attempt(lambda: os.uname().nodename),
    "ptrace": attempt(lambda: call("ptrace", 16, given["grader"], 0, 0)),
    "mount": attempt(lambda: call("mount", b"none", b"/tmp", b"tmpfs", 0, None)),
    "unshare": attempt(lambda: call("unshare", 0x10000000)),
    "numpy file": attempt(lambda: write(numpy.__file__)),
    "library file": attempt(lambda: write(given["library"])),
    "system file": attempt(lambda: write("/usr/bin/env")),
    "own folder": attempt(lambda: Path("mine.txt").write_text("x")),
    "capabilities": attempt(
        lambda: Path("/proc/self/status").read_text().split("CapEff:")[1].split()[0]
    ),
    "forks": attempt(count_processes),
    "big file": attempt(lambda: os.truncate("mine.txt", 80 << 20)),
}
sys.stdout.write(json.dumps(found) + "\n")
sys.stdout.flush()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(61)
os._exit(7)
