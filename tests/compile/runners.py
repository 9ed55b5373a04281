"""The trials of the engines as plans: a runner beside those of the engines."""

from diydl.compile.describe import describe
from diydl.compile.fuse import fuse
from diydl.compile.passes import compiled
from diydl.compile.recompute import recompute
from diydl.compile.reuse import reuse
from diydl.compile.rows import join
from diydl.compile.simplify import fold, merge
from diydl.compile.split import split
from diydl.engines.lazy import Graph, LazyTensor
from diydl.value import engine
from tests.engines.runners import Runner


def fuse_all(plan):
    """Fuse what is small too, as the trials are."""
    return fuse(plan, least=1)


def reuse_all(plan):
    """Reuse the smallest buffers too."""
    return reuse(plan, small=1)


def split_all(plan):
    """Take apart what is small too."""
    return split(plan, least=1)


def join_all(plan):
    """Join what is small too."""
    return join(plan, least=1)


ALL = (fold, merge, split_all, fuse_all, join_all, recompute, reuse_all)
CHOICES = {
    "none": (),
    "fold": (fold,),
    "merge": (merge,),
    "split": (split_all,),
    "fuse": (fuse_all,),
    "join": (join_all,),
    "fuse, recompute": (fuse_all, recompute),
    "reuse": (reuse_all,),
    "all": ALL,
    **{f"all but {left.__name__}": tuple(p for p in ALL if p is not left) for left in ALL},
}


class Planned(Runner):
    """Describe lazily, plan once for each shape, mode and kind of run."""

    passes = ALL

    def build(self):
        self.optimizer = self.trial.optimizer(list(self.params.values()))
        self.plans = {}

    def compute(self, arrays, training, update):
        key = (tuple(x.shape for x in arrays), training, update)
        if key not in self.plans:
            self.plans[key] = self.describe(arrays, training, update)
        plan, names = self.plans[key]
        loss, *grads = plan.run(*arrays)
        return self.result(loss, dict(zip(names, map(Data, grads), strict=True)))

    def describe(self, arrays, training, update):
        """Return the plan, and the names of the gradients that it returns."""
        graph = Graph()
        inputs = [LazyTensor(x, graph=graph) for x in arrays]
        with engine(graph):
            loss = self.trial.loss(self.model, *inputs)
        found = graph.gradients(loss, list(self.params.values()))
        updates = self.optimizer.operations(found) if update else ()
        gradients = {n: g for n, g in zip(self.params, found, strict=True) if g is not None}
        outputs = [loss, *gradients.values()]
        plan = describe(outputs, inputs, effects=updates, training=training)
        return compiled(plan, self.passes), list(gradients)


class Data:
    """An array as `Runner.result` reads it."""

    def __init__(self, data):
        self.data = data
