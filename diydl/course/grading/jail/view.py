"""What a submission may see of the file system: a short list, and nothing else.

System programs and libraries, Python with its packages, and the package `diydl` without its checks.
Homes, the course's sources, other submissions, answers and reports are not hidden: they are simply
not on the list.
"""

import functools
import os
import site
import sys
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[3]
CHECKS = PACKAGE / "course" / "checks"
_SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/nix/store",
    "/gnu/store",
)
_SETTINGS = (
    "ld.so.cache ld.so.conf ld.so.conf.d localtime timezone passwd group nsswitch.conf fonts "
    "alternatives mime.types matplotlibrc"
).split()


def binds(show: Iterable[str | os.PathLike] = (), *, library: bool = True) -> list[list[str]]:
    """Return pairs of a real path and the path under which it is seen.

    >>> [str(PACKAGE), str(PACKAGE)] in binds()
    True
    """
    pairs = list(_always())
    if library:
        _add(pairs, str(PACKAGE))
    for path in map(os.path.abspath, show):
        _add(pairs, path)
    return pairs


def data_files() -> list[str]:
    """Return the library's files that are not Python: what it reads after it was imported.

    >>> any(name.endswith("canvas.css") for name in data_files())
    True
    """
    return list(_data_files())


def hidden(paths: Iterable[str | os.PathLike] = ()) -> list[str]:
    """Return the checks and these paths, each with where its symbolic links lead.

    >>> str(CHECKS) in hidden()
    True
    """
    given = [os.path.abspath(path) for path in (CHECKS, *paths)]
    return sorted({*given, *map(os.path.realpath, given)})


def apart(pairs: list[list[str]], hide: list[str]) -> tuple[list[str], list[str]]:
    """Take folders apart in which something is hidden: what may be read, and what only listed.

    >>> readable, listable = apart(binds(), hidden())
    >>> str(CHECKS) in readable, str(PACKAGE) in readable, str(PACKAGE) in listable
    (False, False, True)
    """
    readable, listable = [], [str(PACKAGE.parent)]
    waiting = list(dict.fromkeys(source for source, _ in pairs))
    while waiting:
        path = waiting.pop()
        if any(_within(path, secret) for secret in hide):
            continue
        if any(_within(secret, path) for secret in hide):
            listable.append(path)
            waiting += [entry.path for entry in os.scandir(path) if not entry.is_symlink()]
        else:
            readable.append(path)
    return sorted(readable), sorted(listable)


@functools.cache
def _always() -> tuple[list[str], ...]:
    pairs: list[list[str]] = []
    for path in (*_SYSTEM, *(f"/etc/{name}" for name in _SETTINGS)):
        _add(pairs, path)
    for path in (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix):
        _add(pairs, path)
    for path in (*sys.path, *site.getsitepackages(), site.getusersitepackages()):
        if Path(path).name in ("site-packages", "dist-packages", "lib-dynload"):
            _add(pairs, path)
    for path in _loaded_libraries():
        _add(pairs, path)
    return tuple(pairs)


@functools.cache
def _data_files() -> tuple[str, ...]:
    return tuple(
        str(path)
        for path in sorted(PACKAGE.rglob("*"))
        if path.is_file()
        and path.suffix not in (".py", ".pyc")
        and path.relative_to(PACKAGE).parts[0] != "course"
    )


def _loaded_libraries() -> list[str]:
    """Return the folders that this process has libraries from, wherever a system keeps them."""
    try:
        lines = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return []
    files = {line.split(maxsplit=5)[5] for line in lines if line.endswith(".so") or ".so." in line}
    return sorted({os.path.dirname(file) for file in files if file.startswith("/")})


def _add(pairs: list[list[str]], path: str) -> None:
    """Add a path unless it is there already, or would show everything."""
    real = os.path.realpath(path)
    if not os.path.exists(path) or real == "/" or path in ("", "/"):
        return
    for source, target in pairs:
        if _within(path, target) and (
            real == source + path[len(target) :] or _within(real, source)
        ):
            return
    pairs.append([real, path])
    if real != path:
        _add(pairs, real)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
