"""What each test is worth: the marks of the checks, or an instructor's TOML file.

.. code-block:: toml

    "03/mul_vjp_x" = 4          # the whole exercise; spread over its tests as before

    ["03/sum_to"]               # single tests; the others keep their points
    test_fan_out = 3
"""

import difflib
import math
import tomllib
from pathlib import Path
from typing import Any

from diydl.course.grading.suite import suites
from diydl.course.index import UnknownChapter

Worth = dict[str, dict[str, float]]


class PointsError(ValueError):
    """A file of points cannot be used; the message names the nearest that can."""


class _UnknownName(PointsError):
    """A file of points names an exercise or a test that is not known."""


def worth(number: str, points: Path | None = None, hidden: Path | None = None) -> Worth:
    """Return the points of every test of a chapter: from exercise id to test name to points.

    Tests of the folder `hidden` come after the others. Questions, which carry no points, are left
    out. Raises `PointsError`.

    Examples
    --------
    >>> sum(worth("00")["00/relu"].values())
    5.0
    """
    marked = _marked(number, hidden)
    if points is None:
        return marked
    told = _read(Path(points))
    known = dict(marked)
    for other in {id[:2] for id in told} - {number}:
        known |= _marked(other)
    for id, value in told.items():
        try:
            _check_id(id, known, points)
            applied = _applied(id, value, known[id], points)
        except _UnknownName as error:
            more = "" if hidden else " (checks of your own are known with --hidden)"
            raise PointsError(f"{error}{more}") from error
        if id in marked:
            marked[id] = applied
    return marked


def _marked(number: str, hidden: Path | None = None) -> Worth:
    try:
        return {suite.exercise.id: dict(suite.worth) for suite in suites(number, hidden)}
    except UnknownChapter:
        return {}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PointsError(f"{path} cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise PointsError(f"{path} is not TOML: {error}") from error


def _check_id(id: str, known: Worth, path: Path) -> None:
    if id in known:
        return
    near = difflib.get_close_matches(id, known, n=1, cutoff=0.4)
    meant = f"did you mean {near[0]!r}?" if near else f"expected ids such as {min(known)!r}"
    raise _UnknownName(f"{path}: there is no exercise {id!r} with points; {meant}")


def _applied(id: str, value: Any, tests: dict[str, float], path: Path) -> dict[str, float]:
    if not isinstance(value, dict):
        return _spread(_number(value, f"{path}, {id!r}"), tests)
    for name in value:
        if name not in tests:
            near = difflib.get_close_matches(name, tests, n=1, cutoff=0.3)
            meant = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(tests)}"
            raise _UnknownName(f"{path}, {id!r}: there is no test {name!r}; {meant}")
    return tests | {name: _number(v, f"{path}, {id!r}, {name}") for name, v in value.items()}


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
        raise PointsError(f"{where}: expected a number of points, 0 or more, got {value!r}")
    return value


def _spread(total: float, tests: dict[str, float]) -> dict[str, float]:
    """Spread a total in proportion to the marks, in hundredths; the last takes what is left."""
    marks = tests if sum(tests.values()) else dict.fromkeys(tests, 1)
    every = math.fsum(marks.values())
    shares = {name: math.floor(100 * total * mark / every) / 100 for name, mark in marks.items()}
    last = list(shares)[-1]
    rest = math.fsum(share for name, share in shares.items() if name != last)
    shares[last] = round(total - rest, 2)
    return {name: int(share) if share == int(share) else share for name, share in shares.items()}
