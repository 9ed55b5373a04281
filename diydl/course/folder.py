"""The course folder: working copies of the notebooks, their marker and the learner's answers.

In a clone it is `work/`, from an installed package the DIR of `diydl start DIR`. The marker file
remembers what was handed out, so that an update of the course can tell a copy that the learner
has worked on (never touched again) from one that is as it came (replaced by the newer one).
"""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from diydl.course.index import Chapter, chapters_dir, clone_root
from diydl.storage import write_atomically

MARKER = ".diydl-course"
_ABOUT = "Marks a course folder of diydl and remembers the copies handed out. Keep this file."


class FolderError(OSError):
    """A course folder cannot be made or written; the message says what to do."""


@dataclass(frozen=True)
class Copied:
    """What became of one working copy.

    `what` is "new", "updated" (the learner had not changed it), "same", "kept" (changed by the
    learner, and nothing newer to offer) or "beside" (changed by the learner; the course's newer
    version was written to `path` beside it).
    """

    chapter: str
    path: Path
    what: str


def find_course_folder(start: str | Path | None = None) -> Path | None:
    """Find the course folder that `start` (the current directory) lies in, or None.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()).resolve()
    >>> (folder / MARKER).touch()
    >>> (folder / "notes").mkdir()
    >>> find_course_folder(folder / "notes") == folder
    True
    """
    start = Path(start or Path.cwd()).resolve()
    return next((f for f in (start, *start.parents) if (f / MARKER).is_file()), None)


def default_course_folder() -> Path | None:
    """Find the course folder for a command: the one it was called in, else the clone's `work/`.

    For commands only. Code in notebooks uses `find_course_folder`, so that running the notebooks
    of `chapters/` and `solutions/` never touches what a learner has in `work/`.

    Examples
    --------
    >>> folder = default_course_folder()
    >>> folder is None or (folder / MARKER).is_file()
    True
    """
    root = clone_root()
    work = root / "work" if root else None
    return find_course_folder() or (work if work and (work / MARKER).is_file() else None)


def answers_folder(start: str | Path | None = None) -> Path | None:
    """Find where answers are recorded: DIYDL_ANSWERS, else `answers/` of the course folder.

    None means: do not record. The folder need not exist yet.

    Examples
    --------
    >>> from unittest import mock
    >>> with mock.patch.dict(os.environ, DIYDL_ANSWERS="elsewhere"):
    ...     answers_folder().name
    'elsewhere'
    """
    moved = os.environ.get("DIYDL_ANSWERS")
    if moved:
        return Path(moved).expanduser().resolve()
    folder = find_course_folder(start)
    return folder / "answers" if folder else None


def make_copies(folder: str | Path, chapters: Iterable[Chapter]) -> list[Copied]:
    """Put working copies of `chapters` into `folder`; what the learner changed is never touched.

    A copy counts as changed when the text of a cell differs from what was handed out. Outputs do
    not count: running a notebook makes them again.

    Raises `FolderError` when the folder cannot be made or written.

    Examples
    --------
    >>> import tempfile
    >>> from diydl.course.index import load_index
    >>> folder = Path(tempfile.mkdtemp())
    >>> written = [chapter for chapter in load_index() if not chapter.planned]
    >>> [copied.what for copied in make_copies(folder, written[:1])]
    ['new']
    >>> [copied.what for copied in make_copies(folder, written[:1])]
    ['same']
    """
    folder = Path(folder)
    try:
        _make(folder)
        handed = _read_marker(folder)
        copies = [_copy(folder, chapter, handed) for chapter in chapters]
        _write_marker(folder, handed)
    except FolderError:
        raise
    except OSError as error:
        raise FolderError(
            f"cannot write to {folder}: {error.strerror or error}. Free some space, change its "
            "permissions, or choose another folder: diydl start DIR"
        ) from error
    return copies


def _make(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise FolderError(f"{folder} is a file; expected a folder, or a name that is still free")
    known = any((folder / name).exists() for name in (MARKER, "answers"))
    if not known and folder.is_dir() and any(folder.iterdir()):
        raise FolderError(
            f"{folder} holds other files and no {MARKER}; expected a new or empty folder, or a "
            "course folder"
        )
    folder.mkdir(parents=True, exist_ok=True)


def _copy(folder: Path, chapter: Chapter, handed: dict[str, dict[str, str]]) -> Copied:
    origin = chapters_dir() / chapter.notebook
    if not origin.is_file():
        raise FolderError(f"{origin} is missing; in a clone, `diydl build` makes it")
    source = origin.read_bytes()
    target, newest = folder / chapter.notebook, fingerprint(source)
    record = handed.setdefault(chapter.notebook, {})
    if not target.exists():
        return _hand_out(chapter, target, source, record, "new")
    mine = fingerprint(target.read_bytes())
    if mine == newest:
        record["given"] = newest
        return Copied(chapter.id, target, "same")
    if mine == record.get("given"):
        return _hand_out(chapter, target, source, record, "updated")
    if newest in (record.get("given"), record.get("beside")):
        return Copied(chapter.id, target, "kept")
    beside = _free_name(target)
    write_atomically(beside, source)
    record["beside"] = newest
    return Copied(chapter.id, beside, "beside")


def _hand_out(
    chapter: Chapter, target: Path, source: bytes, record: dict[str, str], what: str
) -> Copied:
    write_atomically(target, source)
    record["given"] = fingerprint(source)
    return Copied(chapter.id, target, what)


def _free_name(target: Path) -> Path:
    number, path = 1, target.with_suffix(".new.ipynb")
    while path.exists():
        number += 1
        path = target.with_suffix(f".new-{number}.ipynb")
    return path


def fingerprint(notebook: bytes) -> str:
    """Hash the text of a notebook's cells; of all bytes where it is not a notebook.

    Examples
    --------
    >>> a = b'{"cells": [{"cell_type": "code", "source": "1", "outputs": []}]}'
    >>> b = b'{"cells": [{"cell_type": "code", "source": ["1"], "outputs": ["1"]}]}'
    >>> fingerprint(a) == fingerprint(b)
    True
    """
    try:
        cells = [
            [cell["cell_type"], "".join(cell["source"])]
            for cell in json.loads(notebook.decode("utf-8-sig"))["cells"]
        ]
    except (ValueError, KeyError, TypeError):
        return hashlib.sha256(notebook).hexdigest()
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def _read_marker(folder: Path) -> dict[str, dict[str, str]]:
    """Read what was handed out; a damaged marker means nothing is known, so nothing replaced."""
    try:
        copies = json.loads((folder / MARKER).read_text(encoding="utf-8"))["copies"]
        return {name: dict(record) for name, record in copies.items()}
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _write_marker(folder: Path, handed: dict[str, dict[str, str]]) -> None:
    text = json.dumps({"about": _ABOUT, "copies": handed}, indent=1, sort_keys=True)
    if not (folder / MARKER).is_file() or (folder / MARKER).read_text(encoding="utf-8") != text:
        write_atomically(folder / MARKER, text)
