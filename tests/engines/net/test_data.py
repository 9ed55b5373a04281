"""Data: values that fit, and freezing."""

import numpy as np
import pytest

from diydl import nn, optim
from diydl.engines.net import Net


@pytest.fixture
def net():
    return Net()


def test_an_input_takes_what_fits_and_says_what_does_not(net):
    x, n = net.data((None, 2), id="x"), net.data((None,), "int64", id="n")
    x.value = [[1, 2]]
    assert x.value.dtype == np.float32  # converted from integers
    x.value = nn.Parameter([[1.0, 2.0], [3.0, 4.0]])
    assert x.value.shape == (2, 2)
    with pytest.raises(ValueError, match=r"'x' has shape \(B, 2\), where B is any number, got .*3"):
        x.value = np.ones((4, 3))
    with pytest.raises(ValueError, match=r"got an array of shape \(2,\)"):
        x.value = np.ones(2)
    with pytest.raises(TypeError, match=r"'n' holds int64, got float64: convert it with .astype"):
        n.value = np.ones(2)


def test_an_input_made_from_a_value_has_its_shape(net):
    x = net.data(value=np.ones((2, 3)), id="x")
    assert (x.shape, x.dtype) == ((2, 3), np.float64)
    with pytest.raises(ValueError, match=r"'x' has shape \(2, 3\), got an array of shape \(1, 3\)"):
        x.value = np.ones((1, 3))
    open_one = net.data((None, 3), "float32", value=np.ones((2, 3)), id="open")
    open_one.value = np.ones((5, 3))
    assert open_one.value.dtype == np.float32


def test_ids_are_unique_and_can_be_changed(net):
    x = net.data((None, 2), id="x")
    with pytest.raises(ValueError, match="has a node 'x' already: IDs are unique"):
        net.data((None, 2), id="x")
    y = net.data((None, 2))
    assert (y.id, net.data((None, 2)).id) == ("data", "data_2")
    assert y.rename("y") is y
    assert net.get_node("y") is y
    assert "data" not in net.nodes
    with pytest.raises(ValueError, match="'x' already"):
        y.rename("x")
    assert x.rename("x") is x
    with pytest.raises(TypeError, match="an ID is a text"):
        y.rename(3)


def test_unknown_ids_suggest_the_nearest(net):
    net.data((None, 2), id="image")
    with pytest.raises(LookupError, match="no node 'imag'.*did you mean 'image'"):
        net.get_node("imag")
    with pytest.raises(LookupError, match="net.nodes lists all 1"):
        net.get_node("zzz")


def test_data_say_what_they_are(net):
    w, n = nn.Parameter([1.0], "w"), nn.Buffer([1.0], "n")
    x = net.data((None, 2), id="x")
    y = (net.data(value=w) * n + 1).rename("y")
    words = [repr(data) for data in (x, *net.leaves[1:], y)]
    assert words == [
        "<Data 'x' (B, 2) float32, input>",
        "<Data 'w' (1,) float32, parameter>",
        "<Data 'n' (1,) float32, buffer>",
        "<Data 'constant' () float32, constant>",
        "<Data 'y' (1,) float32, computed by 'add'>",
    ]
    assert repr(net.get_node("w").freeze()) == "<Data 'w' (1,) float32, parameter, frozen>"


def three_layers(net):
    """x -> first -> second -> third -> loss; returns the layers and what each computes."""
    layers = [nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 1)]
    value, outs = net.data((None, 2), id="x"), []
    for k, layer in enumerate(layers):
        net.adopt(layer, str(k))
        value = layer(value).rename(f"out{k}")
        outs.append(value)
    net.add_loss(value.sum())
    net.forward({"x": [[1.0, 2.0]]})
    return layers, outs


def pulled(net):
    """IDs of the modules that a backward pass runs through."""
    ran = []
    net.call = lambda run: (ran.append(run.__self__.id), run())[1]
    net.backward()
    return ran


def test_freezing_a_parameter_keeps_it_and_its_gradient_is_not_computed(net):
    layers, outs = three_layers(net)
    net.get_node("2.weight").freeze()
    assert pulled(net) == ["sum", "affine_3", "affine_2", "affine"]
    assert layers[2].weight.grad is None
    assert layers[2].bias.grad is not None
    assert not layers[2].weight.requires_grad  # one truth, for all engines
    net.get_node("2.weight").unfreeze()
    net.backward()
    assert layers[2].weight.grad is not None


def test_where_all_before_is_frozen_nothing_is_computed(net):
    layers, outs = three_layers(net)
    net.freeze(layers[0], layers[1])
    assert pulled(net) == ["sum", "affine_3"]
    assert outs[1].grad is None
    net.unfreeze(layers[0])
    assert pulled(net) == ["sum", "affine_3", "affine_2", "affine"]
    assert layers[0].weight.grad is not None
    assert layers[1].weight.grad is None


def test_freezing_a_result_cuts_off_what_leads_only_there(net):
    layers, outs = three_layers(net)
    outs[1].freeze()
    assert pulled(net) == ["sum", "affine_3"]
    assert layers[0].weight.grad is None
    assert layers[2].weight.grad is not None
    outs[1].unfreeze()
    assert len(pulled(net)) == 4


def test_freezing_a_module_freezes_its_parameters_and_lets_gradients_pass(net):
    layers, outs = three_layers(net)
    outs[1].source.freeze()
    net.backward()
    assert [p.grad is None for layer in layers for p in layer.parameters()] == [
        *(False, False),
        *(True, True),
        *(False, False),
    ]
    outs[1].source.unfreeze()
    net.backward()
    assert layers[1].bias.grad is not None


def test_freezing_the_net_leaves_nothing_to_do_and_says_so(net):
    layers, _ = three_layers(net)
    net.freeze()
    with pytest.raises(RuntimeError, match="all is frozen: unfreeze a parameter or an input"):
        net.backward()
    net.unfreeze("*.bias")
    net.backward()
    assert [layer.weight.grad for layer in layers] == [None] * 3
    assert all(layer.bias.grad is not None for layer in layers)
    net.unfreeze()
    net.backward()
    assert layers[0].weight.grad is not None


def test_a_gradient_left_by_an_earlier_backward_moves_nothing(net):
    layers, _ = three_layers(net)
    net.set_optimizer(optim.SGD, lr=1.0)
    net.backward()
    before = layers[0].weight.numpy().copy()
    net.freeze(layers[0])
    net.step()
    np.testing.assert_array_equal(layers[0].weight.numpy(), before)
    assert layers[0].weight.grad is None


def test_an_input_of_a_frozen_net_is_optimised(net):
    layers, outs = three_layers(net)
    net.freeze()
    x = net.get_node("x")
    start = [layer.weight.numpy().copy() for layer in layers]
    x.unfreeze().set_optimizer(optim.SGD, lr=0.1)
    first = net.forward()
    for _ in range(10):
        net.forward()
        net.backward()
        net.step()
    assert net.forward() < first
    for layer, weight in zip(layers, start, strict=True):
        np.testing.assert_array_equal(layer.weight.numpy(), weight)
    found = x.value.copy()
    x.freeze()
    assert repr(x) == "<Data 'x' (B, 2) float32, input>"
    np.testing.assert_array_equal(x.value, found)
    net.forward({"x": np.ones((5, 2))})  # an input again, for any batch


def test_what_an_optimised_input_starts_from_is_not_changed(net):
    start = np.ones((1, 2), np.float32)
    x = net.data((None, 2), value=start, id="x").unfreeze().set_optimizer(optim.SGD, lr=1.0)
    net.add_loss((x * x).sum())
    net.forward()
    net.backward()
    net.step()
    assert x.value.tolist() == [[-1, -1]]
    assert start.tolist() == [[1, 1]]


def test_only_what_can_be_trained_is_unfrozen(net):
    x, n = net.data((None, 2), id="x"), net.data((None,), "int64", id="n")
    buffer = net.data(value=nn.Buffer([1.0], "mean"))
    with pytest.raises(ValueError, match=r"'x' has no value to start from: set its .value first"):
        x.unfreeze()
    n.value = [1, 2]
    with pytest.raises(TypeError, match="floating-point"):
        n.unfreeze()
    with pytest.raises(TypeError, match="'mean' is a buffer"):
        buffer.unfreeze()
    _ = x * 2
    with pytest.raises(TypeError, match="'constant' is a constant"):
        net.get_node("constant").unfreeze()


def test_a_value_used_twice_receives_both_shares(net):
    w = nn.Parameter([3.0], "w")
    data = net.data(value=w)
    net.add_loss((data * data + data).sum())
    net.forward()
    net.backward()
    assert w.grad.tolist() == [7]


def test_gradients_of_parameters_share_no_memory(net):
    a, b = nn.Parameter([1.0, 2.0], "a"), nn.Parameter([3.0, 4.0], "b")
    net.add_loss((net.data(value=a) + b).sum())
    net.forward()
    net.backward()
    a.grad.data[0] = 9
    assert b.grad.tolist() == [1, 1]


def test_moving_to_a_device_moves_states_and_arrays(net):
    w = nn.Parameter([1.0], "w")
    y = net.data(value=w) * np.ones(1, np.float32) + 1
    assert net.to("cpu") is net
    assert net.forward(outputs=y).tolist() == [2]
