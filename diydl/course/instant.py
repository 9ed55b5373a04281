"""``check(id, answer)``: the instant check, called as the last line of a cell."""

import os
import threading
import traceback
from typing import Any

from diydl.course.catalog import UnknownExercise, find_exercise
from diydl.course.cells import names_elsewhere, source_for
from diydl.course.hints import lines
from diydl.course.rebuild import AnswerError
from diydl.course.record import RecordError, folder_in_use, store
from diydl.course.report import Report

_ATTEMPTS = ("passed", "failed", "stopped", "unreadable")
_state = threading.local()


class CheckFailed(AssertionError):
    """Under DIYDL_STRICT=1: a check gave less than full points."""


def check(id: str, answer: Any) -> Report:
    """Check an answer and say how it is doing; store it once it passes.

    Parameters
    ----------
    id
        The exercise: "00/relu".
    answer
        For code, your function: it names the cell that is rebuilt and tested. For a prediction, an
        ordering or a bug hunt, the answer itself.

    Returns
    -------
    Report
        Shown by the notebook. Nothing is ever raised, except under DIYDL_STRICT=1: `CheckFailed`
        for less than full points.

    Examples
    --------
    >>> check("00/predict-untrained", 10).status
    'passed'
    """
    if getattr(_state, "busy", False):
        return Report(id, status="not run", summary="A check inside an answer does nothing.")
    _state.busy = True
    try:
        report = _checked(id, answer)
    except Exception as error:
        report = _at_fault(id, error)
    finally:
        _state.busy = False
    if os.environ.get("DIYDL_STRICT") == "1" and not report.passed:
        raise CheckFailed(str(report))
    return report


def _checked(id: str, answer: Any) -> Report:
    from diydl.course.judge import check_answer, check_cell, unreadable  # loads pytest: 0.1 s

    try:
        exercise = find_exercise(id)
    except UnknownExercise as error:
        return Report(str(id), status="unknown", summary=str(error))
    if exercise.kind != "code":
        report = check_answer(exercise, answer)
        return _recorded(report, {"value": answer})
    if answer is ... or answer is None:
        return unreadable(exercise, f"write check({exercise.id!r}, {exercise.name})")
    try:
        cell = source_for(exercise.id, exercise.name, answer)
    except AnswerError as error:
        return unreadable(exercise, str(error))
    report = check_cell(exercise, cell, elsewhere=names_elsewhere())
    return _recorded(report, {"cell": cell, "seed": report.seed})


def _recorded(report: Report, answer: dict[str, Any]) -> Report:
    folder = folder_in_use()
    if folder is None or report.status not in _ATTEMPTS:
        return report
    result = {
        "status": report.status,
        "points": report.points,
        "max": report.max,
        "mistake": report.mistake,
        **answer,
    }
    try:
        report.notes += store(report.id, result, folder)
    except RecordError as error:
        report.notes.append(f"Note: {error}.")
    return report


check.lines = lines  # type: ignore[attr-defined]


def _at_fault(id: str, error: Exception) -> Report:
    return Report(
        str(id),
        status="error",
        summary="The check itself failed; your answer is not to blame and nothing of it is lost.",
        printed="".join(traceback.format_exception(error))[-4000:],
    )
