"""A grader that obeys the interface and does what a submission's text says."""

import os
import time
from pathlib import Path

from diydl.course.grading.result import Graded, Scored


def grade(submission, settings):
    text = (submission.notebook or b"").decode("utf-8", "replace")
    word, _, rest = text.partition(" ")
    if word == "die":
        os._exit(3)
    if word == "raise":
        raise ValueError(f"no score for {submission.id}")
    if word == "sleep":
        time.sleep(float(rest))
    graded = Graded(submission.id, settings.chapter)
    if word == "unreadable":
        graded.status, graded.message = "unreadable", "no notebook at all"
        return graded, 0.01
    got = float(rest) if word == "points" else 0.0
    if word == "once":  # times out the first time: the file remembers
        seen = Path(rest)
        graded.timed_out = not seen.exists()
        got = 0.0 if graded.timed_out else 9.0
        seen.touch()
    if word == "count":  # tells how often it was called
        with Path(rest).open("a") as file:
            file.write("x")
        got = 5.0
    graded.exercises = [Scored("00/relu", "Bend", got, 9.0, "partial", cell=text)]
    return graded, 0.5


def double(job, setting):
    return 2 * job + setting


def stubborn(job, setting):
    if job == "die":
        os._exit(7)
    if job == "raise":
        raise KeyError("lost")
    if job == "sleep":
        time.sleep(60)
    return job


class Unloadable:
    """What crosses to another process and ends it there."""

    def __reduce__(self):
        return os._exit, (4,)
