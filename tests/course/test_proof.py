"""The three-way proof, for every exercise of the course, and the proof by deletion."""

import re

import pytest

import diydl as dl
from diydl.course import bank, proof
from diydl.course.catalog import exercise_ids, find_exercise
from diydl.course.engine import CHECKS, check_file
from diydl.course.limits import patient

pytestmark = pytest.mark.slow
IDS = exercise_ids()
CODE = [
    id
    for id in IDS
    if list(CHECKS.glob(f"ch{id[:2]}_*/test_{id[3:].replace('-', '_')}.py"))  # questions have none
]


@pytest.fixture(autouse=True)
def time_enough():
    """What is proved here does not depend on how busy the machine is."""
    with patient(20):
        yield


@pytest.mark.parametrize("id", IDS)
def test_the_untouched_stub_scores_zero(id):
    assert proof.stub_faults(find_exercise(id)) == []


@pytest.mark.parametrize("id", IDS)
def test_the_solution_scores_full(id):
    assert proof.solution_faults(find_exercise(id)) == []


@pytest.mark.parametrize("id", IDS)
def test_every_mistake_scores_less_and_is_named(id):
    assert proof.mistake_faults(find_exercise(id)) == []


@pytest.mark.parametrize("id", CODE)
def test_deleting_any_test_lets_a_mistake_pass(id):
    assert proof.deletion_faults(find_exercise(id)) == []


@pytest.mark.parametrize("id", IDS)
def test_hints_are_three_and_give_no_code_away(id):
    exercise = find_exercise(id)
    assert len(exercise.hints) == 3 and all(exercise.hints)
    assert exercise.hints[2].startswith("1. ")
    if exercise.kind == "code":
        body = re.sub(r"\s", "", exercise.answer.splitlines()[-1])
        shown = re.sub(r"\s", "", " ".join(exercise.hints))
        assert len(body) < 12 or body not in shown


@pytest.mark.parametrize("id", CODE)
def test_every_test_has_points_and_a_hint(id):
    text = check_file(find_exercise(id)).read_text()
    tests = len(re.findall(r"^def test_", text, re.M))
    assert tests == text.count("@pytest.mark.points(") == text.count("@pytest.mark.hint(")


def test_banks_and_lists_agree():
    for id in IDS:
        folder = check_file(find_exercise("00/relu")).parent.parent
        number, name = id.replace("-", "_").split("/")
        assert list(folder.glob(f"ch{number}_*/{name}.py")), id
    for path in folder.glob("ch*/*.py"):
        name = path.stem.removeprefix("test_")
        listed = [id.replace("-", "_") for id in IDS]
        shared = name.startswith("_")  # the package itself, and what several banks have in common
        assert shared or f"{path.parent.name[2:4]}/{name}" in listed, path


def test_the_proof_can_fail(monkeypatch):
    """A check without tests on values, a mistake that is right, a bank that is too small."""
    relu = find_exercise("00/relu")
    fake = bank.Code(relu.id, relu.title, relu.reference, relu.hints, drivers=relu.drivers)
    fake.mistake("Nothing is wrong with it.")(dl.relu.reference)
    fake.mistake("Passes nothing.")(lambda x: None)
    faults = " ".join(proof.mistake_faults(fake))
    assert "at least 3" in faults
    assert "is 'passed'" in faults
    assert "passes no test" in faults
    assert len(proof.deletion_faults(fake)) == 0  # the right answer "slips" through everywhere
    fake.mistakes.clear()
    assert len(proof.deletion_faults(fake)) == 5
