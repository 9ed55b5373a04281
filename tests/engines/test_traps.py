"""What went wrong in a first sketch of the engines, and what learners try: the same for all."""

import gc
import threading
import weakref
from itertools import permutations

import numpy as np
import pytest

import diydl as dl
from diydl import nn, ops
from diydl.engines.graph import ComputationalGraph, SimulationContext
from diydl.engines.lazy import Graph, LazyTensor, realize
from diydl.engines.net import Net
from diydl.engines.tape import TAPE
from diydl.value import current_engine, engine
from tests.engines.runners import RUNNERS
from tests.engines.trials import TRIALS, Standardised

VALUES = {
    "tape": lambda: dl.tensor(np.ones((2, 3), np.float32)),
    "graph": lambda: ComputationalGraph().placeholder((2, 3), np.float32),
    "net": lambda: Net().data((2, 3), np.float32),
    "lazy": lambda: LazyTensor(np.ones((2, 3), np.float32), graph=Graph()),
}
SYMBOLIC = [name for name in VALUES if name != "tape"]

every = pytest.mark.parametrize("make", VALUES.values(), ids=VALUES)
symbolic = pytest.mark.parametrize("make", [VALUES[name] for name in SYMBOLIC], ids=SYMBOLIC)


@pytest.mark.parametrize("names", [*permutations(VALUES, 2)], ids="-".join)
def test_two_engines_in_one_expression(names):
    one, other = (VALUES[name]() for name in names)
    with pytest.raises(TypeError, match="add: operands of two engines, .* and .*; run one of them"):
        one + other
    with pytest.raises(TypeError, match="two engines"):
        ops.concat(np.ones((1, 3)), one, other)


@symbolic
def test_two_graphs_are_two_engines(make):
    with pytest.raises(TypeError, match="two engines"):
        make() * make()


@symbolic
@pytest.mark.parametrize(
    "use",
    [
        bool,
        float,
        int,
        np.asarray,
        lambda x: [1, 2][x],
        lambda x: f"{x:.3f}",
        lambda x: x if x > 0 else -x,
        lambda x: max(x, x),
        lambda x: x in (1, 2),
    ],
    ids="bool float int asarray index format if max in".split(),
)
def test_a_symbol_has_no_numbers(make, use):
    with pytest.raises(TypeError, match="no numbers yet.*where"):
        use(make().sum())


@symbolic
@pytest.mark.parametrize("name", ["item", "numpy", "tolist"])
def test_numbers_asked_for_by_name(make, name):
    """A lazy value computes them; what is described once and run often refuses."""
    ask = getattr(make().sum(), name)
    if make is VALUES["lazy"]:
        assert float(ask()) == 6.0
        return
    with pytest.raises(TypeError, match="no numbers yet.*where"):
        ask()


@every
def test_arrays_on_the_left_reach_the_value(make):
    x = make()
    array = np.ones((2, 3), np.float32)
    for y in (array + x, array @ x.T, array - x, array / x, array * x, array < x):
        assert y.engine is x.engine
        assert y.shape[0] == 2


@symbolic
def test_arrays_in_a_block_just_compute(make):
    """Also initialisers, whole layers, and VJPs that are called on arrays."""
    x = make()
    with engine(x.engine):
        before = describe(x.engine)
        y = ops.exp(np.zeros(3)) + 1
        layer = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout())
        (g,) = ops.exp.pull([True], np.ones(3), y, [np.zeros(3)], {})
        assert type(y) is type(g) is type(layer[0].weight.data) is np.ndarray
        dl.assign(layer[1].running_mean, np.ones(4), belongs_to=y)
        assert layer[1].running_mean.tolist() == [1] * 4
        assert describe(x.engine) == before


def describe(chosen):
    """Count what an engine has recorded."""
    return len(getattr(chosen, "nodes", ()))


@symbolic
def test_another_thread_is_in_no_block(make):
    x, w, found = make(), nn.Parameter([1.0, 2.0]), []

    def work():
        found.extend([current_engine(), ops.exp(np.zeros(2)), w * 2])

    with engine(x.engine):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert current_engine() is x.engine
    assert found[0] is TAPE
    assert type(found[1]) is np.ndarray
    assert found[2].tolist() == [2, 4]


@symbolic
def test_a_generator_that_stops_inside_a_block(make):
    x, w = make(), nn.Parameter([1.0, 2.0])

    def batches():
        with engine(x.engine):
            for scale in (1.0, 2.0):
                yield ops.mul(np.full(2, scale), 3)

    for scale, batch in zip((3, 6), batches(), strict=True):
        assert type(batch) is type(ops.exp(batch)) is np.ndarray
        assert batch.tolist() == [scale] * 2
    assert current_engine() is TAPE
    assert (w * 2).tolist() == [2, 4]


@symbolic
def test_a_block_ends_with_an_error_too(make):
    with pytest.raises(ZeroDivisionError), engine(make().engine):
        _ = 1 / 0
    assert current_engine() is TAPE


@every
def test_a_value_outlives_its_block(make):
    """Operands choose: a value goes on in its engine, inside the block of another one, too."""
    x, w = make(), nn.Parameter(np.full(3, 2.0, np.float32))
    with engine(x.engine):
        y = x * w
    with engine(ComputationalGraph()):
        z = y + w
    assert z.engine is y.engine is x.engine
    assert (z * w).engine is x.engine
    assert current_engine() is TAPE


@every
def test_a_layer_has_the_engine_of_its_inputs(make):
    """Its expressions of parameters alone too, outside any block and inside that of another."""
    x, layer = make(), Standardised(3, 2)
    assert layer(x).engine is x.engine
    with engine(ComputationalGraph()) as other:
        assert layer(x).engine is x.engine
        assert len(other.nodes) == 0
        with pytest.raises((ValueError, TypeError)):
            layer(x.T)
        assert current_engine() is other
    assert current_engine() is TAPE


def test_tape_refuses_an_assign_between_forward_and_backward():
    w = nn.Parameter([2.0])
    loss = (w * w).sum()
    dl.assign(w, np.array([5.0], np.float32))
    with pytest.raises(RuntimeError, match="written between forward and backward"):
        loss.backward()


def test_net_refuses_an_assign_between_forward_and_backward():
    net, w = Net(), nn.Parameter([2.0], "w")
    with engine(net):
        net.add_loss((w * w).sum())
    net.forward()
    dl.assign(w, np.array([5.0], np.float32))
    with pytest.raises(RuntimeError, match="'w' was written after"):
        net.backward()


def test_a_graph_reads_and_writes_in_the_order_of_description():
    """The gradient is described last, yet it is that of what was read first."""
    graph, w = ComputationalGraph(), nn.Parameter([2.0], "w")
    with engine(graph):
        before = (w * w).sum()
        write = dl.assign(w, w * 10)
        after = (w * w).sum()
    (slope,) = graph.gradients(before, [w])
    context = SimulationContext(graph)
    for fetches in ([before, write, after, slope], [slope, after, before, write]):
        context.refresh()
        found = dict(zip(fetches, context.run(fetches), strict=True))
        numbers = [found[node].item() for node in (before, write, after, slope)]
        assert numbers == [4.0, 20.0, 400.0, 4.0]
    assert w.tolist() == [2.0]


def test_lazy_values_read_and_write_in_the_order_of_description():
    graph, w = Graph(), nn.Parameter([2.0], "w")
    with engine(graph):
        before = (w * w).sum()
        dl.assign(w, w * 10)
        after = (w * w).sum()
    (slope,) = graph.gradients(before, [w])
    assert w.tolist() == [2.0]
    realize(after, slope, before)
    assert [x.item() for x in (before, slope, after)] == [4.0, 4.0, 400.0]
    assert w.tolist() == [20.0]


def test_a_lazy_value_never_reads_what_was_written_behind_its_back():
    w = nn.Parameter([2.0], "w")
    with engine(Graph()):
        square = (w * w).sum()
    w.write(np.array([5.0], np.float32))
    with pytest.raises(RuntimeError, match="'w' was written .version 1. after this was described"):
        square.item()


@pytest.mark.parametrize("name", RUNNERS)
def test_what_is_dead_is_released(name):
    """Parameters, their gradients and a batch go with the last one who holds their engine."""
    trial = TRIALS[0]
    mine = RUNNERS[name](trial)
    mine.run(trial.batch(8), update=True)
    watched = [weakref.ref(x.data) for x in mine.states.values()]
    watched += [weakref.ref(x) for x in mine.run(trial.batch(8)).gradients.values()]
    assert len([ref for ref in watched if ref() is not None]) >= len(mine.states)
    del mine
    gc.collect()
    assert not [ref for ref in watched if ref() is not None]


@pytest.mark.parametrize("name", RUNNERS)
def test_gradients_do_not_add_up_over_runs(name):
    trial = TRIALS[0]
    mine = RUNNERS[name](trial)
    first, second = (mine.run(trial.batch(5)).gradients for _ in range(2))
    for key in first:
        np.testing.assert_array_equal(first[key], second[key])


def test_a_block_wants_an_engine():
    with pytest.raises(TypeError, match="an engine is a graph, a net or such, got 'lazy'"):
        with engine("lazy"):
            pass


def test_a_penalty_described_outside_a_block_is_told_where_to_go():
    graph, layer = ComputationalGraph(), nn.Linear(2, 1)
    loss = layer(graph.placeholder((None, 2))).sum()
    with pytest.raises(TypeError, match="made of parameters alone, describe it inside `with engi"):
        _ = loss + nn.l2_penalty(layer, 0.1)
    with engine(graph):
        assert (loss + nn.l2_penalty(layer, 0.1)).engine is graph


def test_what_is_fed_has_numbers():
    graph, net = ComputationalGraph(), Net()
    x, data = graph.placeholder((2,), name="x"), net.data((2,), id="x")
    for fed in (x, data):
        with pytest.raises(TypeError, match="has no numbers yet, it only describes them"):
            SimulationContext(graph).run(x, {"x": fed})
        with pytest.raises(TypeError, match="has no numbers yet, it only describes them"):
            net.forward({"x": fed})
