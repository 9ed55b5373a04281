"""`diydl grade` over a folder of a hostile class goes on to its end."""

import csv
import io
import json
import sys

import pytest
from click.testing import CliRunner

from diydl.cli import main
from tests.course.grading.hostile.case import CHAPTER, FULL
from tests.course.grading.hostile.disk import fill

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and odd names"),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The folder, the true scores, and what the first grading of it said."""
    place = tmp_path_factory.mktemp("class")
    handed_in = place / "in" / "submissions"
    handed_in.mkdir(parents=True)
    true = fill(handed_in)
    said = command(handed_in, place / "out", "-j", "2")
    return place, true, said


def command(folder, out, *more):
    arguments = ["grade", CHAPTER, str(folder), "-o", str(out), "--call-s", "1", "--cell-s", "1"]
    return CliRunner().invoke(main, [*arguments, *more])


def rows(place) -> dict:
    text = (place / "out" / "scores.csv").read_text(encoding="utf-8-sig")
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text))}


def test_it_ends_and_says_that_some_were_unreadable(graded):
    _, _, said = graded
    assert said.exit_code == 1, said.output
    assert "unreadable" in said.output


def test_every_learner_has_the_true_score(graded):
    place, true, _ = graded
    found = {id: float(row["points"] or 0) for id, row in rows(place).items()}
    assert {id: found.get(id) for id in true} == true


def test_links_are_not_followed(graded):
    place, _, _ = graded
    for id in ("thief", "outside", "circle", "round", "pipe"):
        assert float(rows(place).get(id, {}).get("points") or 0) == 0
    assert "root:" not in (place / "out" / "scores.json").read_text(encoding="utf-8")


def test_odd_names_are_learners_like_all_others(graded):
    place, true, _ = graded
    others = [row for id, row in rows(place).items() if id not in true]
    assert sum(float(row["points"] or 0) == FULL for row in others) == 8


def test_nothing_was_written_elsewhere(graded):
    place, _, _ = graded
    assert not list(place.rglob("*escaped*"))
    assert sorted(p.name for p in place.iterdir()) == ["in", "out"]
    for page in (place / "out" / "feedback").iterdir():
        assert len(page.name) < 200 and page.name.isprintable() and not page.name.startswith("-")


def test_neither_terminal_nor_page_nor_spreadsheet_is_taken_over(graded):
    place, _, said = graded
    assert "\x1b" not in said.output and "\x07" not in said.output
    for page in (place / "out").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text and "\x1b" not in text
    for row in csv.reader(io.StringIO((place / "out" / "scores.csv").read_text("utf-8-sig"))):
        assert not [cell for cell in row if cell[:1] in ("=", "+", "@", "\t", "\r")]


def test_a_second_run_grades_nothing_again(graded, monkeypatch):
    place, _, _ = graded
    before = (place / "out" / "scores.json").read_bytes()
    asked = []
    monkeypatch.setattr(
        "diydl.course.grading.batch.runner.run_all",
        lambda work, jobs, *_, **__: asked.extend(jobs) or (),
    )
    said = command(place / "in" / "submissions", place / "out")
    assert said.exit_code == 1, said.output
    assert asked == []
    assert (place / "out" / "scores.json").read_bytes() == before


def test_damaged_results_are_graded_anew(graded):
    """What is kept for resuming lies in OUT, where a disk may fail or somebody may write."""
    place, true, _ = graded
    kept = list((place / "out" / ".grading").rglob("*.json"))
    assert kept
    for path in kept:
        path.write_text('{"format": 1, "points": 1000000}')
    for path in (place / "in" / "submissions").iterdir():
        if path.name not in ("learner00.ipynb", "learner01.ipynb") and not path.is_dir():
            path.unlink()
    command(place / "in" / "submissions", place / "out")
    found = json.loads((place / "out" / "scores.json").read_text(encoding="utf-8"))
    points = {row["id"]: row["points"] for row in found["learners"]}
    for id in ("learner00", "learner01"):
        assert points[id] == true[id]
