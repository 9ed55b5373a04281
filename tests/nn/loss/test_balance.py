"""Weights that make up for the size of classes."""

import numpy as np
import pytest

from diydl import nn

rng = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(60,), (3, 4, 5)], ids=str)
def test_every_class_counts_the_same_and_the_mean_is_one(shape):
    labels = rng.choice(4, shape, p=[0.6, 0.2, 0.15, 0.05])
    labels.flat[:4] = np.arange(4)
    weights = nn.balanced_weights(labels, 4)
    counts = np.bincount(labels.ravel())
    np.testing.assert_allclose(weights * counts, labels.size / 4, rtol=1e-6)
    assert weights[labels].mean() == pytest.approx(1)


def test_a_class_that_does_not_occur_counts_nothing():
    np.testing.assert_allclose(nn.balanced_weights(np.array([0, 0, 3]), 5), [0.75, 0, 0, 1.5, 0])


def test_scikit_learn_balances_so():
    from sklearn.utils.class_weight import compute_class_weight

    labels = rng.choice(3, 50, p=[0.7, 0.2, 0.1])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=labels)
    np.testing.assert_allclose(nn.balanced_weights(labels, 3), expected, rtol=1e-6)


def test_labels_out_of_range():
    with pytest.raises(IndexError, match="labels up to 4, expected 0 to 2"):
        nn.balanced_weights(np.array([0, 4]), 3)
