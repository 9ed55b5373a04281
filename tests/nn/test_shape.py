"""Flatten makes one axis of several, Identity changes nothing."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn


@pytest.mark.torch
@pytest.mark.parametrize("axes", [(), (0,), (1, 2), (2,), (-2, -1), (0, 0)], ids=str)
@pytest.mark.parametrize("batch", [8, 5, 1, 0])
def test_flatten_as_pytorch(axes, batch):
    import torch

    x = np.random.default_rng(0).normal(size=(batch, 3, 4, 2)).astype(np.float32)
    expected = torch.nn.Flatten(*(axes or (1,)))(torch.from_numpy(x)).numpy()
    np.testing.assert_array_equal(nn.Flatten(*axes)(x), expected)


def test_flatten_sends_gradients_back_in_the_shape_of_x():
    x = dl.tensor(np.ones((2, 3, 2), np.float32), requires_grad=True)
    g = np.random.default_rng(0).normal(size=(2, 6)).astype(np.float32)
    nn.Flatten()(x).backward(g)
    np.testing.assert_array_equal(x.grad.numpy(), g.reshape(2, 3, 2))


def test_flatten_refuses_axes_in_the_wrong_order():
    with pytest.raises(ValueError, match="the last axis comes before the first"):
        nn.Flatten(2, 1)(np.ones((2, 3, 4)))
    with pytest.raises(ValueError, match="axis"):
        nn.Flatten(3)(np.ones((2, 3)))
    assert nn.Flatten()(np.ones(3)[:, None]).shape == (3, 1)


def test_flatten_shows_unusual_axes():
    assert (repr(nn.Flatten()), repr(nn.Flatten(0, 2))) == ("Flatten()", "Flatten(0, 2)")


def test_identity_is_the_same_object():
    x = dl.tensor([1.0])
    assert nn.Identity()(x) is x
