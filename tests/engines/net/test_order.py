"""Orders of steps, and what is needed for what."""

import random

import pytest

from diydl.engines.net.order import arranged


def test_steps_stay_where_they_are_if_they_may():
    assert arranged([3, 1, 2], lambda step: []) == [3, 1, 2]
    assert arranged([3, 1, 2], lambda step: [2] if step == 3 else []) == [1, 2, 3]


def test_any_order_is_made_right_with_few_moves():
    steps = list(range(200))
    shuffled = random.Random(0).sample(steps, 200)

    def sources(step):
        return [step - 1] if step else []

    assert arranged(shuffled, sources) == steps


def test_a_circle_is_an_error():
    with pytest.raises(ValueError, match="in a circle"):
        arranged([1, 2], lambda step: [3 - step])


def test_sources_elsewhere_do_not_count():
    assert arranged([1, 2], lambda step: [None, 99]) == [1, 2]
