"""`diydl book`: stage the sources, let jupyter-book build them, pack the site for offline use."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import click

from diydl.course.book.stage import fingerprint, stage
from diydl.course.index import clone_root
from diydl.course.source import SourceError

ARCHIVE = "diydl-book.zip"
_NEEDED = ("jupyter_book", "jupytext", "latex2mathml")


class BookError(Exception):
    """The book could not be built; the message says why."""


def build_book(root: Path, out: Path, *, solutions: bool = True) -> Path:
    """Build the book of the clone at `root` into the folder `out`; returns the offline archive.

    `out` is replaced. Raises `BookError` where the builder warns or fails.
    """
    if out.exists() and any(out.iterdir()) and not (out / "searchindex.js").is_file():
        raise BookError(f"{out} holds other files; expected a new or empty folder, or a built book")
    work = root / "book" / "_build"
    cache = work / "cache" / fingerprint(root)
    folder = work / ("source" if solutions else "source-without-solutions")
    stage(root, folder, solutions=solutions, cache=cache)
    _forget_others(cache)
    with tempfile.TemporaryDirectory(prefix="diydl-book-") as fresh:
        _run_builder(folder, Path(fresh), answers=cache / "answers" if solutions else None)
        if out.exists():
            shutil.rmtree(out)
        shutil.copytree(Path(fresh) / "_build" / "html", out)
    for name in (".buildinfo", "objects.inv"):  # for Sphinx alone
        (out / name).unlink(missing_ok=True)
    return pack(out)


def pack(site: Path) -> Path:
    """Write the whole site into one archive inside it, for reading without a network.

    Examples
    --------
    >>> site = Path(tempfile.mkdtemp()) / "site"
    >>> site.mkdir()
    >>> _ = (site / "index.html").write_text("hello")
    >>> zipfile.ZipFile(pack(site)).namelist()
    ['diydl-book/index.html']
    """
    archive = site / ARCHIVE
    archive.unlink(missing_ok=True)
    files = sorted(path for path in site.rglob("*") if path.is_file())
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in files:
            packed.write(path, Path("diydl-book") / path.relative_to(site))
    return archive


def _run_builder(folder: Path, out: Path, *, answers: Path | None) -> None:
    """Build `folder` into `out`; where the exercises are solved, passed ones go to `answers`.

    So `use_mine()` finds in the book what a learner's would: all that was solved so far.
    """
    settings = {k: v for k, v in os.environ.items() if not k.startswith("DIYDL_")}
    settings["IPYTHONDIR"] = str(out / "ipython")  # nobody's own start-up files
    settings["PYTHONHASHSEED"] = "0"
    if answers:
        settings["DIYDL_ANSWERS"] = str(answers)
        settings["DIYDL_STRICT"] = "1"  # a check below full points is an error
    start = "from jupyter_book.cli.main import main; main()"  # as its own command does
    command = [sys.executable, "-c", start, "build", str(folder)]
    command += ["--path-output", str(out), "-W", "--keep-going", "-q"]
    ran = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise BookError(f"jupyter-book reports:\n{(ran.stdout + ran.stderr)[-6000:]}")


def _forget_others(cache: Path) -> None:
    """Delete what was executed with another state of the library."""
    for folder in cache.parent.glob("*"):
        if folder != cache:
            shutil.rmtree(folder)


@click.command
@click.option("--without-solutions", is_flag=True, help="Leave all solutions out, everywhere.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Where the site goes.")
def book(without_solutions: bool, out: Path | None) -> None:
    """Build the book: all chapters, executed, and the reference, as a site that needs no network.

    The site goes to book/_build/html; in it is an archive of the whole.
    """
    root = clone_root()
    if root is None:
        raise click.ClickException("the book is built in a clone of diydl; this one is installed")
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise click.ClickException(
            f"{', '.join(missing)} missing; install the book's tools: pip install -e '.[book]'"
        )
    name = "html-without-solutions" if without_solutions else "html"
    out = out or root / "book" / "_build" / name
    try:
        archive = build_book(root, out.resolve(), solutions=not without_solutions)
    except (BookError, SourceError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"the book: {out / 'index.html'}")
    click.echo(f"for reading offline: {archive} ({archive.stat().st_size / 1e6:.1f} MB)")
