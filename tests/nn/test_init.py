"""Beginnings have the mean, the variance and the bounds that they promise, and PyTorch's."""

import math

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.nn import init

LINEAR, CONV = (300, 500), (60, 40, 5, 5)
FANS = {LINEAR: (500, 300), CONV: (1000, 1500)}

# maker, its PyTorch twin, and the standard deviation that both promise for (fan_in, fan_out)
TWINS = [
    ("xavier_uniform", {}, "xavier_uniform_", {}, lambda i, o: math.sqrt(2 / (i + o))),
    (
        "xavier_normal",
        {"gain": 2.0},
        "xavier_normal_",
        {"gain": 2.0},
        lambda i, o: 2 * (2 / (i + o)) ** 0.5,
    ),
    (
        "xavier_uniform",
        {"nonlinearity": "tanh"},
        "xavier_uniform_",
        {"gain": 5 / 3},
        lambda i, o: 5 / 3 * math.sqrt(2 / (i + o)),
    ),
    ("he_normal", {}, "kaiming_normal_", {"nonlinearity": "relu"}, lambda i, o: (2 / i) ** 0.5),
    ("he_uniform", {}, "kaiming_uniform_", {"nonlinearity": "relu"}, lambda i, o: (2 / i) ** 0.5),
    (
        "he_normal",
        {"mode": "fan_out", "nonlinearity": "linear"},
        "kaiming_normal_",
        {"mode": "fan_out", "nonlinearity": "linear"},
        lambda i, o: (1 / o) ** 0.5,
    ),
    (
        "fan_in_uniform",
        {},
        "kaiming_uniform_",
        {"a": math.sqrt(5)},
        lambda i, o: (1 / 3 / i) ** 0.5,
    ),
    ("normal", {"mean": 3.0, "std": 0.5}, "normal_", {"mean": 3.0, "std": 0.5}, lambda i, o: 0.5),
    ("uniform", {"low": -1, "high": 3}, "uniform_", {"a": -1, "b": 3}, lambda i, o: 4 / 12**0.5),
    ("truncated_normal", {}, "trunc_normal_", {}, lambda i, o: 0.87962566),
    ("constant", {"value": 0.3}, "constant_", {"val": 0.3}, lambda i, o: 0.0),
    ("zeros", {}, "zeros_", {}, lambda i, o: 0.0),
    ("ones", {}, "ones_", {}, lambda i, o: 0.0),
    (
        "orthogonal",
        {"gain": 3.0},
        "orthogonal_",
        {"gain": 3.0},
        lambda i, o: 3 / max(i, o * 1.0) ** 0.5,
    ),
]


@pytest.mark.torch
@pytest.mark.parametrize("shape", [LINEAR, CONV], ids=["linear", "conv"])
@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: f"{twin[0]}-{twin[3]}")
def test_statistics_equal_pytorch(twin, shape):
    """Mean, spread, shape of the distribution: quantiles too, not only two moments."""
    import torch

    name, options, other, theirs, std = twin
    dl.seed(0)
    torch.manual_seed(0)
    mine = getattr(init, name)(shape, **options)
    expected = getattr(torch.nn.init, other)(torch.empty(shape), **theirs).numpy()
    assert mine.shape == shape
    assert mine.dtype == np.float32
    scale = expected.std() or 1.0
    assert abs(mine.mean() - expected.mean()) < 0.02 * scale
    places = [0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98]
    difference = np.quantile(mine, places) - np.quantile(expected, places)
    assert np.abs(difference).max() < 0.05 * scale
    if name != "orthogonal":  # of which the longer side decides
        assert mine.std() == pytest.approx(std(*FANS[shape]), rel=0.01, abs=1e-6)


@pytest.mark.parametrize(
    ("maker", "bound"),
    [
        (init.xavier_uniform, math.sqrt(6 / 800)),
        (init.he_uniform, math.sqrt(6 / 500)),
        (init.fan_in_uniform, math.sqrt(1 / 500)),
        (lambda shape: init.truncated_normal(shape, 1.0, 0.1, -1, 2) - 1.05, 0.15),
    ],
)
def test_bounds_are_reached_and_kept(maker, bound):
    dl.seed(0)
    assert 0.99 * bound < np.abs(maker(LINEAR)).max() <= bound * (1 + 1e-6)


@pytest.mark.parametrize(
    ("shape", "fan_in", "bound"), [((9, 25), None, 0.2), ((50,), 4, 0.5), ((2, 25, 4), None, 0.1)]
)
def test_fan_in_can_be_told(shape, fan_in, bound):
    dl.seed(0)
    w = init.fan_in_uniform(shape, fan_in=fan_in)
    assert w.shape == shape
    assert 0.9 * bound < np.abs(w).max() <= bound


def test_no_inputs_begin_at_zero():
    assert init.fan_in_uniform((3, 0)).shape == (3, 0)
    assert not init.fan_in_uniform((3,), fan_in=0).any()


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(3, 4), (8, 2, 3), (16, 3, 5, 7), (1, 1)])
def test_fans_as_pytorch(shape):
    import torch

    expected = torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))
    assert init.fans(shape) == expected


@pytest.mark.parametrize("shape", [(), (3,)])
def test_a_bias_has_no_fans(shape):
    for maker in (init.fans, init.xavier_normal, init.he_uniform, init.orthogonal):
        with pytest.raises(ValueError, match=r"a weight is \(out, in\)"):
            maker(shape)


@pytest.mark.parametrize("shape", [(6, 10), (10, 6), (7, 7), (8, 2, 3)])
def test_orthogonal_keeps_lengths(shape):
    w = init.orthogonal(shape, gain=2.0, dtype=np.float64).reshape(shape[0], -1)
    small = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-12)


def test_orthogonal_favours_no_direction():
    """Without the signs of R, the diagonal of a QR of random numbers is one-sided."""
    dl.seed(0)
    corner = [init.orthogonal((2, 2))[0, 0] for _ in range(400)]
    assert abs(np.mean(np.sign(corner))) < 0.15


@pytest.mark.torch
@pytest.mark.parametrize("sparsity", [0.0, 0.25, 0.9, 1.0])
def test_sparse_as_pytorch(sparsity):
    import torch

    dl.seed(0)
    mine = init.sparse((50, 400), sparsity)
    expected = torch.nn.init.sparse_(torch.empty(50, 400), sparsity).numpy()
    assert set((mine == 0).sum(0)) == set((expected == 0).sum(0))
    rows = (mine == 0).sum(1)
    assert sparsity in (0, 1) or rows.std() > 1  # the zeros stand in other rows in each column
    if sparsity < 1:
        assert mine[mine != 0].std() == pytest.approx(0.01, rel=0.05)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("name", "param"),
    [("linear", None), ("sigmoid", None), ("tanh", None), ("relu", None), ("selu", None)]
    + [("leaky_relu", None), ("leaky_relu", 0.2)],
)
def test_gains_as_pytorch(name, param):
    import torch

    assert init.calculate_gain(name, param) == torch.nn.init.calculate_gain(name, param)


@pytest.mark.torch
@pytest.mark.parametrize("name", ["gelu", "silu", "elu", "relu"])
def test_gains_keep_the_mean_square(name):
    """Of a million normal numbers, through PyTorch's own function."""
    import torch

    z = torch.from_numpy(np.random.default_rng(0).normal(size=1_000_000))
    out = getattr(torch.nn.functional, name)(z)
    assert float((out**2).mean()) * init.calculate_gain(name) ** 2 == pytest.approx(1, rel=5e-3)
    assert init.calculate_gain(lambda z: np.maximum(z, 0)) == pytest.approx(2**0.5)


def test_what_is_unknown_is_refused():
    with pytest.raises(ValueError, match=r"no gain for 'tahn'; there is one for linear.*gelu"):
        init.calculate_gain("tahn")
    with pytest.raises(ValueError, match="mode is 'fan_in' or 'fan_out', got 'fan_mid'"):
        init.he_normal((2, 3), mode="fan_mid")
    with pytest.raises(ValueError, match="low is less than high"):
        init.truncated_normal((2,), low=1, high=1)
    with pytest.raises(ValueError, match="hardly anything lies between 40 and 41"):
        init.truncated_normal((2,), low=40, high=41)
    for shape, sparsity in (((2,), 0.5), ((2, 2), 1.5)):
        with pytest.raises(ValueError, match="sparsity from 0 to 1"):
            init.sparse(shape, sparsity)


MAKERS = [
    init.zeros,
    init.ones,
    init.uniform,
    init.normal,
    init.truncated_normal,
    init.xavier_uniform,
    init.xavier_normal,
    init.he_normal,
    init.he_uniform,
    init.fan_in_uniform,
    init.orthogonal,
    init.sparse,
]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_the_seed_and_the_dtype_decide(maker):
    def drawn(seed, dtype):
        dl.seed(seed)
        return maker((20, 30), dtype=dtype)

    for dtype in ("float16", "float32", "float64"):
        w = drawn(3, dtype)
        assert w.dtype == dtype
        np.testing.assert_array_equal(w, drawn(3, dtype))
    if maker not in (init.zeros, init.ones):
        assert (drawn(3, "float32") != drawn(4, "float32")).any()


def test_fill_a_parameter_keeps_what_it_is():
    w = nn.Parameter(np.zeros((4, 3)), "w")
    array, version = w.data, w.version
    assert init.fill(w, init.he_normal) is w
    assert w.data is array and w.dtype == np.float64 and w.version == version + 1
    assert w.data.all()


def test_fill_a_model_reaches_weights_and_their_biases():
    dl.seed(0)
    model = nn.Sequential(nn.Linear(4, 3), nn.LayerNorm(3), nn.Linear(3, 2, bias=False))
    model[1].bias.write(np.full(3, 7.0))
    assert init.fill(model, init.constant, value=0.5) is model
    assert model[0].weight.tolist() == [[0.5] * 4] * 3
    assert model[2].weight.tolist() == [[0.5] * 3] * 2
    assert model[0].bias.tolist() == [0, 0, 0]
    assert model[1].weight.tolist() == [1, 1, 1]  # no weight with two axes beside it: a norm
    assert model[1].bias.tolist() == [7, 7, 7]
    model[0].bias.write(np.ones(3))
    init.fill(model, init.xavier_normal, biases=None)
    assert model[0].bias.tolist() == [1, 1, 1]
    with pytest.raises(ValueError, match="LayerNorm has no parameter with two axes"):
        init.fill(model[1], init.he_normal)


def test_fill_draws_a_shared_weight_once():
    shared = nn.Linear(3, 3)
    init.fill(nn.Sequential(shared, shared), init.he_normal)
    assert shared.weight.version == 1


def test_gain_of_any_function():
    assert init.gain_of(lambda z: z) == pytest.approx(1)
    assert init.gain_of(lambda z: 3 * z) == pytest.approx(1 / 3)
    assert init.gain_of(lambda z: np.maximum(z, 0)) == pytest.approx(2**0.5)
    assert init.gain_of(lambda z: z**2) == pytest.approx(3**-0.5)  # the fourth moment is 3
    assert init.gain_of(np.ones_like) == pytest.approx(1)
    assert type(init.gain_of(dl.tanh)) is float
