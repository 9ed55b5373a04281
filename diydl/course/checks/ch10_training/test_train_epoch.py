"""What `train_epoch` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_type, note

pytestmark = pytest.mark.exercise("10/train_epoch")

TOLERANCE = 1e-4


def examples(rng, *sizes):
    """Batches of these sizes, and the weights to begin with."""
    batches = [
        (rng.normal(size=(n, 3)).astype("float32"), rng.normal(size=(n, 2)).astype("float32"))
        for n in sizes
    ]
    return rng.normal(size=(2, 3)).astype("float32"), batches


def by_hand(weight, batches):
    """Gradient descent on the mean squared error with the rate 0.1; weights and losses."""
    losses = []
    for x, y in batches:
        off = x @ weight.T - y
        losses.append(float((off**2).mean()))
        weight = weight - 0.1 * 2 / off.size * off.T @ x
    return weight.astype("float32"), losses


@pytest.mark.points(3)
@pytest.mark.hint("loss, backward, step: once for each batch, in this order")
def test_weights(drive, rng):
    """One step for each batch, with its own gradient"""
    weight, batches = examples(rng, 4, 4, 4)
    expected, _ = by_hand(weight, batches)
    found = drive("epoch", weight, batches, True)["weight"]
    agree(found, expected, what="the weight after the epoch", tolerance=TOLERANCE)


@pytest.mark.points(1)
@pytest.mark.hint("weigh each loss by the size of its batch")
def test_mean_loss(drive, rng):
    """The mean loss over all examples, as a number; batches may differ in size"""
    weight, batches = examples(rng, 6, 6, 1)
    found = drive("epoch", weight, batches, True, lr=0.0)["loss"]
    agree_type(found, float, what="the loss")
    losses = [by_hand(weight, [batch])[1][0] for batch in batches]
    expected = float(np.average(losses, weights=[6, 6, 1]))
    agree(found, expected, what="the mean loss where nothing moves", tolerance=TOLERANCE)


@pytest.mark.points(1)
@pytest.mark.hint("the loss that the backward pass began with")
def test_loss_before_the_step(drive, rng):
    """The loss is that of the network which saw the batch, before its step"""
    weight, batches = examples(rng, 5)
    found = drive("epoch", weight, batches, True)["loss"]
    expected = by_hand(weight, batches)[1][0]
    agree(found, expected, what="the loss of a single batch", tolerance=TOLERANCE)


@pytest.mark.points(1)
@pytest.mark.hint("the first line: `model.train()`")
def test_mode(drive, rng):
    """The model trains, also when an exam came before"""
    weight, batches = examples(rng, 3, 3)
    modes = drive("epoch", weight, batches, False)["modes"]
    note(modes)
    assert all(modes), "the model was called in evaluation mode: it was so before, and stayed so"
