"""How progress looks: plain text, a page for the notebook, a table in the terminal."""

import json
import sys
from html import escape

import click

from diydl.course.folder import answers_folder, default_course_folder
from diydl.course.index import UnknownChapter
from diydl.course.ownership import picture, table
from diydl.course.say import say
from diydl.course.standing import Exercise, Part, Progress, as_data, progress_in

_CHAPTERS = ("chapter", "passed", "points", "attempts", "hints", "your pieces", "state")
_EXERCISES = ("exercise", "status", "points", "attempts", "hints", "in the library")
_CELL = "text-align:left;padding:.2em .8em .2em 0"


@click.command()
@click.argument("chapter", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def progress(chapter: str | None, as_json: bool) -> None:
    """Show what is done, which pieces of the library are yours, and what comes next.

    With CHAPTER (00, arrays), each of its exercises. Read from the stored answers; they are not
    checked again (`diydl check --all` does that).
    """
    course = default_course_folder()
    folder = answers_folder() or (course / "answers" if course else None)
    try:
        found = progress_in(folder, chapter)
    except UnknownChapter as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps(as_data(found), indent=1))
    elif sys.stdout.isatty():
        _print_rich(found)
    else:
        say(as_text(found))


def as_text(progress: Progress) -> str:
    """Return progress as plain lines that any terminal can show.

    Examples
    --------
    >>> from diydl.course.standing import progress_in
    >>> print(as_text(progress_in(None, "00")))
    00_first_win: A network in a minute
      exercise ...
    """
    parts = [_title(progress), *table(*_rows(progress)), _total(progress), _planned(progress)]
    parts += [progress.step, *_where(progress), *progress.notes]
    return "\n".join(part for part in parts if part)


def as_html(progress: Progress) -> str:
    """Return progress for a notebook: tables and a picture, no script, no colour alone.

    Examples
    --------
    >>> from diydl.course.standing import progress_in
    >>> "<table" in as_html(progress_in(None))
    True
    """
    heads, rows = _rows(progress)
    head = "".join(f"<th scope='col' style='{_CELL}'>{escape(text)}</th>" for text in heads)
    body = "".join(_html_row(row) for row in rows)
    notes = "".join(f"<li>{escape(note)}</li>" for note in [*_where(progress), *progress.notes])
    more = _planned(progress)
    return (
        "<div role='group' aria-label='Progress' style='max-width:60em'>"
        f"<strong>{escape(_title(progress))}</strong>"
        f"<p style='margin:.3em 0'>{escape(_total(progress))} <strong>{escape(progress.step)}"
        "</strong></p>"
        f"<div style='overflow-x:auto'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
        + (f"<p style='margin:.3em 0'>{escape(more)}</p>" if more else "")
        + (f"<ul style='margin:.3em 0'>{notes}</ul>" if notes else "")
        + f"{_map(progress)}</div>"
    )


def _title(progress: Progress) -> str:
    if progress.chosen:
        return f"{progress.chosen.chapter.id}: {progress.chosen.chapter.title}"
    return "Your progress"


def _rows(progress: Progress) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    if progress.chosen:
        return _EXERCISES, [_exercise_row(exercise) for exercise in progress.chosen.exercises]
    return _CHAPTERS, [_chapter_row(part) for part in progress.parts if not part.chapter.planned]


def _chapter_row(part: Part) -> tuple[str, ...]:
    count = len(part.exercises)
    state = "begun" if part.sum("attempts") else f"{part.chapter.minutes} min"
    return (
        part.chapter.id,
        f"{part.passed} of {count}",
        f"{part.sum('points'):g} of {part.sum('max'):g}",
        f"{part.sum('attempts'):g}",
        f"{part.sum('hints'):g}",
        f"{part.owned} of {len(part.pieces)}" if part.pieces else "none to write",
        "done" if part.passed == count else state,
    )


def _exercise_row(exercise: Exercise) -> tuple[str, ...]:
    score = f"{exercise.points:g} of {exercise.max:g}" if exercise.max else "no points"
    whose = "yours" if exercise.status == "passed" else "lent"
    place = whose if exercise.piece else "none"
    return (exercise.id, exercise.status, score, f"{exercise.attempts}", f"{exercise.hints}", place)


def _total(progress: Progress) -> str:
    parts = [progress.chosen] if progress.chosen else progress.parts
    exercises, passed = sum(len(p.exercises) for p in parts), sum(p.passed for p in parts)
    if not exercises:
        return "This chapter is planned; it has no exercises yet."
    points, most = sum(p.sum("points") for p in parts), sum(p.sum("max") for p in parts)
    owned, slots = sum(p.owned for p in parts), sum(len(p.pieces) for p in parts)
    own = f", {owned} of {slots} pieces of the library are yours" if slots else ""
    return f"{passed} of {exercises} exercises passed, {points:g} of {most:g} points{own}."


def _planned(progress: Progress) -> str:
    planned = [part.chapter for part in progress.parts if part.chapter.planned]
    if not planned or progress.chosen:
        return ""
    if len(planned) == 1:
        return f"One more chapter is planned: {planned[0].id}."
    return f"{len(planned)} more chapters are planned: {planned[0].id} to {planned[-1].id}."


def _where(progress: Progress) -> list[str]:
    there = progress.folder and progress.folder.is_dir()
    return [f"Answers: {progress.folder}"] if there else []


def _html_row(row: tuple[str, ...]) -> str:
    first, *rest = (escape(text) for text in row)
    cells = "".join(f"<td style='{_CELL}'>{text}</td>" for text in rest)
    return f"<tr><th scope='row' style='{_CELL}'>{first}</th>{cells}</tr>"


def _map(progress: Progress) -> str:
    """Draw whose the pieces are, folded away."""
    parts = [progress.chosen] if progress.chosen else progress.parts
    found = [piece for part in parts for piece in part.pieces]
    if not found:
        return ""
    yours = [piece.id for piece in found if piece.status == "passed"]
    lent = [piece.id for piece in found if piece.status != "passed"]
    drawn = picture(yours, lent, title="Pieces of the library, and whose")
    opened = " open" if yours else ""
    summary = f"Pieces of the library: {len(yours)} of {len(found)} are yours"
    return f"<details{opened}><summary>{summary}</summary>{drawn._repr_html_()}</details>"


def _print_rich(progress: Progress) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    heads, rows = _rows(progress)
    console.print(_title(progress), style="bold", markup=False)
    if rows:
        drawn = Table(*heads, header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
        drawn.columns[0].no_wrap = True
        for row in rows:
            drawn.add_row(*row, style="green" if row[1] == "passed" or row[-1] == "done" else None)
        console.print(drawn)
    console.print(_total(progress), markup=False)
    if _planned(progress):
        console.print(_planned(progress), style="dim", markup=False)
    console.print(progress.step, style="bold", markup=False)
    for line in [*_where(progress), *progress.notes]:
        console.print(line, markup=False, soft_wrap=True)
