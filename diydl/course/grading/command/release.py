"""`diydl release`: what is handed out to a class, in one folder.

The notebooks without answers, with the points that count here, and a README that says how to begin
and how to hand in. The folder is a course folder, so learners can unpack it and work in it.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

import diydl
from diydl.course.folder import FolderError, make_copies
from diydl.course.grading.command.example_class import ExampleError, write_example
from diydl.course.grading.points import PointsError, worth
from diydl.course.grading.suite import HiddenCheckError
from diydl.course.index import Chapter, UnknownChapter, chapters_dir, find_chapter
from diydl.course.say import say
from diydl.storage import write_atomically


def with_points(notebook: bytes, points: Mapping[str, float]) -> bytes:
    """Return a released notebook whose metadata, nbgrader's, give these points to exercises.

    Examples
    --------
    >>> cell = {"cell_type": "code", "source": [], "metadata": {"tags": ["check"], "nbgrader": {
    ...     "grade_id": "00-relu-check", "grade": True, "points": 5}}}
    >>> changed = with_points(json.dumps({"cells": [cell]}).encode(), {"00/relu": 8.0})
    >>> json.loads(changed)["cells"][0]["metadata"]["nbgrader"]["points"]
    8
    """
    data = json.loads(notebook)
    for cell in data["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        id = nbgrader.get("grade_id", "")
        if "check" not in cell["metadata"].get("tags", ()) or not id.endswith("-check"):
            continue
        number = points.get(id.removesuffix("-check").replace("-", "/", 1), 0)
        nbgrader["grade"] = bool(number)
        nbgrader.pop("points", None)
        if number:
            nbgrader["points"] = int(number) if number == int(number) else number
    return (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def release_to(
    folder: Path,
    chapters: Sequence[Chapter],
    points: Path | None = None,
    hidden: Path | None = None,
) -> list[Path]:
    """Write what is handed out into a folder that is new, empty, or of an earlier release.

    Of the tests in the folder `hidden` nothing is handed out but what they are worth.

    Raises `FolderError` where a learner has worked in the folder, `PointsError` for the points,
    `HiddenCheckError` for the tests.
    """
    totals = {
        chapter: {
            id: round(sum(tests.values()), 6)
            for id, tests in worth(chapter.number, points, hidden).items()
        }
        for chapter in chapters
    }
    for copied in make_copies(folder, chapters):
        if copied.what in ("kept", "beside"):
            raise FolderError(
                f"{folder} holds work on {copied.chapter}, which is never overwritten; name a new "
                "folder with -o"
            )
    written = []
    for chapter in chapters:
        path = folder / chapter.notebook
        write_atomically(
            path, with_points((chapters_dir() / chapter.notebook).read_bytes(), totals[chapter])
        )
        written.append(path)
    for name, text in (
        ("README.md", _readme(chapters, totals)),
        ("requirements.txt", f"diydl=={diydl.__version__}\n"),
    ):
        write_atomically(folder / name, text)
        written.append(folder / name)
    return written


def _readme(chapters: Sequence[Chapter], totals: Mapping[Chapter, Mapping[str, float]]) -> str:
    first = chapters[0]
    rows = [
        f"| `{id}` | {total:g} |"
        for chapter in chapters
        for id, total in totals[chapter].items()
        if total
    ]
    every = sum(sum(of.values()) for of in totals.values())
    titles = "\n".join(
        f"- `{c.notebook}`: {c.title}" + (f" (about {c.minutes} minutes)" if c.minutes else "")
        for c in chapters
    )
    return f"""# Your assignment

{titles}

## Begin

You need Python 3.11 or newer. In this folder:

```sh
python -m venv .venv
. .venv/bin/activate            # on Windows: .venv\\Scripts\\activate
pip install -r requirements.txt
diydl lab {first.number}
```

JupyterLab opens on the notebook. Run the cells from top to bottom, write your answers where it says
`your code here`, and run the check below each. A check tells what is still missing; you can ask for
hints, which cost nothing. What has passed is kept in the folder `answers/`.

## Hand in

Save the notebook. Then, in this folder:

```sh
diydl handin {first.number}
```

This makes one zip of your notebook and your stored answers. Upload it, or the notebook itself,
where your course collects work. You can hand in again: the latest counts.

## Points

| exercise | points |
|---|---|
{chr(10).join(rows)}
| all | {every:g} |

Predictions and orderings are for you; they carry no points. Your work is checked again when it is
graded, with fresh numbers and perhaps with further tests.
"""


@click.command()
@click.argument("chapters", nargs=-1, required=True, metavar="CHAPTER...")
@click.option(
    "-o",
    "--out",
    "folder",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder that is new, empty, or of an earlier release.",
)
@click.option(
    "--points",
    metavar="FILE.toml",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What exercises or tests are worth; give the same file to `diydl grade`.",
)
@click.option(
    "--hidden",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Checks of your own, to count what they are worth; they are not handed out.",
)
@click.option(
    "--example-class",
    is_flag=True,
    help="Write 30 made-up submissions for CHAPTER instead, to try grading with.",
)
def release(
    chapters: tuple[str, ...],
    folder: Path,
    points: Path | None,
    hidden: Path | None,
    example_class: bool,
) -> None:
    """Write what is handed out for CHAPTERs into DIR: notebooks, README, requirements.

    \b
    diydl release 03 -o handout                     zip it, or upload the notebook alone
    diydl release 03 -o handout --points marks.toml
    diydl release 00 -o try-it --example-class      a class to try `diydl grade` with

    No answers are in it, and no checks beyond those that come with diydl itself.
    """
    try:
        found = [find_chapter(text) for text in dict.fromkeys(chapters)]
        for chapter in found:
            if chapter.planned:
                raise click.UsageError(f"chapter {chapter.id} is planned, but not written yet")
        if example_class:
            if len(found) != 1 or points or hidden:
                raise click.UsageError("an example class is for one chapter, with its own points")
            say(write_example(folder, found[0]))
            return
        written = release_to(folder, found, points, hidden)
    except (UnknownChapter, PointsError, HiddenCheckError) as error:
        raise click.UsageError(str(error)) from error
    except (ExampleError, FolderError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for path in written:
        say(f"wrote {path.as_posix()}")
