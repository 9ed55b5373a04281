"""Turn the text of an exercise cell back into the learner's function or class.

The answer is the whole cell: helpers written in it belong to it. It is built in a namespace of its
own that holds the chapter's given imports and nothing else, so that what passes here passes
anywhere. A statement that fails does not spoil the others (a try-out on data of another cell): what
counts is that the exercise's own ``def`` or ``class`` could run.
"""

import ast
import builtins
import difflib
import functools
import inspect
import json
import linecache
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from diydl.course.index import chapters_dir, find_chapter

_DEFAULT_IMPORTS = {"np": "import numpy as np", "dl": "import diydl as dl"}
_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class AnswerError(Exception):
    """An answer could not be built from its cell; the message says what to change."""


def file_of(id: str) -> str:
    """Name under which the code of an answer appears in tracebacks.

    >>> file_of("00/relu")
    '<your answer to 00/relu>'
    """
    return f"<your answer to {id}>"


def rebuild(
    cell: str,
    id: str,
    name: str,
    *,
    run: Callable = lambda function, *args: function(*args),
    elsewhere: Iterable[str] = (),
    namespace: dict[str, Any] | None = None,
) -> Any:
    """Return the function or class ``name`` that a cell defines at its top level.

    ``run`` calls what it is given (a `Limit.run`); ``elsewhere`` names what other cells define;
    ``namespace`` is where the cell runs: with the given imports it uses, unless it is passed.
    Raises `AnswerError` where the cell does not define it with ``def`` or ``class``.

    >>> rebuild("k = 2\\ndef twice(x):\\n    return k * x", "99/twice", "twice")(3)
    6
    """
    tree = parse(cell, id)
    if namespace is None:
        namespace = given_names(id.split("/")[0], used={n.id for n in _nodes(tree, ast.Name)})
    filename = file_of(id)
    linecache.cache[filename] = (len(cell), None, cell.splitlines(keepends=True), filename)
    found, failure = None, None
    for statement, error in run_statements(tree, filename, namespace, run):
        if error is not None:
            failure = failure or (statement.lineno, error)
            continue
        if isinstance(statement, _DEFINITIONS) and statement.name == name:
            found = namespace[name]
    if found is None:
        raise AnswerError(_why_not(tree, name, failure, namespace, set(elsewhere)))
    return found


def run_statements(
    tree: ast.Module, filename: str, namespace: dict[str, Any], run: Callable
) -> Iterator[tuple[ast.stmt, Exception | None]]:
    """Run a cell statement by statement; yield each after it ran, and what it raised."""
    for statement in tree.body:
        module = ast.Module([statement], [])
        try:
            code = compile(module, filename, "exec", _AWAIT, dont_inherit=True)
            if code.co_flags & inspect.CO_COROUTINE:  # `await` at the top, as a notebook allows
                import asyncio  # 30 modules that hardly any cell needs

                run(asyncio.run, eval(code, namespace))
            else:
                run(exec, code, namespace)
        except Exception as error:
            yield statement, error
        else:
            yield statement, None


def parse(cell: str, id: str) -> ast.Module:
    """Parse a cell, or raise `AnswerError`; lines for IPython (``%``, ``!``) are passed over."""
    try:
        return ast.parse(cell, file_of(id))
    except (SyntaxError, ValueError):
        plain = "\n".join(map(_without_magic, cell.splitlines())) + "\n"
    except (RecursionError, MemoryError):
        raise AnswerError("the cell is nested too deeply to be read") from None
    try:
        return ast.parse(plain, file_of(id))
    except (RecursionError, MemoryError):
        raise AnswerError("the cell is nested too deeply to be read") from None
    except ValueError as error:
        raise AnswerError(f"the cell is not valid Python: {error}") from None
    except SyntaxError as error:
        where = f" in line {error.lineno}" if error.lineno else ""
        raise AnswerError(f"the cell is not valid Python{where}: {error.msg}") from None


def defines(cell: str, name: str) -> bool:
    """Tell whether a cell has a top-level ``def`` or ``class`` of that name.

    >>> defines("def f(): pass", "f"), defines("f = 3", "f"), defines("def f(:", "f")
    (True, False, False)
    """
    try:
        body = parse(cell, "").body
    except AnswerError:
        return False
    return any(isinstance(node, _DEFINITIONS) and node.name == name for node in body)


def missing_name(error: NameError, names: Mapping[str, Any], elsewhere: Iterable[str]) -> str:
    """Say what to do about a name that an answer uses and its cell does not define.

    >>> missing_name(NameError("name 'helper' is not defined", name="helper"), {}, ["helper"])
    'your cell uses `helper`, which another cell defines; move it into this cell: ...
    """
    name = getattr(error, "name", None) or str(error)
    if name in set(elsewhere):
        return (
            f"your cell uses `{name}`, which another cell defines; move it into this cell: "
            "an answer is one cell"
        )
    known = [*names, *dir(builtins), *elsewhere]
    near = difflib.get_close_matches(name, [k for k in known if not k.startswith("_")], n=1)
    meant = f"did you mean `{near[0]}`? If it" if near else "if it"
    return f"your cell uses `{name}`, which is not there; {meant} is yours, move it into this cell"


def given_names(
    chapter: str, used: set[str] | None = None, imports: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return a fresh namespace with the imports of a chapter's given cells (those ``used``).

    ``imports`` are these statements by name, where the notebook cannot be read for them.

    >>> sorted(k for k in given_names("99") if not k.startswith("_"))
    ['dl', 'exit', 'np', 'quit']
    """
    namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
    namespace |= {"exit": sys.exit, "quit": sys.exit}  # a kernel has them among no builtins
    for name, statement in (given_imports(chapter) if imports is None else imports).items():
        if used is None or name in used:
            exec(compile(statement, "<given imports>", "exec"), namespace)
    return namespace


@functools.cache
def given_imports(chapter: str) -> dict[str, str]:
    """Map each name that the given cells import to the statement that imports it.

    >>> given_imports("99")
    {'np': 'import numpy as np', 'dl': 'import diydl as dl'}
    """
    try:
        notebook = chapters_dir() / find_chapter(chapter).notebook
        cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
    except (LookupError, OSError, ValueError):
        return dict(_DEFAULT_IMPORTS)
    found = {}
    for cell in cells:
        if "given" not in cell.get("metadata", {}).get("tags", []):
            continue
        for node in parse("".join(cell["source"]), chapter).body:
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            if isinstance(node, ast.ImportFrom) and node.module == "diydl.course":
                continue
            for alias in node.names:
                node.names = [alias]
                found[alias.asname or alias.name.split(".")[0]] = ast.unparse(node)
    return found or dict(_DEFAULT_IMPORTS)


def _without_magic(line: str) -> str:
    """Put Python in the place of IPython's own syntax: `%time`, `!ls`, `x = !ls`, `np.sum?`."""
    line = re.sub(r"^(\s*[\w ,]+=\s*)[%!].*$", r"\1None", line)
    return re.sub(r"^(\s*)([%!?].*|[\w.]+\?{1,2}\s*)$", r"\1pass", line)


def _why_not(tree, name, failure, namespace, elsewhere) -> str:
    for node in tree.body:
        if isinstance(node, _DEFINITIONS) and node.name == name and failure:
            line, error = failure
            if isinstance(error, NameError):
                return missing_name(error, namespace, elsewhere)
            return f"line {line} of your cell fails: {type(error).__name__}: {error}"
        if isinstance(node, ast.Import | ast.ImportFrom) and name in _imported(node):
            return (
                f"`{name}` is imported; that does not count: write `def {name}(...)` in this cell"
            )
        if isinstance(node, ast.Assign) and name in [
            ast.unparse(target) for target in node.targets
        ]:
            return (
                f"`{name}` is assigned; that does not count: write `def {name}(...)` in this cell"
            )
    if failure:
        return f"line {failure[0]} of your cell fails: {type(failure[1]).__name__}: {failure[1]}"
    return f"the cell does not define `{name}` at its top level; write `def {name}(...)` in it"


def _nodes(tree: ast.AST, kind: type) -> list:
    return [node for node in ast.walk(tree) if isinstance(node, kind)]


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [alias.asname or alias.name for alias in node.names]
