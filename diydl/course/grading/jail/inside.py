"""Enter a jail: the last thing a worker does before it meets a submission.

`enter` takes the plain dict that `diydl.course.grading.sandbox.Jail.spec` made. It forks: the
process that called waits, passes on how the other ended, and ends with whoever started it.
"""

import contextlib
import os
import signal
import sys

from . import filter, kernel  # relative: also runs without diydl, see __main__

_OLD = "/.outside"
_SYSTEM_DEVICES = ("null", "zero", "full", "random", "urandom")
_HEARD = {signal.SIGCHLD, signal.SIGTERM}
_LOOK = 0.5  # seconds between two looks at whether the grader still lives


def enter(spec: dict | None) -> None:
    """Go into the jail described; returns in the process that is inside.

    Raises OSError where the kernel refuses a step; then nothing of a submission must be run.
    """
    if not spec:
        return
    flavour = spec["flavour"]
    if flavour in ("root", "user"):
        _fresh_namespaces(flavour)
    else:
        kernel.adopt_orphans()
    _fork_and_wait()
    if flavour in ("root", "user"):
        _build_view(spec)
    os.chdir(spec["folder"])
    kernel.gain_nothing()
    if flavour == "root":
        _become(spec["uid"])
    kernel.drop_capabilities()
    if flavour == "landlock":
        kernel.landlock(spec["readable"], spec["listable"], [*spec["writable"], spec["folder"]])
    program = filter.program(0 if flavour in ("root", "user") else os.getpid())
    if program and spec["filter"]:
        kernel.filter_calls(program)
    kernel.die_with_parent(signal.SIGKILL)


def limit_resources(mem_mb: int, cpu_s: int, *, file_mb: int = 64, processes: int = 64) -> None:
    """Set this process's own limits, for good; what the platform does not know is left out.

    Memory is address space (RLIMIT_AS), which macOS does not enforce: see `MemoryWatch`.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {
        "RLIMIT_AS": mem_mb << 20,
        "RLIMIT_CPU": cpu_s,
        "RLIMIT_FSIZE": file_mb << 20,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_NPROC": processes,
    }
    for name, value in wanted.items():
        number = getattr(resource, name, None)
        if number is None:
            continue
        highest = resource.getrlimit(number)[1]
        if highest != resource.RLIM_INFINITY:
            value = min(value, highest)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(number, (value, value))


def _fresh_namespaces(flavour: str) -> None:
    flags = kernel.NEW_MOUNTS | kernel.NEW_PIDS | kernel.NEW_NET | kernel.NEW_IPC | kernel.NEW_NAMES
    uid, gid = os.geteuid(), os.getegid()
    kernel.unshare(flags | (kernel.NEW_USER if flavour == "user" else 0))
    if flavour == "user":
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")
    kernel.rename_machine("grader")


def _fork_and_wait() -> None:
    """Fork; the child returns. The parent waits for it, ends what it left, and ends as it did."""
    grader = os.getppid()
    signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
        kernel.die_with_parent(signal.SIGKILL)
        return
    os.closerange(0, 65536)  # the pipes are the child's alone: the grader sees them close
    ended, status, told = False, 0, None
    while not ended and told != signal.SIGTERM and os.getppid() == grader:
        heard = signal.sigtimedwait(_HEARD, _LOOK)
        told = heard.si_signo if heard else None
        ended, status = _reap(child)
    _end_descendants()
    code = os.waitstatus_to_exitcode(status) if ended else -signal.SIGKILL
    os._exit(code if code >= 0 else 128 - code)


def _reap(child: int) -> tuple[bool, int]:
    """Collect processes that ended; tell whether the child is among them, and how it ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False, 0
        if pid == child:
            return True, status
        if pid == 0:
            return False, 0


def _end_descendants() -> None:
    """Kill what is left below this process: orphans come to it, so a few rounds find them all."""
    for _ in range(100):
        try:
            with open(f"/proc/self/task/{os.getpid()}/children") as file:
                left = [int(pid) for pid in file.read().split()]
        except OSError:
            return
        if not left:
            return
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for pid in left:
            with contextlib.suppress(OSError):
                os.waitpid(pid, 0)


def _build_view(spec: dict) -> None:
    """Make a root of its own, in memory, that shows only what is listed, read-only."""
    kernel.mount(None, "/", None, kernel.RECURSIVE | kernel.PRIVATE)
    kernel.mount("tmpfs", spec["base"], "tmpfs", kernel.NO_SETUID, "mode=755,size=1m")
    os.mkdir(spec["base"] + _OLD)
    kernel.enter_root(spec["base"], spec["base"] + _OLD)
    size = f"mode=1777,size={spec['tmp_mb']}m,nr_inodes=20000"
    for path in ("/tmp", spec["folder"]):
        if not os.path.isdir(path) and not path.startswith("/tmp/"):
            _make_folder(path)
            kernel.mount("tmpfs", path, "tmpfs", kernel.NO_SETUID | kernel.NO_DEVICES, size)
    _make_folder(spec["folder"], mode=0o777)
    for source, target in spec["binds"]:
        _bind(_OLD + source, target)
    if spec["data"] is not None:
        _without_source(spec)
    for name in _SYSTEM_DEVICES:
        _bind(f"{_OLD}/dev/{name}", f"/dev/{name}", device=True)
    os.symlink("/tmp", "/dev/shm")
    for path in spec["hide"]:
        _cover(path)
    _make_folder("/proc")
    with contextlib.suppress(OSError):  # refused in some containers; nothing of ours needs it
        kernel.mount("proc", "/proc", "proc", kernel.NO_SETUID | kernel.NO_EXEC)
    kernel.forget(_OLD)
    os.rmdir(_OLD)
    kernel.mount(None, "/", None, kernel.REMOUNT | kernel.BIND | kernel.READ_ONLY)


def _without_source(spec: dict) -> None:
    """Put a folder in place of the library that holds its data files and no Python."""
    _make_folder(spec["package"])
    kernel.mount("tmpfs", spec["package"], "tmpfs", kernel.NO_SETUID, "mode=755,size=64k")
    for path in spec["data"]:
        _bind(_OLD + path, path)
    flags = kernel.REMOUNT | kernel.BIND | kernel.READ_ONLY | kernel.NO_SETUID
    kernel.mount(None, spec["package"], None, flags)


def _bind(source: str, target: str, device: bool = False) -> None:
    if not os.path.exists(source):
        return
    if os.path.isdir(source):
        _make_folder(target)
    else:
        _make_folder(os.path.dirname(target))
        if not os.path.lexists(target):
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    kernel.mount(source, target, None, kernel.BIND | kernel.RECURSIVE)
    if not device:
        kernel.read_only(target)


def _cover(path: str) -> None:
    """Put an empty folder or an empty file where something must not be seen."""
    if not os.path.lexists(path):
        return
    if os.path.isdir(path):
        kernel.mount("tmpfs", path, "tmpfs", kernel.READ_ONLY, "mode=755,size=4k")
    else:
        kernel.mount("/dev/null", path, None, kernel.BIND)


def _make_folder(path: str, mode: int = 0o755) -> None:
    if not os.path.isdir(path):
        os.makedirs(path, 0o755)
        os.chmod(path, mode)


def _become(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def main() -> None:
    """Enter the jail of the first argument and become the program of the others."""
    import json

    spec, argv = json.loads(sys.argv[1]), sys.argv[2:]
    try:
        enter(spec)
        os.execvpe(argv[0], argv, os.environ)
    except OSError as error:
        sys.stderr.write(f"the jail could not be entered: {error}\n")
        os._exit(126)
