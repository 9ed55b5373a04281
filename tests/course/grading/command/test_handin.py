import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from diydl.course.folder import make_copies
from diydl.course.grading.command.handin import handin
from diydl.course.grading.intake.gather import gather
from diydl.course.index import find_chapter
from diydl.course.record import store

CHAPTER = find_chapter("00")
PASSED = {"status": "passed", "points": 5, "max": 5, "cell": "def relu(x): ..."}


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.delenv("DIYDL_ANSWERS", raising=False)
    folder = tmp_path / "course"
    make_copies(folder, [CHAPTER, find_chapter("01")])
    monkeypatch.chdir(folder)
    return folder


def run(*arguments, **options):
    return CliRunner().invoke(handin, list(arguments), **options)


def change(folder, chapter=CHAPTER):
    path = folder / chapter.notebook
    data = json.loads(path.read_text(encoding="utf-8"))
    data["cells"].append({"cell_type": "code", "source": ["my = 1"], "metadata": {}})
    path.write_text(json.dumps(data), encoding="utf-8")
    return path.read_bytes()


def names(path):
    with zipfile.ZipFile(path) as parcel:
        return sorted(parcel.namelist())


def test_one_zip_of_notebook_and_answers_that_grade_reads(course):
    notebook = change(course)
    store("00/relu", PASSED, course / "answers")
    store("01/block_sums", PASSED | {"cell": "x"}, course / "answers")
    result = run("00", "--id", "4017", "--name", "Ada Lovelace")
    assert result.exit_code == 0, result.output
    assert "1 of 2 exercises passed; no passed check stored for 00/accuracy" in result.output
    target = Path("handin-00_first_win-4017.zip")
    assert names(target) == [
        "00_first_win.ipynb",
        "answers/00-relu.json",
        "answers/00-relu.py",
        "manifest.json",
    ]
    (handed,) = gather([target], CHAPTER).handed
    submission = handed.submission("00")
    assert (submission.id, submission.name) == ("4017", "Ada Lovelace")
    assert submission.notebook == notebook
    assert submission.answers == {"00/relu": "def relu(x): ..."}


def test_who_it_is_is_asked_once(course):
    change(course)
    result = run("00")
    assert result.exit_code == 1
    assert "say who you are: diydl handin --id" in result.output
    assert run("00", "--id", "4017", "--name", "Ada").exit_code == 0
    again = run("00")
    assert again.exit_code == 0
    assert "(as 4017, Ada)" in again.output


def test_without_a_chapter_all_that_was_worked_on(course):
    change(course)
    change(course, find_chapter("01"))
    assert run("--id", "a/da").exit_code == 0
    (target,) = Path().glob("handin-*.zip")
    assert names(target) == ["00_first_win.ipynb", "01_arrays.ipynb", "manifest.json"]
    assert target.name.startswith("handin-a-da-")


def test_an_untouched_copy_is_nothing_to_hand_in(course):
    result = run("00", "--id", "4017")
    assert result.exit_code == 1
    assert "nothing to hand in" in result.output
    assert not list(Path().glob("*.zip"))


def test_stored_answers_alone_can_be_handed_in(course):
    store("00/relu", PASSED, course / "answers")
    (course / CHAPTER.notebook).unlink()
    result = run("00", "--id", "4017")
    assert "only stored answers are in the zip" in result.output
    assert "00_first_win.ipynb" not in names("handin-00_first_win-4017.zip")


def test_an_older_zip_is_replaced_and_another_file_is_not(course, tmp_path):
    change(course)
    assert run("00", "--id", "4017").exit_code == 0
    assert run("00", "--id", "4017").exit_code == 0
    Path("thesis.zip").write_bytes(b"PK my thesis")
    result = run("00", "-o", "thesis.zip")
    assert result.exit_code == 1
    assert "is no handin zip" in result.output
    assert Path("thesis.zip").read_bytes() == b"PK my thesis"
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as parcel:
        parcel.writestr("manifest.json", "{}")
    Path("other.zip").write_bytes(other.getvalue())
    assert run("00", "-o", "other.zip").exit_code == 1
    assert run("00", "-o", str(tmp_path)).exit_code == 0
    assert (tmp_path / "handin-00_first_win-4017.zip").is_file()


def test_outside_a_course_folder_it_says_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("diydl.course.grading.command.handin.default_course_folder", lambda: None)
    result = run("00")
    assert result.exit_code == 2
    assert "go to the one that `diydl lab`" in result.output


def test_a_damaged_memory_of_the_learner_is_asked_again(course):
    change(course)
    Path(".diydl-learner.json").write_text("[")
    assert run("00").exit_code == 1
    assert run("00", "--id", "4017").exit_code == 0


def test_a_zip_survives_a_folder_that_moved(course, tmp_path, monkeypatch):
    change(course)
    shutil.move(course, tmp_path / "moved")
    monkeypatch.chdir(tmp_path / "moved")
    assert run("00", "--id", "4017").exit_code == 0
