import importlib

import pytest

from diydl.course.book.reference import PACKAGES, reference_page, sections


def described():
    return [name for package in PACKAGES for names in sections(package).values() for name in names]


def test_every_public_name_stands_on_one_page():
    names = described()
    assert len(names) == len(set(names))
    things = [
        getattr(importlib.import_module(n.rpartition(".")[0]), n.rpartition(".")[2]) for n in names
    ]
    for package in PACKAGES:
        module = importlib.import_module(package)
        for name in module.__all__:
            thing = getattr(module, name)
            assert (
                name.startswith("__")
                or f"diydl.{name}" in PACKAGES
                or any(thing is one for one in things)
            ), f"{package}.{name}"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_page_has_a_title_and_directives(package):
    page = reference_page(package)
    assert page.startswith(f"# `{package}`: ")
    assert page.count(".. auto") + page.count(".. py:data") >= 1


def test_functions_in_an_order_are_named_by_their_names():
    page = reference_page("diydl.compile")
    assert "Functions, in this order: ``fold``, ``merge``, ``split``, ``fuse``" in page


@pytest.mark.parametrize("package", PACKAGES)
def test_a_page_is_the_same_each_time(package):
    assert " at 0x" not in reference_page(package)


def test_functions_of_a_module_offered_as_a_whole_are_listed():
    assert ".. autofunction:: diydl.nn.init.fan_in_uniform" in reference_page("diydl.nn")


def test_a_class_made_by_traitlets_shows_its_own_arguments():
    assert ".. autoclass:: diydl.draw.DigitCanvas(predict, *, strokes=())" in reference_page(
        "diydl.draw"
    )
