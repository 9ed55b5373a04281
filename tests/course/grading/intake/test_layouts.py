from datetime import UTC, datetime, timedelta, timezone

import pytest

from diydl.course.grading.intake import layouts
from diydl.course.grading.intake.found import Found
from diydl.course.grading.intake.layouts import LayoutError, by_regex, parse_time, recognised


def at(*parts):
    return Found(tuple("/".join(parts).split("/")), "/".join(parts))


@pytest.mark.parametrize(
    ("name", "id", "who", "late", "order", "rest"),
    [
        ("lovelaceada_4017_982731_tape.ipynb", "4017", "lovelaceada", False, 982731, "tape.ipynb"),
        (
            "lovelaceada_LATE_4017_982731_t-2.ipynb",
            "4017",
            "lovelaceada",
            True,
            982731,
            "t-2.ipynb",
        ),
        (
            "müllerzoë_10000000004017_5_03_tape.ipynb",
            "10000000004017",
            "müllerzoë",
            False,
            5,
            "03_tape.ipynb",
        ),
        ("anon_x7Yz2_982731_tape.ipynb", "anon_x7Yz2", "", False, 982731, "tape.ipynb"),
        ("LATE_anon_x7Yz2_982731_tape.ipynb", "anon_x7Yz2", "", True, 982731, "tape.ipynb"),
        ("group1_31_982731_My tape (1).ipynb", "31", "group1", False, 982731, "My tape (1).ipynb"),
    ],
)
def test_names_of_canvas(name, id, who, late, order, rest):
    place = layouts.canvas(at(name))
    assert (place.id, place.name, place.late) == (id, who, late)
    assert (place.order, place.rest) == ((order,), (rest,))
    assert place.downloaded


def test_attempts_of_canvas_are_one_item_and_grow():
    first = layouts.canvas(at("lovelaceada_4017_900_03_tape.ipynb"))
    again = layouts.canvas(at("lovelaceada_4017_950_03_tape-1.ipynb"))
    other = layouts.canvas(at("lovelaceada_4017_951_notes.ipynb"))
    assert first.item == again.item != other.item
    assert first.order < again.order


@pytest.mark.parametrize("name", ["ada.ipynb", "ada_tape.ipynb", "ada_4017_tape.ipynb"])
def test_other_names_are_not_those_of_canvas(name):
    assert layouts.canvas(at(name)) is None


@pytest.mark.parametrize(
    ("path", "id", "who", "rest"),
    [
        ("Ada Lovelace_4017_assignsubmission_file_/t.ipynb", "4017", "Ada Lovelace", "t.ipynb"),
        ("Ada Lovelace_4017_assignsubmission_file/t.ipynb", "4017", "Ada Lovelace", "t.ipynb"),
        ("Ada Lovelace_4017_assignsubmission_file_t.ipynb", "4017", "Ada Lovelace", "t.ipynb"),
        ("Participant_9_assignsubmission_file_/a/t.ipynb", "9", "Participant", "a/t.ipynb"),
        ("x/Zoë_7_assignsubmission_onlinetext_/onlinetext.html", "7", "Zoë", "onlinetext.html"),
    ],
)
def test_names_of_moodle(path, id, who, rest):
    place = layouts.moodle(at(path))
    assert (place.id, place.name, "/".join(place.rest)) == (id, who, rest)
    assert place.order is None


def test_folders_of_nbgrader():
    for path in (
        "submitted/ada/ps3/03_tape.ipynb",
        "x/submitted/ada/ps3/03_tape.ipynb",
        "ada/ps3/t",
    ):
        assert layouts.nbgrader(at(path)).id == "ada"
    assert layouts.nbgrader(at("ada/t.ipynb")) is None


def test_the_exchange_of_nbgrader_tells_attempts():
    early = layouts.nbgrader(at("ada+ps3+2026-11-19 18:00:00 UTC/t.ipynb"))
    late = layouts.nbgrader(at("ada+ps3+2026-11-20 18:00:00.5 UTC+x7Yz/t.ipynb"))
    plus = layouts.nbgrader(at("a+da+ps3+2026-11-20 18:00:00 UTC/t.ipynb"))
    assert early.id == late.id == "ada"
    assert plus.id == "a+da"
    assert early.order < late.order
    assert late.time == datetime(2026, 11, 20, 18, 0, 0, 500000, tzinfo=UTC)


def test_a_regular_expression_names_id_time_and_attempt():
    zone = timezone(timedelta(hours=1))
    layout = by_regex(r"(?P<id>\w+)_try(?P<attempt>\d+)_(?P<time>[\d-]+)\.ipynb", zone)
    ninth, tenth = (layout(at(f"u1_try{k}_2026-11-20-18-00-00.ipynb")) for k in (9, 10))
    assert ninth.order < tenth.order
    assert tenth.time == datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert layout(at("elsewhere.ipynb")) is None


def test_without_attempts_each_folder_is_an_item_of_its_own():
    layout = by_regex(r"(?P<id>u\d+)")
    assert layout(at("u1 first/t.ipynb")).item != layout(at("u1 second/t.ipynb")).item
    assert layout(at("u1 first/t.ipynb")).order is None


@pytest.mark.parametrize(
    ("pattern", "said"), [("(", "no regular"), ("blackboard", "expected one of")]
)
def test_an_expression_that_cannot_work_is_refused(pattern, said):
    with pytest.raises(LayoutError, match=said):
        by_regex(pattern)


@pytest.mark.parametrize(
    ("paths", "name"),
    [
        (
            ["lovelaceada_4017_982731_t.ipynb", "turingalan_LATE_4018_982732_h.zip/t.ipynb"],
            "canvas",
        ),
        (["lovelaceada_4017_982731_t.ipynb", "ada.ipynb"], "plain"),
        (["A B_1_assignsubmission_file_/t.ipynb"], "moodle"),
        (["export/submission_metadata.yml", "export/submission_1/t.ipynb"], "gradescope"),
        (["submitted/ada/ps3/t.ipynb"], "nbgrader"),
        (["ada/ps3/t.ipynb", "ada/ps3/timestamp.txt"], "nbgrader"),
        (["ada+ps3+2026-11-19 18:00:00 UTC/t.ipynb"], "nbgrader"),
        (["ada/t.ipynb", "bob.ipynb"], "plain"),
        ([], "plain"),
    ],
)
def test_layouts_are_recognised(paths, name):
    assert recognised([at(path) for path in paths]) == name


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-20 18:00:00 UTC", datetime(2026, 11, 20, 18, tzinfo=UTC)),
        ("2026-11-20T18:00:00Z", datetime(2026, 11, 20, 18, tzinfo=UTC)),
        ("2026-11-20 18:00:00.109082000 Z", datetime(2026, 11, 20, 18, 0, 0, 109082, tzinfo=UTC)),
        ("2026-11-20 18:00:00 -0700", datetime(2026, 11, 21, 1, tzinfo=UTC)),
        ("Friday, 20 November 2026, 6:00 PM", datetime(2026, 11, 20, 18, tzinfo=UTC)),
        ("Friday, 20 November 2026, 18:00", datetime(2026, 11, 20, 18, tzinfo=UTC)),
        ("-", None),
        ("", None),
    ],
)
def test_times_are_read_as_platforms_write_them(text, time):
    assert parse_time(text, UTC) == time
