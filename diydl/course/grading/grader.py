"""Grade one submission."""

import time

from diydl.course.grading.result import Graded
from diydl.course.grading.settings import Settings
from diydl.course.grading.submission import Submission


def grade(submission: Submission, settings: Settings) -> tuple[Graded, float]:
    """Put a submission through the checks of its chapter; return the result and the seconds."""
    start = time.perf_counter()
    graded = Graded(submission.id, settings.chapter, notes=list(submission.problems))
    return graded, time.perf_counter() - start
