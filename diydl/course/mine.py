"""``use_mine()``: run the library on the learner's own passed functions."""

import html
import logging
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from diydl.course.bank import Code
from diydl.course.catalog import UnknownExercise, find_exercise
from diydl.course.cells import in_notebook
from diydl.course.limits import Limit, StillRunning
from diydl.course.rebuild import AnswerError, rebuild
from diydl.course.record import Record, folder_in_use, read_all
from diydl.exercise import overlay

_in_use = ExitStack()
_log = logging.getLogger("diydl")


@dataclass
class Owned:
    """Which functions of the library are the learner's now, and what was left out and why."""

    mine: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    on: bool = True
    shown: bool = False

    def __str__(self) -> str:
        parts = [self._head()]
        parts += [f"  {id}: {name}" for id, name in self.mine.items()]
        parts += [f"  {id} left out: {why}" for id, why in self.left_out.items()]
        return "\n".join(parts + [f"  {note}" for note in self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head, *rest = str(self).splitlines()
        rows = "".join(f"<li>{html.escape(row.strip())}</li>" for row in rest)
        return (
            "<div role='note' style='border-left:4px solid #009E73;padding:.2em .8em'>"
            f"<strong>{html.escape(head)}</strong><ul style='margin:.3em 0'>{rows}</ul></div>"
        )

    def _ipython_display_(self) -> None:
        """Show it once: `use_mine` does so at once, also where it is not a cell's last line."""
        if not self.shown:
            self.shown = True
            page = {"text/html": self._repr_html_(), "text/plain": str(self)}
            sys.modules["IPython"].display.display(page, raw=True)

    def _head(self) -> str:
        if not self.mine:
            yet = ": none of yours has passed yet." if self.on else "."
            return f"The library runs on its own functions{yet}"
        count = "one" if len(self.mine) == 1 else len(self.mine)
        return f"The library now runs on {count} of your own functions:"


def use_mine(on: bool = True) -> Owned:
    """Run the library on every function whose check the learner has passed; False: stop that.

    Returns, for the notebook to show, which those are. What cannot be used is left out with the
    reason, and the library's own function serves.

    Examples
    --------
    >>> use_mine(False)
    The library runs on its own functions.
    """
    _in_use.close()
    owned, folder = Owned(on=on), folder_in_use()
    if on and (folder is None or not folder.is_dir()):
        owned.notes.append("There are no stored answers here; checks that pass store them.")
    elif on:
        records, owned.notes = read_all(folder)
        for record in records:
            _take(record, owned)
    if in_notebook():
        owned._ipython_display_()
    return owned


def announce() -> None:
    """Honour DIYDL_MINE=1: use the learner's functions and say so where it can be seen."""
    owned = use_mine()
    if not owned.shown:
        _log.warning("DIYDL_MINE=1. %s", owned)


def load_answer(exercise: Code, cell: str) -> Callable:
    """Rebuild a stored answer; raises `AnswerError` or `StillRunning`."""
    with Limit(exercise.limit) as limit:
        return rebuild(cell, exercise.id, exercise.name, run=limit.run)


def _take(record: Record, owned: Owned) -> None:
    if not record.passed or not record.passed.get("cell"):
        return
    try:
        exercise = find_exercise(record.id)
        if exercise.kind != "code" or not exercise.is_slot:
            return
        answer = load_answer(exercise, record.passed["cell"])
        _in_use.enter_context(overlay({exercise.id: answer}))
    except (UnknownExercise, AnswerError, StillRunning, TypeError) as error:
        owned.left_out[record.id] = str(error)
    else:
        owned.mine[record.id] = f"{exercise.reference.__module__}.{exercise.name}"
