"""What `cross_entropy_vjp` must do: the full contract of the library's own."""

import numpy as np
import pytest

from diydl.course.compare import agree_gradient, note

pytestmark = pytest.mark.exercise("08/cross_entropy_vjp")


def slope(logits, labels):
    """Return softmax minus the right answer, for moderate scores."""
    e = np.exp(logits)
    p = e / e.sum(axis=-1, keepdims=True)
    return p - (np.arange(logits.shape[-1]) == labels[..., None])


@pytest.mark.points(2)
@pytest.mark.hint("softmax minus one-hot, times the number of `g` that belongs to the row")
@pytest.mark.parametrize("rows", [(5,), (4,), (), (2, 3)])
def test_values(sub, rng, rows):
    """A number of g for each row, however many axes there are"""
    logits, labels = rng.normal(size=(*rows, 4)), np.asarray(rng.integers(0, 4, rows))
    out, g = np.asarray(rng.normal(size=rows)), np.asarray(rng.normal(size=rows))
    found = sub.cross_entropy_vjp(g, out, logits, labels)
    agree_gradient(found, g[..., None] * slope(logits, labels))


@pytest.mark.points(1)
@pytest.mark.hint("the softmax of the library has the shift")
def test_at_1000(sub):
    """Scores of 1000"""
    logits, labels = np.array([[1000.0, 0, -1000], [1000, 0, 1000]]), np.array([1, 0])
    found = sub.cross_entropy_vjp(np.ones(2), np.array([1000.0, 0.7]), logits, labels)
    agree_gradient(found, np.array([[1.0, -1, 0], [-0.5, 0, 0.5]]))


@pytest.mark.points(1)
@pytest.mark.hint("the one-hot rows take the dtype of the logits")
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_dtype(sub, dtype):
    """The gradient has the dtype of the logits"""
    logits, g = np.zeros((4, 4), dtype), np.ones(4, dtype)
    have = str(sub.cross_entropy_vjp(g, g + 1, logits, np.array([0, 3, 1, 1])).dtype)
    note(have)
    assert have == dtype, f"the logits are {dtype}, and the gradient is {have}"


@pytest.mark.points(1)
@pytest.mark.hint("functions of the library work on Tensors too; NumPy's do not")
def test_on_the_tape(drive, rng):
    """On the tape, where even the gradient of a gradient comes back"""
    logits, h = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    labels, g = rng.integers(0, 4, 5), rng.normal(size=5)
    found = drive("on_the_tape", logits, labels, g, h)
    agree_gradient(found["first"], g[:, None] * slope(logits, labels))
    p = slope(logits, np.full(5, -1))
    second = g[:, None] * p * (h - (p * h).sum(axis=1, keepdims=True))
    agree_gradient(found["second"], second, what="the second derivative")
