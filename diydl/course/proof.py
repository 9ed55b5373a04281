"""Prove a check: the stub gets nothing, the solution everything, each mistake less, by its name.

And by deletion: without any one of its tests, a check would let some mistake of its bank pass.
Each function returns a list of faults in words, empty where all is well.
"""

from pathlib import Path
from typing import Any

from diydl.course.bank import Code, Mistake
from diydl.course.engine import SEED, run_check
from diydl.course.index import chapters_dir, find_chapter
from diydl.course.judge import check_answer, check_cell, check_function
from diydl.course.notebook import find_cell, find_value, read_notebook
from diydl.course.question import Question, as_answer
from diydl.course.report import Report

FEWEST = 3  # mistakes in a bank


def stub_faults(exercise: Code | Question) -> list[str]:
    """The untouched stub of `chapters/` scores exactly 0 and is called "not started"."""
    report = _in_notebook(exercise, chapters_dir())
    if report.points != 0 or report.status != "not started":
        return [f"the stub gets {report.points:g} points and is {report.status!r}"]
    return []


def solution_faults(exercise: Code | Question) -> list[str]:
    """The answer of `solutions/` and the reference both score exactly full, with any seed."""
    faults = []
    reports = {"the solution": _in_notebook(exercise, chapters_dir().parent / "solutions")}
    if isinstance(exercise, Code):
        for seed in (SEED, 1, 2):
            name = f"the reference with seed {seed}"
            reports[name] = check_function(exercise, _reference(exercise), seed=seed)
    for name, report in reports.items():
        if report.status != "passed" or report.points != report.max:
            faults.append(f"{name} gets {report.points:g} of {report.max:g}: {report}")
        if isinstance(exercise, Code) and not report.max:
            faults.append("the check gives no points at all")
    return faults


def mistake_faults(exercise: Code | Question) -> list[str]:
    """Each mistake scores less than full and is named as itself, and passes some test."""
    faults = []
    if len(exercise.mistakes) < FEWEST:
        faults.append(f"{len(exercise.mistakes)} mistakes in the bank, at least {FEWEST} expected")
    for mistake in exercise.mistakes:
        report = _with_mistake(exercise, mistake)
        if report.status != "failed":
            faults.append(f"{mistake.name} is {report.status!r}")
        if report.mistake != mistake.name:
            faults.append(f"{mistake.name} is taken for {report.mistake}")
        if mistake.message not in (report.advice, report.summary):
            faults.append(f"{mistake.name} does not get its message")
        if isinstance(exercise, Code) and not any(x.outcome == "passed" for x in report.lines):
            faults.append(f"{mistake.name} passes no test at all: it is not a realistic mistake")
    return faults


def deletion_faults(exercise: Code) -> list[str]:
    """Deleting any test of the check lets some mistake pass.

    Tests share no state, so a mistake passes without one of them exactly if no other catches it.
    """
    caught = [_failing(exercise, mistake) for mistake in exercise.mistakes]
    return [
        f"without {row.test} every mistake is still caught: it proves nothing"
        for row in run_check(exercise, None).rows
        if not any(tests <= {row.test} for tests in caught)
    ]


def _failing(exercise: Code, mistake: Mistake) -> set[str]:
    rows = run_check(exercise, mistake.answer).rows
    return {row.test for row in rows if row.outcome != "passed"}


def _with_mistake(exercise: Code | Question, mistake: Mistake) -> Report:
    if isinstance(exercise, Question):
        return check_answer(exercise, as_answer(mistake.answer))
    return check_function(exercise, mistake.answer)


def _in_notebook(exercise: Code | Question, folder: Path) -> Report:
    cells = read_notebook(folder / find_chapter(exercise.id[:2]).notebook)
    if isinstance(exercise, Question):
        return check_answer(exercise, find_value(cells, exercise))
    cell = find_cell(cells, exercise)
    if cell is None:
        raise LookupError(f"no cell of {folder} defines {exercise.name}, for {exercise.id}")
    return check_cell(exercise, cell)


def _reference(exercise: Code) -> Any:
    return getattr(exercise.reference, "reference", exercise.reference)
