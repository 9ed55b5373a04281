"""The linear layer begins as PyTorch's does, from a seed."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn


@pytest.mark.torch
def test_linear_begins_as_pytorch_does():
    """The distribution is the same: uniform, with the same bound for weight and bias."""
    import torch

    dl.seed(0)
    torch.manual_seed(0)
    ours, theirs = nn.Linear(100, 400), torch.nn.Linear(100, 400)
    for name in ("weight", "bias"):
        mine = getattr(ours, name).numpy()
        other = getattr(theirs, name).detach().numpy()
        assert mine.shape == other.shape
        assert mine.dtype == np.float32
        assert 0.095 < np.abs(mine).max() <= 0.1
        np.testing.assert_allclose(mine.std(), other.std(), rtol=0.1)
        assert abs(mine.mean()) < 0.01


def test_the_seed_fixes_the_beginning():
    def draw(seed):
        dl.seed(seed)
        return nn.Linear(4, 3).weight.numpy()

    np.testing.assert_array_equal(draw(3), draw(3))
    assert (draw(3) != draw(4)).any()
    first, second = nn.Linear(4, 3), nn.Linear(4, 3)
    assert (first.weight.numpy() != second.weight.numpy()).any()


def test_linear_in_other_dtypes():
    layer = nn.Linear(4, 3, dtype=np.float64)
    assert layer.weight.dtype == layer.bias.dtype == np.float64
    assert layer(np.ones((2, 4))).dtype == np.float64


@pytest.mark.parametrize("size", [0, -1, 2.5, True, "4", None])
def test_linear_wants_whole_sizes(size):
    with pytest.raises(ValueError, match="in_features is a whole number of at least 1"):
        nn.Linear(size, 2)
    with pytest.raises(ValueError, match="out_features is a whole number"):
        nn.Linear(2, size)


def test_linear_names_the_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"\(5, 3\).*\(2, 4\)"):
        nn.Linear(4, 2)(np.ones((5, 3), np.float32))
