import dataclasses
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.report.feedback import chapter_title, feedback, link_to
from diydl.course.grading.result import Line
from tests.course.grading.report.test_page import Reader
from tests.course.grading.sample import SANDBOX, accuracy, entry, relu, sample


def shown(id):
    batch = sample()
    (one,) = [e for e in batch.graded if e.id == id]
    return feedback(one, batch)


def text_of(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("</head>")[2])).split())


def test_points_first_then_what_was_graded_and_how():
    said = text_of(shown("ada"))
    assert "9 of 9 points" in said
    assert "2 of 2 exercises with points passed" in said
    assert SANDBOX in said
    assert "numpy 2.3.4" in said


def test_the_likely_cause_stands_before_the_tests():
    said = text_of(shown("bob"))
    card = said[said.index("Bend: negative becomes zero") :]
    assert card.index("What may be behind it:") < card.index("passed: Negative numbers become 0")
    assert "not yet: The result has the dtype of x (2) x is float32" in card
    assert "Hint: dl.maximum keeps it" in card


def test_of_a_hidden_test_only_the_hint_is_shown():
    page = shown("bob")
    assert "SECRET" not in page
    assert "not yet: a test that is not shown (4)" in text_of(page)
    assert "Hint: think of an empty batch" in text_of(page)


def test_a_hidden_test_that_passes_says_nothing_of_itself():
    page = feedback(entry("x", accuracy(hidden=True)), sample())
    assert "SECRET" not in page
    assert "passed: a test that is not shown (4)" in text_of(page)


def test_not_attempted_is_no_failure():
    said = text_of(shown("fay"))
    assert said.count("– not attempted , 0 of") == 2
    assert "That is no mistake" in said
    assert "✗" not in said
    assert "✗ not yet , 0 of 5 points" in text_of(shown("cyd"))


@pytest.mark.parametrize(
    ("status", "said"), [("stopped", "still running"), ("refused", "own answer")]
)
def test_stopped_and_refused_say_so(status, said):
    assert f"✗ {status} ," in text_of(shown("eve"))
    assert said in text_of(shown("eve"))


def test_lateness_says_when_and_what_it_takes():
    said = text_of(shown("bob"))
    assert "Handed in on 2026-11-20 at 20:01 UTC, 2 hours 1 minute after the deadline" in said
    assert "takes 0.6 of 3 points" in said
    batch = dataclasses.replace(sample(), late_rule="accept")
    assert "no points are taken" in text_of(feedback(entry("x", relu(), late=9.0), batch))


def test_what_was_not_graded_says_why_and_gives_no_points():
    for id in ("gus", "hal", "ivy"):
        assert not re.search(r"\d of \d+ points", text_of(shown(id)))
    assert "save it again from Jupyter" in text_of(shown("gus"))
    assert "Nothing was handed in" in text_of(shown("hal"))
    said = text_of(shown("ivy"))
    assert "this is not your score" in said
    assert "KeyError" not in said  # that is for the instructor


def test_notes_tell_that_the_notebook_counts():
    said = text_of(shown("dee"))
    assert "another one than that of the notebook; the notebook counted" in said
    assert "The file ends in the middle" in said


def test_next_steps_name_the_nearest_first():
    page = shown("bob")
    steps = re.findall(
        r"<li>(.*?)</li>", page[page.index("What to do next") :].partition("</ol>")[0]
    )
    assert "makes float64" in steps[0]
    assert "think of an empty batch" in steps[1]
    for target in re.findall(r"href='#([^']+)'", page):
        assert f"id='{target}'" in page
    assert "Not attempted yet: 00/relu , 00/accuracy" in text_of(shown("fay"))
    assert "All of it is right. Next comes" in text_of(shown("ada"))


def test_a_submission_cannot_put_anything_into_the_page():
    batch = sample()
    (bad,) = [e for e in batch.graded if not e.known]
    found = Reader(feedback(bad, batch))
    known = {tag for tag, _ in Reader(shown("bob")).tags} | {"pre", "ul", "em"}
    assert {tag for tag, _ in found.tags} <= known
    names = {name for _, attrs in found.tags for name in attrs}
    assert names <= {"lang", "charset", "http-equiv", "content", "name", "class", "id", "style"} | {
        "aria-hidden",
        "href",
        "tabindex",
    }
    links = [attrs["href"] for tag, attrs in found.tags if tag == "a"]
    assert all(link.startswith("#") for link in links)
    assert "alert(1)" in found.said


def test_only_what_counts_as_the_answer_is_shown():
    assert "def accuracy(a, b):" in shown("bob")
    page = feedback(entry("x", relu("not attempted")), sample())
    assert "What was graded" not in page


def test_ignored_attempts_are_told():
    one = dataclasses.replace(entry("x", relu()), attempt=3, ignored_attempts=("a", "b"))
    assert "This is attempt 3; 2 earlier ones did not count." in text_of(feedback(one, sample()))


def test_a_test_without_a_title_has_its_name():
    one = relu()
    one.lines = [Line("test_values", "", 5.0, "not run")]
    assert "not run: test_values (5)" in text_of(feedback(entry("x", one), sample()))


def test_links_and_titles():
    assert link_to(Entry("x", "graded", file="a#b?c/d%")) == "feedback/a%23b%3Fc%2Fd%25.html"
    assert chapter_title("of my own") == ("of my own", "of my own")


def test_any_moment_can_be_shown():
    when = datetime(2026, 1, 1, 0, 0, tzinfo=UTC) + timedelta(days=40)
    for moment in (when, when.replace(tzinfo=None)):
        one = entry("x", relu(), late=3 * 86400.0, submitted=moment)
        assert "on 2026-02-10 at 00:00" in text_of(feedback(one, Batch("00_first_win", [one])))
