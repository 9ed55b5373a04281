"""How to run something under each engine: the only file of these tests that knows them apart."""

from dataclasses import dataclass

import numpy as np

from diydl.engines.graph import ComputationalGraph, SimulationContext
from diydl.engines.lazy import Graph, LazyTensor, realize
from diydl.engines.net import Net
from diydl.engines.tape import TAPE, Tensor
from diydl.nn.walk import walk
from diydl.parameter import State
from diydl.primitive import PRIMITIVES
from diydl.value import engine


@dataclass
class Result:
    """What a run leaves: values, gradients by name, and all parameters and buffers by name."""

    values: list
    gradients: dict
    states: dict


def is_smooth(case):
    """Tell whether gradients pass a case of a primitive."""
    return PRIMITIVES[case.name].differentiable and case.params.get("dtype") != "int64"


class Runner:
    """Builds the model of a trial, for any size of the batch."""

    def __init__(self, trial):
        self.trial, self.model = trial, trial.make()
        self.params = dict(self.model.named_parameters())
        self.states = dict(walk(self.model, State))
        self.build()

    def build(self):
        """Describe the loss, where an engine describes first."""

    def run(self, arrays, *, training=True, update=False):
        """Return the result for a batch; with `update`, let the optimizer make a step."""
        for parameter in self.params.values():
            parameter.grad = None
        return self.compute(arrays, training, update)

    def result(self, loss, gradients=None):
        """Gather what an engine has written into the parameters themselves."""
        if gradients is None:
            gradients = {n: p.grad for n, p in self.params.items() if p.grad is not None}
        arrays = {name: np.array(g.data) for name, g in gradients.items()}
        states = {name: state.data.copy() for name, state in self.states.items()}
        return Result([np.array(loss)], arrays, states)


class OnTape(Runner):
    """Compute now, remember for later."""

    def build(self):
        self.optimizer = self.trial.optimizer(list(self.params.values()))

    def compute(self, arrays, training, update):
        self.model.train(training)
        loss = self.trial.loss(self.model, *arrays)
        loss.backward()
        if update:
            self.optimizer.step()
        return self.result(loss.data)

    @staticmethod
    def apply(case, arrays, g):
        inputs = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in arrays]
        out = PRIMITIVES[case.name](*inputs, **case.params)
        grads = {}
        if is_smooth(case):
            floats = {i: x for i, x in enumerate(inputs) if x.requires_grad}
            found = TAPE.gradients(out, g, list(floats.values()))
            grads = {i: x.data for i, x in zip(floats, found, strict=True) if x is not None}
        return Result([out.data], grads, {})


class InGraph(Runner):
    """Describe first, run later."""

    def build(self):
        graph = ComputationalGraph()
        samples = self.trial.batch(8)
        self.inputs = [graph.placeholder((None, *x.shape[1:]), x.dtype) for x in samples]
        with engine(graph):
            self.loss = self.trial.loss(self.model, *self.inputs)
        found = graph.gradients(self.loss, list(self.params.values()))
        self.updates = self.trial.optimizer(list(self.params.values())).operations(found)
        self.gradients = {n: g for n, g in zip(self.params, found, strict=True) if g is not None}
        self.context = SimulationContext(graph)

    def compute(self, arrays, training, update):
        feed = dict(zip(self.inputs, arrays, strict=True))
        fetches = [self.loss, *self.gradients.values(), *(self.updates if update else ())]
        loss, *rest = self.context.run(fetches, feed, training=training)
        states = {name: self.context[state] for name, state in self.states.items()}
        return Result([loss], dict(zip(self.gradients, rest, strict=False)), states)

    @staticmethod
    def apply(case, arrays, g):
        graph = ComputationalGraph()
        inputs = [graph.placeholder(x.shape, x.dtype) for x in arrays]
        out, nodes = PRIMITIVES[case.name](*inputs, **case.params), {}
        if is_smooth(case):
            floats = [i for i, x in enumerate(arrays) if x.dtype.kind == "f"]
            found = graph.gradients(out, [inputs[i] for i in floats], seed=g)
            nodes = {i: node for i, node in zip(floats, found, strict=True) if node is not None}
        feed = dict(zip(inputs, arrays, strict=True))
        value, *grads = SimulationContext(graph).run([out, *nodes.values()], feed)
        return Result([value], dict(zip(nodes, grads, strict=True)), {})


class InNet(Runner):
    """Every node an object."""

    def build(self):
        self.net = Net()
        samples = self.trial.batch(8)
        self.inputs = [self.net.data((None, *x.shape[1:]), x.dtype) for x in samples]
        with engine(self.net):
            self.net.add_loss(self.trial.loss(self.model, *self.inputs))
        self.net.set_optimizer(self.trial.optimizer)

    def compute(self, arrays, training, update):
        self.net.set_mode("train" if training else "test")
        loss = self.net.forward(dict(zip(self.inputs, arrays, strict=True)))
        self.net.backward()
        if update:
            self.net.step()
        return self.result(loss)

    @staticmethod
    def apply(case, arrays, g):
        net = Net()
        inputs = [net.data(value=x) for x in arrays]
        if is_smooth(case):
            for x in inputs:
                if x.dtype.kind == "f":
                    x.unfreeze()
        out, grads = PRIMITIVES[case.name](*inputs, **case.params), {}
        net.set_mode("train" if case.params.get("training", True) else "test")
        value = net.forward(outputs=out)
        if is_smooth(case):
            net.backward({out: g})
            grads = {i: x.grad for i, x in enumerate(inputs) if x.grad is not None}
        return Result([value], grads, {})


class Lazily(Runner):
    """Nothing runs until numbers are asked for."""

    def build(self):
        self.graph = Graph()
        self.optimizer = self.trial.optimizer(list(self.params.values()))

    def compute(self, arrays, training, update):
        inputs = [LazyTensor(x, graph=self.graph) for x in arrays]
        with engine(self.graph):
            loss = self.trial.loss(self.model, *inputs)
        found = self.graph.gradients(loss, list(self.params.values()))
        updates = self.optimizer.operations(found) if update else ()
        gradients = {n: g for n, g in zip(self.params, found, strict=True) if g is not None}
        realize(loss, *gradients.values(), *updates, training=training)
        return self.result(loss.data, gradients)

    @staticmethod
    def apply(case, arrays, g):
        graph, grads = Graph(), {}
        inputs = [LazyTensor(x, graph=graph, requires_grad=x.dtype.kind == "f") for x in arrays]
        out = PRIMITIVES[case.name](*inputs, **case.params)
        if is_smooth(case):
            floats = {i: x for i, x in enumerate(inputs) if x.requires_grad}
            found = graph.gradients(out, list(floats.values()), g)
            grads = {i: x for i, x in zip(floats, found, strict=True) if x is not None}
        realize(out, *grads.values())
        return Result([out.data], {i: x.data for i, x in grads.items()}, {})


RUNNERS = {"tape": OnTape, "graph": InGraph, "net": InNet, "lazy": Lazily}
