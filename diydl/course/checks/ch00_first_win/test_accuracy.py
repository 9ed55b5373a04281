"""What `accuracy` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_type

pytestmark = pytest.mark.exercise("00/accuracy")


def labelled(rng, scores):
    """Labels of which about two thirds are what the scores say."""
    answers = scores.argmax(axis=1)
    others = (answers + rng.integers(1, scores.shape[1], len(scores))) % scores.shape[1]
    right = np.arange(len(scores)) % 3 > 0
    return np.where(right, answers, others)


def probabilities(rng, rows):
    """Rows that add up to 1, each with one clear winner."""
    table = np.full((rows, 10), 0.04)
    table[np.arange(rows), rng.integers(0, 10, rows)] = 0.64
    return table


@pytest.mark.points(1)
@pytest.mark.hint("the highest score of each row is the answer; scores may be negative")
def test_share(sub, rng, reference):
    """The share of rows whose highest score stands at the label"""
    scores = rng.normal(size=(32, 10)) - 1
    labels = labelled(rng, scores)
    agree(sub.accuracy(scores, labels), reference(scores, labels), what="the accuracy")


@pytest.mark.points(1)
@pytest.mark.hint("put float(...) around the mean")
def test_python_float(sub, rng):
    """The result is a Python float"""
    scores = probabilities(rng, 32)
    agree_type(sub.accuracy(scores, labelled(rng, scores)), float, what="the accuracy")


@pytest.mark.points(1)
@pytest.mark.hint("divide by the number of rows that came")
@pytest.mark.parametrize("rows", [1, 7, 50])
def test_any_number_of_rows(sub, rng, reference, rows):
    """Batches of any size, also of one row"""
    scores = probabilities(rng, rows)
    labels = labelled(rng, scores) if rows > 1 else scores.argmax(axis=1)
    agree(sub.accuracy(scores, labels), reference(scores, labels), what="the accuracy")


@pytest.mark.points(1)
@pytest.mark.hint("use methods that arrays and Tensors share: scores.argmax(axis=1)")
def test_tensors(drive, rng, reference):
    """Scores as a network returns them, as a Tensor"""
    scores = probabilities(rng, 32)
    labels = labelled(rng, scores)
    found = drive("on_tensors", scores, labels)
    agree(found, reference(scores, labels), what="the accuracy")
