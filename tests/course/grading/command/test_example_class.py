import pytest

from diydl.course.grading.command import example_desk
from diydl.course.grading.command.example_class import ExampleError, write_example
from diydl.course.grading.intake.gather import gather
from diydl.course.index import find_chapter

CHAPTER = find_chapter("00")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example") / "class"
    write_example(folder, CHAPTER)
    return folder


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_it_is_the_same_every_time(made, tmp_path):
    write_example(tmp_path / "again", CHAPTER)
    assert contents(made) == contents(tmp_path / "again")


def test_thirty_learners_and_one_second_attempt(made):
    gathered = gather([made / "submissions"], CHAPTER)
    assert len(gathered.handed) == 30
    assert not gathered.conflicts
    assert [one.id for one in gathered.handed if one.ignored] == ["4025"]
    assert [one.id for one in gathered.handed if one.marked_late] == ["4023", "4024"]
    assert list(gathered.read_as) == ["read as a download of Canvas"]


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine").touch()
    with pytest.raises(ExampleError, match="not empty"):
        write_example(tmp_path, CHAPTER)


def test_without_a_clone_the_first_chapter_still_works(made, tmp_path, monkeypatch):
    monkeypatch.setattr(example_desk, "clone_root", lambda: None)
    write_example(tmp_path / "class", CHAPTER)
    assert len(contents(tmp_path / "class")) == len(contents(made))
    with pytest.raises(ExampleError, match="needs a clone"):
        write_example(tmp_path / "other", find_chapter("03"))


def test_other_chapters_have_a_class_too(tmp_path):
    write_example(tmp_path / "class", find_chapter("03"))
    assert len(gather([tmp_path / "class" / "submissions"], find_chapter("03")).handed) == 30
