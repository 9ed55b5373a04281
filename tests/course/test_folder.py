import json

import pytest

from diydl.course import folder
from diydl.course.build import derive_all
from diydl.course.folder import (
    MARKER,
    FolderError,
    answers_folder,
    default_course_folder,
    find_course_folder,
    make_copies,
)
from diydl.course.index import load_index


@pytest.fixture
def course(clone):
    """A clone whose notebooks are built; gives (its work folder, a function that copies)."""
    release(clone)
    chapter = load_index()[0]
    work = clone / "work"
    return work, lambda: make_copies(work, [chapter])[0]


def release(clone, **replace):
    """Build the notebooks after replacing text in the source."""
    source = clone / "solutions" / "00_tiny.py"
    for old, new in replace.items():
        source.write_text(source.read_text().replace(old, new))
    for path, content in derive_all(clone).items():
        path.write_bytes(content)


def edit(path, old, new):
    path.write_text(path.read_text().replace(old, new))


def test_a_first_copy_equals_the_chapter(clone, course):
    work, copy = course
    assert copy().what == "new"
    assert (work / "00_tiny.ipynb").read_bytes() == (
        clone / "chapters" / "00_tiny.ipynb"
    ).read_bytes()
    assert (work / MARKER).is_file()
    assert copy().what == "same"


def test_an_unchanged_copy_is_updated(clone, course):
    work, copy = course
    copy()
    release(clone, Tiny="Small")
    assert copy().what == "updated"
    assert "# Small" in (work / "00_tiny.ipynb").read_text()


def test_running_a_notebook_does_not_count_as_a_change(clone, course):
    work, copy = course
    copy()
    edit(work / "00_tiny.ipynb", '"execution_count": null', '"execution_count": 3')
    release(clone, Tiny="Small")
    assert copy().what == "updated"


def test_a_changed_copy_is_kept_and_the_newer_put_beside_it(clone, course):
    work, copy = course
    copy()
    edit(work / "00_tiny.ipynb", "raise NotImplementedError", "return 2 * x")
    mine = (work / "00_tiny.ipynb").read_bytes()
    assert copy().what == "kept"

    release(clone, Tiny="Small")
    copied = copy()
    assert (copied.what, copied.path.name) == ("beside", "00_tiny.new.ipynb")
    assert "# Small" in copied.path.read_text()

    copied.path.unlink()  # offered once: who throws it away is not asked again
    assert copy().what == "kept"
    assert not copied.path.exists()

    copied.path.write_text("a note of the learner's")
    release(clone, Small="Little")
    assert copy().path.name == "00_tiny.new-2.ipynb"
    assert copied.path.read_text() == "a note of the learner's"
    assert (work / "00_tiny.ipynb").read_bytes() == mine


def test_a_deleted_copy_comes_back(course):
    work, copy = course
    copy()
    (work / "00_tiny.ipynb").unlink()
    assert copy().what == "new"


@pytest.mark.parametrize("damage", ["", '{"copies": {"00_tiny.ipynb"', '{"copies": 3}', "[]"])
def test_with_a_damaged_marker_nothing_is_overwritten(clone, course, damage):
    work, copy = course
    copy()
    (work / MARKER).write_text(damage)
    release(clone, Tiny="Small")
    before = (work / "00_tiny.ipynb").read_bytes()
    assert copy().what == "beside"
    assert (work / "00_tiny.ipynb").read_bytes() == before


@pytest.mark.parametrize("content", ["not a notebook", "{}", '{"cells": [{"source": 1}]}'])
def test_a_notebook_that_is_none_is_kept(clone, course, content):
    work, copy = course
    copy()
    (work / "00_tiny.ipynb").write_text(content)
    release(clone, Tiny="Small")
    assert copy().what == "beside"
    assert (work / "00_tiny.ipynb").read_text() == content


def test_a_folder_that_is_a_file(clone, course):
    _, copy = course
    copied = copy()
    with pytest.raises(FolderError, match="is a file"):
        make_copies(copied.path, load_index()[:1])


def test_a_folder_that_cannot_be_written(course, monkeypatch):
    work, copy = course

    def refuse(path, content):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folder, "write_atomically", refuse)
    with pytest.raises(FolderError, match="cannot write to .*work: Permission denied"):
        copy()


def test_a_lost_marker_is_made_again_where_there_are_answers(course):
    work, copy = course
    copy()
    (work / MARKER).unlink()
    (work / "answers").mkdir()
    assert copy().what == "same"
    assert (work / MARKER).is_file()


def test_a_chapter_without_notebook_says_how_it_is_made(clone, course):
    _, copy = course
    (clone / "chapters" / "00_tiny.ipynb").unlink()
    with pytest.raises(FolderError, match="diydl build"):
        copy()


def test_the_course_folder_is_found_from_below_only(clone, course, monkeypatch):
    work, copy = course
    copy()
    below = work / "notes" / "today"
    below.mkdir(parents=True)
    assert find_course_folder(below) == work.resolve()
    assert find_course_folder(clone) is None
    monkeypatch.chdir(clone / "chapters")
    assert find_course_folder() is None
    assert default_course_folder() == work


def test_answers_lie_in_the_course_folder_unless_moved(clone, course, monkeypatch, tmp_path):
    work, copy = course
    copy()
    monkeypatch.chdir(work)
    assert answers_folder() == work.resolve() / "answers"
    monkeypatch.setenv("DIYDL_ANSWERS", str(tmp_path / "elsewhere"))
    assert answers_folder() == tmp_path / "elsewhere"


@pytest.mark.parametrize("folder", ["chapters", "solutions", "."])
def test_notebooks_of_the_clone_never_record(clone, course, monkeypatch, folder):
    _, copy = course
    copy()
    monkeypatch.chdir(clone / folder)
    assert answers_folder() is None


def test_the_marker_explains_itself(course):
    work, copy = course
    copy()
    assert "Keep this file" in json.loads((work / MARKER).read_text())["about"]
