"""Activations are the operations that they are named after; what is learned is a parameter."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.testing import gradient_checker


@pytest.mark.parametrize(
    ("module", "operation"),
    [
        (nn.ReLU(), dl.relu),
        (nn.Sigmoid(), dl.sigmoid),
        (nn.Tanh(), dl.tanh),
        (nn.SiLU(), dl.silu),
        (nn.Softplus(), dl.softplus),
        (nn.GELU(), dl.gelu),
        (nn.GELU("tanh"), lambda x: dl.gelu(x, approximate="tanh")),
        (nn.LeakyReLU(0.3), lambda x: dl.leaky_relu(x, negative_slope=0.3)),
        (nn.ELU(0.7), lambda x: dl.elu(x, 0.7)),
        (nn.LogSoftmax(), dl.log_softmax),
    ],
    ids=lambda x: repr(x) if isinstance(x, nn.Module) else "operation",  # no addresses: see xdist
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


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (nn.PReLU(), (5, 4)),
        (nn.PReLU(3), (2, 3, 4)),
        (nn.ELU(0.7, learned=True), (5, 4)),
        (nn.ELU(0.7, learned=True, num_parameters=3), (2, 3, 2, 2)),
    ],
    ids=repr,
)
def test_what_is_learned_gets_a_gradient(module, shape):
    assert len(module.parameters()) == 1
    report = gradient_checker(module, np.random.default_rng(0).normal(size=shape))
    assert report, report


def test_a_learned_alpha_of_each_channel_is_its_own():
    layer = nn.ELU(learned=True, num_parameters=2)
    layer.alpha.write(np.array([1, 3], np.float32))
    out = layer(np.full((1, 2, 2), -1000, np.float32))
    assert out.tolist() == [[[-1, -1], [-3, -3]]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.PReLU(0), "num_parameters is a whole number of at least 1"),
        (lambda: nn.PReLU(3)(np.ones((2, 4))), r"PReLU\(3\) has a number for each of 3 channels"),
        (lambda: nn.ELU(learned=True, num_parameters=2)(np.ones(2)), "x has shape"),
        (lambda: nn.ELU("1"), "alpha is a number"),
        (lambda: nn.LeakyReLU(True), "negative_slope is a number"),
        (lambda: nn.GELU("erf"), 'approximate is "none" or "tanh"'),
        (lambda: nn.Softplus(0), "beta is a number above 0"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_repr_shows_what_was_chosen():
    modules = nn.ELU(), nn.ELU(learned=True, num_parameters=3), nn.PReLU(), nn.LeakyReLU()
    assert list(map(repr, modules)) == [
        "ELU(1)",
        "ELU(learned=True, num_parameters=3)",
        "PReLU(1)",
        "LeakyReLU(0.01)",
    ]
    modules = nn.GELU("tanh"), nn.Softplus(), nn.Softplus(2), nn.LogSoftmax()
    assert list(map(repr, modules)) == [
        "GELU(approximate='tanh')",
        "Softplus()",
        "Softplus(beta=2)",
        "LogSoftmax(axis=-1)",
    ]
