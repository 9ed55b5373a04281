import pytest

from diydl.course import catalog
from diydl.course.catalog import UnknownExercise, exercise_ids, find_exercise


def test_ids_come_chapter_by_chapter():
    ids = exercise_ids()
    assert [id[:2] for id in ids] == sorted(id[:2] for id in ids)
    assert exercise_ids("00") == tuple(id for id in ids if id.startswith("00/"))
    assert exercise_ids("99") == ()


@pytest.mark.parametrize("id", ["00/relu", "00-relu", " 00/relu "])
def test_an_exercise_is_found(id):
    assert find_exercise(id).id == "00/relu"


@pytest.mark.parametrize(
    ("id", "near"),
    [("00/rleu", "00/relu"), ("00/acuracy", "00/accuracy"), ("00-bughunt", "00/bug-hunt")],
)
def test_the_nearest_is_suggested(id, near):
    with pytest.raises(UnknownExercise, match=f"did you mean '{near}'"):
        find_exercise(id)


def test_far_off_all_are_listed():
    with pytest.raises(UnknownExercise, match="there are 00/predict-untrained, 00/relu"):
        find_exercise("~~~")


def test_a_bank_with_another_id_is_noticed(monkeypatch):
    places = {"00/other": "diydl.course.checks.ch00_first_win.relu"}
    monkeypatch.setattr(catalog, "_places", lambda: places)
    with pytest.raises(ValueError, match="holds exercise 00/relu, expected 00/other"):
        find_exercise("00/other")
