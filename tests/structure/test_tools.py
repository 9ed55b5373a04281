"""What the tools find is a failed test: style, layers, types, derived files."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def passes(*command, **variables):
    result = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_lint():
    passes("ruff", "check", "--no-cache")


def test_format():
    passes("ruff", "format", "--check", "--no-cache")


def test_layers():
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    result = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("pyright") is None,
    reason="not run: pyright is not installed (it fetches its program at the first call)",
)
def test_types():
    passes("pyright", PYTHONPATH="")  # leaves it the network, for its first call


def test_derived_notebooks_are_up_to_date():
    passes("diydl", "build", "--check")
