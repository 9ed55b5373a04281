"""The hinge loss against PyTorch's and its definition."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.testing import gradient_checker

rng = np.random.default_rng(0)
SCORES = {
    "usual": rng.normal(size=(4, 5)),
    "large": np.array([[1000.0, 0, -1000], [-1000, 1000, 1000], [1000, 1000, 1000]]),
    "one row": rng.normal(size=(1, 3)),
    "one class": rng.normal(size=(3, 1)),
}


def pair(array):
    """Return the same leaf for both libraries, in float32."""
    import torch

    array = np.asarray(array, np.float32)
    return dl.tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)


def labels_for(scores):
    return np.arange(len(scores)) * 2 % scores.shape[-1]


@pytest.mark.torch
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("margin", [1.0, 0.25])
@pytest.mark.parametrize("name", ["usual", "one row", "one class", "large"])
def test_hinge_equals_pytorch(name, margin, reduction):
    """PyTorch divides by the number of classes."""
    import torch

    scores = SCORES[name]
    ours, theirs = pair(scores)
    labels = labels_for(scores)
    loss = nn.hinge_loss(ours, labels, margin=margin, reduction=reduction)
    expected = scores.shape[-1] * torch.nn.functional.multi_margin_loss(
        theirs, torch.from_numpy(labels), margin=margin, reduction=reduction
    )
    g = np.asarray(rng.normal(size=loss.shape), np.float32)
    loss.backward(g)
    expected.backward(torch.from_numpy(g))
    np.testing.assert_allclose(loss.numpy(), expected.detach().numpy(), rtol=1e-5, atol=1e-6)
    if name != "large":  # 1000 twice: at the kink they count it, we do not
        np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", ["sum", "max"])
@pytest.mark.parametrize("shape", [(6, 4), (2, 3, 4), (4,)], ids=str)
def test_hinge_is_its_definition(shape, kind):
    scores, labels = rng.normal(size=shape), rng.integers(0, 4, shape[:-1])
    found = nn.hinge_loss(scores, labels, margin=0.7, kind=kind, reduction="none")
    assert found.shape == shape[:-1]
    for place in np.ndindex(shape[:-1]):
        row, y = scores[place], labels[place]
        short = [max(0, s - row[y] + 0.7) for j, s in enumerate(row) if j != y]
        assert found[place] == pytest.approx((sum if kind == "sum" else max)(short))


@pytest.mark.parametrize("kind", ["sum", "max"])
def test_hinge_has_the_gradient_of_small_steps(kind):
    scores, labels = rng.normal(size=(5, 4)), rng.integers(0, 4, 5)
    report = gradient_checker(lambda s: nn.hinge_loss(s, labels, kind=kind), scores)
    assert report, report


def test_hinge_is_zero_with_a_margin_and_deaf_to_what_is_masked():
    scores = dl.tensor([[5.0, 0.0, 1.0], [-np.inf, 3.0, 2.5]], requires_grad=True)
    losses = nn.hinge_loss(scores, [0, 1], reduction="none")
    losses.backward(np.ones(2, np.float32))
    assert losses.tolist() == [0.0, 0.5]
    assert scores.grad.tolist() == [[0, 0, 0], [0, -1, 1]]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda s: nn.hinge_loss(s, [0, 1]), ValueError, r"hinge_loss: scores .*\(3, 4\).*\(2,\)"),
        (lambda s: nn.hinge_loss(s, [0, 1, 4]), IndexError, "from 0 to 4, expected 0 to 3"),
        (lambda s: nn.hinge_loss(s, [0.0, 1.0, 2.0]), TypeError, "expected integers"),
        (lambda s: nn.hinge_loss(s, [0, 1, 2], kind="mean"), ValueError, 'kind is "sum" or "max"'),
        (lambda s: nn.hinge_loss(s, [0, 1, 2], reduction="all"), ValueError, "reduction is"),
    ],
)
def test_hinge_refuses(call, error, message):
    with pytest.raises(error, match=message):
        call(np.zeros((3, 4)))


def test_hinge_weighs_rows():
    scores, labels = rng.normal(size=(5, 4)), rng.integers(0, 4, 5)
    w = np.array([0.0, 1.0, 2.0, 0.5, 3.0])
    rows = nn.hinge_loss(scores, labels, reduction="none")
    found = nn.hinge_loss(scores, labels, sample_weight=w)
    assert found == pytest.approx((w * rows).sum() / w.sum())
