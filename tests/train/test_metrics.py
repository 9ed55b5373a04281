import numpy as np
import pytest
import sklearn.metrics as theirs

import diydl as dl
from diydl.train import metrics

SCORES = np.array([[0.1, 2.0, -0.3], [-5.0, -1.0, -9.0], [0.2, 0.1, 0.4], [1.0, 1.0, 0.0]])


def test_accuracy_is_the_share_of_rows_whose_highest_score_is_the_labels():
    assert metrics.accuracy(SCORES, np.array([1, 1, 0, 0])) == 0.75


def test_accuracy_is_a_python_float():
    assert type(metrics.accuracy(SCORES, np.array([1, 1, 2, 0]))) is float


@pytest.mark.parametrize("wrap", [dl.tensor, dl.Parameter, np.asfortranarray, np.float32])
def test_accuracy_takes_values_and_arrays(wrap):
    assert metrics.accuracy(wrap(SCORES), np.array([1, 1, 0, 0])) == 0.75


def test_accuracy_takes_labels_in_a_tensor():
    assert metrics.accuracy(dl.tensor(SCORES), dl.tensor(np.array([1, 1, 0, 0]))) == 0.75


@pytest.mark.parametrize(
    ("scores", "labels"),
    [((4, 3), (3,)), ((4, 3), (4, 1)), ((4,), (4,)), ((0, 3), (0,))],
)
def test_accuracy_refuses_what_does_not_fit(scores, labels):
    with pytest.raises(ValueError, match="accuracy: expected scores of shape"):
        metrics.accuracy(np.zeros(scores), np.zeros(labels, int))


RANDOM = np.random.default_rng(1)
MANY, CLASSES = RANDOM.normal(size=(60, 5)), RANDOM.integers(0, 4, 60)  # class 4 never occurs


@pytest.mark.parametrize("k", [1, 2, 5])
def test_top_k(k):
    wanted = theirs.top_k_accuracy_score(CLASSES, MANY, k=k, labels=range(5)) if k < 5 else 1.0
    assert metrics.top_k_accuracy(MANY, CLASSES, k) == pytest.approx(wanted)


def test_top_1_is_accuracy_also_where_scores_tie():
    tied = RANDOM.integers(0, 2, size=(40, 5)).astype(float)
    labels = RANDOM.integers(0, 5, 40)
    assert metrics.top_k_accuracy(tied, labels, 1) == metrics.accuracy(tied, labels)


def test_scores_that_are_nan_are_never_right():
    assert metrics.top_k_accuracy(np.full((2, 3), np.nan), np.array([0, 1]), 1) == 0.0


def test_psnr_is_a_mean_over_images():
    images = np.zeros((2, 3, 3))
    targets = np.stack([np.full((3, 3), 0.1), np.full((3, 3), 0.01)])
    assert metrics.psnr(images, targets) == pytest.approx((20 + 40) / 2)
    assert metrics.psnr(255 * images, 255 * targets, peak=255) == pytest.approx(30)
    assert metrics.psnr(images, images) == np.inf


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: metrics.top_k_accuracy(MANY, CLASSES, 6), "k lies between 1 and 5 here, got 6"),
        (lambda: metrics.psnr(np.ones(3), np.ones(3)), "one shape \\(B, ...\\)"),
    ],
)
def test_what_does_not_fit_is_refused_too(call, match):
    with pytest.raises(ValueError, match=match):
        call()
