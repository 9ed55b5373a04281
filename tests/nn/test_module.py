"""Modules find what they hold, in order, once; what does not fit is named."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.probe import Probe, probing


class Nested(nn.Module):
    """Holds modules in every way that is allowed, and a parameter twice."""

    def __init__(self):
        self.table = nn.Parameter(np.zeros((3, 2), np.float32))
        self.blocks = [nn.Linear(2, 2), (nn.ReLU(), nn.Linear(2, 1, bias=False))]
        self.heads = {"a": nn.Linear(1, 4), "plain": 3}
        self.tied = self.table
        self.again = self.blocks[0]
        self.count = nn.Buffer(0)
        self.parent = self  # a cycle must not be followed for ever


@pytest.fixture
def model():
    dl.seed(0)
    return Nested()


def test_names_follow_the_order_of_attributes(model):
    assert [name for name, _ in model.named_parameters()] == [
        "table",
        "blocks.0.weight",
        "blocks.0.bias",
        "blocks.1.1.weight",
        "heads.a.weight",
        "heads.a.bias",
    ]
    assert [name for name, _ in model.named_modules()] == [
        "",
        "blocks.0",
        "blocks.1.0",
        "blocks.1.1",
        "heads.a",
    ]
    assert [name for name, _ in model.named_buffers()] == ["count"]
    assert model.buffers() == [model.count]
    assert list(model.modules())[0] is model


def test_shared_parameters_are_one(model):
    assert sum(p is model.table for p in model.parameters()) == 1
    assert model.summary().total == 6 + 6 + 2 + 8
    assert "22 parameters, all trained, 96 bytes" in repr(model.summary())


def test_state_dict_is_a_copy(model):
    state = model.state_dict()
    state["table"] += 1
    assert not model.table.numpy().any()
    dl.assign(model.table, np.full((3, 2), 7))
    assert state["table"].max() == 1


def test_load_state_dict_brings_everything_back(model):
    dl.seed(1)
    other = Nested()
    dl.assign(other.count, np.array(5))
    version = model.table.version
    assert model.load_state_dict(other.state_dict()) == ([], [])
    for name, array in other.state_dict().items():
        np.testing.assert_array_equal(model.state_dict()[name], array)
    assert model.table.version > version
    assert model.tied is model.table


def test_load_state_dict_takes_tensors_and_keeps_dtype():
    layer = nn.Linear(2, 1)
    layer.load_state_dict({"weight": dl.tensor([[1, 2]]), "bias": [0.5]})
    assert layer.weight.dtype == np.float32
    assert layer.weight.tolist() == [[1, 2]]


def test_what_does_not_fit_is_listed_and_nothing_is_written():
    layer = nn.Linear(2, 1)
    before = layer.state_dict()
    arrays = {"wieght": np.ones((1, 2)), "bias": np.ones(2)}
    with pytest.raises(ValueError) as raised:
        layer.load_state_dict(arrays)
    assert str(raised.value).splitlines() == [
        "these arrays do not fit Linear:",
        "  shape: bias is (1,), got (2,)",
        "  missing: weight (is it wieght?)",
        "  unexpected: wieght (is it weight?)",
    ]
    np.testing.assert_array_equal(layer.state_dict()["bias"], before["bias"])


def test_not_strict_loads_the_rest_but_never_a_wrong_shape():
    layer = nn.Linear(2, 1)
    state = {"bias": np.array([3.0]), "scale": np.ones(1)}
    with pytest.raises(ValueError, match="strict=False loads the rest"):
        layer.load_state_dict(state)
    assert layer.load_state_dict(state, strict=False) == (["weight"], ["scale"])
    assert layer.bias.tolist() == [3.0]
    with pytest.raises(ValueError, match=r"shape: bias is \(1,\), got \(2,\)"):
        layer.load_state_dict({"bias": np.ones(2)}, strict=False)


def test_save_and_load(model, tmp_path):
    path = tmp_path / "model.safetensors"
    model.save(path, metadata={"epoch": "3"})
    dl.seed(1)
    other = Nested()
    assert other.load(path) is other
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(other.state_dict()[name], array)
    with pytest.raises(ValueError, match=r"model.safetensors: these arrays do not fit Linear"):
        nn.Linear(2, 2).load(path)


def test_train_and_eval_reach_all_modules(model):
    assert all(m.training for m in model.modules())
    assert model.eval() is model
    assert not any(m.training for m in model.modules())
    assert model.train().heads["a"].training


def test_frozen_parameters_get_no_gradient():
    model = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 1))
    x = np.ones((2, 3), np.float32)
    model(x).sum().backward()
    model[0].freeze()
    assert model[0].weight.grad is None
    model(x).sum().backward()
    assert model[0].weight.grad is None
    assert model[2].weight.grad is not None
    model.unfreeze()(x).sum().backward()
    assert model[0].weight.grad is not None


def test_apply_reaches_what_is_inside_first_and_each_once(model):
    visited = []
    assert model.apply(visited.append) is model
    assert [type(m).__name__ for m in visited] == ["Linear", "ReLU", "Linear", "Linear", "Nested"]
    assert visited[0] is model.blocks[0]
    inner = nn.Sequential(nn.ReLU(), nn.Tanh())
    visited = []
    nn.Sequential(inner, nn.Sigmoid(), inner).apply(visited.append)
    assert [type(m).__name__ for m in visited] == [
        "ReLU",
        "Tanh",
        "Sequential",
        "Sigmoid",
        "Sequential",
    ]


def test_a_probe_is_told_of_calls_and_results():
    class Note(Probe):
        def returned(self, module, out):
            names = [type(m).__name__ for m in self.place.modules]
            seen.append((names, type(module).__name__, out.shape))

    model, seen = nn.Sequential(nn.Linear(2, 3), nn.ReLU()), []
    x = np.ones((4, 2), np.float32)
    with probing(Note()):
        found = model(x)
    np.testing.assert_array_equal(found.numpy(), model(x).numpy())
    assert seen == [
        (["Sequential", "Linear"], "Linear", (4, 3)),
        (["Sequential", "ReLU"], "ReLU", (4, 3)),
        (["Sequential"], "Sequential", (4, 3)),
    ]


def test_to_device_moves_in_place(model):
    parameters = model.parameters()
    assert model.to("cpu") is model
    assert all(a is b for a, b in zip(parameters, model.parameters(), strict=True))


@pytest.mark.gpu
def test_to_gpu_and_back(model):
    model.to("cuda")
    assert {str(p.device) for p in model.parameters()} == {"cuda:0"}
    state = model.state_dict()
    model.load_state_dict(Nested().state_dict())
    assert {str(p.device) for p in model.parameters()} == {"cuda:0"}
    model.load_state_dict(state)
    assert str(model.to("cpu").table.device) == "cpu"


def test_repr_shows_the_nesting():
    model = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Linear(3, 1, bias=False)))
    assert repr(model).splitlines() == [
        "Sequential(",
        "  (0): Linear(2, 3)",
        "  (1): Sequential(",
        "    (0): ReLU()",
        "    (1): Linear(3, 1, bias=False)",
        "  )",
        ")",
    ]


def test_a_module_without_forward_says_so(model):
    with pytest.raises(NotImplementedError, match="Nested has no forward"):
        model(1)
