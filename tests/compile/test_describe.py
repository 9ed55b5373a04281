"""From lazy tensors to plans: inputs, constants, states, and what is written."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.compile import PASSES, compiled, describe, fuse, reuse
from diydl.engines.lazy import Graph, LazyTensor
from tests.compile.runners import ALL, CHOICES

every_choice = pytest.mark.parametrize("passes", CHOICES.values(), ids=CHOICES)


@pytest.fixture
def graph():
    return Graph()


def lazy(graph, data):
    return LazyTensor(np.asarray(data, "f4"), graph=graph)


def test_inputs_are_leaves(graph):
    x = lazy(graph, [1.0])
    with pytest.raises(ValueError, match="input 0 is computed"):
        describe([x], [x * 2])


def test_what_was_written_since_is_out_of_date(graph):
    w = nn.Parameter([1.0], name="w")
    with dl.engine(graph):
        y = w * 2
    dl.assign(w, np.ones(1))
    with pytest.raises(RuntimeError, match="'w' was written"):
        describe([y])


@every_choice
def test_reads_before_and_after_assignments(graph, passes):
    w, x = nn.Parameter(np.ones(40, "f4"), name="w"), lazy(graph, np.ones(40))
    with dl.engine(graph):
        before = w * x
        first = dl.assign(w, w * 10 + x)
        between = w * x
        second = dl.assign(w, w + between)
        after = w * 1
    plan = compiled(describe([before, between, after], [x], effects=[first, second]), passes)
    assert len(plan.writes) == 1
    address = w.data.ctypes.data
    for was in (1, 22):
        values = plan.run(np.ones(40, "f4"))
        assert [set(v.tolist()) for v in values] == [{was}, {10 * was + 1}, {20 * was + 2}]
        assert set(w.tolist()) == {20 * was + 2}
    assert (w.data.ctypes.data, w.version) == (address, 2)


@every_choice
def test_two_states_that_change_places(graph, passes):
    v, w = nn.Parameter(np.zeros(9), name="v"), nn.Parameter(np.ones(9), name="w")
    with dl.engine(graph):
        old = dl.identity(v)
        steps = [dl.assign(v, w), dl.assign(w, old)]
    plan = compiled(describe([], effects=steps), passes)
    for a, b in ((1, 0), (0, 1)):
        assert plan.run() == []
        assert (set(v.tolist()), set(w.tolist())) == ({a}, {b})


@every_choice
def test_a_state_that_becomes_a_view_of_itself(graph, passes):
    w = nn.Parameter(np.arange(9.0).reshape(3, 3), name="w")
    with dl.engine(graph):
        step = dl.assign(w, w.T)
    start, plan = w.data.copy(), compiled(describe([], effects=[step]), passes)
    plan.run()
    np.testing.assert_array_equal(w.data, start.T)
    plan.run()
    np.testing.assert_array_equal(w.data, start)


@every_choice
def test_new_contents_from_a_view_of_the_old(graph, passes):
    w = nn.Parameter(np.arange(9.0).reshape(3, 3), name="w")
    with dl.engine(graph):
        more = dl.assign(w, w + w.T * 2)
        read = w.sum(axis=0)
    plan = compiled(describe([read], effects=[more]), passes)
    for _ in range(2):
        wanted = w.data + w.data.T * 2
        np.testing.assert_array_equal(plan.run()[0], wanted.sum(axis=0))
        np.testing.assert_array_equal(w.data, wanted)


@every_choice
def test_an_output_that_is_a_view_of_an_old_parameter(graph, passes):
    w = nn.Parameter(np.zeros((2, 8)), name="w")
    with dl.engine(graph):
        old, step = w.T, dl.assign(w, w + 1)
    plan = compiled(describe([old], effects=[step]), passes)
    first, second = plan.run()[0], plan.run()[0]
    assert (set(first.ravel()), set(second.ravel()), set(w.data.ravel())) == ({0}, {1}, {2})


@every_choice
def test_a_value_written_into_two_states_and_returned(graph, passes):
    v, w, x = nn.Parameter(np.zeros(9, "f4")), dl.Buffer(np.zeros(9)), lazy(graph, np.ones(9))
    with dl.engine(graph):
        y = x * 3
        steps = [dl.assign(v, y), dl.assign(w, y)]
    plan = compiled(describe([y], [x], effects=steps), passes)
    (out,) = plan.run(np.full(9, 2, "f4"))
    out[...] = 0
    assert set(v.tolist()) == set(w.tolist()) == {6}
    assert w.dtype == np.float64
    assert not np.shares_memory(v.data, w.data)


def test_an_error_on_the_way_leaves_everything_as_it_was(graph):
    w, norm, x = (
        nn.Parameter(np.ones((8, 4), "f4")),
        nn.BatchNorm1d(8),
        lazy(graph, np.ones((5, 4))),
    )
    labels = LazyTensor(np.zeros(5, int), graph=graph)
    with dl.engine(graph):
        loss = nn.cross_entropy(norm(x @ w.T), labels)
    (g,) = graph.gradients(loss, [w])
    step = dl.assign(w, w - g)
    for passes in ((), ALL, PASSES):
        plan = compiled(describe([loss], [x, labels], effects=[step]), passes)
        states = [w, norm.running_mean, norm.num_batches_tracked]
        before = [s.data.copy() for s in states]
        with pytest.raises(IndexError, match="labels from 0 to 8, expected 0 to 7"):
            plan.run(np.ones((5, 4), "f4"), np.array([0, 1, 2, 3, 8]))
        for state, old in zip(states, before, strict=True):
            np.testing.assert_array_equal(state.data, old)
            assert state.version == 0
    plan.run(np.ones((5, 4), "f4"), np.arange(5))
    assert [s.version for s in states] == [1, 1, 1]


def test_nothing_is_written_before_the_last_step_that_may_refuse(graph):
    """Also where the new contents are there long before, and small."""
    w, x = nn.Parameter(np.ones((4, 4), "f4")), lazy(graph, np.ones((5, 4)))
    labels = LazyTensor(np.zeros(5, int), graph=graph)
    with dl.engine(graph):
        step = dl.assign(w, w * 2)
    loss = nn.cross_entropy(x, labels)
    plan = compiled(describe([loss], [x, labels], effects=[step]), ALL)
    with pytest.raises(IndexError, match="labels from 9 to 9"):
        plan.run(np.ones((5, 4), "f4"), np.full(5, 9))
    assert (set(w.data.ravel()), w.version) == ({1}, 0)
    plan.run(np.ones((5, 4), "f4"), np.zeros(5, int))
    assert (set(w.data.ravel()), w.version) == ({2}, 1)


@every_choice
def test_dtypes_side_by_side(graph, passes):
    data = [np.linspace(-1, 1, 12, dtype=d) for d in ("f2", "f4", "f8")] + [np.arange(12)]
    half, single, double, whole = inputs = [LazyTensor(x, graph=graph) for x in data]
    out = [
        half * single + whole,
        dl.exp(single) * (double > 0) - whole,
        dl.where(whole > 3, half, single) / 3,
        dl.maximum(half, 0) ** 2 + dl.sigmoid(half),
        dl.cast(double * 2.5, dtype="int32") + whole,
    ]
    plan = compiled(describe(out, inputs), passes)
    found = plan.run(*data)
    for mine, node in zip(found, out, strict=True):
        assert mine.dtype == node.dtype
        np.testing.assert_array_equal(mine, node.numpy())


def test_passes_of_other_sizes_only_where_they_pay(graph):
    x = lazy(graph, np.ones((2, 2)))
    plan = describe([dl.exp(x) + 1], [x])
    assert (len(fuse(plan).steps), reuse(plan).sizes) == (2, ())
