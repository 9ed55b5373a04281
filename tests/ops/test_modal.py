"""Dropout drops the share it should, the same again for the same key; averages follow PyTorch."""

import numpy as np
import pytest

import diydl as dl
from diydl.ops import advance, dropout, in_training, moving_average

KEY = np.array([1, 2, 3], np.uint64)


@pytest.mark.parametrize("p", [0.01, 0.1, 0.5, 0.9])
def test_dropout_drops_its_share_and_keeps_the_mean(p):
    x = np.ones((1000, 1000), np.float32)
    out = dropout(x, KEY, p=p, training=True)
    assert (out == 0).mean() == pytest.approx(p, abs=0.002)
    np.testing.assert_array_equal(np.unique(out), [0, np.float32(1 / (1 - p))])
    assert out.mean() == pytest.approx(1, rel=0.01)
    plain = dropout(x, KEY, p=p, inverted=False, training=True)
    np.testing.assert_array_equal(plain, out != 0)
    in_use = dropout(x, KEY, p=p, inverted=False, training=False)
    assert plain.mean() == pytest.approx(in_use.mean(), rel=0.01)


def test_dropout_depends_on_every_part_of_the_key_and_on_nothing_else():
    x = np.ones(200)
    seen = [dropout(x, KEY, p=0.5, training=True)]
    for place in range(3):
        other = KEY.copy()
        other[place] += np.uint64(1)
        seen.append(dropout(x, other, p=0.5, training=True))
    assert len({out.tobytes() for out in seen}) == 4
    dl.seed(5)
    np.testing.assert_array_equal(dropout(x, KEY, p=0.5, training=True), seen[0])


def test_neighbours_are_dropped_independently():
    """Elements that share 64 random bits, and runs that follow each other, are uncorrelated."""
    runs = np.stack(
        [
            dropout(np.ones(4000), np.array([0, 0, run], np.uint64), p=0.5, training=True)
            for run in range(50)
        ]
    )
    for a, b in [(runs[:, ::2], runs[:, 1::2]), (runs[1:], runs[:-1]), (runs[:, 1:], runs[:, :-1])]:
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.01


@pytest.mark.parametrize("inverted", [True, False])
def test_the_backward_pass_drops_what_the_forward_pass_dropped(inverted):
    x = dl.tensor(np.ones((30, 40)), requires_grad=True)
    g = np.random.default_rng(0).normal(size=(30, 40))
    out = dropout(x, KEY, p=0.3, inverted=inverted, training=True)
    out.backward(g)
    np.testing.assert_allclose(x.grad.numpy(), g * out.numpy())
    dropout(x, KEY, p=0.3, inverted=inverted, training=False).backward(g)
    np.testing.assert_allclose(x.grad.numpy(), g * (1 if inverted else 0.7))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("p", [0, 0.3, 1])
def test_dropout_keeps_the_dtype_and_its_limits(dtype, training, p):
    x = np.ones((3, 5), dtype)
    for inverted in (True, False):
        out = dropout(x, KEY, p=p, inverted=inverted, training=training)
        assert out.dtype == dtype
        if p == 0 or (inverted and not training):
            np.testing.assert_array_equal(out, x)
        if p == 1 and (training or not inverted):
            np.testing.assert_array_equal(out, 0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: dropout(x, KEY, p=1.5, training=True), ValueError, "p=1.5: the share"),
        (lambda x: dropout(x, KEY, p=-0.1, training=False), ValueError, "between 0 and 1"),
        (
            lambda x: dropout(x, KEY[:2], p=0.5, training=True),
            ValueError,
            r"shape \(2,\), expected",
        ),
        (lambda x: dropout(x, np.ones(3), p=0.5, training=True), ValueError, "expected .* uint64"),
        (lambda x: dropout(x.astype(int), KEY, p=0.5, training=True), TypeError, "floating-point"),
        (lambda x: dropout(x, KEY, p=0.5), TypeError, "training"),
    ],
)
def test_dropout_refuses(call, error, message):
    with pytest.raises(error, match=f"dropout: .*{message}"):
        call(np.ones(4))


@pytest.mark.parametrize("call", [advance, in_training])
def test_what_does_nothing_in_use_returns_the_array_itself(call):
    x = np.ones(3)
    assert call(x, training=call is in_training) is x
    out = call(x, training=call is advance)
    assert not np.shares_memory(out, x)


def test_an_assignment_in_use_is_none():
    state, value, count = dl.Buffer([1.0, 2.0]), np.zeros(2, np.float32), dl.Buffer(0)
    for training, version in [(False, 0), (True, 1), (False, 1), (True, 2)]:
        new = moving_average(state, value, count, momentum=0.5, training=training)
        dl.assign(state, new)
        dl.assign(count, advance(count, training=training))
        assert (state.version, count.version, count.item()) == (version,) * 3
    assert state.tolist() == [0.25, 0.5]


def test_an_average_without_momentum_is_the_mean_of_all():
    values = np.random.default_rng(0).normal(size=(5, 3))
    state = np.full(3, 99.0)
    for count, value in enumerate(values):
        state = moving_average(state, value, np.array(count), momentum=None, training=True)
    np.testing.assert_allclose(state, values.mean(0))
