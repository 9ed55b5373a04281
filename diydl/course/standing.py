"""``progress()`` and `diydl progress`: what is done, what is yours, and what comes next.

Read from the stored answers; nothing is run, nothing is written. Points are those of passed
exercises, by the checks as they are now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from diydl.course.catalog import exercise_ids
from diydl.course.index import Chapter, find_chapter, load_index
from diydl.course.marks import points
from diydl.course.ownership import pieces
from diydl.course.record import Record, folder_in_use, read_all

STATES = ("passed", "tried", "open")  # "tried": checked, and never passed


@dataclass(frozen=True)
class Exercise:
    """Where the learner stands with one exercise; ``piece`` is its function of the library."""

    id: str
    status: str
    points: float
    max: float
    attempts: int = 0
    hints: int = 0
    piece: str | None = None
    when: str = ""


@dataclass(frozen=True)
class Part:
    """One chapter and its exercises; none where it is planned."""

    chapter: Chapter
    exercises: tuple[Exercise, ...]

    def sum(self, what: str) -> float:
        """Sum of "points", "max", "attempts" or "hints" over the exercises."""
        return sum(getattr(exercise, what) for exercise in self.exercises)

    @property
    def passed(self) -> int:
        """Number of exercises that passed."""
        return sum(exercise.status == "passed" for exercise in self.exercises)

    @property
    def pieces(self) -> tuple[Exercise, ...]:
        """The exercises that stand for a function of the library."""
        return tuple(exercise for exercise in self.exercises if exercise.piece)

    @property
    def owned(self) -> int:
        """How many of the pieces are the learner's."""
        return sum(piece.status == "passed" for piece in self.pieces)


@dataclass
class Progress:
    """Where the learner stands: shown as a table by notebooks, as text by `print`."""

    parts: tuple[Part, ...]
    folder: Path | None
    next: tuple[str, str] | None = None
    notes: list[str] = field(default_factory=list)
    chosen: Part | None = None

    def sum(self, what: str) -> float:
        """Sum of "points", "max", "attempts", "hints", "passed" or "owned" over all chapters."""
        if what in ("passed", "owned"):
            return sum(getattr(part, what) for part in self.parts)
        return sum(part.sum(what) for part in self.parts)

    @property
    def step(self) -> str:
        """What comes next, in words."""
        if self.next is None:
            return "Every exercise that is written has passed."
        return f"Next: {self.next[0]} in {self.next[1]}"

    def __str__(self) -> str:
        from diydl.course.standing_view import as_text

        return as_text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from diydl.course.standing_view import as_html

        return as_html(self)


def progress(chapter: str | None = None) -> Progress:
    """Show what is done, which pieces of the library are yours, and what comes next.

    Parameters
    ----------
    chapter
        A chapter, such as "01", to see each of its exercises.

    Examples
    --------
    >>> progress("00").chosen.chapter.title
    'A network in a minute'
    >>> progress("99")
    Traceback (most recent call last):
    diydl.course.index.UnknownChapter: there is no chapter '99'; they go from 00_first_win to ...
    """
    return progress_in(folder_in_use(), chapter)


def progress_in(folder: Path | None, chapter: str | None = None) -> Progress:
    """Read the progress from an answers folder; None: there is none.

    Examples
    --------
    >>> progress_in(None).notes
    ['There is no answers folder here, so nothing is counted: diydl lab makes one.']
    """
    wanted = find_chapter(chapter) if chapter is not None else None
    records, notes = _read(folder)
    known = {record.id: record for record in records}
    functions = pieces()
    parts = []
    for each in load_index():
        ids = () if each.planned else exercise_ids(each.number)
        exercises = (_exercise(known.get(id) or Record(id), functions.get(id)) for id in ids)
        parts.append(Part(each, tuple(exercises)))
    listed = set(exercise_ids())
    notes += [
        f"{id} is no exercise of this version of the course; its record is kept."
        for id in known
        if id not in listed
    ]
    chosen = next((part for part in parts if part.chapter == wanted), None)
    return Progress(tuple(parts), folder, _next(parts, chosen), notes, chosen)


def as_data(progress: Progress) -> dict[str, Any]:
    """Return the plain data that ``--json`` prints: of the chosen chapter, or of all.

    Examples
    --------
    >>> as_data(progress_in(None))["points"]
    0
    """
    parts = [progress.chosen] if progress.chosen else progress.parts
    keys = ("id", "status", "points", "max", "attempts", "hints", "piece")
    sums = ("points", "max", "attempts", "hints")
    return {
        "folder": str(progress.folder) if progress.folder else None,
        "next": dict(zip(("exercise", "chapter"), progress.next, strict=True))
        if progress.next
        else None,
        "chapters": [
            {
                "id": part.chapter.id,
                "title": part.chapter.title,
                "planned": part.chapter.planned,
                "passed": part.passed,
                **{key: part.sum(key) for key in sums},
                "exercises": [{key: getattr(e, key) for key in keys} for e in part.exercises],
            }
            for part in parts
        ],
        **{key: sum(part.sum(key) for part in parts) for key in sums},
        "notes": progress.notes,
    }


def _read(folder: Path | None) -> tuple[list[Record], list[str]]:
    if folder is None:
        return [], ["There is no answers folder here, so nothing is counted: diydl lab makes one."]
    try:
        if not folder.exists():
            return [], [f"There are no answers yet: {folder} is made by the first check."]
        next(folder.iterdir(), None)  # glob, below, would take "not allowed" for "empty"
    except OSError as error:
        return [], [f"{folder} cannot be read: {error.strerror or error}."]
    records, problems = read_all(folder)
    return records, [f"{problem}." for problem in problems]


def _exercise(record: Record, piece: str | None) -> Exercise:
    most = points(record.id)
    last = record.last or {}
    status = "passed" if record.passed else "tried" if record.attempts else "open"
    got = most if record.passed else min(_number(last.get("points")), most)
    when = max(str(result.get("when", "")) for result in (last, record.passed or {}))
    return Exercise(record.id, status, got, most, record.attempts, record.hints, piece, when)


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) and value == value and value > 0 else 0


def _next(parts: Sequence[Part], chosen: Part | None) -> tuple[str, str] | None:
    """Go on after what was worked on last; else with what was left open, from the beginning."""
    begun = [(e.when, part) for part in parts for e in part.exercises if e.when]
    latest = chosen or (max(begun, key=lambda pair: pair[0])[1] if begun else None)
    if latest:
        at = max(range(len(latest.exercises)), key=lambda k: latest.exercises[k].when, default=0)
        found = _first_open([*latest.exercises[at:], *latest.exercises[:at]])
        if found:
            return found, latest.chapter.id
    for part in parts:
        found = _first_open(part.exercises)
        if found:
            return found, part.chapter.id
    return None


def _first_open(exercises: Iterable[Exercise]) -> str | None:
    return next((e.id for e in exercises if e.status != "passed"), None)
