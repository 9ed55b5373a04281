"""The drivers of an exercise as text, without anything that stands beside them.

A bank holds the reference, the wrong answers and the drivers. Only drivers go to the process of a
submission: with the imports, helpers and constants of the bank that they use, and nothing else.
"""

import ast
import inspect
import sys
from collections.abc import Callable
from pathlib import Path

from diydl.course.bank import Code


class DriverError(Exception):
    """A driver cannot stand by itself; the message says what it uses."""


def driver_text(exercise: Code) -> str:
    """Return a text that defines the drivers of an exercise and what they need.

    Raises `DriverError` where one uses the reference, a wrong answer or the exercise itself.

    >>> from diydl.course.catalog import find_exercise
    >>> text = driver_text(find_exercise("03/play_back"))
    >>> "def play(" in text, "reference" in text, "mistake" in text
    (True, False, False)
    """
    files: dict[str, list[Callable]] = {}
    for driver in exercise.drivers.values():
        files.setdefault(sys.modules[driver.__module__].__file__ or "", []).append(driver)
    return "\n\n".join(_from_file(Path(file), exercise, found) for file, found in files.items())


def _from_file(file: Path, exercise: Code, drivers: list[Callable]) -> str:
    body = ast.parse(file.read_text(encoding="utf-8")).body
    places = {name: node for node in body for name in _bound(node)}
    private = {
        *(
            mistake.answer.__name__
            for mistake in exercise.mistakes
            if inspect.isroutine(mistake.answer)
        ),
        "exercise",
        "reference",
    }
    wanted = [driver.__name__ for driver in drivers]
    kept: set[int] = set()
    while wanted:
        name = wanted.pop()
        node = places.get(name)
        if node is None or id(node) in kept:
            continue
        if name in private:
            raise DriverError(f"a driver of {exercise.id} uses {name!r} of its bank")
        kept.add(id(node))
        wanted += _used(node)
    return "\n\n".join(ast.unparse(_bare(node, private)) for node in body if id(node) in kept)


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.split(".")[0] for alias in node.names]
    return [
        name.id
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    ]


def _used(node: ast.stmt) -> list[str]:
    bare = _bare(node, {"exercise"})
    return [name.id for name in ast.walk(bare) if isinstance(name, ast.Name)]


def _bare(node: ast.stmt, private: set[str]) -> ast.stmt:
    """Return a definition without the decorators of the bank."""
    if not isinstance(node, ast.FunctionDef):
        return node
    kept = [d for d in node.decorator_list if not {*_names(d)} & private]
    return ast.FunctionDef(**{**dict(ast.iter_fields(node)), "decorator_list": kept}, lineno=0)


def _names(node: ast.AST) -> list[str]:
    return [name.id for name in ast.walk(node) if isinstance(name, ast.Name)]
