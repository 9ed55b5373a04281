"""Optimizers against PyTorch's, step by step."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from tests.optim.cases import CASES, make, parameters, set_gradients

pytestmark = pytest.mark.torch
CLOSE = {"float32": 1e-5, "float64": 1e-12}


def twins(params):
    import torch

    return [torch.nn.Parameter(torch.tensor(p.numpy())) for p in params]


def copy_gradients(ours, theirs):
    import torch

    for p, t in zip(ours, theirs, strict=True):
        t.grad = None if p.grad is None else torch.tensor(p.grad.numpy())


def assert_same(ours, theirs, dtype):
    for p, t in zip(ours, theirs, strict=True):
        expected = t.detach().numpy()
        scale = np.abs(expected).max(initial=1)  # sums of large steps leave rounding behind
        close = CLOSE[dtype]
        np.testing.assert_allclose(p.numpy(), expected, rtol=close, atol=close * scale)
        assert p.dtype == dtype


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CASES)
def test_twenty_steps(name, dtype, arithmetic):
    import torch

    kind, options = CASES[name]
    ours = parameters(dtype=dtype)
    theirs = twins(ours)
    optimizer = make(name, ours)
    other = getattr(torch.optim, kind)(theirs, **options)
    for step in range(20):
        set_gradients(ours, step)
        if step in (3, 4):
            ours[1].grad = None
        copy_gradients(ours, theirs)
        before = [None if p.grad is None else p.grad.numpy().copy() for p in ours]
        optimizer.step()
        other.step()
        assert_same(ours, theirs, dtype)
        for p, g in zip(ours, before, strict=True):
            if g is not None:
                np.testing.assert_array_equal(p.grad.numpy(), g)  # gradients are not ours to change


@pytest.mark.parametrize(
    ("kind", "shared", "first", "second"),
    [
        ("SGD", {"lr": 0.1, "momentum": 0.5}, {"lr": 0.01}, {"momentum": 0.0, "weight_decay": 0.1}),
        ("AdamW", {"lr": 0.02}, {"weight_decay": 0.0}, {"lr": 0.5, "betas": (0.5, 0.9)}),
        ("RMSprop", {"alpha": 0.9}, {"centered": True}, {"momentum": 0.9, "maximize": True}),
    ],
)
def test_groups_with_options_of_their_own(kind, shared, first, second):
    import torch

    ours = parameters()
    theirs = twins(ours)

    def grouped(params):
        return [{"params": params[:2], **first}, {"params": params[2:], **second}]

    optimizer = getattr(optim, kind)(grouped(ours), **shared)
    other = getattr(torch.optim, kind)(grouped(theirs), **shared)
    for step in range(10):
        set_gradients(ours, step)
        copy_gradients(ours, theirs)
        if step == 5:
            optimizer.param_groups[1]["lr"] = other.param_groups[1]["lr"] = 0.03
        optimizer.step()
        other.step()
        assert_same(ours, theirs, "float32")


@pytest.mark.parametrize("kind", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adamax"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_a_gradient_that_is_not_finite_goes_through(kind, value):
    import torch

    p, t = nn.Parameter([1.0, 1.0]), torch.nn.Parameter(torch.ones(2))
    p.grad, t.grad = dl.tensor([value, 1.0]), torch.tensor([value, 1.0])
    getattr(optim, kind)([p], lr=0.1).step()
    getattr(torch.optim, kind)([t], lr=0.1).step()
    np.testing.assert_allclose(p.numpy(), t.detach().numpy(), rtol=1e-6)


@pytest.mark.parametrize(
    "kind", ["SGD", "Adagrad", "Adadelta", "RMSprop", "Adam", "AdamW", "Adamax"]
)
def test_defaults(kind):
    """What is left out is what PyTorch takes."""
    import torch

    options = {"lr": 0.1} if kind == "SGD" else {}
    ours = getattr(optim, kind)([nn.Parameter([1.0])], **options).param_groups[0]
    theirs = getattr(torch.optim, kind)([torch.nn.Parameter(torch.ones(1))], **options)
    for name, value in ours.options().items():
        assert theirs.param_groups[0][name] == value, name
