"""Losses against PyTorch, at any scale; what would be compared wrongly is refused."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.ops import log_softmax, where
from diydl.testing import gradient_checker

rng = np.random.default_rng(0)
SCORES = {
    "usual": rng.normal(size=(4, 5)),
    "large": np.array([[1000.0, 0, -1000], [-1000, 1000, 1000], [1000, 1000, 1000]]),
    "masked": np.array([[0.0, -np.inf, 1], [2, -np.inf, 3]]),
    "one row": rng.normal(size=(1, 3)),
    "one class": rng.normal(size=(3, 1)),
    "no rows": np.zeros((0, 3)),
}


CASES = [
    (name, reduction, smoothing)
    for name in SCORES
    for reduction in ("mean", "sum", "none")
    for smoothing in (0.0, 0.1)
    if not (name == "masked" and smoothing)  # a share of the target at -inf: infinite loss
    and not (name == "no rows" and reduction == "mean")  # the mean of nothing
]


def pair(array):
    """Return the same leaf for both libraries, in float32."""
    import torch

    array = np.asarray(array, np.float32)
    return dl.tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)


def labels_for(scores):
    return np.arange(len(scores)) * 2 % scores.shape[-1]


@pytest.mark.torch
@pytest.mark.parametrize(("name", "reduction", "smoothing"), CASES)
def test_cross_entropy_equals_pytorch(name, reduction, smoothing):
    import torch

    scores = SCORES[name]
    labels = labels_for(scores)
    ours, theirs = pair(scores)
    loss = nn.cross_entropy(ours, labels, label_smoothing=smoothing, reduction=reduction)
    expected = torch.nn.functional.cross_entropy(
        theirs, torch.from_numpy(labels), label_smoothing=smoothing, reduction=reduction
    )
    g = np.asarray(rng.normal(size=loss.shape), np.float32)
    loss.backward(g)
    expected.backward(torch.from_numpy(g))
    assert loss.dtype == np.float32
    np.testing.assert_allclose(loss.numpy(), expected.detach().numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-5, atol=1e-6)


def composed(logits, labels):
    """Cross-entropy of each row, made of other primitives."""
    hot = np.arange(logits.shape[-1]) == labels[..., None]
    return -where(hot, log_softmax(logits), 0.0).sum(-1)


@pytest.mark.parametrize("shape", [(5, 4), (2, 3, 4), (4,)], ids=str)
def test_the_primitive_agrees_with_the_composition(shape):
    logits = dl.tensor(rng.normal(size=shape), requires_grad=True)
    labels = rng.integers(0, 4, shape[:-1])
    g = dl.tensor(rng.normal(size=shape[:-1]))
    first = nn.cross_entropy(logits, labels, reduction="none")
    second = composed(logits, labels)
    np.testing.assert_allclose(first.numpy(), second.numpy(), rtol=1e-12)
    (first_g,) = dl.vjp(lambda x: nn.cross_entropy(x, labels, reduction="none"), logits)[1](g)
    (second_g,) = dl.vjp(lambda x: composed(x, labels), logits)[1](g)
    np.testing.assert_allclose(first_g.numpy(), second_g.numpy(), rtol=1e-10, atol=1e-14)


def test_second_derivatives_agree_with_the_composition():
    logits = dl.tensor(rng.normal(size=(3, 4)))
    labels = np.array([0, 3, 1])

    def curvature(loss):
        inner = dl.grad(lambda x: (loss(x) * dl.tensor([1.0, 2.0, 3.0])).sum())
        return dl.grad(lambda x: (inner(x) * inner(x)).sum())(logits).numpy()

    fused = curvature(lambda x: nn.cross_entropy(x, labels, reduction="none"))
    np.testing.assert_allclose(fused, curvature(lambda x: composed(x, labels)), rtol=1e-5)
    assert np.abs(fused).max() > 0.01


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_losses_keep_the_dtype(dtype):
    logits = dl.tensor(rng.normal(size=(3, 4)).astype(dtype), requires_grad=True)
    for loss in (
        nn.cross_entropy(logits, np.array([0, 1, 2])),
        nn.cross_entropy(logits, np.array([0, 1, 2]), label_smoothing=0.1),
        nn.mse_loss(logits, np.zeros((3, 4))),
        nn.hinge_loss(logits, np.array([0, 1, 2])),
    ):
        loss.backward()
        assert loss.dtype == logits.grad.dtype == dtype


@pytest.mark.parametrize("kind", [list, np.uint8, np.int32, dl.tensor])
def test_labels_of_any_integer_kind(kind):
    labels = [2, 0]
    given = labels if kind is list else kind(labels)
    scores = np.array([[0.0, 0, 0], [0, 0, 0]])
    assert nn.cross_entropy(scores, given).item() == pytest.approx(np.log(3))


@pytest.mark.parametrize(
    ("shape", "labels", "error", "message"),
    [
        ((3, 4), [0, 1, 4], IndexError, "labels from 0 to 4, expected 0 to 3"),
        ((3, 4), [0, -1, 2], IndexError, "labels from -1 to 2"),
        ((3, 4), [0, 1], ValueError, r"one label for each row.*\(3, 4\) float32, \(2,\)"),
        ((3, 4), [[0], [1], [2]], ValueError, "one label for each row"),
        ((3,), [0, 1, 2], ValueError, "one label for each row"),
        ((3, 4), [0.0, 1.0, 2.0], TypeError, "labels are integers"),
        ((3, 4), np.eye(3, 4), (TypeError, ValueError), "one label|labels are integers"),
    ],
)
def test_labels_that_do_not_fit(shape, labels, error, message):
    with pytest.raises(error, match=f"softmax_cross_entropy: .*{message}"):
        nn.cross_entropy(np.zeros(shape, np.float32), labels)


def test_bad_options():
    scores, labels = np.zeros((2, 3)), np.array([0, 1])
    with pytest.raises(ValueError, match='reduction is "mean", "sum" or "none", got .avg.'):
        nn.cross_entropy(scores, labels, reduction="avg")
    with pytest.raises(ValueError, match="label_smoothing lies between 0 and 1, got 2"):
        nn.cross_entropy(scores, labels, label_smoothing=2)


@pytest.mark.torch
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3)], ids=str)
def test_mse_equals_pytorch(shape, reduction):
    import torch

    (ours, theirs), target = pair(rng.normal(size=shape)), rng.normal(size=shape)
    target = np.asarray(target, np.float32)
    loss = nn.mse_loss(ours, target, reduction=reduction)
    expected = torch.nn.functional.mse_loss(theirs, torch.from_numpy(target), reduction=reduction)
    g = np.asarray(rng.normal(size=loss.shape), np.float32)
    loss.backward(g)
    expected.backward(torch.from_numpy(g))
    np.testing.assert_allclose(loss.numpy(), expected.detach().numpy(), rtol=1e-6)
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-6)


def test_mse_gradient_reaches_the_target_too():
    a, b = dl.tensor([1.0, 2.0], requires_grad=True), dl.tensor([3.0, 1.0], requires_grad=True)
    nn.mse_loss(a, b).backward()
    assert a.grad.tolist() == [-2.0, 1.0]
    assert b.grad.tolist() == [2.0, -1.0]


@pytest.mark.parametrize(
    ("prediction", "target", "message"),
    [
        ((4, 1), (4,), r"\(4, 1\) and the target \(4,\).*prediction.squeeze\(-1\)"),
        ((4,), (4, 1), r"target.squeeze\(-1\)"),
        ((4,), (), "must be equal"),
        ((4, 2), (4, 3), "Reshape one of them"),
    ],
)
def test_mse_never_broadcasts(prediction, target, message):
    with pytest.raises(ValueError, match=message):
        nn.mse_loss(np.zeros(prediction), np.zeros(target))


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
