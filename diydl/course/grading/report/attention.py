"""What a person should look at before marks are given out: who is missing, late or stopped."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.report.advice import MEANS
from diydl.course.grading.report.feedback import duration, link_to
from diydl.course.grading.report.overview import graded, with_status
from diydl.course.grading.report.page import number, plain, unfold, words
from diydl.course.grading.result import DIFFERS, STORED, UNUSABLE

STATUS = {
    "graded": "graded",
    "unreadable": "could not be read",
    "no submission": "no submission",
    "grader error": "grader error",
}


def attention(batch: Batch, links: Mapping[str, str]) -> str:
    """Return the list, folded where it is long; `links` maps ids to links to their pages.

    Examples
    --------
    >>> attention(Batch("00", []), {})
    '<p>Nothing.</p>'
    """

    def named(entries: Iterable[Entry], say: Callable[[Entry], str]) -> list[str]:
        return [f"{links[e.id]}{say(e)}" for e in entries]

    by_status = {s: [e for e in batch.graded if e.status == s] for s in STATUS}
    told = {
        "The grader failed": named(by_status["grader error"], _message),
        "Could not be read": named(by_status["unreadable"], _message),
        "No submission": named(by_status["no submission"], lambda e: ""),
        "Late": named([e for e in batch.graded if e.late > 0], _late),
        "Not on the class list": named([e for e in batch.graded if not e.known], _where),
        "Reaches for the library's own answer": _exercises(batch, links, "refused"),
        "Ran too long, or ended its process": _exercises(batch, links, "stopped"),
        "Notebook and stored answer differ": _differing(batch, links),
        "Notes": [
            f"{links[entry.id]}: {words('; '.join(entry.graded.notes), 1000)}"
            for entry in graded(batch)
            if entry.graded.notes
        ],
        "Earlier attempts that do not count": named(
            [e for e in batch.graded if e.ignored_attempts],
            lambda e: f": attempt {e.attempt} counts, {len(e.ignored_attempts)} do not",
        ),
        "Warnings": [words(warning, 1000) for warning in batch.warnings],
    }
    parts = [
        unfold(f"{title}: {len(rows)}", f"<ul>{_items(rows)}</ul>", opened=len(rows) <= 12)
        for title, rows in told.items()
        if rows
    ]
    return "".join(parts) or "<p>Nothing.</p>"


def _items(rows: Sequence[str]) -> str:
    return "".join(f"<li>{row}</li>" for row in rows)


def _message(entry: Entry) -> str:
    graded_message = entry.graded.message if entry.graded is not None else ""
    return f": {words(entry.message or graded_message, 600)}{_where(entry)}"


def _where(entry: Entry) -> str:
    return f" <span class='soft'>({words(entry.where, 300)})</span>" if entry.where else ""


def _late(entry: Entry) -> str:
    by = duration(entry.late) if entry.submitted is not None else "the platform says so"
    told = f": {by}"
    return f"{told}, takes {number(entry.penalty)} points" if entry.penalty else told


def _exercises(batch: Batch, links: Mapping[str, str], status: str) -> list[str]:
    return [
        f"{links[entry.id]}, {words(scored.id, 80)}: {words(scored.summary or MEANS[status], 300)}"
        for entry, scored in with_status(batch, status)
    ]


def _differing(batch: Batch, links: Mapping[str, str]) -> list[str]:
    """List answers for which the notebook and the answers folder say different things."""
    return [
        f"{links[entry.id]}, {words(scored.id, 80)}: {words(note, 300)}"
        for entry in graded(batch)
        for scored in entry.graded.exercises
        for note in scored.notes
        if note in (DIFFERS, STORED, UNUSABLE)
    ]


def link(entry: Entry) -> str:
    """Return a link to a learner's page: the name, where it is known, and the id.

    Examples
    --------
    >>> link(Entry("4001", "graded", name="Ada", file="4001"))
    "<a href='feedback/4001.html'>Ada (4001)</a>"
    """
    shown = f"{plain(entry.name, 80)} ({plain(entry.id, 80)})" if entry.name else entry.id
    return f"<a href='{link_to(entry)}'>{words(shown, 200)}</a>"
