import itertools
import re

import numpy as np
import pytest

import diydl as dl
from diydl.testing import assert_close


@pytest.mark.parametrize("axes", list(itertools.permutations(range(3))))
def test_regression_transpose_gradient_of_permutations_that_are_not_their_own_inverse(axes):
    x = dl.tensor(np.zeros((2, 3, 4)), requires_grad=True)
    g = np.random.default_rng(0).normal(size=np.transpose(x.data, axes).shape)
    dl.transpose(x, axes=axes).backward(g)
    expected = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        expected[place] = g[tuple(place[a] for a in axes)]
    assert_close(x.grad, expected)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: dl.reshape(x, shape=(4, 2)), "cannot reshape (2, 3) to (4, 2): 6 elements do"),
        (lambda x: dl.reshape(x, shape=(4, -1)), "6 elements do not fill a multiple of 4"),
        (lambda x: dl.reshape(x, shape=(-1, -1)), "at most one size may be -1"),
        (lambda x: dl.transpose(x, axes=(0, 0)), "axes=(0, 0) is not a permutation of the 2 axes"),
        (lambda x: dl.transpose(x, axes=(0, 2)), "axis 2 is out of range for an array of 2 axes"),
        (lambda x: dl.broadcast_to(x, shape=(2, 4)), "(2, 3) does not broadcast to (2, 4)"),
        (lambda x: dl.broadcast_to(x, shape=(3,)), "(2, 3) does not broadcast to (3,)"),
        (lambda x: dl.sum_to(x, shape=(2,)), "cannot sum (2, 3) to (2,): expected a shape that"),
        (lambda x: dl.sum_to(x, shape=(1, 2, 3)), "cannot sum (2, 3) to (1, 2, 3)"),
        (lambda x: dl.squeeze(x, axis=0), "cannot squeeze axis 0 of (2, 3): expected size 1"),
        (lambda x: dl.squeeze(x, axis=2), "axis 2 is out of range"),
        (lambda x: dl.expand_dims(x, axis=4), "axis 4 is out of range for an array of 3 axes"),
        (lambda x: dl.expand_dims(x, axis=(0, 0)), "names an axis twice"),
    ],
)
def test_errors_name_shapes_and_what_was_expected(call, words):
    with pytest.raises((ValueError, IndexError), match=re.escape(words)) as caught:
        call(np.ones((2, 3)))
    assert re.match(r"[a-z_]+: ", str(caught.value)), "the message begins with the primitive"
    assert "got (2, 3) float64" in str(caught.value)


def test_sum_to_adds_halves_in_single_precision():
    x = np.full((4096, 1), 1, np.float16)
    assert dl.sum_to(x, shape=(1, 1)).item() == 4096  # adding 1 to 2048 in float16 changes nothing


def test_unbroadcast_leaves_what_was_not_broadcast():
    g = np.ones((2, 3))
    assert dl.unbroadcast(g, (2, 3)) is g


def test_a_view_and_its_source_each_get_their_gradient():
    x = dl.tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    (x[0] * x[1]).sum().backward()
    assert x.grad.tolist() == [[3, 4, 5], [0, 1, 2]]
