"""Options that the commands for instructors share, and how their values are read."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import click

from diydl.course.catalog import exercise_ids
from diydl.course.grading.intake.found import FileFault
from diydl.course.grading.intake.gather import Gathered, gather
from diydl.course.grading.intake.late import LateError, read_deadline
from diydl.course.grading.intake.layouts import LayoutError
from diydl.course.grading.intake.roster import Learner, RosterError, read_roster
from diydl.course.grading.points import PointsError
from diydl.course.grading.suite import HiddenCheckError
from diydl.course.index import Chapter, UnknownChapter, find_chapter

FAULTS = (
    FileFault,
    FileNotFoundError,
    HiddenCheckError,
    LateError,
    LayoutError,
    PointsError,
    RosterError,
)

_PATH = click.Path(path_type=Path)


def finding(command: Callable) -> Callable:
    """Give a command the arguments and options by which submissions are found."""
    for decorate in reversed(
        (
            click.argument("chapter"),
            click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=_PATH),
            click.option(
                "--ids",
                metavar="LAYOUT",
                help="canvas, moodle, gradescope, nbgrader, plain, or a regular expression with a "
                "group (?P<id>...) and perhaps (?P<time>...) and (?P<attempt>...). Recognised "
                "unless given.",
            ),
            click.option(
                "--roster",
                metavar="FILE.csv",
                type=_PATH,
                help="The class list, or an exported gradebook: who is missing is listed too.",
            ),
            click.option(
                "--deadline", metavar="TIME", help="With its zone: 2026-11-20T23:59+01:00."
            ),
        )
    ):
        command = decorate(command)
    return command


def chapter_of(text: str) -> Chapter:
    """Return a chapter that can be graded; raises `click.UsageError`."""
    try:
        chapter = find_chapter(text)
    except UnknownChapter as error:
        raise click.UsageError(str(error)) from error
    if not exercise_ids(chapter.number):
        raise click.UsageError(f"chapter {chapter.id} has no exercises yet")
    return chapter


def found(
    chapter: Chapter,
    paths: tuple[Path, ...],
    ids: str | None,
    roster: Path | None,
    deadline: str | None,
    leave_out: Path | None = None,
) -> tuple[Gathered, list[Learner], datetime | None]:
    """Read roster and deadline and find the submissions; raises `click.UsageError`."""
    try:
        ends = read_deadline(deadline) if deadline else None
        zone: tzinfo = (ends and ends.tzinfo) or UTC
        learners = read_roster(roster, zone) if roster else []
        gathered = gather(paths, chapter, ids=ids, zone=zone, leave_out=leave_out)
    except FAULTS as error:
        raise click.UsageError(str(error)) from error
    return gathered, learners, ends
