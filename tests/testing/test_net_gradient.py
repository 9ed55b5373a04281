"""Gradient checks at the nodes of a net."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.engines.net import Net
from diydl.primitive import PRIMITIVES
from diydl.testing import net_gradients


@pytest.fixture
def net():
    dl.seed(0)
    net = Net()
    x, y = net.data((None, 4), id="x"), net.data((None,), "int64", id="y")
    model = nn.Sequential(
        nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Dropout(0.3), nn.Linear(6, 3)
    )
    net.adopt(model)
    net.add_loss(nn.cross_entropy(model(x).rename("scores"), y))
    return net


FEED = {"x": np.random.default_rng(0).normal(size=(5, 4)), "y": np.arange(5) % 3}


@pytest.mark.parametrize("mode", ["train", "test"])
def test_gradients_of_all_nodes_in_both_modes(net, mode):
    """Batch norm and dropout in test mode were wrong in the projects before this one."""
    net.set_mode(mode)
    report = net_gradients(net, "x", "*weight", "*bias", "tanh.out", "affine.out", feed=FEED)
    assert report, report
    assert report.checked == 20 + 24 + 6 + 6 + 6 + 18 + 3 + 30 + 30
    assert report.largest_error < 1e-8


def test_output_of_any_shape_and_many_elements_sampled(net):
    report = net_gradients(net, feed=FEED, output="scores", at_most=2)
    assert report
    assert report.checked == 6 * 2


def test_all_is_as_before(net):
    net.forward(FEED)
    net.backward()
    net.get_node("0.weight").freeze()
    net.get_node("scores").freeze()
    kept = {data.id: (data.value, data.grad, data.dtype, data.state) for data in everything(net)}
    states = {
        leaf.id: (leaf.state.data, leaf.state.version)
        for leaf in net.leaves
        if leaf.state is not None
    }
    assert net_gradients(net, "x", "0.weight", "1.bias")
    for data in everything(net):
        for now, before in zip(
            (data.value, data.grad, data.dtype, data.state), kept[data.id], strict=True
        ):
            assert now is before
    for id, (array, version) in states.items():
        assert net.get_node(id).state.data is array
        assert net.get_node(id).state.version == version
    assert net.get_node("scores").cut
    assert not net.get_node("0.weight").trained
    assert net.get_node("x").state is None


def everything(net):
    return [*net.leaves, *(module.output for module in net.modules)]


def test_a_wrong_gradient_is_found_at_its_node(net, monkeypatch):
    monkeypatch.setattr(PRIMITIVES["tanh"], "joint", lambda g, out, x: (g * (1 - out),))
    report = net_gradients(net, "0.weight", "4.weight", "tanh.out", "batch_norm.out", feed=FEED)
    assert not report
    assert report.first[0] == "0.weight"
    good = net_gradients(net, "4.weight", "tanh.out", feed=FEED)
    assert good


def test_nothing_is_written_while_checking():
    """Else each run would start from another state, and no slope would be right."""
    net, total = Net(), nn.Buffer([1.0, 1.0], "total")
    w = net.data(value=nn.Parameter([2.0, 3.0], "w"))
    double = w * 2
    dl.assign(total, total + double, belongs_to=double)
    net.add_loss((double * total).sum())
    assert net_gradients(net, "w", "mul.out")
    assert total.tolist() == [1, 1]
