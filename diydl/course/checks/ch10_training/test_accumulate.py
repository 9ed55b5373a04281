"""What `accumulate` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_type

pytestmark = pytest.mark.exercise("10/accumulate")


def examples(rng, *sizes):
    """Weights, and batches of these sizes."""
    batches = [
        (rng.normal(size=(n, 3)).astype("float32"), rng.normal(size=(n, 2)).astype("float32"))
        for n in sizes
    ]
    return rng.normal(size=(2, 3)).astype("float32"), batches


def by_hand(weight, batches):
    """Gradient and value of the mean squared error over all examples at once."""
    x, y = (np.concatenate(arrays) for arrays in zip(*batches, strict=True))
    off = x @ weight.T - y
    return (2 / off.size * off.T @ x).astype("float32"), float((off**2).mean())


@pytest.mark.points(2)
@pytest.mark.hint("each loss times the batch's share; from the second batch on, add")
@pytest.mark.parametrize("sizes", [(4, 4), (6, 3, 1)])
def test_gradient(drive, rng, sizes):
    """The gradient of the mean over all examples, as if they were one batch"""
    weight, batches = examples(rng, *sizes)
    found = drive("gradients", weight, batches, False)
    assert found["grad"] is not None, "there is no gradient in `grad`: nothing went back"
    agree(found["grad"], by_hand(weight, batches)[0], what="the gradient", tolerance=1e-4)


@pytest.mark.points(1)
@pytest.mark.hint("the first batch replaces what is in `grad`")
def test_stale(drive, rng):
    """A gradient from before does not take part"""
    weight, batches = examples(rng, 4, 4)
    clean, after = (drive("gradients", weight, batches, stale)["grad"] for stale in (False, True))
    agree(after, clean, what="the gradient where there was one before", tolerance=1e-4)


@pytest.mark.points(1)
@pytest.mark.hint("the sum of the shares is the mean over all")
def test_loss(drive, rng):
    """The mean loss over all examples, as a number"""
    weight, batches = examples(rng, 6, 3, 1)
    found = drive("gradients", weight, batches, False)["loss"]
    agree_type(found, float, what="the loss")
    agree(found, by_hand(weight, batches)[1], what="the mean loss", tolerance=1e-4)


@pytest.mark.points(1)
@pytest.mark.hint("no step here: the weights stay")
def test_weights_stay(drive, rng):
    """The weights are as they were"""
    weight, batches = examples(rng, 3, 3)
    agree(drive("gradients", weight, batches, False)["weight"], weight, what="the weight")
