import numpy as np
import pytest

import diydl as dl
from diydl.testing import assert_close


@pytest.mark.parametrize("f", [dl.maximum, dl.minimum])
def test_a_tie_gives_the_gradient_to_the_second(f):
    x, y = dl.tensor([1.0, 2.0], requires_grad=True), dl.tensor([1.0, 2.0], requires_grad=True)
    f(x, y).backward(np.array([3.0, 5.0], "f"))
    assert x.grad.tolist() == [0, 0]
    assert y.grad.tolist() == [3, 5]


@pytest.mark.parametrize("size", [3, 1000])
@pytest.mark.parametrize(("f", "expected"), [(dl.maximum, np.maximum), (dl.minimum, np.minimum)])
def test_extremum_with_a_number(f, expected, size):
    x = np.random.default_rng(0).normal(size=(2, size)).astype("f")
    out = f(x, 0.25)
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out, expected(x, np.float32(0.25)))


def test_nan_wins_in_maximum_and_minimum():
    x = np.array([np.nan, 1.0])
    y = np.array([1.0, np.nan])
    assert np.isnan(dl.maximum(x, y)).all()
    assert np.isnan(dl.minimum(x, y)).all()


def test_where_keeps_infinite_gradients_on_their_side():
    x = dl.tensor([0.0, 4.0], requires_grad=True)
    safe = dl.where(x > 0, x, 1)  # the root of 0 has no finite slope
    dl.where(x > 0, dl.sqrt(safe), 0).backward(np.array([np.inf, 1.0], "f"))
    assert x.grad.tolist() == [0, 0.25]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, None, [0, 0.5, 2]), (None, 1, [-1, 0.5, 1]), (0, 1, [0, 0.5, 1])],
)
def test_clip_one_side_or_both(low, high, expected):
    assert_close(dl.clip(np.array([-1, 0.5, 2]), min=low, max=high), np.array(expected, float))


def test_clip_passes_the_gradient_at_its_limits():
    x = dl.tensor([-1.0, 0.0, 0.5, 1.0, 2.0], requires_grad=True)
    dl.clip(x, min=0, max=1).backward(np.array([1, 2, 3, 4, 5], "f"))
    assert x.grad.tolist() == [0, 2, 3, 4, 0]


def test_clip_of_integers_by_floats_is_floating():
    out = dl.clip(np.array([0, 5]), min=0.5)
    assert out.dtype == dl.clip.dtype(np.dtype(int), min=0.5)
    assert out.tolist() == [0.5, 5]


def test_clip_to_nothing_is_an_error():
    with pytest.raises(ValueError, match=r"clip: nothing to clip to: give min=, max= or both"):
        dl.clip(np.ones(2))


def test_comparisons_are_never_recorded():
    x = dl.tensor([1.0], requires_grad=True)
    out = x > 0
    assert out.dtype == bool
    assert not out.requires_grad


def test_absolute_value_is_flat_at_zero():
    x = dl.tensor([0.0], requires_grad=True)
    dl.abs(x).backward()
    assert x.grad.item() == 0
