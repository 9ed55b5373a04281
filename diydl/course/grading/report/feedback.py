"""The page that a learner gets: points, what is behind what went wrong, and what to do next."""

from collections.abc import Sequence
from urllib.parse import quote

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.report.advice import MEANS, anchor, next_steps
from diydl.course.grading.report.page import code, number, page, unfold, words
from diydl.course.grading.result import Line, Scored
from diydl.course.index import UnknownChapter, find_chapter

STATUS = {
    "passed": ("passed", "good", "✓"),
    "partial": ("partly right", "part", "◐"),
    "failed": ("not yet", "bad", "✗"),
    "not attempted": ("not attempted", "none", "–"),
    "stopped": ("stopped", "bad", "✗"),
    "refused": ("refused", "bad", "✗"),
    "unreadable": ("could not be read", "bad", "✗"),
}
_OUTCOME = {
    "passed": ("passed", "good", "✓"),
    "failed": ("not yet", "bad", "✗"),
    "not run": ("not run", "soft", "–"),
}


def feedback(entry: Entry, batch: Batch) -> str:
    """Return the page of one learner.

    Examples
    --------
    >>> page = feedback(Entry("ada", "no submission"), Batch("00_first_win", []))
    >>> "Nothing was handed in" in page
    True
    """
    name, title = chapter_title(batch.chapter)
    exercises = entry.graded.exercises if entry.graded is not None else []
    who = entry.name or entry.id
    parts = [
        f"<p class='soft'>{words(title)}</p><h1>Feedback for {words(who, 200)}</h1>",
        _points(entry),
        _lateness(entry, batch),
        _trouble(entry),
        _notes(entry),
        _next(entry, batch, exercises),
        *(_exercise(scored) for scored in exercises),
        _footer(entry, batch),
    ]
    return page(f"{name}: {who[:200]}", "\n".join(part for part in parts if part))


def chapter_title(chapter: str) -> tuple[str, str]:
    """Return a chapter's id and its whole title.

    Examples
    --------
    >>> chapter_title("00")
    ('00_first_win', 'Chapter 00: A network in a minute')
    """
    try:
        found = find_chapter(chapter)
    except UnknownChapter:
        return chapter, chapter
    return found.id, f"Chapter {found.number}: {found.title}"


def _points(entry: Entry) -> str:
    if entry.status != "graded":
        return ""
    count = entry.graded.exercises if entry.graded is not None else []
    graded = [scored for scored in count if scored.max]
    passed = sum(scored.status == "passed" for scored in graded)
    return (
        f"<p class='big'>{number(entry.final)} of {number(entry.max)} points</p>"
        f"<p>{passed} of {len(graded)} exercises with points passed.</p>"
    )


def _lateness(entry: Entry, batch: Batch) -> str:
    if entry.late <= 0:
        return ""
    told = f"Handed in{_moment(entry)} {duration(entry.late)} after the deadline"
    if entry.submitted is None:  # the platform marks it, and does not say by how much
        told = "Your platform marks this as late"
    if entry.penalty:
        told += f", which takes {number(entry.penalty)} of {number(entry.raw)} points"
    elif batch.late_rule == "accept":
        told += "; no points are taken for that"
    return f"<p class='box'><strong>Late.</strong> {told}.</p>"


def _moment(entry: Entry) -> str:
    if entry.submitted is None:
        return ""
    when = f"{entry.submitted:%Y-%m-%d} at {entry.submitted:%H:%M} {entry.submitted.tzname() or ''}"
    return words(f" on {when.rstrip()},")


def duration(seconds: float) -> str:
    """Say how long, in the two largest units.

    Examples
    --------
    >>> duration(59), duration(3 * 3600 + 61), duration(2 * 86400)
    ('less than a minute', '3 hours 1 minute', '2 days')
    """
    minutes = int(seconds // 60)
    if not minutes:
        return "less than a minute"
    sizes = (("day", 1440), ("hour", 60), ("minute", 1))
    said = []
    for name, size in sizes:
        count, minutes = divmod(minutes, size)
        if count:
            said.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(said[:2])


def _trouble(entry: Entry) -> str:
    message = entry.message or (entry.graded.message if entry.graded is not None else "")
    told = {
        "unreadable": "What you handed in could not be read, so it was not graded.",
        "no submission": "Nothing was handed in.",
        "grader error": "The grader failed, through no fault of yours: this is not your score. "
        "Your teacher has been told.",
    }.get(entry.status)
    if not told:
        return f"<p class='box said'>{words(message)}</p>" if message else ""
    shown = "" if entry.status == "grader error" else words(message)
    return f"<p class='box said'><strong>{told}</strong> {shown}</p>"


def _notes(entry: Entry) -> str:
    notes = list(entry.graded.notes) if entry.graded is not None else []
    if entry.ignored_attempts:
        count = len(entry.ignored_attempts)
        before = f"{count} earlier one{'s' if count > 1 else ''}"
        notes.append(f"This is attempt {entry.attempt}; {before} did not count.")
    if not notes:
        return ""
    return "<ul class='notes'>" + "".join(f"<li>{words(note)}</li>" for note in notes) + "</ul>"


def _next(entry: Entry, batch: Batch, exercises: Sequence[Scored]) -> str:
    steps = next_steps(entry, batch, exercises)
    if not steps:
        return ""
    return (
        "<section class='box'><h2 style='margin-top:.2rem'>What to do next</h2><ol>"
        + "".join(f"<li>{step}</li>" for step in steps)
        + "</ol></section>"
    )


def _exercise(scored: Scored) -> str:
    word, kind, sign = STATUS[scored.status]
    tone = kind if kind in ("good", "part", "bad") else "soft"
    score = f"{number(scored.points)} of {number(scored.max)} points" if scored.max else "no points"
    parts = [
        f"<h2>{words(scored.title or scored.id, 300)}</h2>",
        f"<p><span class='{tone}' aria-hidden='true'>{sign}</span> "
        f"<strong class='{tone}'>{word}</strong>, {score} "
        f"<span class='soft'>({words(scored.id, 80)})</span></p>",
    ]
    if scored.mistake_message:
        parts.append(
            f"<p class='said'><strong>What may be behind it:</strong> "
            f"{words(scored.mistake_message)}</p>"
        )
    told = scored.summary or MEANS.get(scored.status, "")
    if told:
        parts.append(f"<p class='said'>{words(told)}</p>")
    parts += [f"<p class='said'>{words(note)}</p>" for note in scored.notes]
    if scored.lines and scored.status != "not attempted":
        parts.append(f"<ul class='tests'>{''.join(_test(line) for line in scored.lines)}</ul>")
    if scored.cell and scored.status != "not attempted":
        place = "your stored answer" if scored.source == "answers" else "your notebook"
        parts.append(unfold(f"What was graded, from {place}", code(scored.cell)))
    label = anchor(scored.id)
    return f"<section class='card {kind}' id='{label}'>{''.join(parts)}</section>"


def _test(line: Line) -> str:
    """Show a test; of a hidden one its hint, whatever it says."""
    word, kind, sign = _OUTCOME[line.outcome]
    points = f" ({number(line.points)})" if line.points else ""
    title = "a test that is not shown" if line.hidden else words(line.title or line.test, 300)
    extra = ""
    if line.message and not line.hidden and line.outcome != "passed":
        extra += f"<div class='said'>{words(line.message)}</div>"
    if line.hint and line.outcome != "passed":
        extra += f"<div class='said'><em>Hint:</em> {words(line.hint)}</div>"
    return (
        f"<li><span class='sign {kind}' aria-hidden='true'>{sign}</span>{word}: {title}{points}"
        f"{extra}</li>"
    )


def _footer(entry: Entry, batch: Batch) -> str:
    sandbox = entry.graded.sandbox if entry.graded is not None else ""
    versions = ", ".join(f"{name} {version}" for name, version in sorted(batch.versions.items()))
    told = [
        "Points come from tests that ran on your code by themselves; what is stored beside a "
        "notebook never counts as points. If something here is wrong, say so to your teacher.",
        words(sandbox),
        words(versions),
    ]
    return "<footer>" + "".join(f"<p>{line}</p>" for line in told if line) + "</footer>"


def link_to(entry: Entry) -> str:
    """Return the address of a learner's page, seen from the class page.

    Examples
    --------
    >>> link_to(Entry("a b", "graded", file="a b"))
    'feedback/a%20b.html'
    """
    return f"feedback/{quote(entry.file or entry.id, safe='')}.html"
