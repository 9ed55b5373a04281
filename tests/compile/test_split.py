"""Affine maps and dropout taken apart: the same numbers, bit by bit."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.compile import compute_graph, split
from diydl.compile.describe import describe
from diydl.engines.lazy import LazyTensor
from diydl.ops import affine, dropout

RNG = np.random.default_rng(0)
KEY = np.array([3, 5, 7], np.uint64)


def lazy(*shape, dtype="f4"):
    return LazyTensor(RNG.normal(size=shape).astype(dtype))


def names(plan):
    return [step.prim.name for step in plan.steps]


def same(plain, plan, *arrays):
    for mine, wanted in zip(plan.run(*arrays), plain.run(*arrays), strict=True):
        np.testing.assert_array_equal(mine, wanted)
        assert mine.dtype == wanted.dtype


@pytest.mark.parametrize("shape", [(5, 3), (2, 5, 3), (3,)])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_an_affine_map_is_a_product_and_a_sum(shape, dtype):
    x, w, b = lazy(*shape, dtype=dtype), lazy(4, 3, dtype=dtype), lazy(4, dtype=dtype)
    plain = describe([affine(x, w, b)], [x, w, b])
    plan = split(plain, least=1)
    assert names(plan) == ["project", "add"]
    same(plain, plan, x.numpy(), w.numpy(), b.numpy())


def test_what_is_small_or_of_other_dtypes_stays():
    x, w = lazy(5, 3), lazy(4, 3)
    plain = describe([affine(x, w, lazy(4))], [x, w])
    assert split(plain) is not plain
    assert names(split(plain)) == ["affine"]
    mixed = describe([affine(x, w, lazy(4, dtype="f8"))], [x, w])
    assert mixed.slots[mixed.steps[0].out].dtype == "f8"
    same(mixed, split(mixed, least=1), x.numpy(), w.numpy())


@pytest.mark.parametrize("inverted", [True, False])
@pytest.mark.parametrize("shape", [(5, 3), (7,), (2, 3, 5)])
def test_dropout_draws_once_for_both_directions(shape, inverted):
    x, g, key = lazy(*shape), lazy(*shape), LazyTensor(KEY)
    options = {"p": 0.4, "inverted": inverted, "training": True}
    plain = describe([dropout(x, key, **options), dropout(g, key, **options)], [x, g, key])
    plan = split(plain, least=1)
    assert names(plan).count("dropout_mask") == 1
    assert "dropout" not in names(plan)
    same(plain, plan, x.numpy(), g.numpy(), KEY)
    same(plain, plan, x.numpy(), g.numpy(), KEY + np.uint64(1))


def test_axes_that_share_their_fate_share_the_mask():
    x, key = lazy(4, 3, 5), LazyTensor(KEY)
    plain = describe([dropout(x, key, p=0.5, shared=(1, 2), training=True)], [x, key])
    plan = split(plain, least=1)
    assert plan.steps[0].params["shape"] == (4, 1, 1)
    same(plain, plan, x.numpy(), KEY)


def test_other_keys_and_shares_have_masks_of_their_own():
    x, key, other = lazy(6), LazyTensor(KEY), LazyTensor(KEY + np.uint64(1))
    drawn = [dropout(x, k, p=p, training=True) for k in (key, other) for p in (0.4, 0.5)]
    plan = split(describe(drawn, [x, key, other]), least=1)
    assert names(plan).count("dropout_mask") == 4


@pytest.mark.parametrize(("p", "training"), [(0.4, False), (0.0, True), (1.0, True)])
def test_dropout_that_draws_nothing_stays(p, training):
    x, key = lazy(6), LazyTensor(KEY)
    plan = split(describe([dropout(x, key, p=p, training=training)], [x, key]), least=1)
    assert names(plan) == ["dropout"]


def test_places_stay_with_the_parts():
    model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5))

    def take_apart(plan):
        return split(plan, least=1)

    plan = compute_graph(model, passes=(take_apart,)).plan(dl.ones((5, 3)))
    homes = {step.prim.name: step.place.modules[-1] for step in plan.steps if step.place}
    assert homes["project"] is homes["add"] is model[0]
    assert homes["dropout_mask"] is model[1]
