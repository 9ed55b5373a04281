import json
import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from diydl.course.folder import fingerprint, make_copies
from diydl.course.grading.command.release import release, with_points
from diydl.course.grading.points import worth
from diydl.course.index import chapters_dir, find_chapter

CHAPTER = find_chapter("03")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(*arguments):
    return CliRunner().invoke(release, list(arguments))


def points_in(path):
    """Points that nbgrader reads, by exercise."""
    found = {}
    for cell in nbformat.read(path, as_version=4).cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade"):
            found[about["grade_id"].removesuffix("-check").replace("-", "/", 1)] = about["points"]
    return found


def test_what_is_handed_out(tmp_path):
    result = run("03", "00", "-o", "handout")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in Path("handout").iterdir()) == [
        ".diydl-course",
        "00_first_win.ipynb",
        "03_tape.ipynb",
        "README.md",
        "requirements.txt",
    ]
    for name in ("00_first_win.ipynb", "03_tape.ipynb"):
        assert Path("handout", name).read_bytes() == (chapters_dir() / name).read_bytes()
    text = Path("handout", "README.md").read_text(encoding="utf-8")
    assert "| `03/sum_to` | 6 |" in text
    assert "diydl handin 03" in text


def test_points_are_rewritten_in_what_nbgrader_reads():
    Path("points.toml").write_text('"03/sum_to" = 12.5\n"03/toposort" = 0\n')
    assert run("03", "-o", "handout", "--points", "points.toml").exit_code == 0
    plain = {id: sum(tests.values()) for id, tests in worth("03").items()}
    expected = plain | {"03/sum_to": 12.5}
    del expected["03/toposort"]
    assert points_in("handout/03_tape.ipynb") == expected
    given = (chapters_dir() / CHAPTER.notebook).read_bytes()
    released = Path("handout/03_tape.ipynb").read_bytes()
    assert fingerprint(released) == fingerprint(given)
    nbformat.validate(nbformat.reads(released.decode(), as_version=4))
    assert "| `03/sum_to` | 12.5 |" in Path("handout/README.md").read_text(encoding="utf-8")


def test_points_for_checks_of_ones_own_are_known_with_hidden():
    folder = Path("mine/ch00_first_win")
    folder.mkdir(parents=True)
    (folder / "test_relu.py").write_text(
        "import pytest\n\npytestmark = pytest.mark.exercise('00/relu')\n\n\n"
        "@pytest.mark.points(2)\n@pytest.mark.hint('Look again.')\n"
        'def test_nothing(sub):\n    """SECRET"""\n    sub.relu(1)\n'
    )
    Path("points.toml").write_text('["00/relu"]\ntest_nothing = 3\n')
    alone = run("00", "-o", "handout", "--points", "points.toml")
    assert alone.exit_code == 2
    assert "known with --hidden" in " ".join(alone.output.split())
    both = run("00", "-o", "handout", "--points", "points.toml", "--hidden", "mine")
    assert both.exit_code == 0, both.output
    assert points_in("handout/00_first_win.ipynb")["00/relu"] == 8
    for path in Path("handout").iterdir():
        assert not path.is_file() or b"SECRET" not in path.read_bytes()
    broken = Path("broken/ch00_first_win/test_accuracy.py")
    broken.parent.mkdir(parents=True)
    broken.write_text("def (")
    refused = run("00", "-o", "other", "--hidden", "broken")
    assert refused.exit_code == 2
    assert "test_accuracy.py: the check cannot be read" in " ".join(refused.output.split())
    assert not Path("other").exists()


def test_without_points_nothing_changes():
    for path in sorted(chapters_dir().glob("*.ipynb")):
        content = path.read_bytes()
        totals = {id: sum(tests.values()) for id, tests in worth(path.name[:2]).items()}
        assert with_points(content, totals) == content


def test_a_release_can_be_made_again_with_other_points():
    assert run("03", "-o", "handout").exit_code == 0
    Path("points.toml").write_text('"03/sum_to" = 99\n')
    assert run("03", "-o", "handout", "--points", "points.toml").exit_code == 0
    assert points_in("handout/03_tape.ipynb")["03/sum_to"] == 99


def test_a_learner_works_in_the_folder_and_it_is_never_overwritten():
    assert run("03", "-o", "handout").exit_code == 0
    shutil.copytree("handout", "mine")
    assert [copied.what for copied in make_copies("mine", [CHAPTER])] == ["same"]
    path = Path("mine/03_tape.ipynb")
    data = json.loads(path.read_text(encoding="utf-8"))
    data["cells"][0]["source"] = ["# mine"]
    path.write_text(json.dumps(data), encoding="utf-8")
    result = run("03", "-o", "mine")
    assert result.exit_code == 1
    assert "holds work on 03_tape, which is never overwritten" in result.output
    assert json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"] == ["# mine"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["12", "-o", "x"], 2, "planned, but not written"),
        (["tap", "-o", "x"], 2, "did you mean 03_tape"),
        (["03"], 2, "Missing option"),
        (["03", "-o", "full"], 1, "holds other files"),
        (["03", "-o", "x", "--points", "bad.toml"], 2, "did you mean '03/sum_to'"),
        (["03", "00", "-o", "x", "--example-class"], 2, "for one chapter"),
        (["00", "-o", "full", "--example-class"], 1, "is not empty"),
    ],
)
def test_what_cannot_be_is_refused(arguments, code, said):
    Path("full").mkdir()
    Path("full/thesis.txt").write_text("mine")
    Path("bad.toml").write_text('"03/sumto" = 1')
    result = run(*arguments)
    assert result.exit_code == code
    assert said in " ".join(result.output.split())
    assert not Path("x").exists()
    assert [path.name for path in Path("full").iterdir()] == ["thesis.txt"]
