"""What `balanced` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, leaves_inputs_alone

pytestmark = pytest.mark.exercise("08/balanced")


@pytest.mark.points(2)
@pytest.mark.hint("the fair share of a class, over what it has")
@pytest.mark.parametrize("classes", [2, 5])
def test_all_occur(sub, rng, classes):
    """Every class has some examples"""
    counts = rng.integers(2, 50, classes)
    agree(sub.balanced(counts), counts.sum() / classes / counts)


@pytest.mark.points(1)
@pytest.mark.hint("a class without examples has the weight 0, and does not count among the K")
def test_some_do_not(sub, rng):
    """Some classes do not occur"""
    a, b = rng.integers(2, 50, 2)
    counts = np.array([0, a, 0, b, 0])
    fair = (a + b) / 2
    expected = np.array([0, fair / a, 0, fair / b, 0])
    agree(sub.balanced(counts), expected)


@pytest.mark.points(1)
@pytest.mark.hint("compute new arrays instead of writing into `counts`")
def test_counts_stay(sub, rng):
    """The counts stay as they are"""
    leaves_inputs_alone(sub.balanced, np.array([0, *rng.integers(2, 50, 2)]))
