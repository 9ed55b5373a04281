"""`import diydl` stays light: what is heavy is imported where it is used."""

import subprocess
import sys

import pytest

HEAVY = [
    *("IPython", "matplotlib", "sklearn", "pytest", "anywidget", "ipywidgets", "torch", "cupy"),
    *("pooch", "requests", "tqdm", "PIL"),
]


def imported_by(statement):
    code = f"{statement}\nimport sys\nprint(*(set(sys.modules) & set({HEAVY})))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return result.stdout.split()


@pytest.mark.parametrize("statement", ["import diydl", "import diydl.nn, diydl.optim, diydl.data"])
def test_the_library_imports_nothing_heavy(statement):
    assert imported_by(statement) == []


def test_the_course_waits_for_pytest_and_jupyter():
    assert imported_by("import diydl.course") == []
