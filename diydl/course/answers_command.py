"""`diydl answers export` and `diydl answers import`: carry answers to another machine."""

from pathlib import Path

import click

from diydl.course.answers import AnswersError, export, merge
from diydl.course.folder import answers_folder, default_course_folder
from diydl.course.say import say


@click.group()
def answers() -> None:
    """Carry your answers to another machine: one zip out, the same zip in.

    \b
    diydl answers export                 makes diydl-answers-DATE.zip here
    diydl answers import my-answers.zip  brings it into the course folder

    Bringing in never takes away: what has passed stays passed.
    """


@answers.command("export")
@click.argument("file", required=False, metavar="[FILE.zip]", type=click.Path(path_type=Path))
def export_command(file: Path | None) -> None:
    """Write all your answers to one zip."""
    _say(lambda: export(file, folder=_folder()))


@answers.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def import_command(files: tuple[str, ...]) -> None:
    """Bring in answers from zips that `export` made.

    What is newer stands, the other is kept in the history; a pass is never replaced by less. All
    is stored or nothing. Import your own zips only: `use_mine()` runs what is in them.
    """
    _say(lambda: merge(*files, folder=_folder()))


def _folder() -> Path | None:
    course = default_course_folder()
    return answers_folder() or (course / "answers" if course else None)


def _say(action) -> None:
    try:
        say(str(action()))
    except AnswersError as error:
        raise click.ClickException(str(error)) from error
