import numpy as np
import pytest

import diydl as dl
from diydl import ops


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_stops(bad):
    with pytest.raises(FloatingPointError, match="the loss is not finite: -?(nan|inf)"):
        ops.check_finite(np.array([1.0, bad]), what="the loss")


def test_whole_numbers_pass():
    assert ops.check_finite(np.arange(3)).tolist() == [0, 1, 2]


def test_a_plan_writes_nothing_when_it_stops():
    """Not even what it would have computed in place, before the value that is bad."""
    w, count = dl.Parameter(np.ones(2000, np.float32)), dl.Buffer(np.zeros(2000))

    @dl.compute_graph
    def step(x):
        dl.assign(count, count + 1)
        loss = ops.check_finite((w * x).sum(), what="the loss")
        loss.backward()
        dl.assign(w, w - w.grad)
        return loss

    step(np.full(2000, 0.5, np.float32))
    assert w.numpy()[0] == 0.5
    assert count.numpy()[0] == 1
    with pytest.raises(FloatingPointError, match="the loss is not finite: inf"):
        step(np.full(2000, np.inf, np.float32))
    assert w.numpy()[0] == 0.5
    assert count.numpy()[0] == 1
    step(np.full(2000, 0.5, np.float32))
    assert w.numpy()[0] == 0
