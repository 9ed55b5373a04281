"""What `least_seconds` must do."""

import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("06/least_seconds")


@pytest.mark.points(1)
@pytest.mark.hint("compare two times; do not divide by what may be 0")
def test_copies(sub):
    """Steps that move and compute nothing"""
    found = sub.least_seconds([(0, 6_000_000), (0, 2_000_000)], 1e9, 1e9)
    agree(found, 0.008, what="the time for moving 8 MB at 1 GB/s")


@pytest.mark.points(2)
@pytest.mark.hint("for each step the longer of both times, then add")
def test_longer(sub, rng):
    """For each step what takes longer: computing or moving"""
    steps = [(int(a), int(b)) for a, b in rng.integers(1_000_000, 9_000_000, (6, 2))]
    steps += [(9_000_000, 1_000), (1_000, 9_000_000)]
    expected = sum(max(a / 1e9, b / 2e9) for a, b in steps)
    agree(sub.least_seconds(steps, 1e9, 2e9), expected, what="the least time of eight steps")
