import pytest

from diydl.course.growth import exists
from diydl.course.index import UnknownChapter, find_chapter, load_index
from diydl.course.picture import library_picture, library_states


def test_chapter_00_borrows_what_is_written_and_builds_nothing():
    states = library_states(find_chapter("00"))
    assert not states["new"] and not states["earlier"]
    assert "diydl.backend" in states["borrowed"]
    assert all(exists(module) for module in states["borrowed"])
    assert not any(exists(module) for module in states["planned"])


@pytest.mark.parametrize("chapter", load_index(), ids=lambda c: c.id)
def test_every_chapter_can_be_drawn_with_all_modules_of_the_index(chapter):
    words = repr(library_picture(chapter.id))
    for other in load_index():
        for module in other.introduces:
            assert f"{module.removeprefix('diydl.')} (" in words


def test_new_modules_become_earlier_ones():
    assert "diydl.reverse" in library_states(find_chapter("03"))["new"]
    assert "diydl.reverse" in library_states(find_chapter("04"))["earlier"]
    assert "diydl.reverse" in library_states(find_chapter("02"))["planned"]


@pytest.mark.parametrize("chapter", load_index(), ids=lambda c: c.id)
def test_what_a_chapter_introduces_is_in_one_state_only(chapter):
    states = library_states(chapter)
    introduced = states["new"] + states["earlier"] + states["borrowed"] + states["planned"]
    assert sorted(introduced) == sorted(m for c in load_index() for m in c.introduces)


def test_an_unknown_chapter_is_named():
    with pytest.raises(UnknownChapter, match="99"):
        library_picture("99")
