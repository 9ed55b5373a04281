import re

import numpy as np
import pytest

import diydl as dl
from diydl.ops import Operators
from diydl.testing import gradient_checker
from diydl.value import Value

X = np.arange(24.0).reshape(2, 3, 4)
I = np.array([1, -1, 0])  # noqa: E741
J = np.array([2, 0, -3])

INDICES = {
    "an integer": 1,
    "NumPy's integer": np.int64(1),
    "slices": (slice(None), slice(1, 3), slice(None, None, -2)),
    "None and dots": (None, ..., 0),
    "one array": I,
    "a list": [1, 0],
    "an array behind a slice": (slice(None), np.array([[0, 2], [1, 1]])),
    "an array behind dots": (..., J),
    "an array between slices": (slice(0, 1), J, slice(1, None)),
    "an array behind None": (None, I),
    "two arrays": (I, J),
    "two arrays that broadcast": (I[:2, None], J),
    "two arrays behind dots": (..., J, np.array([3, 0, 1])),
    "an integer and an array": (1, J),
    "an array and an integer": (I, 2),
    "a mask of all axes": X > 10,
    "a mask of the first axes": X[..., 0] > 3,
    "a mask behind a slice": (slice(None), np.array([True, False, True])),
    "an array and a mask": (np.array([1, 0]), np.array([True, False, True])),
    "a mask and an array": (X[..., 0] > 3, np.array([3, 0, 1, 0, 2])),
    "an empty array": np.array([], int),
    "all of it": (),
}


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES.keys())
def test_means_what_it_means_in_numpy(index):
    np.testing.assert_array_equal(dl.lookup(X, index), X[index])
    t = dl.tensor(X, requires_grad=True)
    np.testing.assert_array_equal(t[index].numpy(), X[index])
    g = np.random.default_rng(0).normal(size=X[index].shape)
    t[index].backward(g)
    expected = np.zeros_like(X)
    np.add.at(expected, index, g)
    np.testing.assert_array_equal(t.grad.numpy(), expected)


def test_tensors_are_indices_and_masks():
    t = dl.tensor(X)
    np.testing.assert_array_equal(t[dl.tensor(I)].numpy(), X[I])
    np.testing.assert_array_equal(t[t > 5].numpy(), X[X > 5])


def test_the_usual_choice_of_one_class_per_row():
    labels = np.array([2, 0])
    report = gradient_checker(lambda x: x[np.arange(2), labels], X[:, :, 0])
    assert report, report


@pytest.mark.parametrize(
    ("index", "error", "words"),
    [
        (2, IndexError, "index 2 is out of bounds for axis 0 with size 2"),
        ((0, 0, 0, 0), IndexError, "too many indices"),
        ((..., ..., I), IndexError, "one ... stands for all axes that are left, got 2 of them"),
        ((0, 0, 0, I), IndexError, "too many indices: 4 for an array of 3 axes"),
        (np.array([2]), IndexError, "index 2 is out of bounds for axis 0 with size 2"),
        ((I, J + 9), IndexError, "indices from 6 to 11 on axis 1 of size 3: expected -3 to 2"),
        ((I, slice(None), J), IndexError, "separated by a slice; NumPy would move axes"),
        (np.array([0.5]), TypeError, "got an index of float64: expected integers, slices"),
        ("text", TypeError, "got an index of str: expected integers, slices, None"),
        (1.5, TypeError, "got an index of float: expected integers"),
        (True, TypeError, "got an index of bool: expected integers"),
        (np.ones((3, 2), bool), IndexError, "the mask has shape (3, 2), the axes it picks from"),
    ],
)
def test_errors(index, error, words):
    with pytest.raises(error, match=re.escape(words)):
        dl.tensor(X)[index]


def test_a_mask_without_values_is_refused():
    class Symbol(Operators, Value):
        shape, ndim, dtype = (2,), 1, np.dtype(bool)

    with pytest.raises(TypeError, match=r"not known while the graph is built.*where\(mask, x, 0\)"):
        dl.lookup(X, Symbol())


def test_getitem_grad_wants_what_getitem_gives():
    words = "getitem_grad: (2, 3) does not fit where index=0 points in (3, 3): expected shape (3,)"
    with pytest.raises(ValueError, match=re.escape(words)):
        dl.getitem_grad(np.ones((2, 3)), index=0, shape=(3, 3))
