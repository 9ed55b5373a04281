import pytest

from diydl.course.grading.intake.pseudonym import pseudonyms
from diydl.course.grading.intake.roster import RosterError


def test_pseudonyms_stay_and_tell_nothing(tmp_path):
    key = tmp_path / "key.csv"
    first = pseudonyms({"ada": "Ada", "bob": ""}, key)
    before = key.read_bytes()
    assert pseudonyms({"ada": "Ada", "bob": ""}, key) == first
    assert key.read_bytes() == before
    more = pseudonyms({"bob": "", "zoe": "Zoë"}, key)
    assert more["bob"] == first["bob"]
    assert len({*first.values(), *more.values()}) == 3
    assert not any(name in word.lower() for word in first.values() for name in ("ada", "bob"))
    assert "ada,Ada" in key.read_text(encoding="utf-8")


def test_they_are_drawn_anew_for_another_key(tmp_path):
    ids = {f"u{k}": "" for k in range(20)}
    assert pseudonyms(ids, tmp_path / "a.csv") != pseudonyms(ids, tmp_path / "b.csv")


def test_a_file_of_another_kind_is_left_alone(tmp_path):
    key = tmp_path / "key.csv"
    key.write_text("id,name\nada,Ada\n")
    with pytest.raises(RosterError, match="holds no pseudonyms"):
        pseudonyms({"ada": ""}, key)
    assert key.read_text() == "id,name\nada,Ada\n"
