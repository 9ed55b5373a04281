"""`diydl graph`: an exported graph as a web page that one can fold and rearrange."""

from pathlib import Path

import click

from diydl.draw.colours import ALIASES, SCHEMES
from diydl.draw.graph import graph as draw
from diydl.draw.graph_figure import DIRECTIONS
from diydl.engines.graph import import_graph
from diydl.engines.net import Net
from diydl.storage import write_atomically


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="PAGE",
    type=click.Path(path_type=Path),
    help="The page to write; FILE with .html at its end, if left out.",
)
@click.option(
    "--direction",
    type=click.Choice(list(DIRECTIONS)),
    default="LR",
    show_default=True,
    help="Left to right, right to left, top to bottom, bottom to top.",
)
@click.option(
    "--colours",
    type=click.Choice([*SCHEMES, *ALIASES]),
    default="kinds",
    show_default=True,
    help="What the colours of the boxes tell.",
)
@click.option("--values", is_flag=True, help="Show the numbers of parameters and constants.")
def graph(file: Path, output: Path | None, direction: str, colours: str, values: bool) -> None:
    """Draw the graph in FILE as one HTML page, which needs nothing beside it and no network.

    \b
    diydl graph model.json                    writes model.html
    diydl graph model.json -o look.html --direction TB

    FILE is what export_graph wrote (.json), or what Net.save wrote (.safetensors).
    """
    page = output or file.with_suffix(".html")
    if page.resolve() == file.resolve():
        raise click.ClickException(f"{page} is the graph itself: name another page with -o")
    try:
        found = read_graph(file)
        options = {"direction": direction, "colours": colours, "values": values}
        figure = draw(found, title=f"Graph {file.name}", **options)
    except (ValueError, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"cannot read {file}: {error.strerror or error}") from error
    try:
        write_atomically(page, figure.page())
    except OSError as error:
        raise click.ClickException(f"cannot write {page}: {error.strerror or error}") from error
    click.echo(f"{figure.heading}: written to {page}")


def read_graph(file):
    """Return the `ComputationalGraph` or `Net` in a file.

    Raises
    ------
    FileNotFoundError
    ValueError
        If the file is damaged or holds neither.

    Examples
    --------
    >>> read_graph(Path("model.txt"))
    Traceback (most recent call last):
    ValueError: model.txt ends in '.txt', expected .json (export_graph) or .safetensors (Net.save)
    """
    if file.suffix == ".json":
        return import_graph(file)
    if file.suffix == ".safetensors":
        return Net.load(file)
    raise ValueError(
        f"{file} ends in {file.suffix!r}, expected .json (export_graph) or .safetensors (Net.save)"
    )
