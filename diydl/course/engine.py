"""Run a check: pytest, in this process, on one answer.

A check file is collected afresh each time (about 10 ms) under a plugin that gives its tests the
fixtures ``sub``, ``drive``, ``rng`` and ``reference``. Only calls through ``sub`` and ``drive``
reach the learner's code; they run inside the check's limit, with the slot overlaid and the
library's own version out of reach.
"""

import inspect
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pytest

from diydl.course.bank import Code
from diydl.course.compare import tracing
from diydl.course.explain import explain
from diydl.course.limits import Limit
from diydl.course.piece import HeldArray, Piece, copy_like, describe_call, plain_data
from diydl.exercise import Slot, references, under_test

SEED = 2026
CHECKS = Path(__file__).parent / "checks"
_OFF = (
    "cacheprovider terminal logging faulthandler unraisableexception threadexception debugging "
    "tmpdir monkeypatch recwarn doctest junitxml pastebin setuponly setupplan stepwise subtests "
    "unittest reports warnings legacypath"
)
_ARGUMENTS = [
    *(part for name in _OFF.split() for part in ("-p", f"no:{name}")),
    *(
        "-s",
        "--noconftest",
        "--import-mode=importlib",
        "--disable-plugin-autoload",
        "--assert=plain",  # a learner reads the sentence, not the values around it
        "-c",
        str(CHECKS / "pytest.ini"),
    ),
]
_busy = threading.Lock()


class CheckFault(Exception):
    """The check itself is at fault, not the answer."""


@dataclass
class Row:
    """What one test said. ``outcome`` is "passed", "failed" or "not run"."""

    test: str
    title: str
    points: float
    hint: str = ""
    outcome: str = "not run"
    message: str = ""
    error: BaseException | None = None


@dataclass
class Run:
    """All rows of a check, and what else was seen while it ran."""

    rows: list[Row]
    seed: int
    printed: str = ""
    characters: int = 0
    expired: bool = False
    cases: "list[Case]" = field(default_factory=list, repr=False)


@dataclass
class Case:
    """One call of a test function, kept so that known mistakes can be put through it too."""

    row: Row
    name: str
    function: Callable
    parameters: dict[str, Any]
    trace: list = field(default_factory=list)
    error: BaseException | None = None
    seconds: float = 0.0

    def run(self, trial: "Trial") -> tuple[list, BaseException | None]:
        """Put another answer through the case; return what was seen and what was raised."""
        fixtures = trial.fixtures(self.name)
        wanted = inspect.signature(self.function).parameters
        given = {k: v for k, v in fixtures.items() if k in wanted} | self.parameters
        with tracing() as trace:
            try:
                self.function(**given)
            except pytest.fail.Exception as error:
                return trace, AssertionError(error.msg)
            except Exception as error:
                return trace, error
        return trace, None


class Trial:
    """One answer under test: builds what the fixtures hand out."""

    def __init__(self, exercise: Code, answer: Callable, seed: int, limit: Limit):
        self.exercise, self.answer, self.seed, self.limit = exercise, answer, seed, limit
        self.called, self.elsewhere = "", set()
        self.sub = SimpleNamespace(**{"put": HeldArray, exercise.name: Piece(self, answer)})

    def fixtures(self, test: str) -> dict[str, Any]:
        """Return fresh fixtures for one test, the same for the same seed."""
        return {
            "sub": self.sub,
            "drive": self.drive,
            "rng": _rng(self.seed, test),
            "reference": _plain(self.exercise.reference),
        }

    def call(self, answer: Callable, *args, **kwargs) -> Any:
        """Run the learner's code: limited, overlaid, with the reference out of reach."""
        __tracebackhide__ = True
        self.called = describe_call(self.exercise.name, args, kwargs)
        with self._overlaid(answer) as guarded:
            return self.limit.run(guarded, *args, **kwargs)

    def drive(self, driver: str, *args, **kwargs) -> Any:
        """Run a driver of the exercise on the answer; it gets copies and returns plain data."""
        __tracebackhide__ = True
        self.called = f"{self.exercise.name}, used inside {driver!r},"
        with self._overlaid(self.answer) as guarded:
            pieces = SimpleNamespace(**{self.exercise.name: guarded})
            args, kwargs = tuple(map(copy_like, args)), {k: copy_like(v) for k, v in kwargs.items()}
            result = self.limit.run(self.exercise.drivers[driver], pieces, *args, **kwargs)
        return plain_data(result, f"driver {driver!r}")

    @contextmanager
    def _overlaid(self, answer: Callable) -> Iterator[Callable]:
        with under_test({self.exercise.id: answer}) as guarded:
            yield guarded[self.exercise.id]


def run_check(
    exercise: Code,
    answer: Callable | None,
    *,
    seed: int = SEED,
    limit: Limit | None = None,
    elsewhere: Iterable[str] = (),
) -> Run:
    """Run all tests of an exercise on an answer (None: only list them).

    A ``limit`` that is given has been entered by the caller and may be partly spent; ``elsewhere``
    names what other cells define.

    Raises `CheckFault` where the check cannot run, KeyboardInterrupt where the user stops it.
    """
    if answer is None:
        return _run(exercise, None, seed)
    with nullcontext(limit) if limit else Limit(exercise.limit) as running, references():
        trial = Trial(exercise, answer, seed, running)
        trial.elsewhere = set(elsewhere)
        run = _run(exercise, trial, seed)
        run.printed, run.characters = running.output.text, running.output.count
        run.expired = running.expired
    return run


def collect(exercise: Code, file: Path) -> list[Case]:
    """Return the cases of a check file for an exercise, to be put to many answers.

    Raises `CheckFault` where the file is no check of this exercise.
    """
    plugin = _Plugin(exercise, None, SEED)
    _through_pytest(plugin, file)
    return [
        Case(
            plugin.rows[item.originalname],
            item.name,
            item.function,
            dict(getattr(getattr(item, "callspec", None), "params", {})),
        )
        for item in plugin.items
    ]


def run_cases(
    cases: Iterable[Case], trial: "Trial", *, over: type[Exception], fault: type[Exception]
) -> Run:
    """Put an answer through cases that were collected before, as `run_check` does.

    Every row and case is a fresh copy. An exception of the kind ``over`` ends the run: what comes
    after it is not run. One of the kind ``fault`` is nobody's answer and comes out.
    """
    rows: dict[int, Row] = {}
    run = Run([], trial.seed)
    for template in cases:
        row = rows.setdefault(id(template.row), replace(template.row))
        case = replace(template, row=row, trace=[])
        if run.expired:
            continue
        start = time.perf_counter()
        case.trace, case.error = case.run(trial)
        case.seconds = time.perf_counter() - start
        if isinstance(case.error, fault):
            raise case.error
        run.expired = isinstance(case.error, over)
        run.cases.append(case)
        _note(case, trial)
    run.rows = list(rows.values())
    return run


def _note(case: Case, trial: "Trial") -> None:
    """Write into a row what a case of it said: one that fails fails them all."""
    row = case.row
    if case.error is None and row.outcome == "not run":
        row.outcome = "passed"
    elif case.error is not None and row.outcome != "failed":
        row.outcome, row.error = "failed", case.error
        row.message = explain(case.error, trial.exercise.id, trial.called, trial.elsewhere)


def _run(exercise: Code, trial: Trial | None, seed: int) -> Run:
    plugin = _Plugin(exercise, trial, seed)
    _through_pytest(plugin, check_file(exercise))
    return Run(list(plugin.rows.values()), seed, cases=plugin.cases)


def _through_pytest(plugin: "_Plugin", file: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    with _busy, mock.patch.dict(os.environ, clean, clear=True):
        code = pytest.main([*_ARGUMENTS, str(file)], plugins=[plugin])
    if code == pytest.ExitCode.INTERRUPTED and not plugin.fault:
        raise KeyboardInterrupt
    if code not in (0, 1) or not plugin.rows or plugin.fault:
        raise CheckFault(plugin.fault or f"pytest ended with exit code {int(code)}, no test ran")


def check_file(exercise: Code) -> Path:
    """Return the file with the tests of an exercise in code."""
    number, name = exercise.id.replace("-", "_").split("/")
    found = sorted(CHECKS.glob(f"ch{number}_*/test_{name}.py"))
    if len(found) != 1:
        raise CheckFault(f"expected one file ch{number}_*/test_{name}.py, found {len(found)}")
    return found[0]


class _Plugin:
    """Give the tests their fixtures and keep one row for each test function."""

    def __init__(self, exercise: Code, trial: Trial | None, seed: int):
        self.exercise, self.trial, self.seed = exercise, trial, seed
        self.rows: dict[str, Row] = {}
        self.cases: list[Case] = []
        self.items: list = []
        self.fault = ""

    def pytest_configure(self, config):
        for mark in ("exercise(id)", "points(n)", "hint(text)"):
            config.addinivalue_line("markers", mark)

    def pytest_collection_modifyitems(self, items):
        self.items = list(items)
        for item in items:
            item.repr_failure = lambda excinfo: "failed"  # its long tracebacks are for nobody
            if _mark(item, "exercise", "") != self.exercise.id:
                self.fault = f"{item.name} is marked for another exercise"
            self.rows.setdefault(
                item.originalname,
                Row(
                    item.originalname,
                    _title(item),
                    float(_mark(item, "points", 0)),
                    _mark(item, "hint", ""),
                ),
            )

    def pytest_collectreport(self, report):
        if report.failed:
            self.fault = f"the check cannot be read: {report.longrepr}"

    def pytest_runtest_protocol(self, item, nextitem):
        """Leave out what cannot run any more; pytest's own protocol runs the rest."""
        stopped = self.trial is None or self.trial.limit.expired
        return True if stopped or self.fault else None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        row = self.rows[item.originalname]
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        case = Case(row, item.name, item.function, dict(parameters))
        self.cases.append(case)
        start = time.perf_counter()
        with tracing() as case.trace:
            try:
                return (yield)
            except BaseException as error:
                case.error = error
                raise
            finally:
                case.seconds = time.perf_counter() - start

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        row = self.rows[item.originalname]
        if call.excinfo is not None and call.when != "call":
            self.fault = f"{item.name} failed in its {call.when}: {call.excinfo.value}"
        elif call.when == "call" and report.failed and row.outcome != "failed":
            row.outcome, row.error = "failed", call.excinfo.value
            trial, error = self.trial, call.excinfo.value
            row.message = explain(error, self.exercise.id, trial.called, trial.elsewhere)
        elif call.when == "call" and report.passed and row.outcome == "not run":
            row.outcome = "passed"
        return report

    @pytest.fixture
    def sub(self, request):
        return self._fixture(request, "sub")

    @pytest.fixture
    def drive(self, request):
        return self._fixture(request, "drive")

    @pytest.fixture
    def rng(self, request):
        return self._fixture(request, "rng")

    @pytest.fixture
    def reference(self, request):
        return self._fixture(request, "reference")

    def _fixture(self, request, name: str):
        return self.trial.fixtures(request.node.name)[name]


def _mark(item, name: str, default):
    mark = item.get_closest_marker(name)
    return mark.args[0] if mark else default


def _title(item) -> str:
    text = inspect.getdoc(item.function) or item.originalname.removeprefix("test_")
    return text.splitlines()[0].replace("_", " ").rstrip(".")


def _rng(seed: int, test: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(test.encode())])


def _plain(reference: Callable) -> Callable:
    return reference.reference if isinstance(reference, Slot) else reference
