"""Means and sums, with weights and without, of every loss alike."""

import numpy as np
import pytest

from diydl import nn

rng = np.random.default_rng(0)
X, Y = rng.uniform(0.1, 0.9, (4, 3)), rng.uniform(0.1, 0.9, (4, 3))
LOSSES = [
    nn.mse_loss,
    nn.l1_loss,
    nn.huber_loss,
    nn.smooth_l1_loss,
    nn.binary_cross_entropy,
    nn.binary_cross_entropy_with_logits,
]
every = pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)


@every
def test_mean_and_sum_are_of_the_elements(loss):
    each = loss(X, Y, reduction="none")
    assert each.shape == X.shape
    assert float(loss(X, Y)) == pytest.approx(each.mean())
    assert float(loss(X, Y, reduction="sum")) == pytest.approx(each.sum())


@every
@pytest.mark.parametrize("shape", [(4, 3), (4, 1), (1, 3)], ids=str)
def test_weights_count_elements_often(loss, shape):
    w = rng.integers(0, 4, shape)
    w.flat[0] = 2
    each, count = loss(X, Y, reduction="none"), np.broadcast_to(w, X.shape)
    repeated = np.repeat(each.ravel(), count.ravel())
    assert float(loss(X, Y, sample_weight=w)) == pytest.approx(repeated.mean())
    total = loss(X, Y, sample_weight=w, reduction="sum")
    assert float(total) == pytest.approx(repeated.sum())
    np.testing.assert_allclose(loss(X, Y, sample_weight=w, reduction="none"), each * count)


@every
def test_weights_of_zero_leave_nothing(loss):
    assert float(loss(X, Y, sample_weight=np.zeros((4, 3)))) == 0


@every
@pytest.mark.parametrize("shape", [(4,), (3,), (2, 1), (4, 3, 1), ()], ids=str)
def test_weights_that_do_not_fit(loss, shape):
    with pytest.raises(ValueError, match=r"sample_weight has shape .* of shape \(4, 3\)"):
        loss(X, Y, sample_weight=np.ones(shape))
