"""Sizes that are not known yet: they reckon as ints do, for every size of the batch."""

import itertools
import operator

import numpy as np
import pytest

from diydl.dim import Dim, is_open, open_shape, resolved
from diydl.ops import shape as shapes
from diydl.ops.lookup import getitem
from diydl.rules import broadcast

B = Dim()
EXPRESSIONS = [
    lambda n: 3 * n + 1,
    lambda n: n * n - n + 2,
    lambda n: 2 / (n - 1.5),
    lambda n: (n * 6) // 3,
    lambda n: n * 4 % 2,
    lambda n: -(1 - n) / n,
    lambda n: n * n / n * np.int64(2),
    lambda n: np.float32(0.5) * n,
    lambda n: 7 - (n + 1) * (n - 1),
    lambda n: (n * n + n) / (n * 3),
    lambda n: (n - n) / (n + 1) + n * 0,
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("batch", [1, 2, 8, 1000])
def test_reckons_as_a_number_does(expression, batch):
    found = expression(B)
    assert resolved(found, batch) == pytest.approx(expression(batch), rel=1e-12)


def test_equal_for_every_batch_or_not():
    assert B * 4 == 4 * B
    assert B * B / B == B
    assert (B * B - B) / (B - 1) == B
    assert hash((B * B - B) / (B - 1)) == hash(B)
    assert B != 4
    assert (B, 3) == (Dim(), 3)
    assert (B, 3) != (8, 3)
    assert B - B == 0
    assert type(B - B) is int
    assert len({B, B + 0, B * 2 // 2, B + 1}) == 2


def test_comparisons_hold_for_every_batch_or_say_so():
    assert B > 0
    assert B >= 1
    assert 2 * B > B
    assert not B < 1
    for relation in (operator.lt, operator.le, operator.gt, operator.ge):
        with pytest.raises(TypeError, match=r"depends on the size of the batch"):
            relation(B, 5)


@pytest.mark.parametrize("use", [int, float, range, operator.index, len, list])
def test_is_no_int_that_python_could_count_with(use):
    with pytest.raises(TypeError, match="the size B is not known until the graph runs"):
        use(B)


def test_division_that_may_leave_a_rest_is_refused():
    with pytest.raises(TypeError, match=r"B // 2: whether it divides depends"):
        B // 2
    assert (4 * B) // 2 == 2 * B


def test_nothing_is_divided_by_nothing():
    for zero in (0, 0.0, B - B):
        with pytest.raises(ZeroDivisionError):
            B / zero
    assert (B * 0, 0 / (B + 1)) == (0, 0)


def test_written_as_it_is_reckoned():
    assert [repr(x) for x in (B, 2 * B - 1, B * B, -B, 2 / (B - 1), B / 2)] == [
        "B",
        "2*B - 1",
        "B**2",
        "-1*B",
        "2/(B - 1)",
        "B/2",
    ]


def test_found_and_replaced_inside_parameters():
    params = {"shape": (B, 4), "index": (slice(None, 2 * B), None, ...), "axis": 0, "xs": [B]}
    assert is_open(params)
    assert resolved(params, 3) == {
        "shape": (3, 4),
        "index": (slice(None, 6), None, ...),
        "axis": 0,
        "xs": [3],
    }
    assert not is_open(resolved(params, 3))


@pytest.mark.parametrize(
    ("rule", "given", "params", "expected"),
    [
        (broadcast, [(B, 4), (4,)], {}, (B, 4)),
        (broadcast, [(B, 1), (1, 4)], {}, (B, 4)),
        (shapes.reshape.shape, [(B, 6)], {"shape": (-1, 3)}, (2 * B, 3)),
        (shapes.reshape.shape, [(B, 6)], {"shape": (B, 2, -1)}, (B, 2, 3)),
        (shapes.reshape.shape, [(B, B)], {"shape": (-1,)}, (B * B,)),
        (shapes.sum_to.shape, [(B, 4)], {"shape": (1, 4)}, (1, 4)),
        (getitem.shape, [(B, 4)], {"index": 0}, (4,)),
        (getitem.shape, [(B, 4)], {"index": slice(None, None, -1)}, (B, 4)),
    ],
)
def test_rules_for_numbers_foretell_open_shapes(rule, given, params, expected):
    found = open_shape(rule, given, params)
    assert found == expected
    assert [type(n) for n in found] == [type(n) for n in expected]


def test_a_size_of_the_model_is_not_taken_for_the_batch():
    for size in (2, 3, 5, 1009):
        with pytest.raises(ValueError, match=r"with a batch of \d+, .*do not broadcast"):
            open_shape(broadcast, [(B, 4), (size, 4)], {})


@pytest.mark.parametrize("index", [slice(0, 500), slice(0, 3), slice(None, None, 2)])
def test_what_is_no_polynomial_is_an_error(index):
    with pytest.raises(ValueError, match="give the placeholder a fixed size"):
        open_shape(getitem.shape, [(B, 4)], {"index": index})


def test_a_rest_that_depends_on_the_batch_is_an_error():
    with pytest.raises(ValueError, match=r"with a batch of 3, cannot reshape \(3, 6\)"):
        open_shape(shapes.reshape.shape, [(B, 6)], {"shape": (-1, 4)})


def test_products_of_sizes_stay_whole():
    for a, b in itertools.product([B, 2 * B + 1, 3], repeat=2):
        assert resolved(a * b, 7) == resolved(a, 7) * resolved(b, 7)
