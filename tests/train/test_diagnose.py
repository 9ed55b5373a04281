"""A training that meets a nan says where it came from, and stands where it can go on."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.train import NonFiniteError, Trainer, diagnose
from tests.train.tasks import loader, network, points, trainer, weights

PLAN = pytest.mark.parametrize("plan", [False, True], ids=["eager", "planned"])


class Fragile(nn.Module):
    """A log of what a layer gives: well as long as that is above 0."""

    def __init__(self):
        self.inner, self.outer = nn.Linear(4, 6), nn.Linear(6, 3)
        self.drop = nn.Dropout(0.2)

    def forward(self, x):
        return self.outer(self.drop(dl.log(self.inner(x))))


def fragile(plan, lr=0.01):
    dl.seed(0)
    model = nn.Sequential(Fragile())
    model[0].inner.bias.write(np.full(6, 30.0, np.float32))
    return Trainer(model, nn.cross_entropy, optim.SGD(model.parameters(), lr=lr), plan=plan)


@PLAN
def test_the_operation_in_the_forward_is_named(plan):
    ours = fragile(plan)
    data, labels = points().arrays
    good, bad = (data, labels), (data.copy(), labels)
    ours.fit([good, good], epochs=1)
    ours.model[0].inner.bias.write(np.array([30, 30, 30, 30, 30, 0.1], np.float32))
    before = ours.model.state_dict()
    with pytest.raises(NonFiniteError) as error:
        ours.fit([bad], epochs=1)
    words = str(error.value)
    assert "the loss is not finite: nan, at step 3 (epoch 2, batch 1)." in words
    assert "First: the output of log, forward, in module 0 (Fragile), at step 3: " in words
    assert "a log wants numbers above 0" in words
    assert "The learning rate was 0.01." in words
    assert error.value.step == 3
    for name, array in ours.model.state_dict().items():
        assert np.array_equal(array, before[name]), name  # the dropout key too
    assert (ours.epoch, ours.batch, ours.step) == (1, 0, 2)


@PLAN
def test_what_is_wrong_with_the_data_is_said(plan):
    ours = trainer(plan=plan)
    data, labels = points().arrays
    data = data.copy()
    data[7, 2] = np.nan
    before = ours.model.state_dict()
    with pytest.raises(NonFiniteError, match="First: array 0 of the batch, the data, first in its"):
        ours.fit([(data, labels)])
    for name, array in ours.model.state_dict().items():
        assert np.array_equal(array, before[name]), name  # running statistics too


class Root(nn.Module):
    """The root of a square: finite at 0, but its gradient is not."""

    def __init__(self):
        self.scale = nn.Linear(1, 1, bias=False)

    def forward(self, x):
        out = self.scale(x)
        return dl.sqrt(out * out)


@PLAN
def test_a_gradient_that_went_wrong_a_step_before_is_found_by_doing_the_epoch_again(plan):
    """Step 3 has a finite loss and a gradient of nan; the loss of step 4 shows it."""
    model = nn.Sequential(Root())
    model[0].scale.weight.write(np.ones((1, 1), np.float32))
    ours = Trainer(model, nn.mse_loss, optim.Adam(model.parameters(), lr=0.01), plan=plan)
    one, zero = np.ones((4, 1), np.float32), np.zeros((4, 1), np.float32)
    before = weights(model)
    with pytest.raises(NonFiniteError) as error:
        ours.fit([(one, one * 2), (one, one * 3), (zero, one), (one, one)], epochs=1)
    words = str(error.value)
    assert "at step 4 (epoch 1, batch 4)" in words
    assert "First: the gradient of sqrt, backward, in module 0 (Root), at step 3" in words
    assert "The training is as it was when the epoch began." in words
    assert np.array_equal(weights(model), before)
    assert (ours.step, ours.batch, ours.plan) == (0, 0, plan)


@PLAN
def test_a_step_that_throws_the_parameters_out_of_range(plan):
    model = nn.Linear(1, 1, bias=False)
    ours = Trainer(model, nn.mse_loss, optim.SGD(model.parameters(), lr=1e38), plan=plan)
    big = np.full((2, 1), 1e3, np.float32)
    with pytest.raises(NonFiniteError) as error:
        ours.fit([(big, big)] * 3)
    assert "parameter weight, written by SGD from a finite gradient, at step 1" in str(error.value)
    assert np.isfinite(model.weight.numpy()).all()


def test_a_model_too_large_to_be_kept_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(diagnose, "MOST", 0)
    model = nn.Linear(1, 1, bias=False)
    ours = Trainer(model, nn.mse_loss, optim.SGD(model.parameters(), lr=1e38))
    big = np.full((2, 1), 1e3, np.float32)
    with pytest.raises(NonFiniteError, match="Begin anew, or from a checkpoint, with watching"):
        ours.fit([(big, big)] * 3)


def test_training_may_go_on_with_another_rate():
    model = nn.Linear(4, 3)
    ours = Trainer(model, nn.cross_entropy, optim.SGD(model.parameters(), lr=3e38))
    data, labels = points().arrays
    with pytest.raises(NonFiniteError, match="as it was when the epoch began"):
        ours.fit([(data * 10, labels)] * 3)
    ours.optimizer.lr = 0.05
    history = ours.fit(loader(), epochs=3)
    assert np.isfinite(history["loss"]).all()


def test_buffers_are_copied_only_when_they_change():
    model = network()
    buffers = diagnose.Buffers(model)
    buffers.note()
    first = {buffer: kept[1] for buffer, kept in buffers.kept.items()}
    buffers.note()
    assert all(buffers.kept[buffer][1] is array for buffer, array in first.items())
    model(dl.ones((5, 4)))
    changed = model.state_dict()
    buffers.restore()
    assert any(not np.array_equal(x, changed[name]) for name, x in model.state_dict().items())
    assert all(np.array_equal(buffer.numpy(), array) for buffer, array in first.items())
