"""The three-way proof, for every exercise of the course, with test and answer in two processes."""

import pytest

from diydl.course.catalog import exercise_ids, find_exercise
from diydl.course.grading import proof
from diydl.course.grading.settings import Settings

pytestmark = pytest.mark.slow
CHAPTERS = sorted({id[:2] for id in exercise_ids()})


@pytest.fixture(params=CHAPTERS)
def settings(request):
    """Scores must not depend on how busy the machine is: there is time enough."""
    return Settings(request.param, call_s=60, cell_s=60, total_s=600)


def test_the_untouched_stubs_score_zero(settings):
    assert proof.stub_faults(settings) == []


def test_the_solutions_score_full(settings):
    assert proof.solution_faults(settings) == []


def test_every_mistake_scores_less_and_is_named(settings):
    assert proof.mistake_faults(settings) == []


def test_the_proof_can_fail(monkeypatch):
    """Right answers where wrong ones are expected, and a chapter that is handed out solved."""
    wrong = find_exercise("00/relu").mistakes
    monkeypatch.setattr(find_exercise("00/relu"), "mistakes", [wrong[1]])
    monkeypatch.setattr(proof, "as_cell", lambda *_: "def relu(x):\n    return dl.maximum(x, 0)")
    faults = " ".join(proof.mistake_faults(Settings("00")))
    assert "is 'passed'" in faults
    assert "gets 5 of 5" in faults
    assert "is taken for None" in faults
