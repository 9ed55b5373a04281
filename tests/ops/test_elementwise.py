import numpy as np
import pytest

import diydl as dl


def test_shapes_that_do_not_broadcast_are_named():
    expected = (
        r"add: shapes \(2, 3\) and \(4,\) do not broadcast: axis -1 has sizes 3 and 4, "
        r"expected equal sizes or 1; got \(2, 3\) float64, \(4,\) float64"
    )
    with pytest.raises(ValueError, match=expected):
        dl.add(np.ones((2, 3)), np.ones(4))


@pytest.mark.parametrize("wrong", [None, "text", {}])
def test_operands_that_are_no_arrays_are_refused(wrong):
    with pytest.raises(TypeError, match=r"exp: operand 0 is a .*; call it as exp\(x\)"):
        dl.exp(wrong)


def test_a_parameter_without_its_name_is_refused():
    with pytest.raises(TypeError, match=r"sum takes 1 array\(s\), got 2: sum\(x, \*, axis=None"):
        dl.sum(np.ones(3), 0)


@pytest.mark.parametrize("f", [dl.sum, dl.max, dl.argmax])
def test_an_unknown_parameter_is_refused(f):
    words = rf"{f.name}: got an unexpected keyword argument 'dim'; call it as {f.name}\(x, \*, axis"
    with pytest.raises(TypeError, match=words):
        f(np.ones(3), dim=0)


def test_a_missing_parameter_is_named():
    words = r"reshape: missing a required argument: 'shape'; call it as reshape\(x, \*, shape\)"
    with pytest.raises(TypeError, match=words):
        dl.reshape(np.ones(3))


def test_division_of_integers_is_exact():
    out = dl.div(np.array([1, 3]), np.array([2, 2]))
    assert out.dtype == np.float64
    assert out.tolist() == [0.5, 1.5]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("y", [2, 2.0, 0.5, -1, 3])
def test_pow_with_a_number_keeps_the_dtype(y, dtype):
    x = np.array([1.0, 4.0], dtype)
    out = dl.pow(x, y)
    assert out.dtype == dtype
    assert out.tolist() == [1, 4.0**y]


@pytest.mark.parametrize(("y", "expected"), [(0, 0), (1, 1), (2, 0)])
def test_pow_at_zero_has_a_finite_gradient(y, expected):
    x = dl.tensor([0.0], requires_grad=True)
    (x**y).backward()
    assert x.grad.item() == expected


def test_zero_to_a_learned_power():
    x, y = dl.tensor([0.0], requires_grad=True), dl.tensor([2.0], requires_grad=True)
    (x**y).backward()
    assert x.grad.item() == 0
    assert y.grad.item() == 0


def test_integer_to_negative_power_is_an_error_with_its_name():
    with pytest.raises(ValueError, match=r"pow: Integers to negative integer powers .* got \(1,\)"):
        dl.pow(np.array([2]), np.array([-1]))


def test_stop_gradient_stops():
    x = dl.tensor([3.0], requires_grad=True)
    (x * dl.stop_gradient(x)).backward()
    assert x.grad.item() == 3


def test_cast_brings_the_gradient_back():
    x = dl.tensor([3.0], requires_grad=True)
    y = dl.cast(x, dtype="float64")
    (y * y).backward()
    assert y.dtype == np.float64
    assert x.grad.dtype == np.float32
    assert x.grad.item() == 6


@pytest.mark.parametrize("f", [dl.add, dl.sub, dl.mul, dl.div, dl.maximum, dl.where])
def test_python_numbers_do_not_widen(f):
    x = np.ones(2, np.float32)
    operands = (x > 0, x, 2.5) if f is dl.where else (x, 2.5)
    assert f(*operands).dtype == np.float32


def test_regression_gradient_is_replaced_not_accumulated():
    x = dl.tensor([2.0], requires_grad=True)
    for _ in range(2):
        (x * x).backward()
    assert x.grad.item() == 4
