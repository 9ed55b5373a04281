"""Keep a submission from the machine it is graded on, as well as the machine allows.

`choose` finds out by trying, never by guessing, which jail works here:

- **namespaces** (Linux, as root or as an ordinary user): the submission sees the system, Python and
  the library, read-only, and an empty /tmp of its own; no network, no other process; what it
  leaves behind ends with it;
- **Landlock** (Linux, where containers or AppArmor forbid namespaces): it opens files of that same
  list only; no network, no signals to other processes;
- **neither** (macOS, Windows, old kernels): limits of time and memory alone; see `MemoryWatch`.

What neither a jail nor masking prevents:

- *Copying.* An answer may be the library's own source, typed or pasted, or NumPy's or another
  package's function that does the same. Similar answers are listed as advice to a person.
- *Guessing.* A submission owns the process in which it and the drivers run, so it can present any
  value as a result, and any report of whether it left its inputs alone. Only right values bring
  points, and expected values are never there: what can be had is what can be guessed, such as a
  "yes". A cell that does so is easily seen in its feedback page.
- *Looking at its inputs*, those of hidden tests too. They run after all others, and a learner is
  shown their hints only, so there is no way to carry what was seen outside.
- *Using up its limits.* A submission may take all of its time and memory; it loses its own points.
- *Faults of Linux.* A jail shares the kernel with its host. Where a class is truly hostile, put a
  virtual machine or a container around the grader, or around each submission (``--sandbox CMD``).
"""

import contextlib
import functools
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from diydl.course.grading.jail import view
from diydl.course.grading.watch import MemoryWatch

__all__ = ["Jail", "MemoryWatch", "SandboxError", "choose", "end"]

_LAUNCHER = Path(__file__).parent / "jail" / "__main__.py"
_UNUSED_USER = 60_706  # the first of 478 numbers that Linux distributions leave to nobody
_TRY_SECONDS = 60
_TRY = """
import sys
if sys.argv[1]:
    import numpy, diydl
try:
    open(sys.argv[2]).close()
except OSError:
    sys.exit()
assert False, "what is hidden can be read"
"""
_LINES = {
    "root": "Submissions ran in fresh Linux namespaces, as a user that owns nothing: no network, "
    "no sight of checks, solutions, other submissions or other processes, nothing left behind.",
    "user": "Submissions ran in fresh Linux namespaces: no network, no sight of checks, "
    "solutions, other submissions or other processes, nothing left behind.",
    "landlock": "Submissions ran under Landlock (this machine forbids namespaces): no network, no "
    "sight of checks, solutions or other submissions, no signals to other processes. Files that a "
    "submission writes stay in its temporary folder; it can see how busy the machine is.",
    "plain": "This machine forbids namespaces and has no Landlock, so submissions were NOT kept "
    "from reading and changing files as you can, hidden checks, other submissions and Python's own "
    "packages among them. They had no network, no way to signal other processes, and limits of "
    "time and memory.",
    "none": "Submissions were NOT kept from reading and changing files as you can, hidden checks, "
    "other submissions and Python's own packages among them, nor from the network, nor from "
    "ending your other processes. They had limits of time and memory.",
    "command": "Submissions ran under the command that you gave ({}); what it keeps them from is "
    "up to it. They had limits of time and memory.",
}


class SandboxError(Exception):
    """The jail that was asked for does not work here."""


@dataclass(frozen=True)
class Jail:
    """A way to run a submission. ``flavour`` is a key of the report's lines."""

    flavour: str
    prefix: tuple[str, ...] = ()
    why: str = ""

    def describe(self) -> str:
        """Say in one line what the submissions were kept from, and what not.

        >>> Jail("none").describe()[:55]
        'Submissions were NOT kept from reading and changing fil'
        """
        return _LINES[self.flavour].format(shlex.join(self.prefix)) + self.why

    def spec(
        self,
        *,
        hide: Iterable[str | os.PathLike] = (),
        show: Iterable[str | os.PathLike] = (),
        folder: str | os.PathLike,
        library: bool = True,
    ) -> dict | None:
        """Return what `jail.inside.enter` needs; None where there is nothing to enter.

        Parameters
        ----------
        hide, show
            Paths that must not be seen, and further ones that may be read.
        folder
            Where the submission runs; in namespaces a fresh one in memory takes its place.
        library
            Whether the library's source may be read: not where it was imported before.

        >>> Jail("none").spec(folder="/tmp") is None
        True
        """
        if self.flavour in ("none", "command"):
            return None
        binds, hidden = view.binds(show, library=library), view.hidden(hide)
        spec = {"flavour": self.flavour, "folder": str(folder), "filter": True}
        data = None if library else view.data_files()
        if self.flavour in ("root", "user"):
            uid = _UNUSED_USER + os.getpid() % 478
            paths = {"binds": binds, "hide": hidden, "package": str(view.PACKAGE), "data": data}
            return spec | paths | {"uid": uid, "tmp_mb": 256, "base": "/tmp"}
        if self.flavour == "landlock":
            secret = hidden if library else [*hidden, str(view.PACKAGE)]
            readable, listable = view.apart(binds, secret)
            readable += [*(data or ()), "/dev/urandom"]
            return spec | {"readable": readable, "listable": listable, "writable": ["/dev/null"]}
        return spec

    def command(
        self,
        argv: list[str],
        *,
        hide: Iterable[str | os.PathLike] = (),
        show: Iterable[str | os.PathLike] = (),
        folder: str | os.PathLike,
    ) -> list[str]:
        """Return the command that runs ``argv`` inside the jail.

        >>> Jail("command", ("nice", "-n", "5")).command(["python"], folder="/tmp")
        ['nice', '-n', '5', 'python']
        """
        spec = self.spec(hide=hide, show=show, folder=folder)
        if spec is None:
            return [*self.prefix, *argv]
        return [sys.executable, "-I", "-S", str(_LAUNCHER), json.dumps(spec), *argv]


def choose(wanted: str = "auto") -> Jail:
    """Return the jail for "auto", "none", "unshare" (namespaces or nothing) or a command.

    Raises `SandboxError` where what was asked for does not work here.

    >>> choose("none")
    Jail(flavour='none', prefix=(), why='')
    """
    if wanted == "none":
        return Jail("none")
    if wanted in ("auto", "unshare", "landlock"):
        return _first_that_works(wanted)
    return _from_command(wanted)


def end(process: subprocess.Popen) -> None:
    """End a process started through `Jail.command`, and what it started.

    Its outer half hears SIGTERM and kills what is below it, daemons too; whatever does not end
    within a second is killed.
    """
    if process.poll() is not None:
        return
    with contextlib.suppress(OSError):
        process.terminate()
    try:
        process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(OSError):
            _kill_group(process)
        process.wait()


@functools.cache
def _first_that_works(wanted: str) -> Jail:
    flavours = {
        "auto": ("root", "user", "landlock", "plain"),
        "unshare": ("root", "user"),
        "landlock": ("landlock",),
    }[wanted]
    problems = []
    if sys.platform == "linux":
        for flavour in flavours:
            if flavour == "root" and os.geteuid() != 0:
                continue
            problem = _problem(Jail(flavour))
            if not problem:
                return Jail(flavour)
            problems.append(problem)
    if wanted != "auto":
        why = "; ".join(problems) or f"{sys.platform} has none"
        raise SandboxError(
            f"--sandbox {wanted}: expected a machine that lets us make namespaces, but {why}; "
            "take --sandbox auto for the best that works here, or give a command of your own"
        )
    return Jail("none")


@functools.cache
def _from_command(text: str) -> Jail:
    prefix = tuple(shlex.split(text))
    jail = Jail("command", prefix)
    problem = _problem(jail) if prefix else "it is empty"
    if problem:
        raise SandboxError(
            f"--sandbox {text!r}: expected a command that runs the command after it, but {problem}"
        )
    return jail


def _problem(jail: Jail) -> str:
    """Run Python, NumPy and the library inside once; return what went wrong, or ""."""
    closed = jail.flavour in ("root", "user", "landlock")
    ours = "" if jail.flavour == "command" else "ours"
    secret = str(view.CHECKS / "__init__.py") if closed else "/no/such/path"
    argv = [sys.executable, "-P", "-c", _TRY, ours, secret]
    seen = [*filter(None, sys.path), str(view.PACKAGE.parent)]  # where a submission imports from
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(seen)}
    try:
        with tempfile.TemporaryDirectory(prefix="diydl-") as folder:
            done = subprocess.run(
                jail.command(argv, folder=folder),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_TRY_SECONDS,
                env=environment if jail.flavour != "command" else None,
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]


def _kill_group(process: subprocess.Popen) -> None:
    if hasattr(os, "killpg") and os.getpgid(process.pid) == process.pid:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
