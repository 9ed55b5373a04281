import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from diydl.cli import main
from diydl.course.apart import Job, check_apart
from diydl.course.catalog import exercise_ids, find_exercise
from diydl.course.index import chapters_dir
from diydl.course.record import store
from diydl.course.terminal import choose

pytestmark = pytest.mark.slow
SOLVED = chapters_dir().parent / "solutions" / "00_first_win.ipynb"
UNTOUCHED = chapters_dir() / "00_first_win.ipynb"
RIGHT = "def relu(x):\n    return dl.maximum(x, 0)\n"


@pytest.fixture
def diydl(tmp_path, monkeypatch):
    """Run the command in an empty folder: ``diydl("00", path) -> (exit code, output)``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIYDL_ANSWERS", str(tmp_path / "answers"))

    def run(*arguments):
        result = CliRunner().invoke(main, ["check", *map(str, arguments)])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.output

    return run


def data_of(output):
    data = json.loads(output)
    assert set(data) == {"exercises", "points", "max"}
    for row in data["exercises"]:
        assert set(row) == {"id", "points", "max", "status", "mistake"}
    return data


def test_a_solved_notebook_gets_full_points(diydl):
    code, output = diydl("00", SOLVED, "--json")
    data = data_of(output)
    assert code == 0
    assert (data["points"], data["max"]) == (9, 9)
    assert [row["id"] for row in data["exercises"]] == list(exercise_ids("00"))
    assert {row["status"] for row in data["exercises"]} == {"passed"}


def test_an_untouched_notebook_gets_none(diydl):
    code, output = diydl(UNTOUCHED, "--json")
    data = data_of(output)
    assert code == 1
    assert (data["points"], data["max"]) == (0, 9)
    assert {row["status"] for row in data["exercises"]} == {"not started"}


def test_one_exercise_in_words(diydl):
    code, output = diydl("00/relu", SOLVED)
    assert code == 0
    assert "passed   Negative numbers become 0" in output
    assert "1 of 1 passed, 5 of 5 points" in output


def test_stored_answers_are_checked_again(diydl, tmp_path):
    store("00/relu", {"status": "passed", "cell": RIGHT}, tmp_path / "answers")
    store("00/bug-hunt", {"status": "failed", "value": 2}, tmp_path / "answers")
    before = {p.name: p.read_bytes() for p in (tmp_path / "answers").iterdir()}
    code, output = diydl("00", "--json")
    rows = {row["id"]: row for row in data_of(output)["exercises"]}
    assert code == 1
    assert rows["00/relu"] == {
        "id": "00/relu",
        "points": 5,
        "max": 5,
        "status": "passed",
        "mistake": None,
    }
    assert rows["00/bug-hunt"]["mistake"] == "line_2"
    assert rows["00/accuracy"]["status"] == "not started"
    assert {p.name: p.read_bytes() for p in (tmp_path / "answers").iterdir()} == before


def test_a_cheated_record_gets_what_its_cell_deserves(diydl, tmp_path):
    forged = {"status": "passed", "points": 5, "cell": "def relu(x):\n    return dl.abs(x)"}
    store("00/relu", forged, tmp_path / "answers")
    _, output = diydl("00/relu", "--json")
    (row,) = data_of(output)["exercises"]
    assert (row["points"], row["mistake"]) == (1, "absolute")


def test_a_damaged_record_is_noted(diydl, tmp_path):
    store("00/relu", {"status": "passed", "cell": RIGHT}, tmp_path / "answers")
    (tmp_path / "answers" / "00-relu.json").write_text("{")
    code, output = diydl("00/relu")
    assert code == 0
    assert "damaged or half written" in output


def test_the_last_notebook_that_answers_counts(diydl):
    assert diydl("00/relu", UNTOUCHED, SOLVED)[0] == 0
    assert diydl("00/relu", SOLVED, UNTOUCHED)[0] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "say what to check"),
        (("00/rellu",), "did you mean '00/relu'?"),
        (("first_wim",), "did you mean 00_first_win?"),
        (("77",), "there is no chapter '77'"),
        (("22",), "has no exercises yet"),
        (("00", "missing.ipynb"), "missing.ipynb cannot be read: No such file"),
        (("missing.ipynb",), "missing.ipynb cannot be read: No such file"),
        (("00", "bad.ipynb"), "is not a notebook: expected JSON"),
        (("empty.ipynb",), "mentions no exercise of this course; say which chapter it is"),
    ],
)
def test_what_cannot_be_understood_is_said(diydl, tmp_path, arguments, words):
    (tmp_path / "bad.ipynb").write_text("{cells")
    (tmp_path / "empty.ipynb").write_text('{"cells": []}')
    code, output = diydl(*arguments)
    assert code == 2
    assert words in " ".join(output.split())


def test_without_answers_it_says_where_to_go(diydl, monkeypatch):
    monkeypatch.delenv("DIYDL_ANSWERS")
    monkeypatch.setattr("diydl.course.terminal.default_course_folder", lambda: None)
    code, output = diydl("00")
    assert code == 2
    assert "there are no stored answers here" in output


def test_all_means_every_exercise():
    assert choose(["a.ipynb"], True) == (exercise_ids(), [Path("a.ipynb")])


def test_the_command_is_listed():
    assert "Check your answers" in CliRunner().invoke(main, ["--help"]).output


def apart(cell, **more):
    return list(check_apart([Job("00/relu", cell), Job("00/relu", RIGHT)], **more))


def test_a_process_that_dies_takes_nobody_along():
    dead, alive = apart("import ctypes\nctypes.string_at(0)\n" + RIGHT)
    assert (dead.status, dead.points, dead.max) == ("stopped", 0, 5)
    assert "ended" in dead.text
    assert (alive.status, alive.points) == ("passed", 5)


def test_a_loop_in_c_is_ended(monkeypatch):
    monkeypatch.setattr(find_exercise("00/relu"), "limit", 0.5)
    stuck, alive = apart("def relu(x):\n    return sum(range(10**15))\n", grace=4)
    assert stuck.status == "stopped"
    assert "nothing came back within" in stuck.text.lower()
    assert alive.status == "passed"


def test_an_endless_loop_in_python_is_ended_by_its_own_limit():
    (result,) = check_apart([Job("00/relu", "def relu(x):\n    while True: pass")])
    assert result.status == "stopped"
    assert "still running after 5 seconds" in result.text


def test_output_of_an_answer_does_not_reach_the_results():
    noisy = "import os\ndef relu(x):\n    os.write(1, b'{}\\n')\n    return dl.maximum(x, 0)"
    (result,) = check_apart([Job("00/relu", noisy)])
    assert result.status == "passed"
