"""What `log_softmax` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree, agree_gradient, leaves_inputs_alone, note

pytestmark = pytest.mark.exercise("08/log_softmax")


def softmax(x, axis):
    """Return the probabilities of moderate scores."""
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


@pytest.mark.points(2)
@pytest.mark.hint("shifted scores minus the log of the sum of their exponentials, along `axis`")
@pytest.mark.parametrize(
    ("shape", "axis"), [((5, 3), -1), ((4, 4), -1), ((4, 4), 0), ((2, 3, 4), 1), ((6,), 0)]
)
def test_values(sub, rng, shape, axis):
    """Logarithms of the softmax, along any axis"""
    x = rng.normal(size=shape)
    agree(leaves_inputs_alone(sub.log_softmax, x, axis=axis), np.log(softmax(x, axis)))


@pytest.mark.points(2)
@pytest.mark.hint("shift each row by its own largest score; never compute a probability")
def test_at_1000(sub):
    """Scores of 1000, rows far apart, and a class that cannot be (minus infinity)"""
    half = -np.log(2)
    x = np.array([[1000.0, 0, -1000], [-1000, -1000, -3000], [5000, 5000, 0], [0, -np.inf, 0]])
    expected = np.array(
        [
            [0, -1000, -2000],
            [half, half, half - 2000],
            [half, half, half - 5000],
            [half, -np.inf, half],
        ]
    )
    agree(sub.log_softmax(x), expected)


@pytest.mark.points(1)
@pytest.mark.hint("the gradient passes the total as well")
def test_gradient(drive, rng):
    """The gradient on the tape"""
    x, g = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))
    expected = g - softmax(x, -1) * g.sum(axis=-1, keepdims=True)
    agree_gradient(drive("gradient", x, g), expected)


@pytest.mark.points(1)
@pytest.mark.hint("operations of the library work on nodes of a graph too")
def test_described(drive, rng):
    """It can be described, with the size of the batch left open"""
    rows = [rng.normal(size=(n, 3)) for n in (5, 1)]
    found = drive("described", rows)
    note(found if isinstance(found, str) else "a node")
    assert not isinstance(found, str), f"expected a node of the graph, found {found}"
    for one, x in zip(found, rows, strict=True):
        agree(one, np.log(softmax(x, -1)), what="what the graph computes")


@pytest.mark.points(1)
@pytest.mark.hint("nothing that takes part has a dtype of its own")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_dtype(sub, dtype):
    """float32 stays float32"""
    have = str(sub.log_softmax(np.zeros((4, 4), dtype)).dtype)
    note(have)
    assert have == dtype, f"the scores are {dtype}, and the result is {have}"
