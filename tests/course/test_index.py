import pytest

from diydl.course import index
from diydl.course.index import UnknownChapter, find_chapter, load_index


def write(tmp_path, text):
    path = tmp_path / "index.toml"
    path.write_text(text)
    return path


def test_all_chapters_are_listed_in_order():
    numbers = [chapter.number for chapter in load_index()]
    assert numbers == [f"{k:02}" for k in range(23)]


@pytest.mark.parametrize("text", ["03", "3", "03_tape", "tape", "03_tape.ipynb", " 03 "])
def test_chapters_have_several_names(text):
    assert find_chapter(text).id == "03_tape"


def test_notebook_is_named_after_the_chapter():
    assert find_chapter("00").notebook == "00_first_win.ipynb"


@pytest.mark.parametrize(
    ("text", "hint"), [("tapes", "did you mean 03_tape"), ("77", "00_first_win to 22_exchange")]
)
def test_unknown_chapter_suggests_the_nearest(text, hint):
    with pytest.raises(UnknownChapter, match=hint):
        find_chapter(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[chapter]\n", "index.toml: not valid TOML"),
        ('[[chapter]]\nid = "00_a"', "entry 0: expected a text for 'title'"),
        ('[[chapter]]\nid = "a"\ntitle = "A"', "expected an id such as '03_tape', got 'a'"),
        ('[[chapter]]\nid = "00_a"\ntitle = "A"\nborows = []', "did you mean 'borrows'"),
        (
            '[[chapter]]\nid = "01_a"\ntitle = "A"\n[[chapter]]\nid = "00_b"\ntitle = "B"',
            "in order and once each",
        ),
        (
            '[[chapter]]\nid = "01_a"\ntitle = "A"\nprerequisites = ["02_b"]',
            "01_a has prerequisites",
        ),
    ],
)
def test_faults_of_the_index_are_named(tmp_path, text, message):
    with pytest.raises(ValueError, match="index.toml") as caught:
        load_index(write(tmp_path, text))
    assert message in str(caught.value)


def test_an_installed_package_has_its_own_chapters(tmp_path, monkeypatch):
    monkeypatch.setattr(index, "_PACKAGE", tmp_path / "site-packages" / "diydl")
    assert index.clone_root() is None
    assert index.chapters_dir() == tmp_path / "site-packages" / "diydl" / "course" / "chapters"
