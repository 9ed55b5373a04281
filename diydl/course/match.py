"""Recognise a known mistake by what an answer does, not by how it is written."""

from contextlib import suppress
from typing import Any

import numpy as np

from diydl.course.bank import Code, Mistake
from diydl.course.engine import Case, Run, Trial
from diydl.course.limits import Limit, StillRunning
from diydl.exercise import references

_PATIENCE = 2.0  # seconds for the whole bank


def find_mistake(exercise: Code, run: Run) -> Mistake | None:
    """Return the mistake of the bank that behaves as the answer did in every test, if any.

    Each wrong answer is put through the same cases with the same inputs, until it differs: passes
    where the answer failed, raises something else, or shows another value to a comparison.
    """
    if all(row.outcome == "passed" for row in run.rows) or run.expired:
        return None
    slow = 0.02  # seconds; quick cases first, and of these the failures, which tell most
    telling = sorted(run.cases, key=lambda case: (case.seconds > slow, case.error is None))
    with Limit(_PATIENCE) as limit, references(), suppress(StillRunning):
        for mistake in exercise.mistakes:
            trial = Trial(exercise, mistake.answer, run.seed, limit)
            if all(_behaves_alike(case, trial) for case in telling):
                return mistake
    return None  # none of them, or out of time: an answer without advice is still an answer


def _behaves_alike(case: Case, trial: Trial) -> bool:
    trace, error = case.run(trial)
    if _kind(error) != _kind(case.error) or len(trace) != len(case.trace):
        return False
    return all(_alike(a, b) for a, b in zip(trace, case.trace, strict=True))


def _alike(a: Any, b: Any) -> bool:
    if _kind(a) != _kind(b):
        return False
    if type(a) is not type(b):  # the one in another process: only its kind crossed
        return True
    if isinstance(a, np.ndarray | np.generic | float):
        a, b = np.asarray(a), np.asarray(b)
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        if a.dtype.kind not in "fc":
            return bool(np.array_equal(a, b))
        close = 1e-3 if a.dtype.itemsize == 2 else 1e-5
        return bool(np.allclose(a, b, rtol=close, atol=close, equal_nan=True))
    return bool(a == b) if isinstance(a, int | str | list | None) else True


def _kind(value: Any) -> tuple[str, str]:
    return type(value).__module__, type(value).__qualname__
