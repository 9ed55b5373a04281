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

KEPT = 50  # earlier passes of one exercise


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
            self.history = [*self.history, before][-KEPT:]
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
        return parse_record(id, path.read_bytes())
    except FileNotFoundError:
        return Record(id)
    except OSError as error:
        raise RecordError(f"{path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise RecordError(f"{path} is damaged or half written ({error})") from error


def parse_record(id: str, content: bytes) -> Record:
    """Return the record that a file holds; raises ValueError for one of another form.

    >>> parse_record("00/relu", b'{"id": "00/relu", "hints": 2}').hints
    2
    """
    try:
        data = json.loads(content)
        known = {f.name for f in fields(Record)}
        record = Record(**{key: value for key, value in data.items() if key in known})
    except (TypeError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if record.id != id:
        raise ValueError("it belongs to another exercise")
    _check_types(record)
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
            records.append(rescued(id, folder))
    return records, problems


def _read_or_put_aside(id: str, folder: Path) -> tuple[Record, list[str]]:
    try:
        return read_record(id, folder), []
    except RecordError as error:
        name = put_aside(id, folder, error)
        return rescued(id, folder), [f"{error}; it was put aside as {name}, a new one begun."]


def put_aside(id: str, folder: Path, why: RecordError) -> str:
    """Rename a damaged record, so that it is kept and no longer read; return its new name."""
    path = folder / f"{_stem(id)}.json"
    aside = path.with_name(f"{path.stem}.damaged-{time.time_ns()}.json.txt")
    try:
        path.rename(aside)
    except OSError as problem:
        raise RecordError(f"{why}, and cannot be put aside: {problem.strerror}") from problem
    return aside.name


def rescued(id: str, folder: Path) -> Record:
    """Begin a record again with the passed cell, which stands in a file of its own."""
    record = Record(id)
    try:
        cell = (folder / f"{_stem(id)}.py").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return record
    record.passed = {"when": _now(), "status": "passed", "points": None, "max": None, "cell": cell}
    return record


def files_of(record: Record) -> dict[str, bytes]:
    """Return a record as the files of an answers folder, by name.

    >>> list(files_of(Record("00/relu", passed={"cell": "def relu(x): ..."})))
    ['00-relu.json', '00-relu.py']
    """
    text = json.dumps(asdict(record), indent=1, ensure_ascii=False, default=repr)
    files = {f"{_stem(record.id)}.json": text.encode("utf-8", "replace")}
    if record.passed and record.passed.get("cell"):
        files[f"{_stem(record.id)}.py"] = record.passed["cell"].encode("utf-8", "replace")
    return files


def _write(record: Record, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files_of(record).items():
            write_atomically(folder / name, content)
    except OSError as error:
        raise RecordError(
            f"your result could not be stored in {folder}: {error.strerror or error}. Nothing is "
            "lost: your answer stands in its cell, and what was stored before is untouched. Make "
            "room or make the folder writable (or set DIYDL_ANSWERS to another), then check again"
        ) from error


def _check_types(record: Record) -> None:
    """Raise ValueError for values that no record of ours holds."""
    results = [r for r in (record.passed, record.last) if r is not None]
    listed = isinstance(record.history, list)
    if not listed or not all(isinstance(entry, dict) for entry in [*results, *record.history]):
        raise ValueError("its results have another form")
    if not all(type(number) is int and number >= 0 for number in (record.attempts, record.hints)):
        raise ValueError("its counts are no whole numbers")
    if not all(isinstance(entry.get("cell"), str | None) for entry in results):
        raise ValueError("its answer is no text")
    if record.passed and record.passed.get("status", "passed") != "passed":
        raise ValueError("what stands as passed has not passed")


def _stem(id: str) -> str:
    return id.replace("/", "-")


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
