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


def test_layers_with_names():
    model = nn.Sequential({"body": nn.Linear(4, 3), "bend": nn.ReLU(), "head": nn.Linear(3, 2)})
    assert list(model.state_dict()) == ["body.weight", "body.bias", "head.weight", "head.bias"]
    assert model["head"] is model[2] is model[-1]
    assert repr(model).splitlines()[1] == "  (body): Linear(4, 3)"
    assert list(model[1:].layers) == ["bend", "head"]
    assert [name for name, _ in model.append(nn.Tanh(), "end").named_modules()][-1] == "end"
    with pytest.raises(KeyError, match=r"no layer 'tail'; its layers are \['body'"):
        model["tail"]
    with pytest.raises(IndexError):
        model[9]
    for name, why in (("head", "already"), ("a.b", "without a dot"), (3, "without a dot")):
        with pytest.raises(ValueError, match=why):
            model.append(nn.ReLU(), name)


def test_layers_can_be_added_and_exchanged():
    model = nn.Sequential(nn.Linear(4, 3))
    assert model.append(nn.ReLU()).append(nn.Linear(3, 2)) is model
    assert list(model.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    head = model[-1] = nn.Linear(3, 5)
    assert model["2"] is head
    assert model(np.ones((1, 4), np.float32)).shape == (1, 5)
    for wrong in (lambda: model.append([nn.ReLU()]), lambda: model.__setitem__(0, 3)):
        with pytest.raises(TypeError, match="expected a module or a function"):
            wrong()


def test_an_empty_sequential_changes_nothing():
    x = np.ones(3)
    assert nn.Sequential()(x) is x


@pytest.mark.torch
def test_a_residual_block_equals_pytorch():
    """The sum of branches and each gradient, at several sizes of the batch."""
    import torch

    rng = np.random.default_rng(0)
    body = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 5))
    block = nn.Add(nn.Identity(), body, nn.Sigmoid())
    theirs = copied(body, torch.nn.Sequential(*_twins(torch)))
    for batch in (8, 5, 1):
        x, g = (rng.normal(size=(batch, 5)).astype(np.float32) for _ in range(2))
        mine, other = dl.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        out, expected = block(mine), other + theirs(other) + torch.sigmoid(other)
        out.backward(g)
        expected.backward(torch.from_numpy(g))
        close = {"rtol": 1e-5, "atol": 1e-6}
        np.testing.assert_allclose(out.numpy(), expected.detach().numpy(), **close)
        np.testing.assert_allclose(mine.grad.numpy(), other.grad.numpy(), **close)


def _twins(torch):
    return torch.nn.Linear(5, 7), torch.nn.Tanh(), torch.nn.Linear(7, 5)


def test_add_names_its_branches_by_number():
    block = nn.Add(nn.Identity(), nn.Linear(3, 3))
    assert list(block.state_dict()) == ["1.weight", "1.bias"]
    assert repr(block).splitlines() == ["Add(", "  (0): Identity()", "  (1): Linear(3, 3)", ")"]


def test_add_without_branches_adds_its_inputs():
    x = np.arange(3.0)
    np.testing.assert_array_equal(nn.Add()(x, x, x), 3 * x)
    assert nn.Add()(x) is x


@pytest.mark.parametrize(
    ("block", "inputs", "kind", "message"),
    [
        (
            nn.Add(),
            [np.ones(3), np.ones((2, 3))],
            ValueError,
            r"shape \(3,\) and number 1 \(2, 3\)",
        ),
        (nn.Add(), [], TypeError, "got none"),
        (nn.Add(nn.Identity()), [np.ones(1)] * 2, TypeError, "takes one input, got 2"),
    ],
)
def test_add_says_what_does_not_fit(block, inputs, kind, message):
    with pytest.raises(kind, match=message):
        block(*inputs)


def test_add_wants_functions():
    with pytest.raises(TypeError, match="branch 1 is a float"):
        nn.Add(nn.Identity(), 0.5)
