"""The wheel carries what a learner without a clone needs, and nothing of the workshop."""

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_file_of_the_package_is_in(names):
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "diydl").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert files <= names


def test_chapters_travel_inside_the_package(names):
    files = {path.name for path in (ROOT / "chapters").iterdir() if path.is_file()}
    assert "index.toml" in files
    assert {f"diydl/course/chapters/{name}" for name in files} <= names


def test_neither_tests_nor_solutions_are_in(names):
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"diydl"}
    assert not [name for name in names if "solutions" in name]
