"""Marks into a gradebook that Canvas, Moodle or anybody else exported: into a copy of it.

Canvas: "Export Entire Gradebook", a CSV with Student, ID, SIS User ID, SIS Login ID, Section, then
one column an assignment. Moodle: the grading worksheet of an assignment (Identifier "Participant
4017", Grade, Maximum Grade, Grade can be changed) or the export of the whole gradebook. Any other
table needs a column with the learners' ids and a column for the marks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from diydl.course.folder import write_atomically
from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.report.ledger import ID_NAMES, GradebookError, Ledger, as_number, key
from diydl.course.grading.report.page import number, plain
from diydl.course.grading.report.sheet import Sheet, SheetError


@dataclass(frozen=True)
class Change:
    """One mark: whose, where, what stood there and what is written."""

    id: str
    row: int
    old: str
    new: str


@dataclass
class Marks:
    """What was written where, and who was not found; printed, it is the text for the instructor.

    ``extra`` are learners of the gradebook without a graded submission, ``missing`` those who were
    graded and are not in it, ``held`` cells left alone on purpose, each with the reason.
    """

    path: Path
    column: str
    kind: str
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        fresh = [c for c in self.changes if not c.old]
        other = [c for c in self.changes if c.old]
        lines = [
            f"{self.path}: {self.kind}, column {self.column!r}",
            f"  {len(fresh)} new, {len(other)} changed, {self.unchanged} as they were",
        ]
        lines += [f"  changed: {_one(c.id)}: {_one(c.old)} -> {c.new}" for c in other]
        for title, rows in (
            ("graded, and not in the gradebook", self.missing),
            ("in the gradebook, without a mark from here", self.extra),
            ("left alone", self.held),
            ("look at this", self.warnings),
        ):
            lines += [f"  {title}: {_one(row)}" for row in rows]
        return "\n".join(lines)


def write_marks(
    export: Path,
    batch: Batch,
    out: Path,
    *,
    column: str | None = None,
    id_column: str | None = None,
) -> Marks:
    """Write a copy of an exported gradebook with the marks of a batch, and say what is in it.

    Only cells of the column of marks change, and only those of learners who were graded: who is
    missing, unreadable or excused keeps what is there. All else is the export, byte for byte.

    Parameters
    ----------
    export
        The file as the platform gave it; it is never written to.
    out
        The copy.
    column, id_column
        Names of columns, where they are not found by themselves.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "book.csv").write_text("id,mark\\nada,\\nbob,1\\n")
    >>> batch = Batch("00", [Entry("ada", "graded", final=4.5, max=6)])
    >>> marks = write_marks(folder / "book.csv", batch, folder / "new.csv", column="mark")
    >>> (folder / "new.csv").read_text()
    'id,mark\\nada,4.5\\nbob,1\\n'
    >>> marks.extra
    ['bob']
    """
    export, out = Path(export), Path(out)
    if batch.anonymous:
        raise GradebookError(
            "this class was graded with --anonymous: its ids are in no gradebook; grade it "
            "without, in the same way, to write marks"
        )
    if out.resolve() == export.resolve() or (out.exists() and out.samefile(export)):
        raise GradebookError(f"{export} would be written over; give the copy another name")
    try:
        sheet = Sheet.read(export)
        book = Ledger.of(sheet, batch, column, id_column)
        marks = Marks(out, book.heads[book.column], book.kind, warnings=book.warnings(batch))
        _fill(book, batch, marks)
    except (SheetError, GradebookError) as error:
        text = str(error)
        told = text if text.startswith(str(export)) else f"{export}: {text}"
        raise GradebookError(told) from error
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(out, sheet.content())
    return marks


def _fill(book: Ledger, batch: Batch, marks: Marks) -> None:
    """Write the marks into the sheet and note all that happened to them."""
    rows = book.learners()
    found = {entry.id: _rows_of(entry, batch, rows) for entry in batch.graded}
    taken: dict[int, list[Entry]] = {}
    for entry in batch.graded:
        if not found[entry.id]:
            if entry.status != "no submission":
                marks.missing.append(entry.id)
        elif len(found[entry.id]) > 1:
            lines = ", ".join(str(row + 1) for row in found[entry.id])
            marks.held.append(f"{entry.id}: stands in the lines {lines}; which one is meant?")
        else:
            taken.setdefault(found[entry.id][0], []).append(entry)
    for row, ids in rows.items():
        entries = taken.get(row, [])
        if len(entries) > 1:
            marks.held.append(f"line {row + 1}: {' and '.join(e.id for e in entries)} both fit it")
        elif not entries:
            if not any(row in places for places in found.values()):
                marks.extra.append(_label(book, row, ids))
        elif entries[0].status != "graded":
            marks.extra.append(f"{entries[0].id} ({entries[0].status})")
        else:
            _write(book, row, entries[0], marks)


def _write(book: Ledger, row: int, entry: Entry, marks: Marks) -> None:
    old = book.sheet.value(row, book.column)
    locked = (
        book.heads.index("Grade can be changed") if "Grade can be changed" in book.heads else -1
    )
    if old.upper() in ("EX", "N/A"):
        why = "excused" if old.upper() == "EX" else "the assignment is not for this learner"
        marks.held.append(f"{entry.id}: {old} stands there ({why})")
    elif locked >= 0 and book.sheet.value(row, locked).lower() == "no":
        marks.held.append(f"{entry.id}: Moodle says that this grade cannot be changed")
    elif (before := as_number(old)) is not None and abs(before - entry.final) < 0.005:
        marks.unchanged += 1
    else:
        new = number(entry.final)
        new = new.replace(".", ",") if book.comma else new
        book.sheet.set(row, book.column, new)
        marks.changes.append(Change(entry.id, row, old, new))


def _rows_of(entry: Entry, batch: Batch, rows: Mapping[int, Sequence[str]]) -> list[int]:
    """Return the rows of an entry: by its id, else by other ids that the class list gives it."""
    for names in ([entry.id], _others(entry, batch)):
        keys = {key(name) for name in names} - {""}
        found = [row for row, ids in rows.items() if keys.intersection(ids)]
        if found:
            return found
    return []


def _others(entry: Entry, batch: Batch) -> list[str]:
    for row in batch.roster:
        told = [value for name, value in row.items() if name and ID_NAMES.fullmatch(name.strip())]
        if key(entry.id) in map(key, told):
            return told
    return []


def _label(book: Ledger, row: int, ids: Sequence[str]) -> str:
    first = book.sheet.value(row, 0)
    return first if key(first) in ids else f"{first} ({ids[0]})"


def _one(text: str) -> str:
    return " ".join(plain(text, 300).split())
