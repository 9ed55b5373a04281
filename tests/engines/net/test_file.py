"""Nets in files: all comes back, training goes on bit by bit, and nothing in a file is believed."""

import json

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.engines.net import Net
from diydl.storage import load_arrays, load_metadata, save_arrays


@pytest.fixture
def net():
    dl.seed(0)
    net = Net()
    x, y = net.data((None, 4), id="x"), net.data((None,), "int64", id="y")
    model = nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3)
    )
    net.adopt(model)
    scores = model(x).rename("scores")
    share = (scores.sum() / x.shape[0]).rename("share")  # an open size
    net.add_loss(nn.cross_entropy(scores, y).rename("loss"))
    net.add_loss(share * share, weight=0.1)
    net.regularize(nn.l2_penalty, "*.weight", strength=1e-3)
    return net


def batch(size):
    return {"x": np.random.default_rng(size).normal(size=(size, 4)), "y": np.arange(size) % 3}


def trained(net, steps):
    losses = []
    for k in range(steps):
        losses.append(net.forward(batch(6 + k % 3)))
        net.backward()
        net.step()
    return losses


def test_a_net_comes_back_and_training_goes_on_bit_by_bit(net, tmp_path):
    net.set_optimizer(optim.Adam, lr=0.01)
    net.get_node("0.weight").optimizer.lr = 0.05
    net.get_node("4.bias").freeze()
    trained(net, 5)
    net.save(tmp_path / "net")
    twin = Net.load(tmp_path / "net")
    twin.set_optimizer(optim.Adam, lr=0.01)
    assert twin.get_node("0.weight").optimizer.lr == 0.05
    assert trained(twin, 5) == trained(net, 5)
    for leaf in net.leaves:
        np.testing.assert_array_equal(twin.get_node(leaf.id).value, leaf.value, err_msg=leaf.id)
    assert twin.get_node("4.bias").grad is None


def test_everything_about_the_nodes_comes_back(net, tmp_path):
    net.set_mode("test")
    net.get_node("share").freeze()
    net.forward(batch(5))
    net.save(tmp_path / "net")
    twin = Net.load(tmp_path / "net")
    assert twin.nodes.keys() == net.nodes.keys()
    assert list(map(repr, twin.leaves)) == list(map(repr, net.leaves))
    assert list(map(repr, twin.modules)) == list(map(repr, net.modules))
    assert [(k.id, v) for k, v in twin.losses.items()] == [(k.id, v) for k, v in net.losses.items()]
    numbers = [leaf.value for leaf in twin.leaves if leaf.shape == () and leaf.state is None]
    assert all(isinstance(n, np.generic) for n in numbers if n is not None)  # go with any device
    assert twin.training is False
    assert twin.get_node("share").cut
    assert twin.get_node("x").value is None  # batches are not kept
    assert twin.forward(batch(7)) == net.forward(batch(7))


def test_an_optimised_input_and_a_missing_edge_come_back(tmp_path):
    net = Net()
    x = net.data((None, 2), value=[[1.0, 2.0]], id="x").unfreeze()
    out = (x * np.array([2.0, 3.0], np.float32)).rename("out")
    (out + 1).source.disconnect("x")
    net.save(tmp_path / "net")
    twin = Net.load(tmp_path / "net")
    assert twin.forward(outputs="out").tolist() == [[2, 6]]
    assert twin.get_node("x").trained
    assert twin.get_node("add").inputs[0] is None
    twin.get_node("add").connect("x", twin.get_node("out"))
    assert twin.forward(outputs="add.out").tolist() == [[3, 7]]


def test_a_file_is_small_and_ordinary(net, tmp_path):
    net.save(tmp_path / "net.safetensors")
    arrays = load_arrays(tmp_path / "net.safetensors")
    assert arrays["value/0.weight"].shape == (8, 4)
    size = (tmp_path / "net.safetensors").stat().st_size
    assert size < 20_000


def test_other_optimizers_start_anew(net, tmp_path):
    net.set_optimizer(optim.Adam, lr=0.01)
    trained(net, 2)
    net.save(tmp_path / "net")
    twin = Net.load(tmp_path / "net")
    twin.set_optimizer(optim.SGD, lr=0.5)
    assert twin.get_node("0.weight").optimizer.lr == 0.5
    trained(twin, 1)


def changed(net, path, change):
    """Write a file in which `change` was made to the description of `net`."""
    net.save(path)
    arrays, notes = load_arrays(path), json.loads(load_metadata(path)["diydl.net"])
    notes = change(notes) or notes
    save_arrays(path, arrays, {"diydl.net": json.dumps(notes)})
    return path


def put(*keys, value):
    def change(notes):
        for key in keys[:-1]:
            notes = notes[key]
        notes[keys[-1]] = value

    return change


HOSTILE = {
    "an operation that is none": put("steps", 0, "prim", value="os.system"),
    "a private name": put("steps", 0, "prim", value="__class__"),
    "parameters that are code": put("steps", 0, "params", value={"eval": "1"}),
    "parameters that do not belong": put("steps", 0, "params", value={"dict": {"shell": True}}),
    "parameters that are a list": put("steps", 0, "params", value=[1]),
    "an input that is a module": put("steps", 1, "inputs", 0, value="affine"),
    "an input that comes later": put("steps", 0, "inputs", 0, value="scores"),
    "an unknown input": put("steps", 0, "inputs", 0, value="nobody"),
    "too few inputs": put("steps", 0, "inputs", value=["x"]),
    "an ID twice": put("steps", 0, "id", value="x"),
    "an ID that is no text": put("steps", 0, "id", value=3),
    "a shape that is no shape": put("leaves", 0, "shape", value="(3,)"),
    "a shape of texts": put("leaves", 0, "shape", value={"tuple": ["B"]}),
    "a shape that does not fit": put("leaves", 0, "shape", value={"tuple": [5, 5]}),
    "a dtype of objects": put("leaves", 0, "dtype", value={"dtype": "object"}),
    "an array that is missing": put("leaves", 0, "kind", value="constant"),
    "a loss that is none": put("losses", 0, 0, value="scores"),
    "a weight that is none": put("losses", 0, 1, value={"tuple": []}),
    "a mode that is none": put("mode", value="eval"),
    "another format": put("format", value=99),
    "no leaves": lambda notes: notes.pop("leaves") and None,
    "a list": lambda notes: [notes],
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused(net, tmp_path, change):
    path = changed(net, tmp_path / "net", change)
    with pytest.raises(ValueError, match="holds no net that can be read"):
        Net.load(path)


def test_files_of_other_kinds_are_refused(tmp_path):
    path = tmp_path / "file"
    save_arrays(path, {"w": np.ones(2)})
    with pytest.raises(ValueError, match="holds arrays, but no net"):
        Net.load(path)
    save_arrays(path, {}, {"diydl.net": "[" * 100_000})
    with pytest.raises(ValueError, match="holds no net that can be read"):
        Net.load(path)
    path.write_bytes(b"\x80\x04cos\nsystem\n")  # a pickle
    with pytest.raises(ValueError, match="not a whole safetensors file"):
        Net.load(path)
    with pytest.raises(FileNotFoundError):
        Net.load(tmp_path / "nothing")


def test_what_cannot_be_written_leaves_the_old_file(net, tmp_path):
    net.save(tmp_path / "net")
    before = (tmp_path / "net").read_bytes()
    net.get_node("scores").source.params["axis"] = object()
    with pytest.raises(TypeError, match="cannot be written"):
        net.save(tmp_path / "net")
    assert (tmp_path / "net").read_bytes() == before
