"""The table of learned rows: who is looked up gets a gradient, padding gets none."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim


def test_a_lookup_is_a_product_with_one_hot_rows():
    table, ids = nn.Embedding(7, 3, dtype="float64"), np.array([[1, 6, 1], [0, 1, 3]])
    hot = dl.one_hot(ids, classes=7, dtype="float64")
    g = np.random.default_rng(0).normal(size=(2, 3, 3))
    out = table(ids)
    out.backward(g)
    mine = table.weight.grad.numpy()
    product = hot @ table.weight
    product.backward(g)
    np.testing.assert_allclose(out.numpy(), product.numpy())
    np.testing.assert_allclose(mine, table.weight.grad.numpy())
    assert not mine[[2, 4, 5]].any()


def test_padding_begins_as_zeros_and_stays():
    dl.seed(0)
    table = nn.Embedding(5, 4, padding_idx=-2)
    assert table.padding_idx == 3
    assert not table.weight.numpy()[3].any()
    optimizer = optim.SGD(table.parameters(), lr=0.1)
    before = table.weight.numpy().copy()
    table(np.array([3, 1, 3])).sum().backward()
    optimizer.step()
    changed = (table.weight.numpy() != before).any(1)
    assert changed.tolist() == [False, True, False, False, False]


def test_a_row_of_padding_that_was_written_is_read():
    table = nn.Embedding(3, 2, padding_idx=0)
    table.weight.write(np.ones((3, 2), np.float32))
    assert table(np.array([0])).tolist() == [[1, 1]]


@pytest.mark.parametrize("ids", [[5], [-1], [[0, 7]], [2**40]])
def test_numbers_out_of_range_are_refused(ids):
    with pytest.raises(IndexError, match="take: "):
        nn.Embedding(5, 2)(np.array(ids))


@pytest.mark.parametrize("empty", [(0,), (2, 0)])
def test_no_number_is_no_row(empty):
    assert nn.Embedding(5, 2)(np.zeros(empty, int)).shape == (*empty, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.Embedding(0, 2), "num_embeddings is a whole number"),
        (lambda: nn.Embedding(2, (3,) * 2), "embedding_dim is a whole number"),
        (lambda: nn.Embedding(2, 3, padding_idx=2), "padding_idx=2 names none of 2 rows"),
        (lambda: nn.Embedding(2, 3, padding_idx=0.0), "padding_idx is a whole number"),
        (lambda: nn.Embedding(2, 3)(np.ones(2)), "indices are integers, got float64"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_lists_will_do():
    assert nn.Embedding(4, 2)([1, 2]).shape == (2, 2)
    assert repr(nn.Embedding(4, 2, padding_idx=1)) == "Embedding(4, 2, padding_idx=1)"
