import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from diydl.course.grading.command.example_class import write_example
from diydl.course.grading.command.grade_command import grade
from diydl.course.index import clone_root, find_chapter

pytestmark = pytest.mark.slow
SOLVED = clone_root() / "solutions" / "00_first_win.ipynb"
STUB = clone_root() / "chapters" / "00_first_win.ipynb"


@pytest.fixture
def room(tmp_path, monkeypatch):
    """An empty folder to work in, with one good and one untouched submission."""
    monkeypatch.chdir(tmp_path)
    Path("class").mkdir()
    shutil.copy(SOLVED, "class/ada.ipynb")
    shutil.copy(STUB, "class/bob.ipynb")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(grade, list(map(str, arguments)))


def scores(out="graded-00_first_win"):
    with Path(out, "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_a_folder_is_graded_and_graded_again_from_what_is_kept(room):
    result = run("00", "class")
    assert result.exit_code == 0, result.output
    assert "2 graded." in result.output
    assert {id: row["points"] for id, row in scores().items()} == {"ada": "9", "bob": "0"}
    before = {p: p.read_bytes() for p in Path("graded-00_first_win").rglob("scores.*")}
    again = run("00", "class", "-j", "2")
    assert "2 of them kept from before" in again.output
    assert {path: path.read_bytes() for path in before} == before


def test_scores_are_the_same_bytes_however_they_are_made(room):
    assert run("00", "class", "-o", "one").exit_code == 0
    assert run("00", "class", "-o", "two", "-j", "2").exit_code == 0
    assert run("00", "class", "-o", "two", "--force").exit_code == 0
    for name in ("scores.csv", "scores.json"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()


def test_an_unreadable_one_is_exit_1_and_the_rest_counts(room):
    Path("class/zoe.ipynb").write_text("<html>")
    result = run("00", "class", "-o", "out")
    assert result.exit_code == 1
    assert "zoe: unreadable: " in result.output
    assert scores("out")["ada"]["points"] == "9"


def test_a_grader_error_is_exit_2_and_told_in_a_file(room, monkeypatch):
    from diydl.course.grading.batch import runner
    from tests.course.grading import fake

    class Broken(runner.Wanted):
        def __init__(self, *args, **options):
            super().__init__(*args, **options, work=fake.grade)

    monkeypatch.setattr("diydl.course.grading.command.grade_command.Wanted", Broken)
    Path("class/ada.ipynb").write_text("raise")
    Path("class/bob.ipynb").write_text("points 3")
    result = run("00", "class", "-o", "out")
    assert result.exit_code == 2
    assert "ada: grader error: ValueError: no score for ada" in result.output
    assert "Traceback" in Path("out/grader-errors.txt").read_text()
    assert scores("out")["bob"]["points"] == "3"
    assert scores("out")["ada"]["points"] == ""
    Path("class/ada.ipynb").write_text("points 4")
    assert run("00", "class", "-o", "out").exit_code == 0
    Path("class/ada.ipynb").write_text("raise")
    again = run("00", "class", "-o", "out")
    assert "->" not in again.output  # a failure of the grader is no score to compare with
    assert "Old and new" not in Path("out/index.html").read_text(encoding="utf-8")
    Path("class/ada.ipynb").write_text("points 4")
    assert run("00", "class", "-o", "out").exit_code == 0
    assert not Path("out/grader-errors.txt").exists()


def test_two_submissions_of_one_id_are_exit_2_with_both_named(room):
    Path("class/ada").mkdir()
    Path("class/ada/00_first_win.ipynb").write_text("{}")
    result = run("00", "class", "-o", "out")
    assert result.exit_code == 2
    assert "class/ada.ipynb" in result.output
    assert "class/ada/00_first_win.ipynb" in result.output
    assert not Path("out").exists()


USAGE = [
    (["12", "class"], "has no exercises yet"),
    (["firstwin", "class"], "did you mean 00_first_win"),
    (["00", "nowhere"], "there is nothing at nowhere"),
    (["00", "class", "--late", "half"], "expected accept, zero or a rule"),
    (["00", "class", "--deadline", "2026-11-20"], "has no zone"),
    (["00", "class", "--ids", "blackboard"], "expected one of canvas"),
    (["00", "class", "--only", "bop"], "did you mean 'bob'"),
    (["00", "class", "--hidden", "class"], "expected class/ch00_first_win/test_NAME.py"),
    (["00", "class", "--roster", "class/ada.ipynb"], "expected a column 'id'"),
    (["00", "empty"], "there is no submission for 00_first_win in empty"),
    (["00", "class", "--anonymous", "--key", "graded-00_first_win/k.csv"], "keep the key apart"),
    (["00", "class", "-o", "class/ada.ipynb"], "is a file; name a folder with -o"),
    (["00", "class", "--points", "points.toml"], "did you mean '00/relu'"),
]


@pytest.mark.parametrize(("arguments", "said"), USAGE)
def test_what_cannot_be_understood_is_exit_2_and_says_what_to_do(room, arguments, said):
    Path("empty").mkdir()
    Path("points.toml").write_text('"00/rellu" = 3')
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert not Path("graded-00_first_win", "scores.csv").exists()


def test_points_of_ones_own_count(room):
    Path("points.toml").write_text('"00/relu" = 10\n["00/accuracy"]\ntest_share = 0.5\n')
    assert run("00", "class", "-o", "out", "--points", "points.toml").exit_code == 0
    assert scores("out")["ada"]["points"] == "13.5"
    assert scores("out")["bob"]["max"] == "13.5"


def test_only_lists_old_and_new(room):
    assert run("00", "class", "-o", "out").exit_code == 0
    shutil.copy(SOLVED, "class/bob.ipynb")
    result = run("00", "class", "-o", "out", "--only", "bob,ada")
    assert "bob: 0 -> 9 of 9" in result.output
    assert "as before: ada (9 of 9)" in result.output


def test_the_folder_of_results_is_not_searched(room):
    assert run("00", "class", "-o", "class/out").exit_code == 0
    Path("class/out/feedback/copy.ipynb").write_text("{}")
    result = run("00", "class", "-o", "class/out")
    assert "2 graded, 2 of them kept" in result.output


def test_anonymous_keeps_the_key_apart_and_names_stay(room):
    Path("roster.csv").write_text("id,name\nada,Ada Lovelace\nbob,Bob\neva,Eva\n")
    for _ in range(2):
        result = run("00", "class", "-o", "out", "--anonymous", "--roster", "roster.csv")
        assert result.exit_code == 0, result.output
    with Path("out-key.csv").open(newline="") as file:
        key = {row["id"]: row["pseudonym"] for row in csv.DictReader(file)}
    assert sorted(key) == ["ada", "bob", "eva"]
    assert scores("out")[key["ada"]]["points"] == "9"
    assert len(list(Path("out/feedback").iterdir())) in (2, 3)
    for path in Path("out").rglob("*"):
        assert "lovelace" not in path.name.lower()
        assert not path.is_file() or b"Lovelace" not in path.read_bytes()


def test_gradescope_wants_exactly_one(room):
    result = run("00", "class/ada.ipynb", "-o", "out", "--gradescope", "results.json")
    assert result.exit_code == 0, result.output
    assert json.loads(Path("results.json").read_text())["tests"]


def test_the_example_class_is_graded_as_it_was_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = write_example(tmp_path / "try", find_chapter("00"))
    monkeypatch.chdir(tmp_path / "try")
    result = run(*said.splitlines()[-1].split()[2:])
    assert result.exit_code == 1
    rows = scores("marks")
    assert len(rows) == 32
    kinds = {id: row["status"] for id, row in rows.items()}
    assert [id for id, kind in kinds.items() if kind == "unreadable"] == ["4027", "4028"]
    assert [id for id, kind in kinds.items() if kind == "no submission"] == ["4031", "4032"]
    full = [id for id, row in rows.items() if row["points"] == "9"]
    assert full == ["4001", "4002", "4003", "4004", "4005", "4006", "4025", "4029"]
    assert [rows[id]["points"] for id in ("4019", "4020")] == ["0", "0"]
    assert rows["4023"]["points"] == "8.1"
    assert rows["4025"]["attempt"] == "2"
    mistakes = [row["mistakes"] for row in rows.values()]
    assert sum("00/relu: capped" in told for told in mistakes) >= 4
