"""Zips of submissions, read with suspicion and never unpacked to disk.

Names that lead elsewhere, links, bombs and zips within a learner's zip are found with a fault
instead of a content, and the rest goes on.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from diydl.course.grading.intake.found import (
    DEEPEST,
    UNNAMED,
    FileFault,
    Found,
    is_junk,
    is_zip,
    kind_of,
    shown,
)

_LARGEST_ZIP = 128 * 2**20  # bytes of a learner's zip
_UNPACKED = 512 * 2**20  # bytes in a learner's zip, unpacked
_UNPACKED_CLASS = 16 * 2**30  # bytes in a zip of a whole class
_ENTRIES, _ENTRIES_CLASS = 5_000, 100_000
_RATIO, _RATIO_FROM = 200, 16 * 2**20  # unpacked to packed, for files larger than this
_LONGEST = 240  # characters of one name
_NO_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def zip_within(outer: Found, opener: Callable, junk: Counter) -> Iterator[Found]:
    """Look into a learner's zip: its files bear the time of the zip, and its name as a folder."""
    if outer.fault:
        yield outer
    elif outer.size > _LARGEST_ZIP:
        fault = f"{outer.where} is larger than {_LARGEST_ZIP >> 20} MB"
        yield Found(outer.parts, outer.where, fault=fault)
    else:
        yield from ZipSearch(opener, outer.where).files(outer.parts, junk, outer)


@dataclass(frozen=True)
class ZipSearch:
    """A zip and how to open it; a learner's is opened anew for each file, to need no memory."""

    opener: Callable[[], AbstractContextManager[zipfile.ZipFile]]
    where: str
    class_wide: bool = False

    def files(self, parts: tuple, junk: Counter, outer: Found | None) -> Iterator[Found]:
        """Yield what is in it, below `parts`; with the time of `outer` where that is given."""
        try:
            with self.opener() as opened:
                infos = opened.infolist()
        except (OSError, *_NO_ZIP) as error:
            fault = f"{self.where} is no zip, or a damaged one ({error})"
            yield Found(parts or (UNNAMED,), self.where, fault=fault)
            return
        fault = self._too_much(infos)
        if fault:
            yield Found(parts or (UNNAMED,), self.where, fault=fault)
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
            junk[kind_of(left)] += 1
            return
        inner = (*parts, *(shown(piece)[:_LONGEST] for piece in pieces))
        where = f"{self.where} > {shown(name)[:_LONGEST]}"
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
        if not is_zip(name):
            yield found
        elif self.class_wide:
            yield from zip_within(found, lambda: _reopened(found), junk)
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
    if max(map(len, pieces)) > _LONGEST or len(pieces) > DEEPEST:
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
