"""What `which` means in freeze, set_optimizer and the like."""

import pytest

from diydl import nn
from diydl.engines.net import Net


@pytest.fixture
def net():
    net = Net()
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    net.adopt(model)
    model(net.data((None, 2), id="x"))
    net.model = model
    return net


def ids(net, *which):
    return [data.id for data in net.select(*which)]


def test_all_parameters_by_default(net):
    assert ids(net) == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_by_id_pattern_module_parameter_and_layer(net):
    assert ids(net, "x") == ["x"]
    assert ids(net, "*.bias") == ["0.bias", "1.bias"]
    assert ids(net, "affine_2") == ["1.weight", "1.bias"]
    assert ids(net, net.get_node("affine")) == ["0.weight", "0.bias"]
    assert ids(net, net.model[1].bias) == ["1.bias"]
    assert ids(net, net.model[1]) == ["1.weight", "1.bias"]
    assert ids(net, net.get_node("x"), "x", "1.*") == ["x", "1.weight", "1.bias"]


def test_what_is_not_in_the_net_is_an_error(net):
    with pytest.raises(LookupError, match="no node '1.wieght'.*did you mean '1.weight'"):
        net.select("1.wieght")
    with pytest.raises(TypeError, match="expected Data of this net, or an ID of such, got 3"):
        net.select(3)
    with pytest.raises(TypeError, match="expected Data of this net"):
        net.select(nn.Parameter([1.0], "stranger"))
    with pytest.raises(TypeError, match="expected Data of this net"):
        net.forward(outputs="affine")


def test_scopes_go_into_ids():
    net = Net()
    with net.scope("eye"):
        x = net.data((None, 2), id="x")
        with net.scope("lens"):
            y = nn.Linear(2, 2)(x)
    z = y * 2
    assert (x.id, y.id, z.id) == ("eye/x", "eye/lens/affine.out", "mul.out")
    assert ids(net, "eye/lens/*") == [
        "eye/lens/weight",
        "eye/lens/bias",
        "eye/lens/affine.out",
    ]
