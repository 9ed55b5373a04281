"""Activations are the operations that they are named after."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn


@pytest.mark.parametrize(
    ("module", "operation"),
    [(nn.ReLU(), dl.relu), (nn.Sigmoid(), dl.sigmoid), (nn.Tanh(), dl.tanh)],
    ids=repr,
)
def test_a_module_is_its_operation(module, operation):
    x = dl.tensor(np.random.default_rng(0).normal(size=(3, 4)), requires_grad=True)
    g = np.random.default_rng(1).normal(size=(3, 4))
    module(x).backward(g)
    expected = x.grad.numpy()
    operation(x).backward(g)
    np.testing.assert_array_equal(module(x).numpy(), operation(x).numpy())
    np.testing.assert_array_equal(x.grad.numpy(), expected)
    assert module.parameters() == []


@pytest.mark.torch
def test_softmax_equals_pytorch():
    import torch

    x = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    for axis in (0, -1):
        expected = torch.softmax(torch.from_numpy(x), axis).numpy()
        np.testing.assert_allclose(nn.Softmax(axis)(x), expected, rtol=1e-6)
    assert repr(nn.Softmax()) == "Softmax(axis=-1)"
