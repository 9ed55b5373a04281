"""Compare the header of an answer in another process with the reference's."""

import inspect
from typing import Any

from diydl.course.bank import Code
from diydl.course.judge import form_problem as problem_of

_KINDS = list(inspect._ParameterKind)


class _Shown:
    """A default value, known only by how it is written."""

    def __init__(self, text: str):
        self.text = text

    def __repr__(self) -> str:
        return self.text


def form_problem(exercise: Code, form: dict[str, Any]) -> str | None:
    """Say how the header that a submission's process described differs, or return None.

    >>> from diydl.course.catalog import find_exercise
    >>> form_problem(find_exercise("00/relu"), {"kind": "function", "parameters": [["z", 1, None]]})
    'expected relu(x), found relu(z); rename the parameter z to x'
    """
    try:
        return problem_of(exercise, _stand_in(exercise.name, form))
    except (KeyError, TypeError, ValueError, IndexError):
        return f"the header of {exercise.name} cannot be read; write `def {exercise.name}(...)`"


def _stand_in(name: str, form: dict[str, Any]) -> Any:
    """Make something that looks, from outside, like what was described."""
    kind = form["kind"]
    if kind == "class":
        return type(name, (), {})
    if kind not in ("function", "coroutine"):
        return _Shown(f"of type {kind}")

    def function(*args, **kwargs):
        raise AssertionError

    async def coroutine(*args, **kwargs):
        raise AssertionError

    made = function if kind == "function" else coroutine
    made.__name__ = name
    made.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                parameter,
                _KINDS[number],
                default=inspect.Parameter.empty if default is None else _Shown(default),
            )
            for parameter, number, default in form["parameters"]
        ]
    )
    return made
