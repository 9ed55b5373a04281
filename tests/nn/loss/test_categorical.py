"""Cross-entropy at any scale, with every option; what would be compared wrongly is refused."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.nn.loss.categorical import smoothed
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
        nn.cross_entropy(logits, np.full((3, 4), 0.25)),
        nn.cross_entropy(logits, [0, 1, 2], weight=np.ones(4), sample_weight=np.ones(3)),
        nn.cross_entropy(logits, [0, 1, 9], ignore_index=9),
        nn.mse_loss(logits, np.zeros((3, 4))),
        nn.huber_loss(logits, np.zeros((3, 4)), sample_weight=np.ones((3, 1))),
        nn.binary_cross_entropy_with_logits(logits, np.eye(3, 4), pos_weight=2.0),
        nn.binary_cross_entropy(dl.sigmoid(logits), np.eye(3, 4)),
        nn.kl_div(dl.log_softmax(logits), np.full((3, 4), 0.25)),
        nn.hinge_loss(logits, np.array([0, 1, 2])),
        nn.dice_loss(logits, np.array([0, 1, 2])),
        nn.dice_loss(logits, np.array([0, 1, 2]), kind="generalised"),
        nn.binary_dice_loss(logits, np.eye(3, 4), kind="adaptive"),
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
        ((3, 4), np.eye(3, 4, dtype=int), ValueError, "one label for each row"),
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


@pytest.mark.parametrize("batch", [8, 5, 1])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"label_smoothing": 0.2},
        {"weight": np.array([0.5, 2.0, 1.0])},
        {"weight": np.array([0.5, 2.0, 1.0]), "label_smoothing": 0.2, "reduction": "sum"},
        {"ignore_index": 1, "reduction": "none"},
    ],
    ids=str,
)
def test_gradients_of_small_steps(options, batch):
    labels = rng.integers(0, 3, batch)
    labels[0] = 0  # one at least that is not ignored
    report = gradient_checker(
        lambda x: nn.cross_entropy(x, labels, **options), rng.normal(size=(batch, 3))
    )
    assert report, report


def test_gradients_for_probabilities_reach_the_target_too():
    target = rng.gamma(1.0, size=(4, 3))
    report = gradient_checker(nn.cross_entropy, rng.normal(size=(4, 3)), target)
    assert report, report


def test_smoothing_is_cross_entropy_with_smoothed_targets():
    logits, labels = rng.normal(size=(6, 4)), rng.integers(0, 4, 6)
    target = smoothed(np.eye(4)[labels], amount=0.3)
    np.testing.assert_allclose(target.sum(-1), 1)
    for weight in (None, np.array([0.5, 2.0, 1.0, 3.0])):
        options = {"weight": weight, "reduction": "none"}
        found = nn.cross_entropy(logits, labels, label_smoothing=0.3, **options)
        np.testing.assert_allclose(found, nn.cross_entropy(logits, target, **options))


def test_hard_probabilities_are_labels():
    logits, labels = rng.normal(size=(6, 4)), rng.integers(0, 4, 6)
    hot = np.eye(4)[labels]
    found = nn.cross_entropy(logits, hot, reduction="none")
    np.testing.assert_allclose(found, nn.cross_entropy(logits, labels, reduction="none"))


def test_a_class_that_cannot_be_costs_nothing_where_it_has_no_probability():
    logits = dl.tensor([[0.0, -np.inf, 0.0]], requires_grad=True)
    loss = nn.cross_entropy(logits, np.array([[0.5, 0.0, 0.5]]))
    loss.backward()
    assert loss.item() == pytest.approx(np.log(2))
    np.testing.assert_allclose(logits.grad.numpy(), 0, atol=1e-7)


def test_classes_on_another_axis():
    logits, labels = rng.normal(size=(2, 3, 4, 5)), rng.integers(0, 3, (2, 4, 5))
    found = nn.cross_entropy(logits, labels, axis=1, reduction="none")
    expected = nn.cross_entropy(np.moveaxis(logits, 1, -1), labels, reduction="none")
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(nn.cross_entropy(logits, labels, axis=-3), expected.mean())


def test_what_is_ignored_counts_nowhere():
    logits, labels = rng.normal(size=(6, 3)), np.array([0, 9, 2, 9, 1, 9])
    logits[1], logits[3, 0] = np.nan, np.inf  # whatever stands there
    w = np.arange(1.0, 7.0)
    x = dl.tensor(logits, requires_grad=True)
    some = labels != 9
    with np.errstate(invalid="ignore"):
        for more in ({}, {"sample_weight": w}, {"label_smoothing": 0.1}):
            found = nn.cross_entropy(x, labels, ignore_index=9, **more)
            less = {name: a[some] if name == "sample_weight" else a for name, a in more.items()}
            expected = nn.cross_entropy(logits[some], labels[some], **less)
            assert float(found) == pytest.approx(float(expected))


def test_nothing_left_to_count_is_a_loss_of_zero():
    """PyTorch has NaN here, which ends a training."""
    x = dl.tensor(rng.normal(size=(3, 4)), requires_grad=True)
    loss = nn.cross_entropy(x, np.full(3, 255, np.uint8), ignore_index=255)
    loss.backward()
    assert loss.item() == 0
    assert not x.grad.numpy().any()


def test_weights_of_rows_and_classes():
    logits, labels = rng.normal(size=(5, 3)), np.array([0, 2, 1, 1, 0])
    rows = nn.cross_entropy(logits, labels, reduction="none")
    w, each = np.array([1.0, 0.0, 2.0]), np.array([1.0, 2.0, 0.0, 3.0, 0.5])
    count = w[labels] * each
    found = nn.cross_entropy(logits, labels, weight=w, sample_weight=each)
    assert found == pytest.approx((count * rows).sum() / count.sum())
    found = nn.cross_entropy(logits, labels, weight=w, sample_weight=each, reduction="sum")
    assert found == pytest.approx((count * rows).sum())


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"weight": np.ones(3)}, ValueError, r"weight has shape \(3,\), expected \(4,\)"),
        ({"sample_weight": np.ones(4)}, ValueError, r"sample_weight has shape \(4,\)"),
        ({"axis": 2}, ValueError, "axis"),
        ({"ignore_index": 2}, IndexError, "labels from 0 to 7"),
    ],
)
def test_options_that_do_not_fit(options, error, message):
    labels = [0, 2, 7] if "ignore_index" in options else [0, 2, 3]
    with pytest.raises(error, match=message):
        nn.cross_entropy(np.zeros((3, 4)), labels, **options)


def test_probabilities_that_do_not_fit():
    with pytest.raises(ValueError, match=r"logits have shape \(3, 4\).*probabilities.*\(3, 5\)"):
        nn.cross_entropy(np.zeros((3, 4)), np.full((3, 5), 0.2))
    with pytest.raises(ValueError, match="ignore_index is a label"):
        nn.cross_entropy(np.zeros((3, 4)), np.full((3, 4), 0.25), ignore_index=0)


def test_a_softmax_too_many_flattens_the_loss():
    """Nobody can see it in the numbers, so the documentation says it: the loss cannot fall."""
    logits, labels = 50 * np.eye(3), np.arange(3)
    assert nn.cross_entropy(logits, labels) < 1e-20
    assert nn.cross_entropy(dl.softmax(logits), labels) > 0.55


def test_gradients_do_not_add_up_unasked():
    logits = dl.tensor(rng.normal(size=(3, 4)), requires_grad=True)
    nn.cross_entropy(logits, [0, 1, 2]).backward()
    once = logits.grad.numpy()
    nn.cross_entropy(logits, [0, 1, 2]).backward()
    np.testing.assert_array_equal(logits.grad.numpy(), once)


def test_lists_are_scores():
    expected = float(nn.cross_entropy(np.array([[0.0, 1.0]], np.float32), [1]))
    assert float(nn.cross_entropy([[0.0, 1.0]], [1])) == expected
    assert float(nn.hinge_loss([[0.0, 3.0]], [1])) == 0
    assert 0 < float(nn.dice_loss([[0.0, 3.0]], [1])) < 1


def test_scores_are_no_integers():
    with pytest.raises(TypeError, match="logits are floating-point scores, got int64"):
        nn.cross_entropy(np.zeros((2, 3), int), [0, 1])
