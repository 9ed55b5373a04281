"""One submission on its way through a batch: read, and told to the reports."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from diydl.course.grading.batch.batch import Entry
from diydl.course.grading.batch.store import Kept
from diydl.course.grading.grader import grade
from diydl.course.grading.intake.gather import Gathered
from diydl.course.grading.intake.handed import Handed
from diydl.course.grading.intake.late import LateRule
from diydl.course.grading.intake.roster import Learner
from diydl.course.grading.result import Graded
from diydl.course.grading.submission import Submission


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
class Row:
    """One submission on its way to an `Entry`."""

    handed: Handed
    learner: Learner | None
    id: str
    key: str = ""
    kept: Kept | None = None
    before: float | None = None
    resumed: bool = False
    fault: str = ""


def read_row(row: Row, wanted: Wanted, number: str) -> Submission:
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


def entry_of(row: Row, file: str, best: float, wanted: Wanted, number: str) -> Entry:
    """Return what reports are told of a submission; `best` is what can be had."""
    handed, hidden = row.handed, wanted.names is not None
    graded: Graded | None = row.kept.graded if row.kept and not row.fault else None
    submission = replace(read_row(row, wanted, number), notebook=None)
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
        before=row.before if graded else None,  # a failure of the grader is no score
        resumed=row.resumed,
        known=row.learner is not None or not wanted.learners,
    )


def _late(row: Row, wanted: Wanted) -> float:
    """Return the seconds past the deadline, or 1 where only a platform's mark is known."""
    deadline = (row.learner and row.learner.deadline) or wanted.deadline
    if deadline and row.handed.submitted:
        return max(0.0, (row.handed.submitted - deadline).total_seconds())
    return 1.0 if row.handed.marked_late else 0.0


def _known_time(row: Row) -> bool:
    return row.handed.submitted is not None


def name_of(learner: Learner, wanted: Wanted) -> str:
    """Return a learner's name, or "" where reports are anonymous."""
    return "" if wanted.names is not None else learner.name


def warnings_of(
    rows: Sequence[Row], shown: Sequence[Row], gathered: Gathered, key: str, wanted: Wanted
) -> list[str]:
    """Return the lines for the instructor: unknown ids, times that are not known, what is old."""
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
