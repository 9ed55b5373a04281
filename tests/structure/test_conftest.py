"""What conftest.py promises: kernels set up apart from the learner, nothing left out silently."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]

SEEN = """
import json, os
from pathlib import Path
names = ("DIYDL_STRICT", "DIYDL_ANSWERS", "DIYDL_MINE", "IPYTHONDIR")
Path("seen.json").write_text(json.dumps({name: os.environ.get(name) for name in names}))
"""

TESTS = """
import pytest

@pytest.mark.gpu
def test_on_gpu(): assert not "reached"

@pytest.mark.torch
def test_beside_torch(): assert not "reached"

@pytest.mark.data
def test_on_data(): assert not "reached"

@pytest.mark.skip(reason="the moon is not full")
def test_at_night(): assert not "reached"

@pytest.mark.slow
def test_for_long(): assert "reached"
"""
SLOW = "not run: slow; --slow runs them, or the name of their file"


def notebook(code):
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": code}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [cell | {"execution_count": None}]
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def project(tmp_path):
    """A small project with this repository's conftest.py and pytest settings."""
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for folder in ("chapters", "solutions", "tests"):
        (tmp_path / folder).mkdir()
    return tmp_path


def run(project, *arguments, **variables):
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=project,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_kernels_are_strict_in_solutions_only_and_know_no_learner(project):
    for folder in ("solutions", "chapters"):
        (project / folder / "00_a.ipynb").write_text(notebook(SEEN))
    mine = {"DIYDL_ANSWERS": "mine", "DIYDL_MINE": "1", "DIYDL_STRICT": "1", "IPYTHONDIR": "mine"}
    result = run(project, "--nbval-lax", "solutions", "chapters", **mine)
    assert result.returncode == 0, result.stdout
    for folder, strict in (("solutions", "1"), ("chapters", None)):
        seen = json.loads((project / folder / "seen.json").read_text())
        assert seen.pop("IPYTHONDIR") != "mine"
        assert seen == {"DIYDL_STRICT": strict, "DIYDL_ANSWERS": None, "DIYDL_MINE": None}


@pytest.mark.parametrize(("alt", "code"), [("", 1), (" alt='A cat.'", 0)])
def test_a_figure_without_a_text_fails_its_cell(project, alt, code):
    shown = f'from IPython.display import HTML\nHTML("<img src=a.png{alt}>")'
    (project / "chapters" / "00_a.ipynb").write_text(notebook(shown))
    result = run(project, "--nbval-lax", "chapters")
    assert result.returncode == code, result.stdout
    assert ("<img> without alt" in result.stdout) == bool(code)


def test_what_is_not_run_is_named(project):
    (project / "tests" / "test_a.py").write_text(TESTS)
    # As on a machine that has neither PyTorch nor a GPU.
    code = "import importlib.util as u; find = u.find_spec\n"
    code += "u.find_spec = lambda n, *a: None if n in ('torch', 'cupy') else find(n, *a)\n"
    conftest = project / "conftest.py"
    conftest.write_text(code + conftest.read_text())
    output = run(project, "tests", DIYDL_DATA="").stdout
    assert "5 skipped" in output
    for line in (
        f"{SLOW} (1 test)",
        "not run on GPU: CuPy is not installed (1 test)",
        "not run: PyTorch is not installed (1 test)",
        "not run: DIYDL_DATA does not name the large data sets (1 test)",
        "not run: the moon is not full (1 test)",
    ):
        assert line in output.splitlines()


@pytest.mark.parametrize(
    ("words", "runs"),
    [
        (["tests"], False),
        (["tests", "--slow"], True),
        (["tests/test_a.py"], True),
        (["tests/test_a.py::test_for_long"], True),
        (["tests/test_a.py", "-n", "2"], True),
        (["tests/test_b.py", "tests"], False),
    ],
)
def test_slow_tests_run_when_they_are_asked_for(project, words, runs):
    for name in "ab":
        text = TESTS if name == "a" else "def test_b(): pass"
        (project / "tests" / f"test_{name}.py").write_text(text)
    output = run(project, *words, "-k", "long or b").stdout
    assert (f"{SLOW} (1 test)" in output) == (not runs)
    assert "passed" in output


def test_the_checks_of_exercises_are_not_collected():
    result = run(ROOT, "--collect-only", "-q", "diydl")
    assert "no tests collected" in result.stdout
