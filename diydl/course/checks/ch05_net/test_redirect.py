"""What `redirect` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("05/redirect")

OLD = np.array([3.0, 6.0])


@pytest.mark.points(2)
@pytest.mark.hint("look at every input of every module, by its name")
def test_readers(drive, rng):
    """Every module that read `old` reads `new`, wherever the edge ends"""
    other = rng.normal(size=2)
    values = drive("replaced", other)
    agree(values["plus"], other + 1, what="the module that reads `old` as its first input, which")
    agree(values["double"], other * 2, what="another one that does, which")
    agree(values["minus"], 10 - other, what="10 - old, where `old` is the second input, which")
    agree(values["apart"], np.array([1.5, 2.5]), what="a module that does not read `old`, which")
    agree(values["old"], OLD, what="`old` itself, which")


@pytest.mark.points(2)
@pytest.mark.hint("a module may read `old` by two names: move both, and count edges, not modules")
def test_both_edges(drive, rng):
    """A module that reads `old` twice: two edges, both moved and counted"""
    other = rng.normal(size=2)
    found = drive("redirected_twice_read", other)
    agree(found["square"], other * other, what="old * old, which")
    agree(found["moved"], 2, what="the number of edges that were moved")


@pytest.mark.points(1)
@pytest.mark.hint("leave out modules whose output is in `needed_for([new])`")
def test_in_between(drive):
    """What `new` is made with goes on reading `old`"""
    for deep in (False, True):
        found = drive("redirected", deep)
        note(found["error"])
        assert not found["error"], f"moving the edges failed: {found['error']}"
        new = np.tanh(OLD) * 2 + OLD if deep else np.tanh(OLD)
        agree(found["new"], new, what="the value of `new`")
