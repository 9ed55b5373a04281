import json
import os
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from diydl.cli import main
from diydl.course import progress
from diydl.course.catalog import exercise_ids
from diydl.course.index import UnknownChapter, load_index
from diydl.course.marks import points
from diydl.course.record import count_hint, store
from diydl.course.standing import as_data, progress_in
from diydl.course.standing_view import as_html, as_text

CELL = "def relu(x):\n    return x\n"


@pytest.fixture
def answers(tmp_path, monkeypatch):
    """Where answers are stored; the folder does not exist yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIYDL_ANSWERS", str(tmp_path / "answers"))
    return tmp_path / "answers"


def passes(folder, *ids, when="2026-01-01"):
    for id in ids:
        most = points(id)
        store(
            id,
            {"when": when, "status": "passed", "points": most, "max": most, "cell": CELL},
            folder,
        )


def fails(folder, id, got, when="2026-01-01"):
    store(id, {"when": when, "status": "failed", "points": got, "max": points(id)}, folder)


def command(*arguments):
    result = CliRunner().invoke(main, ["progress", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def one(found, id):
    return next(e for part in found.parts for e in part.exercises if e.id == id)


def test_nothing_yet(answers):
    found = progress()
    assert (found.sum("passed"), found.sum("points")) == (0, 0)
    assert found.sum("max") == sum(map(points, exercise_ids()))
    assert found.next == (exercise_ids()[0], load_index()[0].id)
    assert "is made by the first check" in found.notes[0]
    assert not answers.exists()


def test_an_empty_folder_is_no_problem(answers):
    answers.mkdir()
    assert progress().notes == []


def test_passes_attempts_hints_and_ownership(answers):
    passes(answers, "00/relu", "00/relu")
    fails(answers, "00/accuracy", 3)
    fails(answers, "00/relu", 1)
    count_hint("00/accuracy", answers)
    count_hint("00/order-step", answers)
    found = progress("00")
    part = found.chosen
    relu, accuracy = one(found, "00/relu"), one(found, "00/accuracy")
    assert (relu.status, relu.points, relu.attempts) == ("passed", 5, 3)
    assert (accuracy.status, accuracy.points, accuracy.hints) == ("tried", 3, 1)
    assert one(found, "00/order-step").status == "open"
    assert (part.passed, part.sum("points"), part.sum("hints")) == (1, 8, 2)
    assert (part.owned, len(part.pieces)) == (1, 2)
    rows = {line.split()[0]: line.split()[-1] for line in str(found).splitlines()}
    assert (rows["00/relu"], rows["00/accuracy"], rows["00/bug-hunt"]) == ("yours", "lent", "none")


def test_planned_chapters_are_told_apart(answers):
    planned = [part for part in progress().parts if part.chapter.planned]
    assert planned and not any(part.exercises for part in planned)
    assert f"more chapters are planned: {planned[0].chapter.id} to" in str(progress())
    assert "planned; it has no exercises yet" in str(progress(planned[0].chapter.id))


def test_next_goes_on_after_what_was_worked_on_last(answers):
    ids = exercise_ids("01")
    passes(answers, exercise_ids("00")[0], when="2026-01-01")
    passes(answers, ids[1], ids[3], when="2026-01-02")
    passes(answers, ids[2], when="2026-01-03")
    assert progress().next == (ids[4], "01_arrays")
    fails(answers, ids[2], 0, when="2026-01-04")  # a pass stays one
    assert progress().next == (ids[4], "01_arrays")
    passes(answers, *ids[4:], when="2026-01-05")
    assert progress().next == (ids[0], "01_arrays")
    passes(answers, ids[0], when="2026-01-06")
    assert progress().next == (exercise_ids("00")[1], "00_first_win")
    assert progress("02").next == (exercise_ids("02")[0], "02_derivatives")


def test_what_was_tried_last_comes_next(answers):
    fails(answers, "02/slope", 0)
    assert progress().next == ("02/slope", "02_derivatives")


def test_all_done(answers):
    passes(answers, *exercise_ids())
    found = progress()
    assert found.next is None and "Every exercise that is written has passed" in str(found)
    assert found.sum("points") == found.sum("max")
    assert as_data(found)["next"] is None


def test_damage_is_noted_and_what_passed_still_counts(answers):
    passes(answers, "00/relu", "00/accuracy")
    (answers / "00-relu.json").write_text("{")
    found = progress()
    assert one(found, "00/relu").points == 5
    assert one(found, "00/accuracy").status == "passed"
    assert "00-relu.json is damaged or half written" in found.notes[0]


@pytest.mark.parametrize(
    "record",
    [
        {"passed": 3},
        {"passed": []},
        {"attempts": "many"},
        {"hints": None},
        {"last": "x"},
        {"history": [1]},
        {"passed": {"cell": 3}},
        {"passed": {"status": "failed"}},
        {"attempts": -1},
    ],
)
def test_values_of_the_wrong_kind_are_damage(answers, record):
    answers.mkdir()
    (answers / "00-relu.json").write_text(json.dumps({"id": "00/relu", **record}))
    found = progress()
    assert "damaged" in found.notes[0]
    assert one(found, "00/relu").status == "open"


@pytest.mark.parametrize("value", ["many", None, -3, float("nan"), 1e9, True])
def test_odd_points_stay_within_bounds(answers, value):
    store("00/relu", {"status": "failed", "points": value, "when": 3}, answers)
    assert 0 <= one(progress(), "00/relu").points <= 5


def test_a_record_of_an_exercise_that_is_gone_is_noted(answers):
    passes(answers, "00/relu")
    (answers / "98-old.json").write_text('{"id": "98/old", "attempts": 4}')
    found = progress()
    assert found.notes == [
        "98/old is no exercise of this version of the course; its record is kept."
    ]
    assert found.sum("attempts") == 1


def test_a_file_in_place_of_the_folder(answers):
    answers.write_text("")
    assert "cannot be read" in progress().notes[0]


def test_a_folder_that_cannot_be_read(answers, monkeypatch):
    answers.mkdir()

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", refuse)
    assert f"{answers} cannot be read: Permission denied." in progress().notes


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="not run: root may write everywhere"
)
def test_a_read_only_folder_will_do(answers):
    passes(answers, "00/relu")
    answers.chmod(0o500)
    assert progress().sum("passed") == 1


def test_no_folder_at_all(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIYDL_ANSWERS", raising=False)
    assert "diydl lab makes one" in progress().notes[0]


def test_an_unknown_chapter(answers):
    with pytest.raises(UnknownChapter, match="99"):
        progress("99")
    code, output = command("first_wim")
    assert code == 2 and "did you mean 00_first_win?" in output


def test_the_command_prints_plain_text_where_it_is_piped(answers):
    passes(answers, "00/relu")
    code, output = command()
    assert code == 0 and output == as_text(progress()) + "\n"
    assert "\x1b" not in output and output.isascii()
    assert "00_first_win    1 of 5" in output and "Next: 00/order-step in 00_first_win" in output


def test_json_for_other_programs(answers):
    passes(answers, "00/relu")
    code, output = command("00", "--json")
    data = json.loads(output)
    assert code == 0
    assert data["next"] == {"exercise": "00/order-step", "chapter": "00_first_win"}
    (chapter,) = data["chapters"]
    assert (chapter["passed"], chapter["points"], data["max"]) == (1, 5, 9)
    assert chapter["exercises"][1]["piece"] == "diydl.ops.functional.relu"
    assert len(json.loads(command("--json")[1])["chapters"]) == len(load_index())


@pytest.mark.skipif(sys.platform == "win32", reason="not run: needs a pseudo-terminal")
def test_the_table_of_a_terminal(answers):
    import pty

    passes(answers, "00/relu", "00/accuracy")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}
    call = [sys.executable, "-m", "diydl", "progress"]
    subprocess.run(call, stdout=theirs, stdin=theirs, env=environment, check=True)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "00_first_win" in shown and "2 of 5" in shown and "02_derivatives" in shown
    assert "Next: 00/order-step in 00_first_win" in shown
    assert "\u2500" in shown  # a line of the table


class Cells(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.open = [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("rect", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("rect", "br", "img"):
            assert self.open.pop() == tag


@pytest.mark.parametrize("chapter", [None, "00", "05"])
def test_the_page_is_sound_and_needs_nothing_else(answers, chapter):
    passes(answers, "00/relu")
    page = as_html(progress(chapter))
    cells = Cells()
    cells.feed(page)
    assert cells.open == []
    tags = [tag for tag, _ in cells.tags]
    assert (
        "script" not in tags
        and "link" not in tags
        and "http" not in page.replace("http://www.w3.org/2000/svg", "")
    )
    assert all("scope" in attributes for tag, attributes in cells.tags if tag == "th")


def test_a_page_escapes_what_comes_from_disk(tmp_path):
    folder = tmp_path / "<b>x"
    folder.mkdir()
    assert "<b>x" not in as_html(progress_in(folder))
