"""A seccomp program: the calls of Linux that a submission has no use for are refused.

This is a second wall behind namespaces, and the only one against network and ptrace where the
machine forbids them. Refused calls fail with EPERM, as they do for anyone without privileges.
"""

import platform
import struct

# name: its number on x86_64 and on aarch64
_REFUSED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
}
_REFUSED_OUTWARD = {
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
}
_TO_ITSELF = {"kill": (62, 129), "tgkill": (234, 131), "prlimit64": (302, 261)}
_CLONE, _CLONE3, _SOCKET = (56, 220), (435, 435), (41, 198)
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_NEW_NAMESPACES = 0x7E020000 | 0x80  # every CLONE_NEW* flag
_UNIX_SOCKET = 1
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _MACHINE, _FIRST = 0, 4, 16  # offsets in seccomp_data; arguments are 8 bytes each
_ALLOW, _KILL, _EPERM, _ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026


def program(own: int = 0) -> bytes:
    """Return the program for this machine, or nothing where its call numbers are not known.

    With ``own``, a process id, signals and limits may go to that process and to no other: for
    where no namespace keeps the others out of sight.
    """
    if platform.machine() not in _MACHINES:
        return b""
    column, machine = _MACHINES[platform.machine()]
    steps = [
        *_step(_LOAD, _MACHINE),
        *_unless(_EQUAL, machine, _KILL),
        *_step(_LOAD, _NUMBER),
    ]
    if machine == 0xC000003E:
        steps += _when(_AT_LEAST, 0x40000000, _EPERM)  # x32: the same calls by other numbers
    refused = {**_REFUSED, **(_REFUSED_OUTWARD if own else {})}
    for numbers in refused.values():
        steps += _when(_EQUAL, numbers[column], _EPERM)
    steps += _when(_EQUAL, _CLONE3[column], _ENOSYS)  # its flags cannot be seen; clone's can
    steps += _argument(_CLONE[column], _when(_ANY_BIT, _NEW_NAMESPACES, _EPERM))
    steps += _argument(_SOCKET[column], _unless(_EQUAL, _UNIX_SOCKET, _EPERM))
    if own:
        for numbers in _TO_ITSELF.values():
            # 0 is the process itself for prlimit, its own group for kill
            allowed = [*_when(_EQUAL, 0, _ALLOW), *_unless(_EQUAL, own, _EPERM)]
            steps += _argument(numbers[column], allowed)
    return b"".join([*steps, *_step(_RETURN, _ALLOW)])


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> list[bytes]:
    return [struct.pack("HBBI", code, yes, no, value)]


def _when(test: int, value: int, verdict: int) -> list[bytes]:
    return [*_step(test, value, 0, 1), *_step(_RETURN, verdict)]


def _unless(test: int, value: int, verdict: int) -> list[bytes]:
    return [*_step(test, value, 1, 0), *_step(_RETURN, verdict)]


def _argument(number: int, steps: list[bytes]) -> list[bytes]:
    """Look at the first argument of one call; its low half is enough for all that we ask."""
    inside = [*_step(_LOAD, _FIRST), *steps, *_step(_RETURN, _ALLOW)]
    return [*_step(_EQUAL, number, 0, len(inside)), *inside]
