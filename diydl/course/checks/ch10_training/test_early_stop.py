"""What `early_stop` must do."""

import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("10/early_stop")


def agree_on(sub, losses, patience, expected):
    """Compare the two epochs."""
    found = sub.early_stop(list(losses), patience)
    assert isinstance(found, tuple) and len(found) == 2, (
        "expected a pair: the best epoch, and the last one"
    )
    shown = ", ".join(f"{loss:.3g}" for loss in losses)
    for number, what in enumerate(("best", "last")):
        agree(
            found[number],
            expected[number],
            what=f"the {what} epoch for losses {shown} and patience {patience}",
        )


def falling(rng, count):
    """Losses that fall, never by nothing."""
    return [float(x) for x in 2.0 - 0.1 * (1 + rng.uniform(size=count)).cumsum()]


@pytest.mark.points(2)
@pytest.mark.hint("`patience` epochs in a row that are not lower than the best")
@pytest.mark.parametrize("patience", [1, 3])
def test_end(sub, rng, patience):
    """It ends when so many epochs in a row were not better than the best"""
    losses = falling(rng, 4)
    worse = [losses[-1] + 0.3, losses[-1] + 0.2, losses[-1] + 0.1, losses[-1] + 0.05]
    agree_on(sub, losses + worse, patience, (4, 4 + patience))


@pytest.mark.points(1)
@pytest.mark.hint("a better one sets the count back to 0")
def test_in_a_row(sub, rng):
    """Epochs without a better one count only if they follow each other"""
    low = falling(rng, 5)
    losses = [low[0], low[0] + 1, low[1], low[1] + 1, low[2], low[2] + 1, low[3]]
    agree_on(sub, losses, 2, (7, 7))


@pytest.mark.points(1)
@pytest.mark.hint("only a lower loss is better")
def test_equal(sub, rng):
    """An equal loss is not better"""
    loss = float(rng.uniform())
    agree_on(sub, [loss, loss, loss, loss], 2, (1, 3))


@pytest.mark.points(1)
@pytest.mark.hint("what comes after the end is never seen")
def test_after_the_end(sub, rng):
    """What would have come after the end does not count"""
    losses = falling(rng, 2)
    agree_on(sub, [*losses, losses[-1] + 1, losses[-1] + 1, losses[-1] - 1], 2, (2, 4))
