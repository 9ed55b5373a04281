"""Layouts are those of the platforms' own exporters, as the sources of these have them."""

import difflib

import pytest

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.report.gradebook import write_marks
from diydl.course.grading.report.ledger import GradebookError, as_number, key

CANVAS = '''\
Student,ID,SIS User ID,SIS Login ID,Section,Notes,Chapter 00 (501),Essay (502),Assignments \
Current Score,Assignments Unposted Current Score,Current Score,Final Score
,,,,,,Manual Posting,,,,,
    Points Possible,,,,,(read only),9.00,10.00,(read only),(read only),(read only),(read only)
"Lovelace, Ada",4017,S1,ada,"Lab A and Lab B","likes ""code""",,8.50,85.00,85.00,85.00,85.00
"Ross, Bob",4018,S2,bob,Lab A,,2.40,7.00,70.00,70.00,70.00,70.00
"Charisse, Cyd",4019,S3,cyd@example.org,Lab B,,3.00,,,,,
"Excused, Eve",4020,S4,eve,Lab A,,EX,,,,,
"Other, Fay",4021,S5,fay,Lab A,,N/A,,,,,
"Nobody, Gus",4022,S6,gus,Lab A,,,,,,,
"Student, Test",9,,abc,Lab A,,,,,,,
'''
WORKSHEET = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 4017","Ada Lovelace",ada@example.org,"Submitted for grading - ",,9.00,Yes,\
"Friday, 20 November 2026, 1:00 PM",-,
"Participant 4018","Bob Ross",bob@example.org,"Submitted for grading - Graded - ",3.00,9.00,Yes,\
"Friday, 20 November 2026, 8:01 PM","Friday, 20 November 2026, 9:00 PM","<p>Late.
Two lines.</p>"
"Participant 4019","Cyd Charisse",cyd@example.org,"Submitted for grading - ",1.00,9.00,No,-,-,
"""
MOODLE = (
    "\ufeff"
    'First name,Surname,"ID number",Institution,Department,"Email address",'
    '"Assignment: Chapter 00 (Real)","Quiz: Chapter 00 recall (Real)","Course total (Real)",'
    '"Last downloaded from this course"\n'
    "Ada,Lovelace,S1,,,ada@example.org,-,9.00,9.00,1795190400\n"
    "Bob,Ross,S2,,,bob@example.org,2.00,8.00,10.00,1795190400\n"
)
ROSTER = [
    {"id": "ada", "name": "Ada Lovelace", "canvas id": "4017", "email": "ada@example.org"},
    {"id": "bob", "name": "Bob Ross", "canvas id": "4018", "email": "bob@example.org"},
    {"id": "cyd", "name": "Cyd Charisse", "canvas id": "4019", "email": "cyd@example.org"},
]


def batch(**marks):
    found = [Entry(id, "graded", final=mark, max=9.0) for id, mark in marks.items()]
    return Batch("00_first_win", found, roster=ROSTER)


def by_id(marks):
    return Batch("00_first_win", [Entry(i, "graded", final=m, max=9.0) for i, m in marks.items()])


@pytest.fixture
def write(tmp_path):
    def run(text, batch, encoding="utf-8", **more):
        export = tmp_path / "export.csv"
        export.write_bytes(text.encode(encoding))
        marks = write_marks(export, batch, tmp_path / "out" / "copy.csv", **more)
        assert export.read_bytes() == text.encode(encoding)
        return marks, (tmp_path / "out" / "copy.csv").read_bytes().decode(encoding)

    return run


def changed(before, after):
    """Lines that differ, as pairs."""
    rows = list(zip(before.split("\n"), after.split("\n"), strict=True))
    return [(a, b) for a, b in rows if a != b]


def test_canvas(write):
    found = {"4017": 9.0, "4018": 2.4, "4019": 4.0, "4020": 5.0, "4021": 5.0, "4099": 1.0}
    marks, text = write(CANVAS, by_id(found))
    assert marks.column == "Chapter 00 (501)"
    assert [(a, b) for a, b in changed(CANVAS, text)] == [
        (
            '"Lovelace, Ada",4017,S1,ada,"Lab A and Lab B","likes ""code""",,8.50,85.00,85.00,'
            "85.00,85.00",
            '"Lovelace, Ada",4017,S1,ada,"Lab A and Lab B","likes ""code""",9,8.50,85.00,85.00,'
            "85.00,85.00",
        ),
        (
            '"Charisse, Cyd",4019,S3,cyd@example.org,Lab B,,3.00,,,,,',
            '"Charisse, Cyd",4019,S3,cyd@example.org,Lab B,,4,,,,,',
        ),
    ]
    assert marks.unchanged == 1
    assert [(c.id, c.old, c.new) for c in marks.changes] == [
        ("4017", "", "9"),
        ("4019", "3.00", "4"),
    ]
    assert marks.missing == ["4099"]
    assert marks.extra == ["Nobody, Gus (4022)"]
    assert [row.partition(":")[0] for row in marks.held] == ["4020", "4021"]
    assert not marks.warnings
    said = str(marks)
    assert "changed: 4019: 3.00 -> 4" in said
    assert "graded, and not in the gradebook: 4099" in said


@pytest.mark.parametrize("ids", [("S1", "S3"), ("ada", "cyd@example.org"), ("ADA", "s3")])
def test_canvas_knows_learners_by_each_of_its_ids(write, ids):
    marks, _ = write(CANVAS, by_id(dict.fromkeys(ids, 5.0)))
    assert [c.row for c in marks.changes] == [3, 5]


def test_the_class_list_translates_ids(write):
    without = CANVAS.replace(",ada,", ",x,").replace(",bob,", ",y,")
    marks, _ = write(without, batch(ada=1.0, bob=2.0))
    assert [(c.id, c.row) for c in marks.changes] == [("ada", 3), ("bob", 4)]
    marks, _ = write(WORKSHEET, batch(ada=1.0))
    assert [c.id for c in marks.changes] == ["ada"]


def test_canvas_with_two_names_and_semicolons(write):
    text = (
        "LastName;FirstName;ID;SIS Login ID;Section;Chapter 00 (501);Final Score\n"
        "    Points Possible;;;;;9,00;(read only)\nLovelace;Ada;4017;ada;A;1,50;15,00\n"
        "Ross;Bob;4018;bob;A;;\n"
    )
    marks, copy = write(text, by_id({"4017": 4.5, "4018": 7.25}))
    assert "Lovelace;Ada;4017;ada;A;4,5;15,00" in copy
    assert "Ross;Bob;4018;bob;A;7,25;" in copy
    assert not marks.warnings


def test_moodles_worksheet(write):
    marks, text = write(WORKSHEET, by_id({"4017": 7.5, "4018": 2.4, "4019": 9.0}))
    before, after = zip(*changed(WORKSHEET, text), strict=True)
    assert before[0].replace('- ",,9.00', '- ",7.5,9.00') == after[0]
    assert before[1].replace("3.00", "2.4") == after[1]
    assert len(before) == 2
    assert marks.held == ["4019: Moodle says that this grade cannot be changed"]


@pytest.mark.parametrize("id", ["Participant_4017", "participant 4017", "ada@example.org"])
def test_moodles_learners_by_other_names(write, id):
    marks, _ = write(WORKSHEET, by_id({id: 7.5}))
    assert [c.row for c in marks.changes] == [1]


def test_moodles_gradebook(write):
    marks, text = write(MOODLE, by_id({"S1": 4.0, "bob@example.org": 2.0}))
    assert marks.kind == "gradebook of Moodle"
    assert "ada@example.org,4,9.00,9.00" in text
    assert text.startswith("\ufeff")
    assert marks.unchanged == 1


def test_another_maximum_is_a_warning(write):
    marks, _ = write(WORKSHEET.replace("9.00", "100.00"), by_id({"4017": 7.5}))
    assert "counts 100 points for this, the chapter has 9" in marks.warnings[0]
    marks, _ = write(CANVAS.replace("9.00,10.00", "20,10.00"), by_id({"4017": 7.5}))
    assert "counts 20 points" in marks.warnings[0]


def test_any_table_by_names_of_columns(write):
    text = "who;matriculation;A\r\nAda;0017;\r\nBob;0018;1\r\n"
    marks, copy = write(text, by_id({"0017": 5.5}), column="a", id_column="Matriculation")
    assert copy == "who;matriculation;A\r\nAda;0017;5.5\r\nBob;0018;1\r\n"
    assert marks.extra == ["Bob (0018)"]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_letters_of_other_alphabets(write, encoding):
    text = "login,name,mark\nzoë,Zoë,\n"
    marks, copy = write(text, by_id({"ZOË": 5.5}), encoding, column="mark")
    assert copy == "login,name,mark\nzoë,Zoë,5.5\n"


def test_who_has_no_mark_keeps_what_is_there(write):
    found = [
        Entry("4017", "no submission", max=9.0),
        Entry("4018", "unreadable", max=9.0),
        Entry("4019", "grader error", max=9.0),
        Entry("4023", "no submission", max=9.0),
        Entry("4024", "unreadable", max=9.0),
    ]
    marks, text = write(CANVAS, Batch("00_first_win", found))
    assert text == CANVAS
    assert "4018 (unreadable)" in marks.extra
    assert marks.missing == ["4024"]


def test_ids_that_fit_two_lines_and_lines_that_fit_two_ids_are_left_alone(write):
    twice = CANVAS.replace("4018,S2", "4018,4017")
    marks, text = write(twice, by_id({"4017": 9.0}))
    assert text == twice
    assert "4017: stands in the lines 4, 5" in marks.held[0]
    marks, text = write(CANVAS, by_id({"4017": 9.0, "ada": 3.0}))
    assert text == CANVAS
    assert "line 4: 4017 and ada both fit it" in marks.held[0]


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (CANVAS.replace("Chapter 00 (501)", "Homework (501)"), {}, "--column NAME"),
        (CANVAS.replace("Essay", "Chapter 00 again"), {}, "more than one column fits"),
        (CANVAS, {"column": "Homework"}, "there is no column 'Homework'"),
        (CANVAS, {"column": "Final Score"}, "read only"),
        (CANVAS, {"column": "ID"}, "holds ids"),
        (CANVAS, {"id_column": "Nr"}, "there is no column 'Nr'"),
        ("who,mark\nada,\n", {"column": "mark"}, "--id-column NAME"),
        ("id,mark,mark\nada,,\n", {"column": "mark"}, "2 columns are called"),
        ("id,mark\n", {"column": "mark"}, "it has no lines"),
        ("", {}, "it has no lines"),
        ("id,a,mark\nada\n", {"column": "mark"}, "line 2 has 1 cells"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(write, tmp_path, text, more, said):
    with pytest.raises(GradebookError, match=said):
        write(text, batch(ada=1.0), **more)
    assert not (tmp_path / "out").exists()


def test_the_column_can_be_named_without_canvas_number(write):
    marks, _ = write(CANVAS, by_id({"4017": 1.0}), column="essay")
    assert marks.column == "Essay (502)"


def test_the_export_is_never_written_over(tmp_path):
    export = tmp_path / "export.csv"
    export.write_text(CANVAS)
    (tmp_path / "link.csv").symlink_to(export)
    (tmp_path / "hard.csv").hardlink_to(export)
    for out in ("export.csv", "link.csv", "hard.csv", "../" + tmp_path.name + "/export.csv"):
        with pytest.raises(GradebookError, match="written over"):
            write_marks(export, by_id({"4017": 1.0}), tmp_path / out)
    assert export.read_text() == CANVAS


def test_pseudonyms_are_in_no_gradebook(tmp_path):
    with pytest.raises(GradebookError, match="anonymous"):
        write_marks(tmp_path / "a.csv", Batch("00", [], anonymous=True), tmp_path / "b.csv")


def test_a_hostile_gradebook_is_told_in_one_line_each(write):
    text = 'id,mark\n"ada\x1b[31m\nsecond line",\n'
    marks, copy = write(text, by_id({"bob": 1.0}), column="mark")
    assert copy == text
    assert "\x1b" not in str(marks)
    assert len(str(marks).splitlines()) == 4


@pytest.mark.parametrize(("text", "value"), [("4,50", 4.5), ("85%", 85), ("", None), ("-", None)])
def test_marks_are_read(text, value):
    assert as_number(text) == value


def test_ids_are_compared_without_case_and_composed():
    assert key("Zoe\u0308 ") == key("ZOË")
    assert list(difflib.ndiff(["a"], [key("a")])) == ["  a"]
