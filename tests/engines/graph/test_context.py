"""Running: feeding, partial evaluation, effects in order, copies of parameters, memory."""

import gc
import weakref
from collections import namedtuple

import numpy as np
import pytest

import diydl as dl
from diydl.primitive import PRIMITIVES, primitive
from diydl.rules import broadcast


@pytest.fixture
def graph():
    return dl.ComputationalGraph()


@pytest.fixture
def x(graph):
    return graph.placeholder((None, 2), name="x")


@pytest.fixture
def context(graph):
    return dl.SimulationContext(graph)


@pytest.fixture
def counted(monkeypatch):
    """Names of the primitives that have been computed."""
    names, compute = [], type(dl.exp).compute

    def recorded(self, *arrays, **params):
        names.append(self.name)
        return compute(self, *arrays, **params)

    monkeypatch.setattr(type(dl.exp), "compute", recorded)
    return names


def test_fetches_come_back_in_the_form_they_were_asked_for(context, x):
    y, z = (x * 2).named("y"), (x + 1).named("z")
    feed = {"x": [[1, 2]]}
    assert context.run(y, feed).tolist() == [[2, 4]]
    assert context.run("z", feed).tolist() == [[2, 3]]
    assert [a.tolist() for a in context.run([y, "z", y], feed)] == [[[2, 4]], [[2, 3]], [[2, 4]]]
    assert isinstance(context.run((y, z), feed), tuple)
    assert list(context.run({"a": y, "b": z}, feed)) == ["a", "b"]
    assert context.run([], feed) == []
    assert type(context.run(y.sum(), feed)) is np.ndarray


def test_only_what_is_asked_for_is_computed_and_once(context, x, counted):
    y = x * 2
    z = dl.exp(y) + dl.exp(y)
    dl.tanh(z)
    context.run([z, y], {x: np.ones((1, 2))})
    assert counted == ["mul", "exp", "exp", "add"]


def test_one_graph_runs_at_any_batch(context, graph, x):
    w = dl.Parameter(np.ones((2, 3)), name="w")
    loss = (x @ w).mean()
    (gw,) = graph.gradients(loss, [w])
    for batch in (8, 5, 1):
        array = np.random.default_rng(batch).normal(size=(batch, 2)).astype("f4")
        got = context.run([loss, gw], {x: array})
        eager = (dl.tensor(array) @ w).mean()
        eager.backward()
        np.testing.assert_array_equal(got[0], eager.numpy())
        np.testing.assert_array_equal(got[1], w.grad.numpy())


@pytest.mark.parametrize(
    ("feed", "error", "words"),
    [
        ({}, KeyError, r"not fed: 'x' \(B, 2\) float32; run\(..., feed={'x': array}\)"),
        ({"z": 1}, KeyError, "no node of this graph is called 'z'"),
        ({"x": [[1.0, 2.0, 3.0]]}, ValueError, r"placeholder 'x' \(B, 2\) .* fed shape \(1, 3\)"),
        ({"x": [1.0, 2.0]}, ValueError, r"placeholder 'x' \(B, 2\) float32 was fed shape \(2,\)"),
        ({"x": [["a", "b"]]}, TypeError, "expected an array or .nested lists of. numbers"),
        ({"x": np.ones((1, 2), complex)}, TypeError, "placeholder 'x' .* was fed complex128"),
        ({"sum": 1.0}, TypeError, "'sum' .* is computed and cannot be fed"),
        ({0: 1.0}, TypeError, "expected a node of this graph, or its name, got a int"),
    ],
)
def test_what_is_fed_is_checked(context, x, feed, error, words):
    with pytest.raises(error, match=words):
        context.run(x.sum(), feed)


def test_one_run_has_one_size_of_the_batch(context, graph, x):
    labels = graph.placeholder((None,), int, name="labels")
    loss = dl.nn.cross_entropy(x, labels)
    with pytest.raises(ValueError, match=r"'labels' \(B,\) int64 was fed .* 3, but 'x' a batch of"):
        context.run(loss, {"x": np.ones((2, 2)), "labels": [0, 1, 0]})
    with pytest.raises(TypeError, match="placeholder 'labels' .* was fed float32"):
        context.run(loss, {"x": np.ones((2, 2)), "labels": [0.5, 1.0]})


def test_a_size_nobody_fed(context, graph, x):
    y = dl.broadcast_to(graph.constant([1.0]), shape=(x.shape[0],))
    with pytest.raises(ValueError, match="depends on the size of the batch, which is not known"):
        context.run(y)
    assert context.run(y, {x: np.ones((3, 2))}).tolist() == [1, 1, 1]


def test_errors_while_running_name_the_node(context, x, graph):
    picks = graph.placeholder((None,), int, name="picks")
    rows = dl.take(x, picks).named("rows")
    with pytest.raises(IndexError, match="at 'rows': take: .*out of bounds"):
        context.run(rows, {x: np.ones((2, 2)), picks: [5, 0]})


def test_a_shape_that_was_described_wrongly_is_found_when_it_runs(context, graph):
    x = graph.placeholder((None,), name="x")
    y = x[:1010].named("first")  # every sample of open_shape is shorter
    assert context.run(y, {x: np.ones(7)}).shape == (7,)
    with pytest.raises(
        ValueError, match=r"at 'first': described as \(B,\), but with a batch of 2000"
    ):
        context.run(y, {x: np.ones(2000)})


def test_two_contexts_have_parameters_of_their_own(graph, x):
    w = dl.Parameter([[1.0], [1.0]], name="w")
    y = x @ w
    step = dl.assign(w, graph.variable(w) * 2)
    one, two = dl.SimulationContext(graph), dl.SimulationContext(graph)
    feed = {x: [[1, 2]]}
    assert one.run([y, step], feed)[0].tolist() == [[3]]
    assert one.run(y, feed).tolist() == [[6]]
    assert two.run(y, feed).tolist() == [[3]]
    assert (one[w].tolist(), two[w].tolist(), w.tolist()) == ([[2], [2]], [[1], [1]], [[1], [1]])
    one.commit()
    assert (w.tolist(), w.version) == ([[2], [2]], 1)
    assert two.run(y, feed).tolist() == [[3]]
    two.refresh()
    assert two.run(y, feed).tolist() == [[6]]
    one.commit()
    assert w.version == 1, "nothing new to write"


def test_copies_are_taken_when_the_context_is_made(graph, x):
    w = dl.Parameter([[1.0], [1.0]], name="w")
    y = x @ w
    context = dl.SimulationContext(graph)
    dl.assign(w, w * 5)
    assert context.run(y, {x: [[1, 2]]}).tolist() == [[3]]


def test_reads_and_writes_keep_their_order(context, graph):
    w = dl.Parameter([1.0], name="w")
    with dl.engine(graph):
        before = w * 1
        first = dl.assign(w, w * 10)
        between = w * 1
        second = dl.assign(w, w + 5)
        after = w * 1
    run = [n.tolist() for n in context.run([after, between, before, first, second])]
    assert run == [[15], [10], [1], [10], [15]]
    assert context[w].tolist() == [15]
    assert [n.tolist() for n in context.run([before, after])] == [[15], [15]], "nothing is written"
    assert [n.tolist() for n in context.run([before, second, after])] == [[15], [20], [20]]


def test_an_assign_between_forward_and_backward(context, graph):
    w = dl.Parameter([3.0], name="w")
    with dl.engine(graph):
        loss = (w * w * w).sum()
        step = dl.assign(w, w * 100)
        (gw,) = graph.gradients(loss, [w])
    assert context.run([step, gw, loss])[1].tolist() == [27]


def test_effects_run_with_what_they_belong_to(context, graph, x):
    seen = dl.Buffer(0.0, name="seen")
    h = x * 2
    dl.assign(seen, graph.variable(seen) + x.sum(), belongs_to=h)
    y, other = h + 1, x + 1
    feed = {x: [[1, 2]]}
    context.run(other, feed)
    assert context[seen] == 0
    context.run(y, feed)
    context.run(y, feed)
    assert context[seen] == 6
    assert graph.inputs(y) == [x]
    assert graph.states(y) == [seen]
    (gx,) = graph.gradients(y.sum(), [x])
    context.run(gx, feed)
    assert context[seen] == 6, "this gradient does not need h"


def test_effects_are_done_once_and_in_order_when_many_want_them(context, graph, x):
    count = dl.Buffer(1, name="count")
    for factor in (3, 5):
        h = x * factor
        dl.assign(count, graph.variable(count) * factor, belongs_to=h)
        x = h
    context.run([x, x + 1, h], {"x": [[1, 1]]})
    assert context[count] == 15


def test_what_is_handed_out_may_be_written_into(context, graph, x):
    w = dl.Parameter(np.ones((2, 1)), name="w")
    fetches = [graph.variable(w), graph.variable(w).T, graph.constant([1.0]), x, dl.identity(x)]
    fed = np.ones((1, 2), np.float32)
    for array in context.run(fetches, {x: fed}):
        array[...] = 7
    context[w][...] = 7
    assert fed.tolist() == [[1, 1]]
    for array in context.run(fetches, {x: fed}):
        assert np.all(array == 1)


def test_values_of_a_run_are_kept_or_not(graph, x):
    y = dl.exp(x * 2).named("y")
    z = dl.exp(y).sum()
    context = dl.SimulationContext(graph)
    context.run(z, {x: [[0, 0]]})
    assert context["y"].tolist() == [[1, 1]]
    dl.tanh(z)
    with pytest.raises(KeyError, match="'tanh' .* has no value here: the last run did not need"):
        context["tanh"]
    array = weakref.ref(context.values[y])
    context.forget()
    gc.collect()
    assert array() is None
    dl.assign(dl.Buffer(0.0, name="seen"), x.sum(), belongs_to=y)
    sparing = dl.SimulationContext(graph, keep=False)
    assert sparing.run(z, {x: [[0, 0]]}) == context.run(z, {x: [[0, 0]]})
    assert list(sparing.values) == [z]


def test_values_are_freed_as_soon_as_nothing_needs_them(graph):
    alive, most = set(), [0]

    x = graph.placeholder((None, 1000), name="x")
    y = x
    for _ in range(20):
        y = y + 1.0
    context = dl.SimulationContext(graph, keep=False)
    apply = type(dl.add).compute

    def watched(self, *arrays, **params):
        out = apply(self, *arrays, **params)
        alive.add(id(out))
        weakref.finalize(out, alive.discard, id(out))
        most[0] = max(most[0], len(alive))
        return out

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(dl.add), "compute", watched)
        context.run(y, {x: np.ones((2, 1000))})
    assert most[0] == 2


def test_the_mode_is_given_when_the_graph_runs(graph, x):
    layer = dl.nn.Dropout(0.5)
    y = layer(x)
    context = dl.SimulationContext(graph)
    feed = {x: np.ones((50, 2))}
    assert (context.run(y, feed) == 0).any()
    assert (context.run(y, feed, training=False) == 1).all()
    assert (context.run(y, feed, training=True) == 0).any()
    layer.eval()
    assert (context.run(layer(x), feed) == 1).all()


def test_its_own_array_is_no_news_to_a_context(graph):
    @primitive(shape=broadcast, modal=True)
    def graph_test_keep(xp, x, *, training):
        return x + 1 if training else x

    try:
        state = dl.Buffer([0.0], name="s")
        step = dl.assign(state, graph_test_keep(graph.variable(state), training=True))
        context = dl.SimulationContext(graph)
        context.run(step, training=False)
        context.commit()
        assert state.version == 0
        context.run(step)
        context.commit()
        assert (state.tolist(), state.version) == ([1], 1)
    finally:
        PRIMITIVES.pop("graph_test_keep")


def test_a_context_can_be_given_values(context, graph):
    rate = dl.Buffer(0.1, name="rate")
    node = graph.variable(rate) * 1
    context.set(rate, 0.5)
    assert context.run(node) == 0.5
    assert rate.item() == pytest.approx(0.1)
    with pytest.raises(ValueError, match=r"cannot write shape \(2,\) into buffer 'rate'"):
        context.set(rate, [1.0, 2.0])


def test_dtypes_of_parameters_stay(context, graph):
    w = dl.Parameter(np.ones(2, np.float32), name="w")
    step = dl.assign(w, graph.placeholder((2,), "float64", name="new"))
    assert context.run(step, {"new": [1.5, 2.5]}).dtype == np.float32


def test_feeds_from_other_engines(context, x):
    assert context.run(x.sum(), {x: dl.tensor([[1.0, 2.0]])}) == 3
    assert context.run(x.sum(), {x: dl.Parameter([[1.0, 2.0]])}) == 3


def test_training_an_svm_takes_the_same_way_as_the_tape(graph):
    random = np.random.default_rng(0)
    rows = random.normal(size=(40, 2)).astype("f4")
    signs = np.sign(rows @ [1.0, -2.0]).astype("f4")
    w, v = dl.Parameter(np.zeros(2, "f4"), "w"), dl.Parameter(np.zeros(2, "f4"), "v")
    x, s = graph.placeholder((None, 2), name="x"), graph.placeholder((None,), name="s")
    loss = dl.maximum(1 - s * (x @ w), 0).mean()
    (gw,) = graph.gradients(loss, [w])
    step = dl.assign(w, graph.variable(w) - 0.1 * gw)
    context = dl.SimulationContext(graph)
    for start in (0, 16, 32):  # the last batch is a partial one
        part = slice(start, start + 16)
        context.run(step, {x: rows[part], s: signs[part]})
        eager = dl.maximum(1 - signs[part] * (rows[part] @ v), 0).mean()
        eager.backward()
        dl.assign(v, v - 0.1 * v.grad)
    np.testing.assert_array_equal(context[w], v.numpy())


def test_repr(context, x):
    context.run(x * 1, {x: [[1, 2]]})
    assert repr(context) == (
        "<SimulationContext of <ComputationalGraph of 3 nodes>: 3 values, 20 bytes>"
    )


def test_a_feed_is_a_dict_and_a_mode_no_text():
    graph = dl.ComputationalGraph()
    y = graph.placeholder((2,), name="x") * 2
    context = dl.SimulationContext(graph)
    with pytest.raises(TypeError, match="feed is a dict such as .*, got a list"):
        context.run(y, [np.ones(2)])
    with pytest.raises(TypeError, match="training is True, False or None .* got 'test'"):
        context.run(y, {"x": np.ones(2)}, training="test")


@pytest.mark.parametrize("dtype", ["object", "U3", "complex64"])
def test_a_placeholder_holds_numbers(dtype):
    with pytest.raises(TypeError, match="values are numbers or bool, got the dtype"):
        dl.ComputationalGraph().placeholder((2,), dtype)


def test_what_is_handed_out_is_not_what_is_kept(graph, x, context):
    y = x + 1
    found = context.run([y], {"x": [[1, 2]]})[0]
    found[:] = 0
    assert context[y].tolist() == [[2, 3]]


def test_a_named_tuple_of_fetches_comes_back_as_a_tuple(graph, x, context):
    pair = namedtuple("pair", "double half")(x * 2, x / 2)
    double, half = context.run(pair, {"x": [[2, 4]]})
    assert double.tolist() == [[4, 8]]
    assert half.tolist() == [[1, 2]]


def test_a_learning_rate_is_changed_where_the_graph_runs(graph):
    w = dl.Parameter([1.0], name="w")
    optimizer = dl.optim.SGD([w], lr=0.5)
    loss = (graph.placeholder((1,), name="x") * w).sum()
    step = optimizer.operations(graph.gradients(loss, [w]))
    mine, other = dl.SimulationContext(graph), dl.SimulationContext(graph)
    mine.set(optimizer.learning_rate, 0.25)
    for context, left in ((mine, 0.75), (other, 0.5)):
        context.run(step, {"x": [1.0]})
        assert context[w].tolist() == [left]
    assert optimizer.lr == 0.5
