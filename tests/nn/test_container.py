"""Layers in a row against PyTorch, by copied weights: outputs and gradients, for a random g."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn

SHAPES = [(5, 6), (1, 6), (6,), (2, 3, 6), (0, 6)]


def mlp(library, **linear):
    return library.Sequential(
        library.Linear(6, 8, **linear),
        library.ReLU(),
        library.Linear(8, 7),
        library.Tanh(),
        library.Linear(7, 4),
        library.Sigmoid(),
    )


def copied(model, other):
    """Give `other`, a PyTorch model, the weights of `model`: names and layouts are the same."""
    import torch

    state = {name: torch.from_numpy(array) for name, array in model.state_dict().items()}
    other.load_state_dict(state)
    return other


@pytest.mark.torch
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("bias", [True, False])
def test_outputs_and_gradients_equal_pytorch(shape, bias):
    import torch

    dl.seed(0)
    rng = np.random.default_rng(0)
    model = mlp(nn, bias=bias)
    theirs = copied(model, mlp(torch.nn, bias=bias))
    x = rng.normal(size=shape).astype(np.float32)
    g = rng.normal(size=(*shape[:-1], 4)).astype(np.float32)
    ours_x = dl.tensor(x, requires_grad=True)
    theirs_x = torch.tensor(x, requires_grad=True)
    ours_y, theirs_y = model(ours_x), theirs(theirs_x)
    ours_y.backward(g)
    theirs_y.backward(torch.from_numpy(g))
    close = {"rtol": 1e-5, "atol": 1e-6}
    assert ours_y.dtype == np.float32
    np.testing.assert_allclose(ours_y.numpy(), theirs_y.detach().numpy(), **close)
    np.testing.assert_allclose(ours_x.grad.numpy(), theirs_x.grad.numpy(), **close)
    expected = dict(theirs.named_parameters())
    for name, parameter in model.named_parameters():
        assert parameter.grad.dtype == np.float32, name
        np.testing.assert_allclose(
            parameter.grad.numpy(), expected[name].grad.numpy(), err_msg=name, **close
        )


def test_one_network_runs_at_any_batch_size():
    model = mlp(nn)
    x = np.random.default_rng(0).normal(size=(8, 6)).astype(np.float32)
    whole = model(x).numpy()
    for batch in (5, 1):
        np.testing.assert_allclose(model(x[:batch]).numpy(), whole[:batch], rtol=1e-5)


def test_sequential_is_a_list_of_layers():
    layers = [nn.Linear(4, 3), nn.ReLU(), dl.exp, nn.Linear(3, 2)]
    model = nn.Sequential(*layers)
    assert list(model) == layers
    assert (len(model), model[1], model[-1]) == (4, layers[1], layers[3])
    assert model[1:][0] is layers[1]
    assert [n for n, _ in model.named_parameters()] == ["0.weight", "0.bias", "3.weight", "3.bias"]
    assert model(np.ones((2, 4), np.float32)).shape == (2, 2)
    with pytest.raises(TypeError, match=r"layer 0 is a list.*Sequential\(\*layers\)"):
        nn.Sequential(layers)


def test_sequential_can_be_extended():
    class Scaled(nn.Sequential):
        def __init__(self, *layers):
            super().__init__(*layers)
            self.scale = nn.Parameter([2.0])

    assert [n for n, _ in Scaled(nn.Linear(1, 1)).named_parameters()] == [
        "0.weight",
        "0.bias",
        "scale",
    ]
