from diydl import draw, nn
from diydl.draw.structure import structure
from tests.draw.graphs import Residual


def test_a_sequential_is_a_row():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2).freeze())
    picture = structure(model)
    assert [(n.label, n.kind, n.notes) for n in picture.nodes] == [
        ("Linear 0", "trainable group", ("15 parameters",)),
        ("ReLU 1", "group", ()),
        ("Linear 2", "frozen group", ("8 parameters",)),
    ]
    assert picture.edges == [(0, 1), (1, 2)]


def test_rows_in_rows_are_joined_and_other_modules_are_not():
    picture = structure(nn.Sequential(nn.Sequential(nn.ReLU(), nn.Tanh()), nn.ReLU()))
    assert picture.edges == [(0, 1), (1, 2)]
    assert not structure(Residual(1)).edges


def test_a_deep_net_is_folded_without_an_input_too():
    figure = draw.graph(Residual(12))
    assert "Block" in repr(figure) and "× 12" in repr(figure)
    assert len(figure.picture.nodes) <= 6


def test_a_layer_alone():
    assert repr(draw.graph(nn.Linear(4, 2))).splitlines() == [
        "Linear: 1 node, from left to right:",
        "1. Linear: 10 parameters",
    ]
