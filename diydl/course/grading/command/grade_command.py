"""`diydl grade`: a class of submissions through the checks of a chapter."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from diydl.course.grading.batch.runner import Progress, Wanted, grade_class
from diydl.course.grading.command.options import FAULTS, chapter_of, finding, found
from diydl.course.grading.command.outcome import report, status_of, write
from diydl.course.grading.intake.late import read_rule
from diydl.course.grading.intake.pseudonym import pseudonyms
from diydl.course.grading.intake.roster import Learner, find_learner
from diydl.course.grading.settings import Settings
from diydl.course.index import Chapter
from diydl.course.say import say

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_SECONDS = click.FloatRange(0.1, 86400)


@click.command()
@finding
@click.option(
    "-o",
    "--out",
    metavar="OUT",
    type=click.Path(path_type=Path),
    help="Where to write; graded-CHAPTER unless given.",
)
@click.option(
    "-j",
    "--processes",
    metavar="N",
    type=click.IntRange(1, 256),
    default=1,
    help="Grade N at a time.",
)
@click.option(
    "--late",
    metavar="RULE",
    default="accept",
    help="accept, zero, 10%/day, 5%/hour,grace=15min,max=50%, ...: of the points that can be had.",
)
@click.option(
    "--hidden", metavar="DIR", type=_FOLDER, help="Checks of your own: DIR/ch03_tape/test_NAME.py."
)
@click.option(
    "--points", metavar="FILE.toml", type=_FILE, help="What exercises or tests are worth."
)
@click.option(
    "--only",
    metavar="IDS",
    multiple=True,
    help="Grade these again (a,b,c); the others keep what they have.",
)
@click.option("--force", is_flag=True, help="Grade all again, also what is done.")
@click.option(
    "--anonymous",
    is_flag=True,
    help="Pseudonyms in all reports; the key goes to a file beside OUT.",
)
@click.option(
    "--key",
    metavar="FILE.csv",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file of pseudonyms; OUT-key.csv unless given.",
)
@click.option(
    "--gradebook",
    metavar="FILE.csv",
    type=_FILE,
    help="An exported gradebook: a copy with the marks goes to OUT.",
)
@click.option("--column", metavar="NAME", help="The gradebook's column for the marks.")
@click.option("--id-column", metavar="NAME", help="The gradebook's column of ids.")
@click.option(
    "--gradescope",
    metavar="FILE.json",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write Gradescope's results.json; for exactly one submission.",
)
@click.option(
    "--seed", type=int, default=Settings("00").seed, show_default=True, help="Of all random inputs."
)
@click.option(
    "--mem-mb",
    type=click.IntRange(64),
    default=2048,
    show_default=True,
    help="Memory of a submission.",
)
@click.option("--cell-s", type=_SECONDS, default=10, show_default=True, help="Seconds for a cell.")
@click.option("--call-s", type=_SECONDS, default=5, show_default=True, help="Seconds for a call.")
@click.option(
    "--total-s", type=_SECONDS, default=60, show_default=True, help="Seconds for a submission."
)
@click.option(
    "--sandbox",
    metavar="HOW",
    default="auto",
    show_default=True,
    help="auto, none, unshare, or a command that runs the command after it.",
)
def grade(
    chapter,
    paths,
    ids,
    roster,
    deadline,
    out,
    processes,
    late,
    only,
    force,
    anonymous,
    key,
    gradebook,
    column,
    id_column,
    gradescope,
    **limits,
) -> None:
    """Grade submissions for CHAPTER: notebooks, folders of them, zips, answers folders.

    \b
    diydl grade 03 submissions/                  a folder or zip, as platforms give it
    diydl grade 03 class.zip -j 4 -o marks       four at a time, reports into marks/
    diydl grade 03 class.zip --roster class.csv --deadline 2026-11-20T23:59+01:00 --late 10%/day
    diydl grade 03 class.zip --only 4017,4018    these again; old and new are listed

    Each submission runs in a process of its own, apart from the tests. Ctrl-C loses nothing: the
    same command goes on where it stopped. The exit status is 0 when all were graded, 1 when some
    could not be read, 2 when the command could not be understood or the grader failed.
    """
    here = chapter_of(chapter)
    out = Path(out or f"graded-{here.id}")
    try:
        rule = read_rule(late)
        settings = Settings(here.number, **limits)
        _check_hidden(settings, here)
    except FAULTS as error:
        raise click.UsageError(str(error)) from error
    gathered, learners, ends = found(here, paths, ids, roster, deadline, out)
    for line in gathered.said():
        say(line)
    if gathered.conflicts:
        raise click.UsageError("nothing was graded:\n  " + "\n  ".join(gathered.conflicts))
    if not gathered.handed:
        raise click.UsageError(
            f"there is no submission for {here.id} in {', '.join(map(str, paths))}"
        )
    wanted = Wanted(out, learners, ends, rule, late, _listed(only), force, processes=processes)
    try:
        _make(out)
        if anonymous:
            wanted.names = _pseudonyms(wanted, gathered.handed, key)
        with _progress() as progress:
            batch = grade_class(gathered, settings, wanted, progress)
        write(
            batch,
            out,
            gradebook=gradebook,
            column=column,
            id_column=id_column,
            gradescope=gradescope,
        )
    except FAULTS as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error}") from error
    except KeyboardInterrupt:
        say(f"\nStopped. What is done is kept in {out}; the same command goes on from there.")
        sys.exit(130)
    report(batch, out, shown=set(gathered.said()))
    sys.exit(status_of(batch))


def _listed(only: Iterable[str]) -> list[str]:
    return [id.strip() for text in only for id in text.split(",") if id.strip()]


def _check_hidden(settings: Settings, chapter: Chapter) -> None:
    if settings.hidden and not list(settings.hidden.glob(f"ch{chapter.number}_*/test_*.py")):
        raise click.UsageError(
            f"{settings.hidden} holds no checks for chapter {chapter.number}; expected "
            f"{settings.hidden / f'ch{chapter.id}' / 'test_NAME.py'}"
        )


def _make(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise click.UsageError(f"{out} is a file; name a folder with -o")
    out.mkdir(parents=True, exist_ok=True)


def _pseudonyms(wanted: Wanted, handed: Iterable, key: Path | None) -> dict[str, str]:
    """Return pseudonyms for all of the roster and all found, by the roster's ids where known."""
    names = {learner.id: learner.name for learner in wanted.learners}
    for one in handed:
        learner: Learner | None = find_learner(wanted.learners, one.id)
        names.setdefault(learner.id if learner else one.id, one.name)
    file = key or wanted.out.with_name(f"{wanted.out.resolve().name}-key.csv")
    if file.resolve().is_relative_to(wanted.out.resolve()):
        raise click.UsageError(f"{file} lies in {wanted.out}; keep the key apart from the reports")
    return pseudonyms(names, file)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show a bar on the terminal's error stream; none where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def show(done: int, total: int, last: str) -> None:
            bar.update(task, completed=done, total=total, description=last[:40])

        yield show
