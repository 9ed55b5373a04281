"""Every primitive, layer, loss and optimizer does the same under every engine."""

import numpy as np
import pytest

from diydl.primitive import PRIMITIVES
from diydl.testing import CASES, assert_close
from tests.engines.runners import RUNNERS, OnTape, is_smooth
from tests.engines.trials import BATCHES, TRIALS

OTHERS = [name for name in RUNNERS if name != "tape"]
CASES_OF_ALL = [case for name in sorted(CASES) for case in CASES[name]]

others = pytest.mark.parametrize("name", OTHERS)
every_trial = pytest.mark.parametrize("trial", TRIALS, ids=str)


def upstream(case, arrays):
    out = PRIMITIVES[case.name](*arrays, **case.params)
    return np.asarray(np.random.default_rng(1).normal(size=out.shape)).astype(out.dtype)


def agree(found, expected, scale=1.0, who=""):
    for x, y in zip(found.values, expected.values, strict=True):
        assert_close(x, y, scale=scale, what=f"{who}value")
    for part in ("gradients", "states"):
        mine, wanted = getattr(found, part), getattr(expected, part)
        assert mine.keys() == wanted.keys(), part
        for key in wanted:
            assert_close(mine[key], wanted[key], scale=scale, what=f"{who}{part}: {key}")


@pytest.mark.parametrize("case", CASES_OF_ALL, ids=str)
def test_primitives(case):
    for dtype in ("float32", "float64"):
        arrays = [x.astype(dtype) if x.dtype.kind == "f" else x for x in case.inputs()]
        g = upstream(case, arrays) if is_smooth(case) else None
        expected = OnTape.apply(case, arrays, g)
        for name in OTHERS:
            found = RUNNERS[name].apply(case, arrays, g)
            assert found.values[0].dtype == expected.values[0].dtype, name
            agree(found, expected, who=f"{name}, {dtype}: ")


@others
@every_trial
def test_models_in_both_modes_and_at_all_sizes_of_the_batch(trial, name):
    mine, other = RUNNERS[name](trial), OnTape(trial)
    for training in trial.modes:
        for size in BATCHES:
            if training and size < trial.smallest:
                continue
            arrays = trial.batch(size)
            found, expected = (run.run(arrays, training=training) for run in (mine, other))
            assert expected.gradients.keys() == mine.params.keys()
            agree(found, expected, scale=10)


@pytest.mark.parametrize("name", RUNNERS)
def test_one_example_is_no_batch_to_train_a_batch_norm_on(name):
    """Every engine says so, changes nothing, and goes on."""
    (trial,) = (t for t in TRIALS if t.smallest == 2)
    mine, other = RUNNERS[name](trial), OnTape(trial)
    before = mine.run(trial.batch(8)).states
    with pytest.raises(ValueError, match=r"two numbers per channel, and x of shape \(1, 8\) has 1"):
        mine.run(trial.batch(1))
    after = mine.run(trial.batch(8), training=False).states
    for key, x in before.items():
        np.testing.assert_array_equal(x, after[key], err_msg=key)
    other.run(trial.batch(8))
    agree(mine.run(trial.batch(5)), other.run(trial.batch(5)), scale=10)


@pytest.mark.parametrize("name", RUNNERS)
def test_the_mode_is_that_of_the_run(name):
    """In use nothing is dropped or written; in training every run draws anew."""
    (trial,) = (t for t in TRIALS if t.smallest == 2)
    mine = RUNNERS[name](trial)
    arrays, start = trial.batch(8), {key: x.data.copy() for key, x in mine.states.items()}
    first, second = (mine.run(arrays, training=False) for _ in range(2))
    agree(first, second)
    for key, x in second.states.items():
        np.testing.assert_array_equal(x, start[key], err_msg=key)
    first, second = (mine.run(arrays) for _ in range(2))
    assert first.values[0] != second.values[0]
    assert first.states["3.key"].tolist()[2] == 1
    assert second.states["3.key"].tolist()[2] == 2
    assert second.states["1.num_batches_tracked"] == 2


@others
@pytest.mark.parametrize("trial", TRIALS[:-1], ids=str)  # 2,000 steps take long, and train alike
def test_training_with_an_optimizer(trial, name):
    mine, other = RUNNERS[name](trial), OnTape(trial)
    start = {key: x.data.copy() for key, x in mine.states.items()}
    for step in range(4):
        arrays = trial.batch(BATCHES[step % 2], step)
        found, expected = (run.run(arrays, update=True) for run in (mine, other))
        agree(found, expected, scale=100)
    assert any((x != start[key]).any() for key, x in found.states.items())
