import threading
import time

import pytest

import diydl as dl
from diydl.course.catalog import find_exercise
from diydl.course.judge import check_cell, check_function
from diydl.exercise import overlay

RELU = find_exercise("00/relu")


def judge(body, **more):
    return check_cell(RELU, f"def relu(x):\n    {body}", **more)


def test_the_right_answer_gets_full_points():
    report = judge("return dl.maximum(x, 0)")
    assert (report.status, report.points, report.max) == ("passed", 5, 5)


@pytest.mark.parametrize(
    ("cell", "mistake"),
    [
        ("def relu(x):\n    return dl.where(x > 6, 6, dl.where(x > 0, x, 0))", "capped"),
        ("def relu(x):\n    return np.where(x > 0, x, 0)", None),
        ("def relu(x):\n    return dl.where(x < 0, x, 0)", "lower_half"),
        ("def relu(x):\n    return dl.where(x < 0, -x, x)", "absolute"),
    ],
)
def test_a_mistake_is_recognised_however_it_is_written(cell, mistake):
    assert check_cell(RELU, cell).mistake == mistake


def test_the_learner_gets_the_message_of_the_mistake():
    report = judge("return dl.abs(x)")
    assert "drops the sign" in report.advice
    assert "drops the sign" in str(report)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("raise NotImplementedError", "not started", "Not written yet"),
        ("return dl.relu(x)", "failed", "calls relu of the library"),
        ("return dl.relu.reference(x)", "failed", "is hidden while your answer"),
        ("return dl.relu.__wrapped__(x)", "failed", "is hidden while your answer"),
        ("from diydl.exercise import SLOTS; return SLOTS['00/relu'](x)", "failed", "hidden"),
        ("import inspect; return inspect.getsource(dl.relu)", "failed", "hidden"),
        ("return missing(x)", "failed", "uses `missing`"),
        ("return x.foo", "failed", "AttributeError"),
        ("return relu(x)", "failed", "calls itself without end"),
        ("import sys; sys.exit()", "failed", "ends the program"),
        ("pass", "failed", "is there a `return` missing?"),
        ("return 1 / 0", "failed", "line 2 of your cell: return 1 / 0"),
        ("yield x", "failed", "is a generator, expected an array"),
        ("return x", "failed", "is wrong in"),
    ],
)
def test_what_is_wrong_is_said(body, status, words):
    report = judge(body)
    assert report.status == status
    assert words in str(report)
    assert report.points < report.max


def test_the_reference_is_out_of_reach_while_the_cell_is_read():
    stolen = "_own = dl.relu.current\ndef relu(x):\n    return _own(x)"
    assert check_cell(RELU, stolen).points == 0
    stolen = "_own = dl.relu.reference\ndef relu(x):\n    return _own(x)"
    assert check_cell(RELU, stolen).points == 0


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("class relu:\n    pass", "found the class relu; write `def relu(x):`"),
        ("def relu(values):\n    return values", "rename the parameter values to x"),
        ("async def relu(x):\n    return x", "without async"),
        ("relu = dl.relu", "is assigned; that does not count"),
        ("from diydl import relu", "is imported; that does not count"),
        ("def rleu(x): return x", "does not define `relu`"),
        ("def relu(x:", "not valid Python"),
    ],
)
def test_what_is_no_answer_is_said(cell, words):
    report = check_cell(RELU, cell)
    assert (report.status, report.points, report.max) == ("unreadable", 0, 5)
    assert words in report.summary
    assert {line.outcome for line in report.lines} == {"not run"}


def test_a_name_from_another_cell_is_to_be_moved():
    report = judge("return keep(x)", elsewhere=["keep"])
    assert "uses `keep`, which another cell defines; move it into this cell" in str(report)


def test_an_endless_loop_is_ended_and_what_did_not_run_is_listed(monkeypatch):
    monkeypatch.setattr(RELU, "limit", 0.3)
    report = judge("while True: pass")
    assert report.status == "stopped"
    assert [line.outcome for line in report.lines] == ["failed"] + ["not run"] * 4


def test_an_endless_loop_at_the_top_of_the_cell_is_ended(monkeypatch):
    monkeypatch.setattr(RELU, "limit", 0.3)
    report = check_cell(RELU, "while True: pass\ndef relu(x): return x")
    assert report.status == "stopped"


def test_huge_output_is_capped():
    report = judge("print('y' * 100_000); return dl.maximum(x, 0)")
    assert report.passed
    assert len(str(report)) < 4000
    assert "characters in all" in report.printed


def test_warnings_of_the_answer_are_its_own_business():
    report = judge("np.log(np.zeros(1)); return dl.maximum(x, 0)")
    assert report.passed
    assert "divide by zero" in report.printed


def test_a_message_that_cannot_be_read_does_no_harm():
    cell = (
        "class Bad(Exception):\n    def __str__(self): raise ValueError\n"
        "def relu(x):\n    raise Bad"
    )
    assert "its message cannot be read" in str(check_cell(RELU, cell))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_threads_left_behind_are_ended():
    cell = (
        "import threading\n"
        "def spin():\n    while True: pass\n"
        "started = []\n"
        "def relu(x):\n"
        "    if not started:\n"
        "        started.append(threading.Thread(target=spin, daemon=True))\n"
        "        started[0].start()\n"
        "    return dl.maximum(x, 0)"
    )
    report = check_cell(RELU, cell)
    assert report.passed
    assert "left 1 threads running" in report.notes[0]
    end = time.monotonic() + 10
    while any("spin" in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < end


def test_nothing_stays_overlaid():
    for body in ("return dl.maximum(x, 0)", "raise KeyError", "import sys; sys.exit()"):
        judge(body)
        assert dl.relu.current is dl.relu.reference


def test_expected_values_do_not_come_from_an_overlay():
    with overlay({"00/relu": lambda x: x * 0}):
        assert judge("return dl.maximum(x, 0)").passed
        assert not judge("return x * 0").passed


def test_messages_do_not_depend_on_the_moment():
    assert str(judge("return dl.abs(x)")) == str(judge("return dl.abs(x)"))


def test_other_seeds_show_other_numbers():
    first, second = (str(judge("return dl.abs(x)", seed=seed)) for seed in (1, 2))
    assert first != second


def test_a_function_can_be_judged_without_a_cell():
    assert check_function(RELU, dl.relu.reference).passed
    assert check_function(RELU, int).status == "unreadable"


def test_a_search_for_the_mistake_that_runs_out_of_time_finds_none(monkeypatch):
    exercise = find_exercise("03/toposort")
    answer = exercise.mistakes[-1].answer
    found = check_function(exercise, answer)
    monkeypatch.setattr("diydl.course.match._PATIENCE", 1e-3)
    report = check_function(exercise, answer)
    assert (report.status, report.points, report.mistake) == ("failed", found.points, None)
    assert found.mistake
