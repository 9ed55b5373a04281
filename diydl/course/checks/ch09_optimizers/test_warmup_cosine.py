"""What `warmup_cosine` must do: the full contract of the schedule's own."""

import numpy as np
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("09/warmup_cosine")


@pytest.mark.points(2)
@pytest.mark.hint("(step + 1) / (warmup + 1), so that no step is wasted")
def test_up(sub, rng):
    """Evenly up before step `warmup`"""
    warmup = int(rng.integers(3, 9))
    for step in (0, 1, warmup - 1):
        found = sub.warmup_cosine(step, warmup, 10 * warmup)
        what = f"the factor at step {step}, with warmup {warmup} and total {10 * warmup},"
        agree(found, (step + 1) / (warmup + 1), what=what)


@pytest.mark.points(2)
@pytest.mark.hint("progress from 0 at `warmup` to 1 at `total`; half of 1 plus the cosine")
@pytest.mark.parametrize("warmup", [0, 4])
def test_down(sub, rng, warmup):
    """Half a wave of a cosine: 1 at step `warmup`, 0 at step `total`"""
    length = 4 * int(rng.integers(2, 6))
    middle, late = warmup + length // 2, warmup + 3 * length // 4
    total = warmup + length
    points = [(warmup, 1.0), (middle, 0.5), (late, 0.5 - np.sqrt(0.125)), (total, 0.0)]
    for step, expected in points:
        what = f"the factor at step {step}, with warmup {warmup} and total {total},"
        agree(sub.warmup_cosine(step, warmup, total), expected, what=what)


@pytest.mark.points(1)
@pytest.mark.hint("progress is never more than 1")
def test_after_the_end(sub, rng):
    """At 0 from then on"""
    total = int(rng.integers(8, 20))
    for step in (total + 1, total + total // 2, 3 * total):
        agree(sub.warmup_cosine(step, 2, total), 0.0, what=f"the factor {step - total} steps later")
