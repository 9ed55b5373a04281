"""Copies and pickles: what is copied goes on by itself, and computes the same."""

import copy
import pickle

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim

WAYS = [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
X = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)


def model():
    dl.seed(1)
    return nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Dropout(0.2))


@pytest.mark.parametrize("again", [*WAYS, copy.copy])
def test_a_primitive_is_copied_as_a_function_is(again):
    assert again(dl.exp) is dl.exp


@pytest.mark.parametrize("again", WAYS)
def test_a_tensor_keeps_its_history(again):
    x = dl.tensor([1.0, 2.0], requires_grad=True)
    y, z = again([(x * x).sum(), x])
    y.backward()
    assert z is not x
    assert z.grad.tolist() == [2, 4]
    assert x.grad is None


@pytest.mark.parametrize("again", WAYS)
def test_a_net_trains_on_by_itself(again):
    net = dl.Net()
    net.add_loss((model()(net.data((None, 4), id="x")) ** 2).mean())
    net.set_optimizer(optim.Adam, lr=0.1)

    def steps(net, count):
        return [(net.forward({"x": X}), net.backward(), net.step())[0] for _ in range(count)]

    steps(net, 3)
    other = again(net)
    assert steps(net, 5) == steps(other, 5)


@pytest.mark.parametrize("again", WAYS)
def test_a_graph_runs_on_with_its_context(again):
    layers, graph = model(), dl.ComputationalGraph()
    out = (layers(graph.placeholder((None, 4), name="x")) ** 2).mean().named("loss")
    updates = optim.Adam(layers.parameters(), lr=0.1).operations(
        graph.gradients(out, list(layers.parameters()))
    )
    names = ["loss", *(update.name for update in updates)]
    context = dl.SimulationContext(graph)
    context.run(names, {"x": X})
    other = again(context)
    for _ in range(3):
        np.testing.assert_array_equal(
            context.run(names, {"x": X})[0], other.run(names, {"x": X})[0]
        )
    other.commit()
    assert layers[0].bias.version == 0  # the copy has parameters of its own


@pytest.mark.parametrize("again", [*WAYS, copy.copy])
def test_of_a_lazy_value_come_the_numbers(again):
    x = dl.LazyTensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    leaf, result = again(x), again(y)
    assert leaf.requires_grad
    assert leaf.tolist() == [1, 2]
    assert not result.requires_grad
    assert result.tolist() == [2, 4]


def test_a_model_with_lazy_gradients_is_copied():
    layer = nn.Linear(2, 1)
    layer(dl.LazyTensor([[1.0, 2.0]])).sum().backward()
    other = copy.deepcopy(layer)
    assert other.weight.grad.tolist() == [[1, 2]]
    assert layer.weight.grad.tolist() == [[1, 2]]
