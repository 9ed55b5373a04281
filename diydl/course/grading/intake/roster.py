"""The class list: a CSV file, or a gradebook as Canvas, Moodle or Gradescope export it."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from diydl.course.grading.intake.late import LateError, read_deadline
from diydl.course.grading.intake.layouts import parse_time
from diydl.course.grading.intake.manifest import one_line

_IDS = "id,student id,student_id,sid,userid,user id,user_id,identifier,username,login,login id"
_IDS = (*_IDS.split(","), "sis user id", "sis login id", "id number", "email", "email address")
_NAMES = ("name", "full name", "student", "student name", "display name")
_FIRST, _LAST = ("first name", "first", "given name"), ("last name", "last", "surname")
_TIMES = ("submitted", "submission time", "last modified (submission)")


class RosterError(ValueError):
    """A class list cannot be read; the message says why and what is expected."""


@dataclass(frozen=True)
class Learner:
    """One row: the id, other ids that the row holds, the name, and times of one's own."""

    id: str
    name: str = ""
    others: tuple[str, ...] = ()
    submitted: datetime | None = None
    deadline: datetime | None = None
    row: Mapping[str, str] = field(default_factory=dict)


def read_roster(path: Path, zone: tzinfo) -> list[Learner]:
    """Read a class list; `zone` is meant where a time of a submission names none.

    A column of ids is needed (`id`, `student id`, `identifier`, `username`, ...). Names,
    `submitted` and `deadline` (an extension) are read where they are. Raises `RosterError`.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import UTC
    >>> path = Path(tempfile.mkdtemp()) / "class.csv"
    >>> _ = path.write_text("id,name\\n4017,Ada Lovelace\\n")
    >>> [(learner.id, learner.name) for learner in read_roster(path, UTC)]
    [('4017', 'Ada Lovelace')]
    """
    rows = _rows(path)
    columns = {one_line(name).lower(): name for name in rows[0]} if rows else {}
    ids = [columns[name] for name in _IDS if name in columns]
    if not ids:
        shown = ", ".join(columns) or "nothing"
        raise RosterError(f"{path}: expected a column 'id' in the first line, got {shown}")
    learners = [_learner(row, ids, columns, zone, path) for row in rows]
    learners = [learner for learner in learners if learner is not None]
    seen: dict[str, int] = {}
    for k, learner in enumerate(learners):
        if learner.id in seen:
            raise RosterError(f"{path}: {learner.id} stands in it twice; keep one row")
        seen[learner.id] = k
    if not learners:
        raise RosterError(f"{path} lists nobody")
    return learners


def find_learner(learners: Sequence[Learner], id: str) -> Learner | None:
    """Find the row of an id: by the column of ids first, then by the others.

    Examples
    --------
    >>> find_learner([Learner("7", others=("ada@example.org",))], "Ada@example.org").id
    '7'
    """
    for learner in learners:
        if learner.id == id:
            return learner
    small = [
        x for x in learners if id.casefold() in {x.id.casefold(), *map(str.casefold, x.others)}
    ]
    return small[0] if len(small) == 1 else None


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RosterError(f"{path} cannot be read: {error.strerror or error}") from error
    text = None
    for code in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(code)
            break
        except UnicodeError:
            continue
    if text is None or "\0" in text:
        raise RosterError(f"{path} is no CSV file; save the list as CSV (UTF-8)")
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)  # spreadsheets of some countries write semicolons
    try:
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=mark, restval=""))
    except csv.Error as error:
        raise RosterError(f"{path} is no CSV file: {error}") from error


def _learner(row: dict, ids: list[str], columns: dict, zone: tzinfo, path: Path) -> Learner | None:
    def cell(names: Sequence[str]) -> str:
        found = (one_line(row.get(columns[n]) or "") for n in names if n in columns)
        return next(filter(None, found), "")

    told = [one_line(row.get(name) or "") for name in ids]
    told = [re.sub(r"^Participant (?=\d)", "", id) for id in told]  # Moodle's grading worksheet
    name = cell(_NAMES) or f"{cell(_FIRST)} {cell(_LAST)}".strip()
    if not any(told) or name.lower() == "points possible":  # Canvas's second line
        return None
    own = next(filter(None, told))
    deadline = cell(("deadline", "extension"))
    try:
        ends = read_deadline(deadline) if deadline else None
    except LateError as error:
        raise RosterError(f"{path}, {own}: {error}") from error
    others = tuple(id for id in told if id and id != own)
    plain = {str(k): str(v or "") for k, v in row.items() if k is not None}
    return Learner(own, name, others, parse_time(cell(_TIMES), zone), ends, plain)
