"""The book's sources, put together in one folder: what `book/` holds, and what is derived."""

import hashlib
import json
import platform
import shutil
from importlib.metadata import version
from pathlib import Path

from diydl.course.book.example import example_page
from diydl.course.book.page import chapter_page
from diydl.course.book.reference import PACKAGES, reference_page
from diydl.course.build import derive_all
from diydl.course.index import Chapter, load_index

_BUILT = "_build"


def stage(root: Path, folder: Path, *, solutions: bool, cache: Path) -> None:
    """Fill `folder` with the sources of the book of the clone at `root`.

    Both builders read it: jupyter-book through `_config.yml`, plain Sphinx through `conf.py`.
    What they execute is kept in `cache`.
    """
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(root / "book", folder, ignore=shutil.ignore_patterns(_BUILT, "node_modules"))
    settings = {
        "nb_execution_cache_path": str(cache / "notebooks"),
        "viewcode": solutions,
    }
    _write(folder / "settings.json", json.dumps(settings, indent=1))
    _chapters(root, folder, solutions=solutions)
    for example in sorted((folder / "examples").glob("*.py")):
        _write(example.with_suffix(".ipynb"), example_page(example))
        example.unlink()
    for package in PACKAGES:
        _write(folder / "reference" / f"{package}.md", reference_page(package))
    _write(folder / "chapters" / "all.md", plan(load_index()))


def fingerprint(root: Path) -> str:
    """Hash what the outputs of a notebook depend on besides its cells: the library, NumPy, Python.

    The cache of executed notebooks compares cells only; it gets a folder for each fingerprint.
    """
    digest = hashlib.sha256()
    for name in ("numpy", "matplotlib", "ipykernel"):
        digest.update(f"{name} {version(name)} {platform.python_version()}".encode())
    files = (p for p in (root / "diydl").rglob("*") if p.suffix in (".py", ".js", ".css"))
    for path in sorted(files):
        if "book" not in path.relative_to(root).parts:
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    digest.update((root / "chapters" / "index.toml").read_bytes())
    return digest.hexdigest()[:16]


def plan(chapters: tuple[Chapter, ...]) -> str:
    """Write the page that lists all chapters, those still to come too.

    Examples
    --------
    >>> print(plan((Chapter("01_tiny", "Tiny", minutes=5, idea="a start"),)))
    # All chapters
    ...
    | 01 | [Tiny](01_tiny.ipynb) | a start | 5 |
    ...
    """
    rows = [
        f"| {c.number} | {c.title if c.planned else f'[{c.title}]({c.notebook})'} "
        f"| {c.idea.replace('`', '')} | {'to come' if c.planned else c.minutes} |"
        for c in chapters
    ]
    head = [
        "# All chapters",
        "",
        "Each chapter takes a part of the library away and gives it back as your own code. They "
        "build on each other; each page says what it needs. Those marked *to come* are not "
        "written yet.",
        "",
        "| number | chapter | what it is about | minutes |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def _chapters(root: Path, folder: Path, *, solutions: bool) -> None:
    derived = derive_all(root)
    written = [chapter for chapter in load_index() if not chapter.planned]
    for chapter in written:
        solved = derived[root / "solutions" / chapter.notebook]
        stubs = derived[root / "chapters" / chapter.notebook]
        page = chapter_page(chapter, solved, stubs, solutions=solutions, others=written)
        _write(folder / "chapters" / chapter.notebook, page)
        _write(folder / "notebooks" / chapter.notebook, stubs)
        if solutions:
            _write(folder / "notebooks" / "solved" / chapter.notebook, solved)


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
