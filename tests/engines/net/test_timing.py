"""Timing: which modules ran, how often, and that nothing stays behind."""

import time

import pytest

from diydl import nn
from diydl.engines.net import Net


@pytest.fixture
def net():
    net = Net()
    layer, x = nn.Linear(2, 2), net.data((None, 2), id="x")
    net.add_loss(layer(x).rename("out").sum())
    return net


def test_every_run_of_every_module_is_timed(net):
    with net.timed() as times:
        for _ in range(3):
            net.forward({"x": [[1.0, 2.0]]})
            net.backward()
        net.forward()
    assert {id: len(runs) for id, runs in times.forward.items()} == {"affine": 4, "sum": 4}
    assert {id: len(runs) for id, runs in times.backward.items()} == {"affine": 3, "sum": 3}
    net.forward()
    assert len(times.forward["sum"]) == 4  # outside the block nothing is counted


def test_the_table_is_sorted_and_adds_up(net):
    with net.timed() as times:
        net.forward({"x": [[1.0, 2.0]]})
        net.backward()
    times.forward["affine"].append(1.0)
    rows = times.rows()
    assert [row[0] for row in rows] == ["affine", "sum"]
    assert sum(row[-1] for row in rows) == pytest.approx(1)
    assert sum(row[2] + row[3] for row in rows) == pytest.approx(times.total)
    lines = repr(times).splitlines()
    assert lines[0].split() == ["module", "primitive", "forward", "backward", "share"]
    assert lines[-1].split()[0] == "all"
    assert lines[-1].split()[-1] == "100%"
    assert len(set(map(len, lines))) == 1  # columns stand below each other


def test_the_time_of_a_module_counts_for_it(net, monkeypatch):
    module = net.get_node("sum")

    def slow():
        time.sleep(0.02)
        return type(module).forward(module)

    slow.__self__ = module
    slow.__name__ = "forward"
    monkeypatch.setattr(module, "forward", slow, raising=False)
    with net.timed() as times:
        net.forward({"x": [[1.0, 2.0]]})
    assert times.forward["sum"][0] >= 0.02
    assert times.total >= 0.02


def test_an_error_inside_ends_the_timing(net):
    before = net.call
    with pytest.raises(ValueError, match="'x' has no value"), net.timed():
        net.forward()
    assert net.call is before
    assert repr(Net().timed().__enter__()).splitlines()[-1].split()[0] == "all"
