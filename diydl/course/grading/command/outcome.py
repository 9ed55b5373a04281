"""What `diydl grade` leaves behind and says at its end: files, old and new points, the sum."""

from collections.abc import Iterable
from pathlib import Path

import click

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.report.gradebook import GradebookError, write_marks
from diydl.course.grading.report.gradescope import GradescopeError, write_results
from diydl.course.grading.report.reports import write_reports
from diydl.course.say import say
from diydl.storage import write_atomically

_ERRORS = "grader-errors.txt"


def write(
    batch: Batch,
    out: Path,
    *,
    gradebook: Path | None = None,
    column: str | None = None,
    id_column: str | None = None,
    gradescope: Path | None = None,
) -> None:
    """Write the reports into `out`, and marks for a platform; raises `click.UsageError`."""
    errors = [entry for entry in batch.graded if entry.status == "grader error"]
    if errors:
        text = "\n\n".join(f"{entry.id}\n{entry.traceback}" for entry in errors)
        write_atomically(out / _ERRORS, text + "\n")
    else:
        (out / _ERRORS).unlink(missing_ok=True)
    write_reports(batch, out)
    try:
        if gradebook:
            marks = write_marks(
                gradebook, batch, out / gradebook.name, column=column, id_column=id_column
            )
            say(str(marks))
        if gradescope:
            write_results(batch, gradescope)
    except (GradebookError, GradescopeError) as error:
        raise click.UsageError(str(error)) from error


def report(batch: Batch, out: Path, shown: set[str]) -> None:
    """Say what came of it: notes, who was not graded and why, old and new points, the sum."""
    for line in batch.warnings:
        if line not in shown:
            say(f"Note: {line}")
    for kind in ("unreadable", "grader error"):
        for message, ids in _by_message(batch, kind).items():
            say(f"{', '.join(ids)}: {kind}: {message or '?'}")
    again = changes(batch.graded)
    if again:
        say("Graded again, old -> new:")
        for line in again:
            say(f"  {line}")
    say(_summary(batch, out))


def _by_message(batch: Batch, kind: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in batch.graded:
        if entry.status == kind:
            found.setdefault(entry.message, []).append(entry.id)
    return found


def _summary(batch: Batch, out: Path) -> str:
    kinds = ("graded", "unreadable", "grader error", "no submission")
    counts = {kind: sum(e.status == kind for e in batch.graded) for kind in kinds}
    parts = [f"{counts['graded']} graded"]
    parts += [f"{n} {kind}" for kind, n in counts.items() if n and kind != "graded"]
    resumed = sum(entry.resumed for entry in batch.graded)
    late = sum(entry.late > 0 for entry in batch.graded)
    parts += [f"{late} late"] if late else []
    parts += [f"{resumed} of them kept from before"] if resumed else []
    where = "" if counts["grader error"] == 0 else f"; what failed is in {out / _ERRORS}"
    return f"{', '.join(parts)}. Reports: {out / 'index.html'}, {out / 'scores.csv'}{where}"


def status_of(batch: Batch) -> int:
    """Return the exit status: 0 graded, 1 some unreadable, 2 a grader error.

    Examples
    --------
    >>> status_of(Batch("00_first_win", [Entry("ada", "graded"), Entry("bob", "unreadable")]))
    1
    """
    kinds = {entry.status for entry in batch.graded}
    return 2 if "grader error" in kinds else 1 if "unreadable" in kinds else 0


def changes(entries: Iterable[Entry]) -> list[str]:
    """List old and new points of those that were graded again; those as before in one line.

    Examples
    --------
    >>> changes([Entry("ada", "graded", raw=5.0, max=6.0, before=3.0)])
    ['ada: 3 -> 5 of 6']
    """
    again = [entry for entry in entries if entry.before is not None]
    lines = [f"{e.id}: {e.before:g} -> {e.raw:g} of {e.max:g}" for e in again if e.before != e.raw]
    same = [f"{e.id} ({e.raw:g} of {e.max:g})" for e in again if e.before == e.raw]
    if len(same) > 5:
        same = [f"{len(same)} of them"]
    return lines + ([f"as before: {', '.join(same)}"] if same else [])
