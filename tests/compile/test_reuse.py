"""Memory that is used again never shows."""

import weakref

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.compile import compiled, describe, fold, fuse, merge, reuse
from diydl.engines.lazy import Graph, LazyTensor
from tests.compile.runners import reuse_all

RNG = np.random.default_rng(0)


@pytest.fixture
def x():
    return LazyTensor(RNG.normal(size=(6, 6)).astype("f4"), graph=Graph())


def check(out, x):
    """Run the plan twice and compare with lazy values; return the plan."""
    plan = reuse_all(describe(out, [x]))
    for data in (x.numpy(), x.numpy() + 1):
        given = LazyTensor(data, graph=Graph())
        found = plan.run(data)
        wanted = describe(out, [x]).run(data)
        assert given.shape == x.shape
        for mine, other in zip(found, wanted, strict=True):
            np.testing.assert_array_equal(mine, other)
    return plan


def test_a_view_keeps_the_memory_of_its_base(x):
    h = dl.exp(x)
    view = h.T
    later = x * 2  # would fit into h, which nothing but its view uses any more
    deeper = dl.reshape(view, shape=(36,))[3:9]
    more = dl.exp(later) + later
    plan = check([(more @ view).sum() + deeper.sum()], x)
    slots = {step.prim.name: step.out for step in plan.steps[:3]}
    assert plan.buffers[slots["exp"]] != plan.buffers[slots["mul"]]


def test_views_that_are_returned(x):
    h = dl.exp(x)
    view = h.T
    plan = check([view, view[:2], (dl.exp(x + 1) @ x)[1:], h], x)
    first = plan.run(x.numpy())
    kept = [y.copy() for y in first]
    plan.run(x.numpy() + 3)
    for y, old in zip(first, kept, strict=True):
        np.testing.assert_array_equal(y, old)
    first[3][...] = 0
    np.testing.assert_array_equal(first[0], kept[0])


def test_inputs_are_neither_written_nor_returned(x):
    given = x.numpy()
    before = given.copy()
    outs = [x, dl.identity(x), x.T, dl.exp(x), x]
    for passes in ((reuse_all,), (fold, merge, fuse, reuse_all)):
        found = compiled(describe(outs, [x]), passes).run(given)
        for y in found:
            assert not np.shares_memory(y, given)
            y[...] = 0
        np.testing.assert_array_equal(given, before)


def test_a_read_only_input(x):
    given = np.broadcast_to(np.float32(2), (6, 6))
    assert compiled(describe([(x * 2).sum()], [x])).run(given)[0] == 144


def test_written_over_the_last_use_only(x):
    h = dl.exp(x)
    plan = check([h + h, h.sum()], x)
    assert len(plan.sizes) == 2
    turned = check([(dl.exp(x) + dl.exp(x).T).sum()], x)
    assert len(turned.sizes) >= 2
    y = dl.exp(x)
    check([(y + y.T).sum()], x)


def test_smaller_values_in_a_larger_buffer(x):
    wide = dl.matmul(x, LazyTensor(np.ones((6, 50), "f4"), graph=x.engine))
    narrow = dl.exp(wide.sum(axis=1) * 0.01)
    mask = dl.exp(narrow) > 3
    plan = check([(narrow * mask).sum(), (dl.matmul(x, x) * 2).sum()], x)
    assert len(plan.sizes) < len(plan.buffers)


def test_parameters_are_updated_where_they_are():
    model = nn.Sequential(nn.Linear(20, 30), nn.ReLU(), nn.Linear(30, 4))
    optimizer, graph = optim.Adam(model.parameters()), Graph()
    x, y = LazyTensor(np.ones((8, 20), "f4"), graph=graph), LazyTensor([1] * 8, graph=graph)
    loss = nn.cross_entropy(model(x), y)
    updates = optimizer.operations(graph.gradients(loss, model.parameters()))
    plan = compiled(describe([loss], [x, y], effects=updates))
    written = {plan.slots[state].held for state in plan.homes.values()}
    for i, p in enumerate(model.parameters()):
        assert written >= {p, *optimizer.state[i].values()}
    weight = model[0].weight
    array, before = weight.data, weight.data.copy()
    plan.run(x.numpy(), y.numpy())
    assert weight.data is array
    assert (array != before).any()
    assert weight.version == 1


def test_a_plan_releases_what_it_computed(x):
    out = [(dl.exp(x) @ x).sum()]
    plan = reuse(describe(out, [x]))
    given = x.numpy()
    dead = weakref.ref(given)
    plan.run(given)
    del given
    assert dead() is None
