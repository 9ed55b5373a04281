import ast
import re
import tomllib

import pytest

from diydl.course import export as module
from diydl.course.export import ExportError, export, library_texts
from diydl.course.growth import library_files, prefix
from diydl.course.index import find_chapter, load_index


@pytest.fixture(scope="module")
def texts():
    return library_texts(find_chapter("02"))


def test_modules_go_out_as_they_are(texts):
    for name in prefix(find_chapter("02")):
        assert texts[name.replace(".", "/") + ".py"] == library_files()[name].read_text()


def test_nothing_of_later_chapters_nor_of_the_tools_goes_out(texts):
    packages = {path.split("/")[1] for path in texts if path.startswith("diydl/")}
    assert packages == {
        "__init__.py",
        "backend.py",
        "data",
        "exercise.py",
        "ops",
        "primitive.py",
        "value.py",
        "probe.py",
        "rules.py",
        "testing",
    }
    assert "diydl/testing/numeric.py" in texts
    assert "diydl/testing/gradient.py" not in texts  # needs tensors
    assert "diydl/ops/loss.py" not in texts


def test_packages_offer_what_is_there(texts):
    tree = ast.parse(texts["diydl/ops/__init__.py"])
    names = {a.name for n in tree.body if isinstance(n, ast.ImportFrom) for a in n.names}
    assert "exp" in names
    assert "softmax_cross_entropy" not in names
    assert "softmax_cross_entropy" not in texts["diydl/__init__.py"]
    assert "nn" not in texts["diydl/__init__.py"].split('"""')[2]


def test_cases_of_later_primitives_are_taken_out(texts):
    space = {"__name__": "cases"}
    exec(texts["diydl/testing/cases.py"], space)
    assert "softmax_cross_entropy" not in space["CASES"]
    assert "exp" in space["CASES"]
    assert "_LATER" not in library_texts(load_index()[-1])["diydl/testing/cases.py"]


@pytest.mark.parametrize("chapter", ["03", "06"])
def test_what_tests_import_from_beside_them_comes_along(chapter):
    """Or the tests stay behind: a helper may need a helper that needs a later chapter."""
    texts = library_texts(find_chapter(chapter))
    named = [
        (path, name)
        for path, text in texts.items()
        for name in re.findall(r"^from (tests(?:\.\w+)+) import", text, re.M)
    ]
    assert named
    assert not [(path, name) for path, name in named if name.replace(".", "/") + ".py" not in texts]


def test_the_project_needs_what_its_modules_import(texts):
    def needs(texts):
        project = tomllib.loads(texts["pyproject.toml"])["project"]
        return [line.split(">")[0] for line in project["dependencies"]]

    assert needs(texts) == ["numpy"]
    whole = library_texts(load_index()[-1])
    fetching = ["pooch", "requests"]
    assert needs(whole) == ["numpy", *fetching, "safetensors", "scikit-learn", "tqdm"]


@pytest.mark.slow
@pytest.mark.parametrize("chapter", load_index()[1:], ids=lambda c: c.id)
def test_every_prefix_is_python(chapter):
    for name, text in library_texts(chapter).items():
        if name.endswith(".py"):
            compile(text, name, "exec")


def test_the_last_chapter_has_the_whole_library_and_its_tests_unchanged():
    texts = library_texts(load_index()[-1])
    root = module.clone_root()
    for name in library_files():
        assert name.replace(".", "/") + ".py" in texts
    for folder in ("ops", "nn", "optim", "engines"):
        for path in (root / "tests" / folder).glob("test_*.py"):
            assert texts[f"tests/{folder}/{path.name}"] == path.read_text()


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match=r"not empty.* new or empty"):
        export(find_chapter("01"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(ExportError, match=r"mine.txt is a file; expected a folder"):
        export(find_chapter("01"), tmp_path / "mine.txt")


def test_a_chapter_without_a_library_says_so(tmp_path):
    with pytest.raises(ExportError, match="01 is the first"):
        export(find_chapter("00"), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_from_a_wheel_there_are_no_tests_to_bring(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "clone_root", lambda: None)
    files = [path.as_posix() for path in export(find_chapter("01"), tmp_path)]
    assert "diydl/backend.py" in files
    assert not [name for name in files if name.startswith(("tests", "conftest"))]
