import json

import pytest
from click.testing import CliRunner

from diydl.course.growth import library_at
from diydl.course.index import find_chapter, load_index
from diydl.course.tree import drawn, tree


def run(*arguments):
    return CliRunner().invoke(tree, [str(argument) for argument in arguments])


def test_each_module_has_its_sign_and_lines():
    rows = [line.split() for line in run("03").output.splitlines()]
    lines = {m.name: m.lines for m in library_at(find_chapter("03"))}
    for sign, name, module in (
        ("+", "tape.py", "diydl.engines.tape"),
        ("~", "elementwise.py", "diydl.ops.elementwise"),
        ("=", "primitive.py", "diydl.primitive"),
    ):
        assert [sign, name, str(lines[module])] in rows
    assert ["*", "adam.py", str(lines["diydl.optim.adam"]), "09"] in rows
    assert [".", "plan.py", str(lines["diydl.compile.plan"]), "06"] in rows
    assert [".", "models", "-", "13"] in rows


def test_plain_text_when_piped():
    output = run("03").output
    assert "\x1b" not in output
    assert all(len(line) < 80 for line in output.splitlines())


def test_borrowed_modules_are_grey():
    text = drawn(find_chapter("03"), library_at(find_chapter("03")))
    place = text.plain.index("adam.py")
    styles = [str(s.style) for s in text.spans if s.start <= place < s.end]
    assert "bright_black" in styles


@pytest.mark.parametrize("chapter", load_index(), ids=lambda c: c.id)
def test_every_chapter_can_be_printed(chapter):
    result = run(chapter.number)
    assert result.exit_code == 0
    assert result.output.startswith(f"{chapter.number}  {chapter.title}\n")


def test_json():
    data = json.loads(run("03", "--json").output)
    assert data["chapter"] == "03_tape"
    (tape,) = [m for m in data["modules"] if m["name"] == "diydl.engines.tape"]
    assert tape["state"] == "new"
    assert data["lines"] == sum(
        m["lines"] for m in data["modules"] if m["state"] in ("new", "extended", "earlier")
    )
    assert data["written"] == []


def test_export_says_what_it_wrote(tmp_path):
    result = run("01", "--export", tmp_path / "new")
    assert result.exit_code == 0
    assert "tests. Try it:" in result.output
    data = json.loads(run("01", "--export", tmp_path / "other", "--json").output)
    assert "diydl/backend.py" in data["written"]
    assert all((tmp_path / "new" / name).is_file() for name in data["written"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["99"], "there is no chapter '99'"), (["01", "--export", "."], "not empty")],
)
def test_errors_are_one_sentence(arguments, words, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").touch()
    result = run(*arguments)
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output


def test_a_folder_that_cannot_be_made_is_an_error_in_words(tmp_path):
    (tmp_path / "file").touch()
    result = run("01", "--export", tmp_path / "file" / "below")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
