"""What texts say holds: commands exist, files named are there, no path of somebody's machine."""

import importlib
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from diydl.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "solutions").glob("*.py"))
TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *SOURCES]
ALIASES = {name: f"diydl.{name}" for name in ("nn", "optim", "data", "draw")} | {"dl": "diydl"}
TRACKED = subprocess.run(
    ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
).stdout.split("\0")


def block(name):
    pattern = rf"<!-- fresh: {name} -->\n```sh\n(.*?)\n```"
    (found,) = re.findall(pattern, (ROOT / "README.md").read_text(), re.S)
    return found


def code(text):
    """Code spans and lines of code blocks."""
    yield from re.findall(r"`([^`\n]+)`", text)
    for inside in re.findall(r"```\w*\n(.*?)```", text, re.S):
        yield from inside.splitlines()


def named_commands():
    for path in TEXTS:
        for span in code(path.read_text()):
            for part in re.split(r"&&|#", span):
                words = part.strip().split()
                if len(words) > 1 and words[0].rpartition("/")[2] == "diydl":
                    yield path.name, part.strip()


@pytest.mark.parametrize(("file", "command"), sorted(set(named_commands())))
def test_commands_named_in_texts_exist(file, command):
    name, *rest = shlex.split(command)[1:]
    if name == "--help":
        return
    assert name in {name for section in COMMANDS.values() for name in section}
    known = {option for p in main.get_command(None, name).params for option in p.opts}
    assert {word for word in rest if word.startswith("-")} <= known


def test_the_readme_has_both_commands_on_one_line_each():
    for name in ("main", "test"):
        command = block(name)
        assert "\n" not in command
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q -e ")
    assert block("main").endswith(".venv/bin/diydl lab")
    assert block("test").endswith(" tests chapters solutions")


def test_ci_runs_the_readmes_command():
    script = (ROOT / ".ci" / "run").read_text()
    extract = re.search(r"command=\$\((.*)\)\n", script).group(1)
    result = subprocess.run(
        ["bash", "-c", extract], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == block("test")
    assert "|| true" not in script


def named_symbols():
    """Names such as `dl.softmax` in the text cells of the chapters."""
    for path in SOURCES:
        comments = "\n".join(x for x in path.read_text().splitlines() if x.startswith("# "))
        for span in code(comments):
            yield from re.findall(rf"(?<![\w.])({'|'.join(ALIASES)})\.([A-Za-z_]\w*)", span)


@pytest.mark.parametrize(("alias", "name"), sorted(set(named_symbols())))
def test_symbols_named_in_chapters_exist(alias, name):
    assert hasattr(importlib.import_module(ALIASES[alias]), name)


@pytest.mark.parametrize("path", TEXTS[:2], ids=lambda path: path.name)
def test_links_and_files_named_exist(path):
    text = path.read_text()
    links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    files = re.findall(r"`((?:diydl|tests|chapters|solutions|\.ci)/[\w./]*)`", text)
    written_out = [name for name in links + files if "NN_" not in name]
    assert written_out
    assert not [name for name in written_out if not (ROOT / name).exists()]


def test_no_path_of_somebodys_machine():
    homes = "|".join(("home", "Users", "root", "tmp", "opt"))
    pattern = re.compile(rf"(?<![\w.$)}}])/(?:{homes})/\w|[A-Z]:\\Users\\")
    found = []
    for name in filter(None, TRACKED):
        path = ROOT / name
        if path.is_file():
            text = path.read_bytes().decode("utf-8", errors="ignore")
            found += [f"{name}: {match.group()}" for match in pattern.finditer(text)]
    assert not found
