"""Layer norm against a composition of plain operations, and its statistics at hard numbers."""

import numpy as np
import pytest

import diydl as dl
from diydl.ops import layer_norm, mean, row_statistics, rsqrt

rng = np.random.default_rng(0)
SHAPES = [((5, 3), 1), ((3,), 1), ((2, 5, 3), 1), ((2, 5, 3), 2), ((1, 2), 1)]


def composed(x, weight, bias, *, axes):
    """Layer norm made of other primitives."""
    last = tuple(range(-axes, 0))
    centred = x - mean(x, axis=last, keepdims=True)
    variance = mean(centred * centred, axis=last, keepdims=True)
    return centred * rsqrt(variance + 1e-3) * weight + bias


def primitive(x, weight, bias, *, axes):
    return layer_norm(x, row_statistics(x, axes=axes, eps=1e-3), weight, bias, axes=axes)


def arguments(shape, axes):
    row = shape[len(shape) - axes :]
    return [dl.tensor(rng.normal(size=s) * 3 + 1) for s in (shape, row, row)]


@pytest.mark.parametrize(("shape", "axes"), SHAPES, ids=str)
def test_the_primitives_agree_with_the_composition(shape, axes):
    given, g = arguments(shape, axes), dl.tensor(rng.normal(size=shape))
    one, back = dl.vjp(lambda *xs: primitive(*xs, axes=axes), *given)
    other, back_other = dl.vjp(lambda *xs: composed(*xs, axes=axes), *given)
    np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-10, atol=1e-12)
    for gx, wanted in zip(back(g), back_other(g), strict=True):
        np.testing.assert_allclose(gx.numpy(), wanted.numpy(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("shape", "axes"), SHAPES, ids=str)
def test_second_derivatives_agree_with_the_composition(shape, axes):
    given, g, h = arguments(shape, axes), rng.normal(size=shape), rng.normal(size=shape)

    def curvature(layer):
        def along_h(*xs):
            inner = dl.grad(lambda x: (layer(x, *xs[1:], axes=axes) ** 2 * dl.tensor(g)).sum())
            return (inner(xs[0]) * dl.tensor(h)).sum()

        return [gx.numpy() for gx in dl.grad(along_h, argnums=(0, 1, 2))(*given)]

    for gx, wanted in zip(curvature(primitive), curvature(composed), strict=True):
        np.testing.assert_allclose(gx, wanted, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    ("offset", "spread"), [(0, 1), (1e3, 1), (-300, 1e-2), (0, 1e-4), (0, 1e4)]
)
@pytest.mark.parametrize("shape", [(3, 256), (200, 300)], ids=str)
def test_statistics_are_exact_far_from_zero(shape, offset, spread):
    """Rows are centred before they are squared; large arrays are worked on in pieces."""
    x = (offset + spread * rng.normal(size=shape)).astype(np.float32)
    found = row_statistics(x, axes=1, eps=0.0)
    np.testing.assert_allclose(found[0], x.mean(1, dtype=float), rtol=1e-6, atol=1e-6 * spread)
    np.testing.assert_allclose(found[1], 1 / x.std(1, dtype=float), rtol=1e-4)


def test_half_precision_does_not_overflow():
    x = dl.tensor((1000 * rng.normal(size=(3, 64))).astype(np.float16), requires_grad=True)
    ones = np.ones(64, np.float16)
    out = primitive(x, ones, 0 * ones, axes=1)
    assert row_statistics(x, axes=1, eps=0.1).dtype == np.float32
    assert out.dtype == np.float16
    np.testing.assert_allclose(out.numpy().astype(float).std(1), 1, rtol=1e-2)
    out.backward(np.ones((3, 64), np.float16))
    assert np.isfinite(x.grad.numpy()).all()


def test_a_constant_row_has_a_finite_gradient():
    x = dl.tensor(np.full((2, 4), 7.0), requires_grad=True)
    out = primitive(x, np.ones(4), np.ones(4), axes=1)
    out.backward(np.ones((2, 4)))
    np.testing.assert_array_equal(out.numpy(), 1)
    np.testing.assert_allclose(x.grad.numpy(), 0, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x, v: row_statistics(x, axes=0, eps=0.1), "1 to 2 of the last axes"),
        (lambda x, v: row_statistics(x, axes=3, eps=0.1), "1 to 2 of the last axes"),
        (lambda x, v: row_statistics(x.astype(int), axes=1, eps=0.1), "floating-point"),
        (lambda x, v: layer_norm(x, x, v, v, axes=1), r"statistics have shape \(4, 3\)"),
        (lambda x, v: layer_norm(x, x[:2, :], v[:2], v, axes=1), r"weight \(2,\)"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call(np.ones((4, 3)), np.ones(3))
