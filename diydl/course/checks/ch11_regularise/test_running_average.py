"""What `running_average` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, leaves_inputs_alone

pytestmark = pytest.mark.exercise("11/running_average")


@pytest.mark.points(2)
@pytest.mark.hint("1 - momentum of the old, momentum of the new")
@pytest.mark.parametrize("momentum", [0.1, 0.7, 1.0])
def test_mean(sub, rng, momentum):
    """A mean, with several momenta"""
    old, new = rng.uniform(1, 2, 4), rng.uniform(3, 5, 4)
    agree(sub.running_average(old, new, momentum), old + momentum * (new - old))


@pytest.mark.points(2)
@pytest.mark.hint("multiply `new` by n / (n - 1), where n is `examples`")
@pytest.mark.parametrize("examples", [2, 5])
def test_variance(sub, rng, examples):
    """A variance, put right for the few examples it comes from"""
    old, new = rng.uniform(1, 2, 4), rng.uniform(3, 5, 4)
    found = sub.running_average(old, new, 0.5, examples=examples)
    agree(found, 0.5 * old + 0.5 * new * examples / (examples - 1))


@pytest.mark.points(1)
@pytest.mark.hint("make a new array")
def test_inputs(sub, rng):
    """Its inputs stay as they were, and float32 stays float32"""
    old, new = np.zeros(3, "float32"), rng.uniform(1, 2, 3).astype("float32")
    agree(leaves_inputs_alone(sub.running_average, old, new, 0.5), new / 2)
