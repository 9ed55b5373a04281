"""Chains joined with sums over rows and over the batch give the numbers of single steps."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.compile import compute_graph, describe, fuse, join, merge, recompute, reuse, split
from diydl.compile.block import BLOCK
from diydl.compile.passes import compiled
from diydl.compile.row_block import RowBlocks
from diydl.compile.trace import Tracing, trace
from diydl.engines.lazy import Graph, LazyTensor
from diydl.testing import assert_close
from diydl.threads import set_num_threads

RNG = np.random.default_rng(0)


def lazy(graph, shape, dtype="f4"):
    return LazyTensor(RNG.normal(size=shape).astype(dtype), graph=graph)


def words(plan):
    return [step.words for step in plan.steps]


def joined(plan):
    return join(plan, least=1)


@pytest.fixture(params=[1, 3], ids=["one thread", "three threads"])
def _threads(request):
    set_num_threads(request.param)
    yield
    set_num_threads(None)


def normalised(x, others):
    """A layer norm with operands that broadcast in every way, and sums over the batch."""
    y = x - x.mean(axis=-1, keepdims=True)
    y = y * dl.rsqrt((y * y).mean(axis=-1, keepdims=True) + 1e-5)
    for other in others:
        y = dl.tanh(y * other) + y
    top = y.max(axis=-1, keepdims=True)
    e = dl.exp(y - top)
    z = e / e.sum(axis=-1, keepdims=True)
    return y, z, dl.sum_to(z, shape=z.shape[-1:]), top, dl.sum_to(z * y, shape=(*x.shape[:-1], 1))


SHAPES = [
    ((7, 5), [(5,), (7, 1), (1, 5), (1, 1), ()]),
    ((3, 4, 5), [(5,), (4, 1), (3, 1, 1), (1, 4, 5), (3, 1, 5)]),
    ((2, 3, 9, 2), [(9, 1), (1, 2), (3, 1, 1)]),
]


@pytest.mark.usefixtures("_threads")
@pytest.mark.parametrize("size", [None, 1, 10, 24])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(("shape", "smaller"), SHAPES, ids=str)
def test_rows_and_broadcasting(shape, smaller, dtype, size, monkeypatch):
    graph = Graph()
    x, others = lazy(graph, shape, dtype), [lazy(graph, s, dtype) for s in smaller]
    outs = normalised(x, others)
    plain = describe(outs, [x, *others])
    plan = joined(plain)
    assert len(plan.steps) == 1
    monkeypatch.setattr(RowBlocks.__init__, "__defaults__", (size,))
    given = [x.numpy(), *[y.numpy() for y in others]]
    for passes in ((), (fuse_all,), (fuse_all, reuse_all), (reuse_all,)):
        other = plain
        for step in (*passes[:1], joined, *passes[1:]):
            other = step(other)
        for mine, wanted in zip(other.run(*given), plain.run(*given), strict=True):
            assert_close(mine, wanted)


def fuse_all(plan):
    return fuse(plan, least=1)


def reuse_all(plan):
    return reuse(plan, small=1)


def split_all(plan):
    return split(plan, least=1)


@pytest.mark.parametrize("turn", [np.asfortranarray, lambda a: a[::-1], lambda a: a[:, ::-1]])
def test_operands_that_do_not_lie_flat(turn):
    x = lazy(Graph(), (40, 30))
    plain = describe([dl.exp(x) / x.sum(axis=1, keepdims=True)], [x])
    plan = joined(plain)
    given = turn(x.numpy())
    assert_close(plan.run(given)[0], plain.run(given)[0])


def test_a_total_is_there_only_at_the_end():
    """What reads a sum over the batch cannot be in the chain that adds it up."""
    x = lazy(Graph(), (6, 4))
    y = x * x
    plan = joined(describe([y * dl.sum_to(y, shape=(4,)) + 1], [x]))
    assert words(plan) == ["joined[mul sum_to]", "fused[mul add]"]
    given = x.numpy()
    assert_close(plan.run(given)[0], given**2 * (given**2).sum(0) + 1)


@pytest.mark.parametrize(
    ("axis", "chains"), [((0, 1), ["joined[exp sum]"]), ((0, 2), ["exp", "sum"])]
)
def test_sums_over_other_axes_stay_though_they_have_the_shape_of_a_row(axis, chains):
    x = lazy(Graph(), (5, 3, 3))
    plan = joined(describe([dl.exp(x).sum(axis=axis)], [x]))
    assert words(plan) == chains
    assert_close(plan.run(x.numpy())[0], np.exp(x.numpy()).sum(axis))


def test_two_chains_with_a_total_between_them_stay_two():
    x = lazy(Graph(), (6, 4))
    y = x * x
    scaled = y * dl.sum_to(y, shape=(4,))
    plan = joined(describe([scaled + y, y.sum(axis=1, keepdims=True) * scaled], [x]))
    given = x.numpy()
    y = given**2
    wanted = [y * y.sum(0) + y, y.sum(1, keepdims=True) * (y * y.sum(0))]
    for mine, other in zip(plan.run(given), wanted, strict=True):
        assert_close(mine, other)


def test_a_product_between_parts_a_chain():
    x = lazy(Graph(), (6, 6))
    e = dl.exp(x - x.mean(axis=1, keepdims=True))
    plan = joined(describe([(e @ x) / e.sum(axis=1, keepdims=True) * 2], [x]))
    assert words(plan)[0] == "joined[mean sub exp]"
    assert words(plan)[1] == "matmul"


def test_sums_are_added_up_in_the_same_order_by_any_number_of_threads(monkeypatch):
    x = lazy(Graph(), (1000, 7))
    plan = joined(describe([dl.sum_to(x * 3, shape=(7,))], [x]))
    monkeypatch.setattr(RowBlocks.__init__, "__defaults__", (70,))
    given = x.numpy()
    found = []
    for count in (1, 2, 5):
        set_num_threads(count)
        found += [plan.run(given)[0] for _ in range(3)]
    set_num_threads(None)
    for other in found[1:]:
        np.testing.assert_array_equal(found[0], other)


def test_long_rows_and_single_columns_stay_single_steps(monkeypatch):
    x = lazy(Graph(), (3, 1))
    assert words(joined(describe([x.sum(axis=1, keepdims=True)], [x]))) == ["sum"]
    long = lazy(Graph(), (2, BLOCK + 1))
    plan = joined(describe([dl.exp(long) - dl.exp(long).sum(axis=1, keepdims=True)], [long]))
    assert "sum" in words(plan)


def test_integers_and_half_precision_are_left_alone():
    x = lazy(Graph(), (4, 5), "f2")
    assert "mean" in words(joined(describe([x - x.mean(axis=1, keepdims=True)], [x])))


def block(features):
    class GELU(nn.Module):
        def forward(self, x):
            return x * 0.5 * (dl.tanh((x + x * x * x * 0.044715) * 0.7978845608) + 1)

    return (nn.Linear(features, features), nn.LayerNorm(features), GELU(), nn.Dropout(0.4))


@pytest.mark.usefixtures("_threads")
def test_blocks_of_a_network_become_one_chain_each_way():
    """The mask of dropout is drawn where a block stands, and is that of the whole."""
    dl.seed(0)
    model = nn.Sequential(*block(24), *block(24))
    x = dl.tensor(RNG.normal(size=(40, 24)).astype("f4"))
    g = RNG.normal(size=(40, 24)).astype("f4")

    def step(x, g):
        y = model(x)
        y.backward(g)
        return y, [p.grad for p in model.parameters()]

    alone = compute_graph(step, passes=()).plan(x, g)
    key = {s.held: s.held.data.copy() for s in alone.slots if s.kind == "state"}
    wanted = alone.run(x, g)
    parts, _ = trace(step, ((x, g), {}), Tracing("step", expand=1))
    plan = compiled(parts, (merge, split_all, fuse_all, joined, recompute, reuse_all))
    for state, array in key.items():
        state.write(array)
    chains = [step for step in plan.steps if len(step.parts) > 8]
    assert len(chains) == 3  # nothing parts the last block from its gradient
    found = plan.run(x, g)
    for mine, other in zip(found, wanted, strict=True):
        assert_close(mine, other, scale=10)  # the primitive reckons its gradient in other ways


def test_small_blocks_draw_the_mask_of_the_whole(monkeypatch):
    x, key = lazy(Graph(), (13, 5)), np.array([3, 5, 7], np.uint64)
    monkeypatch.setattr(RowBlocks.__init__, "__defaults__", (15,))  # 15 is no multiple of 8
    given = LazyTensor(key, graph=x.engine)
    plain = describe([dl.ops.dropout(dl.exp(x), given, p=0.5, training=True)], [x, given])
    plan = joined(split_all(plain))
    assert words(plan) == ["joined[exp dropout_mask mul mul]"]
    np.testing.assert_array_equal(plan.run(x.numpy(), key)[0], plain.run(x.numpy(), key)[0])
