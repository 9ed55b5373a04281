import numpy as np
import pytest

from diydl.draw import knob


def test_a_range_has_evenly_spaced_values_without_rounding_noise():
    assert knob((0.1, 0.7, 7)).values == (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)


def test_a_range_of_whole_numbers_stays_whole():
    values = knob((1, 5, 5)).values
    assert values == (1, 2, 3, 4, 5) and all(type(v) is int for v in values)
    assert knob((0, 1, 3)).values == (0.0, 0.5, 1.0)


def test_numbers_are_written_so_that_they_differ():
    assert knob([0.12345, 0.12346]).texts == ("0.12345", "0.12346")
    assert knob([0.5, 1.0], form=".2f").texts == ("0.50", "1.00")


def test_numbers_slide_and_words_are_listed():
    assert knob([1, 2.5]).numeric
    assert not knob(["SGD", "Adam"]).numeric
    assert not knob([False, True]).numeric


def test_values_of_numpy_become_plain():
    assert all(type(v) is int for v in knob(np.arange(3)).values)


def test_a_knob_of_a_knob_is_itself():
    made = knob([1, 2], label="steps")
    assert knob(made) is made


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((0, 1), r"a range is a tuple \(start, stop, count\).*got \(0, 1\)"),
        ((0, 1, 1), "whole count of at least 2, got 1"),
        ((0, 1, 2.5), "whole count of at least 2, got 2.5"),
        (("a", "b", "c"), "a choice of values is a list"),
        ([1], "at least two values"),
        ([1, 2, 1], "must differ"),
    ],
)
def test_what_is_no_choice_says_what_is(values, message):
    with pytest.raises(ValueError, match=message):
        knob(values)


def test_the_start_is_one_of_the_values():
    assert knob([1, 2, 3], start=3).start == 2
    with pytest.raises(ValueError, match=r"start must be one of \[1, 2\], got 5"):
        knob([1, 2], start=5)
