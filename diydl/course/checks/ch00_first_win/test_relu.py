"""What `relu` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient, leaves_inputs_alone

pytestmark = pytest.mark.exercise("00/relu")


@pytest.mark.points(1)
@pytest.mark.hint("-3 becomes 0, and 3 stays 3, however large it is")
def test_values(sub, rng, reference):
    """Negative numbers become 0, all others stay"""
    x = rng.normal(scale=8, size=(6, 5))
    x[0, :3] = 0, 7, -7
    agree(sub.relu(x), reference(x))


@pytest.mark.points(1)
@pytest.mark.hint("work on all of `x` at once, without asking for its shape")
@pytest.mark.parametrize("shape", [(), (7,), (0, 3), (2, 3, 4)])
def test_any_shape(sub, rng, reference, shape):
    """Any number of axes, also none"""
    x = np.array(rng.normal(size=shape)).T
    agree(sub.relu(x), reference(x))


@pytest.mark.points(1)
@pytest.mark.hint("compare with the plain number 0, which takes on the dtype of `x`")
@pytest.mark.parametrize("dtype", ["float32", "float16", "int64"])
def test_dtype(sub, rng, reference, dtype):
    """float32 stays float32, whole numbers stay whole"""
    x = (4 * rng.normal(size=(3, 4))).astype(dtype)
    agree(sub.relu(x), reference(x))


@pytest.mark.points(1)
@pytest.mark.hint("return a new array; do not write into `x`")
def test_input_unchanged(sub, rng):
    """The input is left as it was"""
    leaves_inputs_alone(sub.relu, rng.normal(size=(4, 3)))


@pytest.mark.points(1)
@pytest.mark.hint("use the library's operations (dl.), which remember how to go backward")
def test_in_a_network(drive, rng):
    """A small network learns with it inside"""
    images, targets = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
    first, second = rng.normal(size=(3, 5)), 0.3 * rng.normal(size=(5, 2))
    gradients, losses = train_in_numpy(images, targets, first, second, steps=6)
    found = drive("train", images, targets, first, second, steps=6)
    agree_gradient(found["gradient"], gradients[0], what="the gradient of the first layer")
    agree(np.array(found["losses"]), np.array(losses), what="the loss of each step")


def train_in_numpy(images, targets, first, second, steps):
    """Train the same network with gradients measured by small differences."""

    def loss(first, second):
        return np.mean((np.maximum(images @ first, 0) @ second - targets) ** 2)

    gradients, losses = [], []
    for _ in range(steps):
        slope_first = measured(lambda w, v=second: loss(w, v), first)
        slope_second = measured(lambda w, v=first: loss(v, w), second)
        gradients.append(slope_first)
        losses.append(loss(first, second))
        first, second = first - 0.1 * slope_first, second - 0.1 * slope_second
    return gradients, losses


def measured(function, at, step=1e-6):
    """Central differences, one element at a time."""
    slope = np.zeros_like(at)
    for place in np.ndindex(*at.shape):
        move = np.zeros_like(at)
        move[place] = step
        slope[place] = (function(at + move) - function(at - move)) / (2 * step)
    return slope
