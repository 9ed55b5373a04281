"""One submission's result as Gradescope reads it: `results.json`.

The form is that of its "Autograder Specifications": a score, and tests with name, score, most, text
and who may see them. All is plain text there, so that nothing of a submission is taken for HTML.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.report.advice import MEANS
from diydl.course.grading.report.page import number, plain
from diydl.course.grading.result import Line, Scored
from diydl.storage import write_atomically

_TEXT = {"output_format": "text", "test_output_format": "text", "test_name_format": "text"}
_LONGEST = 4000  # characters of one output


class GradescopeError(ValueError):
    """No `results.json` can be written; the message says why."""


def results(entry: Entry, batch: Batch) -> dict[str, Any]:
    """Return the content of `results.json`: of a hidden test the hint only, the rest in full.

    Raises `GradescopeError` after an error of the grader: that is nobody's score.

    Examples
    --------
    >>> results(Entry("ada", "no submission", max=9.0), Batch("00_first_win", []))["score"]
    0.0
    """
    if entry.status == "grader error":
        raise GradescopeError(f"the grader failed, so there is no score: {entry.message}")
    graded = entry.graded
    exercises = graded.exercises if graded is not None and entry.status == "graded" else []
    told: dict[str, Any] = {
        "score": round(entry.final, 4) if entry.status == "graded" else 0.0,
        **_TEXT,
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "output": _output(entry),
        "tests": [test for k, scored in enumerate(exercises) for test in _tests(k + 1, scored)],
        "extra_data": {
            "chapter": batch.chapter,
            "seed": getattr(batch.settings, "seed", None),
            "versions": dict(batch.versions),
            "sandbox": graded.sandbox if graded is not None else "",
            "mistakes": {s.id: s.mistake for s in exercises if s.mistake},
        },
    }
    if not exercises:  # Gradescope takes the most that can be had from the tests
        told["tests"] = [
            {
                "name": f"Chapter {batch.chapter}",
                "score": 0.0,
                "max_score": entry.max,
                "status": "failed",
                "output": _output(entry),
                "visibility": "visible",
            }
        ]
    return told


def write_results(batch: Batch, path: Path) -> None:
    """Write `results.json` for the one submission of a batch.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "results.json"
    >>> write_results(Batch("00", [Entry("ada", "graded", final=2.5, max=9.0)]), path)
    >>> json.loads(path.read_text())["score"]
    2.5
    >>> write_results(Batch("00", []), path)
    Traceback (most recent call last):
    diydl.course.grading.report.gradescope.GradescopeError: results.json is about one ...
    """
    if len(batch.graded) != 1:
        raise GradescopeError(
            f"results.json is about one submission, got {len(batch.graded)}; name one PATH"
        )
    text = json.dumps(results(batch.graded[0], batch), indent=1, allow_nan=False)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text + "\n")


def _output(entry: Entry) -> str:
    graded = entry.graded
    lines = [entry.message or (graded.message if graded is not None else "")]
    if entry.status == "no submission":
        lines.append("Nothing was found to grade.")
    if entry.status == "graded":
        lines.append(f"{number(entry.raw)} of {number(entry.max)} points.")
    if entry.penalty:
        lines.append(f"Lateness takes {number(entry.penalty)}.")
    lines += graded.notes if graded is not None else []
    return _said("\n".join(line for line in lines if line))


def _tests(place: int, scored: Scored) -> Iterator[dict[str, Any]]:
    head = f"{scored.id} {scored.title}".strip()
    cause = f"What may be behind it: {scored.mistake_message}" if scored.mistake_message else ""
    above = [cause, scored.summary or MEANS.get(scored.status, ""), *scored.notes]
    if not scored.lines or scored.status == "not attempted":
        passed = scored.status == "passed"
        yield _test(f"{place}", head, scored.points, scored.max, passed, above)
        return
    for k, line in enumerate(scored.lines, start=1):
        passed = line.outcome == "passed"
        said = [] if passed else [*above, *_about(line)]
        title = "a test that is not shown" if line.hidden else line.title or line.test
        yield _test(f"{place}.{k}", f"{head}: {title}", line.got, line.points, passed, said)
        above = above if passed else []  # once is enough


def _about(line: Line) -> list[str]:
    told = [] if line.hidden else [line.message]
    if line.outcome == "not run":
        told.append("This test was not run.")
    return [*told, f"Hint: {line.hint}" if line.hint else ""]


def _test(
    place: str, name: str, score: float, most: float, passed: bool, said: list[str]
) -> dict[str, Any]:
    return {
        "number": place,
        "name": plain(name, 300),
        "score": round(score, 4),
        "max_score": round(most, 4),
        "status": "passed" if passed else "failed",
        "output": _said("\n".join(text for text in said if text)),
        "visibility": "visible",
    }


def _said(text: str) -> str:
    return plain(text, _LONGEST)
