"""Norms against PyTorch: outputs, every gradient, and what several steps leave behind."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.testing import assert_close, gradient_checker

rng = np.random.default_rng(0)
OPTIONS = {
    "usual": {},
    "other momentum and eps": {"momentum": 0.3, "eps": 1e-2},
    "all batches alike": {"momentum": None},
    "no affine": {"affine": False},
    "no running statistics": {"track_running_stats": False},
}
SHAPES = [(8, 5), (2, 1), (4, 5, 6), (1, 5, 3)]


def twins(kind, *arguments, dtype="float32", **options):
    """Return our layer and PyTorch's, with the same random weights."""
    import torch

    ours = getattr(nn, kind)(*arguments, dtype=dtype, **options)
    theirs = getattr(torch.nn, kind)(*arguments, dtype=getattr(torch, dtype), **options)
    for name, parameter in ours.named_parameters():
        parameter.write(rng.normal(size=parameter.shape).astype(dtype))
        getattr(theirs, name).data = torch.tensor(parameter.numpy())
    return ours, theirs


def compare(ours, theirs, x, scale=5):
    import torch

    mine, other = dl.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, expected = ours(mine), theirs(other)
    g = rng.normal(size=x.shape).astype(x.dtype)
    assert out.dtype == x.dtype
    assert_close(out, expected, scale=scale)
    out.backward(g)
    expected.backward(torch.tensor(g))
    assert_close(mine.grad, other.grad, scale=scale, what="gradient of x")
    for name, parameter in ours.named_parameters():
        wanted = getattr(theirs, name).grad
        assert_close(parameter.grad, wanted, scale=scale, what=f"gradient of {name}")
        getattr(theirs, name).grad = None


@pytest.mark.torch
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_batch_norm_equals_pytorch(name, shape, dtype):
    """Several batches in training, one in use, one more in training."""
    ours, theirs = twins("BatchNorm1d", shape[1], dtype=dtype, **OPTIONS[name])
    for step, training in enumerate([True, True, True, False, True, False]):
        ours.train(training), theirs.train(training)
        x = (rng.normal(size=shape) * (step + 1) + step).astype(dtype)
        compare(ours, theirs, x, scale=50)
        state = theirs.state_dict()
        assert list(ours.state_dict()) == list(state)
        for key, array in ours.state_dict().items():
            assert_close(array, state[key], scale=5, what=key)
            assert array.dtype == state[key].numpy().dtype


@pytest.mark.torch
def test_batch_norm_of_a_batch_that_is_smaller():
    ours, theirs = twins("BatchNorm1d", 3)
    for rows in (8, 5, 2):
        compare(ours, theirs, rng.normal(size=(rows, 3)).astype(np.float32), scale=50)
    assert_close(ours.running_var, theirs.running_var)


def test_batch_norm_refuses_one_example_as_pytorch_does():
    layer = nn.BatchNorm1d(3)
    one = np.ones((1, 3), np.float32)
    with pytest.raises(ValueError, match="two numbers per channel"):
        layer(one)
    assert layer.num_batches_tracked.item() == 0
    assert layer.eval()(one).shape == (1, 3)


def test_eval_reads_and_writes_no_statistics_of_the_batch():
    layer = nn.BatchNorm1d(2)
    layer(rng.normal(size=(9, 2)).astype(np.float32))
    before = {name: x.copy() for name, x in layer.state_dict().items()}
    versions = [x.version for x in layer.buffers()]
    layer.eval()
    whole = rng.normal(size=(6, 2)).astype(np.float32)
    rows = np.concatenate([layer(whole[i : i + 1]).numpy() for i in range(6)])
    np.testing.assert_array_equal(layer(whole).numpy(), rows)
    assert [x.version for x in layer.buffers()] == versions
    for name, x in layer.state_dict().items():
        np.testing.assert_array_equal(x, before[name])


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", OPTIONS)
def test_batch_norm_gradients_by_small_steps(name, training):
    """Also the gradient in use, which earlier projects had wrong."""
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3, **OPTIONS[name]), nn.Tanh())
    model(rng.normal(size=(5, 4)).astype(np.float32))
    before = model.state_dict()
    report = gradient_checker(model.train(training), rng.normal(size=(6, 4)))
    assert report, report
    for key, x in model.state_dict().items():
        np.testing.assert_array_equal(x, before[key])


def test_batch_norm_trains_what_is_badly_scaled():
    """Pixels from 0 to 255 and a bias of 1000: with batch norm, plain SGD learns it."""
    dl.seed(0)
    x = rng.uniform(0, 255, size=(64, 8)).astype(np.float32)
    y = (x @ rng.normal(size=8) > 0).astype(int)
    model = nn.Sequential(nn.BatchNorm1d(8), nn.Linear(8, 2))
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    for _ in range(100):
        loss = nn.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    assert (model(x).numpy().argmax(-1) == y).mean() > 0.95
    assert (model.eval()(x).numpy().argmax(-1) == y).mean() > 0.95


def test_images_have_one_mean_for_each_channel_not_for_each_pixel():
    """Earlier projects kept statistics of each pixel; then no other size of image would do."""
    layer = nn.BatchNorm2d(2)
    x = rng.normal(size=(3, 2, 4, 5)).astype(np.float32) + np.float32([5, -3])[:, None, None]
    out = layer(x).numpy()
    assert layer.running_mean.shape == layer.weight.shape == (2,)
    np.testing.assert_allclose(out.mean((0, 2, 3)), 0, atol=1e-6)
    np.testing.assert_allclose(out.std((0, 2, 3)), 1, rtol=1e-4)
    assert np.abs(out.mean(0)).max() > 0.3  # single pixels are not normalised
    np.testing.assert_allclose(layer.running_mean.numpy(), 0.1 * x.mean((0, 2, 3)), rtol=1e-5)
    assert layer(x[:, :, :2, :3]).shape == (3, 2, 2, 3)
    assert layer(x[:1]).shape == (1, 2, 4, 5)  # many pixels: one image is enough


def test_both_momentum_conventions():
    """PyTorch's is the weight of the new batch, Keras's that of the old average."""
    torchs, keras = nn.BatchNorm1d(2, momentum=0.01), nn.BatchNorm1d(2)
    keras.keras_momentum = 0.99
    assert keras.momentum == pytest.approx(0.01)
    x = rng.normal(size=(6, 2)).astype(np.float32) + 3
    torchs(x), keras(x)
    np.testing.assert_allclose(keras.running_mean.numpy(), torchs.running_mean.numpy())
    np.testing.assert_allclose(keras.running_mean.numpy(), 0.99 * 0 + 0.01 * x.mean(0), rtol=1e-5)
    assert nn.BatchNorm1d(2, momentum=None).keras_momentum is None
    with pytest.raises(ValueError, match="1 - keras_momentum is a number from 0"):
        keras.keras_momentum = 1.5


@pytest.mark.parametrize("kind", ["BatchNorm1d", "LayerNorm"])
def test_frozen_it_passes_gradients_and_keeps_its_own(kind):
    model = nn.Sequential(nn.Linear(4, 3), getattr(nn, kind)(3), nn.Linear(3, 2))
    model[1].freeze().eval()
    before = model[1].state_dict()
    model(rng.normal(size=(5, 4)).astype(np.float32)).sum().backward()
    assert model[1].weight.grad is None
    assert np.abs(model[0].weight.grad.numpy()).max() > 0
    for name, x in model[1].state_dict().items():
        np.testing.assert_array_equal(x, before[name])


@pytest.mark.parametrize(("groups", "shape"), [(2, (3, 4)), (1, (3, 4, 5)), (4, (1, 4, 2, 3))])
def test_group_norm_gradients_by_small_steps(groups, shape):
    layer = nn.GroupNorm(groups, 4)
    layer.weight.write(rng.normal(size=4).astype(np.float32))
    report = gradient_checker(layer, rng.normal(size=shape))
    assert report, report


@pytest.mark.torch
@pytest.mark.parametrize("options", [{}, {"bias": False}, {"elementwise_affine": False}], ids=str)
@pytest.mark.parametrize(
    ("shape", "last"), [((8, 5), 5), ((2, 3, 4), 4), ((2, 3, 4), (3, 4)), ((6,), 6)]
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_layer_norm_equals_pytorch(shape, last, options, dtype):
    ours, theirs = twins("LayerNorm", last, dtype=dtype, **options)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for offset in (0, 10):
        compare(ours, theirs, (rng.normal(size=shape) * 3 + offset).astype(dtype), scale=20)


@pytest.mark.torch
@pytest.mark.parametrize("kind", ["BatchNorm1d", "LayerNorm"])
def test_half_precision_is_reckoned_in_single(kind):
    import torch

    ours, theirs = twins(kind, 5)
    x = (300 * rng.normal(size=(8, 5)) + 1000).astype(np.float16)  # squares overflow float16
    out = ours(dl.tensor(x))
    assert out.dtype == np.float16
    expected = theirs(torch.tensor(x.astype(np.float32)))
    assert_close(out, expected.detach().numpy().astype(np.float16), scale=2)


def test_layer_norm_mixes_no_examples_and_knows_no_mode():
    layer = nn.LayerNorm(4)
    x = rng.normal(size=(5, 4)).astype(np.float32)
    whole = layer(x).numpy()
    rows = np.concatenate([layer(x[i : i + 1]).numpy() for i in range(5)])
    np.testing.assert_allclose(whole, rows, rtol=1e-6)
    np.testing.assert_array_equal(layer.eval()(x).numpy(), whole)
    assert not layer.buffers()


def test_layer_norm_gradients_by_small_steps():
    report = gradient_checker(nn.LayerNorm((2, 3)), rng.normal(size=(4, 2, 3)))
    assert report, report


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.BatchNorm1d(0), "num_features is a whole number of at least 1, got 0"),
        (lambda: nn.BatchNorm1d((2, 3)), r"num_features is one whole number, got \(2, 3\)"),
        (lambda: nn.BatchNorm1d(2, eps=-1), "eps is a number from 0"),
        (lambda: nn.BatchNorm1d(2, momentum="0.1"), "momentum is a number from 0"),
        (lambda: nn.BatchNorm1d(2)(np.ones((3, 4))), r"takes x of shape \(B, 2\).*got \(3, 4\)"),
        (lambda: nn.BatchNorm1d(2)(np.ones(2)), r"got \(2,\)"),
        (lambda: nn.BatchNorm1d(2)(np.ones((2, 2), int)), "floating-point"),
        (
            lambda: nn.BatchNorm2d(2)(np.ones((3, 2))),
            r"x of shape \(B, 2, H, W\), got",
        ),
        (lambda: nn.GroupNorm(3, 4), "4 channels do not divide into 3 equal groups"),
        (
            lambda: nn.GroupNorm(2, 4)(np.ones((3, 5))),
            r"\(B, 4, ...\), got \(3, 5\)",
        ),
        (lambda: nn.GroupNorm(2, 4)(np.ones((3, 4), int)), "floating-point"),
        (lambda: nn.LayerNorm(()), "normalized_shape is a whole number"),
        (lambda: nn.LayerNorm(2.0), "normalized_shape is a whole number"),
        (lambda: nn.LayerNorm(4)(np.ones((2, 3))), r"takes x of shape .*got \(2, 3\)"),
        (lambda: nn.LayerNorm((2, 3))(np.ones(3)), r"got \(3,\)"),
        (lambda: nn.LayerNorm(3)(np.ones((2, 3), int)), "floating-point"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_repr():
    assert repr(nn.BatchNorm1d(3)) == "BatchNorm1d(3)"
    assert repr(nn.BatchNorm1d(3, momentum=None, affine=False)) == (
        "BatchNorm1d(3, momentum=None, affine=False)"
    )
    assert repr(nn.LayerNorm((2, 3), bias=False)) == "LayerNorm((2, 3), bias=False)"
