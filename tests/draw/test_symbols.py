import numpy as np
import pytest

import diydl as dl
from diydl import draw, nn
from diydl.draw.history import history
from diydl.draw.symbols import held, leaf_kind, symbols
from diydl.engines.graph import ComputationalGraph, SimulationContext
from diydl.engines.lazy import Graph, LazyTensor
from tests.draw.graphs import ones


@pytest.fixture
def model():
    dl.seed(0)
    return nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))


def graph_of(model):
    graph = ComputationalGraph()
    x = graph.placeholder((None, 4), name="x")
    return graph, model(x).sum().named("loss")


def net_of(model):
    net = dl.Net()
    with net.scope("eye"):
        y = model(net.data((None, 4), id="x"))
    net.add_loss(y.sum())
    return net


def shape_of(text):
    return [line.partition(", shape")[0].split(". ", 1)[1] for line in text.splitlines()]


def test_all_engines_draw_the_same_graph(model):
    names = {"x": None, **dict(model.named_parameters())}
    on_tape = dl.tensor(ones(5, 4), requires_grad=True)
    expected = shape_of(history(model(on_tape).sum(), names=names | {"x": on_tape}).text())
    lazy = LazyTensor(ones(5, 4), requires_grad=True)
    graph, loss = graph_of(model)
    found = {
        "graph": symbols(loss, names=dict(model.named_parameters())),
        "lazy": symbols(model(lazy).sum(), names=names | {"x": lazy}),
        "net": symbols(net_of(model), names=dict(model.named_parameters())),
    }
    for engine, picture in found.items():
        assert shape_of(picture.text()) == [
            line.replace("sum: from", "loss = sum: from") if engine == "graph" else line
            for line in expected
        ]


def test_a_whole_graph_ends_in_what_nobody_uses():
    graph = ComputationalGraph()
    x = graph.placeholder((None,), name="x")
    x.exp(), x.mean().named("average")
    kinds = {node.label: node.kind for node in symbols(graph).nodes}
    assert kinds == {"x": "data", "exp": "result", "average = mean": "result"}


def test_sizes_constants_and_kinds_of_a_graph():
    graph = ComputationalGraph()
    x = graph.placeholder((None, 2), name="x")
    frozen = dl.Parameter([1.0, 2.0], name="frozen", requires_grad=False)
    out = x * frozen * 3 + graph.constant([[5.0, 6.0]], name="table")
    kinds = {node.label: (node.kind, str(node.shape)) for node in symbols(out).nodes}
    assert kinds["x"] == ("data", "(B, 2)")
    assert kinds["frozen"] == ("frozen", "(2,)")
    assert kinds["3"] == ("constant", "()")
    assert kinds["table"] == ("constant", "(1, 2)")
    assert kinds["add"] == ("result", "(B, 2)")


def test_values_come_from_the_context_that_ran(model):
    graph, loss = graph_of(model)
    context = SimulationContext(graph)
    assert "value none yet" in symbols(loss, values=context).text()
    value = context.run(loss, {"x": ones(5, 4)})
    for drawn in (symbols(context, values=True), symbols(loss, values=context)):
        assert f"shape (), value {float(value):.4g}" in drawn.text()
        assert "none yet" not in drawn.text()


def test_an_assignment_is_an_end_of_its_own():
    graph, w = ComputationalGraph(), dl.Parameter([1.0], name="w")
    dl.assign(w, graph.placeholder((1,), name="x") * w)
    assert symbols(graph).text().splitlines()[-1] == "4. assign w: from mul (3), shape (1,)"


def test_a_net_shows_values_gradients_and_scopes(model):
    net = net_of(model)
    net.forward({"eye/x": ones(5, 4)})
    net.backward()
    picture = symbols(net, values=True, gradients=True)
    assert [group.label for group in picture.groups] == ["eye"]
    bias = next(node for node in picture.nodes if node.shape == (2,))
    assert bias.notes[1] == "gradient [5, 5]" and bias.group == 0
    assert picture.nodes[-1].group is None


def test_a_net_with_an_edge_taken_away_is_drawn():
    net = dl.Net()
    double = (net.data(value=[1.0], id="x") * 2).source
    double.disconnect("x")
    labels = [node.label for node in symbols(net).nodes]
    assert sorted(labels) == ["2", "mul", "x"]


def test_drawing_computes_nothing_of_a_lazy_graph(model):
    x = LazyTensor(ones(5, 4))
    y = model(x).sum()
    y.backward()
    picture = symbols(y, values=True, gradients=True, names={"x": x})
    assert y.waiting and picture.nodes[-1].notes == ("value none yet", "gradient none yet")
    assert {n.label: n.kind for n in picture.nodes}["x"] == "data"
    y.realize(retain_graph=True)
    assert symbols(y, values=True).nodes[-1].notes == (f"value {y.item():.4g}",)
    assert "gradient [5, 5]" in symbols(y, gradients=True).text()  # all were computed together


def test_a_lazy_graph_is_drawn_with_all_that_waits():
    w = dl.Parameter([1.0], name="w")
    x = LazyTensor([2.0], graph=Graph())
    y = x * w
    dl.assign(w, y + 1)
    labels = [node.label for node in symbols(y.engine).nodes]
    assert "assign w" in labels and "mul" in labels
    y.engine.realize()


def test_what_leaves_are_and_hold():
    graph, w = ComputationalGraph(), dl.Parameter([1.0, 2.0], name="w")
    assert leaf_kind(graph.variable(w)) == "parameter"
    assert np.array_equal(held(graph.variable(w)), [1.0, 2.0])
    assert held(graph.placeholder((2,))) is None
    assert leaf_kind(graph.variable(dl.Buffer([1.0]))) == "constant"


def test_a_deep_graph_does_not_recurse():
    graph = ComputationalGraph()
    y = graph.placeholder((1,), name="x")
    for _ in range(5_000):
        y = y.tanh()
    figure = draw.graph(y, layout="own")
    assert repr(figure).startswith("Graph: 5,001 nodes, 2 of them drawn")
