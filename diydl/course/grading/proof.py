"""The three-way proof through the grader: stub nothing, solution everything, each mistake less.

What `diydl.course.proof` shows of a check in one process, this shows of the same check where test
and answer are apart. Each function returns a list of faults in words, empty where all is well.
"""

import json
import re
from collections.abc import Iterator

from diydl.course.bank import Code, Mistake
from diydl.course.grading.drivers import text_of
from diydl.course.grading.grader import grade
from diydl.course.grading.result import Graded, Scored
from diydl.course.grading.settings import Settings
from diydl.course.grading.submission import Submission
from diydl.course.grading.suite import suites
from diydl.course.index import chapters_dir, find_chapter


def stub_faults(settings: Settings) -> list[str]:
    """The chapter as it is handed out gets exactly 0 of every exercise, and says why.

    So it does with a comment added to each cell, where the stubs are run through every test.
    """
    notebook = (chapters_dir() / find_chapter(settings.chapter).notebook).read_bytes()
    return [
        f"the stub of {scored.id} is {scored.status!r} and gets {scored.points:g}"
        for handed_in in (notebook, _touched(notebook))
        for scored in grade(Submission("stub", handed_in), settings)[0].exercises
        if scored.points != 0 or scored.status != "not attempted"
    ]


def solution_faults(settings: Settings) -> list[str]:
    """The solutions get exactly the full points of every exercise."""
    folder = chapters_dir().parent / "solutions"
    solved = (folder / find_chapter(settings.chapter).notebook).read_bytes()
    return [
        f"the solution of {scored.id} gets {scored.points:g} of {scored.max:g}: {scored}"
        for scored in grade(Submission("solution", solved), settings)[0].exercises
        if scored.points != scored.max or scored.status != "passed" or not scored.max
    ]


def mistake_faults(settings: Settings) -> list[str]:
    """Each wrong answer of the banks gets less than full points, and is recognised."""
    return [
        fault
        for mistakes in _rounds(settings)
        for fault in _told(mistakes, grade(_handed_in(mistakes), settings)[0])
    ]


def as_cell(exercise: Code, mistake: Mistake) -> str:
    """Return a wrong answer as a learner would have written it, under the exercise's name.

    >>> from diydl.course.catalog import find_exercise
    >>> relu = find_exercise("00/relu")
    >>> as_cell(relu, relu.mistakes[0]).splitlines()[-2]
    'def relu(x):'
    """
    text = text_of([mistake.answer])
    return re.sub(rf"(?<![.\w]){mistake.answer.__name__}\b", exercise.name, text)


def _rounds(settings: Settings) -> Iterator[list[tuple[Code, Mistake]]]:
    """Take one mistake of every exercise, then the next of each: one submission for each round."""
    exercises = [suite.exercise for suite in suites(settings.chapter, settings.hidden)]
    for k in range(max(len(exercise.mistakes) for exercise in exercises)):
        yield [(e, e.mistakes[k]) for e in exercises if k < len(e.mistakes)]


def _handed_in(mistakes: list[tuple[Code, Mistake]]) -> Submission:
    cells = {exercise.id: as_cell(exercise, mistake) for exercise, mistake in mistakes}
    return Submission("mistakes", answers=cells)


def _told(mistakes: list[tuple[Code, Mistake]], graded: Graded) -> Iterator[str]:
    found: dict[str, Scored] = {scored.id: scored for scored in graded.exercises}
    for exercise, mistake in mistakes:
        scored, name = found[exercise.id], f"{mistake.name} of {exercise.id}"
        if scored.status != "partial":
            yield f"{name} is {scored.status!r}: {scored}"
        if scored.points >= scored.max:
            yield f"{name} gets {scored.points:g} of {scored.max:g}"
        if (scored.mistake, scored.mistake_message) != (mistake.name, mistake.message):
            yield f"{name} is taken for {scored.mistake}"


def _touched(notebook: bytes) -> bytes:
    data = json.loads(notebook)
    for cell in data["cells"]:
        cell["source"] = ["".join(cell["source"]), "\n# a word of the learner's own"]
    return json.dumps(data).encode()
