"""Layer norm in parts: as the primitive, where it is large; gradients too."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.compile import compute_graph
from diydl.compile.expand import normalised
from diydl.compile.fuse import LEAST
from diydl.compile.simplify import fold, merge
from diydl.compile.trace import Tracing, trace
from diydl.ops import layer_norm, row_statistics
from diydl.testing import assert_close

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("axes", [1, 2])
def test_the_parts_are_the_primitive(axes):
    x = RNG.normal(3, 2, size=(4, 3, 5))
    w, b = RNG.normal(size=(2, *x.shape[3 - axes :]))
    wanted = layer_norm(x, row_statistics(x, axes=axes, eps=0.1), w, b, axes=axes)
    assert_close(normalised(x, w, b, axes=axes, eps=0.1), wanted)
    one, zero = np.float64(1), np.float64(0)
    wanted = layer_norm(x, row_statistics(x, axes=axes, eps=0.1), one, zero, axes=axes)
    assert_close(normalised(x, one, zero, axes=axes, eps=0.1), wanted)


def names(plan):
    return {step.prim.name for step in plan.steps}


def layers():
    none = nn.LayerNorm(6, elementwise_affine=False)
    norms = [nn.LayerNorm(6), nn.LayerNorm(6, bias=False), none, nn.LayerNorm((4, 6))]
    return [*norms, nn.GroupNorm(2, 4), nn.GELU(approximate="tanh")]


@pytest.mark.parametrize(
    "layer", layers(), ids=["both", "weight", "none", "two axes", "groups", "GELU"]
)
def test_layers_and_their_gradients(layer):
    for p in layer.parameters():
        p.write(RNG.normal(size=p.shape).astype("f4"))
    scale = nn.Parameter(RNG.normal(size=(5, 4, 6)).astype("f4"))
    x, g = (RNG.normal(size=(5, 4, 6)).astype("f4") for _ in range(2))

    def step(x, g):
        y = layer(x * scale)
        y.backward(g)
        return y, scale.grad, [p.grad for p in layer.parameters()]

    whole, _ = trace(step, ((x, g), {}), Tracing("step"))
    parts, _ = trace(step, ((x, g), {}), Tracing("step", expand=1))
    large = {"layer_norm", "row_statistics", "gelu_tanh", "gelu_tanh_slope"}
    assert len(names(whole) & large) == 2 and not names(parts) & large
    for mine, wanted in zip(parts.run(x, g), whole.run(x, g), strict=True):
        assert_close(mine, wanted, scale=10)


def test_what_is_small_or_half_as_precise_stays():
    layer = nn.LayerNorm(8)
    small, _ = trace(layer, ((np.ones((2, 8), "f4"),), {}), Tracing("f", expand=17))
    assert "layer_norm" in names(small)
    half, _ = trace(
        nn.LayerNorm(8, elementwise_affine=False),
        ((np.ones((2, 8), "f2"),), {}),
        Tracing("f", expand=1),
    )
    assert "layer_norm" in names(half)


def test_statistics_of_something_else_stay():
    def other(x, y):
        return layer_norm(x, row_statistics(y, axes=1, eps=0.1), 1.0, 0.0, axes=1)

    x, y = RNG.normal(size=(2, 4, 8)).astype("f4")
    plan, _ = trace(other, ((x, y), {}), Tracing("other", expand=1))
    assert "layer_norm" in names(plan)


def test_plans_expand_where_they_can_join():
    layer = nn.LayerNorm(512)
    x = dl.tensor(RNG.normal(size=(LEAST // 512, 512)).astype("f4"))
    plan = compute_graph(layer).plan(x)
    assert [step.words.split("[")[0] for step in plan.steps] == ["joined"]
    assert_close(plan.run(x)[0], layer(x).numpy())
    alone = compute_graph(layer, passes=(fold, merge)).plan(x)
    assert "layer_norm" in names(alone)
