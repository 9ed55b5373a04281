"""Run tests with the lowest versions that pyproject.toml allows, in an environment of their own.

Run from the clone:  python3.11 -m tests.lowest [FOLDER] [-- ARGUMENTS OF PYTEST]

FOLDER keeps the environment for the next time; without one it is made in a temporary place. It
needs pip's package index, so it is no part of `pytest`. The Python that runs it should be the
lowest one too, since old releases have no wheels for new Pythons. Only the releases of what is
named in pyproject.toml are held down; pip chooses what these need in turn.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ["-q", "--slow", "-m", "not torch", "-n", "2", "--dist", "loadscope", "--nbval-lax"]
# What an old release says of a newer one beneath it (matplotlib of pyparsing) is none of ours.
TESTS += ["-W", "ignore::DeprecationWarning", "tests", "solutions"]
# Tools of those who write the course: their output is compared, so they are taken as they are.
NEW = {"ruff", "import-linter"}


def pins(extras=("test",)):
    """Return `name==lowest version` for all that pyproject.toml names.

    >>> [pin for pin in pins() if pin.startswith("numpy")]
    ['numpy==2.0']
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"]]
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    found = [re.match(r"([\w.-]+)(?:\[.*?\])?>=([\w.]+)", line) for line in lines]
    return [f"{m[1]}=={m[2]}" for m in found if m and m[1] not in NEW]


def run(place, arguments):
    """Make the environment in a folder, unless it is there; run the tests; return the status."""
    python = place / "bin" / "python" if sys.platform != "win32" else place / "Scripts/python.exe"
    constraints = place / "lowest.txt"
    if not python.exists():
        venv.create(place, with_pip=True)
    constraints.write_text("\n".join(pins()) + "\n", encoding="utf-8")
    command = ["-m", "pip", "install", "-q", "-c", str(constraints), "-e", f"{ROOT}[test]"]
    subprocess.run([python, *command], check=True)
    command = ["-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run([python, *command], cwd=ROOT, check=False).returncode


def main():
    """Read the arguments and run."""
    given = sys.argv[1:]
    split = given.index("--") if "--" in given else len(given)
    arguments = given[split + 1 :] or TESTS
    if given[:split]:
        return run(Path(given[0]).resolve(), arguments)
    with tempfile.TemporaryDirectory(prefix="diydl-lowest-") as name:
        return run(Path(name).resolve(), arguments)


if __name__ == "__main__":
    sys.exit(main())
