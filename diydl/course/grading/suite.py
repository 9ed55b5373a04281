"""The exercises of a chapter with all their tests: those of the course, and an instructor's own.

Pytest collects each check once for a grading process; then the same test functions are put to
every submission. They keep no state, and nothing of a submission ever reaches them but copies.

A folder of hidden checks is laid out as `diydl/course/checks` is::

    my-checks/ch00_first_win/test_relu.py     more tests of 00/relu
    my-checks/ch00_first_win/relu.py          if they need drivers, or to name more mistakes
    my-checks/ch00_first_win/my_own.py        a whole exercise: its bank
    my-checks/ch00_first_win/test_my_own.py   and its tests
"""

import functools
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from diydl.course.bank import Code
from diydl.course.catalog import UnknownExercise, exercise_ids, find_exercise
from diydl.course.engine import Case, CheckFault, check_file, collect
from diydl.course.grading.drivers import driver_text
from diydl.course.index import find_chapter


class HiddenCheckError(ValueError):
    """A folder of hidden checks cannot be used; the message says which file and what to change."""


@dataclass(frozen=True)
class Suite:
    """An exercise, its tests, and which of them are hidden.

    ``cases`` are single calls of a test function; cases of one function share a row.
    """

    exercise: Code
    cases: tuple[Case, ...]
    hidden: frozenset[str]

    @property
    def worth(self) -> dict[str, float]:
        """Points of each test, by its name, in order."""
        return {case.row.test: case.row.points for case in self.cases}

    @functools.cached_property
    def drivers(self) -> str:
        """The text of the drivers, for the submission's process."""
        return driver_text(self.exercise)

    def weighed(self, points: Mapping[str, float]) -> "Suite":
        """Return the same with other points for the tests named."""
        rows = {id(case.row): case.row for case in self.cases}
        rows = {k: replace(r, points=points.get(r.test, r.points)) for k, r in rows.items()}
        return replace(self, cases=tuple(replace(c, row=rows[id(c.row)]) for c in self.cases))


def suites(chapter: str, hidden: Path | None = None) -> list[Suite]:
    """Return the exercises in code of a chapter, in its order, an instructor's own at the end.

    Raises `HiddenCheckError`.

    >>> [suite.exercise.id for suite in suites("00")]
    ['00/relu', '00/accuracy']
    """
    number = find_chapter(chapter).number
    folders = _folders(number, hidden)
    found = [_extended(_own(id), folders) for id in exercise_ids(number) if _is_code(id)]
    known = {suite.exercise.name.replace("-", "_") for suite in found}
    for folder in folders:
        for path in sorted(folder.glob("[!_]*.py")):
            name = path.stem.removeprefix("test_")
            if name not in known:
                found.append(_new(number, name, folder))
                known.add(name)
    return found


@functools.cache
def _own(id: str) -> Suite:
    exercise = find_exercise(id)
    return Suite(exercise, tuple(collect(exercise, check_file(exercise))), frozenset())


def _is_code(id: str) -> bool:
    return find_exercise(id).kind == "code"


def _folders(number: str, hidden: Path | None) -> list[Path]:
    if hidden is None:
        return []
    if not Path(hidden).is_dir():
        raise HiddenCheckError(f"{hidden}: expected a folder with hidden checks, found none")
    return sorted(path for path in Path(hidden).glob(f"ch{number}_*") if path.is_dir())


def _extended(suite: Suite, folders: list[Path]) -> Suite:
    stem = suite.exercise.id.split("/")[1].replace("-", "_")
    for folder in folders:
        bank, tests = folder / f"{stem}.py", folder / f"test_{stem}.py"
        exercise, cases = suite.exercise, list(suite.cases)
        if bank.is_file():
            more = _exercise_in(bank, exercise.id)
            exercise = replace(
                exercise,
                mistakes=[*exercise.mistakes, *more.mistakes],
                drivers={**exercise.drivers, **more.drivers},
            )
        if tests.is_file():
            cases += _distinct(_collected(exercise, tests), suite.worth, tests)
        added = {case.row.test for case in cases} - set(suite.worth)
        suite = Suite(exercise, tuple(cases), suite.hidden | added)
    return suite


def _new(number: str, stem: str, folder: Path) -> Suite:
    bank, tests = folder / f"{stem}.py", folder / f"test_{stem}.py"
    if not bank.is_file():
        known = ", ".join(id for id in exercise_ids(number) if _is_code(id))
        raise HiddenCheckError(
            f"{tests} tests {number}/{stem}, and there is no such exercise: expected one of "
            f"{known}, or a bank {bank.name} beside it"
        )
    exercise = _exercise_in(bank, "")
    if exercise.id.replace("-", "_") != f"{number}/{stem}":
        raise HiddenCheckError(f"{bank} holds exercise {exercise.id}, expected {number}/{stem}")
    if not tests.is_file():
        raise HiddenCheckError(f"{bank} has no tests: expected {tests.name} beside it")
    cases = tuple(_collected(exercise, tests))
    return Suite(exercise, cases, frozenset(case.row.test for case in cases))


def _exercise_in(path: Path, id: str) -> Code:
    try:
        exercise = _module(path, path.stat().st_mtime).exercise
    except UnknownExercise as error:
        raise HiddenCheckError(f"{path}: {error}") from error
    except Exception as error:
        raise HiddenCheckError(f"{path} cannot be read: {type(error).__name__}: {error}") from error
    if not isinstance(exercise, Code) or (id and exercise.id != id):
        wanted = f"an exercise = Code({id!r}, ...)" if id else "an exercise = Code(...)"
        raise HiddenCheckError(f"{path}: expected {wanted}")
    return exercise


@functools.cache
def _module(path: Path, changed: float) -> ModuleType:
    name = f"hidden_{path.parent.name}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    return module


@functools.cache
def _collected_once(id: str, path: Path, changed: float) -> tuple[Case, ...]:
    exercise = Code(id, "", lambda: None, ("", "", ""))
    return tuple(collect(exercise, path))


def _collected(exercise: Code, path: Path) -> tuple[Case, ...]:
    try:
        return _collected_once(exercise.id, path, path.stat().st_mtime)
    except CheckFault as fault:
        raise HiddenCheckError(f"{path}: {fault}") from fault


def _distinct(cases: tuple[Case, ...], known: dict[str, float], path: Path) -> list[Case]:
    for case in cases:
        if case.row.test in known:
            raise HiddenCheckError(
                f"{path}: a test {case.row.test} is among those of the course; give it another name"
            )
    return list(cases)
