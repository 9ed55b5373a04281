"""Where a training step spends its time and memory: per module, per primitive, per step of a plan.

It is seen as it runs, by a probe: what a network computes, what its gradients are pulled back
through, what optimizers do. On a GPU each primitive is waited for, before the clock is read.
"""

from contextlib import contextmanager
from itertools import takewhile
from time import perf_counter

import numpy as np

from diydl.backend import CPU, device_of, synchronize
from diydl.probe import Place, Probe, probing
from diydl.train.cost import VjpCosts, cost
from diydl.train.memory import measured
from diydl.train.report import Report
from diydl.train.spans import Span


@contextmanager
def profile(model=None, *, memory=True):
    """Measure what is done in the block; the report is there when the block is left.

    It sees modules, primitives and gradients of the tape, the steps of plans (`compute_graph`), and
    optimizers. A gradient counts for the primitive and for the module whose gradient it is. The
    first step of a program makes buffers and fills caches: do one before you profile.

    Parameters
    ----------
    model : nn.Module, optional
        Gives modules their names; if left out, the first one that is called.
    memory : bool
        Whether the most memory held is measured too. On the CPU this watches every small
        allocation of Python: operations on small arrays then look up to twice as slow. Leave it
        out where seconds matter most.

    Yields
    ------
    Report
        A table as text and in a notebook; see its methods.

    Notes
    -----
    What the profiler needs for itself, about ten microseconds for each primitive, is measured
    and not counted; a little of it, in entering and leaving Python functions, cannot be told
    apart. Threads that the block starts are not seen.

    Examples
    --------
    >>> import diydl as dl
    >>> from diydl import nn, optim
    >>> model = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 2))
    >>> optimizer = optim.SGD(model.parameters(), lr=0.1)
    >>> with profile(model) as report:
    ...     loss = model(dl.ones((16, 8))).sum()
    ...     loss.backward()
    ...     optimizer.step()
    >>> [(row.name, row.kind, row.flops) for row in report.modules()][:4]
    [('', 'Sequential', 3104), ('0', 'Linear', 2112), ('1', 'ReLU', 192), ('2', 'Linear', 800)]
    >>> [row.name for row in report.phases()]
    ['forward', 'backward', 'optimizer', 'between']
    """
    state = next(iter(model.parameters()), None) if model is not None else None
    example = None if state is None else state.data
    root = Span("profile", "all")
    report = Report(root, dict(_named(model)) if model is not None else {})
    where = CPU if example is None else device_of(example)
    with measured(example, wanted=memory) as held:
        recorder = Recorder(root, report.names, held, where)
        synchronize(where)
        try:
            with probing(recorder), recorder.timed(root):
                yield report
        finally:
            report.overhead = recorder.own


class Recorder(Probe):
    """The probe behind `profile`: a stack of what is running, and a tree of what has run.

    Parameters
    ----------
    root : Span
    names : dict of nn.Module to str
        Completed by modules that are called from outside of all that is known.
    memory : object with mark()
    where : Device
    """

    def __init__(self, root, names, memory, where):
        super().__init__()
        self.root, self.names, self.memory, self.where = root, names, memory, where
        self.own = 0.0  # seconds that this probe took itself
        self._running = []  # of what has begun: [span, most bytes so far]
        self._silent = False
        self._costs = VjpCosts()

    @contextmanager
    def timed(self, span, above=()):
        """Count what the block takes for `span`, and for those `above` it that nobody times."""
        entered = perf_counter()
        running = {id(other) for other, _ in self._running}
        idle = list(takewhile(lambda other: id(other) not in running, reversed(above)))
        self._mark()
        self._running.append([span, 0])
        start = perf_counter()
        self.own += start - entered
        own = self.own
        try:
            yield
        finally:
            if self.where != CPU:
                synchronize(self.where)
            stop = perf_counter()
            self._mark()
            _, peak = self._running.pop()
            if self._running:
                self._running[-1][1] = max(self._running[-1][1], peak)
            seconds = max(stop - start - (self.own - own), 0.0)
            span.calls += 1
            for counted in (span, *idle):
                counted.seconds += seconds
                counted.peak = max(counted.peak, peak)
            self.own += perf_counter() - stop

    def _mark(self):
        if self._running:
            running = self._running[-1]
            running[1] = max(running[1], self.memory.mark()[1])
        else:
            self.memory.mark()

    def span(self, kind, what):
        """Time a module, a gradient, an optimizer or a step of a plan."""
        return self._step(*what) if kind == "step" else self._within(kind, what)

    @contextmanager
    def _within(self, kind, what):
        begun = perf_counter()
        if kind == "module" and what not in self.names:
            self._name(what)
        with super().span(kind, what):
            *above, span = self._spans(self.place)
            if kind == "pull":
                flops, moved = self._costs.of(what)
                span.flops += flops
                span.moved += moved
            self.own += perf_counter() - begun
            with self.timed(span, above):
                yield

    @contextmanager
    def _step(self, plan, number):
        begun = perf_counter()
        step = plan.steps[number]
        above = self._spans(common([part.place or Place() for part in step.parts]))
        span = above[-1].at("step", step.words, (id(plan), number))
        span.flops += plan.flops(step)
        span.moved += plan.moved(step)
        self._silent = True
        self.own += perf_counter() - begun
        try:
            with self.timed(span, above):
                yield
        finally:
            self._silent = False

    def compute(self, prim, arrays, params):
        """Time a primitive; what it costs is counted for it, or for the gradient it is part of."""
        if self._silent:
            return prim.run(arrays, params)
        begun = perf_counter()
        above = self._spans(self.place)
        span = above[-1].at("primitive", prim)
        self.own += perf_counter() - begun
        self._silent = True  # primitives that this one calls are part of it
        try:
            with self.timed(span, above):
                out = prim.run(arrays, params)
                if type(out) is not np.ndarray:
                    synchronize(device_of(out))
        finally:
            self._silent = False
        begun = perf_counter()
        if self.place.prim is None:
            flops, moved = cost(prim, arrays, params, out)
            span.flops += flops
            span.moved += moved
        self.own += perf_counter() - begun
        return out

    def _spans(self, place):
        """Return the spans from the phase down to a place."""
        spans = [self.root.at("phase", place.phase)]
        for module in place.modules:
            spans.append(spans[-1].at("module", module))
        if place.prim is not None:
            spans.append(spans[-1].at("gradient", place.prim))
        return spans

    def _name(self, module):
        first = not self.names
        prefix = "" if first else type(module).__name__
        for inner, name in _named(module):
            self.names.setdefault(inner, ".".join(filter(None, [prefix, name])))


def common(places):
    """Return the place that holds several: the modules that all are in.

    Sums of gradients are in no module; they go with what they are summed for.

    Examples
    --------
    >>> common([Place("forward", ("net", "a")), Place("forward", ("net", "b"))])
    Place(phase='forward', modules=('net',), prim=None)
    >>> common([Place("backward"), Place("optimizer")]).phase
    'backward and optimizer'
    """
    phases = list(dict.fromkeys(place.phase for place in places))
    if len(phases) > 1:
        return Place(" and ".join(phases))
    places = [place for place in places if place.modules] or places
    modules = []
    for level in zip(*[place.modules for place in places], strict=False):
        if len(set(map(id, level))) > 1:
            break
        modules.append(level[0])
    prims = {place.prim for place in places}
    same = len(prims) == 1 and all(len(place.modules) == len(modules) for place in places)
    return Place(phases[0], tuple(modules), prims.pop() if same else None)


def _named(model):
    return [(module, name) for name, module in model.named_modules()]
