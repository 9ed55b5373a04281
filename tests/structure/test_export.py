"""The library of a chapter stands by itself: its tests pass where the rest does not exist."""

import os
import re
import subprocess
import sys

import pytest

from diydl.course.export import export
from diydl.course.index import clone_root, find_chapter

WHERE = "import diydl, pathlib; print(pathlib.Path(diydl.__file__).parents[1])"


@pytest.mark.slow
@pytest.mark.parametrize(("chapter", "at_least"), [("02", 4000), ("03", 6000)])
def test_the_tests_of_a_prefix_run_by_themselves(chapter, at_least, tmp_path):
    folder = tmp_path / "library"
    export(find_chapter(chapter), folder)
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))}

    def run(*command):
        return subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )

    # The folder that Python starts in comes before an installed diydl: this is the exported one.
    assert run("-c", WHERE).stdout.strip() == str(folder)
    assert str(folder) != str(clone_root())
    result = run("-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr
    passed = re.search(r"(\d+) passed", result.stdout)
    assert int(passed.group(1)) >= at_least
