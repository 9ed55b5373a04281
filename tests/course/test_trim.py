import textwrap

from diydl.course.trim import trim_package, trim_tests

LONG = '''"""About a package:

two lines.
"""

from lib.a import (
    first,
    second as other,
)
from lib.b import gone
from lib import c

VERSION = "1"  # kept

__all__ = ["VERSION", "c", "first", "gone", "other"]
'''


def test_a_package_keeps_what_is_there():
    text, names = trim_package(LONG, lambda module, name: name != "gone")
    assert names == {"first", "other", "c", "VERSION"}
    assert text.startswith('"""About a package:\n\ntwo lines.\n"""\n\nfrom lib.a import first, ')
    assert "second as other" in text
    assert 'VERSION = "1"' in text
    assert text.endswith('\n\n__all__ = ["VERSION", "c", "first", "other"]\n')
    assert "gone" not in text
    compile(text, "a", "exec")


def test_a_package_of_which_nothing_is_left_keeps_its_docstring():
    text, names = trim_package('"""About."""\n\nfrom a import b\n\n__all__ = ["b"]\n', lambda *_: 0)
    assert (text, names) == ('"""About."""\n', set())


def test_long_imports_stand_one_name_a_line():
    names = [f"a_rather_long_name_{k}" for k in range(6)]
    text, _ = trim_package(f"from lib import {', '.join(names)}, gone", lambda m, n: n != "gone")
    assert text == "from lib import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"


def trimmed(source):
    return trim_tests(textwrap.dedent(source).lstrip("\n"), lambda m, n: "gone" in (m, n))


def test_what_needs_a_missing_name_goes_with_all_that_needs_it():
    text = trimmed(
        """
        import pytest

        import lib
        from lib import gone, here

        TABLE = [gone]

        @pytest.fixture
        def value():
            return TABLE

        def helper(): return lib.gone

        # About the test below,
        # in two lines.
        def test_by_fixture(value): pass

        @pytest.mark.parametrize("x", TABLE)
        def test_by_mark(x): pass

        def test_by_helper(): helper()

        def test_by_import_inside():
            from lib import gone as g

        class TestMany:
            def test_inside(self): lib.gone

        # This stays.
        def test_here(): here()
        """
    )
    assert text == (
        "import pytest\n\nimport lib\nfrom lib import here\n\n# This stays.\n"
        "def test_here(): here()\n"
    )


def test_a_file_without_any_test_left_is_empty():
    assert trimmed("from lib import gone\n\ndef test_a(): gone()\n") == ""
    assert trimmed("import gone\n\ndef test_a(): gone.x()\n") == ""


def test_a_file_that_needs_nothing_missing_stays_as_it_is():
    source = "import lib\n\n\ndef test_a():  # why\n    lib.here()\n\n\nEND = 1\n"
    assert trim_tests(source, lambda *_: False) == source


def test_a_local_name_like_a_missing_attribute_is_no_use_of_it():
    source = "import lib\n\ndef test_a(x):\n    x.gone()\n"
    assert trimmed(source) == source


def test_a_name_that_is_defined_again_in_the_file_is_there():
    source = "from lib import gone\n\ngone = 1\n\ndef test_a(): gone\n"
    assert "def test_a" in trimmed(source)
