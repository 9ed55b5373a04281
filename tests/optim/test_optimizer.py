"""Optimizers against PyTorch, step by step; state that can be kept; what is refused."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.optim.blocks import BLOCK, Blocks
from diydl.storage import load_arrays, save_arrays

CASES = {
    "sgd": ("SGD", {"lr": 0.1}),
    "decay": ("SGD", {"lr": 0.1, "weight_decay": 0.1}),
    "momentum": ("SGD", {"lr": 0.1, "momentum": 0.9}),
    "nesterov": ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    "maximize": ("SGD", {"lr": 0.1, "momentum": 0.5, "maximize": True, "weight_decay": 0.1}),
    "adam": ("Adam", {"lr": 0.01}),
    "adam, all options": (
        "Adam",
        {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1},
    ),
    "adam without memory": ("Adam", {"lr": 0.01, "betas": (0.0, 0.0)}),
}
SHAPES = [(), (1,), (3, 4), (0, 2), (BLOCK + 5,), (2, BLOCK)]


def parameters(seed=0, dtype="float32"):
    rng = np.random.default_rng(seed)
    return [nn.Parameter(np.asarray(rng.normal(size=s), dtype)) for s in SHAPES]


def set_gradients(params, step):
    """Give every parameter a random gradient, of very different sizes."""
    rng = np.random.default_rng([7, step])
    for p in params:
        size = 10.0 ** rng.integers(-4, 3)
        p.grad = dl.tensor(np.asarray(size * rng.normal(size=p.shape), p.dtype))


@pytest.mark.torch
@pytest.mark.parametrize("name", CASES)
def test_twenty_steps_equal_pytorch(name):
    import torch

    kind, options = CASES[name]
    ours = parameters()
    theirs = [torch.nn.Parameter(torch.tensor(p.numpy())) for p in ours]
    optimizer = getattr(optim, kind)(ours, **options)
    other = getattr(torch.optim, kind)(theirs, **options)
    for step in range(20):
        set_gradients(ours, step)
        for p, t in zip(ours, theirs, strict=True):
            t.grad = torch.tensor(p.grad.numpy())
        before = [p.grad.numpy().copy() for p in ours]
        optimizer.step()
        other.step()
        for p, t, g in zip(ours, theirs, before, strict=True):
            expected = t.detach().numpy()
            scale = np.abs(expected).max(initial=1)  # sums of large steps leave rounding behind
            np.testing.assert_allclose(p.numpy(), expected, rtol=1e-5, atol=1e-6 * scale)
            np.testing.assert_array_equal(p.grad.numpy(), g)  # gradients are not ours to change
            assert p.dtype == np.float32


@pytest.mark.parametrize("name", CASES)
def test_blocks_and_whole_arrays_agree(name):
    """A parameter whose array is not contiguous is updated as a whole."""
    kind, options = CASES[name]
    one, other = nn.Parameter(np.ones((300, 200))), nn.Parameter(np.ones((300, 200)))
    other.data = np.asfortranarray(other.data)
    optimizer = getattr(optim, kind)([one, other], **options)
    for step in range(3):
        set_gradients([one, other], step)
        other.grad = one.grad
        optimizer.step()
    np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-12)
    assert (one.numpy() != 1).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CASES)
def test_operations_equal_the_blocked_form_bit_by_bit(name, dtype):
    """Also where one goes on from what the other left, and with another learning rate."""
    kind, options = CASES[name]
    ours, theirs = parameters(dtype=dtype), parameters(dtype=dtype)
    one, other = (getattr(optim, kind)(params, **options) for params in (ours, theirs))
    for step in range(12):
        set_gradients(ours, step)
        if step == 5:
            one.lr = other.lr = 0.05
        if step == 8:
            one, other, ours, theirs = other, one, theirs, ours
            set_gradients(ours, step)
        ours[1].grad = None if step == 3 else ours[1].grad
        gradients = [p.grad for p in ours]
        one.step()
        assert other.operations(gradients) == [None] * sum(
            2 + len(other.needed()) for g in gradients if g is not None
        )
        assert one.steps == other.steps
        for a, b in zip(one.params, other.params, strict=True):
            np.testing.assert_array_equal(a.numpy(), b.numpy())
    for name, x in one.state_dict().items():
        np.testing.assert_array_equal(x, other.state_dict()[name], err_msg=name)


def test_operations_change_parameters_in_place_and_record_nothing():
    p = nn.Parameter([1.0, 2.0])
    array, optimizer = p.data, optim.Adam([p], lr=0.1)
    g = (p * p).sum()
    g.backward(create_graph=True)  # a gradient that is itself recorded
    optimizer.operations([p.grad])
    assert p.data is array
    assert p.version == 1
    assert optimizer.state[0]["gradient_sum"].version == 1
    assert not optimizer.state[0]["gradient_sum"].requires_grad


def test_operations_want_a_gradient_for_each_parameter():
    optimizer = optim.SGD([nn.Parameter([1.0]), nn.Parameter([1.0])], lr=0.1)
    with pytest.raises(ValueError, match="one gradient .* for each of 2 parameters, got 1"):
        optimizer.operations([dl.tensor([1.0])])
    with pytest.raises(NotImplementedError, match="Optimizer has no operation"):
        optim.Optimizer([nn.Parameter([1.0])], lr=1).operations([dl.tensor([1.0])])


def test_a_state_is_loaded_into_the_buffers_that_there_are():
    """A graph that updates them keeps them."""
    p = nn.Parameter([1.0, 2.0])
    fresh = optim.Adam([p], lr=0.5).state_dict()
    optimizer = optim.Adam([p])
    optimizer.operations([dl.tensor([1.0, 1.0])])
    buffers = [optimizer.learning_rate, optimizer.counts[0], *optimizer.state[0].values()]
    optimizer.load_state_dict(fresh)
    assert [optimizer.learning_rate, optimizer.counts[0], *optimizer.state[0].values()] == buffers
    assert (optimizer.lr, optimizer.steps) == (0.5, [0])
    assert [x.tolist() for x in optimizer.state[0].values()] == [[0, 0], [0, 0]]


@pytest.mark.gpu
@pytest.mark.parametrize("name", CASES)
def test_a_gpu_agrees(name):
    kind, options = CASES[name]
    ours, theirs = parameters(), [p.to("cuda") for p in parameters()]
    optimizers = [getattr(optim, kind)(params, **options) for params in (ours, theirs)]
    for step in range(3):
        for params, optimizer in zip((ours, theirs), optimizers, strict=True):
            set_gradients(params, step)
            for p in params:
                p.grad = p.grad.to(p.device)
            optimizer.step()
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.numpy(), q.numpy(), rtol=2e-5, atol=2e-6)


def test_updates_are_in_place_and_counted():
    p = nn.Parameter([1.0, 2.0])
    array = p.data
    optimizer = optim.Adam([p])
    loss = (p * p).sum()
    p.grad = dl.tensor([1.0, 1.0])
    optimizer.step()
    assert p.data is array
    assert p.version == 1
    with pytest.raises(RuntimeError, match="written between forward and backward"):
        loss.backward()


def test_a_parameter_without_gradient_is_left_alone():
    used, unused = nn.Parameter([1.0]), nn.Parameter([1.0])
    optimizer = optim.SGD([used, unused], lr=0.5, momentum=0.9)
    (used * used).sum().backward()
    optimizer.step()
    assert used.item() == 0.0
    assert (unused.item(), unused.version) == (1.0, 0)
    assert optimizer.steps == [1, 0]


@pytest.mark.torch
@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_a_gradient_that_is_not_finite_goes_through_as_in_pytorch(kind, value):
    import torch

    p, t = nn.Parameter([1.0, 1.0]), torch.nn.Parameter(torch.ones(2))
    p.grad, t.grad = dl.tensor([value, 1.0]), torch.tensor([value, 1.0])
    getattr(optim, kind)([p], lr=0.1).step()
    getattr(torch.optim, kind)([t], lr=0.1).step()
    np.testing.assert_allclose(p.numpy(), t.detach().numpy(), rtol=1e-6)


def test_the_learning_rate_can_be_changed():
    p = nn.Parameter([1.0])
    optimizer = optim.SGD([p], lr=0.5)
    p.grad = dl.tensor([1.0])
    optimizer.step()
    optimizer.lr = 0.125
    optimizer.step()
    assert p.item() == 0.375
    with pytest.raises(ValueError, match="lr is a number from 0, got -1"):
        optimizer.lr = -1


def test_zero_grad_forgets():
    p = nn.Parameter([1.0])
    p.grad = dl.tensor([1.0])
    optim.SGD([p], lr=0.5).zero_grad()
    assert p.grad is None


@pytest.mark.parametrize("name", CASES)
def test_training_goes_on_from_a_file_as_if_never_interrupted(name, tmp_path):
    kind, options = CASES[name]
    ours, theirs = parameters(), parameters()
    optimizer = getattr(optim, kind)(ours, **options)
    for step in range(3):
        set_gradients(ours, step)
        optimizer.step()
    save_arrays(tmp_path / "state.safetensors", optimizer.state_dict())
    for p, q in zip(ours, theirs, strict=True):
        dl.assign(q, p.data)
    other = getattr(optim, kind)(theirs, lr=99)
    other.load_state_dict(load_arrays(tmp_path / "state.safetensors"))
    for step in range(3, 6):
        for params, o in ((ours, optimizer), (theirs, other)):
            set_gradients(params, step)
            o.step()
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(p.numpy(), q.numpy())
    assert repr(other) == repr(optimizer)


def test_a_state_that_does_not_fit_changes_nothing():
    optimizer = optim.Adam([nn.Parameter([1.0, 2.0])], lr=0.5)
    wrong = optim.Adam([nn.Parameter([1.0, 2.0, 3.0])])
    wrong.params[0].grad = dl.tensor([1.0, 1.0, 1.0])
    wrong.step()
    with pytest.raises(ValueError, match=r"sum has shape \(3,\), but parameter 0 \(2,\)"):
        optimizer.load_state_dict(wrong.state_dict())
    with pytest.raises(ValueError, match="not the state of Adam with 1 parameters: missing"):
        optimizer.load_state_dict(optim.SGD(wrong.params, lr=1).state_dict())
    assert optimizer.lr == 0.5
    assert optimizer.state == [None]


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ([], ValueError, "at least one parameter"),
        (nn.Parameter([1.0]), TypeError, r"pass \[parameter\]"),
        (nn.Linear(2, 2), TypeError, r"pass model.parameters\(\)"),
        ([nn.Parameter([1.0]), np.ones(2)], TypeError, "entry 1 is a ndarray, no Parameter"),
        ([dl.tensor([1.0])], TypeError, "entry 0 is a Tensor, no Parameter"),
        ([nn.Parameter([1.0])] * 2, ValueError, "entries 0 and 1 are the same parameter"),
    ],
)
def test_lists_of_parameters_are_checked(params, error, message):
    with pytest.raises(error, match=message):
        optim.SGD(params, lr=0.1)


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("SGD", {"lr": -1}, "lr is a number from 0, got -1"),
        ("SGD", {"lr": "fast"}, "lr is a number from 0, got 'fast'"),
        ("SGD", {"lr": float("nan")}, "lr is a number from 0, got nan"),
        ("SGD", {"lr": 1, "momentum": 1}, "momentum is a number from 0 and below 1, got 1"),
        ("SGD", {"lr": 1, "nesterov": True}, "give a momentum above 0"),
        ("SGD", {"lr": 1, "weight_decay": -1}, "weight_decay is a number from 0"),
        ("Adam", {"betas": 0.9}, "betas are two numbers, got 0.9"),
        ("Adam", {"betas": (0.9, 1.0)}, r"betas\[1\] is a number from 0 and below 1, got 1.0"),
        ("Adam", {"eps": -1}, "eps is a number from 0"),
    ],
)
def test_options_are_checked(kind, options, message):
    with pytest.raises(ValueError, match=message):
        getattr(optim, kind)([nn.Parameter([1.0])], **options)


def test_blocks_cover_every_element_once():
    x, y = np.zeros(2 * BLOCK + 3, np.float32), np.ones(2 * BLOCK + 3, np.float32)
    sizes = []
    for a, b, scratch in Blocks(scratch=1).of(x, y):
        a += b
        sizes.append((a.size, scratch.size, scratch.dtype))
    assert sizes == [(n, n, np.float32) for n in (BLOCK, BLOCK, 3)]
    assert (x == 1).all()
