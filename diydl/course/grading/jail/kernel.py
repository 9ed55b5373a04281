"""The Linux calls behind a jail, through ctypes: no program, no package, no root needed.

Every function raises OSError with the call's own error. See unshare(2), mount(2), prctl(2),
seccomp(2), pivot_root(2), landlock(7), capabilities(7).
"""

import ctypes
import os
import platform
import stat
import struct

NEW_MOUNTS, NEW_NAMES, NEW_IPC = 0x00020000, 0x04000000, 0x08000000
NEW_USER, NEW_PIDS, NEW_NET = 0x10000000, 0x20000000, 0x40000000
READ_ONLY, NO_SETUID, NO_DEVICES, NO_EXEC = 1, 2, 4, 8
REMOUNT, BIND, MOVE, RECURSIVE, PRIVATE = 0x20, 0x1000, 0x2000, 0x4000, 0x40000
_DETACH = 2
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "ppc64le": 203, "s390x": 217}
_MOUNT_SETATTR, _LANDLOCK = 442, (444, 445, 446)  # the same number on every machine
_DEATH_SIGNAL, _DROP_BOUNDING, _NO_NEW_PRIVILEGES, _SUBREAPER, _SECCOMP = 1, 24, 38, 36, 22
_AT_RECURSIVE, _AT_CWD = 0x8000, -100

# What a rule of Landlock can allow: bits as in <linux/landlock.h>, and the highest by version.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER, _TRUNCATE, _IOCTL = 1, 2, 4, 8, 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_HIGHEST = {1: 12, 2: 13, 3: 14, 4: 14, 5: 15}

_libc = ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    """Leave the namespaces named by ``flags`` for fresh ones."""
    _call("unshare", flags)


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """Mount, bind or remount."""
    _call("mount", _text(source), _text(target), _text(kind), ctypes.c_ulong(flags), _text(data))


def read_only(target: str) -> None:
    """Make a bound tree read-only, with the mounts below it where the kernel can (5.12)."""
    wanted = struct.pack("QQQQ", READ_ONLY | NO_SETUID | NO_DEVICES, 0, 0, 0)
    done = _libc.syscall(
        _MOUNT_SETATTR, _AT_CWD, _text(target), _AT_RECURSIVE, wanted, ctypes.c_size_t(32)
    )
    if done != 0:
        kept = os.statvfs(target).f_flag & (NO_EXEC | 1024 | 2048 | 4096)  # locked in a user's own
        mount(None, target, None, REMOUNT | BIND | READ_ONLY | NO_SETUID | NO_DEVICES | kept)


def enter_root(new: str, old: str) -> None:
    """Make the mounted folder ``new`` the root; the tree of before is then at ``old`` inside."""
    number = _PIVOT_ROOT.get(platform.machine())
    if number is None:
        raise OSError(f"no number known for pivot_root on {platform.machine()}")
    _check(_libc.syscall(number, _text(new), _text(old)), "pivot_root")
    os.chdir("/")


def rename_machine(name: str) -> None:
    """Give the machine another name, in this namespace of names."""
    _call("sethostname", _text(name), ctypes.c_size_t(len(name)))


def forget(target: str) -> None:
    """Take a mounted tree out of sight for good."""
    _call("umount2", _text(target), _DETACH)


def die_with_parent(signal: int) -> None:
    """Have this process killed when the one that started it ends."""
    _call("prctl", _DEATH_SIGNAL, *map(ctypes.c_ulong, (signal, 0, 0, 0)))


def adopt_orphans() -> None:
    """Become the parent of every descendant that loses its own."""
    _call("prctl", _SUBREAPER, *map(ctypes.c_ulong, (1, 0, 0, 0)))


def gain_nothing() -> None:
    """Give up the means to get privileges: a program's setuid bit counts no more."""
    number = 0
    while _libc.prctl(_DROP_BOUNDING, *map(ctypes.c_ulong, (number, 0, 0, 0))) == 0:
        number += 1
    _call("prctl", _NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0)))


def drop_capabilities() -> None:
    """Give up every capability that this process has."""
    _call("capset", struct.pack("Ii", 0x20080522, 0), bytes(24))


def filter_calls(program: bytes) -> None:
    """Have the kernel refuse calls as a seccomp program says; see `filter.program`."""
    kept = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HP", len(program) // 8, ctypes.addressof(kept))
    _call("prctl", _NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0)))
    _call("prctl", _SECCOMP, ctypes.c_ulong(2), header)


def landlock_version() -> int:
    """Return which Landlock this kernel has: 0 is none, 6 guards signals too."""
    return max(0, _libc.syscall(_LANDLOCK[0], None, ctypes.c_size_t(0), 1))


def landlock(readable: list[str], listable: list[str], writable: list[str]) -> None:
    """From now on open only what lies below these paths; no TCP, no signals out of this process.

    In ``listable`` folders names can be read and files cannot. Anything that this process starts
    is bound in the same way.
    """
    version = landlock_version()
    if not version:
        raise OSError("this kernel has no Landlock")
    everything = (1 << _HIGHEST.get(version, 15) + 1) - 1
    network, scope = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    ruleset = struct.pack("QQQ", everything, network, scope)
    ruleset = ruleset[: 24 if version >= 6 else 16 if version >= 4 else 8]
    rules = _check(
        _libc.syscall(_LANDLOCK[0], ruleset, ctypes.c_size_t(len(ruleset)), 0), "landlock"
    )
    try:
        for paths, rights in (
            (readable, _READ),
            (listable, _READ_FOLDER),
            (writable, everything),
        ):
            for path in paths:
                _allow(rules, path, rights)
        _call("prctl", _NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0)))
        _check(_libc.syscall(_LANDLOCK[2], rules, 0), "landlock_restrict_self")
    finally:
        os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights &= -1 if stat.S_ISDIR(os.fstat(file).st_mode) else _OF_A_FILE
        rule = struct.pack("<Qi", rights, file)
        _check(_libc.syscall(_LANDLOCK[1], rules, 1, rule, 0), f"landlock_add_rule {path}")
    finally:
        os.close(file)


def _call(name: str, *args) -> int:
    return _check(getattr(_libc, name)(*args), name)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _text(value: str | None) -> bytes | None:
    return None if value is None else os.fsencode(value)
