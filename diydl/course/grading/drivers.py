"""The drivers of an exercise as text, without anything that stands beside them.

A bank holds the reference, the wrong answers and the drivers. Only drivers go to the process of a
submission: with the imports, helpers and constants of the bank that they use, and nothing else.
"""

import ast
import sys
from collections.abc import Callable, Collection, Sequence
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
        files.setdefault(driver.__module__, []).append(driver)
    private = {"exercise", "reference", *(mistake.name for mistake in exercise.mistakes)}
    try:
        return "\n\n".join(text_of(found, private) for found in files.values())
    except LookupError as error:
        raise DriverError(f"a driver of {exercise.id} uses {error} of its bank") from error


def text_of(functions: Sequence[Callable], private: Collection[str] = ()) -> str:
    """Return the text of functions of one module with all that they use of it, undecorated.

    Raises LookupError for a name among ``private`` that they use.
    """
    file = Path(sys.modules[functions[0].__module__].__file__ or "")
    body = ast.parse(file.read_text(encoding="utf-8")).body
    places = {name: node for node in body for name in _bound(node)}
    wanted = [function.__name__ for function in functions]
    kept: set[int] = set()
    while wanted:
        name = wanted.pop()
        node = places.get(name)
        if node is None or id(node) in kept:
            continue
        if name in private:
            raise LookupError(name)
        kept.add(id(node))
        wanted += _used(node)
    return "\n\n".join(ast.unparse(_bare(node)) for node in body if id(node) in kept)


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
    return [name.id for name in ast.walk(_bare(node)) if isinstance(name, ast.Name)]


def _bare(node: ast.stmt) -> ast.stmt:
    """Return a definition without the decorators of the bank."""
    if isinstance(node, ast.FunctionDef):
        node.decorator_list = [d for d in node.decorator_list if not _is_of_the_bank(d)]
    return node


def _is_of_the_bank(decorator: ast.expr) -> bool:
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(call, ast.Attribute) and ast.unparse(call.value) == "exercise"
