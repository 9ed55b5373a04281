"""Lazy values: nothing too early, nothing twice, nothing out of date, nothing kept."""

import gc
import threading
import weakref

import numpy as np
import pytest

import diydl as dl
from diydl.primitive import Primitive


@pytest.fixture
def graph():
    """A fresh default graph."""
    fresh = dl.Graph()
    old = dl.set_default_graph(fresh)
    yield fresh
    dl.set_default_graph(old)


@pytest.fixture
def x(graph):
    return dl.LazyTensor([1.0, 2.0, 3.0], requires_grad=True)


@pytest.fixture
def counted(monkeypatch):
    """Names of the primitives that have been computed."""
    names, compute = [], Primitive.compute

    def recorded(self, *arrays, **params):
        names.append(self.name)
        return compute(self, *arrays, **params)

    monkeypatch.setattr(Primitive, "compute", recorded)
    return names


def read(graph, state):
    """A lazy value that is no more than the state."""
    with dl.engine(graph):
        return state * 1


# Waiting, and running


def test_nothing_runs_until_asked_for_and_then_once(x, counted):
    y = dl.exp(x * 2)
    z = y.sum() + y.mean()
    z.backward()
    assert counted == []
    assert z.waiting
    assert z.item() == pytest.approx(np.exp([2, 4, 6]).sum() * 4 / 3, rel=1e-6)
    assert counted.count("exp") == 1
    before = list(counted)
    assert x.grad.tolist() == pytest.approx(2 * np.exp([2, 4, 6]) * 4 / 3, rel=1e-6)
    assert y.tolist() == pytest.approx(np.exp([2, 4, 6]), rel=1e-6)
    assert counted == before, "all that was described together is computed together"


def test_shapes_and_dtypes_are_foretold(x):
    y = dl.LazyTensor(np.ones((3, 2)))
    assert (x @ y).shape == (2,)
    assert (x @ y).dtype == np.float64
    assert [row.shape for row in y] == [(2,)] * 3
    with pytest.raises(ValueError, match=r"matmul: .*got \(3,\) float32 and \(2, 3\) float64"):
        x @ y.T
    with pytest.raises(ValueError, match=r"cannot assign \(3,\) float32 to parameter 'w' of shape"):
        dl.assign(dl.Parameter([1.0], name="w"), x)


@pytest.mark.parametrize("use", [bool, float, int, np.asarray, "{:.2f}".format])
def test_a_lazy_value_is_not_run_by_accident(x, use):
    y = x.sum()
    for _ in range(2):
        with pytest.raises(TypeError, match=r"has no numbers yet.*x.realize\(\), x.numpy\(\)"):
            use(y)
        y = y * 1
    assert y.waiting


def test_realize_takes_tensors_and_graphs(graph, x):
    other = dl.Graph()
    y, z = x * 2, dl.LazyTensor([1.0], graph=other) + 1
    dl.realize(y, z)
    assert not (y.waiting or z.waiting)
    y, z, w = x * 3, x * 4, dl.LazyTensor([1.0], graph=other) + 2
    dl.realize(graph, y)
    assert not (y.waiting or z.waiting)
    assert w.waiting
    assert repr(graph) == "<Graph: 0 waiting>"
    with pytest.raises(TypeError, match="realize takes lazy tensors and graphs, got a Tensor"):
        dl.realize(dl.ones(2))


def test_default_graphs(graph, x):
    assert x.engine is graph is dl.get_default_graph()
    with pytest.raises(TypeError, match="expected a Graph"):
        dl.set_default_graph("graph")
    with pytest.raises(TypeError, match="operands of two engines"):
        x + dl.LazyTensor([1.0], graph=dl.Graph())
    with pytest.raises(TypeError, match="operands of two engines"):
        x + dl.ones(3)


def test_numbers_leave_as_copies(x):
    y = x * 1
    y.numpy()[...] = 7
    assert y.tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="read-only"):
        y.data[...] = 7
    assert dl.tensor(y).tolist() == [1, 2, 3]


def test_a_mask_is_realized_for_its_shape(x):
    assert x[x > 1.5].tolist() == [2, 3]


def test_values_of_numbers_and_shapes(x):
    assert (x + 1).dtype == np.float32
    assert (2**x).tolist() == [2, 4, 8]
    assert dl.LazyTensor(3).item() == 3
    with pytest.raises(ValueError, match="exactly one element"):
        x.item()
    with pytest.raises(TypeError, match="only floating-point values can require gradients"):
        dl.LazyTensor([1, 2], requires_grad=True)


# Which engine applies


def test_a_block_decides_for_parameters_alone(graph):
    w = dl.Parameter(np.ones((4, 3)), name="w")
    with dl.engine(graph):
        unit = w / (w * w).sum(axis=0).sqrt()
        layer = dl.nn.Linear(3, 2)
    assert type(layer.weight.data) is np.ndarray
    later = (unit + w).sum()  # a value used after its block
    later.backward()
    assert later.item() == pytest.approx(18)
    assert isinstance(w.grad, dl.LazyTensor)
    assert isinstance(w * 2, dl.Tensor)


def test_array_operations_of_others_during_a_block(graph):
    w, found = dl.Parameter([1.0]), []

    def describing():
        with dl.engine(graph):
            yield w * 2

    with dl.engine(graph):
        thread = threading.Thread(target=lambda: found.extend([dl.exp(np.zeros(2)), w * 2]))
        thread.start()
        thread.join()
    nodes = describing()
    found += [next(nodes), dl.exp(np.zeros(2)), dl.ones(2) * 2]
    nodes.close()
    kinds = [np.ndarray, dl.Tensor, dl.LazyTensor, np.ndarray, dl.Tensor]
    assert [type(y) for y in found] == kinds


# Gradients


def test_gradients_of_any_order(graph):
    t = dl.LazyTensor(np.array(3.0))
    nodes = [t**4]
    for _ in range(4):
        nodes += graph.gradients(nodes[-1], [t])
    dl.realize(*nodes)
    assert [y.item() for y in nodes] == [81, 108, 108, 72, 24]


def test_backward_replaces_and_accumulates_when_asked(x):
    x.sum().backward()
    x.sum().backward()
    assert x.grad.tolist() == [1, 1, 1]
    (2 * x).sum().backward(accumulate=True)
    assert x.grad.tolist() == [3, 3, 3]
    (x * x).backward(np.array([1.0, 10.0, 100.0], np.float32))
    assert x.grad.tolist() == [2, 40, 600]
    with pytest.raises(ValueError, match="needs a seed of that shape"):
        (x * x).backward()
    with pytest.raises(RuntimeError, match="backward has nothing to do"):
        dl.LazyTensor([1.0]).backward()


def test_what_does_not_matter_gets_none(graph, x):
    frozen, other = dl.Parameter([1.0], requires_grad=False), dl.Parameter([1.0])
    loss = (x * frozen).sum()
    assert graph.gradients(loss, [frozen, other]) == [None, None]
    loss.backward()
    assert frozen.grad is None


def test_an_eager_optimizer_steps_with_lazy_gradients(graph):
    rows, labels = _iris()
    lazy, eager = _twins()
    steps = [dl.optim.Adam(model.parameters(), lr=0.01) for model in (lazy, eager)]
    for start in (0, 16, 28):
        part = slice(start, start + 16)
        mine = dl.nn.cross_entropy(lazy(dl.LazyTensor(rows[part])), labels[part])
        mine.backward()
        theirs = dl.nn.cross_entropy(eager(dl.tensor(rows[part])), labels[part])
        theirs.backward()
        for step in steps:
            step.step()
        assert mine.item() == theirs.item()
    for a, b in zip(lazy.parameters(), eager.parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)


def test_an_optimizer_of_operations(graph):
    rows, labels = _iris()
    lazy, eager = _twins()
    mine, theirs = (dl.optim.SGD(m.parameters(), lr=0.1, momentum=0.9) for m in (lazy, eager))
    for _ in range(3):
        loss = dl.nn.cross_entropy(lazy(dl.LazyTensor(rows)), labels)
        updates = mine.operations(graph.gradients(loss, lazy.parameters()))
        dl.realize(loss, *updates)
        out = dl.nn.cross_entropy(eager(dl.tensor(rows)), labels)
        out.backward()
        theirs.step()
        assert loss.item() == out.item()
    for a, b in zip(lazy.parameters(), eager.parameters(), strict=True):
        np.testing.assert_allclose(a.data, b.data, rtol=1e-6)


def _iris():
    rows = np.random.default_rng(0).normal(size=(40, 4)).astype("f4")
    return rows, (rows[:, 0] > 0).astype(int) + (rows[:, 1] > 1)


def _twins():
    def model():
        dl.seed(0)
        return dl.nn.Sequential(dl.nn.Linear(4, 8), dl.nn.Tanh(), dl.nn.Linear(8, 3))

    return model(), model()


# What has its numbers has no history


def test_a_realized_tensor_drops_its_inputs(x):
    h = dl.exp(x)
    dead, y = weakref.ref(h), h.sum()
    del h
    assert dead() is not None
    y.realize()
    assert dead() is None
    assert (y.inputs, y.prim) == ((), None)


def test_memory_is_freed_on_the_way(graph, monkeypatch):
    alive, most, compute = set(), [0], Primitive.compute

    def watched(self, *arrays, **params):
        out = compute(self, *arrays, **params)
        alive.add(id(out))
        weakref.finalize(out, alive.discard, id(out))
        most[0] = max(most[0], len(alive))
        return out

    monkeypatch.setattr(Primitive, "compute", watched)
    for start in (lambda y: y.realize(), lambda y: graph.realize()):
        y = dl.LazyTensor(np.ones(1000))
        for _ in range(20):
            y = y + 1.0
        start(y)
        assert most[0] == 2
        del y


def test_what_somebody_holds_keeps_its_numbers(x, counted):
    h = x * 2
    (h + 1).realize()
    assert not h.waiting
    assert h.tolist() == [2, 4, 6]
    assert counted == ["mul", "add"]


def test_gradients_after_the_end_of_a_history_are_an_error_never_wrong(graph, x):
    loss = (x * x).sum()
    assert loss.item() == 14
    with pytest.raises(RuntimeError, match="realized.*retain_graph=True.*detach"):
        loss.sum().backward()
    h = (x * 2).realize()
    with pytest.raises(RuntimeError, match="came the end of its history"):
        (h * x).sum().backward()
    (h.detach() * x).sum().backward()
    assert x.grad.tolist() == [2, 4, 6]
    out = (h * h).sum()
    (gh,) = graph.gradients(out, [h])
    assert gh.tolist() == [4, 8, 12]


def test_a_graph_may_be_retained(x, counted):
    h = dl.exp(x)
    loss = h.sum()
    dl.realize(loss, retain_graph=True)
    assert loss.item() == pytest.approx(np.exp([1, 2, 3]).sum(), rel=1e-6)
    loss.backward()
    assert x.grad.tolist() == h.tolist()
    assert counted.count("exp") == 1


def test_dead_expressions_and_parameters_are_released(graph):
    w = dl.Parameter(np.ones(1000), name="w")
    array = weakref.ref(w.data)
    loss = (dl.LazyTensor(np.ones(1000)) * w).sum()
    node = weakref.ref(loss)
    loss.backward()
    loss.realize()
    del w, loss
    gc.collect()
    assert (node(), array()) == (None, None)
    assert len(graph._alive) == len(graph.reads) == len(graph.pending) == 0


def test_ten_thousand_steps_do_not_recurse(graph):
    w = dl.Parameter(1.0, name="w")
    y = dl.LazyTensor([1.0, 2.0])
    for _ in range(10_000):
        y = y * w
    loss = y.sum()
    (gw,) = graph.gradients(loss, [w])
    dl.realize(loss, gw)
    assert (loss.item(), gw.item()) == (3, 30_000)
    for _ in range(10_000):
        y = y * w
    del y  # never computed


# Nothing is out of date


def test_arrays_are_what_they_were(graph):
    array, w = np.ones(2), dl.Parameter([1.0, 1.0])
    y, z = dl.LazyTensor(array) * 1, w * dl.LazyTensor(np.ones(2)) + array
    array[...] = 7
    assert (y.tolist(), z.tolist()) == ([1, 1], [2, 2])


def test_a_parameter_written_behind_the_back_of_the_graph(graph):
    w = dl.Parameter([1.0], name="w")
    early, held = read(graph, w), read(graph, w)
    assert early.tolist() == [1]
    dl.assign(w, np.array([5.0]))
    assert early.tolist() == [1], "realized before"
    assert read(graph, w).tolist() == [5]
    with pytest.raises(RuntimeError, match=r"parameter 'w' was written \(version 1\) .* version 0"):
        held.realize()


def test_reads_before_and_after_an_assignment(graph):
    w = dl.Parameter([1.0], name="w")
    before = read(graph, w)
    with dl.engine(graph):
        first = dl.assign(w, w * 10)
        between = w * 1
        second = dl.assign(w, w + 5)
        after = w * 1
    assert w.tolist() == [1]
    assert [y.tolist() for y in (after, before, between)] == [[15], [1], [10]]
    assert (w.tolist(), w.version) == ([15], 2)
    assert not (first.waiting or second.waiting)
    assert second.tolist() == [15]


def test_asking_for_one_of_them_does_the_earlier_ones_too(graph):
    w = dl.Parameter([1.0], name="w")
    with dl.engine(graph):
        dl.assign(w, w * 10)
        second = dl.assign(w, np.array([3.0]))
    second.realize()
    assert (w.tolist(), w.version) == ([3], 2)


def test_an_assignment_of_an_earlier_one_only(graph):
    w = dl.Parameter([1.0], name="w")
    with dl.engine(graph):
        first = dl.assign(w, w * 10)
        second = dl.assign(w, w + 1)
    first.realize()
    assert w.tolist() == [10]
    assert second.waiting
    second.realize()
    assert w.tolist() == [11]


def test_assignments_that_are_done_are_released(graph):
    w = dl.Parameter([1.0], name="w")
    with dl.engine(graph):
        first, second = dl.assign(w, w * 2), dl.assign(w, w * 3)
    dead = weakref.ref(first)
    del first
    dl.realize(second)
    assert dead() is None


def test_the_old_array_is_kept_for_those_who_read_it(graph):
    w = dl.Parameter([1.0, 2.0], name="w")
    old, view, seen = read(graph, w), _view(graph, w), _view(graph, w)
    seen.realize()
    with dl.engine(graph):
        dl.assign(w, w * 10).realize()
    assert w.tolist() == [10, 20]
    assert old.tolist() == [1, 2]
    assert (view.tolist(), seen.tolist()) == ([[1, 2]], [[1, 2]])
    dl.assign(w, np.zeros(2))
    assert seen.tolist() == [[1, 2]], "realized views of parameters are their own"


def _view(graph, w):
    with dl.engine(graph):
        return w.reshape(1, 2)


def test_views_of_views_within_one_run(graph):
    w = dl.Parameter([1.0, 2.0], name="w")
    view = _view(graph, w)
    deeper = view.T
    with dl.engine(graph):
        step = dl.assign(w, w * 10)
    total = (deeper * 1).sum()
    dl.realize(total, step, deeper)
    assert (view.tolist(), deeper.tolist(), total.item()) == ([[1, 2]], [[1], [2]], 3)


def test_an_assign_between_forward_and_backward(graph):
    w = dl.Parameter([3.0], name="w")
    with dl.engine(graph):
        loss = (w * w * w).sum()
        step = dl.assign(w, w * 100)
    loss.backward()
    dl.realize(step, loss)
    assert (w.tolist(), w.grad.tolist(), loss.item()) == ([300], [27], 27)


def test_an_eager_write_while_an_assignment_waits(graph):
    w = dl.Parameter([3.0], name="w")
    with dl.engine(graph):
        step = dl.assign(w, dl.LazyTensor([1.0]))
    dl.assign(w, np.array([9.0]))
    with pytest.raises(RuntimeError, match="while an assignment to version 0 of it waited"):
        step.realize()
    assert w.tolist() == [9]


def test_a_done_assignment_is_what_the_parameter_is(graph):
    w = dl.Parameter([3.0], name="w")
    step = dl.assign(w, dl.LazyTensor([1.0]))
    later = step * 2
    step.realize()
    with dl.engine(graph):
        again = dl.assign(w, w + 1)
    again.realize()
    assert (step.tolist(), again.tolist(), later.tolist()) == ([1], [2], [2])
    dl.assign(w, np.array([5.0]))
    assert step.tolist() == [1], "kept, since it was read when it was overwritten"
    with pytest.raises(RuntimeError, match="parameter 'w' was written"):
        again.numpy()


def test_effects_run_with_what_they_belong_to(graph):
    seen, x = dl.Buffer(0.0, name="seen"), dl.LazyTensor([1.0, 2.0])
    h = x * 2
    effect = weakref.ref(dl.assign(seen, x.sum(), belongs_to=h))
    other = (x + 1).realize()
    assert seen.item() == 0
    assert effect().waiting
    (h + other).realize()
    assert seen.item() == 3
    assert effect() is None, "done, though h is still there"
    dl.assign(seen, x.sum() * 2, belongs_to=h)
    assert seen.item() == 6, "h has been computed already"


def test_a_waiting_assignment_is_not_lost(graph):
    w = dl.Parameter([1.0], name="w")
    dl.assign(w, dl.LazyTensor([5.0]))
    gc.collect()
    dl.realize(graph)
    assert w.tolist() == [5]
    assert len(graph.pending) == 0
    assert graph.pending._kept == set()


def test_an_effect_of_what_nobody_will_ask_for_is_forgotten(graph):
    count, x = dl.Buffer(1.0, name="count"), dl.LazyTensor([1.0])
    array = weakref.ref(count.data)

    def layer(x, count):
        y = x * 2
        dl.assign(count, read(graph, count) * 10, belongs_to=y)
        return y

    with dl.engine(graph):
        dl.assign(count, count + 1)
    dropped = layer(x, count)
    del dropped
    gc.collect()
    first, second = layer(x, count), layer(x, count)
    assert read(graph, count).item() == 200, "2 and then twice times 10"
    assert (count.item(), first.waiting, second.waiting) == (200, True, True)
    del first, second
    lost = layer(x, count)
    del lost, count
    gc.collect()
    assert array() is None
    assert len(graph.pending) == 0


def test_a_run_that_fails_does_not_stop_others(graph):
    count = dl.Buffer(1.0, name="count")
    bad = dl.take(dl.LazyTensor([1.0]), np.array([7]))
    dl.assign(count, read(graph, count) + bad.sum(), belongs_to=bad)
    with pytest.raises(IndexError):
        bad.realize()
    dl.assign(count, read(graph, count) + 1).realize()
    assert count.item() == 2


def test_its_own_array_is_no_news(graph):
    w = dl.Parameter([1.0, 2.0], name="w")
    reader = read(graph, w)
    with dl.engine(graph):
        step = dl.assign(w, dl.identity(w))
    step.realize()
    assert w.version == 0
    dl.assign(w, dl.LazyTensor([7.0, 7.0])).realize()
    assert (reader.tolist(), step.tolist(), w.tolist()) == ([1, 2], [1, 2], [7, 7])


def test_the_mode_is_given_when_it_runs(graph):
    layer = dl.nn.Dropout(0.5)
    ones = np.ones(200, np.float32)
    y, z = layer(dl.LazyTensor(ones)), layer(dl.LazyTensor(ones))
    dl.realize(z, training=False)
    assert (z.numpy() == 1).all()
    assert 0 < (y.numpy() == 0).sum() < 200
    layer.eval()
    assert (layer(dl.LazyTensor(ones)).numpy() == 1).all()


def test_statistics_of_a_batch_norm_are_the_tapes(graph):
    lazy, eager = dl.nn.BatchNorm1d(3), dl.nn.BatchNorm1d(3)
    for i in range(3):
        rows = np.random.default_rng(i).normal(size=(8, 3)).astype("f4")
        mine, theirs = lazy(dl.LazyTensor(rows)), eager(dl.tensor(rows))
        np.testing.assert_array_equal(mine.numpy(), theirs.numpy())
    for a, b in zip(lazy.buffers(), eager.buffers(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)
        assert a.item() if a.size == 1 else a.data.any()


def test_an_error_while_running_leaves_the_rest_as_it_was(graph, x):
    good, bad = x * 2, dl.take(x, np.array([7]))
    with pytest.raises(IndexError, match="take: "):
        dl.realize(good, bad)
    assert good.tolist() == [2, 4, 6]
    assert bad.waiting


def test_text(x):
    assert repr(x) == "<LazyTensor (3,) float32, realized>"
    assert repr(x * 2) == "<LazyTensor (3,) float32, waiting>"
    assert repr(dl.assign(dl.Buffer([0.0] * 3, name="b"), x)) == (
        "<Assignment 'b' (3,) float32, waiting>"
    )


def test_a_mode_is_no_text(x):
    with pytest.raises(TypeError, match="training is True, False or None"):
        (x * 2).realize(training="test")


def test_a_graph_is_asked_for(graph):
    with pytest.raises(TypeError, match="expected a Graph, got a str"):
        dl.LazyTensor([1.0], graph="mine")


def test_numpy_is_told_how_to_get_realized_numbers(x):
    y = (x * 2).realize()
    for use in (np.asarray, bool, float):
        with pytest.raises(TypeError, match=r"hands out its numbers when asked: x.numpy\(\)"):
            use(y)


def test_gradients_want_a_list_of_lazy_tensors(graph, x):
    with pytest.raises(TypeError, match="wrt is a list of nodes and parameters, got <LazyTensor"):
        graph.gradients(x.sum(), x)
    with pytest.raises(TypeError, match="wrt lists lazy tensors and parameters, got a ndarray"):
        graph.gradients(x.sum(), [np.ones(3)])
