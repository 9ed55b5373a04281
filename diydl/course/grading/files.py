"""Every file in a folder or a zip, read with suspicion, and nothing unpacked to disk.

A zip counts as a folder. Links, names that lead elsewhere, bombs and zips within a learner's zip
are not read: the file found says why not (`fault`), and the rest goes on. What editors and systems
leave behind is counted and passed over.
"""

import functools
import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from diydl.course.grading.reading import LARGEST

_LARGEST_ZIP = 128 * 2**20  # bytes of a learner's zip
_UNPACKED = 512 * 2**20  # bytes in a learner's zip, unpacked
_UNPACKED_CLASS = 16 * 2**30  # bytes in a zip of a whole class
_ENTRIES, _ENTRIES_CLASS = 5_000, 100_000
_DEEPEST = 24  # folders in folders
_RATIO, _RATIO_FROM = 200, 16 * 2**20  # unpacked to packed, for files larger than this
_LONGEST = 240  # characters of one name
_UNNAMED = "..."  # for what is at fault as a whole

_JUNK_FOLDERS = {"__macosx", "__pycache__", "$recycle.bin", "node_modules"}
_JUNK_FILES = {"thumbs.db", "desktop.ini", "icon\r"}
_JUNK = re.compile(
    r"\..*|~\$.*|.*~|#.*#|.*\.(bak|tmp|swp|swo|orig|crdownload|part)|.*-checkpoint\.ipynb"
)
_NO_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class FileFault(Exception):
    """A file cannot be read; the message says why, in words for the instructor."""


@dataclass(frozen=True)
class Found:
    """One file: where it is, when it was last written, and how to read it.

    Parameters
    ----------
    parts
        Folders (and zips) below what was searched, and the name.
    where
        The place in words that the instructor can follow.
    time, time_from
        Without a zone for entries of most zips. "file time" or "zip entry".
    fault
        Why it is not read; "" for a file in order.
    """

    parts: tuple[str, ...]
    where: str
    size: int = 0
    time: datetime | None = None
    time_from: str = ""
    fault: str = ""
    _read: Callable[[int], bytes] | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Its own name, without folders."""
        return self.parts[-1]

    def told(self, fault: str = "") -> str:
        """Return a fault by the file's name alone: learners need not know the instructor's disk."""
        name = self.name if self.name != _UNNAMED else Path(self.where).name
        return (fault or self.fault).replace(self.where, name)

    def read(self, limit: int = LARGEST) -> bytes:
        """Return the content; raises `FileFault` for a file at fault or larger than `limit`."""
        if self.fault or self._read is None:
            raise FileFault(self.fault or f"{self.where} cannot be read")
        content = self._read(limit + 1)
        if len(content) > limit:
            raise FileFault(f"{self.where} is larger than {limit / 2**20:g} MB")
        return content


def is_junk(name: str) -> bool:
    """Tell whether a file or folder of that name was left behind by an editor or a system.

    Examples
    --------
    >>> is_junk(".ipynb_checkpoints"), is_junk("._ada.ipynb"), is_junk("ada.ipynb")
    (True, True, False)
    """
    small = name.lower()
    return small in _JUNK_FOLDERS | _JUNK_FILES or bool(_JUNK.fullmatch(small))


def search(path: Path, junk: Counter, *, leave_out: Path | None = None) -> Iterator[Found]:
    """Yield the files of a folder or zip (or the one file), in the order of their names.

    `junk` counts what was passed over, by name; the folder `leave_out` is not looked into.

    Examples
    --------
    >>> import tempfile
    >>> folder, junk = Path(tempfile.mkdtemp()), Counter()
    >>> _ = (folder / "ada.ipynb").write_text("{}"), (folder / ".DS_Store").write_text("")
    >>> [found.parts for found in search(folder, junk)], dict(junk)
    ([('ada.ipynb',)], {'.DS_Store': 1})
    """
    path = Path(path)
    if path.is_dir():
        yield from _in_folder(path, (), junk, leave_out and leave_out.resolve())
    elif _is_zip(path.name):
        once = functools.cache(lambda: zipfile.ZipFile(path))  # its list is long: read it once
        opened = _Zip(lambda: nullcontext(once()), path.as_posix(), class_wide=True)
        yield from opened.files((), junk, None)
    else:
        yield _of_path(path, (path.name,))


def _in_folder(folder: Path, parts: tuple, junk: Counter, leave_out: Path | None) -> Iterator:
    where = folder.as_posix()
    if len(parts) > _DEEPEST:
        yield Found(
            (*parts, _UNNAMED), where, fault=f"{where} lies too deep; nothing in it was read"
        )
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        fault = f"{where} cannot be read: {error.strerror or error}"
        yield Found((*parts, _UNNAMED), where, fault=fault)
        return
    for entry in entries:
        path, inner = folder / entry.name, (*parts, _shown(entry.name))
        if is_junk(entry.name):
            junk[_kind(entry.name)] += 1
        elif entry.is_symlink():
            fault = f"{path.as_posix()} is a link; only plain files are read"
            yield Found(inner, path.as_posix(), fault=fault)
        elif entry.is_dir():
            if leave_out is None or path.resolve() != leave_out:
                yield from _in_folder(path, inner, junk, leave_out)
        elif _is_zip(entry.name):
            outer = _of_path(path, inner)
            yield from _zip_within(outer, lambda path=path: zipfile.ZipFile(path), junk)
        else:
            yield _of_path(path, inner)


def _of_path(path: Path, parts: tuple[str, ...]) -> Found:
    where = _shown(path.as_posix())
    try:
        about = path.stat()
    except OSError as error:
        return Found(parts, where, fault=f"{where} cannot be read: {error.strerror or error}")
    if not stat.S_ISREG(about.st_mode):
        return Found(parts, where, fault=f"{where} is not a plain file")
    time = datetime.fromtimestamp(int(about.st_mtime), UTC)

    def read(limit: int) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(limit)
        except OSError as error:
            raise FileFault(f"{where} cannot be read: {error.strerror or error}") from error

    return Found(parts, where, about.st_size, time, "file time", _read=read)


def _zip_within(outer: Found, opener: Callable, junk: Counter) -> Iterator[Found]:
    """Look into a learner's zip: its files bear the time of the zip, and its name as a folder."""
    if outer.fault:
        yield outer
    elif outer.size > _LARGEST_ZIP:
        fault = f"{outer.where} is larger than {_LARGEST_ZIP >> 20} MB"
        yield Found(outer.parts, outer.where, fault=fault)
    else:
        yield from _Zip(opener, outer.where).files(outer.parts, junk, outer)


@dataclass(frozen=True)
class _Zip:
    """A zip and how to open it; a learner's is opened anew for each file, to need no memory."""

    opener: Callable[[], AbstractContextManager[zipfile.ZipFile]]
    where: str
    class_wide: bool = False

    def files(self, parts: tuple, junk: Counter, outer: Found | None) -> Iterator[Found]:
        try:
            with self.opener() as opened:
                infos = opened.infolist()
        except (OSError, *_NO_ZIP) as error:
            fault = f"{self.where} is no zip, or a damaged one ({error})"
            yield Found(parts or (_UNNAMED,), self.where, fault=fault)
            return
        fault = self._too_much(infos)
        if fault:
            yield Found(parts or (_UNNAMED,), self.where, fault=fault)
            return
        seen: set[str] = set()
        for info in sorted(infos, key=lambda info: info.filename):
            yield from self._entry(info, parts, junk, outer, seen)

    def _too_much(self, infos: list[zipfile.ZipInfo]) -> str:
        most = _ENTRIES_CLASS if self.class_wide else _ENTRIES
        largest = _UNPACKED_CLASS if self.class_wide else _UNPACKED
        total = sum(info.file_size for info in infos)
        if len(infos) > most:
            return f"{self.where} holds {len(infos)} files; at most {most} are looked at"
        if total > largest:
            return (
                f"{self.where} would unpack to {total / 2**20:.0f} MB (at most "
                f"{largest >> 20} are read): a zip bomb? Nothing in it was read"
            )
        return ""

    def _entry(self, info, parts: tuple, junk: Counter, outer: Found | None, seen: set):
        name = _decoded(info).replace("\\", "/")
        pieces = [piece for piece in name.split("/") if piece not in ("", ".")]
        left = next((piece for piece in pieces if is_junk(piece) and piece != ".."), None)
        if info.is_dir() or name.endswith("/") or not pieces:
            return
        if left is not None:
            junk[_kind(left)] += 1
            return
        inner = (*parts, *(_shown(piece)[:_LONGEST] for piece in pieces))
        where = f"{self.where} > {_shown(name)[:_LONGEST]}"
        fault = _entry_fault(info, name, pieces, where)
        if not fault and name in seen:
            fault = f"{where} is in the zip twice; neither may stand for the other"
        seen.add(name)
        if fault:
            yield Found(inner, where, fault=fault)
            return
        time, time_from = _entry_time(info), "zip entry"
        if outer is not None:
            time, time_from = outer.time, outer.time_from
        found = Found(
            inner, where, info.file_size, time, time_from, _read=lambda n: self._read(info, n)
        )
        if not _is_zip(name):
            yield found
        elif self.class_wide:
            yield from _zip_within(found, lambda: _reopened(found), junk)
        else:
            fault = f"{where} is a zip within a zip; unpack the outer one, then try again"
            yield Found(inner, where, fault=fault)

    def _read(self, info: zipfile.ZipInfo, limit: int) -> bytes:
        try:
            with self.opener() as opened, opened.open(info) as file:
                return file.read(limit)
        except (OSError, *_NO_ZIP) as error:
            raise FileFault(f"{self.where}: {info.filename} is damaged ({error})") from error


def _reopened(found: Found) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(found.read(_LARGEST_ZIP)))
    except FileFault as error:
        raise zipfile.BadZipFile(str(error)) from error


def _entry_fault(info: zipfile.ZipInfo, name: str, pieces: list[str], where: str) -> str:
    """Say why an entry is not read; "" where nothing speaks against it."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if name.startswith("/") or ".." in pieces or re.match(r"[A-Za-z]:", name):
        return f"{where} has a name that leads out of the zip"
    if max(map(len, pieces)) > _LONGEST or len(pieces) > _DEEPEST:
        return f"{where} has a name too long to be one"
    if re.search(r"[\x00-\x1f]", name):
        return f"{where} has control characters in its name"
    if kind not in (0, stat.S_IFREG):
        return f"{where} is a link or a device; only plain files are read"
    if info.flag_bits & 1:
        return f"{where} is locked with a password"
    if info.file_size > _RATIO_FROM and info.file_size > _RATIO * max(info.compress_size, 1):
        return (
            f"{where} unpacks to {info.file_size / info.compress_size:.0f} times its size: a bomb?"
        )
    return ""


def _entry_time(info: zipfile.ZipInfo) -> datetime | None:
    """Return when an entry was written: in UTC where the zip says so, else without a zone."""
    extra, at = info.extra, 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == 0x5455 and size >= 5 and at + 9 <= len(extra) and extra[at + 4] & 1:
            return datetime.fromtimestamp(struct.unpack_from("<i", extra, at + 5)[0], UTC)
        at += 4 + size
    try:
        return datetime(*info.date_time) if info.date_time > (1980, 1, 1, 0, 0, 0) else None
    except ValueError:
        return None


def _decoded(info: zipfile.ZipInfo) -> str:
    """Undo what `zipfile` makes of a UTF-8 name that is not marked as such (macOS writes them)."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def _shown(name: str) -> str:
    """Make a name printable: bytes that are no text become question marks."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _kind(name: str) -> str:
    return "._*" if name.startswith("._") else name
