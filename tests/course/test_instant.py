import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import diydl as dl
from diydl.course import check, hint, hints, instant, mine, use_mine
from diydl.course.instant import CheckFailed
from diydl.course.record import read_record

RIGHT = """
def relu(x):
    return dl.maximum(x, 0)
"""
WRONG = """
def relu(x):
    return dl.abs(x)
"""


@pytest.fixture
def answers(tmp_path, monkeypatch):
    """An answers folder of one's own; no hints opened yet, no functions in use."""
    monkeypatch.setenv("DIYDL_ANSWERS", str(tmp_path / "answers"))
    monkeypatch.setattr(hints, "_opened", {})
    yield tmp_path / "answers"
    use_mine(False)


@pytest.fixture
def solve(monkeypatch):
    """Check a cell as a notebook would: ``solve(text)``."""

    def run(cell, id="00/relu"):
        monkeypatch.setattr(instant, "source_for", lambda id, name, given: cell)
        return check(id, object())

    return run


def test_a_function_from_a_file_is_checked():
    def relu(x):
        return dl.maximum(x, 0)

    report = check("00/relu", relu)
    assert report.passed
    assert (
        repr(report).splitlines()[0] == "00/relu Bend: negative becomes zero: passed, 5 of 5 points"
    )


def test_a_function_of_another_name_is_refused():
    def my_relu(x):
        return dl.maximum(x, 0)

    assert "xpected your function `relu`, found `my_relu`" in str(check("00/relu", my_relu))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (dl.relu, "is the library's own here; run your exercise cell"),
        (lambda x: x, "a lambda does not count"),
        (3, "expected your function `relu`, found int 3"),
        (int, "expected your function `relu`, found `int`"),
        (..., "write check('00/relu', relu)"),
        (None, "write check('00/relu', relu)"),
        (np.maximum, "found `maximum`"),
    ],
)
def test_what_is_no_function_of_the_learners_is_said(answer, words):
    report = check("00/relu", answer)
    assert report.status == "unreadable"
    assert words.lower() in str(report).lower()


@pytest.mark.parametrize("id", ["00/rellu", "", "nonsense", None, 7])
def test_an_unknown_exercise_suggests_and_does_not_raise(id):
    report = check(id, 3)
    assert report.status == "unknown"
    assert "there is no exercise" in str(report)


def test_a_dash_serves_for_the_slash():
    assert check("00-predict-untrained", 10).passed


def test_a_fault_of_the_check_is_not_the_learners(monkeypatch):
    def broken(*_):
        raise RuntimeError("our bug")

    monkeypatch.setattr(instant, "find_exercise", broken)
    report = check("00/relu", 3)
    assert report.status == "error"
    assert "not to blame" in str(report) and "our bug" in str(report)


def test_strict_raises_below_full_points(monkeypatch, solve):
    monkeypatch.setenv("DIYDL_STRICT", "1")
    assert solve(RIGHT).passed
    with pytest.raises(CheckFailed, match="drops the sign"):
        solve(WRONG)
    with pytest.raises(CheckFailed):
        check("00/predict-untrained", ...)
    with pytest.raises(CheckFailed):
        check("00/no-such", 1)


def test_under_nbgrader_only_the_points_are_shown_and_nothing_is_stored(
    monkeypatch, solve, answers
):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    report = solve(WRONG)
    assert float(repr(report)) == report.points == 1
    assert report._repr_html_() is None
    assert not answers.exists()


def test_a_check_inside_an_answer_does_nothing(solve):
    report = solve("from diydl.course import check\ncheck('00/relu', 3)\n" + RIGHT)
    assert report.passed


def test_a_pass_is_stored_with_its_cell(solve, answers):
    solve(RIGHT)
    record = read_record("00/relu", answers)
    assert (record.attempts, record.passed["points"], record.passed["cell"]) == (1, 5, RIGHT)
    assert (answers / "00-relu.py").read_text() == RIGHT


def test_a_failing_rerun_never_replaces_a_pass(solve, answers):
    solve(RIGHT)
    solve(WRONG)
    record = read_record("00/relu", answers)
    assert record.passed["cell"] == RIGHT
    assert (record.last["status"], record.last["mistake"]) == ("failed", "absolute")
    assert (answers / "00-relu.py").read_text() == RIGHT


def test_a_new_pass_keeps_the_old_one_in_the_history(solve, answers):
    solve(RIGHT)
    solve(RIGHT + "# nicer\n")
    solve(RIGHT + "# nicer\n")
    record = read_record("00/relu", answers)
    assert [entry["cell"] for entry in record.history] == [RIGHT]
    assert record.passed["cell"].endswith("nicer\n")


def test_an_untouched_stub_is_no_attempt(solve, answers):
    solve("def relu(x):\n    raise NotImplementedError")
    check("00/predict-untrained", ...)
    assert not answers.exists()


def test_questions_are_stored_with_their_value(answers):
    check("00/predict-untrained", 50)
    check("00/predict-untrained", 12)
    record = json.loads((answers / "00-predict-untrained.json").read_text())
    assert (record["attempts"], record["passed"]["value"]) == (2, 12)


def test_an_answers_folder_that_cannot_be_written_is_said_and_nothing_lost(
    solve, answers, monkeypatch
):
    solve(RIGHT)
    before = (answers / "00-relu.json").read_bytes()

    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("diydl.course.record.write_atomically", full)
    report = solve(RIGHT + "# more")
    assert report.passed
    assert "could not be stored" in str(report) and "No space left" in str(report)
    assert "Nothing is lost" in str(report)
    assert (answers / "00-relu.json").read_bytes() == before


def test_an_answers_folder_that_is_a_file_is_said(solve, answers):
    answers.write_text("a file")
    report = solve(RIGHT)
    assert report.passed
    assert "Note:" in str(report)
    assert answers.read_text() == "a file"


def test_a_half_written_record_is_put_aside_and_the_pass_is_rescued(solve, answers):
    solve(RIGHT)
    path = answers / "00-relu.json"
    half = path.read_text()[:100]
    path.write_text(half)
    report = solve(WRONG)
    assert "damaged or half written" in str(report)
    assert read_record("00/relu", answers).passed["cell"] == RIGHT
    (aside,) = answers.glob("*.json.txt")
    assert aside.read_text() == half


def test_hints_open_one_by_one_and_the_answer_after_an_attempt(solve, answers):
    assert "Hint 1 of 3" in str(hint("00/relu"))
    assert "Hint 2 of 3" in str(hint("00/relu"))
    assert "1. Take" in str(hint("00/relu"))
    assert "Run check(...) once" in str(hint("00/relu"))
    assert read_record("00/relu", answers).hints == 3
    solve(WRONG)
    shown = hint("00/relu")
    assert "return maximum(x, 0)" in str(shown)
    assert "<pre>" in shown._repr_html_()


def test_hints_never_cost_points(solve, answers):
    hint("00/relu")
    assert solve(RIGHT).points == 5
    assert read_record("00/relu", answers).hints == 1


def test_hints_are_remembered_after_a_restart(answers, monkeypatch):
    hint("00/relu")
    monkeypatch.setattr(hints, "_opened", {})
    assert "Hint 2 of 3" in str(hint("00/relu"))


def test_hints_work_without_a_place_to_count_them(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(hints, "_opened", {})
    assert "Hint 1 of 3" in str(hint("00/bug-hunt"))
    assert "Hint 2 of 3" in str(hint("00/bug-hunt"))
    assert "there is no exercise" in str(hint("00/bug"))


def test_lines_are_shown_with_letters_and_numbers():
    assert str(check.lines("00/order-step")).startswith("a  loss = ")
    assert "5      loss = nn.cross_entropy(scores, scores" in str(check.lines("00/bug-hunt"))
    assert "<pre" in check.lines("00/bug-hunt")._repr_html_()
    assert "has no lines" in str(check.lines("00/relu"))
    assert "there is no exercise" in str(check.lines("00/nothing"))


def test_use_mine_runs_the_library_on_what_has_passed(solve, answers):
    solve("calls = []\ndef relu(x):\n    calls.append(1)\n    return dl.maximum(x, 0)")
    owned = use_mine()
    assert owned.mine == {"00/relu": "diydl.ops.functional.relu"}
    assert "one of your own functions" in str(owned)
    dl.relu(np.ones(2))
    assert dl.relu.current.__globals__["calls"] == [1]
    use_mine(False)
    assert dl.relu.current is dl.relu.reference


def test_use_mine_leaves_out_what_cannot_be_used_and_says_why(solve, answers):
    solve(RIGHT)
    path = answers / "00-relu.json"
    record = json.loads(path.read_text())
    record["passed"]["cell"] = "def relu(x, y): return x"
    path.write_text(json.dumps(record))
    owned = use_mine()
    assert not owned.mine
    assert "nothing will be passed for y" in owned.left_out["00/relu"]


def test_use_mine_survives_damage(solve, answers):
    solve(RIGHT)
    (answers / "00-relu.json").write_text("{")
    (answers / "00-none.json").write_text('{"id": "00/none", "passed": {"cell": "x"}}')
    owned = use_mine()
    assert owned.mine == {"00/relu": "diydl.ops.functional.relu"}
    assert "damaged" in owned.notes[0]
    assert "there is no exercise" in owned.left_out["00/none"]


def test_use_mine_without_answers_says_so(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert "no stored answers here" in str(use_mine())


def test_diydl_mine_announces_itself(solve, answers, caplog):
    solve(RIGHT)
    with caplog.at_level(logging.WARNING, "diydl"):
        mine.announce()
    assert "DIYDL_MINE=1" in caplog.text and "00/relu" in caplog.text


def test_diydl_mine_is_honoured_at_import(solve, answers):
    solve(RIGHT)
    code = "import diydl.course, diydl as dl; assert dl.relu.current is not dl.relu.reference"
    environment = {**os.environ, "DIYDL_MINE": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "runs on one of your own functions" in done.stderr


def test_an_instant_check_takes_less_than_its_budget(solve):
    """Not a benchmark: ten times the 100 ms promised, so that a mistake in the design shows."""
    import time

    solve(RIGHT)
    start = time.perf_counter()
    solve(WRONG)
    assert time.perf_counter() - start < 1.0
