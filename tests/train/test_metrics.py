import numpy as np
import pytest

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
