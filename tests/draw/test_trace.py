import numpy as np
import pytest

import diydl as dl
from diydl import draw, nn
from diydl.draw.recorder import Recorder
from diydl.draw.trace import trace
from diydl.engines.graph import ComputationalGraph
from diydl.engines.lazy import LazyTensor
from diydl.engines.tape import TAPE
from tests.draw.graphs import Recurrent, Residual, ones


@pytest.fixture
def model():
    dl.seed(0)
    return nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))


def labelled(picture):
    return {node.label: node for node in picture.nodes}


def groups_of(picture):
    return [(g.label, g.parent, g.kind, g.note) for g in picture.groups]


def test_modules_become_groups_named_as_in_the_model(model):
    model[2].freeze()
    assert groups_of(trace(model, ones(5, 4))) == [
        ("Linear 0", None, "trainable group", "15 parameters"),
        ("ReLU 1", None, "group", ""),
        ("Linear 2", None, "frozen group", "8 parameters"),
    ]


def test_groups_in_groups_and_operations_of_their_own():
    picture = trace(Residual(2), ones(5, 8))

    def around(group):
        return [picture.groups[g].label for g in picture.around(group)]

    where = {node.label: around(node.group) for node in picture.nodes}
    assert where["add"] == ["Sequential blocks", "Block 1"]
    assert where["x"] == []
    paths = [around(g) for g in range(len(picture.groups))]
    assert ["Sequential blocks", "Block 0", "Linear a"] in paths


def test_leaves_stand_with_those_who_use_them():
    picture = trace(Recurrent(), ones(3, 2, 3))
    groups = {node.label: node.group for node in picture.nodes}
    assert groups["cell.w.weight"] is None  # three calls read it
    one = trace(Residual(1), ones(5, 8))
    names = [(n.label, one.groups[n.group].label) for n in one.nodes if n.kind == "parameter"]
    assert names == [
        (name, f"Linear {module}")
        for module in ("stem", "a", "b", "head")
        for name in ("weight", "bias")
    ]


def test_all_values_are_known_and_gradients_where_they_are_asked_for(model):
    x, y = ones(5, 4), np.zeros(5, int)
    picture = trace(lambda x: nn.cross_entropy(model(x), y), x, gradients=True)
    assert all(node.notes[0].startswith("value ") for node in picture.nodes if node.notes)
    loss = nn.cross_entropy(model(x), y)
    loss.backward()
    bias = next(n for n in picture.nodes if n.label == "bias" and n.shape == (2,))
    expected = ", ".join(f"{g:.4g}" for g in model[2].bias.grad.tolist())
    assert bias.notes[1] == f"gradient [{expected}]"
    assert picture.nodes[-1].notes == (f"value {loss.item():.4g}", "gradient 1")


def test_gradients_need_one_number(model):
    with pytest.raises(ValueError, match=r"gradients of 10 numbers \(shape \(5, 2\)\)"):
        trace(model, ones(5, 4), gradients=True)
    with pytest.raises(ValueError, match="one result that depends on a parameter, got 2"):
        trace(lambda x: (model(x).sum(), model(x).mean()), ones(5, 4), gradients=True)


def test_looking_changes_nothing():
    dl.seed(1)
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Dropout(0.5))
    before = model.state_dict()
    x = dl.tensor(ones(5, 4), requires_grad=True)
    trace(model, x)
    after = model.state_dict()
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert x.grad is None and all(p.grad is None for p in model.parameters())
    model(x)
    assert not np.array_equal(before["1.running_mean"], model.state_dict()["1.running_mean"])


def test_the_tape_is_itself_again_also_after_an_error(model):
    def fails(x):
        model(x)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        trace(fails, ones(5, 4))
    assert not {"apply", "assign"} & vars(TAPE).keys()
    w = dl.Parameter([1.0])
    dl.assign(w, w + 1)
    assert w.tolist() == [2.0]


def test_what_does_not_lead_to_the_result_is_left_out():
    picture = trace(lambda x: (dl.exp(x), dl.tanh(x))[0], [1.0])
    assert [node.label for node in picture.nodes] == ["x", "exp"]


def test_several_results_and_several_inputs():
    picture = trace(lambda a, b: {"sum": a + b, "both": [a * b, 3]}, [1.0], [2.0])
    kinds = {label: node.kind for label, node in labelled(picture).items()}
    assert kinds == {"a": "data", "b": "data", "add": "result", "mul": "result"}


def test_names_of_what_a_function_closes_over():
    w = dl.Parameter([2.0])
    picture = trace(lambda x: w * x, [1.0], names={"w": w, "_": w})
    assert labelled(picture)["w"].kind == "parameter"


@pytest.mark.parametrize("function", [lambda x: x, lambda x: np.exp(x.numpy()), lambda x: None])
def test_a_function_that_computes_nothing_with_the_library_is_told_so(function):
    with pytest.raises(ValueError, match="<lambda> returned nothing that operations of diydl"):
        trace(function, [1.0])


def test_two_calls_of_one_module_are_two_groups(model):
    picture = trace(lambda x: model[1](x) + model[1](x * 2), ones(5, 3))
    assert [group.label for group in picture.groups] == ["ReLU", "ReLU"]


@pytest.mark.parametrize("engine", ["graph", "net", "lazy"])
def test_a_model_is_drawn_with_its_modules_under_every_engine(model, engine):
    x = {
        "graph": lambda: ComputationalGraph().placeholder((None, 4), name="x"),
        "net": lambda: dl.Net().data((None, 4), id="x"),
        "lazy": lambda: LazyTensor(ones(5, 4)),
    }[engine]()
    text = repr(draw.graph(model, x)).splitlines()
    assert text[1].startswith("1. x: data, shape (")
    assert [line.partition(":")[0] for line in text[2:]] == [
        "2. Linear 0",
        "3. ReLU 1",
        "4. Linear 2",
    ]
    assert "apply" not in vars(x.engine)


def test_a_recorder_knows_which_calls_are_running(model):
    with Recorder().listening() as recorder:
        model(dl.tensor(ones(5, 4)))
    calls = [[type(recorder.calls[c]).__name__ for c in step.calls] for step in recorder.steps]
    assert calls == [["Sequential", "Linear"], ["Sequential", "ReLU"], ["Sequential", "Linear"]]
