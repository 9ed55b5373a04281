"""Every loss, with its options, does the same under every engine and in a plan."""

from functools import partial

import numpy as np
import pytest

from diydl import nn, ops
from tests.compile.runners import Planned
from tests.engines.runners import RUNNERS, OnTape
from tests.engines.test_agree import agree
from tests.engines.trials import BATCHES, Trial

OTHERS = {name: runner for name, runner in RUNNERS.items() if name != "tape"} | {"plan": Planned}
WEIGHTS = np.array([0.5, 2.0, 1.0], np.float32)


def _numbers(random, batch):
    return tuple(random.normal(size=(batch, 3)).astype(np.float32) for _ in range(2))


def _weighted(random, batch):
    return (*_numbers(random, batch), random.uniform(size=(batch, 1)).astype(np.float32))


def _shares(random, batch):
    x, y = _numbers(random, batch)
    return x, np.exp(y) / np.exp(y).sum(-1, keepdims=True)


def _questions(random, batch):
    x, y = _numbers(random, batch)
    return x, (y > 0).astype(np.float32)


def _labels(random, batch):
    return _numbers(random, batch)[0], random.integers(0, 3, batch)


def _some_labels(random, batch):
    x, y = _labels(random, batch)
    return x, np.where(np.arange(batch) % 3 == 1, 255, y)


def _rows(random, batch):
    return (*_labels(random, batch), random.uniform(size=batch).astype(np.float32))


def _pixels(random, batch):
    """Six numbers a picture, of which the model makes a map of 2 x 3 pixels and 3 classes."""
    x = random.normal(size=(batch, 3)).astype(np.float32)
    labels = random.integers(0, 3, (batch, 2, 3))
    labels[0, 0] = 0, 1, 2
    return x, labels


def _maps(model, x):
    return ops.reshape(model(x), shape=(-1, 3, 2, 3))  # (B, K, H, W)


def _apply(loss):
    return lambda model, x, y: loss(model(x), y)


def _with_weights(loss):
    return lambda model, x, y, w: loss(model(x), y, sample_weight=w)


def _on_maps(loss):
    return lambda model, x, y: loss(_maps(model, x), y, axis=1)


def _region(loss):
    return lambda model, x, y: loss(_maps(model, x)[:, 0], ops.equal(y, 1))


def _divergence(model, x, y):
    return nn.kl_div(ops.log_softmax(model(x)), y)


def _from_probabilities(model, x, y):
    return nn.binary_cross_entropy(ops.sigmoid(model(x)), y)


def _both(model, x, y):
    parts = {"labels": nn.CrossEntropyLoss(axis=1), "overlap": nn.DiceLoss(axis=1)}
    penalties = {"size": lambda: nn.l2_penalty(model, 0.1)}
    loss = nn.SumLoss(parts, weights={"overlap": 0.5}, penalties=penalties)
    return loss(_maps(model, x), y)


smooth = partial(nn.cross_entropy, weight=WEIGHTS, label_smoothing=0.1)
LOSSES = {
    "mse": (_apply(nn.mse_loss), _numbers),
    "mse, weights": (_with_weights(nn.mse_loss), _weighted),
    "l1, sum": (_apply(partial(nn.l1_loss, reduction="sum")), _numbers),
    "huber": (_apply(partial(nn.huber_loss, delta=0.5)), _numbers),
    "smooth l1": (_apply(nn.smooth_l1_loss), _numbers),
    "logistic": (_apply(nn.binary_cross_entropy_with_logits), _questions),
    "logistic, pos_weight": (
        _apply(partial(nn.binary_cross_entropy_with_logits, pos_weight=WEIGHTS)),
        _questions,
    ),
    "from probabilities": (_from_probabilities, _questions),
    "divergence": (_divergence, _shares),
    "cross-entropy": (_apply(nn.cross_entropy), _labels),
    "cross-entropy, weights": (_apply(smooth), _labels),
    "cross-entropy, rows": (_with_weights(nn.cross_entropy), _rows),
    "cross-entropy, ignored": (_apply(partial(nn.cross_entropy, ignore_index=255)), _some_labels),
    "cross-entropy, shares": (_apply(smooth), _shares),
    "cross-entropy, maps": (_on_maps(nn.cross_entropy), _pixels),
    "hinge": (_with_weights(nn.hinge_loss), _rows),
    "dice": (_on_maps(nn.dice_loss), _pixels),
    "dice, generalised": (_on_maps(partial(nn.dice_loss, kind="generalised")), _pixels),
    "dice, each": (_on_maps(partial(nn.dice_loss, kind="adaptive", per_sample=True)), _pixels),
    "dice, ignored": (_on_maps(partial(nn.dice_loss, ignore_index=2)), _pixels),
    "region": (_region(nn.binary_dice_loss), _pixels),
    "region, generalised": (_region(partial(nn.binary_dice_loss, kind="generalised")), _pixels),
    "sum": (_both, _pixels),
}


def model_for(inputs):
    return lambda: nn.Sequential(nn.Linear(3, 18 if inputs is _pixels else 3))


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("name", LOSSES)
def test_built_at_8_and_run_at_8_5_and_1(name, engine):
    loss, inputs = LOSSES[name]
    trial = Trial(name, model_for(inputs), loss, inputs)
    mine, other = OTHERS[engine](trial), OnTape(trial)
    for size in BATCHES:
        arrays = trial.batch(size)
        found, expected = mine.run(arrays), other.run(arrays)
        assert expected.gradients.keys() == other.params.keys()
        assert any(g.any() for g in expected.gradients.values())
        agree(found, expected, scale=10)
