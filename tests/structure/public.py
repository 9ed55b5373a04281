"""Which tests and examples each public name has: python -m tests.structure.public [--all]."""

import argparse
import ast
import doctest
import importlib
import inspect
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import diydl
from diydl.primitive import PRIMITIVES
from diydl.testing import CASES

TESTS = Path(__file__).parents[1]
PACKAGES = ["diydl", "diydl.nn", "diydl.nn.init", "diydl.optim", "diydl.data", "diydl.train"]


def public(package):
    """Return {name: object} of the functions and classes that a package offers."""
    module = importlib.import_module(package)
    offered = {name: getattr(module, name) for name in module.__all__}
    return {name: x for name, x in offered.items() if callable(x) and name[0] != "_"}


def examples(thing):
    """Count the examples in a docstring; of a class, those of its methods too."""
    texts = [thing.__doc__ or ""]
    if inspect.isclass(thing):
        own = [getattr(x, "__func__", getattr(x, "fget", x)) for x in vars(thing).values()]
        texts += [x.__doc__ for x in own if callable(x) and isinstance(x.__doc__, str)]
    return sum(len(doctest.DocTestParser().get_examples(text)) for text in texts)


@cache
def mentions():
    """Count for each public thing, by its id, the test functions that use it.

    They name it themselves, or through a helper or a table, in their own file or another. The tests
    of all primitives go through a table of cases: each of those counts for its primitive.
    """
    known, counted = {id(x) for package in PACKAGES for x in public(package).values()}, Counter()
    for path in sorted(TESTS.rglob("test_*.py")):
        for name in defined(path):
            if name.startswith("test"):
                places = through(path, name, set())
                counted.update({id(x) for p in places for x in reached(p) if id(x) in known})
    for name, cases in CASES.items():
        counted[id(PRIMITIVES[name])] += len(cases)
    return counted


def through(path, name, seen):
    """Return the places in the library that a definition of a test file uses, directly or not."""
    if (path, name) in seen or name not in defined(path):
        return set()
    seen.add((path, name))
    found = set()
    for where, used in defined(path)[name]:
        found |= through(where, used, seen) if isinstance(where, Path) else {used}
    return found


def reached(place):
    """Yield what stands on the way to a place: the package, the class, its method."""
    thing = diydl
    for name in place.split(".")[1:]:
        try:
            thing = getattr(thing, name)
        except AttributeError:
            return
        yield thing


@cache
def defined(path):
    """Return {top-level name: what it uses} of a test file.

    What it uses are pairs: of this or another file and a name there, or of None and a place in the
    library.
    """
    tree, known, parts = ast.parse(path.read_text()), {}, {}
    for node in ast.walk(tree):
        known |= dict(imported(node))
    for node in tree.body:
        for name in names(node):
            parts.setdefault(name, []).append(node)
    known |= {name: (path, name) for name in parts if name not in known}
    return {
        name: {pair for node in nodes for pair in used(node, known, parts)}
        for name, nodes in parts.items()
    }


def imported(node):
    """Yield (name, what it stands for) of an import."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.split(".")[0] == "diydl":
                yield alias.asname or "diydl", (None, alias.name if alias.asname else "diydl")
    elif isinstance(node, ast.ImportFrom) and node.module:
        source = TESTS.parent.joinpath(*node.module.split(".")).with_suffix(".py")
        for alias in node.names:
            if node.module.split(".")[0] == "diydl":
                yield alias.asname or alias.name, (None, f"{node.module}.{alias.name}")
            elif node.module.startswith("tests") and source.exists():
                yield alias.asname or alias.name, (source, alias.name)


def names(node):
    """Yield the names that a top-level statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))


def used(node, known, parts):
    """Yield what a definition uses: by name, by attribute, and by the words of a getattr."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and inner.id in known:
            yield known[inner.id]
        elif isinstance(inner, ast.Attribute):
            root, *rest = ast.unparse(inner).split(".")
            if root in known and known[root][0] is None and all(map(str.isidentifier, rest)):
                yield None, ".".join([known[root][1], *rest])
        elif isinstance(inner, ast.Call) and ast.unparse(inner.func) == "getattr":
            where, place = known.get(ast.unparse(inner.args[0]), (node, ""))
            if where is None:
                yield from ((None, f"{place}.{word}") for word in words(node, parts))


def words(node, parts):
    """Yield the words in a definition, and in the tables of the same file that it names."""
    tables = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in parts}
    for part in [node, *(inner for name in tables for inner in parts[name])]:
        for n in ast.walk(part):
            if isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value.isidentifier():
                yield n.value


def rows():
    """Return (package, name, tests, examples) of every public function and class, once each."""
    found, seen = [], set()
    for package in reversed(PACKAGES):
        for name, thing in public(package).items():
            if id(thing) not in seen:
                seen.add(id(thing))
                found.append((package, name, mentions()[id(thing)], examples(thing)))
    return sorted(found)


def main():
    """Print a line for each package, or with --all one for each name."""
    parser = argparse.ArgumentParser(prog="python -m tests.structure.public")
    parser.add_argument("--all", action="store_true", help="one line for each public name")
    everything = rows()
    if parser.parse_args().all:
        width = max(len(f"{package}.{name}") for package, name, *_ in everything)
        for package, name, tests, shown in everything:
            sys.stdout.write(f"{f'{package}.{name}':<{width}} {tests:5} tests {shown:3} examples\n")
    for package in PACKAGES:
        own = [row for row in everything if row[0] == package]
        least = min((row[2] for row in own), default=0)
        sys.stdout.write(
            f"{package:<14} {len(own):4} names, {sum(r[2] for r in own):5} tests (at least {least} "
            f"each), {sum(r[3] for r in own):4} lines of examples (at least "
            f"{min((r[3] for r in own), default=0)} each)\n"
        )


if __name__ == "__main__":
    main()
