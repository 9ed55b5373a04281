"""What `filled` must do: the full contract of the library's own."""

import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("09/filled")


@pytest.mark.points(2)
@pytest.mark.hint("1 minus what is left of the beginning: beta, as often as there were steps")
@pytest.mark.parametrize("step", [1, 2, 5, 1000])
def test_share(sub, rng, step):
    """The share after one, two, five and a thousand steps"""
    for beta in (float(rng.uniform(0.2, 0.9)), 0.999, 0.0):
        what = f"the share after {step} steps with beta {beta:.4g}"
        agree(sub.filled(beta, step), 1 - beta**step, what=what)


@pytest.mark.points(1)
@pytest.mark.hint("an operator works on a number to come; a loop does not")
def test_in_plans(drive, rng):
    """In a plan, where the step is a number to come"""
    found = drive("both_ways", float(rng.uniform(0.2, 0.9)), [1, 2, 7])
    agree(found["planned"], found["at once"], what="the share after 1, 2 and 7 steps of a plan")
