"""Constants, and what is computed twice."""

import numpy as np
import pytest

import diydl as dl
from diydl import ops
from diydl.backend import next_key
from diydl.compile import describe, fold, merge
from diydl.engines.lazy import Graph, LazyTensor


@pytest.fixture
def x():
    return LazyTensor(np.array([[1.0, 2.0], [3.0, 4.0]], "f4"), graph=Graph(), requires_grad=True)


def names(plan):
    return [step.prim.name for step in plan.steps]


def test_constants_are_computed_once(x):
    table = LazyTensor(np.arange(4.0, dtype="f4").reshape(2, 2), graph=x.engine)
    plan = fold(describe([x @ dl.exp(table.T)], [x]))
    assert names(plan) == ["matmul"]
    given = np.ones((2, 2), "f4")
    wanted = given @ np.exp(np.arange(4.0, dtype="f4").reshape(2, 2).T)
    np.testing.assert_array_equal(plan.run(given)[0], wanted)


def test_a_constant_output_is_a_copy(x):
    plan = fold(describe([LazyTensor([2.0], graph=x.engine) * 3], [x]))
    assert not plan.steps
    first = plan.run(np.ones((2, 2), "f4"))[0]
    first[...] = 7
    assert plan.run(np.ones((2, 2), "f4"))[0].tolist() == [6]


def test_what_would_warn_or_fail_does_so_in_the_run(x):
    bad = LazyTensor([0.0], graph=x.engine)
    plan = fold(describe([x + dl.log(bad)], [x]))
    assert names(plan) == ["log", "add"]
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        plan.run(np.ones((2, 2), "f4"))
    far = LazyTensor([9], graph=x.engine)
    plan = fold(describe([x * ops.one_hot(far, classes=2)], [x]))
    with pytest.raises(IndexError, match="indices from 9 to 9, expected 0 to 1"):
        plan.run(np.ones((2, 2), "f4"))


def test_large_constants_are_not_kept(x):
    row = LazyTensor(np.ones((1, 300), "f4"), graph=x.engine)
    plan = fold(describe([x.sum() * (row * row.T)], [x]))
    assert names(plan).count("mul") == 2


def test_random_numbers_are_neither_folded_nor_merged(x):
    key = LazyTensor(next_key(), graph=x.engine)
    first, second = (ops.random_uniform(key, shape=(2, 2)) for _ in range(2))
    plan = merge(fold(describe([x + first + second], [x])))
    assert names(plan).count("random_uniform") == 2


def test_modal_primitives_are_merged_by_mode(x):
    key = LazyTensor(next_key(), graph=x.engine)
    both = [ops.dropout(x, key, p=0.5, training=True) for _ in range(2)]
    for training, left in ((True, ["dropout", "dropout", "add"]), (False, ["add"])):
        plan = merge(describe([both[0] + both[1]], [x], training=training))
        assert names(plan) == left
    ways = [ops.in_training(x, training=mode) for mode in (True, False, False)]
    plan = merge(describe([ways[0] + ways[1] * ways[2]], [x]))
    assert names(plan) == ["in_training", "mul", "add"]


def test_one_is_not_one_point_nothing(x):
    index = LazyTensor(np.array([1, 2]), graph=x.engine)
    plan = merge(describe([x * 1 + x * 1.0, index * 1], [x, index]))
    assert names(plan) == ["mul", "add", "mul"]
    clipped = [ops.clip(index, max=1), ops.clip(index, max=1.0), ops.clip(index, max=True)]
    first, second, _ = merge(describe(clipped, [index])).run(np.array([1, 2]))
    assert (first.dtype.kind, second.dtype.kind) == ("i", "f")
    zeros = [x * 0.0, x * -0.0]
    plan = merge(describe([dl.div(1.0, zeros[0] - 1) + zeros[1]], [x]))
    assert names(plan).count("mul") == 2
    parts = [x.sum(axis=0), x.sum(axis=(0,)), x.sum(axis=0, keepdims=True), x.sum(axis=0)]
    assert names(merge(describe(parts, [x]))) == ["sum"] * 3


def test_slices_are_compared_by_what_they_are(x):
    plan = merge(describe([x[:1] + x[:1] + x[1:]], [x]))
    assert names(plan).count("getitem") == 2


def test_a_name_for_the_same_value_costs_nothing(x):
    y = ops.cast(ops.reshape(x.detach(), shape=(2, 2)), dtype="float32")
    plan = merge(describe([y, y * 2], [x]))
    assert names(plan) == ["mul"]
    given = np.ones((2, 2), "f4")
    out = plan.run(given)[0]
    assert out is not given
    assert not np.shares_memory(out, given)
