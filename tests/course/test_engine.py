import os

import numpy as np
import pytest

import diydl as dl
from diydl.course import engine
from diydl.course.bank import Code
from diydl.course.engine import CheckFault, run_check
from diydl.exercise import overlay

HEAD = """
import pytest
from diydl.course.compare import agree
pytestmark = pytest.mark.exercise("97/f")
"""


@pytest.fixture
def exercise(tmp_path, monkeypatch):
    """An exercise whose check is written by the test: ``exercise(text) -> Code``."""
    folder = tmp_path / "ch97_small"
    folder.mkdir()
    monkeypatch.setattr(engine, "CHECKS", tmp_path)

    def write(text, head=HEAD):
        (folder / "test_f.py").write_text(head + text)
        return Code("97/f", "f", lambda x: x, ("a", "b", "c"))

    return write


def outcomes(run):
    return [(row.test, row.outcome, row.points) for row in run.rows]


def test_cases_share_the_points_of_their_function(exercise):
    made = exercise(
        "@pytest.mark.points(3)\n@pytest.mark.parametrize('k', [1, 2, 3])\n"
        "def test_a(sub, k): agree(sub.f(k), k)"
    )
    assert outcomes(run_check(made, lambda x: x)) == [("test_a", "passed", 3)]
    assert outcomes(run_check(made, lambda x: min(x, 2))) == [("test_a", "failed", 3)]
    assert outcomes(run_check(made, lambda x: max(x, 2))) == [("test_a", "failed", 3)]


def test_without_an_answer_tests_are_listed_and_none_runs(exercise):
    made = exercise("@pytest.mark.points(2)\ndef test_a(sub): raise SystemError")
    assert outcomes(run_check(made, None)) == [("test_a", "not run", 2)]


@pytest.mark.skipif(
    pytest.version_tuple < (9, 1), reason="not run: an older pytest rewrites asserts of one inside"
)
def test_a_plain_assert_explains_itself(exercise):
    made = exercise("def test_a(sub): assert sub.f(1) == 2, 'one and one is two'")
    assert run_check(made, lambda x: x).rows[0].message.startswith("one and one is two")


def test_arguments_are_copies(exercise):
    made = exercise(
        "import numpy as np\ndef test_a(sub):\n"
        "    x = np.ones(3)\n    sub.f(x)\n    agree(x, np.ones(3))"
    )
    assert run_check(made, lambda x: x.fill(9)).rows[0].outcome == "passed"


def test_random_numbers_depend_on_seed_and_test_alone(exercise):
    made = exercise("def test_a(sub, rng): agree(sub.f(rng.normal()), 0)\n")
    first, again = (run_check(made, lambda x: x).rows[0].message for _ in range(2))
    other = run_check(made, lambda x: x, seed=5).rows[0].message
    assert first == again != other


def test_expected_values_come_from_the_library_whatever_is_overlaid(exercise):
    made = exercise("def test_a(sub, reference): agree(sub.f(-1.0), reference(-1.0))")
    made.reference = lambda x: float(dl.relu(np.array(x)))
    with overlay({"00/relu": lambda x: x * 100}):
        assert run_check(made, lambda x: 0.0).rows[0].outcome == "passed"


def test_a_driver_returns_plain_data_only(exercise):
    made = exercise("def test_a(drive): drive('give')")
    made.driver(lambda pieces: {"a": [1, 2.0, None, "x"]})
    made.drivers["give"] = made.drivers.pop("<lambda>")
    assert run_check(made, lambda x: x).rows[0].outcome == "passed"
    made.drivers["give"] = lambda pieces: [object()]
    assert "must return plain data" in run_check(made, lambda x: x).rows[0].message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def test_a(nothing): pass", "nothing"),
        ("import no_such_module_at_all", "cannot be read"),
        ("def helper(): pass", "no test ran"),
    ],
)
def test_a_broken_check_is_a_fault_and_never_a_score(exercise, text, words):
    with pytest.raises(CheckFault, match=words):
        run_check(exercise(text), lambda x: x)


def test_a_check_of_another_exercise_is_a_fault(exercise):
    made = exercise("def test_a(sub): pass", HEAD.replace("97/f", "97/g"))
    with pytest.raises(CheckFault, match="another exercise"):
        run_check(made, lambda x: x)


def test_a_missing_check_is_a_fault():
    with pytest.raises(CheckFault, match="expected one file ch97_"):
        run_check(Code("97/none", "", lambda x: x, ("a", "b", "c")), lambda x: x)


def test_settings_around_do_not_matter(exercise, monkeypatch, tmp_path):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('not ours')")
    monkeypatch.chdir(tmp_path)
    made = exercise("def test_a(sub): pass")
    assert outcomes(run_check(made, lambda x: x)) == [("test_a", "passed", 0)]
    assert os.environ["PYTEST_ADDOPTS"] == "--no-such-option"


def test_an_interrupt_by_the_user_comes_out(exercise):
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_check(exercise("def test_a(sub): sub.f(1)"), interrupted)
