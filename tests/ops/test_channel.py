"""Maps along channels: float16 is reckoned in single precision, and in use nothing comes back."""

import numpy as np
import pytest

from diydl.ops import channel_dot, map_in_training, scale_shift
from diydl.ops.blocks import blocks, in_pieces

rng = np.random.default_rng(0)


def test_a_map_of_half_precision_is_rounded_once():
    x = rng.uniform(600, 700, size=(40, 2)).astype(np.float16)
    scale, shift = np.float32([100, 0.1]), np.float32([-6e4, 1])
    exact = (x.astype(float) * scale + shift).astype(np.float16)
    assert (x.astype(float) * 100).max() > np.finfo(np.float16).max
    out = scale_shift(x, scale, shift)
    assert out.dtype == np.float16
    np.testing.assert_allclose(out, exact, rtol=1e-3)


def test_sums_of_half_precision_do_not_overflow():
    x = np.full((50, 2), 200, np.float16)
    found = channel_dot(x, x, np.zeros(2, np.float32))
    assert found.tolist() == [50 * 200.0**2] * 2


@pytest.mark.parametrize("shape", [(50, 3), (7, 3, 400), (200, 1000)], ids=str)
def test_pieces_are_the_whole(shape):
    x, y = rng.normal(size=(2, *shape))
    shift = rng.normal(size=shape[1])
    moved = y - shift.reshape(-1, *(1,) * (len(shape) - 2))
    wanted = (x * moved).sum((0, *range(2, len(shape))))
    np.testing.assert_allclose(channel_dot(x, y, shift), wanted, rtol=1e-9)


def test_in_use_zeros_cost_no_memory():
    x, one = rng.normal(size=(40, 3)), np.ones(3)
    out = map_in_training(x, one, one, training=False)
    assert out.shape == x.shape
    assert not out.any()
    assert out.strides == (0, 0)


def test_blocks_cover_everything_once():
    x = np.zeros((1000, 77))
    for piece in blocks(np, x):
        x[piece] += 1
    assert (x == 1).all()
    for piece, room in in_pieces(np, x, x.dtype):
        room += 1
        assert room.base is x
        assert x[piece].shape == room.shape
    assert (x == 2).all()
    assert list(blocks(np, x[:0])) == []
