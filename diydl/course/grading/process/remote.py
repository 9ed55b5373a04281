"""An answer that lives in another process, as the tests see it.

A `Sitting` keeps the process of one answer: it is started when first needed, and again after it
died. `RemoteTrial` hands out the same fixtures as the trial of an instant check: ``sub.relu`` gets
copies of its arguments and returns plain data; whatever else comes back is `wire.Opaque`, which
equals nothing and is neither true nor false.
"""

import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from diydl.course.bank import Code
from diydl.course.engine import Trial
from diydl.course.grading.errors import rebuilt
from diydl.course.grading.process.host import Host
from diydl.course.grading.process.streams import Connection, Died, HostError, TimedOut
from diydl.course.grading.process.wire import Held
from diydl.course.limits import AnswerStopped
from diydl.course.piece import Facts, describe_call, parameter_names


class Over(AnswerStopped):
    """Nothing more can be asked of this answer: it hung, or its process ended too often."""


@dataclass
class Budget:
    """Seconds and restarts that one submission has left."""

    ends: float
    call_s: float
    cell_s: float
    restarts: int = 4
    ran_out: bool = False

    def seconds(self, wanted: float) -> float:
        """Return the time for a call; raises `Over` when all of it is spent."""
        left = self.ends - time.monotonic()
        if left <= 0:
            self.ran_out = True
            raise Over("the time for the whole submission was used up before this could run")
        return min(wanted, left)


@dataclass
class Sitting:
    """The process in which one answer to one exercise is built and called.

    ``plan`` is what the worker builds it from: the text of its cell, the given imports, drivers.
    """

    host: Host
    plan: dict[str, Any]
    budget: Budget
    form: dict[str, Any] = field(default_factory=dict)
    closed: str = ""
    _connection: Connection | None = None
    _started: bool = False

    def open(self) -> dict[str, Any]:
        """Start the process and build the answer; return the form of its header.

        Raises `AnswerError` where no answer can be built, `Over` where building it does not end.
        """
        if self._connection is None:
            if self._started and not self._may_restart():
                raise Over(self.closed)
            self._started = True
            seconds = self.budget.seconds(self.budget.cell_s)
            self._connection = self.host.start()
            self._prepare()
            try:
                kind, told = self._connection.ask("open", seconds=seconds)
            except TimedOut:
                self.budget.ran_out = True
                raise self._close(_still(seconds, "the cell")) from None
            except Died as died:
                raise self._close(_ended(died, "running the cell")) from None
            if kind == "error":
                self.close()
                raise rebuilt(told, self.plan["cell"])
            self.form = told if isinstance(told, dict) else {}
        return self.form

    def _prepare(self) -> None:
        """Hand over the plan; no code of the learner's runs yet, so a fault here is our own."""
        try:
            kind, told = self._connection.ask("prepare", self.plan, seconds=60)  # type: ignore[union-attr]
        except (TimedOut, Died) as error:
            raise HostError(f"a process for {self.plan['id']} does not answer: {error}") from error
        if kind == "error":
            raise HostError(f"a process for {self.plan['id']} cannot be prepared: {told}")

    def ask(self, *request: Any) -> Any:
        """Ask for something; raises what it raised there, `Over`, or `AnswerStopped`."""
        __tracebackhide__ = True
        if self.closed:
            raise Over(self.closed)
        self.open()
        seconds = self.budget.seconds(self.budget.call_s)
        try:
            kind, told = self._connection.ask(*request, seconds=seconds)  # type: ignore[union-attr]
        except TimedOut:
            self.budget.ran_out = True
            raise self._close(_still(seconds, "a call")) from None
        except Died as died:
            self.close()
            raise AnswerStopped(_ended(died, "running your code")) from None
        if kind == "error":
            raise rebuilt(told, self.plan["cell"])
        return told

    def close(self) -> None:
        """End the process."""
        if self._connection is not None:
            self._connection.end()
            self._connection = None

    def _close(self, why: str) -> Over:
        self.close()
        self.closed = why
        return Over(why)

    def _may_restart(self) -> bool:
        self.budget.restarts -= 1
        if self.budget.restarts < 0:
            self.closed = "its process ended again and again, so the rest was not run"
        return self.budget.restarts >= 0


class RemoteTrial(Trial):
    """A trial whose answer lives in a `Sitting`."""

    def __init__(self, exercise: Code, sitting: Sitting, seed: int):
        self.exercise, self.sitting, self.seed = exercise, sitting, seed
        self.called, self.elsewhere = "", set(sitting.plan["elsewhere"])
        pieces: dict[str, Any] = {exercise.name: RemotePiece(self)}
        self.sub = SimpleNamespace(**{"put": self.put, **pieces})

    def drive(self, driver: str, *args, **kwargs) -> Any:
        """Run a driver in the submission's process."""
        __tracebackhide__ = True
        self.called = f"{self.exercise.name}, used inside {driver!r},"
        return self.sitting.ask("drive", driver, list(args), kwargs)

    def put(self, array: np.ndarray) -> "RemoteArray":
        """Put an array where the answer can change it in place."""
        number = self.sitting.ask("put", array)
        return RemoteArray(self.sitting, number if isinstance(number, int) else -1)


class RemotePiece:
    """The learner's function as the tests see it; compare `diydl.course.piece.Piece`."""

    def __init__(self, trial: RemoteTrial):
        self._trial = trial
        self.facts = Facts()

    def __call__(self, *args, **kwargs):
        """Call it on copies; its exceptions come out as they are."""
        __tracebackhide__ = True
        trial = self._trial
        names = [*parameter_names(trial.exercise.reference, len(args)), *kwargs]
        trial.called = describe_call(trial.exercise.name, args, kwargs)
        told = trial.sitting.ask("call", list(args), kwargs)
        if not isinstance(told, list) or len(told) != 3:
            raise AnswerStopped("its process wrote something that is no reply")
        result, mutated, aliased = told
        self.facts = Facts(_chosen(names, mutated), _chosen(names, aliased))
        return result


class RemoteArray(Held):
    """An array in the submission's process; ``now`` is what it holds."""

    def __init__(self, sitting: Sitting, number: int):
        super().__init__(number)
        self._sitting = sitting

    @property
    def now(self) -> Any:
        """A copy of what it holds now."""
        return self._sitting.ask("get", self.number)


def _chosen(names: list[str], places: Any) -> tuple[str, ...]:
    places = places if isinstance(places, list) else []
    return tuple(names[k] for k in places if type(k) is int and 0 <= k < len(names))


def _still(seconds: float, what: str) -> str:
    return (
        f"{what} was still running after {seconds:.3g} seconds, so it was ended; is there a loop "
        "that never ends?"
    )


def _ended(died: Died, doing: str) -> str:
    return str(died) or f"the process ended while {doing}: a crash, or no memory was left"
