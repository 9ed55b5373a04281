"""An instructor's own checks: more tests of an exercise, mistakes and drivers, whole exercises."""

import pytest

from diydl.course.grading.drivers import DriverError, driver_text
from diydl.course.grading.grader import grade
from diydl.course.grading.points import PointsError
from diydl.course.grading.settings import Settings
from diydl.course.grading.submission import Submission
from diydl.course.grading.suite import HiddenCheckError, suites

pytestmark = pytest.mark.slow
MORE_TESTS = '''
import numpy as np
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("00/relu")


@pytest.mark.points(3)
@pytest.mark.hint("think of the smallest numbers that there are")
@pytest.mark.parametrize("sign", [1, -1])
def test_tiny(sub, reference, sign):
    """Tiny numbers"""
    x = np.array([sign * 5e-324])
    agree(sub.relu(x), reference(x))


@pytest.mark.points(1)
@pytest.mark.hint("the same twice")
def test_twice(drive, rng):
    """Twice"""
    x = rng.normal(size=3)
    agree(drive("twice", x), np.maximum(x, 0))
'''
MORE_BANK = """
import numpy as np

import diydl as dl
from diydl.course.bank import Code

exercise = Code("00/relu", "Bend", dl.relu, hints=("?", "!", "1. Do."))
SECRET = 7


@exercise.driver
def twice(pieces, x):
    return again(pieces, pieces.relu(x))


def again(pieces, x):
    return pieces.relu(x)


@exercise.mistake("You lift the tiniest numbers by a little; leave them as they are.")
def lifted(x):
    if isinstance(x, np.ndarray) and (np.abs(x) == 5e-324).any():
        return np.ones_like(x)
    return dl.maximum(x, 0)
"""
NEW_BANK = """
from diydl.course.bank import Code


def reference(x):
    return x + x


exercise = Code("00/double", "Twice as much", reference, hints=("?", "!", "1. Add."))


@exercise.mistake("You square it. Double means: add it to itself.")
def squared(x):
    return x * x
"""
NEW_TESTS = '''
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("00/double")


@pytest.mark.points(2)
@pytest.mark.hint("add it to itself")
def test_two(sub):
    """Of 2"""
    agree(sub.double(2), 4)


@pytest.mark.points(2)
@pytest.mark.hint("add it to itself")
def test_three(sub):
    """Of 3"""
    agree(sub.double(3), 6)
'''
RIGHT = "def relu(x):\n    return dl.maximum(x, 0)"


@pytest.fixture
def hidden(tmp_path):
    folder = tmp_path / "ch00_mine"
    folder.mkdir()
    (folder / "test_relu.py").write_text(MORE_TESTS)
    (folder / "relu.py").write_text(MORE_BANK)
    (folder / "double.py").write_text(NEW_BANK)
    (folder / "test_double.py").write_text(NEW_TESTS)
    return tmp_path


def graded(settings, **cells):
    answers = {f"00/{name}": cell for name, cell in cells.items()}
    found = grade(Submission("ada", answers=answers), settings)[0].exercises
    return {scored.id.split("/")[1]: scored for scored in found}


def test_the_exercises_of_a_chapter_without_questions():
    assert [suite.exercise.id for suite in suites("00_first_win")] == ["00/relu", "00/accuracy"]
    assert suites("00")[0].hidden == frozenset()
    assert sum(suites("00")[0].worth.values()) == 5


def test_more_tests_and_an_exercise_of_their_own(hidden):
    found = suites("00", hidden)
    assert [suite.exercise.id for suite in found] == ["00/relu", "00/accuracy", "00/double"]
    assert found[0].hidden == {"test_tiny", "test_twice"}
    assert found[0].worth["test_tiny"] == 3
    assert "lifted" in [mistake.name for mistake in found[0].exercise.mistakes]
    assert found[1].hidden == frozenset()
    assert found[2].hidden == {"test_two", "test_three"}
    assert sum(suites("00")[0].worth.values()) == 5  # those of the course stay as they are


def test_hidden_tests_count_and_are_marked(hidden):
    settings = Settings("00", hidden=hidden)
    scored = graded(settings, relu=RIGHT, double="def double(x):\n    return 2 * x")
    assert (scored["relu"].points, scored["relu"].max) == (9, 9)
    assert [line.test for line in scored["relu"].lines if line.hidden] == [
        "test_tiny",
        "test_twice",
    ]
    assert (scored["double"].points, scored["double"].status) == (4, "passed")


def test_an_answer_that_fails_hidden_tests_alone(hidden):
    """It passes all that the learner could see, and its mistake is in the hidden bank."""
    cell = MORE_BANK[MORE_BANK.index("def lifted") :].replace("lifted", "relu")
    scored = graded(Settings("00", hidden=hidden), relu=cell)["relu"]
    assert (scored.points, scored.mistake) == (6, "lifted")
    assert [line.test for line in scored.lines if line.outcome == "failed"] == ["test_tiny"]
    scored = graded(Settings("00", hidden=hidden), double="def double(x):\n    return x * x")
    assert (scored["double"].points, scored["double"].mistake) == (2, "squared")


def test_points_of_an_instructor(hidden, tmp_path):
    points = tmp_path / "points.toml"
    points.write_text('"00/relu" = 18\n["00/accuracy"]\ntest_share = 7\n')
    settings = Settings("00", hidden=hidden, points=points)
    scored = graded(settings, relu=RIGHT)
    assert (scored["relu"].points, scored["relu"].max) == (18, 18)
    assert scored["accuracy"].max == 10
    assert graded(Settings("00", hidden=hidden), relu=RIGHT)["relu"].max == 9
    points.write_text('"00/reluu" = 3\n')
    with pytest.raises(PointsError, match="00/relu"):
        graded(settings, relu=RIGHT)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("test_reluu.py", MORE_TESTS, "no such exercise: expected one of 00/relu"),
        ("test_relu.py", MORE_TESTS.replace("test_tiny", "test_values"), "another name"),
        ("test_relu.py", MORE_TESTS.replace("00/relu", "00/other"), "marked for another exercise"),
        ("test_relu.py", "import nowhere_to_be_found", "nowhere_to_be_found"),
        ("test_relu.py", "x = 3", "no test"),
        ("relu.py", "1 / 0", "ZeroDivisionError"),
        ("relu.py", "exercise = 3", "expected an exercise = Code"),
        ("double.py", NEW_BANK.replace("00/double", "00/triple"), "holds exercise 00/triple"),
        ("lonely.py", NEW_BANK.replace("00/double", "00/lonely"), "has no tests"),
    ],
)
def test_what_cannot_be_used_is_said(hidden, name, text, said):
    (hidden / "ch00_mine" / name).write_text(text)
    with pytest.raises(HiddenCheckError, match=said):
        suites("00", hidden)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(HiddenCheckError, match="expected a folder"):
        suites("00", tmp_path / "nowhere")


def test_settings_know_what_scores_depend_on(hidden):
    before = Settings("00", hidden=hidden).key()
    assert before == Settings("00_first_win", hidden=hidden).key()
    assert before != Settings("00").key()
    (hidden / "ch00_mine" / "test_relu.py").write_text(MORE_TESTS + "\n")
    assert Settings("00", hidden=hidden).key() != before


def test_drivers_stand_by_themselves(hidden):
    text = driver_text(suites("00", hidden)[0].exercise)
    assert "def train(" in text
    assert "def twice(" in text
    assert "def again(" in text
    assert "SECRET" not in text
    assert "lifted" not in text
    assert "mistake" not in text
    assert "exercise" not in text


def test_a_driver_that_uses_the_reference_is_refused(hidden):
    bank = NEW_BANK + "\n\n@exercise.driver\ndef cheat(pieces, x):\n    return reference(x)\n"
    (hidden / "ch00_mine" / "double.py").write_text(bank)
    with pytest.raises(DriverError, match="uses reference"):
        driver_text(suites("00", hidden)[2].exercise)
