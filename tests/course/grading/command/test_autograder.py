import io
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from diydl.cli import main
from diydl.course.grading.command.autograder import AutograderError, requirements, write_autograder
from diydl.course.grading.command.autograder_run import run
from diydl.course.grading.settings import Settings

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[4]
NOTEBOOK = "00_first_win.ipynb"
HIDDEN = '''"""More tests of 00/relu."""

import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("00/relu")


@pytest.mark.points(2)
@pytest.mark.hint("what becomes of nothing?")
def test_empty(sub, reference, rng):
    """An empty array stays empty"""
    x = rng.normal(size=(0, 3))
    agree(sub.relu(x), reference(x))
'''


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gradescope")
    return write_autograder(Settings("00"), folder / "autograder.zip")


@pytest.fixture
def container(packed, tmp_path):
    """A folder as Gradescope lays it out, without the virtual environment."""
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path / "source")
    for name in ("submission", "results"):
        (tmp_path / name).mkdir()
    return tmp_path


def grade(container):
    """Run as `run_autograder` does, with the packages of this Python and the zip's own diydl."""
    path = [str(container / "source" / "package"), os.environ.get("PYTHONPATH", "")]
    ran = subprocess.run(
        [sys.executable, "-m", "diydl.course.grading.command.autograder_run", str(container)],
        cwd=container,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, path))},
        capture_output=True,
        text=True,
        check=False,
    )
    file = container / "results" / "results.json"
    return ran, json.loads(file.read_text()) if file.exists() else None


def test_what_gradescope_needs_stands_at_the_top(packed):
    with zipfile.ZipFile(packed) as archive:
        names = archive.namelist()
        for name in ("setup.sh", "run_autograder"):
            mode = archive.getinfo(name).external_attr >> 16
            assert mode & stat.S_IXUSR
            assert archive.read(name).startswith(b"#!/usr/bin/env bash\n")
            assert b"\r" not in archive.read(name)
        assert json.loads(archive.read("settings.json"))["chapter"] == "00"
    assert f"package/diydl/course/chapters/{NOTEBOOK}" in names
    assert "package/diydl/course/chapters/index.toml" in names
    assert "package/diydl/course/checks/ch00_first_win/test_relu.py" in names
    assert not [n for n in names if "__pycache__" in n or n.startswith(("solutions", "tests"))]


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder"])
def test_the_scripts_are_bash(packed, name):
    with zipfile.ZipFile(packed) as archive:
        script = archive.read(name)
    ran = subprocess.run(["bash", "-n"], input=script, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_the_same_zip_twice_is_the_same_bytes(packed, tmp_path):
    again = write_autograder(Settings("00"), tmp_path / "again.zip")
    assert again.read_bytes() == packed.read_bytes()


def test_what_is_installed_is_what_grading_imports():
    names = " ".join(requirements())
    for needed in ("numpy", "pytest", "click", "rich", "safetensors", "scikit-learn", "nbformat"):
        assert needed in names
    assert "jupyterlab" not in names


def test_a_solution_gets_all_points_there(container):
    shutil.copy(ROOT / "solutions" / NOTEBOOK, container / "submission" / "any name (3).ipynb")
    ran, data = grade(container)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert data["score"] == 9.0
    assert {test["status"] for test in data["tests"]} == {"passed"}
    assert sum(test["max_score"] for test in data["tests"]) == 9.0


def test_nothing_handed_in_gets_none_and_is_told_what_to_do(container):
    assert run(container) == 0
    data = json.loads((container / "results" / "results.json").read_text())
    assert data["score"] == 0
    assert NOTEBOOK in data["output"]
    assert sum(test["max_score"] for test in data["tests"]) == 9.0


def test_a_link_out_of_the_submission_is_not_followed(container):
    (container / "submission" / NOTEBOOK).symlink_to(ROOT / "solutions" / NOTEBOOK)
    assert run(container) == 0
    assert json.loads((container / "results" / "results.json").read_text())["score"] == 0


def test_an_error_of_the_grader_writes_no_score(container, monkeypatch):
    def broken(*arguments, **more):
        raise RuntimeError("broken")

    shutil.copy(ROOT / "chapters" / NOTEBOOK, container / "submission")
    monkeypatch.setattr("diydl.course.grading.command.autograder_run.grade_class", broken)
    with pytest.raises(RuntimeError):
        run(container)
    assert not list((container / "results").iterdir())


def test_hidden_checks_and_points_travel_along(tmp_path):
    folder = tmp_path / "mine" / "ch00_first_win"
    folder.mkdir(parents=True)
    check = HIDDEN
    (folder / "test_relu.py").write_text(check)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"")
    points = tmp_path / "points.toml"
    points.write_text('["00/relu"]\ntest_empty = 3\n')
    settings = Settings("00", hidden=tmp_path / "mine", points=points)
    with zipfile.ZipFile(write_autograder(settings, tmp_path / "a.zip")) as archive:
        assert archive.read("hidden/ch00_first_win/test_relu.py").decode() == check
        assert not [name for name in archive.namelist() if "__pycache__" in name]
        assert json.loads(archive.read("settings.json"))["hidden"] is True
        assert str(tmp_path).encode() not in archive.read("settings.json")
        archive.extractall(tmp_path / "source")
    (tmp_path / "submission").mkdir()
    (tmp_path / "results").mkdir()
    shutil.copy(ROOT / "solutions" / NOTEBOOK, tmp_path / "submission")
    assert run(tmp_path) == 0
    data = json.loads((tmp_path / "results" / "results.json").read_text())
    assert data["score"] == 12.0
    assert "An empty array" not in json.dumps(data)
    assert [t["score"] for t in data["tests"] if t["name"].endswith("that is not shown")] == [3.0]


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(AutograderError, match="should end in .zip"):
        write_autograder(Settings("00"), tmp_path / "autograder.tar")


def test_the_command_writes_it_and_says_what_to_do(tmp_path):
    out = tmp_path / "deep" / "relu.zip"
    result = CliRunner().invoke(main, ["gradescope", "00", "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert "9 autograder points" in result.output
    assert zipfile.is_zipfile(io.BytesIO(out.read_bytes()))


@pytest.mark.parametrize("arguments", [["99"], ["00", "-o", "x.tar"], ["22"]])
def test_the_command_says_what_is_wrong(arguments):
    result = CliRunner().invoke(main, ["gradescope", *arguments])
    assert result.exit_code == 2
    assert "Error" in result.output
