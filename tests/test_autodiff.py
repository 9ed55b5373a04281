"""Derivatives of functions."""

import numpy as np
import pytest

import diydl as dl


def cubic(x):
    return x * x * x


def test_what_goes_in_comes_out():
    assert dl.grad(cubic)(2.0) == 12.0
    assert isinstance(dl.grad(cubic)(2.0), float)
    array = dl.grad(lambda x: cubic(x).sum())(np.array([1.0, 2.0]))
    assert type(array) is np.ndarray
    np.testing.assert_allclose(array, [3, 12])
    tensor = dl.grad(lambda x: cubic(x).sum())(dl.tensor([1.0, 2.0]))
    assert isinstance(tensor, dl.Tensor)
    assert not tensor.requires_grad


def test_any_order():
    f = cubic
    values = []
    for _ in range(4):
        f = dl.grad(f)
        values.append(f(2.0))
    assert values == [12.0, 12.0, 6.0, 0.0]


def test_nested_derivatives_stay_apart():
    outer = dl.grad(lambda x: x * dl.grad(lambda y: x * y)(1.0 * x))
    assert outer(3.0) == 6.0  # d/dx of x * x, not of anything else
    assert dl.grad(lambda x: x * dl.grad(lambda y: x + y)(x))(1.0) == 1.0


def test_several_arguments_and_one_that_does_not_matter():
    value, (gx, gy) = dl.value_and_grad(lambda x, y: x * 3, argnums=(0, 1))(2.0, 5.0)
    assert (value, gx, gy) == (6.0, 3.0, 0.0)


def test_double_precision_is_kept_for_python_floats():
    assert dl.grad(dl.sin)(1.0) == pytest.approx(np.cos(1.0), abs=1e-15)


def test_recorded_arguments_are_recorded_again():
    x = dl.tensor([2.0], requires_grad=True)
    g = dl.grad(lambda t: cubic(t).sum())(x)
    g.sum().backward()
    assert x.grad.tolist() == [12.0]


def test_vjp_jvp_jacobian_hessian_agree_with_each_other():
    rng = np.random.default_rng(0)
    a, x = rng.normal(size=(3, 4)), rng.normal(size=4)

    def f(t):
        return dl.tanh(a @ t) * 2

    full = dl.jacobian(f)(x)
    expected = 2 * (1 - np.tanh(a @ x) ** 2)[:, None] * a
    np.testing.assert_allclose(full, expected, rtol=1e-12)
    g, v = rng.normal(size=3), rng.normal(size=4)
    np.testing.assert_allclose(dl.vjp(f, x)[1](g)[0], g @ full, rtol=1e-12)
    np.testing.assert_allclose(dl.jvp(f, [x], [v])[1], full @ v, rtol=1e-12)
    second = dl.hessian(lambda t: (t**3).sum() + t[0] * t[1])(x)
    expected = np.diag(6 * x)
    expected[0, 1] = expected[1, 0] = 1
    np.testing.assert_allclose(second, expected, atol=1e-12)


def test_jvp_of_a_function_that_does_not_depend_on_its_input():
    value, along = dl.jvp(lambda x: dl.ones(2), [np.ones(3)], [np.ones(3)])
    assert along.tolist() == [0, 0]


def test_gradients_inside_no_grad():
    with dl.no_grad():
        assert dl.grad(cubic)(2.0) == 12.0


def test_errors():
    with pytest.raises(ValueError, match=r"one result element.*\(2,\).*jacobian"):
        dl.grad(cubic)(np.ones(2))
    with pytest.raises(TypeError, match="int64 values; use floats"):
        dl.grad(cubic)(2)
    with pytest.raises(ValueError, match=r"argnums=\(1,\), but 1 argument"):
        dl.grad(cubic, argnums=1)(2.0)
    with pytest.raises(TypeError, match="expected"):
        dl.grad(lambda x: "text")(2.0)
