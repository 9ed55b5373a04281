"""Grade one submission: find each answer, put it through its tests, say what came of it.

An answer is built as the instant check builds it, from its own cell and the given imports. So what
passes in the notebook passes here, and no other cell can spoil it; cells that draw or train are
not run at all. Only where that brings less than full points and the cell uses a name that other
cells define, it is built once more with those, and the better of the two counts.
"""

import contextlib
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from diydl.course.engine import run_cases
from diydl.course.grading.choice import (
    candidates,
    elsewhere_of,
    given_statements,
    leans_on,
    names_in,
    released,
)
from diydl.course.grading.form import form_problem
from diydl.course.grading.points import worth
from diydl.course.grading.process.host import Host, host_for
from diydl.course.grading.process.remote import Budget, Over, RemoteTrial, Sitting
from diydl.course.grading.process.streams import HostError
from diydl.course.grading.reading import Reading, Unreadable, read_bytes
from diydl.course.grading.result import (
    DIFFERS,
    KEPT,
    STORED,
    UNUSABLE,
    Graded,
    Scored,
    encodable,
)
from diydl.course.grading.settings import Settings
from diydl.course.grading.submission import Submission
from diydl.course.grading.suite import Suite, suites
from diydl.course.grading.telling import NOT_YET, empty, told
from diydl.course.limits import patient
from diydl.course.notebook import CodeCell
from diydl.course.rebuild import AnswerError

_one_at_a_time = threading.Lock()
_ELSEWHERE = (
    "The answer uses {} of another cell, and was graded together with it. An answer is one cell: "
    "the check in the notebook asks to move it there."
)


def grade(submission: Submission, settings: Settings) -> tuple[Graded, float]:
    """Put a submission through the checks of its chapter; return the result and the seconds.

    Whatever a submission does ends in a score. What is raised is the grader's own fault
    (`streams.HostError`, `engine.CheckFault`) or the instructor's (`suite.HiddenCheckError`,
    `points.PointsError`, `sandbox.SandboxError`), and no score.

    >>> from diydl.course.grading.submission import Submission
    >>> cell = "def relu(x):\\n    return dl.maximum(x, 0)"
    >>> graded, seconds = grade(Submission("ada", answers={"00/relu": cell}), Settings("00"))
    >>> graded.points, [scored.status for scored in graded.exercises]
    (5.0, ['passed', 'not attempted'])
    """
    start = time.perf_counter()
    with _one_at_a_time:
        graded = _graded(submission, settings)
    return graded, time.perf_counter() - start


def _graded(submission: Submission, settings: Settings) -> Graded:
    chosen = _weighed(settings)
    hide = (str(settings.hidden.resolve()),) if settings.hidden else ()
    host = host_for(
        settings.sandbox,
        settings.mem_mb,
        int(settings.total_s) + 30,
        hide=hide,
        modules=_modules(chosen),
    )
    host.get_ready()
    budget = Budget(time.monotonic() + settings.total_s, settings.call_s, settings.cell_s)
    graded = Graded(submission.id, settings.chapter, sandbox=host.jail.describe())
    graded.notes += submission.problems
    try:
        reading = Reading([]) if submission.notebook is None else read_bytes(submission.notebook)
    except Unreadable as error:
        reading = Reading([])
        graded.notes.append(f"The notebook cannot be read: {error}.")
        if not submission.answers:
            graded.status, graded.message = "unreadable", str(error)
    if submission.notebook is None and not submission.answers:
        graded.status = "unreadable"
        graded.message = (submission.problems or ["there is no notebook and no stored answer"])[0]
    graded.notes += reading.notes
    with patient(10):  # for known mistakes, which run here: the result must not depend on the load
        for suite in chosen:
            desk = _Desk(suite, reading.cells, submission, settings, host, budget)
            graded.exercises.append(desk.scored())
    graded.timed_out = budget.ran_out
    return Graded.from_json(encodable(graded.to_json()))


def _weighed(settings: Settings) -> list[Suite]:
    """Return the suites with the points that the instructor gave."""
    found = suites(settings.chapter, settings.hidden)
    if settings.points is None:
        return found
    told = worth(settings.chapter[:2], settings.points, settings.hidden)
    return [suite.weighed(told.get(suite.exercise.id, {})) for suite in found]


def _modules(chosen: Sequence[Suite]) -> tuple[str, ...]:
    """Return the modules of the library that hold the references of exercises."""
    slots = [suite.exercise.reference for suite in chosen if suite.exercise.is_slot]
    return tuple(sorted({str(slot.__module__) for slot in slots}))


class _Desk:
    """Where one exercise of one submission is graded."""

    def __init__(
        self,
        suite: Suite,
        cells: Sequence[CodeCell],
        submission: Submission,
        settings: Settings,
        host: Host,
        budget: Budget,
    ):
        self.suite, self.exercise, self.cells = suite, suite.exercise, cells
        self.stored = submission.answers.get(suite.exercise.id, "")
        self.settings, self.host, self.budget = settings, host, budget
        self.handed_out = released(settings.chapter)

    def scored(self) -> Scored:
        """Grade the likeliest cell; where that is untouched or no answer, the next one."""
        best, unusable = None, ""
        for text, place in self._answers():
            scored = self._with_others(text, place)
            if scored.source == "notebook" and scored.status == "unreadable":
                unusable = unusable or scored.summary
            if best is None or _rank(scored) > _rank(best):
                best = scored
            if best.status not in ("not attempted", "unreadable"):
                break
        if best is None:
            best = empty(self.suite, "not attempted", "There is no cell with an answer.")
        if best.source == "notebook" and self.stored and _bare(self.stored) != _bare(best.cell):
            best.notes.append(DIFFERS)
        if best.source == "answers" and self.cells:
            best.notes += [UNUSABLE, f"In the notebook: {unusable}"] if unusable else [STORED]
        return best

    def _answers(self) -> Iterator[tuple[str, int | None]]:
        for place in candidates(self.cells, self.exercise, self.handed_out):
            yield self.cells[place].text, place
        if self.stored:
            yield self.stored, None

    def _with_others(self, text: str, place: int | None) -> Scored:
        if self.handed_out.is_stub(text):  # needs no process: CI proves that it scores nothing
            alone = empty(self.suite, "not attempted", NOT_YET)
        else:
            alone = self._tried(text, [])
        alone.source, alone.cell = "answers" if place is None else "notebook", text[:KEPT]
        if alone.status in ("passed", "not attempted", "stopped"):
            return alone
        others = leans_on(self.cells, place, text, self.handed_out)
        if not others:
            return alone
        together = self._tried(text, others)
        if together.points <= alone.points:
            return alone
        names = elsewhere_of(others, names_in(text))
        together.notes.append(_ELSEWHERE.format(", ".join(f"`{name}`" for name in names)))
        return replace(together, source=alone.source, cell=alone.cell)

    def _tried(self, text: str, before: list[str]) -> Scored:
        """Build the answer in a process of its own and put it through the tests."""
        elsewhere = elsewhere_of([cell.text for cell in self.cells], names_in(text))
        plan = {
            "id": self.exercise.id,
            "name": self.exercise.name,
            "cell": text,
            "before": before,
            "given": given_statements(self.settings.chapter),
            "drivers": self.suite.drivers,
            "elsewhere": elsewhere,
            "seed": zlib.crc32(f"{self.exercise.id} {self.settings.seed}".encode()),
        }
        sitting = Sitting(self.host, plan, self.budget)
        with contextlib.closing(sitting):
            try:
                problem = form_problem(self.exercise, sitting.open())
            except AnswerError as error:
                return empty(self.suite, "unreadable", str(error))
            except Over as over:
                return empty(self.suite, "stopped", str(over))
            except HostError:
                raise
            except Exception as error:  # the cell itself, or the look at its header
                return empty(self.suite, "unreadable", f"the cell cannot be used: {error}")
            if problem:
                return empty(self.suite, "unreadable", problem)
            trial = RemoteTrial(self.exercise, sitting, self.settings.seed)
            run = run_cases(self.suite.cases, trial, over=Over, fault=HostError)
        return told(self.suite, run)


def _rank(scored: Scored) -> tuple[int, float]:
    order = ("not attempted", "unreadable")
    return (order.index(scored.status) if scored.status in order else len(order), scored.points)


def _bare(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
