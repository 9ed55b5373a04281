import importlib
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

import diydl
from diydl.cli import COMMANDS, main

ROWS = [(name, *row) for section in COMMANDS.values() for name, row in section.items()]


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def test_help_reads_like_a_contents_page():
    output = run("--help").output
    places = [output.index(f"{title}:\n") for title in COMMANDS]
    assert places == sorted(places)
    for name, _, summary in ROWS:
        assert f"  {name}" in output
        assert summary in output


def test_version():
    assert run("--version").output == f"diydl, version {diydl.__version__}\n"


@pytest.mark.parametrize(("name", "place", "summary"), ROWS)
def test_every_command_exists_and_explains_itself(name, place, summary):
    module, attribute = place.split(":")
    command = getattr(importlib.import_module(module), attribute)
    assert isinstance(command, click.Command)
    result = run(name, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 4


def test_an_unknown_command_suggests_the_nearest():
    result = run("bild")
    assert result.exit_code == 2
    assert "No such command 'bild'. Did you mean 'build'?" in result.output


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from diydl.cli import main; main(['--help'], standalone_mode=False); "
        "heavy = {'jupyterlab', 'matplotlib', 'sklearn', 'IPython', 'pytest'} & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
