"""A class, graded: what is done already is kept, the rest goes to a few processes.

A time-out may be the fault of a busy machine, so such a submission is graded again with nothing
beside it before it counts.
"""

import difflib
import importlib.metadata
import platform
from collections.abc import Callable, Sequence
from dataclasses import replace

import diydl
from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.batch.crew import run_all
from diydl.course.grading.batch.rows import Row, Wanted, entry_of, name_of, read_row, warnings_of
from diydl.course.grading.batch.store import Kept, Store, key_of
from diydl.course.grading.intake.gather import Gathered
from diydl.course.grading.intake.handed import Handed, with_times
from diydl.course.grading.intake.naming import file_names
from diydl.course.grading.intake.roster import Learner, RosterError, find_learner
from diydl.course.grading.points import worth
from diydl.course.grading.settings import Settings
from diydl.course.index import find_chapter

Progress = Callable[[int, int, str], None]


def grade_class(
    gathered: Gathered, settings: Settings, wanted: Wanted, progress: Progress = lambda *_: None
) -> Batch:
    """Grade what was gathered; every result is on disk as soon as it is there.

    `progress` is called with how many are done, how many there are, and whose was the last. An
    interrupt (Ctrl-C) leaves all results that were there.

    Raises `RosterError` where `only` names nobody or two submissions belong to one learner.
    """
    chapter = find_chapter(settings.chapter)
    rows = [_row(handed, wanted) for handed in gathered.handed]
    _check_one_each(rows)
    store, key = Store(wanted.out, chapter.id), settings.key()
    due = _due(rows, store, key, wanted, chapter.number)
    _grade_all(due, store, settings, wanted, progress)
    shown = [row for row in rows if row.kept or row.fault]
    missing = _missing(rows, wanted)
    names = file_names([row.id for row in shown] + [name for name, _ in missing])
    points = worth(chapter.number, settings.points, settings.hidden)
    best = sum(sum(tests.values()) for tests in points.values())
    entries = [entry_of(row, names[row.id], best, wanted, chapter.number) for row in shown]
    entries += [
        Entry(id, "no submission", name_of(learner, wanted), names[id], max=best)
        for id, learner in missing
    ]
    return Batch(
        chapter.id,
        sorted(entries, key=lambda entry: (entry.id.casefold(), entry.id)),
        roster=[] if wanted.names is not None else [learner.row for learner in wanted.learners],
        settings=settings,
        versions=versions(),
        warnings=warnings_of(rows, shown, gathered, key, wanted),
        deadline=wanted.deadline,
        late_rule=wanted.rule_text,
        anonymous=wanted.names is not None,
    )


def versions() -> dict[str, str]:
    """Return what graded: versions of diydl, Python and the libraries that scores depend on.

    Examples
    --------
    >>> list(versions())
    ['diydl', 'python', 'numpy', 'pytest']
    """
    libraries = {name: importlib.metadata.version(name) for name in ("numpy", "pytest")}
    return {"diydl": diydl.__version__, "python": platform.python_version(), **libraries}


def _row(handed: Handed, wanted: Wanted) -> Row:
    learner = find_learner(wanted.learners, handed.id)
    if learner:
        handed = replace(handed, id=learner.id, name=learner.name or handed.name)
        if learner.submitted:
            handed = with_times(handed, learner.submitted)
    return Row(handed, learner, handed.id if wanted.names is None else wanted.names[handed.id])


def _check_one_each(rows: Sequence[Row]) -> None:
    seen: dict[str, Row] = {}
    for row in rows:
        other = seen.setdefault(row.handed.id, row)
        if other is not row:
            raise RosterError(
                f"{row.handed.id} of the roster has two submissions: {other.handed.where} and "
                f"{row.handed.where}. Take away the one that shall not count"
            )


def _due(rows: list[Row], store: Store, key: str, wanted: Wanted, number: str) -> list[Row]:
    """Look up what is done; return those that are to be graded now."""
    chosen = _chosen(rows, wanted)
    due = []
    for row in rows:
        kept = store.find(row.id)
        row.key = key_of(read_row(row, wanted, number), key)
        again = wanted.force or row.id in chosen
        if kept and not again and (kept.key == row.key or wanted.only):
            row.kept, row.resumed = kept, True
        elif not wanted.only or again:
            row.before = kept.graded.points if kept else None
            due.append(row)
    return due


def _chosen(rows: Sequence[Row], wanted: Wanted) -> set[str]:
    known = {name: row.id for row in rows for name in (row.handed.id, row.id)}
    for id in wanted.only:
        if id not in known:
            near = difflib.get_close_matches(id, known, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise RosterError(f"--only {id}: there is no submission of that id{meant}")
    return {known[id] for id in wanted.only}


def _grade_all(
    due: Sequence[Row], store: Store, settings: Settings, wanted: Wanted, progress: Progress
) -> None:
    number = find_chapter(settings.chapter).number
    limit = 2 * settings.total_s + 120  # a grader that is stuck beyond its own limits
    again: list[Row] = []
    done = 0
    progress(done, len(due), "")
    for rows, processes in ((due, wanted.processes), (again, 1)):
        if rows is again and rows:
            progress(done, len(due), "those that ran out of time, alone")
        jobs = [lambda row=row: read_row(row, wanted, number) for row in rows]
        for outcome in run_all(wanted.work, jobs, settings, processes=processes, limit=limit):
            row = rows[outcome.index]
            if outcome.fault:
                row.fault = outcome.fault
            elif outcome.result[0].timed_out and rows is due:
                again.append(row)
                continue  # it counts when it has been graded alone
            else:
                graded, seconds = outcome.result
                row.kept = Kept(row.id, row.key, graded, seconds)
                store.keep(row.kept)
            done += 1
            progress(done, len(due), row.id)


def _missing(rows: Sequence[Row], wanted: Wanted) -> list[tuple[str, Learner]]:
    there = {row.learner.id for row in rows if row.learner}
    gone = [learner for learner in wanted.learners if learner.id not in there]
    names = wanted.names
    return [(learner.id if names is None else names[learner.id], learner) for learner in gone]
