"""Tensors are made in the shape, dtype and place that were asked for."""

import numpy as np
import pytest

import diydl as dl

FILLED = {"zeros": 0, "ones": 1}


@pytest.mark.parametrize("name", FILLED)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3)], ids=str)
def test_filled(name, shape):
    make = getattr(dl, name)
    for x in (make(*shape), make(shape), make(list(shape))):
        assert x.shape == shape
        assert x.dtype == np.float32
        assert (x.numpy() == FILLED[name]).all()
    assert make(2, dtype="int8").dtype == np.int8


def test_full():
    assert dl.full((2, 1), 7).tolist() == [[7.0], [7.0]]
    assert dl.full(3, 0.5, dtype="float64").dtype == np.float64
    assert dl.full((), 2).item() == 2
    assert dl.full((2,), 1, requires_grad=True).requires_grad
    with pytest.raises(TypeError, match="only floating-point tensors can require gradients"):
        dl.full((2,), 1, dtype=int, requires_grad=True)
    with pytest.raises(ValueError):
        dl.full((-1,), 1)


@pytest.mark.parametrize(
    ("bounds", "dtype"),
    [((5,), "int64"), ((2, 9, 3), "int64"), ((0.0, 1, 0.25), "float32"), ((3, 0, -1), "int64")]
    + [((0,), "int64")],
    ids=str,
)
def test_arange_as_numpy(bounds, dtype):
    x = dl.arange(*bounds)
    assert x.dtype == dtype
    np.testing.assert_array_equal(x.numpy(), np.arange(*bounds))
    assert dl.arange(*bounds, dtype="float64").dtype == np.float64


@pytest.mark.parametrize(
    ("make", "mean", "std"), [(dl.rand, 0.5, 12**-0.5), (dl.randn, 0.0, 1.0)], ids=["rand", "randn"]
)
def test_random(make, mean, std):
    dl.seed(0)
    first = make(200, 300)
    assert first.shape == (200, 300)
    assert first.dtype == np.float32
    assert first.numpy().mean() == pytest.approx(mean, abs=0.01)
    assert first.numpy().std() == pytest.approx(std, rel=0.01)
    assert (make(200, 300).numpy() != first.numpy()).any()
    dl.seed(0)
    np.testing.assert_array_equal(make((200, 300)).numpy(), first.numpy())
    assert make(2, dtype="float64", requires_grad=True).requires_grad
    assert make(0, 3).shape == (0, 3)


def test_rand_stays_below_one():
    dl.seed(0)
    for dtype in ("float16", "float32", "float64"):
        x = dl.rand(100_000, dtype=dtype).numpy()
        assert x.dtype == dtype
        assert 0 <= x.min() < 0.001 < 0.999 < x.max() < 1


def test_a_tensor_is_a_copy():
    array = np.zeros(2)
    x = dl.tensor(array)
    array[:] = 1
    assert x.tolist() == [0, 0]
    assert dl.tensor(x, dtype="int64").dtype == np.int64
    with pytest.raises(TypeError, match="rows of equal length"):
        dl.tensor([[1], [1, 2]])


@pytest.mark.gpu
@pytest.mark.parametrize("name", ["zeros", "ones", "rand", "randn"])
def test_on_the_gpu(name):
    assert str(getattr(dl, name)(3, device="cuda").device) == "cuda:0"
    assert str(dl.full((2,), 1.0, device="cuda").device) == "cuda:0"
    assert str(dl.arange(3, device="cuda").device) == "cuda:0"


def test_a_device_that_is_not_there():
    for make in (dl.zeros, dl.rand, dl.arange):
        with pytest.raises((RuntimeError, ValueError), match="device"):
            make(3, device="cuda:77")
