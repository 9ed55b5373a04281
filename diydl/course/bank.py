"""What stands beside a check: the exercise's title, hints, wrong answers and drivers.

`diydl/course/checks/__init__.py` explains how to write one. The kinds of exercise other than code
(predictions, orderings, bug hunts) are in `diydl.course.question`.
"""

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from diydl.exercise import SLOTS, Slot


@dataclass(frozen=True)
class Mistake:
    """A realistic wrong answer and the message that names its cause.

    For code ``answer`` is a function, for a question the answer given.
    """

    name: str
    message: str
    answer: Any

    @property
    def source(self) -> str:
        """The function's own lines, without its decorator, for bug hunts and orderings."""
        return _body(self.answer)


@dataclass
class Code:
    """An exercise whose answer is a function or class in a cell.

    Parameters
    ----------
    id, title
        ``"00/relu"`` and a few words for the top of the report.
    reference
        What the answer is compared with: a slot of the library, or a function beside the check.
    hints
        A question, a sub-goal, and the lines in their order.
    name
        Name of the function in the learner's cell; the last part of the id unless given.
    limit
        Seconds for the whole check.

    Examples
    --------
    >>> twice = Code("99/twice", "Double it", lambda x: 2 * x, hints=("?", "Add.", "x + x"))
    >>> @twice.mistake("This adds 2 instead of multiplying by 2.")
    ... def plus_two(x):
    ...     return x + 2
    >>> [mistake.name for mistake in twice.mistakes], twice.name
    (['plus_two'], 'twice')
    """

    id: str
    title: str
    reference: Callable
    hints: tuple[str, str, str]
    name: str = ""
    limit: float = 5.0
    mistakes: list[Mistake] = field(default_factory=list)
    drivers: dict[str, Callable] = field(default_factory=dict)
    kind = "code"

    def __post_init__(self):
        self.name = self.name or self.id.split("/")[1]

    def mistake(self, message: str) -> Callable[[Callable], Callable]:
        """Put a wrong answer into the bank, with the message that names its cause."""

        def keep(function: Callable) -> Callable:
            self.mistakes.append(Mistake(function.__name__, message, function))
            return function

        return keep

    def driver(self, function: Callable) -> Callable:
        """Register a driver: ``function(pieces, *args)`` returns plain data, holds no tests."""
        self.drivers[function.__name__] = function
        return function

    @property
    def is_slot(self) -> bool:
        """Whether the answer can be overlaid on the library."""
        return self.id in SLOTS

    @property
    def answer(self) -> str:
        """The reference as text: what unfolds after an attempt."""
        reference = self.reference
        return _body(reference.reference if isinstance(reference, Slot) else reference)


def _body(function: Callable) -> str:
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith(("def ", "class ", "async ")))
    return "\n".join(lines[start:]).strip()
