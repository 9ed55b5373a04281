"""Cheap values are computed again: the same numbers, less memory, and never for nothing."""

import numpy as np
import pytest

import diydl as dl
from diydl.compile import compute_graph, describe, fuse, recompute, reuse
from diydl.engines.lazy import Graph, LazyTensor

RNG = np.random.default_rng(0)


@pytest.fixture
def x():
    return LazyTensor(RNG.normal(size=(6, 6)).astype("f4"), graph=Graph())


def fused(outs, x):
    return fuse(describe(outs, [x]), least=1)


def same(plan, again, given):
    for passes in ((), (lambda p: reuse(p, small=1),)):
        other = again
        for step in passes:
            other = step(other)
        for mine, wanted in zip(other.run(given), plan.run(given), strict=True):
            np.testing.assert_array_equal(mine, wanted)


def between(plan):
    return [len(step.outs) for step in plan.steps if len(step.parts) > 1]


def test_a_value_made_of_what_is_read_anyway(x):
    y = dl.exp(x - 1)
    half = y * 0.5
    plan = fused([((half - y) @ x) * half + y], x)
    again = recompute(plan)
    assert (between(plan), between(again)) == ([3, 1], [2, 1])
    assert again.account("").moved < plan.account("").moved
    assert again.account("").flops == plan.account("").flops + 36
    same(plan, again, x.numpy())


def test_values_made_of_values_that_are_made_again(x):
    y = dl.exp(x - 1)
    square = y * y
    more = square + 1
    plan = fused([((more - square) @ x) * more + square * y], x)
    again = recompute(plan)
    assert (between(plan), between(again)) == ([4, 1], [2, 1])
    same(plan, again, x.numpy())


def test_an_expensive_value_is_kept(x):
    y = x * 2
    e = dl.exp(y)
    plan = fused([((e + y) @ x) * e * y], x)
    assert [i for i in recompute(plan).steps[-1].inputs if recompute(plan).slots[i].size > 1]
    assert between(recompute(plan)) == [2, 1]  # e and the sum; y is made of x again
    same(plan, recompute(plan), x.numpy())


def test_what_somebody_else_reads_is_kept(x):
    y = dl.exp(x - 1)
    half = y * 0.5
    plan = fused([((half - y) @ x) * half + y, half], x)
    assert recompute(plan).account("") == plan.account("")
    plan = fused([((half - y) @ half) * half + y], x)
    assert recompute(plan).account("") == plan.account("")


def test_a_value_is_not_exchanged_for_another_of_its_size(x):
    y = dl.exp(x - 1)
    z = y * 0.5
    plan = fused([((z + 1) @ x) * z + 1], x)
    assert between(recompute(plan)) == between(plan) == [2, 1]


def test_without_chains_nothing_is_done(x):
    plan = describe([dl.exp(x) @ x], [x])
    assert [s.words for s in recompute(plan).steps] == [s.words for s in plan.steps]


def test_what_is_computed_again_belongs_to_what_needs_it():
    w = dl.Parameter(RNG.normal(size=(6, 6)).astype("f4"))

    @compute_graph(passes=(lambda plan: fuse(plan, least=1), recompute))
    def step(x):
        y = dl.tanh(x @ w)
        half = y * 0.5
        loss = ((half + y) @ x * half + y).sum()
        loss.backward()
        return loss, w.grad

    plan = step.plan(dl.ones((6, 6)))
    phases = [{part.place.phase for part in s.parts} for s in plan.steps if len(s.parts) > 2]
    assert {"backward"} in phases
