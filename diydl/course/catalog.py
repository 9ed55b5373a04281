"""Which exercises there are, and where: the chapters' folders under `diydl/course/checks`."""

import difflib
import functools
import importlib
import pkgutil
import re
from typing import Any

from diydl.course import checks


class UnknownExercise(LookupError):
    """No exercise goes by that id. The message suggests the nearest."""


def exercise_ids(chapter: str | None = None) -> tuple[str, ...]:
    """Return the ids of all exercises, or of one chapter ("00"), in the order of the chapters.

    >>> exercise_ids("00")[1]
    '00/relu'
    """
    return tuple(id for id in _places() if chapter is None or id[:2] == chapter)


def find_exercise(id: str) -> Any:
    """Return an exercise (a `Code` or a `Question`) by "00/relu" or "00-relu".

    >>> find_exercise("00/relu").title
    'Bend: negative becomes zero'
    >>> find_exercise("00/rellu")
    Traceback (most recent call last):
    diydl.course.catalog.UnknownExercise: there is no exercise '00/rellu'; did you mean '00/relu'?
    """
    places = _places()
    wanted = re.sub(r"^(\d\d)-", r"\1/", str(id).strip())
    if wanted not in places:
        near = difflib.get_close_matches(wanted, places, n=1, cutoff=0.4)
        meant = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(places)}"
        raise UnknownExercise(f"there is no exercise {id!r}; {meant}")
    exercise = importlib.import_module(places[wanted]).exercise
    if exercise.id != wanted:
        raise ValueError(f"{places[wanted]} holds exercise {exercise.id}, expected {wanted}")
    return exercise


@functools.cache
def _places() -> dict[str, str]:
    """Map each exercise id to the module of its bank."""
    found = {}
    for info in pkgutil.iter_modules(checks.__path__):
        if re.match(r"ch\d\d_", info.name):
            folder = f"{checks.__name__}.{info.name}"
            for id in importlib.import_module(folder).EXERCISES:
                found[id] = f"{folder}.{id.split('/')[1].replace('-', '_')}"
    return found
