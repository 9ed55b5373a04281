"""What came of one exercise, in points and in words."""

from diydl.course.engine import Run
from diydl.course.grading.errors import clean
from diydl.course.grading.result import Line, Scored
from diydl.course.grading.suite import Suite
from diydl.course.judge import is_stub
from diydl.course.match import find_mistake
from diydl.exercise import HiddenReferenceError, ReentryError

_REFUSED = (HiddenReferenceError, ReentryError)
NOT_YET = "Not written yet: the placeholder is still there."
_SUMMARIES = {
    "stopped": "It was ended before all tests had run.",
    "refused": "It reaches for the library's own answer, which is not there while it is graded.",
}


def told(suite: Suite, run: Run) -> Scored:
    """Turn what the tests said into points, a status, and words for the learner."""
    exercise = suite.exercise
    if all(is_stub(row) for row in run.rows):
        return empty(suite, "not attempted", NOT_YET)
    points = sum(row.points for row in run.rows if row.outcome == "passed")
    most = sum(row.points for row in run.rows)
    passed = all(row.outcome == "passed" for row in run.rows)
    status = "passed" if passed else "partial" if points else "failed"
    if run.expired:
        status = "stopped"
    elif not passed and any(isinstance(row.error, _REFUSED) for row in run.rows):
        status = "refused"
    mistake = None if status in ("passed", "refused") else find_mistake(exercise, run)
    return Scored(
        exercise.id,
        exercise.title,
        float(points),
        float(most),
        status,  # type: ignore[arg-type]
        summary=_SUMMARIES.get(status, ""),
        mistake=mistake.name if mistake else None,
        mistake_message=mistake.message if mistake else "",
        lines=[
            Line(
                row.test,
                row.title,
                float(row.points),
                row.outcome,  # type: ignore[arg-type]
                clean(row.message),
                row.hint if row.outcome == "failed" else "",
                row.test in suite.hidden,
            )
            for row in run.rows
        ],
    )


def empty(suite: Suite, status: str, summary: str) -> Scored:
    """Say why no test was run."""
    exercise = suite.exercise
    rows = {case.row.test: case.row for case in suite.cases}.values()
    lines = [
        Line(
            row.test,
            row.title,
            float(row.points),
            "not run",
            hidden=row.test in suite.hidden,
        )
        for row in rows
    ]
    return Scored(
        exercise.id,
        exercise.title,
        0.0,
        float(sum(row.points for row in rows)),
        status,  # type: ignore[arg-type]
        summary=_sentence(summary),
        lines=lines,
    )


def _sentence(text: str) -> str:
    text = clean(text)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
