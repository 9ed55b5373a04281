"""The learner's answers on disk: plain files beside the notebooks, one pair for each exercise.

``answers/00-relu.json`` holds the result, the passed cell and its history, the attempts and the
hints; ``answers/00-relu.py`` is the passed cell again, for reading. The JSON file is replaced as a
whole or not at all. Where there is no answers folder nothing is recorded.
"""

import json
import os
import time
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from diydl.course.folder import answers_folder, write_atomically

_KEPT = 50  # earlier passes of one exercise


class RecordError(Exception):
    """A result could not be stored or read; the message says where, why and what to do."""


@dataclass
class Record:
    """What is known of one exercise.

    ``passed`` and ``last`` are dicts with ``when``, ``points``, ``max``, ``status``, ``mistake``,
    ``cell`` (code) or ``value`` (questions); ``history`` holds earlier passes, oldest first.
    """

    id: str
    attempts: int = 0
    hints: int = 0
    passed: dict[str, Any] | None = None
    last: dict[str, Any] | None = None
    history: list[dict[str, Any]] = field(default_factory=list)
    format: int = 1

    def add(self, result: dict[str, Any]) -> None:
        """Count an attempt. A pass replaces an earlier one, which goes into the history."""
        result = {"when": _now(), **result}
        self.attempts += 1
        self.last = result
        if result["status"] != "passed":
            return
        before = self.passed
        if before is not None and (before.get("cell"), before.get("value")) != (
            result.get("cell"),
            result.get("value"),
        ):
            self.history = [*self.history, before][-_KEPT:]
        self.passed = result


def folder_in_use() -> Path | None:
    """Return where results go, or None: nbgrader's execution never records.

    >>> folder_in_use() is None or folder_in_use().name != ""
    True
    """
    return None if os.environ.get("NBGRADER_EXECUTION") else answers_folder()


def read_record(id: str, folder: Path) -> Record:
    """Return the record of an exercise, an empty one where there is none.

    Raises `RecordError` for a file that cannot be read; the file is left as it is.
    """
    path = folder / f"{_stem(id)}.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        known = {f.name for f in fields(Record)}
        record = Record(**{key: value for key, value in data.items() if key in known})
        if record.id != id or not isinstance(record.history, list):
            raise ValueError("it belongs to another exercise")
    except FileNotFoundError:
        return Record(id)
    except OSError as error:
        raise RecordError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise RecordError(f"{path} is damaged or half written ({error})") from error
    return record


def store(id: str, result: dict[str, Any], folder: Path) -> list[str]:
    """Add a result to an exercise's record; return notes for the learner, such as a repair.

    A damaged file is put aside under another name and never deleted. Raises `RecordError` where the
    folder cannot be written.
    """
    record, notes = _read_or_put_aside(id, folder)
    record.add(result)
    _write(record, folder)
    return notes


def count_hint(id: str, folder: Path) -> int:
    """Count one more hint opened; return how many that makes (at most three count)."""
    record, _ = _read_or_put_aside(id, folder)
    record.hints = min(record.hints + 1, 3)
    _write(record, folder)
    return record.hints


def read_all(folder: Path) -> tuple[list[Record], list[str]]:
    """Return all records of a folder, and a line for each file that cannot be read.

    Where the record is damaged the passed cell, which stands in a file of its own, still counts.
    """
    records, problems = [], []
    for path in sorted(folder.glob("[0-9][0-9]-*.json")):
        id = path.stem.replace("-", "/", 1)
        try:
            records.append(read_record(id, folder))
        except RecordError as error:
            problems.append(str(error))
            records.append(_rescued(id, folder))
    return records, problems


def _read_or_put_aside(id: str, folder: Path) -> tuple[Record, list[str]]:
    try:
        return read_record(id, folder), []
    except RecordError as error:
        path = folder / f"{_stem(id)}.json"
        aside = path.with_name(f"{path.stem}.damaged-{time.time_ns()}.json.txt")
        try:
            path.rename(aside)
        except OSError as problem:
            raise RecordError(f"{error}, and cannot be put aside: {problem.strerror}") from problem
        return _rescued(id, folder), [
            f"{error}; it was put aside as {aside.name}, a new one begun."
        ]


def _rescued(id: str, folder: Path) -> Record:
    """Begin again with the passed cell, which stands in a file of its own."""
    record = Record(id)
    try:
        cell = (folder / f"{_stem(id)}.py").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return record
    record.passed = {"when": _now(), "status": "passed", "points": None, "max": None, "cell": cell}
    return record


def _write(record: Record, folder: Path) -> None:
    text = json.dumps(asdict(record), indent=1, ensure_ascii=False, default=repr)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / f"{_stem(record.id)}.json", text.encode("utf-8", "replace"))
        if record.passed and record.passed.get("cell"):
            cell = record.passed["cell"].encode("utf-8", "replace")
            write_atomically(folder / f"{_stem(record.id)}.py", cell)
    except OSError as error:
        raise RecordError(
            f"your result could not be stored in {folder}: {error.strerror or error}. Nothing is "
            "lost: your answer stands in its cell, and what was stored before is untouched. Make "
            "room or make the folder writable (or set DIYDL_ANSWERS to another), then check again"
        ) from error


def _stem(id: str) -> str:
    return id.replace("/", "-")


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
