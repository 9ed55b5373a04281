"""Clipping: the length, the direction, what is not finite, and the same in a plan."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.compile import compute_graph
from diydl.optim.clip import global_norm


def given(*gradients, dtype="float32"):
    """Return a parameter for each gradient; None for one that has none."""
    params = []
    for g in gradients:
        p = nn.Parameter(np.zeros(np.shape(g) if g is not None else 1, dtype))
        p.grad = None if g is None else dl.tensor(np.asarray(g, dtype))
        params.append(p)
    return params


def grads(params):
    return [None if p.grad is None else p.grad.tolist() for p in params]


@pytest.mark.torch
@pytest.mark.parametrize("max_norm", [0.5, 3.0, 1e6])
def test_norms_as_in_pytorch(max_norm):
    import torch

    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=s).astype("float32") for s in [(), (3,), (4, 5)]]
    ours = given(*arrays)
    theirs = [torch.nn.Parameter(torch.zeros(x.shape)) for x in arrays]
    for t, x in zip(theirs, arrays, strict=True):
        t.grad = torch.tensor(x)
    length = optim.clip_grad_norm_(ours, max_norm)
    expected = torch.nn.utils.clip_grad_norm_(theirs, max_norm)
    assert length == pytest.approx(float(expected), rel=1e-6)
    for p, t in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.grad.numpy(), t.grad.numpy(), rtol=1e-5)
        assert p.grad.dtype == np.float32


@pytest.mark.torch
def test_values_as_in_pytorch():
    import torch

    x = np.array([-3.0, -0.5, 0.0, 0.5, np.inf, np.nan], "float32")
    (p,), t = given(x), torch.nn.Parameter(torch.zeros(6))
    t.grad = torch.tensor(x)
    optim.clip_grad_value_(p, 0.75)
    torch.nn.utils.clip_grad_value_(t, 0.75)
    np.testing.assert_array_equal(p.grad.numpy(), t.grad.numpy())


def test_one_length_for_all_groups_and_none_counts_nothing():
    w, none, b = params = given([3.0], None, [4.0])
    optimizer = optim.SGD([{"params": [w, none]}, {"params": b}], lr=1)
    assert optim.clip_grad_norm_(optimizer.params, 2.5) == 5.0
    assert grads(params) == [[1.5], None, [2.0]]
    assert optim.clip_grad_norm_([none], 1.0) == 0.0


def test_short_gradients_stay_the_same_objects():
    (p,) = given([0.25])
    before = p.grad
    assert optim.clip_grad_norm_([p], 1.0) == 0.25
    assert p.grad is before


def test_one_array_held_by_two_parameters_is_scaled_once():
    p, q = given([3.0], [0.0])
    q.grad = p.grad = dl.tensor([4.0])
    optim.clip_grad_norm_([p, q], 2.0)
    np.testing.assert_allclose(p.grad.numpy(), 2 / np.sqrt(2), rtol=1e-6)
    np.testing.assert_allclose(q.grad.numpy(), 2 / np.sqrt(2), rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_squares_do_not_overflow(dtype):
    big = {"float16": 3e4, "float32": 3e30, "float64": 1e150}[dtype]
    p, q = given([big], [big], dtype=dtype)
    length = optim.clip_grad_norm_([p, q], 1.0)
    assert length == pytest.approx(np.sqrt(2) * float(np.asarray(big, dtype)), rel=1e-3)
    assert p.grad.dtype == dtype
    np.testing.assert_allclose(p.grad.numpy(), np.sqrt(0.5), rtol=1e-3)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_stays_where_it_is(value):
    params = given([1.0], [value, 2.0])
    params[1].name = "head.weight"
    before = grads(params)
    assert not np.isfinite(optim.clip_grad_norm_(params, 0.5))
    np.testing.assert_equal(grads(params), before)
    with pytest.raises(RuntimeError, match=r"parameter 'head.weight', of shape \(2,\), is not"):
        optim.clip_grad_norm_(params, 0.5, error_if_nonfinite=True)
    np.testing.assert_equal(grads(params), before)
    short, length = optim.clipped([p.grad for p in params], 0.5)
    np.testing.assert_equal([x.tolist() for x in short], before)
    assert not np.isfinite(float(length))


def test_a_plan_clips_alike():
    def made():
        return nn.Parameter([3.0, -4.0]), nn.Parameter([12.0])

    (w, b), (v, c) = made(), made()
    optimizer = optim.SGD([w, b], lr=0.5)

    @compute_graph
    def step(scale):
        loss = scale * (dl.sum(w * w) + dl.sum(b * b)) / 2
        loss.backward()
        short, length = optim.clipped([w.grad, b.grad], 1.0)
        optimizer.operations(short)
        return length

    other = optim.SGD([v, c], lr=0.5)
    for scale in (1.0, 0.01, 3.0):
        length = step(np.float32(scale))
        (np.float32(scale) * (dl.sum(v * v) + dl.sum(c * c)) / 2).backward()
        assert optim.clip_grad_norm_([v, c], 1.0) == pytest.approx(float(length), rel=1e-6)
        other.step()
        np.testing.assert_allclose(w.numpy(), v.numpy(), rtol=1e-6)
        np.testing.assert_allclose(b.numpy(), c.numpy(), rtol=1e-6)
    assert w.dtype == np.float32


def test_global_norm_of_arrays_and_tensors():
    arrays = [np.array([[2.0, 3.0]], "float16"), np.float32(6.0)]
    assert global_norm(arrays) == 7.0
    assert global_norm(arrays).dtype == np.float64
    assert global_norm([dl.tensor(x) for x in arrays]).item() == 7.0


def test_what_is_refused():
    (p,) = given([1.0])
    for wrong in (0, -1, float("nan"), None):
        with pytest.raises(ValueError, match="max_norm is a number above 0"):
            optim.clip_grad_norm_([p], wrong)
    with pytest.raises(ValueError, match="clip_value is a number above 0"):
        optim.clip_grad_value_([p], 0)
    with pytest.raises(TypeError, match=r"entry 0 is a Tensor.*pass model.parameters\(\)"):
        optim.clip_grad_norm_([p.grad], 1.0)
    with pytest.raises(ValueError, match="no gradient to clip: call backward first"):
        optim.clipped([None], 1.0)
