import json

import nbformat
import pytest
from click.testing import CliRunner

from diydl.cli import main
from diydl.course.build import derive, derive_all
from diydl.course.source import SourceError


@pytest.fixture
def source(tmp_path, tiny):
    path = tmp_path / "00_tiny.py"
    path.write_text(tiny)
    return path


@pytest.fixture
def notebooks(source):
    return [json.loads(content) for content in derive(source, {"00/double": 2.0}.get)]


def text(notebook, id):
    return next("".join(c["source"]) for c in notebook["cells"] if c["id"] == id)


def build(*arguments):
    return CliRunner().invoke(main, ["build", *arguments])


def test_both_are_valid_notebooks_without_outputs(notebooks):
    for notebook in notebooks:
        nbformat.validate(notebook)
        for cell in notebook["cells"]:
            assert cell["cell_type"] == "markdown" or cell["outputs"] == []
            assert "lines_to_next_cell" not in cell["metadata"]
        assert set(notebook["metadata"]) == {"kernelspec", "language_info"}


def test_the_solution_solves_and_the_chapter_asks(notebooks):
    solution, chapter = notebooks
    assert "return np.add(x, x)" in text(solution, "00-double")
    assert text(chapter, "00-double").endswith("raise NotImplementedError  # your code here")
    assert "np.add(x, x)" not in json.dumps(chapter)
    assert text(solution, "setup") == text(chapter, "setup")


def test_metadata_is_nbgraders(notebooks):
    _, chapter = notebooks
    found = {cell["id"]: cell["metadata"].get("nbgrader") for cell in chapter["cells"]}
    common = {"schema_version": 3, "task": False}
    given = {"grade": False, "locked": True, "solution": False}
    mine = {"grade": False, "locked": False, "solution": True}
    check = {"grade": True, "locked": True, "solution": False, "points": 2}
    assert found.pop("setup") == common | given | {"grade_id": "setup"}
    assert found.pop("00-double") == common | mine | {"grade_id": "00-double"}
    assert found.pop("00-double-check") == common | check | {"grade_id": "00-double-check"}
    assert list(found.values()) == [None]


def test_given_and_check_cells_are_locked(notebooks):
    cells = {cell["id"]: cell["metadata"] for cell in notebooks[1]["cells"]}
    assert [
        cells[id].get("editable", True) for id in ("setup", "00-double", "00-double-check")
    ] == [
        False,
        True,
        False,
    ]


def test_what_carries_no_points_is_not_graded(source):
    chapter = json.loads(derive(source, {"00/double": 0.0}.get)[1])
    check = next(c for c in chapter["cells"] if c["id"] == "00-double-check")["metadata"][
        "nbgrader"
    ]
    assert (check["grade"], "points" in check) == (False, False)


def test_half_points_stay_half(source):
    chapter = json.loads(derive(source, {"00/double": 1.5}.get)[1])
    assert [c["metadata"].get("nbgrader", {}).get("points") for c in chapter["cells"]][-1] == 1.5


def test_the_same_source_gives_the_same_bytes(source):
    points = {"00/double": 2.0}.get
    assert derive(source, points) == derive(source, points)


def test_a_new_cell_leaves_the_ids_of_others(source, tiny):
    points = {"00/double": 2.0}.get
    before = [c["id"] for c in json.loads(derive(source, points)[1])["cells"]]
    source.write_text("# %%\nx = 1\n\n# %%\nx = 1\n\n" + tiny)
    after = [c["id"] for c in json.loads(derive(source, points)[1])["cells"]]
    assert after[2:] == before
    assert after[1] == f"{after[0]}-2"


def test_a_duplicated_id_names_both_lines(source, tiny):
    source.write_text(tiny + '\n# %% id="setup"\nx = 1\n')
    with pytest.raises(SourceError, match="00_tiny.py:20: duplicated cell id 'setup'.*line 4"):
        derive(source, {"00/double": 2.0}.get)


def test_derive_all_finds_every_source(clone):
    names = sorted(path.relative_to(clone).as_posix() for path in derive_all(clone))
    assert names == ["chapters/00_tiny.ipynb", "solutions/00_tiny.ipynb"]


def test_build_writes_then_has_nothing_to_do(clone):
    first = build()
    assert first.exit_code == 0, first.output
    assert "wrote chapters/00_tiny.ipynb" in first.output
    assert build().output == "notebooks are up to date\n"
    assert build("--check").exit_code == 0


def test_check_writes_nothing_and_fails(clone):
    result = build("--check")
    assert result.exit_code == 1
    assert "solutions/00_tiny.ipynb is missing" in result.output
    assert not (clone / "chapters" / "00_tiny.ipynb").exists()


@pytest.mark.parametrize("folder", ["chapters", "solutions"])
def test_check_sees_an_edited_derived_file(clone, folder):
    build()
    path = clone / folder / "00_tiny.ipynb"
    path.write_text(path.read_text().replace("Twice", "Thrice"))
    result = build("--check")
    assert result.exit_code == 1
    assert f"{folder}/00_tiny.ipynb differs from its source" in result.output
    assert build().exit_code == 0
    assert build("--check").exit_code == 0


def test_check_sees_a_changed_source(clone):
    build()
    source = clone / "solutions" / "00_tiny.py"
    source.write_text(source.read_text().replace("# Tiny", "# Small"))
    assert build("--check").exit_code == 1
    assert build("00").exit_code == 0
    assert build("--check").exit_code == 0


def test_a_notebook_without_source_is_named(clone):
    build()
    (clone / "chapters" / "05_orphan.ipynb").write_text("{}")
    result = build("--check")
    assert result.exit_code == 1
    assert "chapters/05_orphan.ipynb has no source: delete it" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["00_tyni"], "did you mean 00_tiny?"),
        (["01"], "solutions/01_more.py does not exist yet"),
    ],
)
def test_build_of_no_such_chapter(clone, arguments, message):
    result = build(*arguments)
    assert result.exit_code == 1
    assert message in result.output


def test_a_fault_in_a_source_is_an_error_without_trace(clone):
    source = clone / "solutions" / "00_tiny.py"
    source.write_text(source.read_text().replace("def double(x):", "def double(x)"))
    result = build()
    assert result.exit_code == 1
    assert result.output == "Error: solutions/00_tiny.py:10: this is not Python: expected ':'\n"


def test_an_installed_package_has_nothing_to_build(tmp_path, monkeypatch):
    monkeypatch.setattr("diydl.course.index._PACKAGE", tmp_path)
    result = build()
    assert result.exit_code == 1
    assert "in a clone of diydl" in result.output
