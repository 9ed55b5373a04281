"""The header of an answer is compared from a description that nobody can trust."""

import pytest

from diydl.course.catalog import find_exercise
from diydl.course.grading.form import form_problem

SUM_TO = find_exercise("03/sum_to")
RIGHT = [["xp", 1, None], ["x", 1, None], ["shape", 3, None]]


def problem(parameters, kind="function"):
    return form_problem(SUM_TO, {"kind": kind, "parameters": parameters})


def test_the_right_header_is_fine():
    assert problem(RIGHT) is None
    assert problem([*RIGHT, ["more", 3, "None"]]) is None
    assert problem([*RIGHT, ["more", 4, None]]) is None


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ([["xp", 1, None], ["y", 1, None], ["shape", 3, None]], "rename the parameter y to x"),
        ([["xp", 1, None], ["x", 1, None]], "add the parameter"),
        ([["xp", 1, None], ["x", 1, None], ["shape", 1, None]], "write shape as in"),
        ([["xp", 1, None], ["x", 1, None], ["shape", 3, "()"]], "write shape=() as in"),
        ([*RIGHT, ["more", 3, None]], "nothing will be passed for more"),
    ],
)
def test_another_header_is_said(parameters, said):
    assert said in problem(parameters)


def test_other_kinds_are_said():
    assert "expected a function" in problem(None, kind="class")
    assert "without async" in problem(RIGHT, kind="coroutine")
    assert "found" in problem(None, kind="Tensor")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"kind": "function"},
        {"kind": "function", "parameters": 3},
        {"kind": "function", "parameters": [["x"]]},
        {"kind": "function", "parameters": [["x", 99, None]]},
        {"kind": "function", "parameters": [["x", 1, None], ["x", 1, None]]},
        {"kind": "function", "parameters": [["no name", 1, None]]},
        {"kind": "function", "parameters": [[["x"], 1, None]]},
        {"kind": ["function"], "parameters": []},
    ],
    ids=repr,
)
def test_a_description_of_another_form_is_refused(form):
    assert isinstance(form_problem(SUM_TO, form), str)
