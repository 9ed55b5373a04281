"""Writing out the library of a chapter as a project of its own: modules, tests, pyproject.toml.

Modules go out as they are. The `__init__.py` files keep what they re-export from modules that are
there. The tools stay behind, except for `diydl.testing`, cut down, and the tests of what is there:
those that need a later module are taken out, one by one.
"""

import ast
import importlib.metadata
import re
from pathlib import Path

from diydl.course.growth import PACKAGE, covers, exists, imports, library_files, prefix
from diydl.course.index import Chapter, clone_root
from diydl.course.trim import trim_package, trim_tests

_DISTRIBUTIONS = {"sklearn": "scikit-learn"}  # where the name of the import differs
_CASES = "diydl.testing.cases"
_MARKERS = {
    "gpu": "needs an NVIDIA GPU and CuPy",
    "torch": "compares with PyTorch",
    "data": "needs the large data sets (DIYDL_DATA names their folder)",
    "slow": "takes more than a few seconds",
}


class ExportError(OSError):
    """The library of a chapter cannot be written there; the message says what to do."""


def export(here: Chapter, folder: str | Path) -> list[Path]:
    """Write the library of a chapter into a new or empty folder; return the files, in order.

    The tests come along where diydl runs from a clone: a wheel has none.

    Raises `ExportError` where `folder` is in use or the chapter has no library yet.

    Examples
    --------
    >>> import tempfile
    >>> from diydl.course.index import find_chapter
    >>> files = export(find_chapter("01"), tempfile.mkdtemp())
    >>> "diydl/backend.py" in [file.as_posix() for file in files]
    True
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise ExportError(f"{folder} is a file; expected a folder, or a name that is still free")
    if folder.is_dir() and any(folder.iterdir()):
        raise ExportError(
            f"{folder} is not empty, and nothing is ever overwritten; name a folder that is new "
            "or empty"
        )
    texts = library_texts(here)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [Path(name) for name in texts]


def library_texts(here: Chapter) -> dict[str, str]:
    """Return the files of a chapter's library: from the path of each to its text.

    Raises `ExportError` where there is no module yet.

    Examples
    --------
    >>> from diydl.course.index import find_chapter
    >>> "diydl/nn/linear.py" in library_texts(find_chapter("03"))
    False
    """
    modules = prefix(here)
    if not modules:
        raise ExportError(
            f"at chapter {here.number} there is no library yet: all of it is borrowed; "
            "01 is the first chapter that brings modules"
        )
    sources = {name: library_files()[name].read_text(encoding="utf-8") for name in modules}
    sources |= _testing(modules)
    packages, offered = _packages(sources)
    texts = {_path(name, package=True): text for name, text in packages.items()}
    texts |= {_path(name): text for name, text in sources.items()}
    tests = _tests(set(sources), offered)
    texts |= tests
    root = clone_root()
    if root:
        texts["LICENSE"] = (root / "LICENSE").read_text(encoding="utf-8")
    if root and tests:
        texts["conftest.py"] = (root / "conftest.py").read_text(encoding="utf-8")
    texts["pyproject.toml"] = _project(here, modules)
    return dict(sorted(texts.items()))


def _testing(modules: list[str]) -> dict[str, str]:
    """Those tools for tests that need only modules that are there; cases of its primitives."""
    texts, known = {}, set(modules)
    paths = {f"diydl.testing.{path.stem}": path for path in (PACKAGE / "testing").glob("[!_]*.py")}
    while True:  # they import each other
        more = {
            name
            for name, path in paths.items()
            if name not in known
            and all(m in known for m in imports(path) if covers("diydl", m))
            and (name != _CASES or "diydl.primitive" in known)
        }
        if not more:
            break
        known |= more
        texts |= {name: paths[name].read_text(encoding="utf-8") for name in sorted(more)}
    if _CASES in texts:
        texts[_CASES] += _without_cases(set(modules))
    return texts


def _without_cases(modules: set[str]) -> str:
    from diydl.primitive import PRIMITIVES

    homes = {name: p.forward.__module__ for name, p in PRIMITIVES.items()}
    later = sorted(n for n, m in homes.items() if covers("diydl", m) and m not in modules)
    if not later:
        return ""
    rows = "".join(f'    "{name}",\n' for name in later)
    return f"\n_LATER = [  # primitives that later chapters bring\n{rows}]\n" + (
        "for _name in _LATER:\n    CASES.pop(_name, None)\n"
    )


def _packages(sources: dict[str, str]) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Return the packages around modules, innermost first: their texts, and what they offer."""
    names = {name.rsplit(".", k)[0] for name in sources for k in range(1, name.count(".") + 1)}
    texts: dict[str, str] = {}
    offered: dict[str, set[str]] = {}

    def keeps(module: str, name: str) -> bool:
        return not _lacks(module, name, set(sources) | names, offered)

    for package in sorted(names, key=lambda name: (-name.count("."), name)):
        file = PACKAGE.joinpath(*package.split(".")[1:], "__init__.py")
        texts[package], offered[package] = trim_package(file.read_text(encoding="utf-8"), keeps)
    return texts, offered


def _lacks(module: str, name: str, known: set[str], offered: dict[str, set[str]]) -> bool:
    """Tell whether `from module import name` fails in a library of `known` modules."""
    if not covers("diydl", module):
        return False
    if module not in known and exists(module):
        return True
    if module not in known:  # `exp.shape` after `from diydl import exp`: of a thing that is there?
        owner, _, thing = module.rpartition(".")
        return not owner or owner not in known or _lacks(owner, thing, known, offered)
    if name and exists(f"{module}.{name}"):
        return f"{module}.{name}" not in known
    if not name or module not in offered:
        return False
    return name not in offered[module] and not (name.startswith("__") and name.endswith("__"))


def _tests(modules: set[str], offered: dict[str, set[str]]) -> dict[str, str]:
    """Return the tests of modules that are there, and what these import from beside them."""
    root = clone_root()
    if root is None or not (root / "tests").is_dir():
        return {}
    known = modules | set(offered)
    left: dict[str, str] = {}

    def lacks(module: str, name: str) -> bool:
        return _lacks(module, name, known, offered)

    for path in sorted((root / "tests").rglob("test_*.py")):
        inner = path.relative_to(root / "tests").with_suffix("").parts
        package = ".".join(("diydl", *inner[:-1]))
        module = f"{package}.{inner[-1].removeprefix('test_')}"
        mirrored = (PACKAGE.joinpath(*module.split(".")[1:])).with_suffix(".py").is_file()
        if (module not in known) if mirrored else (package not in known or package == "diydl"):
            continue
        text = trim_tests(path.read_text(encoding="utf-8"), lacks)
        helpers = _helpers(root, text)
        if text and not any(lacks(m, "") for name in helpers for m in imports(root / name)):
            left |= {path.relative_to(root).as_posix(): text} | helpers
    return left


def _helpers(root: Path, text: str) -> dict[str, str]:
    """Files of tests/ that a test imports, and those that they import."""
    found: dict[str, str] = {}
    todo = [text]
    while todo:
        for path in _beside(root, todo.pop()):
            if path.relative_to(root).as_posix() not in found:
                todo.append(path.read_text(encoding="utf-8"))
                found[path.relative_to(root).as_posix()] = todo[-1]
    return found


def _beside(root: Path, text: str) -> list[Path]:
    """Files that are named by ``from tests.engines.runners import Runner`` and its likes."""
    paths = []
    for node in ast.walk(ast.parse(text)):
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        if module.split(".")[0] == "tests":
            place = root.joinpath(*module.split("."))
            inside = [place / f"{alias.name}.py" for alias in node.names]
            paths += inside if place.is_dir() else [place.with_suffix(".py")]
    return paths


def _path(name: str, package: bool = False) -> str:
    return name.replace(".", "/") + ("/__init__.py" if package else ".py")


def _project(here: Chapter, modules: list[str]) -> str:
    """Write a pyproject.toml: what the modules import, with the bounds of diydl itself."""
    bounds = {}
    for line in importlib.metadata.requires("diydl") or []:
        if "extra ==" not in line:
            bounds[re.split(r"[<>=!~\s;\[]", line)[0].lower()] = line
    foreign = {name for module in modules for name in imports(library_files()[module])}
    wanted = {_DISTRIBUTIONS.get(name, name).lower() for name in foreign}
    needed = "".join(f'    "{bounds[name]}",\n' for name in sorted(wanted & set(bounds)))
    markers = "".join(f'    "{name}: {about}",\n' for name, about in _MARKERS.items())
    return f'''# The library as it stands after chapter {here.id}. Written by `diydl tree`.
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "diydl"
description = "diydl after chapter {here.number}: {here.title}"
license = "MIT"
requires-python = ">=3.11"
dynamic = ["version"]
dependencies = [
{needed}]

[project.optional-dependencies]
test = ["{bounds["pytest"]}"]

[tool.hatch.version]
path = "diydl/__init__.py"

[tool.hatch.build.targets.wheel]
packages = ["diydl"]

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
addopts = ["--import-mode=importlib", "--strict-markers"]
filterwarnings = ["error"]
markers = [
{markers}]
'''
