"""What texts say holds: commands exist, files named are there, no path of somebody's machine."""

import ast
import importlib
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from diydl.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "solutions").glob("*.py"))
PAGES = [path for path in sorted((ROOT / "book").rglob("*.md")) if "_build" not in path.parts]
TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *SOURCES, *PAGES]
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


def docstrings():
    """Docstrings of the library and the course, by file; examples in them run elsewhere."""
    for path in sorted((ROOT / "diydl").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                yield path.relative_to(ROOT).as_posix(), ast.get_docstring(node) or ""


def texts():
    yield from ((path.name, path.read_text()) for path in TEXTS)
    yield from docstrings()


def named_commands():
    for name, text in texts():
        for span in code(text):
            for part in re.split(r"&&|#", span):
                words = part.strip().split()
                if len(words) > 1 and words[0].rpartition("/")[2] == "diydl":
                    yield name, part.strip()


@pytest.mark.parametrize(("file", "command"), sorted(set(named_commands())))
def test_commands_named_in_texts_exist(file, command):
    name, *rest = shlex.split(command)[1:]
    if name == "--help":
        return
    assert name in {name for section in COMMANDS.values() for name in section}
    known = {option for p in main.get_command(None, name).params for option in p.opts} | {"--help"}
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


def spelled_out():
    """Paths such as `diydl.nn.Linear` or `dl.exp` in the docstrings, as far as they go."""
    pattern = rf"(?<![\w./`])`+((?:{'|'.join([*ALIASES, 'diydl'])})(?:\.[A-Za-z_]\w*)+)"
    for file, text in docstrings():
        yield from ((file, name) for name in re.findall(pattern, text))


@pytest.mark.parametrize(("file", "name"), sorted(set(spelled_out())))
def test_symbols_named_in_docstrings_exist(file, name):
    first, *rest = name.split(".")
    thing = importlib.import_module(ALIASES.get(first, first))
    for part in rest:
        if not hasattr(thing, part):  # a module that nobody has imported yet
            importlib.import_module(f"{thing.__name__}.{part}")
        thing = getattr(thing, part)


def named_imports():
    """Lines such as `from diydl.course import check`, and modules that Python is to run."""
    for file, text in texts():
        for span in code(text):
            for module in re.findall(r"python[\d.]* -m ((?:diydl|tests)[\w.]*)", span):
                yield file, f"import {module}"
            if re.match(r"(from|import) diydl\b", span.strip()):
                yield file, span.strip()


@pytest.mark.parametrize(("file", "line"), sorted(set(named_imports())))
def test_imports_named_in_texts_work(file, line):
    exec(line, {})


def test_files_named_in_docstrings_exist():
    files = r"`((?:diydl|tests|chapters|solutions|book)/[\w./]*)`"
    named = {(file, name) for file, text in docstrings() for name in re.findall(files, text)}
    assert named
    assert not [n for n in named if "NN_" not in n[1] and not (ROOT / n[1]).exists()]


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


def test_every_entry_of_the_bibliography_is_closed_and_has_a_key_of_its_own():
    text = (ROOT / "book" / "references.bib").read_text()
    entries = re.split(r"^(?=@)", text, flags=re.M)[1:]
    whole = [e for e in entries if e.count("{") == e.count("}") and e.rstrip().endswith("\n}")]
    assert not [e.splitlines()[0] for e in entries if e not in whole]
    keys = re.findall(r"^@\w+\{(\w+),$", text, re.M)
    assert len(keys) == len(entries) == len(set(keys))
    for entry in entries:
        fields = re.findall(r"^  (\w+) *= \{", entry, re.M)
        assert len(fields) == len(set(fields)), entry
        assert entry.count("},\n") == len(fields) - 1, entry  # a comma after all but the last
