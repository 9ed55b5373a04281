import pytest

from diydl.course.bank import Code
from diydl.course.catalog import find_exercise
from diydl.exercise import HiddenReferenceError, masked


@pytest.fixture
def made():
    return Code("97/f", "f", reference, ("a", "b", "c"))


def reference(x):
    """Doubled."""
    return x + x


def test_the_name_is_the_last_part_of_the_id_unless_given(made):
    assert made.name == "f"
    assert Code("97/f", "f", reference, ("a", "b", "c"), name="g").name == "g"


def test_a_mistake_shows_its_own_lines_without_the_decorator(made):
    @made.mistake("You forgot one.")
    def once(x):
        return x

    (mistake,) = made.mistakes
    assert (mistake.name, mistake.message) == ("once", "You forgot one.")
    assert mistake.source == "def once(x):\n    return x"


def test_drivers_are_kept_by_name(made):
    @made.driver
    def drive(pieces):
        return pieces

    assert made.drivers == {"drive": drive}


def test_the_answer_is_the_reference_as_text(made):
    assert made.answer.endswith("return x + x")
    assert find_exercise("00/relu").answer.startswith("def relu(x):")


def test_what_stands_in_the_library_is_a_slot(made):
    assert find_exercise("00/relu").is_slot
    assert not made.is_slot


def test_the_answer_is_out_of_reach_while_it_is_checked():
    with masked(["00/relu"]), pytest.raises(HiddenReferenceError):
        _ = find_exercise("00/relu").answer
