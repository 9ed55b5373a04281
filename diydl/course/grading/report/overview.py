"""What a class's results say as a whole: counts, common mistakes, hints and times."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.result import Scored
from diydl.course.record import Record

_KIND = {"passed": 0, "partial": 1, "not attempted": 3}  # anything else: 2, not yet
_BREAK = 2 * 3600  # seconds: a longer gap between two passes was no work on one exercise
_MOST = 9999  # attempts and hints are the learner's own file; nobody has more


@dataclass
class Common:
    """Something that befell several learners in one exercise."""

    exercise: str
    title: str
    name: str
    message: str
    hidden: bool = False
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Effort:
    """What answers folders tell of one exercise; None where they do not tell."""

    exercise: str
    learners: int
    attempts: float
    hints: tuple[int, int, int, int]
    minutes: float | None


def graded(batch: Batch) -> list[Entry]:
    """Return the entries that have a result.

    Examples
    --------
    >>> graded(Batch("00", [Entry("ada", "no submission")]))
    []
    """
    return [e for e in batch.graded if e.status == "graded" and e.graded is not None]


def outcomes(batch: Batch) -> dict[str, tuple[int, int, int, int]]:
    """Return, for each exercise: how many passed, are partly right, not yet, not attempted."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for _, scored in _each(batch):
        counts[scored.id][_KIND.get(scored.status, 2)] += 1
    return {id: (a, b, c, d) for id, (a, b, c, d) in counts.items()}


def titles(batch: Batch) -> dict[str, str]:
    """Return the title of each exercise by its id."""
    return {scored.id: scored.title for _, scored in _each(batch)}


def common_mistakes(batch: Batch) -> list[Common]:
    """Return the known mistakes that were recognised, the most common first."""
    return _gather(
        (entry, Common(scored.id, scored.title, scored.mistake, scored.mistake_message))
        for entry, scored in _each(batch)
        if scored.mistake
    )


def open_tests(batch: Batch) -> list[Common]:
    """Return the first failing test of answers that no known mistake explains."""
    return _gather(
        (entry, Common(scored.id, scored.title, line.title or line.test, line.hint, line.hidden))
        for entry, scored in _each(batch)
        if not scored.mistake
        for line in [next((x for x in scored.lines if x.outcome == "failed"), None)]
        if line is not None and scored.status != "not attempted"
    )


def with_status(batch: Batch, *statuses: str) -> list[tuple[Entry, Scored]]:
    """Return the exercises of that status, each with its entry."""
    return [(entry, scored) for entry, scored in _each(batch) if scored.status in statuses]


def efforts(batch: Batch) -> list[Effort]:
    """Return attempts, hints and minutes of each exercise, as far as answers folders tell.

    Minutes are those since the pass before, breaks of more than two hours left out.
    """
    found: dict[str, list[tuple[Record, float | None]]] = defaultdict(list)
    order = list(titles(batch))
    for entry in batch.graded:
        records = dict(getattr(entry.submission, "records", None) or {})
        gaps = _gaps(records)
        for id, record in records.items():
            if id in order and (record.attempts or record.hints):
                found[id].append((record, gaps.get(id)))
    return [_effort(id, found[id]) for id in order if found[id]]


def changes(batch: Batch) -> list[Entry]:
    """Return the entries whose points, before lateness, differ from those of an earlier run."""
    return [
        entry
        for entry in batch.graded
        if entry.before is not None and abs(entry.before - entry.raw) > 1e-9
    ]


def _each(batch: Batch) -> Iterable[tuple[Entry, Scored]]:
    for entry in graded(batch):
        for scored in entry.graded.exercises:
            yield entry, scored


def _gather(found: Iterable[tuple[Entry, Common]]) -> list[Common]:
    by_name: dict[tuple[str, str], Common] = {}
    for entry, common in found:
        by_name.setdefault((common.exercise, common.name), common).entries.append(entry)
    return sorted(by_name.values(), key=lambda c: (-len(c.entries), c.exercise, c.name))


def _effort(id: str, found: Sequence[tuple[Record, float | None]]) -> Effort:
    hints = [0, 0, 0, 0]
    for record, _ in found:
        hints[min(record.hints, 3)] += 1
    minutes = [gap / 60 for _, gap in found if gap is not None]
    attempts = statistics.median(min(record.attempts, _MOST) for record, _ in found)
    a, b, c, d = hints
    middle = statistics.median(minutes) if minutes else None
    return Effort(id, len(found), attempts, (a, b, c, d), middle)


def _gaps(records: Mapping[str, Record]) -> dict[str, float]:
    """Return the seconds between one pass and the pass before it, where they were one sitting."""
    passes = sorted((when, id) for id, r in records.items() if (when := _when(r)) is not None)
    gaps = {}
    for (before, _), (after, id) in zip(passes, passes[1:], strict=False):
        seconds = (after - before).total_seconds()
        if 0 < seconds <= _BREAK:
            gaps[id] = seconds
    return gaps


def _when(record: Record) -> datetime | None:
    passes = [r for r in [*record.history, record.passed] if r]  # the first pass counts
    try:
        return datetime.strptime(str(passes[0]["when"]), "%Y-%m-%dT%H:%M:%SZ")
    except (LookupError, ValueError):
        return None
