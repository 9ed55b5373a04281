import builtins
import os
import signal
import sys
import threading
import time

import pytest

from diydl.course import limits
from diydl.course.limits import AnswerStopped, CappedOutput, Limit, StillRunning, end_threads

needs_signals = pytest.mark.skipif(
    not hasattr(signal, "pthread_kill"), reason="not run: no signals on this system"
)


def endless():
    while True:
        pass


def stubborn():
    while True:
        try:
            time.perf_counter()
        except BaseException:  # noqa: B036 (a learner's "except:")
            pass


@pytest.fixture(params=["signal", "planted exception"])
def way(request, monkeypatch):
    """Both ways to interrupt: the one of POSIX, and the one of Windows and of other threads."""
    if request.param == "signal" and not hasattr(signal, "pthread_kill"):
        pytest.skip("not run: no signals on this system")
    if request.param == "planted exception":
        monkeypatch.setattr(limits, "_free_signal", lambda: None)
    return request.param


@pytest.mark.parametrize("function", [endless, stubborn])
def test_an_endless_loop_is_ended(way, function):
    start = time.monotonic()
    with Limit(0.2) as limit, pytest.raises(StillRunning, match="after 0.2 seconds"):
        limit.run(function)
    assert time.monotonic() - start < 5
    assert limit.expired


def test_there_is_one_budget_for_the_whole_check(way):
    with Limit(0.3) as limit:
        limit.run(time.sleep, 0.2)
        with pytest.raises(StillRunning):
            limit.run(endless)
        with pytest.raises(StillRunning):
            limit.run(lambda: pytest.fail("ran after the time was up"))


def test_nothing_strikes_outside(way):
    """Time that passes between calls interrupts nobody, and nothing is left pending."""
    with Limit(0.1) as limit:
        limit.run(lambda: None)
        end = time.monotonic() + 0.4
        while time.monotonic() < end:
            pass
    assert limit.expired


def test_many_races_leave_nothing_pending(way):
    for k in range(40):
        with Limit(0.005) as limit:
            end = time.monotonic() + 0.003 + k * 1e-4
            try:
                limit.run(
                    lambda end=end: [None for _ in iter(lambda: time.monotonic() < end, False)]
                )
            except StillRunning:
                pass
    time.sleep(0.05)


def test_an_interrupt_that_has_not_struck_is_taken_back(monkeypatch):
    planted = []
    monkeypatch.setattr(limits, "_free_signal", lambda: None)
    monkeypatch.setattr(limits, "_plant", lambda thread, exception: planted.append(exception))
    with Limit(0.02) as limit:
        limit.run(time.sleep, 0.1)
        time.sleep(0.05)
    assert StillRunning in planted
    assert planted[-1] is None


@needs_signals
def test_a_sleeping_call_is_woken():
    start = time.monotonic()
    with Limit(0.2) as limit, pytest.raises(StillRunning):
        limit.run(time.sleep, 20)
    assert time.monotonic() - start < 5


@needs_signals
def test_the_signal_handler_is_given_back():
    before = signal.getsignal(signal.SIGALRM)
    with Limit(1) as limit:
        limit.run(lambda: None)
    assert signal.getsignal(signal.SIGALRM) is before


def test_it_works_in_another_thread():
    seen = []

    def work():
        with Limit(0.2) as limit:
            try:
                limit.run(endless)
            except StillRunning as error:
                seen.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert len(seen) == 1


def test_an_ordinary_exception_comes_out():
    with Limit(1) as limit, pytest.raises(ZeroDivisionError):
        limit.run(lambda: 1 / 0)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("sys.exit()", "ends the program"),
        ("raise SystemExit", "ends the program"),
        ("os._exit(3)", "ends the process"),
        ("os.abort()", "ends the process"),
        ("input('your name? ')", r"asks for input\(\)"),
    ],
)
def test_nothing_ends_the_process(code, words):
    with Limit(1) as limit, pytest.raises(AnswerStopped, match=words):
        limit.run(exec, f"import os, sys\n{code}")


def test_what_was_walled_off_is_put_back():
    before = sys.stdout, sys.stderr, os._exit, builtins.input
    with Limit(1) as limit, pytest.raises(ZeroDivisionError):
        limit.run(lambda: 1 / 0)
    assert (sys.stdout, sys.stderr, os._exit, builtins.input) == before


def test_output_is_caught_and_capped(capsys):
    with Limit(5) as limit:
        limit.run(lambda: [sys.stdout.write("x" * 1001) for _ in range(1000)])
    assert limit.output.count == 1001 * 1000
    assert len(limit.output.text) == limits.KEPT
    assert capsys.readouterr().out == ""


def test_capped_output_is_a_stream():
    out = CappedOutput(3)
    print("abcdef", file=out)
    assert (out.text, out.count, out.writable()) == ("abc", 7, True)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_threads_that_an_answer_left_are_ended():
    space = {}
    exec(compile("def spin():\n    while True: pass", "<left over>", "exec"), space)
    thread = threading.Thread(target=space["spin"], daemon=True)
    thread.start()
    assert end_threads("<left over>") == 1
    thread.join(10)
    assert not thread.is_alive()
