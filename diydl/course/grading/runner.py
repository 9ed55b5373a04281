"""A class, graded: what is done already is kept, the rest goes to a few processes.

A time-out may be the fault of a busy machine, so such a submission is graded again with nothing
beside it before it counts.
"""

import difflib
import importlib.metadata
import platform
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import diydl
from diydl.course.grading.batch import Batch, Entry
from diydl.course.grading.crew import run_all
from diydl.course.grading.gather import Gathered
from diydl.course.grading.grader import grade
from diydl.course.grading.handed import Handed, with_times
from diydl.course.grading.late import LateRule
from diydl.course.grading.naming import file_names
from diydl.course.grading.points import worth
from diydl.course.grading.result import Graded
from diydl.course.grading.roster import Learner, RosterError, find_learner
from diydl.course.grading.settings import Settings
from diydl.course.grading.store import Kept, Store, key_of
from diydl.course.grading.submission import Submission
from diydl.course.index import find_chapter

Progress = Callable[[int, int, str], None]


@dataclass
class Wanted:
    """How a class is to be graded, besides `Settings`.

    Parameters
    ----------
    only
        Ids to grade again; the others keep what they have.
    force
        Grade all again.
    names
        Pseudonyms by id, for `--anonymous`.
    work
        What grades one submission; a function that other processes can import.
    """

    out: Path
    learners: Sequence[Learner] = ()
    deadline: datetime | None = None
    rule: LateRule = field(default_factory=LateRule)
    rule_text: str = "accept"
    only: Collection[str] = ()
    force: bool = False
    names: Mapping[str, str] | None = None
    processes: int = 1
    work: Callable = grade


@dataclass
class _Row:
    """One submission on its way to an `Entry`."""

    handed: Handed
    learner: Learner | None
    id: str
    key: str = ""
    kept: Kept | None = None
    before: float | None = None
    resumed: bool = False
    fault: str = ""


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
    entries = [_entry(row, names[row.id], best, wanted, chapter.number) for row in shown]
    entries += [
        Entry(id, "no submission", _name(learner, wanted), names[id], max=best)
        for id, learner in missing
    ]
    return Batch(
        chapter.id,
        sorted(entries, key=lambda entry: (entry.id.casefold(), entry.id)),
        roster=[] if wanted.names is not None else [learner.row for learner in wanted.learners],
        settings=settings,
        versions=versions(),
        warnings=_warnings(rows, shown, gathered, key, wanted),
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


def _row(handed: Handed, wanted: Wanted) -> _Row:
    learner = find_learner(wanted.learners, handed.id)
    if learner:
        handed = replace(handed, id=learner.id, name=learner.name or handed.name)
        if learner.submitted:
            handed = with_times(handed, learner.submitted)
    return _Row(handed, learner, handed.id if wanted.names is None else wanted.names[handed.id])


def _check_one_each(rows: Sequence[_Row]) -> None:
    seen: dict[str, _Row] = {}
    for row in rows:
        other = seen.setdefault(row.handed.id, row)
        if other is not row:
            raise RosterError(
                f"{row.handed.id} of the roster has two submissions: {other.handed.where} and "
                f"{row.handed.where}. Take away the one that shall not count"
            )


def _due(rows: list[_Row], store: Store, key: str, wanted: Wanted, number: str) -> list[_Row]:
    """Look up what is done; return those that are to be graded now."""
    chosen = _chosen(rows, wanted)
    due = []
    for row in rows:
        kept = store.find(row.id)
        row.key = key_of(_read(row, wanted, number), key)
        again = wanted.force or row.id in chosen
        if kept and not again and (kept.key == row.key or wanted.only):
            row.kept, row.resumed = kept, True
        elif not wanted.only or again:
            row.before = kept.graded.points if kept else None
            due.append(row)
    return due


def _chosen(rows: Sequence[_Row], wanted: Wanted) -> set[str]:
    known = {name: row.id for row in rows for name in (row.handed.id, row.id)}
    for id in wanted.only:
        if id not in known:
            near = difflib.get_close_matches(id, known, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise RosterError(f"--only {id}: there is no submission of that id{meant}")
    return {known[id] for id in wanted.only}


def _read(row: _Row, wanted: Wanted, number: str) -> Submission:
    """Read a submission, under its pseudonym where learners have one."""
    submission = row.handed.submission(number)
    if wanted.names is None:
        return submission
    told = [row.handed.where, *row.handed.ignored, row.handed.id, row.handed.name]
    files = [row.handed.notebook, *row.handed.answers]
    told += [word for found in files if found for word in (found.where, found.name)]
    problems = []
    for problem in submission.problems:
        for word in sorted(filter(None, told), key=len, reverse=True):
            problem = problem.replace(word, row.id)
        problems.append(problem)
    return replace(submission, id=row.id, name="", problems=problems)


def _grade_all(
    due: Sequence[_Row], store: Store, settings: Settings, wanted: Wanted, progress: Progress
) -> None:
    number = find_chapter(settings.chapter).number
    limit = 2 * settings.total_s + 120  # a grader that is stuck beyond its own limits
    again: list[_Row] = []
    done = 0
    progress(done, len(due), "")
    for rows, processes in ((due, wanted.processes), (again, 1)):
        if rows is again and rows:
            progress(done, len(due), "those that ran out of time, alone")
        jobs = [lambda row=row: _read(row, wanted, number) for row in rows]
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


def _missing(rows: Sequence[_Row], wanted: Wanted) -> list[tuple[str, Learner]]:
    there = {row.learner.id for row in rows if row.learner}
    gone = [learner for learner in wanted.learners if learner.id not in there]
    names = wanted.names
    return [(learner.id if names is None else names[learner.id], learner) for learner in gone]


def _entry(row: _Row, file: str, best: float, wanted: Wanted, number: str) -> Entry:
    handed, hidden = row.handed, wanted.names is not None
    graded: Graded | None = row.kept.graded if row.kept and not row.fault else None
    submission = replace(_read(row, wanted, number), notebook=None)
    late = _late(row, wanted)
    raw = graded.points if graded else 0.0
    most = graded.max if graded and graded.max else best
    counted = late + wanted.rule.grace if late == 1 and not _known_time(row) else late
    penalty = wanted.rule.penalty(counted, raw, most)
    fault = row.fault.strip().splitlines()[-1:] or [""]
    return Entry(
        id=row.id,
        status=graded.status if graded else "grader error",
        name="" if hidden else handed.name,
        file=file,
        submission=submission,
        graded=graded,
        seconds=row.kept.seconds if graded and row.kept else 0.0,
        submitted=handed.submitted,
        submitted_from=handed.submitted_from,
        late=late,
        raw=raw,
        penalty=penalty,
        final=round(raw - penalty, 6),
        max=most,
        attempt=1 + len(handed.ignored),
        ignored_attempts=() if hidden else handed.ignored,
        where="" if hidden else handed.where,
        message=graded.message if graded else fault[0],
        traceback=row.fault,
        before=row.before,
        resumed=row.resumed,
        known=row.learner is not None or not wanted.learners,
    )


def _late(row: _Row, wanted: Wanted) -> float:
    """Return the seconds past the deadline, or 1 where only a platform's mark is known."""
    deadline = (row.learner and row.learner.deadline) or wanted.deadline
    if deadline and row.handed.submitted:
        return max(0.0, (row.handed.submitted - deadline).total_seconds())
    return 1.0 if row.handed.marked_late else 0.0


def _known_time(row: _Row) -> bool:
    return row.handed.submitted is not None


def _name(learner: Learner, wanted: Wanted) -> str:
    return "" if wanted.names is not None else learner.name


def _warnings(
    rows: Sequence[_Row], shown: Sequence[_Row], gathered: Gathered, key: str, wanted: Wanted
) -> list[str]:
    lines = [] if wanted.names is not None else gathered.said()
    unknown = [row.id for row in rows if wanted.learners and row.learner is None]
    if unknown:
        lines.append(f"not in the roster: {', '.join(unknown)}")
    dark = [row.id for row in rows if wanted.deadline and row.handed.submitted is None]
    marked = [row.id for row in rows if row.id in dark and row.handed.marked_late]
    if marked:
        lines.append(
            f"marked late by the platform, which does not say by how much: {', '.join(marked)}; "
            "one unit of the rule counts. A column `submitted` in the roster tells the time"
        )
    silent = len(dark) - len(marked)
    if silent:
        lines.append(
            f"the download does not say when {silent} of them were handed in; they count as in "
            "time. A column `submitted` in the roster tells the time"
        )
    weak = {row.handed.submitted_from for row in rows} & {"file time", "zip entry"}
    if wanted.deadline and weak:
        lines.append(
            f"times of handing in are those of the files ({', '.join(sorted(weak))}); copying or "
            "downloading can change them"
        )
    if wanted.only:
        old = [row.id for row in shown if row.resumed and row.kept and row.kept.key != row.key]
        left = [row.id for row in rows if row not in shown]
        if old:
            lines.append(
                f"{len(old)} others were graded from other contents, checks or limits than now; "
                "without --only they are graded again"
            )
        if left:
            lines.append(f"not graded yet and left out: {', '.join(left)}")
    return lines
