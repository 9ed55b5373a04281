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


def test_channels_are_dropped_as_a_whole():
    dl.seed(0)
    layer, x = nn.Dropout2d(0.5), np.ones((30, 40, 3, 2), np.float32)
    out = layer(x).numpy()
    assert set(np.unique(out)) == {0, 2}
    assert (out == out[:, :, :1, :1]).all()
    assert 0.45 < (out[:, :, 0, 0] == 0).mean() < 0.55
    np.testing.assert_array_equal(layer.eval()(x).numpy(), x)
    with pytest.raises(ValueError, match=r"Dropout2d takes x of shape \(B, C, H, W\), got \(2, 3"):
        layer(x[0, :2, :3])


def test_stochastic_depth_leaves_out_examples_or_all_at_once():
    dl.seed(0)
    x = np.ones((400, 3, 2), np.float32)
    out = nn.StochasticDepth(0.2)(x).numpy()
    assert (out == out[:, :1, :1]).all()
    assert 0.15 < (out[:, 0, 0] == 0).mean() < 0.25
    np.testing.assert_array_equal(np.unique(out), np.float32([0, 1 / 0.8]))
    together = nn.StochasticDepth(0.5, mode="batch")
    seen = {x.tobytes() for x in (together(x).numpy()[:, 0, 0] for _ in range(20))}
    assert seen == {np.zeros(400, "f4").tobytes(), np.full(400, 2, "f4").tobytes()}
    np.testing.assert_array_equal(together.eval()(x).numpy(), x)


@pytest.mark.torch
def test_expected_depth_is_that_of_torchvision():
    """Its rule, written out: noise of shape (B, 1, ..., 1), divided by the chance to survive."""
    import torch

    layer, x = nn.StochasticDepth(0.25), torch.randn(6, 3, 2)
    out = layer(dl.tensor(x.numpy())).numpy()
    survived = torch.tensor((out[:, :1, :1] != 0).astype("f4"))
    np.testing.assert_allclose(out, (x * survived.div(1 - 0.25)).numpy(), rtol=1e-6)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Dropout2d(0.4), (3, 4, 2, 2)),
        (nn.StochasticDepth(0.4), (5, 3)),
        (nn.StochasticDepth(0.4, "batch"), (5, 3)),
    ],
    ids=repr,
)
def test_gradients_of_shared_draws_by_small_steps(layer, shape, training):
    report = gradient_checker(layer.train(training), np.random.default_rng(0).normal(size=shape))
    assert report, report


def test_stochastic_depth_refuses():
    with pytest.raises(ValueError, match="StochasticDepth: p is the share"):
        nn.StochasticDepth(2)
    with pytest.raises(ValueError, match='mode is "row" or "batch", got \'rows\''):
        nn.StochasticDepth(0.1, mode="rows")
    with pytest.raises(ValueError, match="got a single number"):
        nn.StochasticDepth(0.1)(np.float32(1))
    assert repr(nn.StochasticDepth(0.1, "batch")) == "StochasticDepth(0.1, mode='batch')"
