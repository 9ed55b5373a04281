"""Every file in a folder or a zip, read with suspicion, and nothing unpacked to disk.

A zip counts as a folder. Links, names that lead elsewhere, bombs and zips within a learner's zip
are not read: the file found says why not (`fault`), and the rest goes on. What editors and systems
leave behind is counted and passed over.
"""

import functools
import os
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

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
from diydl.course.grading.intake.zips import ZipSearch, zip_within


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
    elif is_zip(path.name):
        once = functools.cache(lambda: zipfile.ZipFile(path))  # its list is long: read it once
        opened = ZipSearch(lambda: nullcontext(once()), path.as_posix(), class_wide=True)
        yield from opened.files((), junk, None)
    else:
        yield _of_path(path, (path.name,))


def _in_folder(folder: Path, parts: tuple, junk: Counter, leave_out: Path | None) -> Iterator:
    where = folder.as_posix()
    if len(parts) > DEEPEST:
        yield Found(
            (*parts, UNNAMED), where, fault=f"{where} lies too deep; nothing in it was read"
        )
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        fault = f"{where} cannot be read: {error.strerror or error}"
        yield Found((*parts, UNNAMED), where, fault=fault)
        return
    for entry in entries:
        path, inner = folder / entry.name, (*parts, shown(entry.name))
        if is_junk(entry.name):
            junk[kind_of(entry.name)] += 1
        elif entry.is_symlink():
            fault = f"{path.as_posix()} is a link; only plain files are read"
            yield Found(inner, path.as_posix(), fault=fault)
        elif entry.is_dir():
            if leave_out is None or path.resolve() != leave_out:
                yield from _in_folder(path, inner, junk, leave_out)
        elif is_zip(entry.name):
            outer = _of_path(path, inner)
            yield from zip_within(outer, lambda path=path: zipfile.ZipFile(path), junk)
        else:
            yield _of_path(path, inner)


def _of_path(path: Path, parts: tuple[str, ...]) -> Found:
    where = shown(path.as_posix())
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
