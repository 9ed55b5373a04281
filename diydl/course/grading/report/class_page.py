"""The page about the whole class, for those who teach it."""

import statistics
from collections.abc import Mapping, Sequence

from diydl.course.grading.batch.batch import Batch
from diydl.course.grading.report.alike_view import pairs_as_html, pairs_of
from diydl.course.grading.report.attention import STATUS, attention, link
from diydl.course.grading.report.feedback import chapter_title, link_to
from diydl.course.grading.report.overview import (
    Common,
    changes,
    common_mistakes,
    efforts,
    graded,
    open_tests,
    outcomes,
    titles,
)
from diydl.course.grading.report.page import number, page, plain, table, unfold, words
from diydl.course.grading.report.plot import distribution, success

_MOST_NAMED = 40  # links in one list


def class_page(batch: Batch) -> str:
    """Return the class page.

    Examples
    --------
    >>> "No submission was graded" in class_page(Batch("00_first_win", []))
    True
    """
    name, title = chapter_title(batch.chapter)
    links = {entry.id: link(entry) for entry in batch.graded}
    pairs = pairs_of(batch)
    entries = {entry.id: entry for entry in batch.graded}
    parts = [
        f"<p class='soft'>{words(title)}</p><h1>The class, as graded</h1>",
        "<p class='box'><strong>For those who teach.</strong> This page names learners and shows "
        "their code. Hand out the files of the folder <code>feedback</code>, each to its learner, "
        "and nothing else.</p>",
        _facts(batch),
        _section("Points", _points(batch)),
        _section("How each exercise went", _success(batch)),
        _section("Most common mistakes", _mistakes(batch)),
        _section("To look at", attention(batch, links)),
        _section("Old and new", _changes(batch, links)),
        _section("Times, attempts and hints", _efforts(batch)),
        _section("Much alike", pairs_as_html(pairs, entries, links)),
        _section("All learners", _learners(batch, links)),
        _footer(batch),
    ]
    return page(f"{name}: the class", "\n".join(part for part in parts if part))


def _section(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>" if body else ""


def _facts(batch: Batch) -> str:
    scores = [entry.final for entry in graded(batch)]
    most = max((entry.max for entry in graded(batch)), default=0)
    count = {status: sum(e.status == status for e in batch.graded) for status in STATUS}
    facts = [(str(len(batch.graded)), "learners"), (str(count["graded"]), "graded")]
    if scores:
        facts += [
            (f"{number(statistics.median(scores))} of {number(most)}", "points in the middle"),
            (number(statistics.fmean(scores)), "points on average"),
            (str(sum(abs(s - most) < 1e-9 for s in scores)), "with all points"),
        ]
    late = sum(entry.late > 0 for entry in batch.graded)
    facts += [
        (str(n), word)
        for n, word in (
            (late, "late"),
            (count["unreadable"], "could not be read"),
            (count["no submission"], "without a submission"),
            (count["grader error"], "grader errors"),
        )
        if n
    ]
    items = "".join(f"<li><b>{words(value)}</b>{words(name)}</li>" for value, name in facts)
    return f"<ul class='facts'>{items}</ul>"


def _points(batch: Batch) -> str:
    found = graded(batch)
    if not found:
        return "<p>No submission was graded.</p>"
    return distribution([e.final for e in found], max(e.max for e in found))


def _success(batch: Batch) -> str:
    names = titles(batch)
    rows = {f"{id} {names[id]}": counts for id, counts in outcomes(batch).items()}
    return success(rows) if rows else ""


def _mistakes(batch: Batch) -> str:
    known = common_mistakes(batch)
    unknown = open_tests(batch)
    parts = []
    if known:
        parts.append("".join(_common(common, "behaves like") for common in known[:20]))
    else:
        parts.append("<p>No known mistake was recognised.</p>")
    if unknown:
        rows = "".join(_common(common, "first fails at") for common in unknown[:20])
        count = sum(len(common.entries) for common in unknown)
        parts.append(unfold(f"Wrong in a way that no known mistake explains: {count}", rows))
    return "".join(parts)


def _common(common: Common, how: str) -> str:
    count = len(common.entries)
    who = f"{count} learner{'s' if count > 1 else ''}"
    hidden = " (a hidden test)" if common.hidden else ""
    said = f"<p class='said'>{words(common.message)}</p>" if common.message else ""
    return (
        f"<div class='card'><p><strong>{who}</strong> in {words(common.exercise, 80)} "
        f"<span class='soft'>{words(common.title, 120)}</span>: {how} "
        f"<strong>{words(common.name, 200)}</strong>{hidden}</p>{said}"
        f"{_who([link(entry) for entry in common.entries])}</div>"
    )


def _changes(batch: Batch, links: Mapping[str, str]) -> str:
    compared = [entry for entry in batch.graded if entry.before is not None]
    if not compared:
        return ""
    changed = changes(batch)
    told = f"<p>{len(compared)} compared with an earlier run, {len(changed)} changed.</p>"
    rows = [
        [
            links[e.id],
            number(e.before or 0),
            number(e.raw),
            f"{e.raw - (e.before or 0):+.4g}",
        ]
        for e in changed
    ]
    return told + (table(["id", "old", "new", "change"], rows, numbers=(1, 2, 3)) if rows else "")


def _efforts(batch: Batch) -> str:
    found = efforts(batch)
    if not found:
        return (
            "<p>Nothing is known: no answers folders were handed in (<code>diydl handin</code> "
            "packs them with the notebook).</p>"
        )
    heads = [
        "exercise",
        "learners",
        "attempts",
        "no hint",
        "1 hint",
        "2 hints",
        "3 hints",
        "minutes",
    ]
    rows = [
        [
            words(e.exercise, 80),
            str(e.learners),
            number(e.attempts),
            *map(str, e.hints),
            "" if e.minutes is None else f"{e.minutes:.0f}",
        ]
        for e in found
    ]
    told = (
        "<p>As the learners' own answers folders tell it; points never depend on it. Attempts and "
        "minutes are those of the learner in the middle. Minutes count from the exercise that "
        "passed before, breaks of more than two hours left out.</p>"
    )
    return told + table(heads, rows, numbers=tuple(range(1, len(heads))))


def _learners(batch: Batch, links: Mapping[str, str]) -> str:
    ids = list(titles(batch))
    rows = []
    for entry in batch.graded:
        points = {s.id: s for s in entry.graded.exercises} if entry.graded is not None else {}
        cells = [
            number(points[id].points) if id in points and entry.status == "graded" else ""
            for id in ids
        ]
        known = entry.status == "graded"
        rows.append(
            [
                f"<a href='{link_to(entry)}'>{words(entry.id, 80)}</a>",
                words(entry.name, 120),
                f"{number(entry.final)} of {number(entry.max)}" if known else "",
                STATUS.get(entry.status, entry.status),
                *cells,
            ]
        )
    heads = ["id", "name", "points", "status", *(plain(id, 60) for id in ids)]
    return table(heads, rows, numbers=(2, *range(4, len(heads)))) if rows else ""


def _who(links: Sequence[str]) -> str:
    more = len(links) - _MOST_NAMED
    shown = ", ".join(links[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"<p>{shown}</p>"


def _footer(batch: Batch) -> str:
    settings = batch.settings
    sandboxes = sorted({e.graded.sandbox for e in graded(batch) if e.graded.sandbox})
    told = [words(line) for line in sandboxes]
    if settings is not None:
        told.append(
            f"Seed {settings.seed}; at most {number(settings.mem_mb)} MB, "
            f"{number(settings.cell_s)} s a cell, {number(settings.call_s)} s a call, "
            f"{number(settings.total_s)} s in all."
        )
    if batch.deadline:
        told.append(f"Deadline {words(batch.deadline.isoformat())}, late: {batch.late_rule}.")
    if batch.versions:
        told.append(words(", ".join(f"{n} {v}" for n, v in sorted(batch.versions.items()))))
    told.append("The points stand in scores.csv and scores.json beside this page.")
    return "<footer>" + "".join(f"<p>{line}</p>" for line in told) + "</footer>"
