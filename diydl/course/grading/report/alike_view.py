"""How pairs of much alike submissions look: side by side, for a person to judge."""

from collections.abc import Mapping, Sequence
from html import escape

from diydl.course.catalog import UnknownExercise, find_exercise
from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.report.alike import LEAST, Pair, Part, alike
from diydl.course.grading.report.overview import graded
from diydl.course.grading.report.page import plain, unfold, words
from diydl.course.index import UnknownChapter, chapters_dir, find_chapter
from diydl.course.notebook import NotebookError, read_notebook

_LONGEST = 20_000  # characters of a cell
ADVICE = (
    "These pairs share more than the handed-out notebook, the answer key, the known mistakes and "
    "what many of the class wrote can explain, whatever names and comments say. <strong>This is a "
    "reason to look, and no finding.</strong> Two people may have worked together where that is "
    "allowed, had the same tutor or read the same page; a task with one natural answer makes "
    "strangers alike. Nothing was taken off for it. Read both, and talk to both before you decide "
    "anything."
)


def pairs_of(batch: Batch) -> list[Pair]:
    """Return the pairs of a batch that are worth a look.

    Examples
    --------
    >>> pairs_of(Batch("00_first_win", []))
    []
    """
    texts = {
        entry.id: {
            scored.id: scored.cell
            for scored in entry.graded.exercises
            if scored.cell and scored.status != "not attempted"
        }
        for entry in graded(batch)
    }
    ids = dict.fromkeys(id for answers in texts.values() for id in answers)
    handed_out = _handed_out(batch.chapter)
    return alike(texts, {id: [*handed_out, *_explained(id)] for id in ids})


def pairs_as_html(
    pairs: Sequence[Pair], entries: Mapping[str, Entry], links: Mapping[str, str]
) -> str:
    """Return the section about pairs; `links` maps ids to a link to their pages."""
    if not pairs:
        return (
            f"<p>No two submissions share {LEAST} or more runs of code that the task does not "
            "explain. That proves nothing either way.</p>"
        )
    return f"<p>{ADVICE}</p>" + "".join(_pair(pair, links) for pair in pairs)


def _pair(pair: Pair, links: Mapping[str, str]) -> str:
    first, second = pair.ids
    exercises = ", ".join(part.exercise for part in pair.parts)
    told = (
        f"{pair.share:.0%} of the shorter one's own code, in {plain(exercises, 200)}; "
        f"{pair.verbatim} {'line is' if pair.verbatim == 1 else 'lines are'} the same letter for "
        "letter"
    )
    body = f"<p>{links[first]} and {links[second]}. What both have is marked.</p>"
    body += "".join(_part(part, pair.ids) for part in pair.parts)
    return unfold(f"{plain(first, 80)} and {plain(second, 80)}: {told}", body)


def _part(part: Part, ids: tuple[str, str]) -> str:
    sides = "".join(
        f"<div><p><strong>{words(id, 80)}</strong></p>{_marked(text, lines)}</div>"
        for id, text, lines in zip(ids, part.texts, part.lines, strict=True)
    )
    return f"<h3>{words(part.exercise, 80)}</h3><div class='two'>{sides}</div>"


def _marked(text: str, lines: frozenset[int]) -> str:
    rows = [
        f"<mark>{escape(row)}</mark>" if number in lines and row.strip() else escape(row)
        for number, row in enumerate(plain(text, _LONGEST).split("\n"), start=1)
    ]
    return f"<pre tabindex='0'><code>{chr(10).join(rows)}</code></pre>"


def _explained(id: str) -> list[str]:
    """Return texts that make answers to an exercise alike: the answer key, the known mistakes."""
    try:
        exercise = find_exercise(id)
    except UnknownExercise:  # the instructor's own
        return []
    if exercise.kind != "code":
        return []
    texts = [exercise.answer]
    for mistake in exercise.mistakes:
        try:
            texts.append(mistake.source)
        except (OSError, TypeError, StopIteration):  # made by another function
            continue
    return texts


def _handed_out(chapter: str) -> list[str]:
    try:
        path = chapters_dir() / find_chapter(chapter).notebook
        return [cell.text for cell in read_notebook(path)]
    except (UnknownChapter, NotebookError):
        return []
