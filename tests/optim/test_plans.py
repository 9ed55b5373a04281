"""Every optimizer as part of a plan, of a graph and of a lazy graph: the same as its steps."""

import numpy as np
import pytest

import diydl as dl
from diydl.compile import compute_graph
from diydl.engines.graph import ComputationalGraph, SimulationContext
from diydl.engines.lazy import Graph, LazyTensor, realize
from tests.optim.cases import CASES, make, parameters

SHAPES = [(), (3, 4), (5,)]
STEPS = 4


def gradients(step):
    rng = np.random.default_rng([3, step])
    return [np.asarray(rng.normal(size=shape), "float32") for shape in SHAPES]


def rate(step):
    return 0.02 / (1 + step)


def by_steps(name):
    params = parameters(shapes=SHAPES)
    optimizer = make(name, params)
    for step in range(STEPS):
        for p, g in zip(params, gradients(step), strict=True):
            p.grad = dl.tensor(g)
        optimizer.lr = rate(step)
        optimizer.step()
    return [p.numpy() for p in params]


def by_plan(name):
    params = parameters(shapes=SHAPES)
    optimizer = make(name, params)

    @compute_graph
    def update(*found):
        optimizer.operations(found)
        return found[0]

    for step in range(STEPS):
        optimizer.lr = rate(step)
        update(*gradients(step))
    return [p.numpy() for p in params]


def by_lazy_graph(name):
    params = parameters(shapes=SHAPES)
    optimizer, graph = make(name, params), Graph()
    for step in range(STEPS):
        optimizer.lr = rate(step)
        realize(*optimizer.operations([LazyTensor(g, graph=graph) for g in gradients(step)]))
    return [p.numpy() for p in params]


def by_graph(name):
    params = parameters(shapes=SHAPES)
    optimizer, graph = make(name, params), ComputationalGraph()
    inputs = [graph.placeholder(shape, "float32") for shape in SHAPES]
    written = optimizer.operations(inputs)
    context = SimulationContext(graph)
    for step in range(STEPS):
        context.set(optimizer.learning_rate, rate(step))
        context.run(written, dict(zip(inputs, gradients(step), strict=True)))
    assert all((context[p] != p.numpy()).any() for p in params)  # a context has copies
    return [context[p] for p in params]


@pytest.mark.parametrize("way", [by_plan, by_lazy_graph, by_graph])
@pytest.mark.parametrize("name", CASES)
def test_a_changing_rate_and_all_memories(name, way):
    for found, expected in zip(way(name), by_steps(name), strict=True):
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == np.float32
