"""environment.yml says for conda what pyproject.toml says for pip."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())
ENTRIES = [entry for entry in ENVIRONMENT["dependencies"] if isinstance(entry, str)]

PYPI_NAMES = {"matplotlib-base": "matplotlib", "python-graphviz": "graphviz"}
CONDA_ONLY = {"python", "pip"}


def ranges(entries):
    """Map each name, as PyPI has it, to its range."""
    found = {}
    for entry in entries:
        name, spec = re.fullmatch(r"([A-Za-z0-9_.-]+)\s*(.*)", entry).groups()
        found[canonicalize_name(PYPI_NAMES.get(name, name))] = SpecifierSet(spec.replace(" ", ""))
    return found


@pytest.mark.parametrize("entry", ENTRIES)
def test_conda_can_read_each_entry(entry):
    spec = MatchSpec(entry)
    assert spec.name is not None


def test_names_and_ranges_are_the_same():
    wanted = {
        canonicalize_name(r.name): r.specifier for r in map(Requirement, PROJECT["dependencies"])
    }
    found = {name: spec for name, spec in ranges(ENTRIES).items() if name not in CONDA_ONLY}
    assert found == wanted


def test_python_is_the_same():
    assert ranges(ENTRIES)["python"] == SpecifierSet(PROJECT["requires-python"])


def test_the_file_fits_any_machine():
    assert set(ENVIRONMENT) == {"name", "channels", "dependencies"}
    assert ENVIRONMENT["channels"] == ["conda-forge"]
    assert ENVIRONMENT["dependencies"][-1] == {"pip": ["-e ."]}
