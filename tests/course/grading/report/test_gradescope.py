"""The form is that of Gradescope's "Autograder Specifications"."""

import json

import pytest

from diydl.course.grading.batch.batch import Batch
from diydl.course.grading.report.gradescope import GradescopeError, results, write_results
from tests.course.grading.sample import BAD, sample

TOP = {
    "score": float,
    "execution_time": float,
    "output": str,
    "output_format": str,
    "test_output_format": str,
    "test_name_format": str,
    "visibility": str,
    "stdout_visibility": str,
    "extra_data": dict,
    "tests": list,
    "leaderboard": list,
}
TEST = {
    "score": float,
    "max_score": float,
    "status": str,
    "name": str,
    "name_format": str,
    "number": str,
    "output": str,
    "output_format": str,
    "tags": list,
    "visibility": str,
    "extra_data": dict,
}
GRADED = ["ada", "bob", "cyd", "dee", "eve", "fay", BAD]


def told(id):
    batch = sample()
    (entry,) = [e for e in batch.graded if e.id == id]
    return results(entry, batch)


@pytest.mark.parametrize("id", [*GRADED, "gus", "hal"])
def test_every_result_has_gradescopes_form(id):
    data = json.loads(json.dumps(told(id)))
    assert {key: type(value) for key, value in data.items()} == {key: TOP[key] for key in data}
    for test in data["tests"]:
        assert {key: type(value) for key, value in test.items()} == {key: TEST[key] for key in test}
        assert test["status"] in ("passed", "failed")
        assert test["visibility"] == "visible"  # else nobody sees a total
        assert 0 <= test["score"] <= test["max_score"]
    assert data["stdout_visibility"] == "hidden"
    for format in ("output_format", "test_output_format", "test_name_format"):
        assert data[format] == "text"


@pytest.mark.parametrize("id", [*GRADED, "gus", "hal"])
def test_tests_add_up_to_what_can_be_had(id):
    assert sum(test["max_score"] for test in told(id)["tests"]) == 9.0


@pytest.mark.parametrize(("id", "score"), [("ada", 9.0), ("bob", 2.4), ("fay", 0.0), ("gus", 0.0)])
def test_the_score_is_what_counts(id, score):
    assert told(id)["score"] == score


def test_the_cause_stands_at_the_first_test_that_fails():
    first, second = told("bob")["tests"][:2]
    assert (first["status"], first["output"]) == ("passed", "")
    assert second["output"].startswith("What may be behind it: `np.where(x > 0, x, 0.0)` makes")
    assert "x is float32, and the result is float64\nHint: `dl.maximum`" in second["output"]


def test_of_a_hidden_test_only_the_hint_is_told():
    data = told("bob")
    assert "SECRET" not in json.dumps(data)
    assert data["tests"][2]["name"].endswith(": a test that is not shown")
    assert data["tests"][2]["output"] == "Hint: think of an empty batch"


def test_not_attempted_and_unreadable_say_so():
    assert "That is no mistake" in told("fay")["tests"][0]["output"]
    assert "save it again from Jupyter" in told("gus")["output"]


def test_numbers_are_those_of_the_exercises():
    assert [test["number"] for test in told("cyd")["tests"]] == ["1.1", "1.2", "2"]


def test_an_error_of_the_grader_is_no_score(tmp_path):
    batch = sample()
    ivy = [e for e in batch.graded if e.id == "ivy"]
    with pytest.raises(GradescopeError, match="the grader failed"):
        write_results(Batch("00_first_win", ivy), tmp_path / "results.json")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("count", [0, 2])
def test_one_submission_at_a_time(tmp_path, count):
    with pytest.raises(GradescopeError, match=f"one submission, got {count}"):
        write_results(Batch("00_first_win", sample().graded[:count]), tmp_path / "results.json")


def test_the_file_is_written_with_its_folder(tmp_path):
    ada = [e for e in sample().graded if e.id == "ada"]
    write_results(Batch("00_first_win", ada), tmp_path / "results" / "results.json")
    assert json.loads((tmp_path / "results" / "results.json").read_text())["score"] == 9.0
