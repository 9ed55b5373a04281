"""Find a learner's answers in a notebook file, read leniently: metadata may be missing."""

import ast
import codecs
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diydl.course.bank import Code
from diydl.course.question import Question
from diydl.course.rebuild import AnswerError, defines, parse
from diydl.course.rules import bound_names

_LARGEST = 50 * 2**20  # bytes


class NotebookError(Exception):
    """A file cannot be read as a notebook; the message says why and what to do."""


@dataclass(frozen=True)
class CodeCell:
    """A code cell: its text, the names by which it may be known, and its tags."""

    text: str
    names: frozenset[str]
    tags: frozenset[str]


def read_notebook(path: str | Path) -> list[CodeCell]:
    """Read the code cells of a notebook of format 3 or 4.

    >>> read_notebook("no-such.ipynb")
    Traceback (most recent call last):
    diydl.course.notebook.NotebookError: no-such.ipynb cannot be read: No such file or directory
    """
    path = Path(path)
    try:
        if path.is_file() and path.stat().st_size > _LARGEST:
            raise NotebookError(f"{path} is larger than 50 MB; clear its outputs and save it again")
        data = json.loads(_decoded(path.read_bytes()))
    except OSError as error:
        raise NotebookError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise NotebookError(
            f"{path} is not a notebook: expected JSON ({error}); save it again from Jupyter, or "
            "give another copy"
        ) from error
    cells = data.get("cells") if isinstance(data, dict) else None
    if cells is None and isinstance(data, dict) and data.get("worksheets"):
        cells = [cell for sheet in data["worksheets"] for cell in sheet.get("cells", [])]
    if not isinstance(cells, list):
        raise NotebookError(f"{path} is JSON, but not a notebook: it has no list of cells")
    return [code_cell(cell) for cell in cells if _is_code(cell)]


def find_cell(cells: Sequence[CodeCell], exercise: Code) -> str | None:
    """Return the text of the cell that answers an exercise in code, or None.

    The exercise's own cell counts if it defines the name, else the last cell of the learner's that
    does, else the own cell as it is.
    """
    own = [cell for cell in cells if is_own(cell, exercise.id)]
    learners = [cell for cell in cells if not cell.tags & {"given", "check"}]
    for group in (own, learners):
        found = [cell for cell in group if defines(cell.text, exercise.name)]
        if found:
            return found[-1].text
    return own[-1].text if own else None


def find_value(cells: Sequence[CodeCell], exercise: Question) -> Any:
    """Return the answer to a question, written out in the notebook; ``...`` where there is none.

    Raises `AnswerError` for an answer that would have to be computed.
    """
    own = [cell for cell in cells if is_own(cell, exercise.id)]
    given = [value for cell in cells for value in _checked_values(cell.text, exercise.id)]
    wanted = given[-1] if given else None
    if wanted is not None and not isinstance(wanted, ast.Name):
        return _literal(wanted, exercise)
    for cell in [*reversed(own), *reversed(cells)]:
        for node in reversed(_body(cell.text)):
            if isinstance(node, ast.Assign) and _assigns(node, wanted, cell in own):
                return _literal(node.value, exercise)
    return ...


def mentioned(cells: Sequence[CodeCell], ids: Sequence[str]) -> list[str]:
    """Return those of ``ids`` that a notebook names, in a cell's metadata or in its code.

    >>> cell = CodeCell("check('00/relu', relu)", frozenset(), frozenset())
    >>> mentioned([cell], ["00/relu", "00/f"])
    ['00/relu']
    """
    names = {name for cell in cells for name in cell.names}
    text = "\n".join(cell.text for cell in cells)
    return [
        id for id in ids if id.replace("/", "-") in names or re.search(rf"['\"]{id}['\"]", text)
    ]


def names_in(cells: Sequence[CodeCell]) -> set[str]:
    """Return every name that some cell binds at its top level."""
    return {name for cell in cells for name, _ in bound_names(ast.Module(_body(cell.text), []))}


def _decoded(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16")
    return raw.decode("utf-8-sig")


def _is_code(cell: Any) -> bool:
    return isinstance(cell, dict) and cell.get("cell_type") == "code"


def code_cell(cell: dict) -> CodeCell:
    """Read one cell of a notebook's JSON; what is missing or of another type is passed over.

    >>> code_cell({"source": ["x = 1\\n", "y = 2"], "id": "00-relu"}).text
    'x = 1\\ny = 2'
    """
    source = cell.get("source", cell.get("input", ""))
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    metadata = cell.get("metadata") if isinstance(cell.get("metadata"), dict) else {}
    nbgrader = metadata.get("nbgrader") if isinstance(metadata.get("nbgrader"), dict) else {}
    names = (metadata.get("exercise"), nbgrader.get("grade_id"), cell.get("id"))
    tags = metadata.get("tags") if isinstance(metadata.get("tags"), list) else []
    return CodeCell(text, frozenset(filter(None, map(_name, names))), frozenset(map(str, tags)))


def _name(name: Any) -> str:
    return name.replace("/", "-") if isinstance(name, str) else ""


def is_own(cell: CodeCell, id: str) -> bool:
    """Tell whether a cell is the exercise cell of an exercise.

    >>> is_own(CodeCell("", frozenset({"00-relu"}), frozenset()), "00/relu")
    True
    """
    return id.replace("/", "-") in cell.names and not cell.tags & {"given", "check"}


def _body(text: str) -> list[ast.stmt]:
    try:
        return parse(text, "").body
    except AnswerError:
        return []


def _checked_values(text: str, id: str) -> list[ast.expr]:
    """Return what stands in place of X in each ``check("id", X)`` of a cell."""
    return [
        node.args[1]
        for statement in _body(text)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "check"
        and len(node.args) == 2
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value == id
    ]


def _assigns(node: ast.Assign, wanted: ast.Name | None, own: bool) -> bool:
    names = [target.id for target in node.targets if isinstance(target, ast.Name)]
    return bool(names) and (own if wanted is None else wanted.id in names)


def _literal(node: ast.expr, exercise: Question) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise AnswerError(
            f"`{ast.unparse(node):.60}` is not written out; write {exercise.wanted}"
        ) from None
