"""Know what the learner's cells said: every cell is kept, as text, right after it ran.

Works wherever IPython runs cells: JupyterLab, VS Code, nbclient (nbval, nbgrader). Outside IPython
nothing is kept, and the source of a function comes from its file.
"""

import inspect
import linecache
import sys
import textwrap
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diydl.course.rebuild import AnswerError, defines


@dataclass(frozen=True)
class Cell:
    """The text of a cell that ran, and its id where the front end told it."""

    text: str
    id: str | None = None


_ran: deque[Cell] = deque(maxlen=1000)
_watched: list[Any] = []


def watch_cells() -> bool:
    """Keep every cell from now on; returns whether there is an IPython to watch.

    >>> watch_cells() in (True, False)
    True
    """
    shell = _shell()
    if shell is None:
        return False
    if shell not in _watched:
        _watched.append(shell)
        shell.events.register("pre_run_cell", _keep)
        shell.events.register("post_run_cell", _warm_up)
        running = getattr(shell, "user_ns", {}).get("In", [""])[-1]
        _ran.append(Cell(running))  # the cell that imported us
    return True


def source_for(id: str, name: str, given: Any) -> str:
    """Return the text of the cell that holds the answer ``given`` to an exercise.

    That is the exercise's own cell if its id is known (and it defines ``name``), else the last one
    that defines ``name``. Raises `AnswerError` where ``given`` is not what such a cell made.
    """
    _refuse(name, given)
    candidates = [cell for cell in _ran if defines(cell.text, name)]
    own = [cell for cell in candidates if cell.id == id.replace("/", "-")]
    if own or candidates:
        cell = (own or candidates)[-1]
        if own and _text_of(given).strip() not in ("", *(c.text.strip() for c in own)):
            raise AnswerError(
                f"this `{name}` comes from another cell than the exercise's own; put your answer "
                "into the exercise cell, run it and check again"
            )
        return cell.text
    text = _text_of(given)
    if not text:
        raise AnswerError(
            f"the cell that defines `{name}` has not run yet; run the exercise cell, then this one"
        )
    return text


def names_elsewhere() -> set[str]:
    """Names that the notebook has defined so far.

    >>> isinstance(names_elsewhere(), set)
    True
    """
    shell = _shell()
    return set(shell.user_ns) - set(shell.user_ns_hidden) if shell is not None else set()


def in_notebook() -> bool:
    """Tell whether IPython runs this.

    >>> in_notebook() in (True, False)
    True
    """
    return _shell() is not None


def _refuse(name: str, given: Any) -> None:
    module = str(getattr(given, "__module__", "") or "")
    if module.split(".")[0] == "diydl" and "course.checks" not in module:
        raise AnswerError(
            f"`{name}` is the library's own here; run your exercise cell, which defines yours"
        )
    if not callable(given):
        raise AnswerError(
            f"expected your function `{name}`, found {type(given).__name__} {given!r:.40}; "
            f"write check(..., {name})"
        )
    found = getattr(given, "__name__", type(given).__name__)
    if found == "<lambda>":
        raise AnswerError(f"a lambda does not count; write `def {name}(...)` in the exercise cell")
    if found != name:
        raise AnswerError(f"expected your function `{name}`, found `{found}`; rename it to {name}")


def _text_of(given: Any) -> str:
    """Return the whole cell of a function that a cell made, or its own lines from a file."""
    given = inspect.unwrap(given)
    code = getattr(given, "__code__", None)
    if code is not None and not Path(code.co_filename).exists():
        return "".join(linecache.getlines(code.co_filename))
    try:
        return textwrap.dedent(inspect.getsource(given))
    except (OSError, TypeError):
        return ""


def _keep(info) -> None:
    shell = _shell()
    text = info.raw_cell or ""
    try:
        text = shell.transform_cell(text) if shell is not None else text
    except (SyntaxError, ValueError):
        pass
    _ran.append(Cell(text, getattr(info, "cell_id", None)))


def _warm_up(result) -> None:
    """Load pytest while the first cell ends, so that the first check is as quick as the others."""
    shell = _shell()
    shell.events.unregister("post_run_cell", _warm_up)
    import diydl.course.judge  # noqa: F401


def _shell():
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None
