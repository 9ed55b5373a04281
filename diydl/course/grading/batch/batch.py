"""A class that was graded: what the batch hands to the reports, plain data and nothing more.

One `Entry` for each learner: of the roster where there is one, else of each submission found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One learner's row: the submission that counts, its result, and what lateness took.

    Parameters
    ----------
    id
        What reports call this learner: the id, or the pseudonym of `--anonymous`.
    status
        "graded", "unreadable", "no submission" or "grader error".
    name
        The learner's name where the roster or the platform gives one; "" under `--anonymous`.
    file
        Name for this learner's output files, without suffix: safe on every system, and no two
        entries of a batch share one, not even where case is ignored.
    submission
        What was found on disk, without the notebook's bytes; None where there is none.
    graded
        The result; None without a submission and after a grader error.
    seconds
        What grading took. Never part of anything that must be the same twice.
    submitted
        When it was handed in, and `submitted_from` how that is known: "roster", "platform",
        "timestamp.txt", "zip entry", "file time" or "".
    late
        Seconds past the deadline (0 in time). 1 where a platform marks it late and not by how
        much.
    raw, penalty, final, max
        Points earned, points that lateness takes off, what is left, and what can be had.
    attempt, ignored_attempts
        Number of the attempt that counts, and where the earlier ones were found.
    where
        Where the submission was found, as the instructor would look for it.
    message
        For "unreadable" and "grader error": why, and what to do, in a line.
    traceback
        After a grader error: all that is known of it.
    before
        `raw` of an earlier run, where `--only` or a re-grade has one to compare with.
    resumed
        True where the result is that of an earlier run with the same key.
    known
        False for an id that the roster does not list.
    """

    id: str
    status: str
    name: str = ""
    file: str = ""
    submission: Any = None
    graded: Any = None
    seconds: float = 0.0
    submitted: datetime | None = None
    submitted_from: str = ""
    late: float = 0.0
    raw: float = 0.0
    penalty: float = 0.0
    final: float = 0.0
    max: float = 0.0
    attempt: int = 1
    ignored_attempts: tuple[str, ...] = ()
    where: str = ""
    message: str = ""
    traceback: str = ""
    before: float | None = None
    resumed: bool = False
    known: bool = True


@dataclass(frozen=True)
class Batch:
    """A chapter graded for a class.

    `graded` is sorted by id. `roster` is empty where there is none, else a row for each learner: a
    dict of the roster's own columns. `warnings` are lines for the instructor, in the order they
    arose. `deadline` and `late_rule` are None and "accept" where no deadline was given.

    Examples
    --------
    >>> batch = Batch("00_first_win", [Entry("ada", "graded", final=3.0, max=6.0)])
    >>> [entry.id for entry in batch.graded if entry.status == "graded"]
    ['ada']
    """

    chapter: str
    graded: Sequence[Entry]
    roster: Sequence[Mapping[str, str]] = ()
    settings: Any = None
    versions: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    deadline: datetime | None = None
    late_rule: str = "accept"
    anonymous: bool = False
