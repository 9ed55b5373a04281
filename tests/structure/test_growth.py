"""chapters/index.toml tells how the library grows: every module once, and only on what is there."""

import ast
import importlib
from pathlib import Path

import pytest

from diydl.course.index import load_index

ROOT = Path(__file__).parents[2]
TOOLS = {"course", "cli", "draw", "testing", "__main__"}  # outside the growth

CHAPTERS = load_index()
ENTRIES = [(entry, k) for k, chapter in enumerate(CHAPTERS) for entry in chapter.introduces]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for path in sorted((ROOT / "diydl").rglob("*.py"))
    if path.name != "__init__.py"  # re-exports: an export of the library trims them
    and path.relative_to(ROOT / "diydl").with_suffix("").parts[0] not in TOOLS
}


def holds(entry, module):
    return module == entry or module.startswith(entry + ".")


def introduced(module):
    """Number of the chapter that brings the module: the most precise entry says."""
    entries = [(len(entry), k) for entry, k in ENTRIES if holds(entry, module)]
    assert entries, f"{module} is introduced by no chapter: add it to chapters/index.toml"
    return max(entries)[1]


def imports(path):
    """Modules of the library that a file imports, followed through re-exports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in MODULES or not node.module.startswith("diydl"):
                    yield whole if whole in MODULES else node.module
                else:
                    thing = getattr(importlib.import_module(node.module), alias.name)
                    yield getattr(thing, "__module__", node.module)


def test_no_entry_stands_twice():
    entries = [entry for entry, _ in ENTRIES]
    assert sorted(entries) == sorted(set(entries))


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_introduced(module):
    assert 0 <= introduced(module) < len(CHAPTERS)


def test_tools_are_introduced_by_no_chapter():
    assert not [entry for entry, _ in ENTRIES if entry.split(".")[1] in TOOLS]


@pytest.mark.parametrize("module", MODULES)
def test_every_prefix_is_closed(module):
    """A module imports only what its chapter or an earlier one has introduced."""
    own = introduced(module)
    later = {
        f"{name}, which {CHAPTERS[introduced(name)].id} introduces"
        for name in imports(MODULES[module])
        if name in MODULES and introduced(name) > own
    }
    assert not later, f"{module}, of {CHAPTERS[own].id}, imports {later}"


def test_written_chapters_name_what_exists():
    existing = {*MODULES, *(module.rpartition(".")[0] for module in MODULES), "diydl"}
    for chapter in CHAPTERS:
        if not chapter.planned:
            named = {*chapter.introduces, *chapter.extends, *chapter.borrows}
            assert named <= existing


def test_borrowed_modules_come_later():
    for k, chapter in enumerate(CHAPTERS):
        for entry in chapter.borrows:
            assert any(holds(entry, other) and j > k for other, j in ENTRIES)
