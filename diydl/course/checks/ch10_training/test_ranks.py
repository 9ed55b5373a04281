"""What `ranks` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, leaves_inputs_alone

pytestmark = pytest.mark.exercise("10/ranks")


@pytest.mark.points(2)
@pytest.mark.hint("count the scores of a row that are larger than the label's")
@pytest.mark.parametrize(("n", "k"), [(1, 3), (6, 4), (20, 10)])
def test_ranks(sub, rng, n, k):
    """How many scores are larger than the label's, row by row"""
    places = np.stack([rng.permutation(k) for _ in range(n)])  # the rank of each class
    labels = rng.integers(k, size=n)
    scores = np.sort(rng.normal(size=(n, k)), axis=1)[:, ::-1]
    scores = np.take_along_axis(scores, places, axis=1)
    found = leaves_inputs_alone(sub.ranks, scores, labels)
    agree(found, places[np.arange(n), labels], what="the array of ranks")


@pytest.mark.points(1)
@pytest.mark.hint("an equal score counts if its column stands further left than the label")
def test_ties(sub, rng):
    """Of equal scores the one further left comes before"""
    scores = np.full((4, 4), float(rng.normal()))
    agree(sub.ranks(scores, np.arange(4)), np.arange(4), what="the ranks where all are equal,")


@pytest.mark.points(1)
@pytest.mark.hint("nan is no score: all K classes come before it")
def test_nan(sub, rng):
    """A label whose score is nan comes last, after all K"""
    scores = rng.normal(size=(1, 3))
    scores[0, 1] = np.nan
    agree(sub.ranks(scores, np.array([1])), np.array([3]), what="the rank of a nan")
