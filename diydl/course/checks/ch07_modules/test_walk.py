"""What `walk` must do: the full contract of the library's."""

import pytest

from diydl.course.compare import note

pytestmark = pytest.mark.exercise("07/walk")


def same(found, expected):
    """Compare lists of names, and say what differs."""
    note(found)
    missing = [name for name in expected if name not in found]
    assert not missing, f"{missing} are missing; found {found}"
    assert found == expected, f"expected {expected}, found {found}"


@pytest.mark.points(1)
@pytest.mark.hint("names join the way that leads there, in the order of the attributes")
def test_parameters(drive):
    """Every parameter by its full name, in order, what is inside first"""
    expected = ["first.w", "first.v", "own", "more.0.w", "more.1.0.b"]
    same(drive("names", "nested", "Parameter"), expected)
    same(drive("names", "nested", "Buffer"), ["first.count"])
    name = drive("names", "later", "Parameter")[0]
    assert name != "own", "a weight that is met as first.inside, and later as own, is called own"


@pytest.mark.points(1)
@pytest.mark.hint('the module itself has the name ""; go inside also where a module was found')
def test_modules(drive):
    """Modules: this one itself, and those inside"""
    same(drive("names", "nested", "Module"), ["", "first", "more.0", "more.1.0"])


@pytest.mark.points(2)
@pytest.mark.hint("keep a set of `id(x)` of everything that was met")
def test_once(drive):
    """What is shared comes once, under its first name, and a circle comes to an end"""
    same(sorted(drive("names", "shared", "Parameter")), ["a.w", "c.own", "tied"])
    same(sorted(drive("names", "circle", "Parameter")), ["child.w", "v"])


@pytest.mark.points(1)
@pytest.mark.hint("loop with a stack of your own, and tell objects apart by `id`")
def test_deep_and_alike(drive):
    """Two thousand modules inside one another; two parameters with the same numbers"""
    same(drive("deep"), ["2001 parts"])
    same(drive("alike"), ["a", "b"])
