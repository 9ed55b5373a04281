"""`diydl check`: the checks in the terminal, on stored answers or on notebooks."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from diydl.course.apart import Job, Result, check_apart
from diydl.course.catalog import UnknownExercise, exercise_ids, find_exercise
from diydl.course.folder import answers_folder, default_course_folder
from diydl.course.index import UnknownChapter, find_chapter
from diydl.course.notebook import (
    NotebookError,
    find_cell,
    find_value,
    mentioned,
    names_in,
    read_notebook,
)
from diydl.course.rebuild import AnswerError
from diydl.course.record import Record, read_all

_NONE = object()  # no answer at all


@click.command()
@click.argument("what", nargs=-1, metavar="[ID | CHAPTER] [PATH...]")
@click.option("--all", "everything", is_flag=True, help="Every exercise of the course.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def check(what: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Check your answers: stored ones, or those in the notebooks given as PATH.

    \b
    diydl check 00/relu              one exercise, as stored by the notebook
    diydl check 00                   a chapter
    diydl check --all --json         everything, for another program to read
    diydl check 00 my.ipynb          what the notebook holds now
    diydl check my.ipynb             every exercise answered in it

    Your code runs in a process of its own with a time limit; nothing is stored or changed. The exit
    status is 0 when everything passed, 1 when not, 2 when the command could not be understood.
    """
    ids, paths = choose(what, everything)
    answers = _from_notebooks(paths, ids) if paths else _from_record(ids)
    if not as_json and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console without our signs shows "?"
    results = []
    for result in results_of(answers):
        results.append(result)
        if not as_json:
            click.echo(result.text + "\n")
    points, most = sum(r.points for r in results), sum(r.max for r in results)
    if as_json:
        click.echo(json.dumps(as_data(results), indent=1))
    else:
        passed = sum(r.status == "passed" for r in results)
        click.echo(f"{passed} of {len(results)} passed, {points:g} of {most:g} points")
    sys.exit(0 if all(r.status == "passed" for r in results) else 1)


def choose(what: Sequence[str], everything: bool) -> tuple[tuple[str, ...], list[Path]]:
    """Read the arguments: ids of exercises and paths of notebooks.

    >>> choose(["00/relu", "my.ipynb"], False)
    (('00/relu',), [...Path('my.ipynb')])
    """
    if everything:
        return exercise_ids(), [Path(text) for text in what]
    if not what:
        raise click.UsageError(
            "say what to check: an exercise (00/relu), a chapter (00), a notebook, or --all"
        )
    first, rest = what[0], [Path(text) for text in what[1:]]
    if first.endswith(".ipynb") or Path(first).is_file():
        return (), [Path(first), *rest]  # the exercises that it mentions
    try:
        if "/" in first or first[2:3] == "-":
            return (find_exercise(first).id,), rest
        ids = exercise_ids(find_chapter(first).number)
    except (UnknownExercise, UnknownChapter) as error:
        raise click.UsageError(str(error)) from error
    if not ids:
        raise click.UsageError(f"chapter {first} has no exercises yet")
    return ids, rest


def results_of(answers: dict[str, Any]) -> Iterator[Result]:
    """Check answers (exercise id to `Job`, value, AnswerError or none); yield results in order."""
    from diydl.course.judge import check_answer, unreadable  # loads pytest: 0.1 s

    apart = check_apart([answer for answer in answers.values() if isinstance(answer, Job)])
    for id, answer in answers.items():
        exercise = find_exercise(id)
        if isinstance(answer, Job):
            yield next(apart)
            continue
        if isinstance(answer, AnswerError):
            report = unreadable(exercise, str(answer))
        elif exercise.kind == "code":
            report = unreadable(exercise, "there is no answer yet", "not started")
        else:
            report = check_answer(exercise, ... if answer is _NONE else answer)
        yield Result(id, report.points, report.max, report.status, report.mistake, str(report))


def as_data(results: Sequence[Result]) -> dict[str, Any]:
    """Return results as the plain data that ``--json`` prints.

    >>> as_data([Result("00/relu", 4.0, 5.0, "failed", "leaky", "...")])["points"]
    4.0
    """
    keys = ("id", "points", "max", "status", "mistake")
    return {
        "exercises": [{key: getattr(result, key) for key in keys} for result in results],
        "points": sum(result.points for result in results),
        "max": sum(result.max for result in results),
    }


def _from_notebooks(paths: Sequence[Path], ids: Sequence[str]) -> dict[str, Any]:
    """Collect answers; where several notebooks answer an exercise, the last one counts."""
    try:
        notebooks = [read_notebook(path) for path in paths]
    except NotebookError as error:
        raise click.UsageError(str(error)) from error
    if not ids:
        chapters = {id[:2] for cells in notebooks for id in mentioned(cells, exercise_ids())}
        ids = [id for id in exercise_ids() if id[:2] in chapters]
    if not ids:
        raise click.UsageError(
            f"{paths[0]} mentions no exercise of this course; say which chapter it is: "
            f"diydl check 00 {paths[0]}"
        )
    found: dict[str, Any] = dict.fromkeys(ids, _NONE)
    for cells in notebooks:
        elsewhere = sorted(names_in(cells))
        for id in ids:
            answer = _answer(find_exercise(id), cells, elsewhere)
            found[id] = found[id] if answer is _NONE else answer
    return found


def _answer(exercise: Any, cells: list, elsewhere: list[str]) -> Any:
    try:
        if exercise.kind != "code":
            value = find_value(cells, exercise)
            return _NONE if value is ... else value
        cell = find_cell(cells, exercise)
    except AnswerError as error:
        return error
    return _NONE if cell is None else Job(exercise.id, cell, elsewhere)


def _from_record(ids: Sequence[str]) -> dict[str, Any]:
    folder = answers_folder()
    course = default_course_folder()
    folder = folder or (course / "answers" if course else None)
    if folder is None:
        raise click.UsageError(
            "there are no stored answers here: go to your course folder (diydl lab makes one), or "
            "name a notebook: diydl check 00 my.ipynb"
        )
    records, problems = read_all(folder)
    for problem in problems:
        click.echo(f"Note: {problem}.", err=True)
    known = {record.id: record for record in records}
    return {id: _stored(known[id]) if id in known else _NONE for id in ids}


def _stored(record: Record) -> Any:
    """Return the stored answer: what passed, else the last attempt."""
    result = record.passed or record.last or {}
    if result.get("cell"):
        return Job(record.id, result["cell"])
    return result.get("value", _NONE)
