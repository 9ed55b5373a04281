import zipfile

import pytest
from click.testing import CliRunner

from diydl.course.book import command


def test_the_archive_holds_the_site_in_one_folder_and_not_itself(tmp_path):
    (tmp_path / "reference").mkdir()
    (tmp_path / "index.html").write_text("a")
    (tmp_path / "reference" / "diydl.html").write_text("b")
    command.pack(tmp_path)
    archive = command.pack(tmp_path)
    assert sorted(zipfile.ZipFile(archive).namelist()) == [
        "diydl-book/index.html",
        "diydl-book/reference/diydl.html",
    ]


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(command.BookError, match="holds other files"):
        command.build_book(tmp_path, tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "dear"


def test_missing_tools_are_named_with_the_way_to_get_them(monkeypatch):
    monkeypatch.setattr(command, "_NEEDED", ("no_such_builder",))
    result = CliRunner().invoke(command.book)
    assert result.exit_code == 1
    assert "no_such_builder missing" in result.output
    assert "pip install -e '.[book]'" in result.output


def test_an_installed_diydl_says_that_it_takes_a_clone(monkeypatch):
    monkeypatch.setattr(command, "clone_root", lambda: None)
    result = CliRunner().invoke(command.book)
    assert result.exit_code == 1
    assert "in a clone" in result.output
