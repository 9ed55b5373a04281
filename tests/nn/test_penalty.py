"""Penalties are in the loss that is reported, and have the gradient of weight decay."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.testing import gradient_checker

rng = np.random.default_rng(0)


def model():
    dl.seed(0)
    return nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Linear(3, 2))


def test_penalties_are_their_formulas():
    net = model()
    weights = [net[0].weight.numpy(), net[2].weight.numpy()]
    squares = sum((w**2).sum() for w in weights)
    sizes = sum(np.abs(w).sum() for w in weights)
    assert nn.l2_penalty(net, 0.3).item() == pytest.approx(0.15 * squares, rel=1e-6)
    assert nn.l1_penalty(net, 0.3).item() == pytest.approx(0.3 * sizes, rel=1e-6)
    every = sum((w.numpy() ** 2).sum() for w in net.parameters())
    assert nn.l2_penalty(net, 2, biases=True).item() == pytest.approx(every, rel=1e-6)
    assert nn.l2_penalty([net[0].weight], 2).item() == pytest.approx((weights[0] ** 2).sum())
    assert nn.l2_penalty(net[0].weight, 2).dtype == np.float32
    assert nn.l1_penalty(net, 0).item() == 0


@pytest.mark.parametrize("penalty", [nn.l1_penalty, nn.l2_penalty])
def test_gradients_by_small_steps(penalty):
    net = model().eval()
    x = rng.normal(size=(5, 4))

    def loss(x):
        return net(x).mean() + penalty(net, 0.7, biases=True)

    assert gradient_checker(loss, x, parameters=[*net.parameters(), *net.buffers()])


@pytest.mark.parametrize("kind", ["SGD", "Adam"])
def test_l2_equals_weight_decay(kind):
    one, other = model(), model()
    first = getattr(optim, kind)(one.parameters(), lr=0.1)
    second = getattr(optim, kind)(other.parameters(), lr=0.1, weight_decay=0.05)
    for _ in range(5):
        x, y = rng.normal(size=(8, 4)).astype(np.float32), rng.integers(0, 2, 8)
        (nn.cross_entropy(one(x), y) + nn.l2_penalty(one, 0.05, biases=True)).backward()
        nn.cross_entropy(other(x), y).backward()
        first.step()
        second.step()
    for w, v in zip(one.parameters(), other.parameters(), strict=True):
        np.testing.assert_allclose(w.numpy(), v.numpy(), rtol=2e-4, atol=2e-5)


def test_l1_drives_what_does_not_matter_to_zero():
    """Least squares on ten features of which two count: ridge shrinks, the lasso selects."""
    x = rng.normal(size=(200, 10)).astype(np.float32)
    y = (x[:, :1] * 2 - x[:, 1:2]).astype(np.float32)
    small = {}
    for penalty in (nn.l1_penalty, nn.l2_penalty):
        dl.seed(0)
        layer = nn.Linear(10, 1)
        optimizer = optim.SGD(layer.parameters(), lr=0.01)
        for _ in range(600):
            (nn.mse_loss(layer(x), y) + penalty(layer, 0.3)).backward()
            optimizer.step()
        found = layer.weight.numpy()[0]
        assert found[0] > 1
        assert found[1] < -0.5
        small[penalty] = np.abs(found[2:]).max()
    assert small[nn.l1_penalty] < 0.004 < small[nn.l2_penalty]  # a step moves at most 0.003


def test_an_elastic_net_is_the_sum_of_both():
    """Zou and Hastie, 2005: each group of parameters with its own strengths."""
    net = model()
    loss = nn.l1_penalty(net[0], 0.2) + nn.l2_penalty(net[0], 0.3)
    loss.backward()
    w = net[0].weight
    np.testing.assert_allclose(w.grad.numpy(), 0.2 * np.sign(w.data) + 0.3 * w.data, rtol=1e-6)
    assert net[0].bias.grad is None
    assert net[2].weight.grad is None


def test_biases_are_left_alone_unless_one_asks():
    layer = nn.Linear(3, 2)
    dl.assign(layer.bias, np.array([5.0, -5.0], np.float32))
    alone = nn.l1_penalty(layer.weight, 1.0).item()
    assert nn.l1_penalty(layer, 1.0).item() == pytest.approx(alone)
    loss = nn.l1_penalty(layer, 1.0, biases=True)
    loss.backward()
    assert loss.item() == pytest.approx(alone + 10)
    assert layer.bias.grad.tolist() == [1.0, -1.0]


def test_what_is_frozen_counts_and_stays():
    """The report holds all weights; a frozen one has no gradient and is not changed."""
    net = model()
    whole = nn.l2_penalty(net, 0.3).item()
    net[0].freeze()
    loss = nn.l2_penalty(net, 0.3)
    loss.backward()
    assert loss.item() == pytest.approx(whole)
    assert net[0].weight.grad is None
    np.testing.assert_allclose(net[2].weight.grad.numpy(), 0.3 * net[2].weight.data, rtol=1e-6)
    before = net[0].weight.numpy().copy()
    optim.SGD(net.parameters(), lr=0.1).step()
    np.testing.assert_array_equal(net[0].weight.numpy(), before)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.l2_penalty(model(), -1), ValueError, "strength is a number from 0, got -1"),
        (lambda: nn.l2_penalty(model(), "much"), ValueError, "strength is a number"),
        (lambda: nn.l1_penalty(nn.ReLU(), 1), ValueError, "nothing to count"),
        (lambda: nn.l1_penalty(nn.Parameter([1.0]), 1), ValueError, "biases=True"),
        (lambda: nn.l1_penalty([np.ones((2, 2))], 1), TypeError, "entry 0 is a ndarray"),
        (lambda: nn.l1_penalty(dl.ones(2, 2), 1), TypeError, "entry 0 is a Tensor"),
    ],
)
def test_what_cannot_be_counted_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
