"""Judge one answer, wherever it came from: a cell's text or a value. Stores and prints nothing."""

import inspect
from collections.abc import Iterable
from typing import Any

from diydl.course.bank import Code
from diydl.course.engine import SEED, Row, Run, run_check
from diydl.course.limits import KEPT, Limit, StillRunning, end_threads
from diydl.course.match import find_mistake
from diydl.course.question import Question
from diydl.course.rebuild import AnswerError, file_of, rebuild
from diydl.course.report import Line, Report
from diydl.exercise import SLOTS, signature_problem, under_test


def check_cell(
    exercise: Code, cell: str, *, seed: int = SEED, elsewhere: Iterable[str] = ()
) -> Report:
    """Rebuild the answer from its cell and put it through the exercise's check.

    >>> from diydl.course.catalog import find_exercise
    >>> check_cell(find_exercise("00/relu"), "def relu(x):\\n    return dl.maximum(x, 0)").points
    5.0
    """
    limit = Limit(exercise.limit)
    try:
        with limit:
            answer = _built(exercise, cell, limit, elsewhere)
            run = run_check(exercise, answer, seed=seed, limit=limit, elsewhere=elsewhere)
    except (AnswerError, StillRunning) as error:
        status = "stopped" if isinstance(error, StillRunning) else "unreadable"
        return unreadable(exercise, str(error), status)
    report = _report(exercise, run, cell)
    left = end_threads(file_of(exercise.id))
    if left:
        report.notes.append(f"Your code left {left} threads running; they were asked to end.")
    return report


def check_function(exercise: Code, answer: Any, *, seed: int = SEED) -> Report:
    """Put a function through the check as it is, without a cell (for proofs and drivers)."""
    problem = form_problem(exercise, answer)
    if problem:
        return unreadable(exercise, problem)
    return _report(exercise, run_check(exercise, answer, seed=seed), "")


def check_answer(exercise: Question, answer: Any) -> Report:
    """Judge the answer to a prediction, an ordering or a bug hunt.

    >>> from diydl.course.catalog import find_exercise
    >>> check_answer(find_exercise("00/order-step"), "cadb").status
    'passed'
    """
    found = exercise.judge(answer)
    return Report(
        exercise.id,
        exercise.title,
        status=found.status,
        summary=found.message,
        mistake=found.mistake.name if found.mistake else None,
        next=_next_hint(exercise.id) if found.status == "failed" else "",
    )


def unreadable(exercise: Code, message: str, status: str = "unreadable") -> Report:
    """Report an answer that no test could run on; lists the tests that wait for it."""
    rows = run_check(exercise, None).rows
    return Report(
        exercise.id,
        exercise.title,
        status=status,
        max=sum(row.points for row in rows),
        summary=f"{message[:1].upper()}{message[1:]}.".replace("..", "."),
        lines=[Line(row.title, "not run", row.points) for row in rows],
    )


def _built(exercise: Code, cell: str, limit: Limit, elsewhere: Iterable[str]) -> Any:
    placeholder = {exercise.id: _placeholder(exercise)} if exercise.id in SLOTS else {}
    with under_test(placeholder):
        answer = rebuild(cell, exercise.id, exercise.name, run=limit.run, elsewhere=elsewhere)
    problem = form_problem(exercise, answer)
    if problem:
        raise AnswerError(problem)
    return answer


def _placeholder(exercise: Code):
    """Stand in the slot while the cell is read, so that the reference is out of reach then too."""

    def not_yet(*args, **kwargs):
        raise NotImplementedError

    not_yet.__signature__ = inspect.signature(exercise.reference)  # type: ignore[attr-defined]
    return not_yet


def form_problem(exercise: Code, answer: Any) -> str | None:
    """Say how an answer differs in kind or header from what is asked, or return None."""
    if isinstance(exercise.reference, type):
        if isinstance(answer, type):
            return None
        return f"expected a class {exercise.name}, found a function; write `class {exercise.name}:`"
    if isinstance(answer, type):
        header = f"def {exercise.name}{inspect.signature(exercise.reference)}:"
        return f"expected a function, found the class {answer.__name__}; write `{header}`"
    if inspect.iscoroutinefunction(answer):
        return f"expected a plain function; write `def {exercise.name}`, without async"
    return signature_problem(exercise.reference, answer)


def _report(exercise: Code, run: Run, cell: str) -> Report:
    rows, started = run.rows, any(not is_stub(row) for row in run.rows)
    points = sum(row.points for row in rows if row.outcome == "passed")
    report = Report(
        exercise.id,
        exercise.title,
        status=_status(run, started),
        points=points,
        max=sum(row.points for row in rows),
        seed=run.seed,
        cell=cell,
        printed=_printed(run),
    )
    if not started:
        report.points = 0.0
        report.summary = "Not written yet: put your own lines in the place of the placeholder."
        report.lines = [Line(row.title, "not run", row.points) for row in rows]
        return report
    report.lines = _lines(rows)
    report.answer = exercise.answer
    mistake = find_mistake(exercise, run)
    if mistake is not None:
        report.mistake, report.advice = mistake.name, mistake.message
    if report.status == "failed":
        report.next = _next_hint(exercise.id)
    if run.expired:
        report.next = "What came after that did not run."
    return report


def _status(run: Run, started: bool) -> str:
    if run.expired:
        return "stopped"
    if not started:
        return "not started"
    return "passed" if all(row.outcome == "passed" for row in run.rows) else "failed"


def is_stub(row: Row) -> bool:
    """Tell whether a test met the placeholder."""
    return row.outcome == "failed" and isinstance(row.error, NotImplementedError)


def _lines(rows: list[Row]) -> list[Line]:
    """Make lines of rows; a message that stands above already is not repeated."""
    lines: list[Line] = []
    for row in rows:
        again = row.message and any(line.message == row.message for line in lines)
        message = "the same as above" if again else row.message
        hint = row.hint if row.outcome == "failed" and not again else ""
        lines.append(Line(row.title, row.outcome, row.points, message, hint))
    return lines


def _printed(run: Run) -> str:
    if run.characters <= KEPT:
        return run.printed
    return f"{run.printed}\n[... {run.characters:,} characters in all; the rest was not kept]"


def _next_hint(id: str) -> str:
    return f'Stuck? hint("{id}") opens a hint; hints never cost points.'
