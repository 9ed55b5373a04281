"""Activations: each is its composition, at any scale and in any precision."""

import numpy as np
import pytest

import diydl as dl
from diydl import ops
from diydl.ops.activation import gelu_erf, gelu_tanh

rng = np.random.default_rng(0)
COMPOSED = {
    "silu": (ops.silu, lambda x: x * ops.sigmoid(x)),
    "softplus": (ops.softplus, lambda x: ops.log(1 + ops.exp(x))),
    "gelu": (ops.gelu, lambda x: x * 0.5 * (1 + ops.erf(x * np.sqrt(0.5)))),
    "gelu, tanh": (
        lambda x: ops.gelu(x, approximate="tanh"),
        lambda x: 0.5 * x * (1 + ops.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x * x * x))),
    ),
    "leaky relu": (
        lambda x: ops.leaky_relu(x, negative_slope=0.1),
        lambda x: ops.where(x > 0, x, 0.1 * x),
    ),
    "elu": (lambda x: ops.elu(x, 0.7), lambda x: ops.where(x > 0, x, 0.7 * (ops.exp(x) - 1))),
}
every = pytest.mark.parametrize("name", COMPOSED)


def along(f, x, g, order):
    """Return f, then derivatives of its sum weighted by g, up to an order."""
    results, now = [f(x).numpy()], lambda x: (f(x) * g).sum()
    for _ in range(order):
        now = (lambda inner: lambda x: (dl.grad(inner)(x) * g).sum())(now)
        results.append(now(x).item())
    return results


@every
def test_a_primitive_is_its_composition_with_all_derivatives(name):
    x, g = dl.tensor(rng.normal(size=(7, 5)) * 2), dl.tensor(rng.normal(size=(7, 5)))
    primitive, composed = COMPOSED[name]
    for found, wanted in zip(along(primitive, x, g, 3), along(composed, x, g, 3), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)


@every
def test_pieces_of_large_arrays_fit_together(name):
    x = rng.normal(size=(70, 999))
    whole = COMPOSED[name][0](x)
    np.testing.assert_array_equal(whole[34:35], COMPOSED[name][0](x[34:35]))
    np.testing.assert_allclose(whole, COMPOSED[name][1](x), rtol=1e-9, atol=1e-12)


@every
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_large_numbers_neither_warn_nor_give_nan(name, dtype):
    largest = float(np.finfo(dtype).max)
    x = dl.tensor(np.array([-largest, -1000, -20, 0, 20, 1000, largest], dtype), requires_grad=True)
    out = COMPOSED[name][0](x)
    out.backward(np.ones(7, dtype))
    assert out.dtype == x.grad.dtype == dtype
    assert np.isfinite(out.numpy()).all()
    np.testing.assert_allclose(out.numpy()[4:], x.detach().numpy()[4:], rtol=1e-3)
    np.testing.assert_allclose(x.grad.numpy()[4:], 1, rtol=1e-3)
    below = {"leaky relu": 0.1}.get(name, 0)
    np.testing.assert_allclose(x.grad.numpy()[:2], below, rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize("f", [gelu_erf, gelu_tanh, ops.silu, ops.softplus], ids=repr)
def test_half_precision_is_reckoned_in_single(f):
    x = np.linspace(-15, 15, 301, dtype=np.float16)
    exact = f(x.astype(np.float64))
    np.testing.assert_allclose(f(x), exact, rtol=1e-3, atol=1e-6)


def test_what_is_learned_is_summed_over_all_that_shares_it():
    x, g = dl.tensor(rng.normal(size=(4, 3, 2, 2))), rng.normal(size=(4, 3, 2, 2))
    for f, slope in [(ops.prelu, np.minimum), (ops.elu, lambda x, y: np.expm1(np.minimum(x, y)))]:
        w = dl.tensor(np.array([0.1, 0.2, 0.3]).reshape(3, 1, 1), requires_grad=True)
        f(x, w).backward(g)
        wanted = (g * slope(x.numpy(), 0)).sum((0, 2, 3))
        np.testing.assert_allclose(w.grad.numpy().ravel(), wanted)


def test_gelu_knows_two_forms():
    with pytest.raises(ValueError, match='approximate is "none" or "tanh", got True'):
        ops.gelu(np.ones(2), approximate=True)
    x = np.linspace(-6, 6, 1001)
    assert 1e-4 < np.abs(gelu_erf(x) - gelu_tanh(x)).max() < 5e-4
