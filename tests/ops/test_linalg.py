import re

import numpy as np
import pytest

import diydl as dl
from diydl.testing import assert_close


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        (((2, 3), (4, 5)), "the last axis of the first has 3 elements, the last but one axis"),
        (((2, 3), (4,)), "the last axis of the first has 3 elements, the only axis of the second"),
        (((), (3,)), "shapes () and (3,): expected at least one axis each; use * for scaling"),
        (((2, 4, 3), (5, 3, 4)), "the batch axes (2,) and (5,) do not broadcast"),
    ],
)
def test_matmul_errors(shapes, words):
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        dl.matmul(*map(np.ones, shapes))
    assert str(caught.value).startswith("matmul: ")


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        (((2, 3), (4, 5), (4,)), "x has shape (2, 3) and w (4, 5): expected x (..., features)"),
        (((2, 3), (4, 3), (3,)), "the bias has shape (3,), expected (4,), one number for each row"),
        (((2, 3), (4, 3), (1,)), "the bias has shape (1,), expected (4,)"),
        (((2, 3), (3,), (1,)), "expected x (..., features) and w (outputs, features)"),
    ],
)
def test_linear_errors(shapes, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        dl.linear(*map(np.ones, shapes))


@pytest.mark.parametrize("rows", [(3,), (5, 3), (2, 5, 3)])
@pytest.mark.parametrize("bias", [True, False])
def test_linear_is_its_composite(rows, bias):
    random = np.random.default_rng(0)
    arrays = [random.normal(size=s) for s in [rows, (4, 3), (4,)][: 3 if bias else 2]]
    g = random.normal(size=(*rows[:-1], 4))

    def composite(x, w, b=None):
        out = dl.matmul(x, dl.transpose(w))
        return out if b is None else out + b

    grads = []
    for f in (dl.linear, composite):
        leaves = [dl.tensor(x, requires_grad=True) for x in arrays]
        out = f(*leaves)
        out.backward(g)
        grads.append([out, *(leaf.grad for leaf in leaves)])
    for ours, expected in zip(*grads, strict=True):
        assert_close(ours, expected)


@pytest.mark.parametrize("rows", [(5, 3), (2, 5, 3)])
def test_the_weight_gradient_has_the_layout_of_the_weight(rows):
    x, w = np.ones(rows, "f"), np.ones((4, 3), "f")
    g = np.ones((*rows[:-1], 4), "f")
    _, gw, _ = dl.affine.pull((False, True, False), g, None, (x, w, np.ones(4, "f")), {})
    assert gw.shape == w.shape
    assert gw.flags.c_contiguous


def test_a_frozen_weight_costs_nothing():
    needed = (True, False, False)
    x, w, b = np.ones((2, 3)), np.ones((4, 3)), np.ones(4)
    assert dl.affine.pull(needed, np.ones((2, 4)), None, (x, w, b), {})[1:] == [None, None]
    assert dl.affine.keeps(needed) == (False, (False, True, False))


def test_a_bias_of_higher_precision_is_not_cut():
    out = dl.linear(np.ones((2, 3), "f"), np.ones((4, 3), "f"), np.full(4, 1e-12))
    assert out.dtype == np.float64
    assert out[0, 0] > 3


@pytest.mark.parametrize("f", [dl.matmul, dl.linear])
def test_products_of_halves_are_summed_in_single_precision(f):
    x = np.ones((1, 4096), np.float16)
    out = f(x, x if f is dl.linear else x.T)
    assert out.dtype == np.float16
    assert out.item() == 4096


def test_flops_of_a_product():
    assert dl.matmul.flops((2, 4), (2, 3), (3, 4)) == 2 * 2 * 3 * 4
    assert dl.affine.flops((5, 4), (5, 3), (4, 3), (4,)) == 2 * 5 * 3 * 4
