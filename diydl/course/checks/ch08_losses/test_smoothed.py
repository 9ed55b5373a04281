"""What `smoothed` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, leaves_inputs_alone, note

pytestmark = pytest.mark.exercise("08/smoothed")


@pytest.mark.points(2)
@pytest.mark.hint("keep (1 - amount) of each row, and give amount / K to each of its K classes")
@pytest.mark.parametrize(("rows", "classes"), [((6,), 4), ((), 3), ((2, 5), 10)])
def test_one_hot(sub, rng, rows, classes):
    """Rows with a single 1"""
    amount = float(rng.uniform(0.1, 0.4))
    labels = rng.integers(0, classes, rows)
    target = np.asarray(np.eye(classes)[labels])
    expected = np.where(target == 1, 1 - amount + amount / classes, amount / classes)
    agree(sub.smoothed(target, amount=amount), expected)


@pytest.mark.points(1)
@pytest.mark.hint("scale what is there, whatever it is")
def test_distributions(sub, rng):
    """Rows that are distributions already, and stay as they are"""
    target = rng.gamma(1.0, size=(5, 4))
    target = target / target.sum(axis=1, keepdims=True)
    agree(leaves_inputs_alone(sub.smoothed, target, amount=0.2), 0.8 * target + 0.05)


@pytest.mark.points(1)
@pytest.mark.hint("a plain number adapts to its neighbours")
def test_dtype(sub):
    """float32 stays float32"""
    have = str(sub.smoothed(np.array([[0, 1, 0, 0]], "float32"), amount=0.2).dtype)
    note(have)
    assert have == "float32", f"the target is float32, and the result is {have}"
