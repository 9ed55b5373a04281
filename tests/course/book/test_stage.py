import shutil

from diydl.course.book.stage import fingerprint, plan
from diydl.course.index import Chapter, clone_root


def test_the_plan_links_what_is_written_and_says_what_is_to_come():
    page = plan((Chapter("00_a", "A", minutes=30), Chapter("01_b", "B", planned=True)))
    assert "| 00 | [A](00_a.ipynb) |  | 30 |" in page
    assert "| 01 | B |  | to come |" in page


def test_outputs_are_made_anew_when_the_library_changes(tmp_path):
    root = clone_root()
    for name in ("diydl", "chapters"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    before = fingerprint(tmp_path)
    assert before == fingerprint(tmp_path)
    file = tmp_path / "diydl" / "backend.py"
    file.write_text(file.read_text() + "\n")
    assert fingerprint(tmp_path) != before


def test_outputs_stay_when_only_the_book_changes(tmp_path):
    for name in ("diydl/course/book", "chapters"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "chapters" / "index.toml").touch()
    before = fingerprint(tmp_path)
    (tmp_path / "diydl" / "course" / "book" / "page.py").touch()
    assert fingerprint(tmp_path) == before
