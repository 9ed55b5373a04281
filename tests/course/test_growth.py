import pytest

from diydl.course import growth
from diydl.course.growth import GrowthError, home, imports, introducing, library_at, prefix
from diydl.course.index import find_chapter, load_index


def states(chapter):
    return {module.name: module.state for module in library_at(find_chapter(chapter))}


def test_a_module_goes_through_its_states():
    assert states("02")["diydl.ops.shape"] == "new"
    assert states("03")["diydl.ops.shape"] == "extended"
    assert states("04")["diydl.ops.shape"] == "earlier"
    assert states("03")["diydl.optim.adam"] == "borrowed"
    assert states("02")["diydl.optim.adam"] == "planned"


def test_the_most_precise_entry_says_which_chapter_brings_a_module():
    assert introducing("diydl.data.table").id == "01_arrays"
    assert introducing("diydl.data.loader").id == "10_training"


def test_a_module_that_no_chapter_brings_is_an_error_that_says_where_to_name_it():
    with pytest.raises(GrowthError, match=r"diydl.time_travel .* chapters/index.toml"):
        introducing("diydl.time_travel")


def test_prefixes_grow():
    sets = [set(prefix(chapter)) for chapter in load_index()]
    assert sets[0] == set()
    for small, large in zip(sets, sets[1:], strict=False):
        assert small <= large
    assert sets[-1] == set(growth.library_files())


@pytest.mark.parametrize("chapter", load_index(), ids=lambda c: c.id)
def test_every_module_stands_in_every_chapter_once_with_its_lines(chapter):
    modules = library_at(chapter)
    names = [module.name for module in modules]
    assert len(names) == len(set(names))
    for module in modules:
        assert (module.lines > 0) == (module.name in growth.library_files())


def test_imports_are_followed_through_packages(tmp_path):
    path = tmp_path / "a.py"
    path.write_text(
        "import numpy.random\nfrom diydl import nn, Tensor\n"
        "def f():\n    from diydl.nn import Linear\n    import diydl.storage\n"
    )
    assert list(imports(path)) == [
        "numpy",
        "diydl.nn",
        "diydl.engines.tape",
        "diydl.nn.linear",
        "diydl.storage",
    ]


def test_a_name_that_a_package_defines_itself_lives_there():
    assert home("diydl", "__version__") == "diydl"
