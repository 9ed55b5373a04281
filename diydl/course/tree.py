"""`diydl tree`: the library at a chapter, printed, as JSON, or written out as a project."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from diydl.course.export import ExportError, export
from diydl.course.growth import Module, library_at
from diydl.course.index import Chapter, UnknownChapter, find_chapter
from diydl.draw.library import STATES

_STYLES = {
    "new": "bold green",
    "extended": "bold yellow",
    "earlier": "",
    "borrowed": "bright_black",
    "planned": "bright_black",
}


@click.command()
@click.argument("chapter")
@click.option(
    "--export",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write it out, with its tests, into a new or empty folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def tree(chapter: str, folder: Path | None, as_json: bool) -> None:
    """Show the library at CHAPTER, or write it out as a project that stands by itself.

    \b
    diydl tree 03                         what chapter 03 adds, and to what
    diydl tree 03 --export my-library     its files; then: cd my-library && pytest

    Signs: + new, ~ extended, = built before, * borrowed ready-made from a later chapter, . still
    to come. The numbers are lines.
    """
    try:
        here = find_chapter(chapter)
        modules = library_at(here)
        written = export(here, folder) if folder else []
    except (UnknownChapter, ExportError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"cannot write {folder}: {error.strerror or error}") from error
    if as_json:
        click.echo(json.dumps(as_data(here, modules, written), indent=1))
    elif folder:
        click.echo(_about(folder, written))
    else:
        Console(highlight=False).print(drawn(here, modules), soft_wrap=True)


def as_data(here: Chapter, modules: Sequence[Module], written: Sequence[Path] = ()) -> dict:
    """Return the library at a chapter as the plain data that ``--json`` prints.

    Examples
    --------
    >>> as_data(find_chapter("03"), [Module("diydl.reverse", "03_tape", "new", 104)])["lines"]
    104
    """
    there = [m for m in modules if m.state in ("new", "extended", "earlier")]
    return {
        "chapter": here.id,
        "title": here.title,
        "lines": sum(m.lines for m in there),
        "modules": [asdict(m) for m in modules],
        "written": [path.as_posix() for path in written],
    }


def drawn(here: Chapter, modules: Sequence[Module]) -> Text:
    """Draw the library at a chapter as text: a line for each module, with its sign and lines.

    Examples
    --------
    >>> print(drawn(find_chapter("03"), [Module("diydl.engines.tape", "03_tape", "new", 349)]))
    03  A tape that remembers
    1 module, 349 lines
    <BLANKLINE>
      diydl/
        engines/
    +     tape.py                       349
    <BLANKLINE>
    + new in this chapter
    """
    there = [m for m in modules if m.state in ("new", "extended", "earlier")]
    lines = sum(m.lines for m in there)
    text = Text(f"{here.number}  {here.title}\n", style="bold")
    text.append(f"{_count(len(there), 'module')}, {_count(lines, 'line')}\n\n", style="not bold")
    shown: list[str] = []
    for module in sorted(modules, key=_order):
        folders = module.name.split(".")[:-1]
        for depth, name in enumerate(folders):
            if folders[: depth + 1] != shown[: depth + 1]:
                text.append(f"  {'  ' * depth}{name}/\n", style="not bold")
        shown = folders
        text.append(_row(module, len(folders)) + "\n", style=_STYLES[module.state] or "not bold")
    states = {m.state for m in modules}
    for state, look in STATES.items():
        if state in states:
            text.append(f"\n{look.sign} {look.legend}", style=_STYLES[state] or "not bold")
    return text


def _order(module: Module) -> tuple:
    """Folders after the files beside them, as a reader goes from the general to the special."""
    *folders, name = module.name.split(".")
    return (folders[1:] != [], folders, name)


def _row(module: Module, depth: int) -> str:
    name = module.name.rpartition(".")[2]
    label = "  " * depth + (f"{name}.py" if module.lines else name)
    size = f"{module.lines:>5}" if module.lines else "    -"
    later = f"   {module.chapter[:2]}" if module.state in ("borrowed", "planned") else ""
    return f"{STATES[module.state].sign} {label:<32}{size}{later}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _about(folder: Path, written: Sequence[Path]) -> str:
    tests = sum(path.name.startswith("test_") for path in written)
    text = f"{folder}: {_count(len(written), 'file')}"
    if not tests:
        return f"{text}; no tests, as those come with a clone of the repository only"
    return f"{text}, {tests} of them tests. Try it:  cd {folder} && pytest"
