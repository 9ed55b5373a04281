"""Which chapter brings which file of the library: what `chapters/index.toml` says, file by file.

The tools (`course`, `cli`, `draw`, `testing`) stand outside the growth, and so do the
`__init__.py` files: what they offer follows from the modules that are there.
"""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import diydl
from diydl.course.index import Chapter, load_index

PACKAGE = Path(diydl.__file__).parent
TOOLS = frozenset({"course", "cli", "draw", "testing", "__main__"})


@dataclass(frozen=True)
class Module:
    """A module as a chapter sees it.

    `chapter` is the id of the one that introduces it, `state` "new", "extended", "earlier",
    "borrowed" or "planned" (still to come), `lines` the length of its file, 0 while there is none.
    """

    name: str
    chapter: str
    state: str
    lines: int


class GrowthError(LookupError):
    """A module of the library belongs to no chapter; the message says where to name it."""


@functools.cache
def library_files() -> dict[str, Path]:
    """Map each module of the library to its file, without tools and without `__init__.py` files.

    Examples
    --------
    >>> library_files()["diydl.engines.tape"].name
    'tape.py'
    """
    paths = {path.relative_to(PACKAGE): path for path in sorted(PACKAGE.rglob("*.py"))}
    return {
        ".".join(("diydl", *inner.with_suffix("").parts)): path
        for inner, path in paths.items()
        if path.name != "__init__.py" and inner.with_suffix("").parts[0] not in TOOLS
    }


def covers(entry: str, module: str) -> bool:
    """Tell whether an entry of the index is a module or a package around it.

    Examples
    --------
    >>> covers("diydl.nn", "diydl.nn.loss"), covers("diydl.nn", "diydl.nnx")
    (True, False)
    """
    return module == entry or module.startswith(entry + ".")


def exists(module: str) -> bool:
    """Tell whether a module of the library is written, without importing it.

    Examples
    --------
    >>> exists("diydl.draw"), exists("diydl.time_travel")
    (True, False)
    """
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def introducing(module: str) -> Chapter:
    """Return the chapter that brings a module: of all entries that cover it, the most precise.

    Raises `GrowthError` where there is none.

    Examples
    --------
    >>> introducing("diydl.nn.linear").id, introducing("diydl.nn.loss").id
    ('07_modules', '08_losses')
    """
    found = [
        (len(entry), chapter.id, chapter)
        for chapter in load_index()
        for entry in chapter.introduces
        if covers(entry, module)
    ]
    if not found:
        raise GrowthError(
            f"{module} is introduced by no chapter; name it (or its package) under `introduces` "
            "of one in chapters/index.toml"
        )
    return max(found, key=lambda entry: entry[:2])[2]


def prefix(here: Chapter) -> list[str]:
    """Return the modules that the chapters up to and with `here` have introduced.

    Examples
    --------
    >>> from diydl.course.index import find_chapter
    >>> prefix(find_chapter("01"))
    ['diydl.backend', 'diydl.data.table', 'diydl.exercise']
    """
    return [module for module in library_files() if introducing(module).id <= here.id]


def library_at(here: Chapter) -> list[Module]:
    """Return every module of the library, written or named by the index, as a chapter sees it.

    Examples
    --------
    >>> from diydl.course.index import find_chapter
    >>> [m.state for m in library_at(find_chapter("02")) if m.name == "diydl.reverse"]
    ['planned']
    """
    files = library_files()
    entries = [entry for chapter in load_index() for entry in chapter.introduces]
    unwritten = [e for e in entries if not any(covers(e, module) for module in files)]
    return [
        Module(name, chapter.id, _state(name, chapter, here), _lines(files.get(name)))
        for name, chapter in ((name, introducing(name)) for name in sorted([*files, *unwritten]))
    ]


def _state(name: str, chapter: Chapter, here: Chapter) -> str:
    if chapter.id == here.id:
        return "new"
    if chapter.id < here.id:
        extended = any(covers(entry, name) for entry in here.extends)
        return "extended" if extended else "earlier"
    borrowed = name in library_files() and any(covers(entry, name) for entry in here.borrows)
    return "borrowed" if borrowed else "planned"


def _lines(path: Path | None) -> int:
    return len(path.read_text(encoding="utf-8").splitlines()) if path else 0


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports; names that a package re-exports lead to their home.

    Imports inside functions count. Of other packages the first part is given: "numpy".

    Examples
    --------
    >>> sorted(set(imports(library_files()["diydl.reverse"])) - {"collections"})
    ['diydl.exercise']
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name if covers("diydl", alias.name) else alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module:
            if covers("diydl", node.module):
                yield from (home(node.module, alias.name) for alias in node.names)
            else:
                yield node.module.split(".")[0]


def home(package: str, name: str) -> str:
    """Return the module that `from package import name` leads to.

    Examples
    --------
    >>> home("diydl", "exp"), home("diydl.ops", "linalg"), home("diydl", "nn")
    ('diydl.ops.elementwise', 'diydl.ops.linalg', 'diydl.nn')
    """
    file = PACKAGE.joinpath(*package.split(".")[1:], "__init__.py")
    if not file.is_file():
        return package  # a module: the name is its own
    if exists(f"{package}.{name}"):
        return f"{package}.{name}"
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return home(node.module, alias.name)
    return package
