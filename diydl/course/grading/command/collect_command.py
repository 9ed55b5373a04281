"""`diydl collect`: what is there and what is missing, before anything is graded."""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from diydl.course.catalog import exercise_ids
from diydl.course.grading.command.options import chapter_of, finding, found
from diydl.course.grading.intake import late as lateness
from diydl.course.grading.intake.found import FileFault
from diydl.course.grading.intake.handed import Handed, with_times
from diydl.course.grading.intake.roster import Learner, find_learner
from diydl.course.grading.reading import Unreadable, read_bytes
from diydl.course.index import Chapter
from diydl.course.notebook import mentioned
from diydl.course.say import say


@click.command()
@finding
def collect(chapter, paths, ids, roster, deadline) -> None:
    """Say what submissions for CHAPTER are there, unreadable or missing. Changes nothing.

    \b
    diydl collect 03 class.zip
    diydl collect 03 class.zip --roster class.csv --deadline 2026-11-20T23:59+01:00

    The exit status is 0 when all is in order, 1 when something is missing or cannot be read, 2 when
    the command could not be understood or two submissions claim to be one learner's.
    """
    here = chapter_of(chapter)
    gathered, learners, ends = found(here, paths, ids, roster, deadline)
    for line in gathered.said():
        say(line)
    handed = [_by_roster(one, learners) for one in gathered.handed]
    if handed:
        Console(highlight=False).print(_table(handed, learners, ends))
    problems = {one.id: problem_of(one, here) for one in handed}
    bad = {id: problem for id, problem in problems.items() if problem}
    for id, problem in bad.items():
        say(f"{id}: {problem}")
    gone = _missing(handed, learners)
    unknown = [one.id for one in handed if learners and not find_learner(learners, one.id)]
    if unknown:
        say(f"Not in the roster: {', '.join(unknown)}")
    if gone:
        say(
            "No submission: " + ", ".join(f"{x.id}{f' ({x.name})' if x.name else ''}" for x in gone)
        )
    say(f"{len(handed) - len(bad)} in order, {len(bad)} not, {len(gone)} missing")
    if gathered.conflicts:
        raise click.UsageError("\n  ".join(gathered.conflicts))
    sys.exit(1 if bad or gone or not handed else 0)


def problem_of(handed: Handed, chapter: Chapter) -> str:
    """Say why a submission cannot be graded; "" where nothing speaks against it."""
    if handed.notebook is None:
        if handed.submission(chapter.number).answers:
            return ""
        return handed.problems[0] if handed.problems else f"no answers to {chapter.id}"
    try:
        cells = read_bytes(handed.notebook.read()).cells
    except (FileFault, Unreadable) as error:
        return str(error)
    chapters = Counter(id[:2] for id in mentioned(cells, exercise_ids()))
    if chapters and chapters.most_common(1)[0][0] != chapter.number:  # earlier ones are mixed in
        likely = chapters.most_common(1)[0][0]
        return f"{handed.notebook.name} looks like a notebook of chapter {likely}"
    return ""


def _missing(handed: Iterable[Handed], learners: list[Learner]) -> list[Learner]:
    there = {learner.id for one in handed if (learner := find_learner(learners, one.id))}
    return [learner for learner in learners if learner.id not in there]


def _by_roster(one: Handed, learners: list[Learner]) -> Handed:
    """Give a submission the name and the time that the roster tells."""
    learner = find_learner(learners, one.id)
    if learner is None:
        return one
    named = replace(one, name=learner.name or one.name)
    return with_times(named, learner.submitted) if learner.submitted else named


def _table(handed: list[Handed], learners: list[Learner], ends: datetime | None) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("id", "name", "what", "handed in", "attempt"):
        table.add_column(title, overflow="fold")
    for one in handed:
        learner = find_learner(learners, one.id)
        when = _when(one, (learner and learner.deadline) or ends)
        cells = (one.id, one.name, _what(one), when, str(1 + len(one.ignored)))
        table.add_row(*map(Text, cells))
    return table


def _what(one: Handed) -> str:
    parts = []
    if one.notebook:
        parts.append(f"notebook, {max(one.notebook.size >> 10, 1)} KB")
    answers = sum(found.name.endswith(".json") for found in one.answers)
    parts += [f"{answers} answers"] if answers else []
    return " + ".join(parts) or "-"


def _when(one: Handed, ends: datetime | None) -> str:
    if one.submitted is None:
        return "marked late" if one.marked_late else "?"
    text = one.submitted.strftime("%Y-%m-%d %H:%M") + f" ({one.submitted_from})"
    if ends and one.submitted > ends:
        text += f", {lateness.said((one.submitted - ends).total_seconds())}"
    return text
