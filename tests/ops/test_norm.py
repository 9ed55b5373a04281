"""Batch norm against a composition of plain operations, and its statistics at hard numbers."""

import numpy as np
import pytest

import diydl as dl
from diydl.ops import batch_norm, batch_statistics, mean, rsqrt, stack, var

rng = np.random.default_rng(0)
SHAPES = [(5, 3), (2, 1), (4, 3, 6), (1, 3, 2), (2, 3, 2, 4)]


def along(v, x):
    return v.reshape(-1, *(1,) * (x.ndim - 2))


def composed(x, running_mean, running_var, weight, bias, *, training):
    """Batch norm made of other primitives, for one mode at a time."""
    axes = (0, *range(2, x.ndim))
    m, v = (mean(x, axis=axes), var(x, axis=axes)) if training else (running_mean, running_var)
    return (x - along(m, x)) * along(rsqrt(v + 1e-3), x) * along(weight, x) + along(bias, x)


def primitive(x, running_mean, running_var, weight, bias, *, training):
    statistics = batch_statistics(x, running_mean, running_var, training=training)
    return batch_norm(x, statistics, weight, bias, eps=1e-3)


def arguments(shape):
    C = shape[1]
    return [
        dl.tensor(rng.normal(size=shape) * 3 + 1),
        dl.tensor(rng.normal(size=C)),
        dl.tensor(rng.uniform(0.5, 2, size=C)),
        dl.tensor(rng.normal(size=C)),
        dl.tensor(rng.normal(size=C)),
    ]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_primitive_agrees_with_the_composition(shape, training):
    given, g = arguments(shape), dl.tensor(rng.normal(size=shape))
    one, back = dl.vjp(lambda *xs: primitive(*xs, training=training), *given)
    other, back_other = dl.vjp(lambda *xs: composed(*xs, training=training), *given)
    np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-10, atol=1e-12)
    for gx, wanted in zip(back(g), back_other(g), strict=True):
        np.testing.assert_allclose(gx.numpy(), wanted.numpy(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(5, 3), (4, 3, 2)], ids=str)
def test_second_derivatives_agree_with_the_composition(shape, training):
    given, g, h = arguments(shape), rng.normal(size=shape), rng.normal(size=shape)

    def curvature(layer):
        def along_h(*xs):
            inner = dl.grad(
                lambda x: (layer(x, *xs[1:], training=training) ** 2 * dl.tensor(g)).sum()
            )
            return (inner(xs[0]) * dl.tensor(h)).sum()

        return [gx.numpy() for gx in dl.grad(along_h, argnums=(0, 1, 2, 3, 4))(*given)]

    for gx, wanted in zip(curvature(primitive), curvature(composed), strict=True):
        np.testing.assert_allclose(gx, wanted, rtol=1e-8, atol=1e-9)


def test_third_derivatives_exist():
    x = dl.tensor(rng.normal(size=(4, 1)))
    given = arguments((4, 1))[1:]

    def third(layer):
        f = lambda x: (layer(x, *given, training=True) ** 3).sum()  # noqa: E731
        for _ in range(2):
            inner = dl.grad(f)
            f = lambda x, inner=inner: (inner(x) ** 2).sum()  # noqa: E731
        return dl.grad(f)(x).numpy()

    np.testing.assert_allclose(third(primitive), third(composed), rtol=1e-6)


@pytest.mark.parametrize(
    ("offset", "spread"), [(0, 1), (1e3, 1), (-300, 1e-2), (0, 1e-4), (0, 1e4)]
)
@pytest.mark.parametrize("shape", [(256, 4), (8, 4, 32)], ids=str)
def test_statistics_are_exact_far_from_zero(shape, offset, spread):
    """The variance is a mean of squared distances, not a difference of large squares."""
    x = (offset + spread * rng.normal(size=shape)).astype(np.float32)
    zeros = np.zeros(4, np.float32)
    found = batch_statistics(x, zeros, zeros, training=True)
    axes = (0, *range(2, x.ndim))
    exact = np.stack([x.mean(axes, dtype=float), x.var(axes, dtype=float)])
    np.testing.assert_allclose(found[0], exact[0], rtol=1e-5, atol=1e-6 * spread)
    np.testing.assert_allclose(found[1], exact[1], rtol=1e-4)


def test_statistics_of_half_precision_do_not_overflow():
    x = (1000 * rng.normal(size=(64, 3))).astype(np.float16)
    ones = np.ones(3, np.float16)
    found = batch_statistics(x, ones, ones, training=True)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[1], x.astype(float).var(0), rtol=1e-3)
    out = batch_norm(x, found, ones, 0 * ones, eps=1e-5)
    assert out.dtype == np.float16
    np.testing.assert_allclose(out.astype(float).std(0), 1, rtol=1e-2)


@pytest.mark.parametrize("shape", [(1, 3), (1, 3, 1), (0, 3), (2, 3, 0)], ids=str)
def test_one_number_has_no_spread(shape):
    x, ones = np.zeros(shape), np.ones(3)
    with pytest.raises(ValueError, match="batch_statistics: .*two numbers per channel.*drop_last"):
        batch_statistics(x, ones, ones, training=True)
    assert batch_statistics(x, ones, ones, training=False).tolist() == [[1, 1, 1], [1, 1, 1]]


def test_a_constant_channel_has_a_finite_gradient_of_zero():
    x = dl.tensor(np.full((4, 2), 7.0), requires_grad=True)
    ones = np.ones(2)
    statistics = batch_statistics(x, ones, ones, training=True)
    out = batch_norm(x, statistics, ones, ones, eps=1e-5)
    out.backward(np.ones((4, 2)))
    np.testing.assert_array_equal(out.numpy(), 1)
    np.testing.assert_allclose(x.grad.numpy(), 0, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x, v: batch_statistics(x, v[:2], v, training=True), r"mean has shape \(2,\)"),
        (lambda x, v: batch_statistics(v, v, v, training=True), r"expected \(batch, channels\)"),
        (lambda x, v: batch_norm(x, stack(v, v), v[:2], v, eps=1e-5), r"weight \(2,\)"),
        (lambda x, v: batch_norm(x, stack(v, v, v), v, v, eps=1e-5), r"statistics have shape \(3,"),
        (lambda x, v: batch_norm(x.astype(int), stack(v, v), v, v, eps=1e-5), "floating-point"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call(np.ones((4, 3)), np.ones(3))
