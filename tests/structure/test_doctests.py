"""Every example in a docstring runs, and everything that a package offers has one."""

import doctest
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import diydl

MODULES = [
    module
    for module in pkgutil.walk_packages(diydl.__path__, "diydl.")
    if not module.name.startswith("diydl.course.checks.") and not module.name.endswith(".__main__")
]
PACKAGES = ["diydl", *(module.name for module in MODULES if module.ispkg)]


def examples(module):
    """Examples of a module's functions and classes, and of callables such as primitives.

    doctest by itself overlooks objects that are called but are no functions.
    """
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = {test.name: test for test in finder.find(module)}
    for name, value in vars(module).items():
        ours = getattr(value, "__module__", None) == module.__name__
        if ours and callable(value) and isinstance(value.__doc__, str):
            for test in finder.find(value, f"{module.__name__}.{name}", module=module):
                found.setdefault(test.name, test)
    return found.values()


@pytest.mark.parametrize("name", ["diydl", *(module.name for module in MODULES)])
def test_examples_run(name):
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for test in examples(importlib.import_module(name)):
        test.globs.setdefault("np", np)  # numpydoc's convention
        runner.run(test)
    assert runner.summarize().failed == 0


def test_examples_of_primitives_are_found():
    names = [test.name for test in examples(importlib.import_module("diydl.ops.elementwise"))]
    assert "diydl.ops.elementwise.exp" in names


@pytest.mark.parametrize("name", PACKAGES)
def test_what_a_package_offers_has_an_example(name):
    offered = vars(importlib.import_module(name)).items()
    without = [
        key
        for key, value in offered
        if key[0] != "_" and callable(value) and not inspect.isclass(value)
        if ">>>" not in (value.__doc__ or "")
    ]
    assert not without
