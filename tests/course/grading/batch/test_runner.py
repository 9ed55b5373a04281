import json
import traceback
from datetime import UTC, datetime, timedelta

import pytest

from diydl.course.grading.batch import runner
from diydl.course.grading.batch.crew import Outcome
from diydl.course.grading.batch.runner import Wanted, grade_class
from diydl.course.grading.intake.gather import gather
from diydl.course.grading.intake.late import read_rule
from diydl.course.grading.intake.pseudonym import pseudonyms
from diydl.course.grading.intake.roster import Learner, RosterError
from diydl.course.grading.settings import Settings
from diydl.course.index import find_chapter
from tests.course.grading.fake import grade

CHAPTER = find_chapter("00")
DEADLINE = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)


def in_turn(work, jobs, setting, **_):
    """The crew's work in this process, which takes no time to begin."""
    for index, job in enumerate(jobs):
        try:
            yield Outcome(index, work(job(), setting))
        except Exception:
            yield Outcome(index, fault=traceback.format_exc())


@pytest.fixture(autouse=True)
def _here(request, monkeypatch):
    if "processes" not in request.fixturenames:
        monkeypatch.setattr(runner, "run_all", in_turn)


@pytest.fixture
def classroom(tmp_path):
    """Write submissions and grade them: from the text of each to the batch."""
    folder = tmp_path / "class"
    folder.mkdir()

    def run(texts, *, settings=None, **options):
        for name, text in texts.items():
            (folder / name).write_text(text)
        wanted = Wanted(tmp_path / "out", work=grade, **options)
        return grade_class(gather([folder], CHAPTER), settings or Settings("00"), wanted)

    return run


def rows(batch):
    return {entry.id: entry for entry in batch.graded}


@pytest.mark.parametrize("processes", [1, 3])
def test_each_submission_has_its_result(classroom, processes):
    texts = {f"u{k}.ipynb": f"points {k}" for k in range(6)}
    batch = classroom(texts, processes=processes)
    assert [entry.id for entry in batch.graded] == [f"u{k}" for k in range(6)]
    assert [entry.final for entry in batch.graded] == [float(k) for k in range(6)]
    assert {(entry.status, entry.max, entry.attempt) for entry in batch.graded} == {
        ("graded", 9, 1)
    }
    assert batch.graded[0].submission.notebook is None
    assert list(batch.versions) == ["diydl", "python", "numpy", "pytest"]


@pytest.mark.parametrize("processes", [2])
def test_a_grader_that_dies_or_raises_is_an_error_of_one_and_the_rest_counts(classroom, processes):
    texts = {"a.ipynb": "die", "b.ipynb": "raise", "c.ipynb": "points 3"}
    found = rows(classroom(texts, processes=processes))
    assert [found[id].status for id in "abc"] == ["grader error", "grader error", "graded"]
    assert found["a"].message == "the grading process ended (with status 3)"
    assert found["b"].message == "ValueError: no score for b"
    assert found["b"].traceback.startswith("Traceback")
    assert found["a"].graded is None
    assert found["c"].final == 3


def test_a_grader_error_is_tried_again_next_time(classroom):
    assert rows(classroom({"a.ipynb": "raise"}))["a"].status == "grader error"
    assert rows(classroom({"a.ipynb": "points 2"}))["a"].final == 2


def calls(path):
    return len(path.read_text()) if path.exists() else 0


def test_what_is_done_is_not_done_again(classroom, tmp_path):
    tally = tmp_path / "tally"
    first = classroom({"a.ipynb": f"count {tally}"})
    again = classroom({"a.ipynb": f"count {tally}"})
    assert calls(tally) == 1
    assert not first.graded[0].resumed
    assert again.graded[0].resumed
    assert again.graded[0].final == first.graded[0].final == 5
    assert again.graded[0].seconds == 0.5


@pytest.mark.parametrize("why", ["force", "limits", "seed", "contents", "damage", "points"])
def test_it_is_done_again_when_asked_or_when_anything_has_changed(classroom, tmp_path, why):
    tally = tmp_path / "tally"
    classroom({"a.ipynb": f"count {tally}"})
    settings, text = Settings("00"), f"count {tally}"
    if why == "limits":
        settings = Settings("00", cell_s=7)
    if why == "seed":
        settings = Settings("00", seed=7)
    if why == "points":
        (tmp_path / "points.toml").write_text('"00/relu" = 7')
        settings = Settings("00", points=tmp_path / "points.toml")
    if why == "contents":
        (tmp_path / "other").touch()
        text = f"count {tally}\n"[:-1] + "2"
        tally = tmp_path / "tally2"
    if why == "damage":
        (kept,) = (tmp_path / "out" / ".grading" / CHAPTER.id).iterdir()
        kept.write_text("{")
    batch = classroom({"a.ipynb": text}, settings=settings, force=why == "force")
    assert calls(tally) == (1 if why == "contents" else 2)
    assert not batch.graded[0].resumed
    assert batch.graded[0].before == (None if why == "damage" else 5)


def test_an_interrupted_batch_goes_on(classroom, tmp_path):
    tallies = [tmp_path / f"tally{k}" for k in range(3)]
    texts = {f"u{k}.ipynb": f"count {tally}" for k, tally in enumerate(tallies)}

    def interrupt(done, total, last):
        if done == 2:
            raise KeyboardInterrupt

    (tmp_path / "class").mkdir(exist_ok=True)
    for name, text in texts.items():
        (tmp_path / "class" / name).write_text(text)
    wanted = Wanted(tmp_path / "out", work=grade)
    with pytest.raises(KeyboardInterrupt):
        grade_class(gather([tmp_path / "class"], CHAPTER), Settings("00"), wanted, interrupt)
    kept = list((tmp_path / "out" / ".grading" / CHAPTER.id).iterdir())
    assert len(kept) == 2
    batch = classroom(texts)
    assert [entry.resumed for entry in batch.graded] == [True, True, False]
    assert {entry.final for entry in batch.graded} == {5}


def test_a_time_out_counts_only_when_it_was_alone(classroom, tmp_path):
    seen = []
    folder = tmp_path / "class"
    (folder / "a.ipynb").write_text(f"once {tmp_path / 'seen'}")
    (folder / "b.ipynb").write_text("points 3")
    wanted = Wanted(tmp_path / "out", work=grade, processes=2)
    progress = lambda *told: seen.append(told)  # noqa: E731
    batch = grade_class(gather([folder], CHAPTER), Settings("00"), wanted, progress)
    assert [entry.final for entry in batch.graded] == [9, 3]
    assert not batch.graded[0].graded.timed_out
    assert [told[0] for told in seen] == [0, 1, 1, 2]
    assert seen[-2:] == [(1, 2, "those that ran out of time, alone"), (2, 2, "a")]


def test_the_roster_names_and_lists_who_is_missing(classroom):
    learners = [Learner("a", "Ada", ("ada@x",)), Learner("z", "Zoë")]
    batch = classroom({"ada@x.ipynb": "points 3", "who.ipynb": "points 2"}, learners=learners)
    found = rows(batch)
    assert [(e.id, e.name, e.status, e.known) for e in batch.graded] == [
        ("a", "Ada", "graded", True),
        ("who", "", "graded", False),
        ("z", "Zoë", "no submission", True),
    ]
    assert (found["z"].final, found["z"].max) == (0, 9)
    assert "not in the roster: who" in batch.warnings


def test_two_submissions_of_one_row_of_the_roster_are_refused(classroom):
    learners = [Learner("a", "Ada", ("ada@x",))]
    with pytest.raises(RosterError, match=r"two submissions: .*a\.ipynb and .*ada@x\.ipynb"):
        classroom({"ada@x.ipynb": "points 3", "a.ipynb": "points 2"}, learners=learners)


def test_lateness_is_kept_apart_from_the_points(classroom):
    day = timedelta(days=1)
    learners = [
        Learner("a", submitted=DEADLINE),
        Learner("b", submitted=DEADLINE + day),
        Learner("c", submitted=DEADLINE + day, deadline=DEADLINE + day),
        Learner("d", submitted=DEADLINE + 1.5 * day),
    ]
    batch = classroom(
        {f"{id}.ipynb": "points 8" for id in "abcd"},
        learners=learners,
        deadline=DEADLINE,
        rule=read_rule("10%/day"),
        rule_text="10%/day",
    )
    found = rows(batch)
    assert [found[id].raw for id in "abcd"] == [8] * 4
    assert [found[id].penalty for id in "abcd"] == [0, 0.9, 0, 1.8]
    assert [found[id].final for id in "abcd"] == [8, 7.1, 8, 6.2]
    assert [found[id].late for id in "abcd"] == [0, 86400, 0, 1.5 * 86400]
    assert {entry.submitted_from for entry in batch.graded} == {"roster"}
    assert (batch.deadline, batch.late_rule) == (DEADLINE, "10%/day")


def test_late_by_the_mark_of_canvas_only(classroom):
    texts = {"a_LATE_4001_90000_x.ipynb": "points 8", "b_4002_90001_x.ipynb": "points 8"}
    rule = read_rule("10%/day,grace=1h")
    batch = classroom(texts, deadline=DEADLINE, rule=rule)
    found = rows(batch)
    assert [found[id].penalty for id in ("4001", "4002")] == [0.9, 0]
    assert any("does not say by how much: 4001" in line for line in batch.warnings)
    assert any("does not say when 1 of them" in line for line in batch.warnings)


def test_times_of_files_are_named_as_such(classroom):
    batch = classroom({"a.ipynb": "points 8"}, deadline=DEADLINE)
    assert any("those of the files (file time)" in line for line in batch.warnings)


def test_only_some_are_graded_again_and_all_are_listed(classroom, tmp_path):
    tallies = {id: tmp_path / f"tally-{id}" for id in "ab"}
    texts = {f"{id}.ipynb": f"count {tally}" for id, tally in tallies.items()}
    learners = [Learner(id) for id in "abz"]
    classroom(texts, learners=learners)
    changed = Settings("00", seed=3)
    batch = classroom(texts, settings=changed, learners=learners, only=["a"])
    assert [calls(tally) for tally in tallies.values()] == [2, 1]
    assert [(e.id, e.before, e.resumed) for e in batch.graded] == [
        ("a", 5, False),
        ("b", None, True),
        ("z", None, False),
    ]
    assert any("1 others were graded from other contents" in line for line in batch.warnings)


def test_only_leaves_out_what_was_never_graded(classroom):
    batch = classroom({"a.ipynb": "points 1", "b.ipynb": "points 2"}, only=["b"])
    assert list(rows(batch)) == ["b"]
    assert "not graded yet and left out: a" in batch.warnings


def test_only_an_id_that_is_there(classroom):
    with pytest.raises(RosterError, match="no submission of that id; did you mean 'ada'"):
        classroom({"ada.ipynb": "points 1"}, only=["adda"])


def test_anonymous_means_that_nothing_names_anybody(classroom, tmp_path):
    learners = [Learner("4001", "Ada Lovelace"), Learner("4009", "Eva Absent")]
    texts = {
        "lovelaceada_LATE_4001_90000_x.ipynb": "points 8",
        "turingalan_4002_90001_essay.pdf": "no notebook",
        "turingalan_4002_90002_x.zip": "PK, not a zip",
    }
    names = pseudonyms({"4001": "Ada Lovelace", "4009": "Eva Absent", "4002": ""}, tmp_path / "key")
    batch = classroom(texts, learners=learners, names=names, deadline=DEADLINE)
    assert [entry.id for entry in batch.graded] == sorted(names.values())
    said = repr(batch).lower()
    kept = "".join(p.name + p.read_text() for p in (tmp_path / "out").rglob("*") if p.is_file())
    for word in ("4001", "4002", "4009", "lovelace", "turing", "eva"):
        assert word not in said.replace("90001", "").replace("90000", "")
        assert word not in kept.lower()
    assert batch.roster == []
    found = rows(batch)
    assert found[names["4001"]].final == 8
    assert found[names["4009"]].status == "no submission"


def test_odd_ids_get_files_of_their_own(tmp_path):
    folder = tmp_path / "class"
    for k, name in enumerate(["ada", "ADA", "a da", "a-da", "Zoë", "x" * 100]):
        (folder / name).mkdir(parents=True)
        (folder / name / CHAPTER.notebook).write_text(f"points {k}")
    wanted = Wanted(tmp_path / "out", work=grade)
    batch = grade_class(gather([folder], CHAPTER), Settings("00"), wanted)
    assert len({entry.file.casefold() for entry in batch.graded}) == 6
    assert {entry.id: entry.final for entry in batch.graded}["Zoë"] == 4


def test_results_hold_no_time_of_day(classroom, tmp_path):
    classroom({"a.ipynb": "points 1"})
    (kept,) = (tmp_path / "out" / ".grading" / CHAPTER.id).iterdir()
    assert sorted(json.loads(kept.read_text())) == ["format", "graded", "id", "key", "seconds"]
