"""Modules of a net, and its effects."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.engines.net import Module, Net
from diydl.primitive import PRIMITIVES


def test_a_module_knows_its_inputs_by_name():
    net = Net()
    module = nn.Linear(2, 3)(net.data((None, 2), id="x")).source
    assert isinstance(module, Module)
    assert module.names == ("x", "w", "b")
    assert [data.id for data in module.inputs] == ["x", "weight", "bias"]
    assert repr(module) == "<Module 'affine': x 'x', w 'weight', b 'bias' -> 'affine.out'>"
    assert net.get_node("affine") is module.rename("affine")


def test_inputs_of_what_takes_any_number_are_counted():
    net = Net()
    x, y = net.data((None, 2), id="x"), net.data((None, 2), id="y")
    assert dl.concat(x, y, x, axis=1).source.names == ("xs0", "xs1", "xs2")


def test_forward_and_backward_of_one_module():
    net, w = Net(), nn.Parameter([3.0], "w")
    module = (net.data(value=[2.0], id="x") * w).source
    module.forward()
    assert module.output.value.tolist() == [6]
    module.inputs[1].wanted = True
    module.output.receive(np.array([10.0], np.float32))
    module.backward()
    assert module.inputs[1].grad.tolist() == [20]
    assert module.inputs[0].grad is None


def test_backward_uses_the_mode_and_sizes_of_the_forward():
    """Also if the mode was switched, or another batch counted, in between."""
    dl.seed(0)
    net, w = Net(), nn.Parameter(np.ones((1, 1000)), "w")
    x = net.data((None, 1), id="x")
    out = nn.Dropout(0.5)(x @ w)
    net.add_loss(out.sum())
    net.forward({"x": [[1.0]]})
    net.set_mode("test")
    net.backward()
    np.testing.assert_array_equal(w.grad.numpy() != 0, out.value != 0)
    assert 300 < (w.grad.numpy() == 0).sum() < 700


def test_a_gradient_of_the_wrong_shape_names_the_primitive(monkeypatch):
    rules = {**PRIMITIVES["exp"].rules}
    monkeypatch.setattr(PRIMITIVES["exp"], "joint", lambda g, out, x: (np.ones(7),))
    monkeypatch.setattr(PRIMITIVES["exp"], "rules", rules)
    net = Net()
    net.add_loss(net.data(value=nn.Parameter([1.0, 2.0], "w")).exp().sum())
    net.forward()
    with pytest.raises(ValueError, match=r"VJP of exp returned a gradient of shape \(7,\)"):
        net.backward()


def test_a_kept_buffer_that_was_written_is_noticed():
    net, scale = Net(), nn.Buffer([2.0], "scale")
    net.add_loss((net.data(value=nn.Parameter([1.0], "w")) * scale).sum())
    net.forward()
    scale.write(np.array([5.0]))
    with pytest.raises(RuntimeError, match=r"'scale' was written after 'mul' had read it"):
        net.backward()


def test_effects_run_in_training_only_and_with_their_owner():
    net, seen = Net(), nn.Buffer(np.array(0.0), "seen")
    x = net.data((None, 1), id="x")
    out, other = x * 2, x * 3
    with dl.engine(net):
        dl.assign(seen, seen + x.sum(), belongs_to=out)
    feed = {"x": [[1.0], [2.0]]}
    net.forward(feed, other)
    assert seen.item() == 0
    net.forward(feed, out)
    assert seen.item() == 3
    net.set_mode("test")
    net.forward(feed, out)
    assert seen.item() == 3
