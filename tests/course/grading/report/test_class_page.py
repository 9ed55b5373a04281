import dataclasses
import re

import pytest

from diydl.course.grading.batch.batch import Batch
from diydl.course.grading.report.alike_view import ADVICE, pairs_of
from diydl.course.grading.report.class_page import class_page
from diydl.course.grading.report.overview import (
    changes,
    common_mistakes,
    efforts,
    open_tests,
    outcomes,
)
from diydl.course.grading.report.reports import write_reports
from diydl.course.record import Record
from tests.course.grading.report.test_feedback import text_of
from tests.course.grading.report.test_page import Reader
from tests.course.grading.sample import BAD, COPIED, accuracy, entry, records, relu, sample


def calm():
    batch = sample()
    return dataclasses.replace(batch, graded=[e for e in batch.graded if e.known])


def test_outcomes_tell_the_four_apart():
    assert outcomes(calm()) == {"00/relu": (1, 1, 3, 1), "00/accuracy": (2, 0, 2, 2)}


def test_the_most_common_mistake_comes_first_with_its_message_and_learners():
    first, second = common_mistakes(calm())
    assert (first.name, [e.id for e in first.entries]) == ("absolute", ["cyd", "dee"])
    assert second.name == "in_double"
    said = text_of(class_page(calm()))
    assert "2 learners in 00/relu Bend: negative becomes zero : behaves like absolute" in said
    assert "You take the absolute value" in said


def test_what_no_mistake_explains_is_told_by_its_first_failing_test():
    told = [(c.exercise, c.name, c.hidden, [e.id for e in c.entries]) for c in open_tests(calm())]
    assert told == [
        ("00/accuracy", "A share of rows", False, ["eve"]),
        ("00/accuracy", "SECRET title", True, ["bob"]),
        ("00/relu", "Negative numbers become 0", False, ["eve"]),
    ]
    assert "Wrong in a way that no known mistake explains: 3" in text_of(class_page(calm()))


def test_hints_and_times_come_from_answers_folders():
    one, two = efforts(calm())
    assert (one.exercise, one.learners, one.attempts, one.hints) == ("00/relu", 2, 6, (0, 1, 0, 1))
    assert one.minutes is None
    assert two.minutes == 25


def test_breaks_and_forged_records_do_not_spoil_the_times():
    long_break = records(600)
    forged = {
        "00/relu": Record("00/relu", attempts=10**400, hints=10**9, passed={"when": "<b>"}),
        "00/accuracy": Record("00/accuracy", attempts=1, passed={}),
        "00/unknown": Record("00/unknown", attempts=1),
    }
    batch = Batch(
        "00_first_win",
        [entry("a", relu(), accuracy(), records=long_break), entry("b", relu(), records=forged)],
    )
    found = efforts(batch)
    assert [e.minutes for e in found] == [None, None]
    assert found[0].hints == (0, 1, 0, 1)
    class_page(batch)


def test_old_and_new_lists_what_changed():
    assert [e.id for e in changes(calm())] == ["cyd"]
    said = text_of(class_page(calm()))
    assert "2 compared with an earlier run, 1 changed" in said
    assert "Cyd Charisse (cyd) 4 0 -4" in said
    never = [dataclasses.replace(e, before=None) for e in calm().graded]
    assert "Old and new" not in class_page(dataclasses.replace(calm(), graded=never))


@pytest.mark.parametrize(
    "told",
    [
        "Could not be read: 1 gus : gus/00.ipynb is not a notebook",
        "No submission: 1 Hal Ashby (hal)",
        "Late: 1 Bob Ross (bob) : 2 hours 1 minute, takes 0.6 points",
        "The grader failed: 1 ivy : KeyError: 'x' (a fault of ours)",
        "Reaches for the library's own answer: 1 eve , 00/accuracy",
        "Ran too long, or ended its process: 1 eve , 00/relu: still running after 5 s",
        "Notebook and stored answer differ: 1 dee , 00/accuracy: The stored answer is another one",
        "Notes: 1 dee : The file ends in the middle",
        "the class list has 10 rows",
    ],
)
def test_what_to_look_at_is_listed(told):
    assert told in text_of(class_page(calm()))


def test_who_is_on_no_list_is_named():
    assert "Not on the class list: 1" in text_of(class_page(sample()))


def test_near_identical_answers_are_advice():
    pairs = pairs_of(calm())
    assert ("ada", "dee") in [pair.ids for pair in pairs]
    page = class_page(calm())
    assert ADVICE in page
    assert "no finding" in ADVICE
    assert "<mark>" in page
    for word in ("cheat", "plagiar", "guilty", "misconduct", "copied"):
        assert word not in text_of(page).lower()
    assert COPIED.splitlines()[1].strip() in text_of(page)


def test_the_answer_key_and_known_mistakes_do_not_make_a_pair():
    from diydl.course.catalog import find_exercise

    same = find_exercise("00/accuracy").answer
    found = [entry(id, accuracy(cell=same)) for id in ("a", "b")]
    assert not pairs_of(Batch("00_first_win", found))


def test_links_lead_to_the_pages_that_are_written(tmp_path):
    files = write_reports(sample(), tmp_path)
    page = (tmp_path / "index.html").read_text()
    links = {attrs["href"] for tag, attrs in Reader(page).tags if tag == "a"}
    assert links == {f.relative_to(tmp_path).as_posix() for f in files if f.parent != tmp_path}
    assert len(links) == 10


def test_nothing_of_a_submission_becomes_part_of_the_page():
    found = Reader(class_page(sample()))
    assert not [tag for tag, _ in found.tags if tag in ("script", "img", "iframe", "form", "input")]
    assert not [n for _, attrs in found.tags for n in attrs if n.startswith("on")]
    assert found.said.count("alert(5)") >= 5
    assert [tag for tag, _ in found.tags].count("style") == 1


def test_reports_are_the_same_twice(tmp_path):
    first = [path.read_bytes() for path in write_reports(sample(), tmp_path / "a")]
    again = [path.read_bytes() for path in write_reports(sample(), tmp_path / "b")]
    assert first == again


def test_files_of_others_stay(tmp_path):
    (tmp_path / "feedback").mkdir()
    (tmp_path / "feedback" / "old.html").write_text("kept")
    write_reports(sample(), tmp_path)
    assert (tmp_path / "feedback" / "old.html").read_text() == "kept"


def test_headings_are_in_order():
    levels = [
        int(tag[1]) for tag, _ in Reader(class_page(sample())).tags if re.fullmatch(r"h\d", tag)
    ]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))


def test_a_class_of_one_and_of_none():
    assert "9 of 9" in text_of(class_page(Batch("00_first_win", [entry("a", relu(), accuracy())])))
    assert "0 learners" in text_of(class_page(Batch("00_first_win", [])))
    assert BAD not in class_page(sample())
