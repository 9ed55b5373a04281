import re

import numpy as np
import pytest

import diydl as dl


def test_rows_taken_twice_get_both_gradients():
    table = dl.tensor(np.zeros((3, 2)), requires_grad=True)
    dl.take(table, np.array([2, 0, 2])).backward(np.array([[1.0, 2], [3, 4], [10, 20]]))
    assert table.grad.tolist() == [[3, 4], [0, 0], [11, 22]]


def test_negative_indices_count_from_the_back_in_the_gradient_too():
    x = dl.tensor([1.0, 2.0, 3.0], requires_grad=True)
    dl.take(x, np.array([-1, 2])).backward(np.array([1, 10], "f"))
    assert x.grad.tolist() == [0, 0, 11]


def test_many_small_halves_add_up():
    x = dl.tensor(np.zeros(2, np.float16), requires_grad=True)
    dl.take(x, np.ones(4096, int)).backward(np.ones(4096, np.float16))
    assert x.grad.tolist() == [0, 4096]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda i: dl.take(np.ones(3), i([3])), IndexError, "index 3 is out of bounds"),
        (lambda i: dl.take(np.ones(3), i([0]), axis=1), ValueError, "take: axis 1 is out of range"),
        (lambda i: dl.take(np.ones(3), np.array([0.5])), TypeError, "take: "),
        (
            lambda i: dl.scatter_add(np.ones(3), i([0, 3]), np.ones(2)),
            IndexError,
            "scatter_add: indices from 0 to 3 on axis 0 of size 3: expected -3 to 2",
        ),
        (
            lambda i: dl.scatter_add(np.ones((3, 2)), i([0]), np.ones(2)),
            ValueError,
            "scatter_add: updates have shape (2,), expected (1, 2): that of take(x, indices, axis",
        ),
        (
            lambda i: dl.scatter_add(np.ones(3), np.array([0.0]), np.ones(1)),
            TypeError,
            "scatter_add: indices have dtype float64, expected integers",
        ),
        (
            lambda i: dl.one_hot(i([0, 3]), classes=3),
            IndexError,
            "one_hot: indices from 0 to 3, expected 0 to 2",
        ),
        (
            lambda i: dl.one_hot(i([-1, 0]), classes=3),
            IndexError,
            "one_hot: indices from -1 to 0, expected 0 to 2",
        ),
        (
            lambda i: dl.one_hot(np.array([1.0]), classes=3),
            TypeError,
            "one_hot: indices have dtype float64, expected integers",
        ),
    ],
)
def test_errors(call, error, words):
    with pytest.raises(error, match=re.escape(words)):
        call(np.array)


def test_scatter_add_leaves_its_operand_alone():
    x = np.zeros(3)
    out = dl.scatter_add(x, np.array([1, 1]), np.array([2.0, 3.0]))
    assert out.tolist() == [0, 5, 0]
    assert x.tolist() == [0, 0, 0]


def test_one_hot_has_the_dtype_that_is_asked_for():
    assert dl.one_hot(np.array([1]), classes=2).dtype == np.float32
    assert dl.one_hot(np.array([1]), classes=2, dtype="float64").dtype == np.float64
