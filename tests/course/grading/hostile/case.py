"""A case: what is handed in, what it is truly worth, and why."""

import ast
import copy
import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from diydl.course.grading.submission import Submission

CHAPTER = "01"
NAME = "01_arrays"
WORTH = {
    "row_major_strides": 4.0,
    "replace_rows": 6.0,
    "broadcast_shape": 6.0,
    "standardise": 6.0,
    "pairwise_distances": 5.0,
    "block_sums": 6.0,
}
FULL = sum(WORTH.values())
NOTHING = dict.fromkeys(WORTH, 0.0)
_ROOT = Path(__file__).parents[4]


@dataclass(frozen=True)
class Case:
    """A submission with its true score.

    ``points`` says what each exercise is truly worth where that is not full; ``status`` what the
    report must call it; ``settings`` what of the limits differs.
    """

    name: str
    why: str
    build: Callable[[], Submission]
    points: Mapping[str, float] = field(default_factory=dict)
    status: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def true(self) -> float:
        """The true score."""
        return sum((WORTH | dict(self.points)).values())


@functools.cache
def _stored(folder: str) -> str:
    return (_ROOT / folder / f"{NAME}.ipynb").read_text(encoding="utf-8")


def solved() -> dict:
    """A notebook in which everything is right."""
    return json.loads(_stored("solutions"))


def untouched() -> dict:
    """The notebook as it is handed out."""
    return json.loads(_stored("chapters"))


def bytes_of(notebook: dict) -> bytes:
    """The file of a notebook."""
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def cell_of(notebook: dict, name: str) -> dict:
    """The cell of an exercise."""
    return next(cell for cell in notebook["cells"] if cell.get("id") == f"{CHAPTER}-{name}")


def text_of(cell: dict) -> str:
    """The text of a cell, as one."""
    return "".join(cell["source"])


def code_cells(notebook: dict) -> list[dict]:
    """All cells with code."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def right(name: str) -> str:
    """The right answer to an exercise."""
    return text_of(cell_of(solved(), name))


def inside(name: str, statement: str) -> str:
    """The right answer, with a statement before the first of its body."""
    text = right(name)
    function = next(n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef))
    first = function.body[1] if isinstance(function.body[0].value, ast.Constant) else None
    lines = text.splitlines()
    line = (first or function.body[0]).lineno - 1
    indented = ["    " + part for part in statement.splitlines()]
    return "\n".join([*lines[:line], *indented, *lines[line:]])


def handed_in(notebook: dict | bytes, **more) -> Submission:
    """A submission of a notebook."""
    content = notebook if isinstance(notebook, bytes) else bytes_of(notebook)
    return Submission("learner", content, **more)


def with_cells(**texts: str) -> Submission:
    """The right notebook, with other texts in the cells of these exercises."""
    notebook = solved()
    for name, text in texts.items():
        cell_of(notebook, name)["source"] = text
    return handed_in(notebook)


def edited(change: Callable[[dict], object]) -> Submission:
    """The right notebook after a change of its cells."""
    notebook = copy.deepcopy(solved())
    change(notebook)
    return handed_in(notebook)
