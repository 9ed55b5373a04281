import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from diydl.course.grading.command.collect_command import collect
from diydl.course.index import chapters_dir

STUB = chapters_dir() / "00_first_win.ipynb"


@pytest.fixture(autouse=True)
def _room(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("class").mkdir()
    for id in ("ada", "bob"):
        shutil.copy(STUB, f"class/{id}.ipynb")


def run(*arguments):
    return CliRunner().invoke(collect, list(arguments), env={"COLUMNS": "200"})


def listing():
    return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in Path().rglob("*") if p.is_file()}


def test_all_in_order_is_exit_0_and_nothing_changes():
    before = listing()
    result = run("00", "class")
    assert result.exit_code == 0, result.output
    assert "2 in order, 0 not, 0 missing" in result.output
    assert listing() == before


def test_what_cannot_be_read_and_who_is_missing_is_exit_1():
    Path("class/zoe.ipynb").write_text("<html>")
    Path("class/kim").mkdir()
    Path("class/kim/report.pdf").write_text("%PDF")
    shutil.copy(chapters_dir() / "01_arrays.ipynb", "class/lee.ipynb")  # by its content
    Path("roster.csv").write_text("id,name\nada,Ada Lovelace\neva,Eva Absent\nzoe,\nkim,\nlee,\n")
    result = run("00", "class", "--roster", "roster.csv")
    assert result.exit_code == 1
    assert "zoe: the file is not a notebook" in result.output
    assert "kim: expected a notebook (.ipynb)" in result.output
    assert "lee: lee.ipynb looks like a notebook of chapter 01" in result.output
    assert "Not in the roster: bob" in result.output
    assert "No submission: eva (Eva Absent)" in result.output
    assert "2 in order, 3 not, 1 missing" in result.output


def test_lateness_is_told_with_where_the_time_is_from():
    os.utime("class/ada.ipynb", (1_700_000_000,) * 2)
    os.utime("class/bob.ipynb", (1_700_007_300,) * 2)
    result = run("00", "class", "--deadline", "2023-11-14T22:13:20Z")
    assert "2023-11-14 22:13 (file time) " in result.output
    assert "2 h 2 min late" in result.output


def test_a_conflict_is_exit_2_with_both_named():
    Path("class/ada").mkdir()
    Path("class/ada/x.ipynb").write_text("{}")
    result = run("00", "class")
    assert result.exit_code == 2
    assert "class/ada/x.ipynb and class/ada.ipynb" in " ".join(result.output.split())


def test_an_empty_folder_is_not_in_order():
    Path("empty").mkdir()
    assert run("00", "empty").exit_code == 1


def test_names_cannot_write_on_the_terminal():
    shutil.copy(STUB, "class/[red]zoe[bold].ipynb")
    result = run("00", "class")
    assert result.exit_code == 0
    assert "[red]zoe[bold]" in result.output
