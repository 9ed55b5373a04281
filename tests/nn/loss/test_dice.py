"""Dice: its definitions, small and missing classes, extreme scores."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.testing import gradient_checker

rng = np.random.default_rng(0)
KINDS = ("plain", "generalised", "adaptive")
every_kind = pytest.mark.parametrize("kind", KINDS)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def maps(batch, classes=3, size=4):
    labels = rng.integers(0, classes, (batch, size, size))
    labels[0, 0, :classes] = np.arange(classes)  # every class occurs
    return rng.normal(size=(batch, size, size, classes)), labels


def by_loops(p, labels, kind, smooth):
    """The loss of one group of pixels, class by class."""
    scores, above, below = [], 0, 0
    for k in range(p.shape[-1]):
        found, true = p[..., k], labels == k
        if not true.any():
            continue
        both, size = 2 * found[true].sum(), found.sum() + true.sum()
        above, below = above + both / true.sum() ** 2, below + size / true.sum() ** 2
        score = (both + smooth) / (size + smooth)
        scores.append(score if kind == "plain" else score * np.exp(1 - score))
    return 1 - above / below if kind == "generalised" else 1 - np.mean(scores)


@every_kind
@pytest.mark.parametrize("smooth", [0.0, 1.0])
def test_it_is_its_definition(kind, smooth):
    logits, labels = maps(5)
    options = {"kind": kind, "smooth": smooth}
    expected = by_loops(softmax(logits), labels, kind, smooth)
    assert float(nn.dice_loss(logits, labels, **options)) == pytest.approx(expected)
    found = nn.dice_loss(np.moveaxis(logits, -1, 1), labels, axis=1, **options)
    assert float(found) == pytest.approx(expected)
    hot = np.eye(3)[labels]
    assert float(nn.dice_loss(logits, hot, **options)) == pytest.approx(expected)


@every_kind
@pytest.mark.parametrize("batch", [8, 5, 1])
@pytest.mark.parametrize("per_sample", [False, True])
def test_gradients_of_small_steps(kind, batch, per_sample):
    logits, labels = maps(batch)
    report = gradient_checker(
        lambda x: nn.dice_loss(x, labels, kind=kind, per_sample=per_sample), logits, at_most=30
    )
    assert report, report
    report = gradient_checker(
        lambda x: nn.binary_dice_loss(x, labels == 1, kind=kind, per_sample=per_sample),
        logits[..., 0],
        at_most=30,
    )
    assert report, report


@every_kind
def test_each_example_by_itself(kind):
    """Classes that an example lacks count for it no more than for the batch."""
    logits, labels = maps(4)
    labels[2:] = 0
    labels[3, 0, 0] = 2
    found = nn.dice_loss(logits, labels, kind=kind, per_sample=True, reduction="none")
    p = softmax(logits)
    each = [by_loops(p[i], labels[i], kind, 1.0) for i in range(4)]
    if kind == "generalised":
        np.testing.assert_allclose(found, each)
        return
    assert found.shape == (4, 3)
    occurs = [len(np.unique(one)) for one in labels]
    np.testing.assert_allclose(found.sum(-1) / occurs, each)
    mean = nn.dice_loss(logits, labels, kind=kind, per_sample=True)
    assert float(mean) == pytest.approx(found.sum() / sum(occurs))


@every_kind
def test_a_class_that_nobody_has_is_ignored(kind):
    logits, labels = maps(3)
    logits[..., 2], labels[labels == 2] = -np.inf, 0
    x = dl.tensor(logits, requires_grad=True)
    found = nn.dice_loss(x, labels, kind=kind, smooth=0.0)
    found.backward()
    expected = nn.dice_loss(logits[..., :2], labels, kind=kind, smooth=0.0)
    assert found.item() == pytest.approx(float(expected))
    assert np.isfinite(x.grad.numpy()).all()


@every_kind
def test_pixels_that_are_ignored(kind):
    logits, labels = maps(3)
    some = rng.random(labels.shape) < 0.7
    some[0, 0] = True
    x = dl.tensor(logits, requires_grad=True)
    found = nn.dice_loss(x, np.where(some, labels, 255), kind=kind, ignore_index=255)
    found.backward()
    expected = nn.dice_loss(logits[some][None], labels[some][None], kind=kind)
    assert found.item() == pytest.approx(float(expected))
    assert not x.grad.numpy()[~some].any()
    everything = nn.dice_loss(logits, np.full(labels.shape, 255), kind=kind, ignore_index=255)
    assert float(everything) == 0


@every_kind
def test_right_and_wrong_at_1000(kind):
    labels = np.array([[0, 0, 0, 1]])
    right = 1000 * np.eye(2)[labels]
    assert float(nn.dice_loss(right, labels, kind=kind, smooth=0.0)) == 0
    assert float(nn.dice_loss(-right, labels, kind=kind, smooth=0.0)) == 1
    sure = right[..., 1] - right[..., 0]
    assert float(nn.binary_dice_loss(sure, labels, kind=kind, smooth=0.0)) < 1e-300


def test_accuracy_lies_and_dice_does_not():
    """95 pixels of 100 are background: to see nothing is right in 95 % and finds nothing."""
    labels = np.array([[1] * 5 + [0] * 95])
    blind = np.tile([20.0, 0.0], (1, 100, 1))
    assert (blind.argmax(-1) == labels).mean() == 0.95
    each = nn.dice_loss(blind, labels, smooth=0.0, reduction="none")
    np.testing.assert_allclose(each, [1 - 2 * 95 / 195, 1], atol=1e-6)


def test_generalised_weighs_small_classes_up():
    """Losing all of five pixels costs more than losing five of the many."""
    labels = np.array([[1] * 5 + [0] * 95])
    blind = 50 * np.eye(2)[np.zeros((1, 100), int)]
    sees = 50 * np.eye(2)[np.array([[1] * 10 + [0] * 90])]
    costs = {
        kind: [float(nn.dice_loss(x, labels, kind=kind, smooth=0.0)) for x in (blind, sees)]
        for kind in ("plain", "generalised")
    }
    assert costs["generalised"][0] > 0.9 > 0.6 > costs["plain"][0]
    assert costs["generalised"][1] < costs["generalised"][0] / 2


def test_adaptive_pulls_hardest_at_the_worst_class():
    """The slope of ``1 - s exp(1 - s)`` is e at the score 0, and 0 at 1."""
    p = dl.tensor([[0.02, 0.5, 0.98]], requires_grad=True)
    score = nn.soft_dice(p, np.ones((1, 3)), axis=0, smooth=0.0)
    (1 - score * dl.exp(1 - score)).backward(np.ones(3))
    adaptive, plain = p.grad.numpy()[0], None
    nn.soft_dice(p, np.ones((1, 3)), axis=0, smooth=0.0).backward(-np.ones(3, np.float32))
    plain = p.grad.numpy()[0]
    ratio = adaptive / plain
    assert ratio[0] > 2 > 1 > ratio[1] > 0.3 > 0.05 > ratio[2] > 0


def test_nothing_there_and_nothing_found():
    far = np.full((1, 50), -30.0)
    nothing = np.zeros((1, 50))
    assert float(nn.binary_dice_loss(far, nothing)) < 1e-9
    alarm = far.copy()
    alarm[0, :1] = 30
    assert float(nn.binary_dice_loss(alarm, nothing)) == pytest.approx(0.5)


def test_half_precision_does_not_overflow():
    """The sum of 100,000 pixels is more than a half can hold."""
    labels = np.zeros((1, 400, 250), np.int64)
    labels[0, :100] = 1
    logits = (20 * np.eye(2)[labels]).astype(np.float16)
    for kind in KINDS:
        loss = nn.dice_loss(logits, labels, kind=kind)
        assert loss.dtype == np.float16
        assert abs(float(loss)) < 1e-3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.dice_loss(np.zeros((2, 3)), [0, 1], kind="soft"), 'kind is "plain"'),
        (lambda: nn.dice_loss(np.zeros((2, 3)), [0, 1, 1]), r"\(2, 3\).*\(3,\).*binary_dice_loss"),
        (lambda: nn.binary_dice_loss(np.zeros((2, 3)), np.zeros(2)), "must be equal"),
        (lambda: nn.binary_dice_loss(np.zeros(()), np.zeros(())), "no map of scores"),
        (
            lambda: nn.binary_dice_loss(np.zeros(3), np.zeros(3), per_sample=True),
            "no map of scores",
        ),
        (lambda: nn.dice_loss(np.zeros((2, 3)), [0, 3]), "from 0 to 3, expected 0 to 2"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises((ValueError, IndexError), match=message):
        call()
