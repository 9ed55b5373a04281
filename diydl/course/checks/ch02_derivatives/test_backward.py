"""What `backward` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient

pytestmark = pytest.mark.exercise("02/backward")

MIX = np.array([[1.0, 2.0, -1.0], [0.0, 1.5, 0.5], [-0.5, 1.0, 2.0]])
FORWARD = {"tanh": np.tanh, "mix": lambda x: x @ MIX, "square": np.square, "sum": np.sum}


def final(names, x, g):
    """Run the chain and weigh its result with g."""
    for name in names:
        x = FORWARD[name](x)
    return np.sum(g * x)


@pytest.mark.points(2)
@pytest.mark.hint("from the last step to the first; each VJP gets what the one before returned")
@pytest.mark.parametrize(
    ("names", "shape"), [(["tanh", "mix", "square"], (3,)), (["mix", "tanh", "sum"], ())]
)
def test_gradient(drive, rng, names, shape):
    """The gradient at the beginning of a chain"""
    x, g = rng.uniform(0.2, 1, size=3), np.array(rng.normal(size=shape))
    numeric = [(final(names, x + d, g) - final(names, x - d, g)) / 2e-6 for d in 1e-6 * np.eye(3)]
    agree_gradient(drive("walk", names, x, g)["gradient"], np.array(numeric))


@pytest.mark.points(1)
@pytest.mark.hint("a loop over no steps does nothing")
def test_no_steps(drive, rng):
    """Without any steps, g comes back"""
    g = rng.normal(size=3)
    agree(drive("walk", [], rng.normal(size=3), g)["gradient"], g)


@pytest.mark.points(1)
@pytest.mark.hint("reversed(steps) leaves the list as it is")
def test_list_unchanged(drive, rng):
    """The list of steps is left as it was"""
    found = drive("walk", ["neg", "square", "exp"], rng.normal(size=2), rng.normal(size=2))
    agree(found["list unchanged"], True, what="that the list is unchanged")
