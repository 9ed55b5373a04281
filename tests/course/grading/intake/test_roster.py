from datetime import UTC, datetime

import pytest

from diydl.course.grading.intake.roster import RosterError, find_learner, read_roster


def roster(tmp_path, text, code="utf-8"):
    path = tmp_path / "class.csv"
    path.write_bytes(text.encode(code))
    return read_roster(path, UTC)


def test_a_list_of_ids_and_names(tmp_path):
    learners = roster(tmp_path, 'ID,Name\n4017,"Lovelace, Ada"\n\n4018,Alan Turing\n')
    assert [(x.id, x.name) for x in learners] == [
        ("4017", "Lovelace, Ada"),
        ("4018", "Alan Turing"),
    ]
    assert learners[0].row == {"ID": "4017", "Name": "Lovelace, Ada"}


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_as_spreadsheets_save_it(tmp_path, code, mark):
    text = "id,first name,surname\r\n4011,Zoë,Müller\r\n".replace(",", mark)
    assert [x.name for x in roster(tmp_path, text, code)] == ["Zoë Müller"]


def test_a_gradebook_of_canvas(tmp_path):
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Tape (77)\n"
        "    Points Possible,,,,,20\n"
        '"Lovelace, Ada",4017,S1,ada@example.org,A,\n'
    )
    (learner,) = roster(tmp_path, text)
    assert (learner.id, learner.name) == ("4017", "Lovelace, Ada")
    assert find_learner([learner], "S1") is learner
    assert find_learner([learner], "ADA@example.org") is learner


def test_a_worksheet_of_moodle(tmp_path):
    text = (
        "Identifier,Full name,Email address,Status,Grade,Last modified (submission)\n"
        "Participant 4017,Ada Lovelace,ada@example.org,Submitted,,"
        '"Friday, 20 November 2026, 6:00 PM"\n'
        "Participant 4018,Alan Turing,alan@example.org,No submission,,-\n"
    )
    ada, alan = roster(tmp_path, text)
    assert ada.id == "4017"
    assert ada.submitted == datetime(2026, 11, 20, 18, tzinfo=UTC)
    assert alan.submitted is None


def test_times_and_extensions_of_one_learner(tmp_path):
    text = "id,submitted,deadline\nada,2026-11-21T08:00,2026-11-22T12:00+01:00\n"
    (ada,) = roster(tmp_path, text)
    assert ada.submitted == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert ada.deadline == datetime(2026, 11, 22, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("who,what\na,b\n", "expected a column 'id'"),
        ("", "expected a column 'id'"),
        ("id,name\nada,x\nada,y\n", "ada stands in it twice"),
        ("id,name\n", "expected a column 'id'"),
        ("id,name\n,nobody\n", "lists nobody"),
        ("id,deadline\nada,soon\n", "ada: 'soon' is no time"),
        ("PK\0\0", "no CSV file"),
    ],
)
def test_a_list_that_cannot_be_used_says_why(tmp_path, text, said):
    with pytest.raises(RosterError, match=said):
        roster(tmp_path, text)


def test_a_list_that_is_not_there(tmp_path):
    with pytest.raises(RosterError, match="cannot be read"):
        read_roster(tmp_path / "none.csv", UTC)


def test_an_id_is_never_taken_for_two(tmp_path):
    learners = roster(tmp_path, "id,email\n1,x@example.org\n2,X@example.org\n")
    assert find_learner(learners, "x@example.org") is None
    assert find_learner(learners, "3") is None
