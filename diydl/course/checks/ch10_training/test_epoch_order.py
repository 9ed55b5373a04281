"""What `epoch_order` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("10/epoch_order")


@pytest.mark.points(3)
@pytest.mark.hint("seed a generator with the list [seed, epoch]")
def test_seed_and_epoch(sub, rng, reference):
    """Every number once, in the order of this seed in this epoch and no other"""
    seed, epoch = (int(n) for n in rng.integers(1, 50, size=2))
    for pair in [(seed, epoch), (seed, epoch + 1), (seed + 1, epoch), (epoch, seed)]:
        found = sub.epoch_order(30, *pair)
        agree(np.sort(found), np.arange(30), what="the order, sorted,")
        agree(found, reference(30, *pair), what=f"the order of seed {pair[0]} in epoch {pair[1]}")


@pytest.mark.points(1)
@pytest.mark.hint("a generator of your own leaves NumPy's global one alone")
def test_others_are_left_alone(drive):
    """Whatever else draws random numbers is not disturbed"""
    found = drive("orders", [(9, 4, 1), (9, 4, 2)])["untouched"]
    note(found)
    assert found, "NumPy's global generator is not as it was: a seed was given to it, or it drew"
