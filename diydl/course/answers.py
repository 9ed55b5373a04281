"""Carry answers to another machine: ``export()`` makes one zip, ``merge(zip)`` brings it in.

The commands are `diydl answers export` and `diydl answers import`. Bringing in never takes away:
a pass stays a pass, whichever is newer stands, the other goes into the history, and bringing in
the same zip twice changes nothing. Import your own zips only: `use_mine()` runs what is in them.
"""

import json
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

from diydl.course.catalog import exercise_ids
from diydl.course.parcel import ParcelError, is_parcel, pack, unpack
from diydl.course.record import (
    KEPT,
    Record,
    RecordError,
    files_of,
    folder_in_use,
    parse_record,
    put_aside,
    read_all,
    read_record,
    rescued,
)
from diydl.storage import write_atomically

LARGEST_ZIP = 128 * 2**20  # bytes


class AnswersError(Exception):
    """Answers cannot be exported or brought in; the message says why and what to do."""

    def _render_traceback_(self) -> list[str]:
        """In a notebook the message alone is shown: the way to it in our code helps nobody."""
        return [f"AnswersError: {self}"]


@dataclass
class Exported:
    """The zip that was made, and how many answers are in it."""

    path: Path
    count: int
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        words = "one answer" if self.count == 1 else f"{self.count} answers"
        return "\n".join([f"{words} in {self.path}", *self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        text = escape(str(self).splitlines()[0])
        try:
            link = escape(self.path.relative_to(Path.cwd()).as_posix())
        except ValueError:  # elsewhere: the browser could not fetch it
            return f"<p>{text}</p>{notes}"
        return f"<p>{text} (<a href='{link}' download>download</a>)</p>{notes}"


@dataclass
class Merged:
    """What came of bringing in: exercise ids by what became of them."""

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        rows = ("new", self.new), ("updated", self.updated), ("as they were", self.same)
        parts = [f"{len(ids)} {word}: {', '.join(ids)}" for word, ids in rows if ids]
        return "\n".join([*(parts or ["There was nothing in it."]), *self.notes])

    __repr__ = __str__


def export(path: str | Path | None = None, folder: Path | None = None) -> Exported:
    """Write all stored answers to one zip, in the current folder unless `path` says otherwise.

    Raises `AnswersError` where there is nothing to export, where `path` is a file of another kind,
    or where it cannot be written.
    """
    folder = _folder(folder)
    records, problems = read_all(folder)
    files = {}
    for record in records:
        if record.attempts or record.hints or record.passed:
            files |= files_of(record)
    count = sum(name.endswith(".json") for name in files)
    if not files:
        raise AnswersError(f"there are no answers in {folder} yet; checks that pass store them")
    path = Path(path or f"diydl-answers-{time.strftime('%Y-%m-%d-%H%M%S')}.zip").expanduser()
    path = path / f"diydl-answers-{time.strftime('%Y-%m-%d-%H%M%S')}.zip" if path.is_dir() else path
    if path.exists() and not is_parcel(path):
        raise AnswersError(f"{path} is there and holds no answers; choose another name")
    try:
        write_atomically(path, pack(files))
    except OSError as error:
        raise AnswersError(str(error)) from error
    notes = [f"Note: {problem}; what could be saved of it is in the zip." for problem in problems]
    return Exported(path.resolve(), count, notes)


def merge(*paths: str | Path, folder: Path | None = None) -> Merged:
    """Bring in answers from zips made by `export`; nothing that is here is lost.

    All of them are read and checked first; then all are stored, or none. Raises `AnswersError`.
    """
    folder = _folder(folder)
    brought = [record for path in paths for record in _records_in(Path(path).expanduser())]
    damage: dict[str, RecordError] = {}
    before = {record.id: _stored(record.id, folder, damage) for record in brought}
    after = dict(before)
    for record in brought:
        after[record.id] = joined(after[record.id], record)
    result, listed = Merged(), set(exercise_ids())
    for id in sorted(after):
        changed = after[id] != before[id] or id in damage
        known = before[id] != Record(id)
        group = result.same if not changed else result.updated if known else result.new
        group.append(id)
        if id not in listed:
            result.notes.append(f"{id} is no exercise of this version of the course; it is kept.")
    result.notes += _write_all([after[id] for id in result.new + result.updated], damage, folder)
    return result


def joined(mine: Record, other: Record) -> Record:
    """Return one record of two of the same exercise; no pass of either is lost.

    Examples
    --------
    >>> done = {"when": "2026-01-02", "status": "passed", "points": 1, "max": 1, "cell": "x"}
    >>> merged = joined(Record("00/relu", hints=2), Record("00/relu", attempts=3, passed=done))
    >>> merged.hints, merged.attempts, merged.passed["cell"]
    (2, 3, 'x')
    """
    passes: dict[Any, dict[str, Any]] = {}
    for result in [*mine.history, *other.history, *filter(None, (mine.passed, other.passed))]:
        key = json.dumps([result.get("cell"), result.get("value")], default=repr)
        if key not in passes or _rank(result) > _rank(passes[key]):
            passes[key] = result
    now = [result for result in (mine.passed, other.passed) if result]
    stands = max(now, key=_rank) if now else None
    rest = sorted((r for r in passes.values() if r != stands and not _same(r, stands)), key=_when)
    last = max([mine.last, other.last], key=_when)
    return replace(
        mine,
        attempts=max(mine.attempts, other.attempts),
        hints=max(mine.hints, other.hints),
        passed=stands,
        last=last,
        history=rest[-KEPT:],
    )


def _rank(result: dict[str, Any]) -> tuple[float, str]:
    """More of the points first, then the newer; a pass saved from a damaged record comes last."""
    points, most = result.get("points"), result.get("max")
    if not isinstance(points, int | float) or not isinstance(most, int | float):
        return -1.0, _when(result)
    return (points / most if most else 1.0), _when(result)


def _when(result: dict[str, Any] | None) -> str:
    return str((result or {}).get("when", ""))


def _same(a: dict[str, Any], b: dict[str, Any] | None) -> bool:
    return b is not None and all(a.get(key) == b.get(key) for key in ("cell", "value"))


def _folder(folder: Path | None) -> Path:
    folder = folder or folder_in_use()
    if folder is None:
        raise AnswersError(
            "there is no answers folder here: go to your course folder (`diydl lab` or `diydl "
            "start DIR` makes one), or set DIYDL_ANSWERS"
        )
    return folder


def _stored(id: str, folder: Path, damage: dict[str, RecordError]) -> Record:
    """Return what is here; where its file is damaged, what can be saved, and note the damage."""
    try:
        return read_record(id, folder)
    except RecordError as error:
        damage[id] = error
        return rescued(id, folder)


def _records_in(path: Path) -> list[Record]:
    try:
        if path.stat().st_size > LARGEST_ZIP:
            raise AnswersError(f"{path} is larger than {LARGEST_ZIP >> 20} MiB; no answers are")
        files = unpack(path.read_bytes(), path.name)
    except OSError as error:
        raise AnswersError(f"{path} cannot be read: {error.strerror or error}") from error
    except ParcelError as error:
        raise AnswersError(str(error)) from error
    return [_record(name, files[name], path) for name in files if name.endswith(".json")]


def _record(name: str, content: bytes, path: Path) -> Record:
    try:
        record = parse_record(name.removesuffix(".json").replace("-", "/", 1), content)
    except ValueError as error:
        raise AnswersError(f"{name} in {path.name} is no record of an answer: {error}") from error
    if record.format != Record.format:
        raise AnswersError(
            f"{name} in {path.name} was written by a newer diydl (format {record.format!r}; this "
            f"one reads {Record.format}): update diydl here, then import it again"
        )
    return record


def _write_all(
    records: Sequence[Record], damage: dict[str, RecordError], folder: Path
) -> list[str]:
    """Store all records or none: written beside first, then moved into place."""
    if not records:
        return []
    files = {name: content for r in records for name, content in files_of(r).items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=folder) as beside:
            for name, content in files.items():
                write_atomically(Path(beside) / name, content)
            notes = [
                f"{error}; it was put aside as {put_aside(id, folder, error)}."
                for id, error in damage.items()
            ]
            _move_all(files, Path(beside), folder)
    except (OSError, RecordError) as error:
        raise AnswersError(
            f"the answers could not be stored in {folder}: {error}. What was there is as it was; "
            "make room or make the folder writable, then import again"
        ) from error
    return notes


def _move_all(names: Iterable[str], beside: Path, folder: Path) -> None:
    """Move files into place; when one cannot be moved, put the others back."""
    moved: list[tuple[Path, bytes | None]] = []
    try:
        for name in names:
            target = folder / name
            moved.append((target, target.read_bytes() if target.exists() else None))
            (beside / name).replace(target)
    except OSError:
        for target, old in moved:
            if old is None:
                target.unlink(missing_ok=True)
            else:
                write_atomically(target, old)
        raise
