"""The dropout layer: another draw each run, the same ones again from a seed or a file."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.testing import gradient_checker

X = np.ones((20, 30), np.float32)


def runs(layer, count=3):
    return np.stack([layer(X).numpy() for _ in range(count)])


def test_every_run_draws_anew_and_every_layer_has_its_own():
    dl.seed(3)
    first, second = nn.Dropout(0.5), nn.Dropout(0.5)
    drawn = np.concatenate([runs(first), runs(second)])
    assert len({x.tobytes() for x in drawn}) == 6
    dl.seed(3)
    np.testing.assert_array_equal(
        np.concatenate([runs(nn.Dropout(0.5)), runs(nn.Dropout(0.5))]), drawn
    )


def test_draws_go_on_from_a_file(tmp_path):
    dl.seed(3)
    model = nn.Sequential(nn.Dropout(0.5))
    runs(model)
    model.save(tmp_path / "state.safetensors")
    later = runs(model)
    other = nn.Sequential(nn.Dropout(0.5)).load(tmp_path / "state.safetensors")
    np.testing.assert_array_equal(runs(other), later)


@pytest.mark.parametrize("inverted", [True, False])
def test_in_use_it_keeps_still(inverted):
    layer = nn.Dropout(0.25, inverted=inverted).eval()
    key = layer.key.numpy().copy()
    np.testing.assert_array_equal(runs(layer), np.stack([X] * 3) * (1 if inverted else 0.75))
    np.testing.assert_array_equal(layer.key.numpy(), key)
    assert layer.key.version == 0
    layer.train()
    assert (runs(layer) == 0).any()
    assert layer.key.tolist()[2] == 3


def test_two_runs_before_the_backward_pass_keep_their_masks():
    layer = nn.Dropout(0.5)
    x = dl.tensor(X, requires_grad=True)
    first, second = layer(x), layer(x)
    (first + second).backward(X)
    np.testing.assert_array_equal(x.grad.numpy(), first.numpy() + second.numpy())


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("inverted", [True, False])
def test_gradients_by_small_steps(training, inverted):
    dl.seed(0)
    model = nn.Sequential(nn.Linear(4, 6), nn.Dropout(0.4, inverted=inverted), nn.Linear(6, 2))
    before = model[1].key.numpy().copy()
    report = gradient_checker(model.train(training), np.random.default_rng(0).normal(size=(5, 4)))
    assert report, report
    np.testing.assert_array_equal(model[1].key.numpy(), before)


@pytest.mark.torch
def test_in_use_it_is_pytorchs():
    import torch

    x = dl.tensor(X * 2, requires_grad=True)
    ours, theirs = nn.Dropout(0.3).eval()(x), torch.nn.Dropout(0.3).eval()(torch.tensor(X * 2))
    np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan"), "half", None, True])
def test_the_share_lies_between_0_and_1(p):
    with pytest.raises(ValueError, match="Dropout: p is the share that is dropped, from 0 to 1"):
        nn.Dropout(p)


def test_repr():
    assert repr(nn.Dropout(0.5)) == "Dropout(0.5)"
    assert repr(nn.Dropout(0.1, inverted=False)) == "Dropout(0.1, inverted=False)"
