"""What `dropout_vjp` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree_gradient

pytestmark = pytest.mark.exercise("11/dropout_vjp")


def draw(rng, shape, p, inverted=True, shared=()):
    """Return a key and the factors that belong to it, drawn here once more."""
    key = np.append(rng.integers(0, 1000, 2), 3).astype(np.uint64)
    drawn = [1 if axis in shared else n for axis, n in enumerate(shape)]
    seed, draw_number, run = (int(n) for n in key)
    bits = np.random.Philox(key=[seed, draw_number], counter=[0, 0, 0, run]).random_raw(
        (int(np.prod(drawn)) + 1) // 2
    )
    numbers = bits.astype("<u8").view("<u4")[: int(np.prod(drawn))].reshape(drawn)
    kept = numbers >= np.uint32(round(p * 2**32))
    return key, np.broadcast_to(kept / (1 - p) if inverted else kept * 1.0, shape)


@pytest.mark.points(1)
@pytest.mark.hint("the same key, the same p, on the gradient")
@pytest.mark.parametrize("p", [0.2, 0.8])
def test_training(sub, rng, p):
    """In training, the factors of the forward pass"""
    key, factors = draw(rng, (9, 8), p)
    x, g = rng.uniform(1, 2, (9, 8)), rng.uniform(1, 2, (9, 8))
    found = sub.dropout_vjp(g, x * factors, x, key, p=p, training=True)
    agree_gradient(found, g * factors)


@pytest.mark.points(1)
@pytest.mark.hint("hand on `training`")
def test_in_use(sub, rng):
    """In use nothing is dropped"""
    key, _ = draw(rng, (9, 8), 0.5)
    x, g = rng.uniform(1, 2, (9, 8)), rng.uniform(1, 2, (9, 8))
    found = sub.dropout_vjp(g, 1 * x, x, key, p=0.5, training=False)
    agree_gradient(found, g)


@pytest.mark.points(1)
@pytest.mark.hint("hand on `inverted`")
def test_plain(sub, rng):
    """Plain dropout does not scale in training"""
    key, factors = draw(rng, (9, 8), 0.5, inverted=False)
    x, g = rng.uniform(1, 2, (9, 8)), rng.uniform(1, 2, (9, 8))
    found = sub.dropout_vjp(g, x * factors, x, key, p=0.5, inverted=False, training=True)
    agree_gradient(found, g * factors)


@pytest.mark.points(1)
@pytest.mark.hint("hand on `shared`")
def test_shared(sub, rng):
    """Whole channels"""
    key, factors = draw(rng, (6, 5, 2, 2), 0.5, shared=(2, 3))
    x, g = rng.uniform(1, 2, factors.shape), rng.uniform(1, 2, factors.shape)
    found = sub.dropout_vjp(g, x * factors, x, key, p=0.5, shared=(2, 3), training=True)
    agree_gradient(found, g * factors)


@pytest.mark.points(1)
@pytest.mark.hint("use nothing but g and the key, and a call that works on Tensors")
def test_on_the_tape(drive, rng):
    """On the tape, where neither x nor out was kept"""
    key, factors = draw(rng, (6, 5), 0.5)
    x, g, h = rng.uniform(1, 2, (3, 6, 5))
    found = drive("on_the_tape", x, key, g, h)
    agree_gradient(found["first"], g * factors)
    agree_gradient(found["second"], 2 * g * h * factors**2, what="the second derivative")
