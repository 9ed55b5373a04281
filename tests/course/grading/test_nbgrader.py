"""An instructor's own nbgrader grades the chapters as they are: solution full, stub nothing."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from diydl.course.catalog import exercise_ids
from diydl.course.index import load_index
from diydl.course.marks import points

ROOT = Path(__file__).parents[3]
CHAPTERS = [chapter for chapter in load_index() if not chapter.planned]
pytestmark = [pytest.mark.nbgrader, pytest.mark.slow]


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda chapter: chapter.id)
def course(request, tmp_path_factory):
    """nbgrader's folders for one chapter, graded: the notebook of solutions/ is the source."""
    chapter, folder = request.param, tmp_path_factory.mktemp("nbgrader")
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    source = folder / "source" / "ps1"
    source.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / chapter.notebook, source)
    nbgrader(folder, "generate_assignment", "ps1", "--create")
    handed_in = {
        "solved": ROOT / "solutions" / chapter.notebook,
        "stub": ROOT / "chapters" / chapter.notebook,
        "released": folder / "release" / "ps1" / chapter.notebook,
    }
    for who, notebook in handed_in.items():
        (folder / "submitted" / who / "ps1").mkdir(parents=True)
        shutil.copy(notebook, folder / "submitted" / who / "ps1")
    nbgrader(folder, "autograde", "ps1")
    nbgrader(folder, "export")
    return chapter, folder


def nbgrader(folder, *arguments):
    here = {
        "DIYDL_ANSWERS": str(folder / "answers"),
        "PYTHONPATH": before("PYTHONPATH", ROOT),
        "PATH": before("PATH", Path(sys.executable).parent),  # it calls programs by their names
    }
    ran = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=os.environ | here,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]


def before(name, place):
    return os.pathsep.join(filter(None, [str(place), os.environ.get(name)]))


def scores(folder):
    with (folder / "grades.csv").open(newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_a_solution_gets_everything_and_a_stub_nothing(course):
    chapter, folder = course
    most = sum(points(id) for id in exercise_ids(chapter.number))
    found = scores(folder)
    assert {float(row["max_score"]) for row in found.values()} == {most}
    assert {who: float(row["score"]) for who, row in found.items()} == {
        "solved": most,
        "stub": 0,
        "released": 0,
    }


def test_nbgrader_hands_out_no_solution(course):
    chapter, folder = course
    released = json.loads((folder / "release" / "ps1" / chapter.notebook).read_bytes())
    assert "BEGIN SOLUTION" not in json.dumps(released)
    by_id = {cell["id"]: cell for cell in released["cells"]}
    ours = json.loads((ROOT / "chapters" / chapter.notebook).read_bytes())["cells"]
    assert [cell["id"] for cell in ours] == list(by_id)
    for cell in ours:
        locks = cell["metadata"].get("nbgrader")
        if locks and locks["locked"]:
            assert by_id[cell["id"]]["source"] == cell["source"]


def test_nothing_is_recorded_while_nbgrader_grades(course):
    _, folder = course
    assert not (folder / "answers").exists()
