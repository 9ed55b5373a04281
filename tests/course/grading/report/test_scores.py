import csv
import dataclasses
import io
import json

import pytest

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.report.scores import (
    FIXED,
    LAST,
    exercise_ids,
    safe_cell,
    scores_csv,
    scores_json,
    timings_csv,
)
from tests.course.grading.sample import sample


def rows(content):
    assert content.startswith(b"\xef\xbb\xbf")  # else Excel reads Windows-1252
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def simple():
    batch = sample()
    return dataclasses.replace(batch, graded=[e for e in batch.graded if e.known])


def test_one_row_each_with_stable_columns():
    found = rows(scores_csv(simple()))
    assert [row["id"] for row in found] == "ada bob cyd dee eve fay gus hal ivy".split()
    assert list(found[0]) == [*FIXED, "00/relu", "00/accuracy", *LAST]
    ada, bob = found[:2]
    assert (ada["points"], ada["max"], ada["00/relu"], ada["00/accuracy"]) == ("9", "9", "5", "4")
    assert (bob["points"], bob["points before lateness"], bob["lateness takes"]) == (
        "2.4",
        "3",
        "0.6",
    )
    assert bob["late by (hours)"] == "2.03"
    assert bob["mistakes"] == "00/relu: in_double"


@pytest.mark.parametrize("id", ["gus", "hal", "ivy"])
def test_what_was_not_graded_has_no_points(id):
    (row,) = [row for row in rows(scores_csv(simple())) if row["id"] == id]
    assert row["points"] == row["00/relu"] == ""
    assert row["status"] != "graded"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " ="])
def test_no_cell_is_a_formula(first):
    text = f"{first}HYPERLINK(1)"
    (row,) = rows(scores_csv(Batch("00", [Entry(text, "graded", name=text, message=text)])))
    for name in ("id", "name", "message"):
        assert row[name].startswith("'")


def test_every_text_of_the_hostile_one_is_one_cell():
    content = scores_csv(sample())
    found = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert {len(row) for row in found} == {len(found[0])}
    assert b"\x00" not in content
    assert b"\x1b" not in content


def test_plain_text_is_left_alone():
    assert safe_cell("Zoë O'Hara-Smith") == "Zoë O'Hara-Smith"
    assert safe_cell("") == ""


def test_json_is_the_same_whatever_it_took_and_in_whichever_order():
    batch = sample()
    again = [
        dataclasses.replace(e, seconds=e.seconds + 1, before=7.0, resumed=True)
        for e in reversed(batch.graded)
    ]
    assert scores_json(dataclasses.replace(batch, graded=again)) == scores_json(batch)


def test_json_holds_all_that_a_score_rests_on():
    data = json.loads(scores_json(sample()))
    assert data["seed"] == 2026
    assert data["versions"]["numpy"] == "2.3.4"
    assert len(data["key"]) == 64
    (bob,) = [one for one in data["learners"] if one["id"] == "bob"]
    assert (bob["points"], bob["lateness takes"]) == (2.4, 0.6)
    assert [e["status"] for e in bob["result"]["exercises"]] == ["partial", "failed"]
    (gus,) = [one for one in data["learners"] if one["id"] == "gus"]
    assert gus["points"] is None


def test_times_stand_by_themselves():
    found = rows(timings_csv(sample()))
    assert {row["seconds"] for row in found} == {"0.21", "0"}
    assert b"0.21" not in scores_csv(sample())
    assert "seconds" not in json.loads(scores_json(sample()))["learners"][0]


def test_exercises_of_all_learners_are_columns():
    batch = simple()
    assert exercise_ids(batch) == ["00/relu", "00/accuracy"]
    only = [e for e in batch.graded if e.graded is not None][:1]
    assert exercise_ids(dataclasses.replace(batch, graded=only)) == ["00/relu", "00/accuracy"]
