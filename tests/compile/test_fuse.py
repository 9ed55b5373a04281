"""Chains in blocks give the numbers of single steps, whatever broadcasts."""

import numpy as np
import pytest

import diydl as dl
from diydl.compile import describe, fuse, reuse
from diydl.compile.block import Blocks, Registers
from diydl.engines.lazy import Graph, LazyTensor
from diydl.testing import assert_close

RNG = np.random.default_rng(0)
# of the whole, then of operands that broadcast to it
SHAPES = [
    ((7, 5), [(5,), (7, 1), (1, 5), (1, 1), ()]),
    ((3, 4, 5), [(5,), (4, 1), (3, 1, 1), (1, 4, 5), (3, 1, 5)]),
    ((23,), [(1,), ()]),
    ((1, 1, 9, 2), [(9, 1), (1, 2)]),
]


def lazy(graph, shape):
    return LazyTensor(RNG.normal(size=shape).astype("f4"), graph=graph)


def chained(x, others):
    y = x * x + 1
    for other in others:
        y = dl.tanh(y * other) - dl.maximum(other, x) * 0.5
    return y, dl.where(y > 0, y, x) / (dl.abs(y) + 1)


@pytest.mark.parametrize("size", [1, 4, 7, 10, 1000])
@pytest.mark.parametrize(("shape", "smaller"), SHAPES, ids=str)
def test_blocks_and_broadcasting(shape, smaller, size, monkeypatch):
    graph = Graph()
    x, others = lazy(graph, shape), [lazy(graph, s) for s in smaller]
    outs = chained(x, others)
    plain = describe(outs, [x, *others])
    plan = fuse(plain, least=1)
    assert len(plan.steps) < len(plain.steps) / 3
    monkeypatch.setattr(Blocks.__init__, "__defaults__", (size,))
    given = [x.numpy(), *[y.numpy() for y in others]]
    for mine, wanted in zip(plan.run(*given), plain.run(*given), strict=True):
        assert_close(mine, wanted)


@pytest.mark.parametrize("turn", [np.asfortranarray, lambda a: a[::-1], lambda a: a[:, ::-1]])
def test_operands_that_do_not_lie_flat(turn):
    graph = Graph()
    x = lazy(graph, (40, 30))
    plain = describe([dl.exp(x) * 2 + x.T.T, dl.exp(x) - 1], [x])
    plan = fuse(plain, least=1)
    given = turn(x.numpy())
    for mine, wanted in zip(plan.run(given), plain.run(given), strict=True):
        assert_close(mine, wanted)


def test_a_step_between_parts_a_chain():
    """The sum needs the first half, and the second half needs the sum."""
    x = lazy(Graph(), (6, 4))
    e = dl.exp(x - 1)
    plan = fuse(describe([e / e.sum(axis=1, keepdims=True) * 2], [x]), least=1)
    assert [step.words for step in plan.steps] == ["fused[sub exp]", "sum", "fused[div mul]"]
    given = x.numpy()
    e = np.exp(given - 1)
    assert_close(plan.run(given)[0], e / e.sum(axis=1, keepdims=True) * 2)


def test_values_that_leave_a_chain():
    x = lazy(Graph(), (6, 4))
    a = x * 2
    b = a + 1
    c = b * a
    plan = fuse(describe([a, c, b @ x.T], [x]), least=1)
    (chain,) = [step for step in plan.steps if len(step.parts) > 1]
    assert len(chain.outs) == 3
    found = plan.run(np.ones((6, 4), "f4"))
    assert [set(y.ravel().tolist()) for y in found] == [{2}, {6}, {12}]


def test_a_row_of_steps_lies_where_its_result_will():
    x = lazy(Graph(), (6, 4))
    y = x
    for _ in range(20):
        y = dl.tanh(y) * 1.5
    (chain,) = fuse(describe([y + x], [x]), least=1).steps
    registers = Registers(chain, describe([y + x], [x]).slots)
    assert len(chain.parts) == 41
    assert not registers.scratch


def test_what_is_on_the_way_lies_where_the_result_will():
    """Unless a state that lies there is still to be read."""
    graph = Graph()
    v, p = dl.Buffer(np.ones((6, 4), "f4")), dl.Parameter(np.full((6, 4), 2, "f4"))
    g = lazy(graph, (6, 4))
    with dl.engine(graph):
        new = v * 0.5 + g
        steps = [dl.assign(v, new), dl.assign(p, p - dl.tanh(dl.sqrt(new * new) + 1) * p)]
    plan = reuse(fuse(describe([], [g], effects=steps), least=1))
    (chain,) = plan.steps
    assert set(plan.homes.values()) == {state for state, _ in plan.writes}
    registers = Registers(chain, plan.slots, plan.homes)
    first, count = registers.code[0], registers.count
    assert first[2] == count + list(chain.outs).index(chain.parts[1].out)
    assert len(registers.scratch) == 1, "p is read at the end: its place is not free before"
    given = g.numpy()
    plan.run(given)
    wanted = np.float32(0.5) + given
    assert_close(v.data, wanted)
    assert_close(p.data, 2 - np.tanh(np.abs(wanted) + 1) * 2)


def test_long_chains_are_cut():
    y = x = lazy(Graph(), (6, 4))
    for _ in range(200):
        y = dl.tanh(y) * 1.5
    plan = fuse(describe([y], [x]), least=1)
    assert max(len(step.parts) for step in plan.steps) == 64
    assert sum(len(step.parts) for step in plan.steps) == 400


def test_what_is_counted():
    x = lazy(Graph(), (64, 100))
    plain = describe([dl.tanh(x * x + 1)], [x])
    plan = fuse(plain, least=1)
    (chain,) = plan.steps
    assert plan.flops(chain) == sum(map(plain.flops, plain.steps)) == 3 * 6400
    assert plan.moved(chain) == 2 * 25_600 + 4  # x and the 1 in, the result out
    assert sum(map(plain.moved, plain.steps)) == 6 * 25_600 + 4


def test_results_of_a_chain_are_written_over_what_nobody_needs_any_more():
    x = lazy(Graph(), (6, 4))
    a = dl.tanh(x @ LazyTensor(np.eye(4, dtype="f4"), graph=x.engine))
    a = a @ LazyTensor(np.eye(4, dtype="f4"), graph=x.engine)
    b = dl.exp(a) * a - a
    c = b * 2 + dl.tanh(b) * a
    out = [(c @ x.T).sum()]
    plan = reuse(fuse(describe(out, [x]), least=1), small=1)
    chain = [step for step in plan.steps if len(step.parts) > 1][-1]
    (last,) = chain.outs
    assert plan.buffers[last] in [plan.buffers.get(i) for i in chain.inputs]
    given = x.numpy()
    assert_close(plan.run(given)[0], describe(out, [x]).run(given)[0])


def test_results_are_not_written_over_what_is_still_to_be_read():
    x = lazy(Graph(), (6, 4))
    a = x @ LazyTensor(np.eye(4, dtype="f4"), graph=x.engine)
    early = a * 2
    late = dl.tanh(early) - a
    out = [(early @ x.T).sum(), (late @ x.T).sum()]
    plan = reuse(fuse(describe(out, [x]), least=1), small=1)
    (chain,) = [step for step in plan.steps if len(step.parts) > 1]
    matmul = plan.steps[0].out
    assert plan.buffers[chain.parts[0].out] != plan.buffers[matmul]
    assert plan.buffers[chain.outs[1]] == plan.buffers[matmul]
    given = x.numpy()
    for mine, wanted in zip(plan.run(given), describe(out, [x]).run(given), strict=True):
        assert_close(mine, wanted)
