"""What a function does, operation by operation, with the calls of modules it happened in.

An engine applies operations; while a recorder listens, it also hands them over. Which modules are
running is read off Python's stack, so that they need not know that they are watched.
"""

import sys
from contextlib import contextmanager
from dataclasses import dataclass

from diydl.engines.lazy import Graph
from diydl.engines.tape import TAPE
from diydl.nn.module import Module


@dataclass(frozen=True)
class Step:
    """An operation: its primitive, operands, options and result, and the calls it happened in."""

    prim: object
    operands: tuple
    params: dict
    result: object
    calls: tuple


class Recorder:
    """Writes down every operation of the tape, and of other engines that it is given.

    Attributes
    ----------
    steps : list of Step
    made : {id of a result: number of its step}
    calls : the module of each call

    Examples
    --------
    >>> import diydl as dl
    >>> recorder = Recorder()
    >>> with recorder.listening():
    ...     y = dl.exp(dl.tensor(0.0)) * 2
    >>> [step.prim.name for step in recorder.steps]
    ['exp', 'mul']
    """

    def __init__(self, *engines):
        self.engines = list({id(engine): engine for engine in (TAPE, *engines)}.values())
        self.steps, self.made, self.calls, self._frames = [], {}, [], {}

    @contextmanager
    def listening(self):
        """Listen; meanwhile no state is written: looking at a model changes nothing."""
        quiet = [engine for engine in self.engines if engine is TAPE or isinstance(engine, Graph)]
        for engine in self.engines:
            engine.apply = self._heard(engine.apply)
        for engine in quiet:
            engine.assign = lambda *_, **__: None
        try:
            yield self
        finally:
            for engine in self.engines:
                del engine.apply
            for engine in quiet:
                del engine.assign
            self._frames.clear()

    def _heard(self, apply):
        def applied(prim, operands, params):
            result = apply(prim, operands, params)
            self.made[id(result)] = len(self.steps)
            self.steps.append(Step(prim, tuple(operands), params, result, self._running()))
            return result

        return applied

    def _running(self):
        """Return the numbers of the calls of modules that are running, the outermost first."""
        frame, running = sys._getframe(2), []
        while frame is not None:
            if frame.f_code is Module.__call__.__code__:
                running.append(frame)
            frame = frame.f_back
        return tuple(self._number(frame) for frame in reversed(running))

    def _number(self, frame):
        if id(frame) not in self._frames:  # kept, so that no later call can be taken for this one
            self._frames[id(frame)] = (frame, len(self.calls))
            self.calls.append(frame.f_locals["self"])
        return self._frames[id(frame)][1]
