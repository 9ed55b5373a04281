"""Every public function and class has a test that uses it, and an example that runs."""

import pytest

from tests.structure import public
from tests.structure.public import PACKAGES, defined, rows, through

ROWS = rows()


@pytest.mark.parametrize("package", PACKAGES)
def test_each_name_is_used_by_a_test(package):
    without = [name for where, name, tests, _ in ROWS if where == package and not tests]
    assert not without


@pytest.mark.parametrize("package", PACKAGES)
def test_each_name_has_an_example(package):
    without = [name for where, name, _, shown in ROWS if where == package and not shown]
    assert not without


def test_classes_count_too():
    names = {f"{package}.{name}" for package, name, *_ in ROWS}
    assert {"diydl.nn.Linear", "diydl.nn.init.he_normal", "diydl.optim.Adam"} <= names
    assert len(ROWS) == len(names)


@pytest.fixture
def example(tmp_path, monkeypatch):
    """A file of tests that uses the library in every way that is seen, and in some that are not."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "tables.py").write_text("from diydl import nn\nPAIRS = [nn.Tanh]\n")
    path = tmp_path / "tests" / "test_it.py"
    path.write_text(
        "import numpy as np\nimport diydl as dl\nfrom diydl import nn\nfrom diydl.nn import init\n"
        "from tests.tables import PAIRS\n"
        "MAKERS = ['zeros', 'no such name']\n"
        "def helper():\n    return nn.Linear(2, 3).weight\n"
        "def test_direct():\n    dl.exp(np.sum(3))\n"
        "def test_by_helper():\n    assert helper()\n"
        "def test_by_table():\n    PAIRS[0]()\n"
        "def test_by_word(name=MAKERS):\n    getattr(init, name)\n"
        "def test_of_nothing():\n    assert np.sum(1) and 'zeros'\n"
    )
    monkeypatch.setattr(public, "TESTS", tmp_path / "tests")
    yield path
    defined.cache_clear()


@pytest.mark.parametrize(
    ("test", "places"),
    [
        ("test_direct", {"diydl", "diydl.exp"}),
        ("test_by_helper", {"diydl.nn", "diydl.nn.Linear"}),
        ("test_by_table", {"diydl.nn", "diydl.nn.Tanh"}),
        ("test_by_word", {"diydl.nn.init", "diydl.nn.init.zeros"}),
        ("test_of_nothing", set()),
    ],
)
def test_uses_are_followed(example, test, places):
    assert through(example, test, set()) == places
