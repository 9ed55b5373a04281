"""What `stop_early` must do."""

import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("11/stop_early")


def scaled(rng, *losses):
    """Return these losses, all times one number."""
    factor = rng.uniform(1, 3)
    return [loss * factor for loss in losses]


@pytest.mark.points(2)
@pytest.mark.hint("compare with the best so far; stop when as many as `patience` were no better")
def test_stops(sub, rng):
    """A curve that goes up and down, above its best"""
    losses = scaled(rng, 9, 7, 5, 6, 5.5, 6.5, 4, 3)
    agree(sub.stop_early(losses, 3), (6, 3))


@pytest.mark.points(1)
@pytest.mark.hint("a new best sets the waiting back to 0")
def test_waits_anew(sub, rng):
    """Each new best begins the waiting anew"""
    losses = scaled(rng, 9, 8, 8.5, 7, 7.5, 6, 6.5, 6.6, 6.7, 1)
    agree(sub.stop_early(losses, 3), (9, 6))


@pytest.mark.points(1)
@pytest.mark.hint("after the last loss, return their number, and the best epoch")
def test_runs_to_the_end(sub, rng):
    """Patience that lasts to the end"""
    losses = scaled(rng, 9, 8, 7, 6, 6.2)
    agree(sub.stop_early(losses, 3), (5, 4))


@pytest.mark.points(1)
@pytest.mark.hint("only a smaller loss is better")
def test_equal_losses(sub, rng):
    """The same loss again is no better"""
    losses = scaled(rng, 9, 5, 5, 5, 5, 5)
    agree(sub.stop_early(losses, 3), (5, 2))
