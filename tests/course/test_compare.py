import numpy as np
import pytest

import diydl as dl
from diydl.course.bank import Code
from diydl.course.compare import (
    Mismatch,
    agree,
    agree_gradient,
    agree_type,
    leaves_inputs_alone,
    tracing,
)
from diydl.course.engine import SEED, Trial
from diydl.course.limits import Limit

ONES = np.ones((2, 3))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (ONES, ONES),
        (ONES * (1 + 1e-9), ONES),
        (np.float32([1, 2]), np.float32([1.000001, 2])),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf])),
        (np.float64(2), np.array(2.0)),
        (2.0, np.array(2.0)),
        (0.5, 0.5),
        (np.float64(0.5), 0.5),
        ("abc", "abc"),
        (None, None),
        (True, True),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.array(["a"]), np.array(["a"])),
    ],
)
def test_what_is_equal_up_to_rounding_agrees(found, expected):
    agree(found, expected)


@pytest.mark.parametrize(
    ("found", "expected", "words"),
    [
        (None, ONES, "is None; is there a `return` missing?"),
        (..., ONES, "the placeholder is still there"),
        ([1.0], np.ones(1), "is a list, expected an array"),
        (dl.tensor(ONES), ONES, "is a Tensor, expected an array"),
        ("3", 3, "is a str, expected a number"),
        (
            ONES.T,
            ONES,
            r"axis 0 has 3 instead of 2, axis 1 has 2 instead of 3; the axes are in rev",
        ),
        (ONES[0], ONES, r"1 axis fewer than expected \(keepdims=True keeps"),
        (ONES[None, None], ONES, "2 axes more than expected"),
        (ONES, np.float32(ONES), "is float64, expected float32: float64 creeps in"),
        (ONES, np.ones((2, 3), int), "whole numbers went in"),
        (np.ones(2, int), np.ones(2), "has the dtype int64, expected float64"),
        (
            np.array([1, np.nan]),
            np.ones(2),
            r"is not finite in 1 of 2 elements; first at \[1\]: nan",
        ),
        (
            np.array([1.0, 3.0, 5.0]),
            np.ones(3),
            r"wrong in 2 of 3 elements; first at \[1\]: 3, exp",
        ),
        (-ONES, ONES, "every sign is turned"),
        (np.array([1.0, 2.0]), np.array([2.0, 4.0]), "everything is 0.5 times"),
        (np.array([1.0, 2.0]), np.array([4.0, 5.0]), "everything is off by -3"),
        (np.array(["a"]), np.array(["b"]), "is array"),
        (0.25, 0.75, "is 0.25, expected 0.75"),
        (True, False, "is True, expected False"),
        ("a", "b", "is 'a', expected 'b'"),
    ],
)
def test_a_difference_is_named(found, expected, words):
    with pytest.raises(Mismatch, match=words) as caught:
        agree(found, expected, what="the thing")
    assert str(caught.value).startswith("the thing ")


def test_the_dtype_may_be_left_out():
    agree(ONES, np.float32(ONES), dtype=False)


def test_a_tolerance_may_be_given():
    agree(ONES * 1.01, ONES, tolerance=0.1)
    with pytest.raises(Mismatch):
        agree(ONES * 1.01, ONES, tolerance=0.001)


def test_gradients_show_numeric_beside_analytic():
    with pytest.raises(Mismatch, match=r"first at \[0, 1\]: numeric 0.5 beside analytic 0.25"):
        agree_gradient(np.array([[1.0, 0.25]]), np.array([[1.0, 0.5]]))
    agree_gradient(np.array([1.0]), np.array([1.0 + 1e-7]))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (np.ones((4, 3)), "the un-broadcast is missing; sum over axis 0, which"),
        (np.ones((5, 4, 3)), "the un-broadcast is missing; sum over axes 0, 1, which"),
        (np.ones((1, 2)), "axis 1 has 2 instead of 3"),
        (np.full((1, 3), np.inf), "is not finite in 3 of 3"),
        (None, "is missing: the chain to the input is broken"),
    ],
)
def test_what_is_wrong_with_a_gradient_is_named(found, words):
    with pytest.raises(Mismatch, match=words):
        agree_gradient(found, np.ones((1, 3)))


def test_a_type_is_demanded_exactly():
    agree_type(0.5, float)
    with pytest.raises(
        Mismatch, match=r"is a numpy.float64, expected a Python float; .*float\(\.\.\."
    ):
        agree_type(np.float64(0.5), float)


@pytest.fixture
def piece():
    exercise = Code("97/f", "f", lambda x, y=None: x, ("a", "b", "c"))
    with Limit(5) as limit:
        yield lambda function: Trial(exercise, function, SEED, limit).sub.f


def test_a_changed_input_is_named(piece):
    def f(x, y=None):
        y[0] = 7
        return x + 1

    with pytest.raises(Mismatch, match="the argument y was changed"):
        leaves_inputs_alone(piece(f), np.ones(2), np.ones(2))


def test_an_aliased_result_is_named(piece):
    with pytest.raises(Mismatch, match="shares its memory with the argument x"):
        leaves_inputs_alone(piece(lambda x, y=None: x[::2]), np.ones(4))


def test_a_missing_return_is_not_harmless(piece):
    with pytest.raises(Mismatch, match="is None"):
        leaves_inputs_alone(piece(lambda x, y=None: None), np.ones(4))


def test_a_harmless_function_passes_and_its_result_comes_back(piece):
    x = np.ones(4)
    assert leaves_inputs_alone(piece(lambda x, y=None: x + 1), x).tolist() == [2] * 4


def test_comparisons_leave_a_trace():
    with tracing() as trace:
        agree(np.ones(2), np.ones(2))
        agree_type(1, int)
    assert trace[0].tolist() == [1, 1]
    assert trace[1] == "int"


def test_numbers_that_are_infinite_on_both_sides_are_compared_without_a_warning():
    found, expected = np.array([0.0, -np.inf, 2.0]), np.array([1.0, -np.inf, 4.0])
    with pytest.raises(Mismatch, match="wrong in 2 of 3 elements"):
        agree(found, expected)
