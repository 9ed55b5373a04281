import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from diydl.course.grading.batch.crew import run_all
from tests.course.grading.fake import Unloadable, double, stubborn


def results(work, values, setting=None, **options):
    jobs = [lambda value=value: value for value in values]
    found = {outcome.index: outcome for outcome in run_all(work, jobs, setting, **options)}
    assert sorted(found) == list(range(len(values)))
    return [found[index] for index in sorted(found)]


@pytest.mark.parametrize("processes", [1, 2])
def test_every_job_has_its_outcome(processes):
    outcomes = results(double, range(7), 100, processes=processes)
    assert [outcome.result for outcome in outcomes] == [100 + 2 * k for k in range(7)]
    assert not any(outcome.fault for outcome in outcomes)


def test_nothing_to_do_starts_nothing():
    assert results(double, []) == []


def test_a_process_that_dies_costs_its_own_job_only():
    outcomes = results(stubborn, ["a", "die", "b", "die", "c"], processes=2)
    assert [outcome.result for outcome in outcomes] == ["a", None, "b", None, "c"]
    assert outcomes[1].fault == "the grading process ended (with status 7)"


def test_an_exception_is_told_with_its_traceback():
    outcome, after = results(stubborn, ["raise", "a"])
    assert outcome.fault.startswith("Traceback")
    assert outcome.fault.strip().endswith("KeyError: 'lost'")
    assert after.result == "a"


def test_a_process_that_says_nothing_is_ended():
    start = time.monotonic()
    silent, after = results(stubborn, ["sleep", "a"], limit=1.0)
    assert "said nothing for too long" in silent.fault
    assert after.result == "a"
    assert time.monotonic() - start < 30


def test_jobs_are_made_right_before_their_turn():
    made = []

    def job(value):
        made.append(value)
        return value

    outcomes = run_all(double, [lambda: job(1), lambda: job(2), lambda: job(3)], 0)
    assert next(outcomes).result == 2
    assert made == [1]
    assert [outcome.result for outcome in outcomes] == [4, 6]


def test_leaving_early_ends_the_processes():
    outcomes = run_all(stubborn, [lambda: "a", lambda: "sleep"], None, processes=2)
    start = time.monotonic()
    assert next(outcomes).result == "a"
    outcomes.close()
    assert time.monotonic() - start < 30


@pytest.mark.skipif(os.name == "nt", reason="signals to a group are POSIX")
def test_ctrl_c_ends_the_crew_and_leaves_nothing_behind(tmp_path):
    code = (
        "import signal\n"
        "from diydl.course.grading.batch.crew import run_all\n"
        "from tests.course.grading.fake import stubborn\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's & ignores it\n"
        "    try:\n"
        "        for outcome in run_all(stubborn, [lambda: 'a', *[lambda: 'sleep'] * 3], None,"
        " processes=2):\n"
        "            print(outcome.result, flush=True)\n"
        "    except KeyboardInterrupt:\n"
        "        print('stopped', flush=True)\n"
    )
    script = tmp_path / "main.py"
    script.write_text(code)
    env = os.environ | {"PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(
        [sys.executable, str(script)],
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        text=True,
    ) as process:
        assert process.stdout.readline() == "a\n"
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (out, err) == ("stopped\n", "")
    assert _gone(process.pid)


def _gone(group):
    """Wait until no process of the group is left; Python's own tracker takes a moment."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_a_crew_that_cannot_begin_says_so_for_every_job():
    outcomes = results(stubborn, ["a", "b"], setting=Unloadable())
    assert [outcome.fault for outcome in outcomes] == ["no grading process could begin"] * 2
