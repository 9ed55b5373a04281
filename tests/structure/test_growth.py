"""chapters/index.toml tells how the library grows: every module once, and only on what is there."""

import ast
import importlib
import re
from pathlib import Path

import pytest

from diydl.course.growth import (
    TOOLS,
    covers,
    exists,
    home,
    imports,
    introducing,
    library_at,
    library_files,
)
from diydl.course.index import load_index
from diydl.exercise import SLOTS

ROOT = Path(__file__).parents[2]
CHAPTERS = load_index()
WRITTEN = [chapter for chapter in CHAPTERS if not chapter.planned]
ENTRIES = [entry for chapter in CHAPTERS for entry in chapter.introduces]
MODULES = library_files()


def test_no_entry_stands_twice():
    assert sorted(ENTRIES) == sorted(set(ENTRIES))


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_introduced(module):
    assert introducing(module) in CHAPTERS


def test_tools_are_introduced_by_no_chapter():
    assert not [entry for entry in ENTRIES if entry.split(".")[1] in TOOLS]


@pytest.mark.parametrize("module", MODULES)
def test_every_prefix_is_closed(module):
    """A module imports only what its chapter or an earlier one has introduced."""
    own = introducing(module).id
    later = {
        f"{name}, which {introducing(name).id} introduces"
        for name in imports(MODULES[module])
        if name in MODULES and introducing(name).id > own
    }
    assert not later, f"{module}, of {own}, imports {later}"


@pytest.mark.parametrize("module", MODULES)
def test_modules_import_modules_not_what_packages_gather(module):
    """Else it would depend on the whole package: `from diydl import exp` inside the library."""
    tree = ast.parse(MODULES[module].read_text())
    assert not [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "diydl"
        and not all(exists(f"diydl.{alias.name}") for alias in node.names)
    ]


@pytest.mark.parametrize("chapter", WRITTEN, ids=lambda c: c.id)
def test_written_chapters_name_what_exists(chapter):
    named = {*chapter.introduces, *chapter.extends, *chapter.borrows}
    assert not [entry for entry in named if entry != "diydl" and not exists(entry)]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.id)
def test_borrowed_modules_come_later(chapter):
    for borrowed in chapter.borrows:
        assert any(covers(borrowed, m) and introducing(m).id > chapter.id for m in MODULES)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.id)
def test_extended_modules_were_there_before(chapter):
    """A planned chapter may extend what a planned one before it brings."""
    entries = {e: c.id for c in CHAPTERS for e in c.introduces}
    for extended in chapter.extends:
        known = [introducing(m).id for m in MODULES if covers(extended, m)]
        known += [id for entry, id in entries.items() if covers(extended, entry)]
        assert min(known, default="none") < chapter.id, extended


def used(tree):
    """Modules of the library that code uses: by import, and by attribute, as in `dl.nn.Linear`."""
    places = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if covers("diydl", alias.name):
                    places[alias.asname or "diydl"] = alias.name
        elif isinstance(node, ast.ImportFrom) and covers("diydl", node.module or ""):
            for alias in node.names:
                place = home(node.module, alias.name)
                if place == f"{node.module}.{alias.name}":
                    places[alias.asname or alias.name] = place
                else:
                    yield place
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            names = ast.unparse(node).split(".")
            if names[0] in places and all(map(str.isidentifier, names)):
                yield through(places[names[0]], names[1:])
    # A package by itself (`from diydl import nn`) says nothing yet; its attributes do.
    yield from (place for place in places.values() if place in MODULES)


def through(place, names):
    for name in names:
        if place in MODULES:
            break
        place = home(place, name)
    return place


def test_use_is_found_by_import_and_by_attribute():
    code = "import diydl as dl\nfrom diydl import nn\nfrom diydl.ops import reduce\n"
    code += "dl.exp(1); nn.Linear(2, 3).bias; dl.optim.Adam; dl.seed\n"
    assert {
        "diydl.ops.reduce",
        "diydl.ops.elementwise",
        "diydl.nn.linear",
        "diydl.optim.adam",
        "diydl.backend",
    } <= set(used(ast.parse(code)))


@pytest.mark.parametrize("chapter", WRITTEN, ids=lambda c: c.id)
def test_a_notebook_uses_what_is_introduced_or_borrowed(chapter):
    source = (ROOT / "solutions" / f"{chapter.id}.py").read_text()
    code = re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.M)
    found = {place for place in used(ast.parse(code)) if place in MODULES}
    assert found
    ahead = {
        f"{place} of {introducing(place).id}"
        for place in found
        if introducing(place).id > chapter.id
        and not any(covers(borrowed, place) for borrowed in chapter.borrows)
    }
    assert not ahead, f"borrow in chapters/index.toml: {ahead}"


@pytest.mark.parametrize("chapter", WRITTEN[1:], ids=lambda c: c.id)
def test_exercises_are_about_what_the_chapter_introduces_or_extends(chapter):
    for module in MODULES:
        importlib.import_module(module)
    states = {module.name: module.state for module in library_at(chapter)}
    homes = {id: s.__module__ for id, s in SLOTS.items() if id.startswith(f"{chapter.number}/")}
    elsewhere = {
        id: home
        for id, home in homes.items()
        if home in MODULES and states[home] not in ("new", "extended")
    }
    assert not elsewhere


@pytest.mark.parametrize("chapter", WRITTEN[1:], ids=lambda c: c.id)
def test_what_is_borrowed_is_used(chapter):
    source = (ROOT / "solutions" / f"{chapter.id}.py").read_text()
    found = set(used(ast.parse(source)))
    idle = [b for b in chapter.borrows if not any(covers(b, place) for place in found)]
    assert not idle
