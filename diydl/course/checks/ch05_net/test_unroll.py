"""What `unroll` must do."""

import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("05/unroll")


@pytest.mark.points(2)
@pytest.mark.hint("the memory that a step returns goes into the next step")
def test_carried_on(drive, rng):
    """What a step returns goes into the next"""
    moments, memory = [float(x) for x in rng.normal(size=5)], float(rng.normal())
    found = drive("numbers", moments, memory)
    for moment in moments:
        memory = memory / 2 + moment
    agree(found["memories"][-1], memory, what="the memory after the last moment")


@pytest.mark.points(1)
@pytest.mark.hint("append the memory after each step, and nothing before the first")
def test_every_memory(drive):
    """One memory for every moment"""
    found = drive("numbers", [1.0, 2.0, 3.0, 4.0], 0.0)
    agree(found["kind"], "list", what="what comes back")
    agree(len(found["memories"]), 4, what="the number of memories for four moments")


@pytest.mark.points(1)
@pytest.mark.hint("let the loop do every step, the first one too")
def test_no_moments(drive):
    """No moments, no memories"""
    found = drive("numbers", [], 1.0)
    agree(found["calls"], 0, what="the number of calls of `step`")


@pytest.mark.points(1)
@pytest.mark.hint("call `step` once for each moment")
def test_each_once(drive, rng):
    """In a net, every step adds its modules once"""
    moments, w = [float(x) for x in rng.normal(size=4)], float(rng.uniform(0.5, 1.5))
    found = drive("modules_of", moments, w)
    agree(found, 8, what="the number of modules of four steps of two operations each")
