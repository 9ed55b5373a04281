import io
import json
import os
import shutil
import unicodedata
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from diydl.course.grading.command.handin import Work, pack_handin
from diydl.course.grading.intake.gather import gather
from diydl.course.grading.intake.layouts import LayoutError
from diydl.course.index import find_chapter
from diydl.course.record import Record

CHAPTER = find_chapter("03")
NOTEBOOK = CHAPTER.notebook
TAPE = json.dumps(
    {"cells": [{"cell_type": "code", "source": "check('03/sum_to', sum_to)"}]}
).encode()
PASSED = {"status": "passed", "points": 6, "max": 6, "cell": "def sum_to(): ..."}


def tree(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def zipped(root, target):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parcel:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                parcel.write(path, path.relative_to(root).as_posix())
    return target


def record(id, **told):
    return json.dumps({"id": id, "attempts": 3, "hints": 1, "passed": PASSED, **told})


def found(*paths, chapter=CHAPTER, **options):
    gathered = gather(paths, chapter, **options)
    assert not gathered.conflicts
    return {handed.id: handed for handed in gathered.handed}


def text(handed):
    return handed.submission(CHAPTER.number).notebook


# The layouts, each as a folder and as the zip that platforms give.

LAYOUTS = {
    "canvas": {
        f"lovelaceada_4001_90000_{NOTEBOOK}": b"ada",
        f"turingalan_LATE_4002_90001_{NOTEBOOK}": b"alan",
    },
    "moodle": {
        f"Ada Lovelace_4001_assignsubmission_file_/{NOTEBOOK}": b"ada",
        f"Alan Turing_4002_assignsubmission_file_/work/{NOTEBOOK}": b"alan",
        "Alan Turing_4002_assignsubmission_onlinetext_/onlinetext.html": b"<p>done</p>",
    },
    "gradescope": {
        "assignment_77_export/submission_metadata.yml": "submission_1:\n  :submitters:\n"
        "  - :name: Ada Lovelace\n    :sid: '4001'\n  :created_at: 2026-11-20 18:00:00 Z\n"
        "submission_2:\n  :submitters:\n  - :name: Alan Turing\n    :sid: '4002'\n"
        "  :created_at: 2026-11-21 18:00:00 Z\n",
        f"assignment_77_export/submission_1/{NOTEBOOK}": b"ada",
        f"assignment_77_export/submission_2/{NOTEBOOK}": b"alan",
    },
    "nbgrader": {
        f"submitted/4001/ps3/{NOTEBOOK}": b"ada",
        "submitted/4001/ps3/timestamp.txt": "2026-11-20 18:00:00.1 UTC",
        f"submitted/4002/ps3/{NOTEBOOK}": b"alan",
        "submitted/4002/ps3/timestamp.txt": "2026-11-21 18:00:00 UTC",
    },
    "plain": {f"4001/{NOTEBOOK}": b"ada", f"4002_{NOTEBOOK}": b"alan"},
}


@pytest.mark.parametrize("ids", [None, "named"])
@pytest.mark.parametrize("as_zip", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_class_of_two_is_found_in_every_layout(tmp_path, layout, as_zip, ids):
    path = tree(tmp_path / "class", LAYOUTS[layout])
    path = zipped(path, tmp_path / "class.zip") if as_zip else path
    handed = found(path, ids=layout if ids else None)
    assert {id: text(one) for id, one in handed.items()} == {"4001": b"ada", "4002": b"alan"}
    assert not any(one.problems for one in handed.values())
    if layout in ("gradescope", "nbgrader"):
        assert handed["4002"].submitted == datetime(2026, 11, 21, 18, tzinfo=UTC)
        assert handed["4002"].submitted_from == {"gradescope": "platform"}.get(
            layout, "timestamp.txt"
        )
    if layout in ("canvas", "moodle"):
        assert handed["4002"].submitted is None  # the time of a download says nothing
    if layout == "canvas":
        assert [handed[id].marked_late for id in ("4001", "4002")] == [False, True]
    if layout in ("moodle", "gradescope"):
        assert handed["4001"].name == "Ada Lovelace"


def test_a_regular_expression_finds_the_latest_attempt(tmp_path):
    name = "Tape_{}_attempt_2026-11-{}-10-00-00_{}"
    files = {name.format("u1", day, NOTEBOOK): f"u1 {day}" for day in (9, 18, 19)}
    tree(tmp_path, files | {name.format("u2", 20, NOTEBOOK): "u2", "notes.ipynb": "x"})
    gathered = gather([tmp_path], CHAPTER, ids=r"_(?P<id>u\d+)_attempt_(?P<time>[\d-]+)_")
    one, two = gathered.handed
    assert (text(one), text(two)) == (b"u1 19", b"u2")
    assert len(one.ignored) == 2
    assert one.submission("03").attempt == 3
    assert one.submitted == datetime(2026, 11, 19, 10, tzinfo=UTC)
    assert any("notes.ipynb" in note for note in gathered.notes)


def test_an_expression_without_id_is_refused(tmp_path):
    with pytest.raises(LayoutError, match="group for the learner"):
        gather([tmp_path], CHAPTER, ids="blackboard")


def test_the_latest_attempt_of_canvas_counts(tmp_path):
    stem = CHAPTER.id
    tree(
        tmp_path,
        {
            f"kimhana_4001_{9000 + k}_{stem}{again}.ipynb": f"attempt {k}"
            for k, again in ((90, ""), (95, "-1"), (100, "-2"))
        },
    )
    (handed,) = found(tmp_path).values()
    assert text(handed) == b"attempt 100"
    assert [Path(where).name for where in handed.ignored] == [
        f"kimhana_4001_9090_{stem}.ipynb",
        f"kimhana_4001_9095_{stem}-1.ipynb",
    ]


def test_two_downloads_of_canvas_are_attempts_too(tmp_path):
    monday = tree(tmp_path / "monday", {f"kimhana_4001_9900_{NOTEBOOK}": "old"})
    friday = tree(tmp_path / "friday", {f"kimhana_4001_19900_{NOTEBOOK}": "new"})
    assert text(found(friday, monday)["4001"]) == b"new"


def test_the_exchange_of_nbgrader_has_attempts(tmp_path):
    tree(
        tmp_path,
        {f"ada+ps3+2026-11-{day} 18:00:00 UTC/{NOTEBOOK}": f"day {day}" for day in ("09", "18")},
    )
    assert text(found(tmp_path)["ada"]) == b"day 18"


def test_the_group_of_a_gradescope_folder_gets_it_each(tmp_path):
    tree(
        tmp_path,
        {
            "submission_metadata.yml": "submission_1:\n  :submitters:\n"
            "  - :name: A\n    :sid: '1'\n  - :name: B\n    :sid: '2'\n",
            f"submission_1/{NOTEBOOK}": "both",
        },
    )
    assert {id: text(one) for id, one in found(tmp_path).items()} == {"1": b"both", "2": b"both"}


def test_gradescope_without_its_list_goes_by_folders(tmp_path):
    tree(
        tmp_path, {f"submission_7/{NOTEBOOK}": "a", "submission_7/submission_metadata.yml": "x: ["}
    )
    gathered = gather([tmp_path], CHAPTER, ids="gradescope")
    assert [one.id for one in gathered.handed] == ["submission_7"]
    assert any("folders' names are used" in note for note in gathered.notes)


# Without a platform.


def test_notebooks_in_a_folder_go_by_their_names(tmp_path):
    tree(tmp_path, {"ada.ipynb": "a", f"bob_{NOTEBOOK}": "b", "03_tape-zoe.ipynb.txt": "z"})
    assert {id: text(one) for id, one in found(tmp_path).items()} == {
        "ada": b"a",
        "bob": b"b",
        "zoe": b"z",
    }


def test_one_notebook_alone(tmp_path):
    tree(tmp_path, {"ada.ipynb": "a", f"bob/{NOTEBOOK}": "b"})
    handed = found(tmp_path / "ada.ipynb", tmp_path / "bob" / NOTEBOOK)
    assert {id: text(one) for id, one in handed.items()} == {"ada": b"a", "bob": b"b"}


def test_a_course_folder_is_one_learner(tmp_path):
    tree(
        tmp_path / "ada",
        {
            NOTEBOOK: TAPE,
            "01_arrays.ipynb": "other",
            "answers/03-sum_to.json": record("03/sum_to"),
            "answers/03-sum_to.py": "def sum_to(): ...",
            "answers/01-block_sums.json": record("01/block_sums"),
            ".diydl-course": "{}",
        },
    )
    for path in (tmp_path / "ada", tmp_path):
        (handed,) = found(path).values()
        submission = handed.submission("03")
        assert submission.id == "ada"
        assert submission.notebook == TAPE
        assert submission.answers == {"03/sum_to": "def sum_to(): ..."}
        assert submission.records["03/sum_to"].hints == 1


def test_a_zip_that_the_learner_made_lies_beside_the_work(tmp_path):
    tree(tmp_path / "ada", {NOTEBOOK: TAPE, "handin-03_tape-4001.zip": handin("4001", b"old")})
    gathered = gather([tmp_path / "ada"], CHAPTER)
    assert [(one.id, text(one)) for one in gathered.handed] == [("ada", TAPE)]
    assert any("is packed work beside a learner's own" in note for note in gathered.notes)


def test_many_paths_are_said_in_one_line(tmp_path):
    tree(tmp_path, {f"u{k}.ipynb": TAPE for k in range(5)})
    (line,) = gather(sorted(tmp_path.iterdir()), CHAPTER).said()
    assert line.endswith("u2.ipynb and 2 more: a learner for each folder or file")


def test_an_answers_folder_alone(tmp_path):
    files = {"03-sum_to.json": record("03/sum_to")}
    tree(tmp_path / "ada" / "answers", files)
    tree(tmp_path / "bob-answers", files)
    handed = found(tmp_path / "ada" / "answers", tmp_path / "bob-answers")
    assert list(handed) == ["ada", "bob-answers"]
    assert all(one.submission("03").answers for one in handed.values())


def test_a_damaged_record_leaves_its_cell(tmp_path):
    tree(
        tmp_path / "ada" / "answers",
        {
            "03-sum_to.json": "{",
            "03-sum_to.py": "def sum_to(): 1",
            "03-toposort.json": "[" * 100_000,
            "03-newton_step.json": record("00/relu"),
            "03-play_back.json": json.dumps({"id": "03/play_back", "last": {"cell": "x = 1"}}),
        },
    )
    submission = found(tmp_path / "ada" / "answers")["ada"].submission("03")
    assert submission.answers == {"03/play_back": "x = 1", "03/sum_to": "def sum_to(): 1"}
    assert len(submission.problems) == 3


def handin(id, notebook=TAPE, name="Ada Lovelace"):
    work = Work(CHAPTER, notebook, 0.0, (Record("03/sum_to", 2, 1, PASSED),))
    return pack_handin([work], id, name)


@pytest.mark.parametrize("place", ["upload.zip", "class/upload.zip", "class/x/upload.zip"])
def test_a_handin_zip_names_its_learner(tmp_path, place):
    tree(tmp_path, {place: handin("4001")})
    (handed,) = found(tmp_path / place.split("/")[0]).values()
    assert (handed.id, handed.name) == ("4001", "Ada Lovelace")
    submission = handed.submission("03")
    assert submission.notebook == TAPE
    assert list(submission.answers) == ["03/sum_to"]


@pytest.mark.parametrize("as_zip", [False, True])
def test_a_platform_knows_better_than_a_handin_zip(tmp_path, as_zip):
    tree(
        tmp_path / "c",
        {
            "lovelaceada_4001_9900_handin.zip": handin("somebody else"),
            f"turingalan_4002_9910_{NOTEBOOK}": "b",
        },
    )
    path = zipped(tmp_path / "c", tmp_path / "c.zip") if as_zip else tmp_path / "c"
    handed = found(path)
    assert list(handed) == ["4001", "4002"]
    assert text(handed["4001"]) == TAPE
    assert list(handed["4001"].submission("03").answers) == ["03/sum_to"]


def test_a_learners_own_zip(tmp_path):
    tree(tmp_path / "w", {f"homework/{NOTEBOOK}": "a", "homework/notes.txt": "n"})
    (tmp_path / "class").mkdir()
    zipped(tmp_path / "w", tmp_path / "class" / "ada.zip")
    assert text(found(tmp_path / "class")["ada"]) == b"a"


# What lies beside, what is missing, what claims to be the same.


def test_copies_beside_the_notebook_are_told_and_not_graded(tmp_path):
    tree(
        tmp_path / "c" / "ada", {NOTEBOOK: TAPE, "03_tape-Copy1.ipynb": TAPE + b" ", "x.ipynb": "x"}
    )
    handed = found(tmp_path / "c")["ada"]
    assert text(handed) == TAPE
    assert handed.problems == [
        "03_tape-Copy1.ipynb lay beside the notebook and was not graded",
        "x.ipynb lay beside the notebook and was not graded",
    ]


def test_of_two_notebooks_the_one_that_mentions_the_chapter_counts(tmp_path):
    tree(tmp_path / "c" / "ada", {"homework.ipynb": TAPE, "scratch.ipynb": "{}"})
    assert text(found(tmp_path / "c")["ada"]) == TAPE
    utf16 = b"\xff\xfe" + TAPE.decode().encode("utf-16-le")
    tree(tmp_path / "d" / "ada", {"homework.ipynb": utf16, "scratch.ipynb": "{}"})
    assert text(found(tmp_path / "d")["ada"]) == utf16


CONFLICTS = {
    "two of a folder": {"c/ada/a.ipynb": TAPE, "c/ada/b.ipynb": TAPE + b" "},
    "a file and a folder": {"c/ada.ipynb": TAPE, f"c/ada/{NOTEBOOK}": b"{}"},
    "a folder and a zip": {f"c/ada/{NOTEBOOK}": TAPE, "c/upload.zip": handin("ada", TAPE + b" ")},
    "two files of canvas": {
        "c/lovelaceada_4001_9900_a.ipynb": TAPE,
        "c/lovelaceada_4001_9910_b.ipynb": TAPE + b" ",
    },
    "two zips of one id": {"c/1.zip": handin("ada"), "c/2.zip": handin("ada", TAPE + b" ")},
    "two answers folders": {
        "c/ada/x/answers/03-sum_to.json": record("03/sum_to"),
        "c/ada/y/answers/03-sum_to.json": record("03/sum_to"),
    },
}


@pytest.mark.parametrize("case", CONFLICTS)
def test_two_that_are_no_attempts_of_each_other_are_a_conflict(tmp_path, case):
    other = "c/zoe_4002_9920_tape.ipynb" if "canvas" in case else "c/zoe.ipynb"
    tree(tmp_path, CONFLICTS[case] | {other: TAPE})
    gathered = gather([tmp_path / "c"], CHAPTER)
    (said,) = gathered.conflicts
    names = [name for name in CONFLICTS[case] if Path(name).name in said]
    assert len(names) == 2
    assert len(gathered.handed) == 1


def test_two_places_with_one_id_are_a_conflict_unless_they_are_the_same(tmp_path):
    tree(tmp_path, {"x/ada.ipynb": "one", "y/ada.ipynb": "two"})
    assert len(gather([tmp_path / "x", tmp_path / "y"], CHAPTER).conflicts) == 1
    shutil.copy(tmp_path / "x" / "ada.ipynb", tmp_path / "y" / "ada.ipynb")
    assert text(found(tmp_path / "x", tmp_path / "y", tmp_path / "x")["ada"]) == b"one"


def test_ids_that_look_the_same_are_the_same(tmp_path):
    for form in ("NFC", "NFD"):
        tree(tmp_path, {f"{form}/{unicodedata.normalize(form, 'josé')}.ipynb": form})
    assert len(gather([tmp_path / "NFC", tmp_path / "NFD"], CHAPTER).conflicts) == 1


def test_other_chapters_are_passed_over(tmp_path):
    tree(
        tmp_path,
        {"ada/01_arrays.ipynb": "x", f"bob/{NOTEBOOK}": "b", "bob/00_first_win.ipynb": "y"},
    )
    gathered = gather([tmp_path], CHAPTER)
    assert [(one.id, one.problems) for one in gathered.handed] == [("bob", [])]
    assert gathered.notes == ["ada: nothing for 03_tape, only other chapters"]


def test_what_is_no_notebook_is_a_submission_that_says_so(tmp_path):
    tree(tmp_path, {"ada/report.pdf": "%PDF", "bob/tape.ipynb": "b", "README.md": "of the class"})
    handed = found(tmp_path)
    assert list(handed) == ["ada", "bob"]
    submission = handed["ada"].submission("03")
    assert submission.notebook is None
    assert submission.problems == [
        "expected a notebook (.ipynb), an answers folder or a handin zip; got report.pdf"
    ]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_is_refused_in_words_and_the_rest_goes_on(tmp_path):
    tree(tmp_path, {"secret": "s", "c/bob.ipynb": "b"})
    (tmp_path / "c" / "ada.ipynb").symlink_to(tmp_path / "secret")
    handed = found(tmp_path / "c")
    submission = handed["ada"].submission("03")
    assert submission.notebook is None
    assert submission.problems == ["ada.ipynb is a link; only plain files are read"]
    assert text(handed["bob"]) == b"b"


def test_bad_zips_are_refused_in_words_and_the_rest_goes_on(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parcel:
        parcel.writestr("../../evil.ipynb", b"e")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parcel:
        parcel.writestr("tape.ipynb", b"0" * (40 << 20))
    tree(
        tmp_path,
        {"a.zip": buffer.getvalue(), "b.zip": bomb.getvalue(), "c.zip": b"PK", "d.ipynb": "d"},
    )
    handed = found(tmp_path)
    problems = {id: one.submission("03").problems for id, one in handed.items()}
    assert [len(problem) for problem in problems.values()] == [1, 1, 1, 0]
    assert "leads out" in problems["a"][0]
    assert "bomb" in problems["b"][0]
    assert "no zip" in problems["c"][0]
    assert str(tmp_path) not in repr(problems)  # a learner's page shows them
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.zip",
        "b.zip",
        "c.zip",
        "d.ipynb",
    ]


def test_junk_is_counted_in_what_is_said(tmp_path):
    tree(
        tmp_path, {"ada.ipynb": "a", ".DS_Store": "", ".ipynb_checkpoints/ada-checkpoint.ipynb": ""}
    )
    gathered = gather([tmp_path], CHAPTER)
    assert gathered.said()[-1] == "passed over: .DS_Store (1), .ipynb_checkpoints (1)"


def test_the_time_of_a_file_is_told_as_that(tmp_path):
    tree(tmp_path, {"ada.ipynb": "a"})
    os.utime(tmp_path / "ada.ipynb", (1_700_000_000,) * 2)
    (handed,) = found(tmp_path).values()
    assert handed.submitted == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert handed.submitted_from == "file time"


def test_a_time_without_a_zone_is_meant_in_that_of_the_deadline(tmp_path):
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as parcel:
        parcel.writestr(zipfile.ZipInfo("ada.ipynb", (2026, 11, 20, 18, 0, 0)), b"a")
    zone = timezone(timedelta(hours=2))
    (handed,) = found(tmp_path / "c.zip", zone=zone).values()
    assert handed.submitted == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert handed.submitted_from == "zip entry"


def test_what_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing at"):
        gather([tmp_path / "none"], CHAPTER)


def test_hundreds_are_found_without_being_read(tmp_path, monkeypatch):
    tree(tmp_path, {f"u{k:03}.ipynb": b"x" for k in range(300)})
    monkeypatch.setattr(
        "diydl.course.grading.intake.found.Found.read", lambda *_: pytest.fail("read")
    )
    assert len(found(tmp_path)) == 300
