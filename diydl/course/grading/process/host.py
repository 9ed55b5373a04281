"""Start processes for submissions, and talk to them with a deadline.

A `Host` belongs to one grading process. On Linux it is a zygote: a process that has loaded the
library and forks a fresh one for each exercise of each submission in a few milliseconds. Elsewhere,
and under a command of the instructor's own, each is a new interpreter.
"""

import atexit
import contextlib
import functools
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from diydl.course.grading import sandbox
from diydl.course.grading.process.streams import Connection, HostError, Pipes, Socket

_WORKER = Path(__file__).with_name("worker.py")
_INSIDE = "/notebook"  # where a submission runs in a view of its own
_START = 60.0  # seconds for the zygote to be ready, on a machine that is very busy
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TZ")


class Host:
    """What starts processes under one jail with one limit of memory."""

    def __init__(
        self,
        jail: sandbox.Jail,
        mem_mb: int,
        cpu_s: int,
        *,
        hide: Sequence[str] = (),
        modules: Sequence[str] = (),
    ):
        self.jail, self.hide = jail, hide
        self.config = {
            "path": [p for p in sys.path if p],
            "mem_mb": mem_mb,
            "cpu_s": cpu_s,
            "modules": list(modules),
            "spec": None,
        }
        self._owner = os.getpid()
        self._zygote: subprocess.Popen | None = None
        self._control: socket.socket | None = None

    def start(self) -> Connection:
        """Return a connection to a fresh process that is shut in."""
        connection = self._forked() if self._forks() else self._spawned()
        try:
            connection.wait_until_ready()
        except HostError:
            connection.end()
            raise
        return connection

    def get_ready(self) -> None:
        """Start the zygote, which takes a second, before the time of a submission begins."""
        if self._forks():
            self._started()

    def close(self) -> None:
        """End the zygote, in the process that started it."""
        if os.getpid() != self._owner:
            return
        if self._control is not None:
            self._control.close()
        if self._zygote is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._zygote.wait(timeout=5 if self._control is not None else 0)
            self._zygote.kill()
            self._zygote.wait()
        self._zygote = self._control = None

    def _forks(self) -> bool:
        return sys.platform == "linux" and self.jail.flavour != "command"

    def _forked(self) -> Connection:
        folder = _INSIDE if self._own_view() else tempfile.mkdtemp(prefix="diydl-grade-")
        for _ in range(2):
            ours, theirs = socket.socketpair()
            pid = 0
            try:
                control = self._started()
                order = json.dumps({"do": "start", "folder": folder}).encode()
                socket.send_fds(control, [order], [theirs.fileno()])
                pid = int(control.recv(64) or b"0")
            except (OSError, ValueError):
                pass
            finally:
                theirs.close()
                if not pid:
                    ours.close()
            if pid:
                return Connection(Socket(ours), functools.partial(self._end, pid, folder))
            self.close()  # somebody ended the zygote: once more, with a new one
        if not self._own_view():
            shutil.rmtree(folder, ignore_errors=True)
        raise HostError("the process that starts submissions ended twice")

    def _own_view(self) -> bool:
        return self.jail.flavour in ("root", "user")

    def _end(self, pid: int, folder: str) -> None:
        if self._control is not None:
            with contextlib.suppress(OSError):
                self._control.send(json.dumps({"do": "end", "pid": pid}).encode())
        if not self._own_view():
            shutil.rmtree(folder, ignore_errors=True)

    def _started(self) -> socket.socket:
        if self._control is not None:
            return self._control
        spec = self.jail.spec(hide=self.hide, folder=_INSIDE, library=False)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with tempfile.TemporaryFile() as log:
            self._zygote = subprocess.Popen(
                [sys.executable, "-I", str(_WORKER), "zygote"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=_environment(),
                start_new_session=True,
            )
            theirs.close()
            ours.settimeout(_START)
            with contextlib.suppress(OSError):
                ours.send(json.dumps({**self.config, "spec": spec}).encode())
                if ours.recv(64) == b"ready":
                    self._control = ours
                    return ours
            log.seek(0)
            said = log.read().decode(errors="replace")[-2000:]
        ours.close()
        self.close()
        raise HostError(f"the process that starts submissions did not start: {said}")

    def _spawned(self) -> Connection:
        folder = tempfile.mkdtemp(prefix="diydl-grade-")
        argv = [sys.executable, "-I", str(_WORKER)]
        try:
            process = subprocess.Popen(
                self.jail.command(argv, hide=self.hide, folder=folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={**_environment(), "HOME": folder, "TMPDIR": folder},
                start_new_session=True,
            )
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise HostError(f"the sandbox {self.jail.prefix} does not start: {error}") from error
        watching = contextlib.ExitStack()
        watching.callback(shutil.rmtree, folder, ignore_errors=True)
        watching.callback(sandbox.end, process)
        watching.enter_context(
            sandbox.MemoryWatch(process.pid, self.config["mem_mb"], process.kill)
        )
        stream = Pipes(process)
        config = json.dumps({**self.config, "folder": folder}).encode()
        stream.send(struct.pack("<Q", len(config)) + config, 0)
        return Connection(stream, watching.close)


def _environment() -> dict[str, str]:
    threads = ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM", "NUMEXPR", "BLIS")
    return {
        **{name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
        **{f"{name}_NUM_THREADS": "1" for name in threads},
        "MPLBACKEND": "Agg",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


_hosts: dict[tuple, Host] = {}


def host_for(
    wanted: str,
    mem_mb: int,
    cpu_s: int,
    *,
    hide: tuple[str, ...] = (),
    modules: tuple[str, ...] = (),
) -> Host:
    """Return this process's host for such a sandbox; it is started once and ends with it.

    ``hide`` are paths that no submission may see, ``modules`` those of the library that hold
    references.
    """
    key = (os.getpid(), wanted, mem_mb, cpu_s, hide, modules)
    if key not in _hosts:
        _hosts[key] = Host(sandbox.choose(wanted), mem_mb, cpu_s, hide=hide, modules=modules)
        atexit.register(_hosts[key].close)
    return _hosts[key]
