"""Describing: nodes, shapes, names, queries, gradients as nodes; nothing is computed."""

import gc
import threading
import weakref

import numpy as np
import pytest

import diydl as dl
from diydl.dim import Dim
from diydl.engines.graph import Connection, Constant
from diydl.primitive import Primitive

B = Dim()


@pytest.fixture
def graph():
    return dl.ComputationalGraph()


@pytest.fixture
def x(graph):
    return graph.placeholder((None, 4), name="x")


@pytest.fixture
def w():
    return dl.Parameter(np.ones((4, 3)), name="w")


def run(node, feed=None, **options):
    return dl.SimulationContext(node.engine).run(node, feed, **options)


def test_nothing_is_computed_while_a_graph_is_described(graph, x, w, monkeypatch):
    monkeypatch.setattr(Primitive, "compute", lambda *_, **__: pytest.fail("computed"))
    y = dl.softmax(x @ w + 1).mean()
    graph.gradients(y, [w, x])
    assert isinstance(y, Connection)


def test_shapes_and_dtypes_are_foretold(graph, x, w):
    assert (x @ w).shape == (B, 3)
    assert (x @ w).dtype == np.float64
    assert (x > 0).dtype == bool
    assert x.reshape(x.shape[0] * 4).shape == (4 * B,)
    assert x.mean(axis=0).shape == (4,)
    assert (2 * x).dtype == np.float32


def test_misfits_are_found_where_they_are_written_and_named(graph, x):
    w = dl.Parameter(np.ones((5, 3)), name="weight")
    with pytest.raises(ValueError, match=r"matmul: .*'x' \(B, 4\) float32 and 'weight' \(5, 3\)"):
        x @ w
    h = (x * 2).named("hidden")
    with pytest.raises(ValueError, match=r"reshape: .*got 'hidden' \(B, 4\)"):
        h.reshape(-1, 3)
    labels = graph.placeholder((None,), name="labels")
    with pytest.raises(TypeError, match=r"labels are integers.*got 'x' .* and 'labels' \(B,\)"):
        dl.softmax_cross_entropy(x, labels)
    with pytest.raises(TypeError, match=r"take: indices have dtype float32.*'x' .* and 'labels'"):
        dl.take(x, labels)
    with pytest.raises(TypeError, match=r"one_hot: indices have dtype float32.*got 'labels'"):
        dl.one_hot(labels, classes=3)
    with pytest.raises(ValueError, match=r"cannot assign 'hidden' .* to parameter 'weight' of sha"):
        dl.assign(w, h)
    assert [node.name for node in graph] == ["x", "weight", "constant", "hidden", "labels"]


@pytest.mark.parametrize("shape", [(-1, 4), (2.5,), ("B",), (True,)])
def test_shapes_of_placeholders_are_checked(graph, shape):
    with pytest.raises(ValueError, match="whole numbers, and None for the size of the batch"):
        graph.placeholder(shape)


def test_operands_choose_the_graph_inside_and_outside_of_blocks(graph, x, w):
    other = dl.ComputationalGraph()
    with dl.engine(other):
        assert (x @ w).engine is graph
        assert isinstance(np.ones(3) * dl.tensor([1.0, 2.0, 3.0]), dl.Tensor)
        assert type(dl.exp(np.ones(3))) is np.ndarray
    assert len(other) == 0


def test_a_block_decides_for_parameters_alone(graph, w):
    with dl.engine(graph):
        unit = w / (w * w).sum(axis=0).sqrt()
        nested = type(dl.Parameter(unit.shape[0] * [1.0]) * 1)
    assert unit.engine is graph
    assert nested is Connection
    assert isinstance(w * w, dl.Tensor)
    np.testing.assert_allclose(run(unit), 0.5)


def test_initialisers_inside_a_block_make_arrays(graph):
    with dl.engine(graph):
        layer = dl.nn.Linear(3, 2)
    assert type(layer.weight.data) is np.ndarray
    assert len(graph) == 0


def test_two_engines_in_one_expression(graph, x):
    y = dl.ComputationalGraph().placeholder((None, 4), name="y")
    with pytest.raises(TypeError, match="operands of two engines"):
        x + y
    with pytest.raises(TypeError, match="operands of two engines.*tape engine"):
        x + dl.ones(4)
    with pytest.raises(TypeError, match="expected a node of this graph.*node of another graph"):
        graph.gradients(y.sum(), [x])


def test_array_operations_of_others_during_a_block(graph, w):
    """In another thread, and in a generator that is left in the middle of its block."""
    found = []

    def work():
        found.extend([dl.exp(np.zeros(2)), w * 2])

    def describing():
        with dl.engine(graph):
            yield w * 2
            yield w * 3

    with dl.engine(graph):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert type(found[0]) is np.ndarray
    assert isinstance(found[1], dl.Tensor)
    nodes = describing()
    first = next(nodes)
    assert type(dl.exp(np.zeros(2)) + 1) is np.ndarray
    assert isinstance(dl.ones(2) * 2, dl.Tensor)
    assert [first.engine, next(nodes).engine] == [graph, graph]
    nodes.close()
    assert isinstance(w * 2, dl.Tensor)


@pytest.mark.parametrize("use", [bool, float, np.asarray, lambda x: x.item(), lambda x: x.numpy()])
def test_a_node_has_no_numbers(x, use):
    with pytest.raises(TypeError, match="has no numbers yet.*SimulationContext"):
        use(x.sum())


def test_masks_need_values(x):
    with pytest.raises(TypeError, match=r"x\[mask\] needs the values of the mask"):
        x[x > 0]


def test_a_value_used_after_its_block(graph, w):
    with dl.engine(graph):
        y = w * 2
    z = (y + w).sum()  # operands choose
    assert z.engine is graph
    assert run(z) == 36


def test_one_node_reads_a_parameter_until_it_is_assigned(graph, x, w):
    assert graph.variable(w) is graph.variable(w)
    y = x @ w
    before = graph.variable(w)
    dl.assign(w, graph.variable(w) * 2)
    assert y.inputs[1] is before
    assert graph.variable(w) is not before
    assert graph.states() == [w]


def test_constants_are_copied(graph):
    array = np.ones(3)
    node = graph.constant(array) * 1
    array[:] = 7
    assert run(node).tolist() == [1, 1, 1]


def test_names_are_unique(graph, x, w):
    one, two = x * 2, x * 3
    assert (one.name, two.name) == ("mul", "mul_1")
    assert graph["mul_1"] is two
    one.named("mul_2")
    assert [(x * n).name for n in (4, 5)] == ["mul_3", "mul_4"]
    with pytest.raises(ValueError, match=r"<Placeholder 'x'.* has the name 'x' already"):
        graph.placeholder((), name="x")
    with pytest.raises(ValueError, match="has the name 'x' already"):
        two.named("x")
    with pytest.raises(KeyError, match=r"no node .* is called 'mull_1'; is it 'mul_1'"):
        graph["mull_1"]
    assert "mul" not in {node.name for node in graph}


def test_queries(graph, x, w):
    y = graph.placeholder((None,), name="y")
    scores = (x @ w).named("scores")
    loss = (scores.sum(axis=1) - y).mean().named("loss")
    assert [n.name for n in graph.ancestors("scores")] == ["x", "w", "scores"]
    assert graph.inputs("scores") == [x]
    assert graph.inputs(loss) == graph.inputs() == [x, y]
    assert graph.outputs() == [loss]
    assert graph.states(scores) == [w]
    assert list(graph) == graph.nodes
    assert len(graph) == 7
    assert repr(graph) == "<ComputationalGraph of 7 nodes>"


def test_gradients_are_nodes_of_any_order(graph):
    t = graph.placeholder((), dtype="float64", name="t")
    nodes = [t**4]
    for _ in range(4):
        nodes += graph.gradients(nodes[-1], [t])
    assert dl.SimulationContext(graph).run(nodes, {t: 3.0}) == [81, 108, 108, 72, 24]


def test_gradients_of_what_does_not_matter_are_none(graph, x, w):
    frozen = dl.Parameter(np.ones(3), requires_grad=False)
    loss = ((x @ w) * frozen).sum() + dl.stop_gradient(x).sum()
    y = graph.placeholder((None,), name="y")
    picked = x.argmax(axis=1)
    whole = (x.astype("int32").astype("float32") * 2).sum()
    assert graph.gradients(whole, [x]) == [None], "through integers flows no gradient"
    gx, gy, gf, gb, gp = graph.gradients(loss, [x, y, frozen, dl.Buffer(1.0), picked])
    assert gx.shape == x.shape
    assert (gy, gf, gb, gp) == (None, None, None, None)
    assert run(gx, {x: np.zeros((2, 4))}).tolist() == [[3] * 4] * 2


def test_only_the_way_to_what_is_asked_for_is_described(graph, x, w):
    loss = dl.exp(x @ w).sum()
    size = len(graph)
    graph.gradients(loss, [w])
    names = [node.prim.name for node in graph.nodes[size:] if node.prim]
    assert names.count("matmul") == 1


def test_gradient_with_respect_to_a_result_and_to_every_read(graph, w):
    x = graph.placeholder((None, 4), "float64", name="x")
    h = x @ w
    dl.assign(w, graph.variable(w) * 10)
    loss = (h * h).sum() + (x @ w).sum()
    gh, gw = graph.gradients(loss, [h, w])
    feed = {x: np.arange(8.0).reshape(2, 4)}
    got = dl.SimulationContext(graph).run([gh, gw], feed)
    hidden = feed[x] @ w.data
    np.testing.assert_allclose(got[0], 2 * hidden)
    np.testing.assert_allclose(got[1], feed[x].T @ (2 * hidden) + feed[x].sum(0)[:, None])


def test_seeds(graph, x):
    y = graph.placeholder((None, 4), name="upstream")
    with pytest.raises(ValueError, match=r"'mul' \(B, 4\) float32 needs a seed"):
        graph.gradients(x * 2, [x])
    with pytest.raises(ValueError, match=r"seed has shape \(3,\), expected \(B, 4\)"):
        graph.gradients(x * 2, [x], seed=np.ones(3))
    (gx,) = graph.gradients(x * 2, [x], seed=y)
    assert run(gx, {y: np.ones((3, 4))}).tolist() == [[2] * 4] * 3


def test_gradients_where_the_size_of_the_batch_matters(graph, x):
    loss = dl.var(x, axis=0, correction=1).sum() + (x / x.shape[0]).sum() + x.mean()
    (gx,) = graph.gradients(loss, [x])
    context = dl.SimulationContext(graph)
    for batch in (8, 5, 2):
        array = np.random.default_rng(0).normal(size=(batch, 4)).astype(np.float32)
        t = dl.tensor(array, requires_grad=True)
        eager = dl.var(t, axis=0, correction=1).sum() + (t / batch).sum() + t.mean()
        eager.backward()
        got = context.run([loss, gx], {x: array})
        np.testing.assert_array_equal(got[0], eager.numpy())
        np.testing.assert_array_equal(got[1], t.grad.numpy())
        assert got[1].dtype == np.float32


def test_dead_graphs_release_what_they_read():
    w = dl.Parameter(np.ones(1000), name="w")
    array = weakref.ref(w.data)
    graph = dl.ComputationalGraph()
    context = dl.SimulationContext(graph)
    context.run((graph.variable(w) * 2).sum())
    del w, graph, context
    gc.collect()
    assert array() is None


def test_ten_thousand_steps_do_not_recurse(graph):
    w = dl.Parameter(1.0, name="w")
    x = graph.placeholder((None,), name="x")
    y = x
    for _ in range(10_000):
        y = y * w
    loss = y.sum()
    (gw,) = graph.gradients(loss, [w])
    context = dl.SimulationContext(graph, keep=False)
    assert context.run([loss, gw], {x: [1.0, 2.0]}) == [3, 30_000]
    assert len(context.values) == 2


def test_constants_found_by_lift_are_typed(graph, x):
    y = x * 2
    assert isinstance(y.inputs[1], Constant)
    assert y.inputs[1].dtype == np.float32
    assert isinstance(y.inputs[1].data, np.float32), "a scalar goes with arrays of any device"
    assert (graph.placeholder((2,), "int32") * 2).dtype == np.int32


def test_gradients_want_a_list_and_take_names():
    graph, w = dl.ComputationalGraph(), dl.Parameter([1.0, 2.0], name="w")
    y = (graph.placeholder((2,), name="x") * w).sum().named("y")
    for alone in (w, y, "x"):
        with pytest.raises(
            TypeError, match=r"wrt is a list of nodes and parameters, got .*\[...\]"
        ):
            graph.gradients(y, alone)
    by_name = graph.gradients("y", ["x"])
    assert dl.SimulationContext(graph).run(by_name, {"x": [0, 0]})[0].tolist() == [1, 2]
