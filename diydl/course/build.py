"""Derive the notebooks from `solutions/NN_name.py`, the one source; nobody edits what follows.

`solutions/NN_name.ipynb` holds the answers, `chapters/NN_name.ipynb` stubs. Both are written
without outputs, with deterministic cell ids and with nbgrader's metadata, so that an instructor's
own nbgrader runs them as they are.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from diydl.course import marks
from diydl.course.index import clone_root, find_chapter
from diydl.course.rules import apply_rules, checked_exercise
from diydl.course.source import Cell, SourceError, read_source

Points = Callable[[str], float]

_NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def derive(source: str | Path, points: Points | None = None) -> tuple[bytes, bytes]:
    """Return the notebooks of a source: (for solutions/, for chapters/).

    `points` tells how many points the check of an exercise gives; unless given, its marks do.

    Raises `SourceError`, with file and line, where the source breaks a rule.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "01_tiny.py"
    >>> _ = path.write_text("# %% [markdown]\\n# # Tiny\\n")
    >>> solution, chapter = derive(path)
    >>> json.loads(chapter)["cells"][0]["source"]
    ['# Tiny']
    """
    cells = read_source(source)
    apply_rules(cells)
    ids = _ids(cells)
    points = points or marks.points
    worth = {id: points(id) for id in (cell.exercise for cell in cells) if id}
    pairs = list(zip(cells, ids, strict=True))
    solution = _notebook([_cell(cell, id, worth, learner=False) for cell, id in pairs])
    chapter = _notebook([_cell(cell, id, worth, learner=True) for cell, id in pairs])
    return solution, chapter


def derive_all(root: str | Path, sources: Sequence[Path] = ()) -> dict[Path, bytes]:
    """Derive all notebooks of a clone (or those of `sources`): path to content.

    Examples
    --------
    >>> import tempfile
    >>> derive_all(tempfile.mkdtemp())
    {}
    """
    root = Path(root)
    derived = {}
    for source in sources or sorted((root / "solutions").glob("[0-9][0-9]_*.py")):
        for folder, content in zip(("solutions", "chapters"), derive(source), strict=True):
            derived[root / folder / f"{source.stem}.ipynb"] = content
    return derived


def stale(root: str | Path, derived: dict[Path, bytes], *, everything: bool = True) -> list[str]:
    """List what in the clone is not what the sources say, one line each with the reason.

    Examples
    --------
    >>> stale(".", {Path("chapters/no_such.ipynb"): b""}, everything=False)
    ['chapters/no_such.ipynb is missing']
    """
    root, found = Path(root), []
    for path, content in derived.items():
        name = path.relative_to(root).as_posix()
        if not path.exists():
            found.append(f"{name} is missing")
        elif path.read_bytes() != content:
            found.append(f"{name} differs from its source")
    if everything:
        for path in sorted(root.glob("chapters/*.ipynb")) + sorted(root.glob("solutions/*.ipynb")):
            if path not in derived:
                found.append(f"{path.relative_to(root).as_posix()} has no source: delete it")
    return found


def _notebook(cells: list[dict]) -> bytes:
    import nbformat

    notebook = {
        "cells": cells,
        "metadata": _NOTEBOOK_METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    nbformat.validate(notebook)
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _cell(cell: Cell, id: str, worth: dict[str, float], *, learner: bool) -> dict:
    text = cell.text
    if "exercise" in cell.tags:
        text = cell.stub() if learner else cell.solved()
    metadata = dict(cell.metadata)
    if cell.tags:
        metadata["tags"] = list(cell.tags)
    if cell.exercise:
        metadata["exercise"] = cell.exercise
    made = {
        "id": id,
        "cell_type": cell.kind,
        "metadata": metadata,
        "source": text.splitlines(keepends=True),
    }
    if cell.kind == "code":
        made |= {"execution_count": None, "outputs": []}
        metadata |= _locks(cell, id, worth)
    return made


def _locks(cell: Cell, id: str, worth: dict[str, float]) -> dict:
    """Metadata that nbgrader reads, and the locks that JupyterLab honours."""
    role = next((tag for tag in ("given", "exercise", "check") if tag in cell.tags), None)
    if role is None:
        return {}
    nbgrader = {
        "grade": False,
        "grade_id": id,
        "locked": role != "exercise",
        "schema_version": 3,
        "solution": role == "exercise",
        "task": False,
    }
    if role == "exercise":
        return {"nbgrader": nbgrader, "deletable": False}
    number = worth[checked_exercise(cell)[0]] if role == "check" else 0
    if number:  # predictions and orderings carry no points: locked, not graded
        nbgrader |= {"grade": True, "points": int(number) if number == int(number) else number}
    return {"nbgrader": nbgrader, "deletable": False, "editable": False}


def _ids(cells: list[Cell]) -> list[str]:
    """One id a cell: chosen, from its exercise, or from its text, so that others stay put."""
    ids: list[str] = []
    for cell in cells:
        id = cell.id or _exercise_id(cell)
        if id is None:
            digest = hashlib.sha256(f"{cell.kind}\n{cell.text}".encode()).hexdigest()[:8]
            same = sum(known.split("-")[0] == digest for known in ids)
            id = f"{digest}-{same + 1}" if same else digest
        if id in ids:
            first = cells[ids.index(id)].line
            raise cell.error(f"duplicated cell id {id!r}; the first is in line {first}")
        ids.append(id)
    return ids


def _exercise_id(cell: Cell) -> str | None:
    if cell.exercise:
        return cell.exercise.replace("/", "-")
    if "check" in cell.tags:
        return checked_exercise(cell)[0].replace("/", "-") + "-check"
    return None


@click.command
@click.argument("chapters", nargs=-1, metavar="[CHAPTER]...")
@click.option("--check", is_flag=True, help="Write nothing; fail if a notebook is not up to date.")
def build(chapters: tuple[str, ...], check: bool) -> None:
    """Derive solutions/*.ipynb and chapters/*.ipynb from solutions/*.py.

    All of them, or those of the CHAPTERs named ("03" or "03_tape").
    """
    root = clone_root()
    if root is None:
        raise click.ClickException(
            "chapters are written in a clone of diydl; this one is installed"
        )
    try:
        sources = [_source(root, text) for text in chapters]
        derived = derive_all(root, sources)
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"{error.name} is missing; install the authors' tools: pip install -e '.[author]'"
        ) from error
    except (SourceError, LookupError) as error:
        raise click.ClickException(str(error)) from error
    if check:
        _report_stale(stale(root, derived, everything=not chapters))
        return
    for path, content in derived.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            click.echo(f"wrote {path.relative_to(root).as_posix()}")
    _report_stale(stale(root, derived, everything=not chapters))


def _source(root: Path, text: str) -> Path:
    path = root / "solutions" / f"{find_chapter(text).id}.py"
    if not path.is_file():
        raise LookupError(f"{path.relative_to(root).as_posix()} does not exist yet; write it first")
    return path


def _report_stale(rows: list[str]) -> None:
    if rows:
        raise click.ClickException("\n  ".join(["not up to date (run `diydl build`):", *rows]))
    click.echo("notebooks are up to date")
