"""Every pass may be left out: the numbers are those of the lazy engine, and of the tape."""

import numpy as np
import pytest

from tests.compile.runners import CHOICES, Planned, fuse_all
from tests.engines.runners import Lazily, OnTape
from tests.engines.test_agree import agree
from tests.engines.trials import BATCHES, TRIALS

SHORT = TRIALS[:-1]
every_choice = pytest.mark.parametrize("name", CHOICES)


def identical(found, expected):
    """Compare to the last bit."""
    for x, y in zip(found.values, expected.values, strict=True):
        np.testing.assert_array_equal(x, y)
    for part in ("gradients", "states"):
        mine, wanted = getattr(found, part), getattr(expected, part)
        assert mine.keys() == wanted.keys(), part
        for key in wanted:
            np.testing.assert_array_equal(mine[key], wanted[key], err_msg=f"{part}: {key}")


def same(name, found, expected):
    """Blocks may end where a vector instruction would not: then within the tolerance."""
    if fuse_all in CHOICES[name]:
        agree(found, expected, scale=10)
    else:
        identical(found, expected)


@every_choice
@pytest.mark.parametrize("trial", SHORT, ids=str)
def test_models_in_both_modes_and_at_all_sizes_of_the_batch(trial, name):
    mine, other = Planned(trial), Lazily(trial)
    mine.passes = CHOICES[name]
    for training in trial.modes:
        for size in BATCHES:
            if training and size < trial.smallest:
                continue
            arrays = trial.batch(size)
            found, expected = (run.run(arrays, training=training) for run in (mine, other))
            same(name, found, expected)


@every_choice
@pytest.mark.parametrize("trial", SHORT, ids=str)
def test_training_with_an_optimizer(trial, name):
    mine, other, tape = Planned(trial), Lazily(trial), OnTape(trial)
    mine.passes = CHOICES[name]
    addresses = {key: state.data.ctypes.data for key, state in mine.states.items()}
    for step in range(4):
        arrays = trial.batch(BATCHES[step % 2], step)
        found, expected = (run.run(arrays, update=True) for run in (mine, other))
        same(name, found, expected)
        agree(found, tape.run(arrays, update=True), scale=100)
    assert addresses == {key: state.data.ctypes.data for key, state in mine.states.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["none", "all"])
def test_an_unrolled_recurrence(name):
    """Two thousand steps, and their gradients: more than Python's recursion allows."""
    mine, other = Planned(TRIALS[-1]), Lazily(TRIALS[-1])
    mine.passes = CHOICES[name]
    arrays = TRIALS[-1].batch(5)
    same(name, mine.run(arrays), other.run(arrays))


def test_each_pass_buys_something():
    trial = SHORT[0]
    plan, _ = Planned(trial).describe(trial.batch(8), True, True)
    described, fold, merge, split, fuse, join, recompute, reuse = plan.history
    assert fold.steps < described.steps
    assert fold.flops < described.flops
    assert merge.steps < fold.steps
    assert split.steps >= merge.steps
    assert fuse.steps < 0.7 * split.steps
    assert fuse.moved < 0.7 * split.moved
    assert join.steps < fuse.steps
    assert join.moved < fuse.moved
    assert recompute.moved <= join.moved
    assert reuse.held < 0.7 * recompute.held
    assert [row.split()[0] for row in plan.bought().splitlines()[2:]] == [
        *("described", "fold", "merge", "split_all"),
        *("fuse_all", "join_all", "recompute", "reuse_all"),
    ]
