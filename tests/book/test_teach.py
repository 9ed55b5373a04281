"""The pages for instructors: what they say to type, is typed, and what they show, is what comes."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from diydl.course.grading.grader import grade
from diydl.course.grading.settings import Settings
from diydl.course.grading.submission import Submission

ROOT = Path(__file__).parents[2]
TEACH = ROOT / "book" / "teach"


def blocks(page, kind):
    text = (TEACH / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.S | re.M)


def run(line, folder):
    program, *arguments = shlex.split(line)
    assert program == "diydl"
    ran = subprocess.run(
        [sys.executable, "-m", "diydl", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": python_path(), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr
    return ran.stdout


def python_path():
    return os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))


def as_pattern(shown):
    """A line of three dots stands for any lines."""
    lines = [".*?" if line == "..." else re.escape(line) + r"\n" for line in shown]
    return re.compile("".join(lines), re.S)


def spoken(page):
    """A page as text."""
    text = unescape(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8")))
    return re.sub(r" (?=[,:.])", "", re.sub(r"\s+", " ", text))


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The example followed word for word; what each command said, beside what the page shows."""
    folder = tmp_path_factory.mktemp("example")
    told = []
    for session in blocks("example.md", "console"):
        lines = session.splitlines()
        starts = [k for k, line in enumerate(lines) if line.startswith("$ ")]
        for start, end in zip(starts, [*starts[1:], None], strict=True):
            command = lines[start][2:]
            if command.startswith("cd "):
                folder /= command[3:]
                continue
            if "--gradebook" in command:
                (folder / "gradebook.csv").write_text(blocks("example.md", "text")[1])
            told.append((command, lines[start + 1 : end], run(command, folder)))
    return folder, told


@pytest.mark.slow
def test_the_example_prints_what_it_shows(followed):
    _, told = followed
    assert len(told) == 6
    for command, shown, said in told:
        assert as_pattern(shown).fullmatch(said), f"{command}\n{said}"


@pytest.mark.slow
def test_the_example_quotes_its_reports(followed):
    folder, _ = followed
    pages = [folder / "marks" / "index.html", *(folder / "marks" / "feedback").glob("*.html")]
    texts = [spoken(page) for page in pages]
    page = (TEACH / "example.md").read_text(encoding="utf-8")
    quotes = [re.sub(r"\n> ", " ", q) for q in re.findall(r"^> (.+(?:\n> .+)*)", page, re.M)]
    assert len(quotes) == 7
    for quote in quotes:
        wanted = quote.removesuffix(" [...]")
        assert any(wanted in text for text in texts), wanted
    scores = (folder / "marks" / "scores.csv").read_text(encoding="utf-8-sig").splitlines()
    assert set(blocks("example.md", "text")[0].splitlines()) <= set(scores)


@pytest.mark.slow
def test_two_cells_of_the_examples_gradebook_change(followed):
    folder, _ = followed
    before = (folder / "gradebook.csv").read_text()
    after = (folder / "marks" / "gradebook.csv").read_text()
    assert after == before.replace("ada,Lab A,,", "ada,Lab A,9,").replace("A,7.00", "A,8")


@pytest.fixture
def mine(tmp_path):
    """The files that the page about checks shows."""
    for block in [*blocks("checks.md", "python"), *blocks("checks.md", "toml")]:
        name = re.match(r"# (\S+)\n", block)[1]
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(block)
    return tmp_path


def graded(mine, **answers):
    settings = Settings("00", hidden=mine / "my-checks", points=mine / "points.toml")
    found, _ = grade(
        Submission("ada", answers={f"00/{k}": v for k, v in answers.items()}), settings
    )
    return {scored.id: scored for scored in found.exercises}


def test_the_checks_shown_grade(mine):
    right = graded(
        mine,
        relu="def relu(x):\n    return dl.maximum(x, 0)\n",
        clip="def clip(x, low, high):\n    return np.minimum(np.maximum(x, low), high)\n",
    )
    assert [(s.points, s.max) for s in right.values()] == [(6, 6), (0, 6), (3, 3)]
    hidden = [line for scored in right.values() for line in scored.lines if line.hidden]
    assert [line.test for line in hidden] == ["test_nothing", "test_values"]


def test_the_mistake_shown_is_recognised(mine):
    wrong = graded(mine, relu="def relu(x):\n    return dl.maximum(-1, x)\n")
    assert wrong["00/relu"].mistake == "late_bend"


def test_each_kind_of_file_shown_is_in_the_tree_of_the_page(mine):
    (tree, *_) = blocks("checks.md", "text")
    names = {path.name for path in (mine / "my-checks" / "ch00_first_win").iterdir()}
    assert names == set(re.findall(r"^    (\w+\.py)", tree, re.M))


def test_the_pages_are_in_the_book():
    toc = (ROOT / "book" / "_toc.yml").read_text()
    assert {f"teach/{path.stem}" for path in TEACH.glob("*.md")} <= set(
        re.findall(r"file: (\S+)", toc)
    )


def test_the_solution_passes_as_the_page_says(mine):
    (mine / "solutions").mkdir()
    shutil.copy(ROOT / "solutions" / "00_first_win.ipynb", mine / "solutions")
    said = run("diydl grade 00 solutions/00_first_win.ipynb --hidden my-checks -o try", mine)
    assert "1 graded" in said
