"""What all optimizers share: two forms of an update, state that can be kept, what is refused."""

from functools import partial

import numpy as np
import pytest

import diydl as dl
from diydl import nn, ops, optim
from diydl.exercise import overlay
from diydl.storage import load_arrays, save_arrays
from tests.optim.cases import CASES, assert_near, make, parameters, set_gradients

every_case = pytest.mark.parametrize("name", CASES)


@every_case
def test_blocks_and_whole_arrays_agree(name, arithmetic):
    """A parameter whose array is not contiguous is updated as a whole."""
    one, other = nn.Parameter(np.ones((300, 200))), nn.Parameter(np.ones((300, 200)))
    other.data = np.asfortranarray(other.data)
    optimizer = make(name, [one, other])
    for step in range(3):
        set_gradients([one, other], step)
        other.grad = one.grad
        optimizer.step()
    np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-12)
    assert (one.numpy() != 1).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@every_case
def test_operations_equal_the_blocked_form(name, dtype, arithmetic):
    """Also where one goes on from what the other left, and with another learning rate.

    Bit by bit, where BLAS has no part in it.
    """
    exact = arithmetic == "numpy"
    same = np.testing.assert_array_equal if exact else partial(assert_near, dtype=dtype)
    ours, theirs = parameters(dtype=dtype), parameters(dtype=dtype)
    one, other = make(name, ours), make(name, theirs)
    for step in range(12):
        if step == 5:
            one.lr = other.lr = 0.05
        if step == 8:
            one, other, ours, theirs = other, one, theirs, ours
        set_gradients(ours, step)
        ours[1].grad = None if step == 3 else ours[1].grad
        gradients = [p.grad for p in ours]
        one.step()
        written = 2 + len(other.needed(other.param_groups[0]))
        count = sum(g is not None for g in gradients)
        assert other.operations(gradients) == [None] * (written * count)
        assert one.steps == other.steps
        for a, b in zip(one.params, other.params, strict=True):
            same(a.numpy(), b.numpy())
    for key, x in one.state_dict().items():
        same(x, other.state_dict()[key])


def test_operations_change_parameters_in_place_and_record_nothing():
    p = nn.Parameter([1.0, 2.0])
    array, optimizer = p.data, optim.Adam([p], lr=0.1)
    g = (p * p).sum()
    g.backward(create_graph=True)  # a gradient that is itself recorded
    optimizer.operations([p.grad])
    assert p.data is array
    assert p.version == 1
    assert optimizer.state[0]["exp_avg"].version == 1
    assert not optimizer.state[0]["exp_avg"].requires_grad


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
@every_case
def test_a_gpu_agrees(name):
    ours, theirs = parameters(), [p.to("cuda") for p in parameters()]
    optimizers = [make(name, params) for params in (ours, theirs)]
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


@every_case
def test_training_goes_on_from_a_file_as_if_never_interrupted(name, tmp_path):
    ours, theirs = parameters(), parameters()
    optimizer = make(name, ours)
    for step in range(3):
        set_gradients(ours, step)
        optimizer.step()
    save_arrays(tmp_path / "state.safetensors", optimizer.state_dict())
    for p, q in zip(ours, theirs, strict=True):
        dl.assign(q, p.data)
    other = getattr(optim, CASES[name][0])(theirs, lr=99)
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
    with pytest.raises(ValueError, match=r"avg has shape \(3,\), but parameter 0 \(2,\)"):
        optimizer.load_state_dict(wrong.state_dict())
    with pytest.raises(ValueError, match="the state of SGD, and cannot be loaded into Adam"):
        optimizer.load_state_dict(optim.SGD(wrong.params, lr=1).state_dict())
    assert optimizer.lr == 0.5
    assert optimizer.state == [None]


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
        ("AdamW", {"betas": (0.9, 0.9, 0.9)}, "betas are two numbers"),
        ("RMSprop", {"alpha": 1}, "alpha is a number from 0 and below 1"),
        ("Adagrad", {"lr_decay": -1}, "lr_decay is a number from 0"),
        ("Adadelta", {"rho": "most"}, "rho is a number from 0 and below 1"),
        ("Adamax", {"weight_decay": -1}, "weight_decay is a number from 0"),
    ],
)
def test_options_are_checked(kind, options, message):
    with pytest.raises(ValueError, match=message):
        getattr(optim, kind)([nn.Parameter([1.0])], **options)


def test_a_frozen_parameter_is_left_alone():
    """Also where a gradient of an earlier step is still there."""
    p, q = nn.Parameter([1.0]), nn.Parameter([1.0])
    p.grad = q.grad = dl.tensor([1.0])
    q.requires_grad = False
    optimizer = optim.Adam([p, q], lr=0.5)
    optimizer.step()
    assert len(optimizer.operations([p.grad, q.grad])) == 4
    assert (p.item() < 1, q.item(), optimizer.steps) == (True, 1.0, [2, 0])


class Signs(optim.Optimizer):
    """An optimizer of one's own, in one form, with a memory."""

    buffers = ("sum",)

    def operation(self, group, p, g, step, lr, total):
        total = total + g
        return p - lr * ops.sign(total) / step, total


def test_an_optimizer_of_ones_own_needs_one_form():
    p = nn.Parameter([1.0, 2.0])
    array, optimizer = p.data, Signs([{"params": p, "weight_decay": 0.0}], lr=0.5, maximize=True)
    p.grad = dl.tensor([1.0, -3.0])
    optimizer.step()
    assert p.tolist() == [1.5, 1.5]
    p.grad = dl.tensor([1.0, 4.0])
    optimizer.step()
    assert p.tolist() == [1.75, 1.75]
    assert p.data is array
    assert (p.version, optimizer.state[0]["sum"].tolist()) == (2, [-2.0, -1.0])
    assert optimizer.operations([p.grad]) == [None] * 3
    assert p.dtype == np.float32


def test_a_rule_that_is_swapped_is_what_step_runs():
    def backwards(p, g, v, lr, momentum):
        return p + lr * g, v

    p = nn.Parameter([1.0])
    p.grad = dl.tensor([1.0])
    optimizer = optim.SGD([p], lr=0.25, momentum=0.9)
    with overlay({"09/momentum_step": backwards}):
        optimizer.step()
    assert p.item() == 1.25
    optimizer.step()
    assert p.item() == 1.0


@every_case
def test_step_by_operation_equals_the_blocked_form(name, arithmetic):
    """What a learner's rule goes through: arrays and Python's numbers."""
    ours, theirs = parameters(), parameters()
    one, other = make(name, ours), make(name, theirs)
    other.__class__ = type(type(other).__name__, (type(other),), {"rule": optim.Optimizer.rule})
    for step in range(4):
        for params, optimizer in ((ours, one), (theirs, other)):
            set_gradients(params, step)
            optimizer.step()
    for p, q in zip(ours, theirs, strict=True):
        assert q.dtype == np.float32
        assert_near(p.numpy(), q.numpy(), "float32")


def test_a_rule_of_ones_own_is_used_for_large_parameters_too(arithmetic):
    class Sign(optim.SGD):
        def rule(self, group, step):
            def update(p, g, scratch):
                p -= group["lr"] * np.sign(g)

            return update

    p = nn.Parameter(np.zeros(1000))
    p.grad = dl.tensor(np.full(1000, 10.0))
    Sign([p], lr=0.1).step()
    np.testing.assert_array_equal(p.numpy(), np.full(1000, -0.1))


def test_groups_with_and_without_momentum_side_by_side(arithmetic):
    """One is done at once, the other in blocks."""
    ours, theirs = parameters(), parameters()
    groups = [{"params": ours[:3]}, {"params": ours[3:], "momentum": 0.9}]
    mixed = optim.SGD(groups, lr=0.1)
    apart = optim.SGD(theirs[:3], lr=0.1), optim.SGD(theirs[3:], lr=0.1, momentum=0.9)
    for step in range(3):
        set_gradients(ours, step)
        for p, q in zip(ours, theirs, strict=True):
            q.grad = p.grad
        mixed.step()
        for optimizer in apart:
            optimizer.step()
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(p.numpy(), q.numpy())
        assert p.version == 3
