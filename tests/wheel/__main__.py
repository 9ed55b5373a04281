"""Install the wheel in a fresh environment, begin a course, pass a check, move to a newer wheel.

Run from the clone:  python -m tests.wheel

It needs pip's package index, so it is no part of `pytest`; nothing but Python is needed to start
it. Each step prints its seconds. An older course is made from this one: without its last written
chapter, and with other words in the first. So the second wheel brings what a newer course brings.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
ANSWER = "def relu(x):\n    return dl.maximum(x, 0)\n"
RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=120).execute()
nbformat.write(notebook, sys.argv[1])
"""
ADDRESS = re.compile(r"http://\S+?/lab/tree/\S+\?token=\w+")


class Course:
    """A learner's machine: an environment, a course folder, and the time since it began."""

    def __init__(self, place):
        self.place, self.folder, self.began = place, place / "my course", time.perf_counter()
        self.bin = place / "venv" / ("Scripts" if os.name == "nt" else "bin")
        # As in a new terminal: nothing of this clone or of its environment.
        hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
        self.variables = {
            k: v for k, v in os.environ.items() if k not in hidden and not k.startswith("DIYDL_")
        }
        self.variables |= {"PYTHONUNBUFFERED": "1", "IPYTHONDIR": str(place / "ipython")}

    def run(self, program, *arguments, fails=False, cwd=None):
        """Run a program of the environment; return what it printed."""
        result = subprocess.run(
            [self.bin / program, *map(str, arguments)],
            cwd=cwd or self.place,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        output = result.stdout + result.stderr
        expect((result.returncode != 0) == fails, f"{program} {arguments}: {output}")
        return output

    def tell(self, step):
        """Say what has been done, and when."""
        sys.stdout.write(f"{time.perf_counter() - self.began:7.1f} s  {step}\n")
        sys.stdout.flush()

    def notebook(self, chapter):
        """Return the path of a working copy, by its chapter."""
        return self.folder / f"{chapter}.ipynb"


def expect(holds, what):
    """Stop with a sentence where something does not hold."""
    if not holds:
        sys.exit(f"FAILED: {what}")


def written():
    """Ids of the chapters that are written."""
    index = tomllib.loads((ROOT / "chapters" / "index.toml").read_text(encoding="utf-8"))
    return [c["id"] for c in index["chapter"] if not c.get("planned")]


def build(source, folder):
    """Build a wheel with pip alone; return its path."""
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, source]
    subprocess.run(command, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def older(place, last):
    """Copy the clone and make it an older course: one chapter less, other words in the others."""
    names = ["diydl", "chapters", "pyproject.toml", "README.md", "LICENSE"]
    copy = place / "older"
    for name in names:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    version = copy / "diydl" / "__init__.py"
    version.write_text(re.sub(r'(__version__ = )".*"', r'\1"0.0.1"', version.read_text()))
    index = copy / "chapters" / "index.toml"
    text = index.read_text()
    expect(f'id = "{last}"\n' in text, f"index.toml has no {last}")
    index.write_text(text.replace(f'id = "{last}"\n', f'id = "{last}"\nplanned = true\n'))
    (copy / "chapters" / f"{last}.ipynb").unlink()
    for path in (copy / "chapters").glob("*.ipynb"):
        if not path.name.startswith("00"):
            edit(path, lambda cells: cells[0].update(source=["# An older chapter"]))
    return copy


def edit(path, change):
    """Change the cells of a notebook."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook["cells"])
    path.write_text(json.dumps(notebook), encoding="utf-8")


def solve(cells):
    """Type one answer, as a learner would."""
    (cell,) = [c for c in cells if c["metadata"].get("exercise") == "00/relu"]
    cell["source"] = ANSWER


def source_of(path):
    """Return the text of a notebook's cells."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells]


def passes_a_check(course):
    """Solve one exercise in the notebook and run it: the check passes and is recorded."""
    path = course.notebook("00_first_win")
    edit(path, solve)
    course.run("python", "-c", RUN, path, cwd=course.folder)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    (check,) = [c for c in cells if "".join(c["source"]).startswith('check("00/relu"')]
    shown = "".join(check["outputs"][0]["data"]["text/plain"])
    expect("5 of 5" in shown, f"the check of 00/relu shows {shown}")
    course.tell("a check passed, in the notebook")
    expect("1 of 1 passed" in course.run("diydl", "check", "00/relu", cwd=course.folder), "record")


def lab_answers(course):
    """Start `diydl lab` in the course folder, follow the printed address, stop it."""
    process = subprocess.Popen(
        [course.bin / "diydl", "lab", "--no-browser"],
        cwd=course.folder,
        env=course.variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed = ""
        for line in process.stdout:
            printed += line
            if ADDRESS.search(printed):
                break
        found = ADDRESS.search(printed)
        expect(found, f"diydl lab printed no address: {printed}")
        direct = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor()
        )
        for address in (found.group(), found.group().replace("/lab/tree/", "/api/contents/")):
            with direct.open(address, timeout=30) as reply:
                expect(reply.status == 200 and reply.read(), f"{address} does not answer")
    finally:
        process.terminate()
        process.wait(timeout=60)
    course.tell("diydl lab answers with the chapter")


def updates(course, newer, before, last):
    """Install the newer wheel over the older and start again."""
    mine = course.notebook("02_derivatives")
    edit(mine, lambda cells: cells.append(dict(cells[0], id="mine", source="My own notes")))
    kept = {path: path.read_bytes() for path in (course.notebook("00_first_win"), mine)}
    answers = {p: p.read_bytes() for p in (course.folder / "answers").rglob("*") if p.is_file()}
    expect(answers, "no answer was recorded")
    course.run("python", "-m", "pip", "install", "-q", newer)
    said = course.run("diydl", "start", course.folder, "--copy-only")
    course.tell("a newer wheel installed, diydl start again")
    for path, content in (kept | answers).items():
        expect(path.read_bytes() == content, f"{path.name} was changed by an update")
    expect(course.notebook(last).is_file(), f"{last} did not arrive: {said}")
    beside = course.folder / "02_derivatives.new.ipynb"
    expect(beside.is_file() and "stays as it is" in said, f"no newer version beside: {said}")
    now = source_of(course.notebook("01_arrays"))
    expect(now != before, "01_arrays had not been changed, and was not updated")
    expect("1 of 1 passed" in course.run("diydl", "check", "00/relu", cwd=course.folder), "answers")


def main():
    """Walk the whole way."""
    with tempfile.TemporaryDirectory(prefix="diydl-wheel-") as name:
        place = Path(name).resolve()
        last = written()[-1]
        first = build(older(place, last), place / "first")
        newer = build(ROOT, place / "second")
        course = Course(place)  # the clock starts with the learner
        venv.create(place / "venv", with_pip=True)
        course.run("python", "-m", "pip", "install", "-q", first)
        course.tell("installed in a fresh environment")
        course.run("diydl", "start", course.folder, "--copy-only")
        course.tell("diydl start made the course folder")
        expect(not course.notebook(last).exists(), f"the older wheel has {last}")
        before = source_of(course.notebook("01_arrays"))
        passes_a_check(course)
        said = course.run("diydl", "start", course.folder, "--copy-only")
        expect(ANSWER in source_of(course.notebook("00_first_win")), f"overwritten: {said}")
        course.tell("diydl start again changed nothing")
        lab_answers(course)
        updates(course, newer, before, last)
        where = course.run("python", "-c", "import diydl; print(diydl.__file__)").strip()
        expect(where.startswith(str(place)), f"this was not the installed diydl: {where}")
        course.run("diydl", "tree", "03", "--export", place / "out")
        course.run("python", "-m", "pip", "install", "-q", "--no-deps", place / "out")
        course.tell(f"the library of chapter 03 installs too. All well, with {newer.name}")


if __name__ == "__main__":
    main()
