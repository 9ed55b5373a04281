import operator
import re

import numpy as np
import pytest

import diydl as dl
from diydl.testing import assert_close

A = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)
B = np.array([[2.0, 2.0], [0.5, 5.0]], np.float32)
ARITHMETIC = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
ARITHMETIC += [operator.matmul, operator.eq, operator.ne, operator.lt, operator.le]
ARITHMETIC += [operator.gt, operator.ge]


@pytest.mark.parametrize("f", ARITHMETIC)
def test_operators_on_tensors_and_arrays(f):
    for left, right in [
        (dl.tensor(A), dl.tensor(B)),
        (dl.tensor(A), B),
        (A, dl.tensor(B)),
        (dl.Parameter(A), B),
    ]:
        out = f(left, right)
        assert isinstance(out, dl.Tensor)
        expected = f(A, B)
        assert out.dtype == expected.dtype
        assert_close(out, expected)


@pytest.mark.parametrize("f", [f for f in ARITHMETIC if f is not operator.matmul])
@pytest.mark.parametrize("number", [2, 0.5, True, np.float64(3), np.float32(2)])
def test_operators_with_numbers(f, number):
    for out, expected in [
        (f(dl.tensor(A), number), f(A, np.float32(number))),
        (f(number, dl.tensor(A)), f(np.float32(number), A)),
    ]:
        assert_close(out, expected)
        if not isinstance(number, np.float64):  # NumPy's own scalars keep their precision
            assert out.dtype == expected.dtype


@pytest.mark.parametrize("f", [operator.neg, operator.pos, operator.abs])
def test_unary_operators(f):
    assert_close(f(dl.tensor(-A)), f(-A))


METHODS = {
    "T": lambda x: x.T,
    "reshape": lambda x: x.reshape(4, 1),
    "reshape by a tuple": lambda x: x.reshape((1, 4)),
    "reshape to a row": lambda x: x.reshape(-1),
    "transpose": lambda x: x.transpose(),
    "transpose by numbers": lambda x: x.transpose(1, 0),
    "transpose by a tuple": lambda x: x.transpose((1, 0)),
    "swapaxes": lambda x: x.swapaxes(0, -1),
    "flatten": lambda x: x.flatten(),
    "squeeze": lambda x: x[:1].squeeze(0),
    "astype": lambda x: x.astype("float64"),
    "take": lambda x: x.take(np.array([1, 0]), axis=1),
    "sum": lambda x: x.sum(),
    "sum over an axis": lambda x: x.sum(0),
    "mean": lambda x: x.mean(axis=1, keepdims=True),
    "var": lambda x: x.var(0),
    "max": lambda x: x.max(axis=(0, 1)),
    "min": lambda x: x.min(1),
    "argmax": lambda x: x.argmax(1),
    "cumsum": lambda x: x.cumsum(1),
    "clip": lambda x: x.clip(2, 3),
}


@pytest.mark.parametrize("f", METHODS.values(), ids=METHODS.keys())
def test_methods_that_arrays_have_too(f):
    assert_close(f(dl.tensor(A)), np.asarray(f(A)))


@pytest.mark.parametrize("name", "exp log log1p sqrt abs sin cos tanh".split())
def test_methods_named_as_numpys_functions(name):
    assert_close(getattr(dl.tensor(A), name)(), getattr(np, name)(A))


@pytest.mark.parametrize("name", "rsqrt sigmoid relu softmax log_softmax".split())
def test_methods_named_as_ours(name):
    assert_close(getattr(dl.tensor(A), name)(), getattr(dl, name)(A))


def test_expand_dims():
    assert dl.tensor(A).expand_dims(1).shape == (2, 1, 2)


def test_values_are_keys_by_identity():
    x, y = dl.tensor(A), dl.tensor(A)
    assert {x: 1, y: 2}[x] == 1


def test_comparison_with_something_else_is_false():
    assert (dl.tensor(A) == None) is False  # noqa: E711
    assert dl.tensor(A) != "text"


def test_iteration_goes_over_the_first_axis():
    rows = list(dl.tensor(A))
    assert len(rows) == len(dl.tensor(A)) == 2
    assert rows[1].tolist() == [3, 4]


@pytest.mark.parametrize("f", [len, iter, list])
def test_a_scalar_has_no_length(f):
    with pytest.raises(TypeError, match="0 axes"):
        f(dl.tensor(1.0))


def test_assignment_says_what_to_do_instead():
    x = dl.tensor(A)
    with pytest.raises(TypeError, match=r"where\(mask.*scatter_add"):
        x[0] = 1


def test_an_augmented_assignment_makes_a_new_tensor():
    x = y = dl.tensor(A)
    x += 1
    assert x is not y
    assert_close(y, A)


def test_lists_are_refused_with_advice():
    with pytest.raises(TypeError, match=re.escape("wrap it in diydl.tensor(...)")):
        dl.tensor([1.0]) + [1.0]
