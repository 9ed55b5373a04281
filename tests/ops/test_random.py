import numpy as np
import pytest

import diydl as dl
from diydl.backend import next_key

KEY = np.array([1, 2, 3], np.uint64)
DRAWS = {
    "uniform": lambda key, **kw: dl.random_uniform(key, **kw),
    "normal": lambda key, **kw: dl.random_normal(key, **kw),
    "bernoulli": lambda key, **kw: dl.random_bernoulli(key, p=0.5, **kw),
}
each = pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS.keys())


@each
def test_a_key_is_a_draw(draw):
    first = draw(KEY, shape=(100,))
    np.testing.assert_array_equal(first, draw(KEY.copy(), shape=(100,)))
    for place in range(3):  # another seed, another draw, another run
        other = KEY.copy()
        other[place] += np.uint64(1)
        assert (draw(other, shape=(100,)) != first).any()


@each
def test_runs_of_one_key_do_not_overlap(draw):
    """A counter of the run in the lowest word would shift the same numbers by four."""
    run = KEY + np.array([0, 0, 1], np.uint64)
    long, other = draw(KEY, shape=(4000,)), draw(run, shape=(50,))
    windows = np.lib.stride_tricks.sliding_window_view(long, 50)
    assert not (windows == other).all(axis=1).any()


@each
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_dtype_is_the_one_asked_for(draw, dtype):
    assert draw(KEY, shape=(3,), dtype=dtype).dtype == dtype


@each
def test_dtype_follows_the_default(draw):
    assert draw(KEY, shape=(3,)).dtype == np.float32
    dl.set_default_dtype("float64")
    try:
        assert draw(KEY, shape=(3,)).dtype == np.float64
    finally:
        dl.set_default_dtype("float32")


def test_moments():
    dl.seed(0)
    uniform = dl.random_uniform(next_key(), shape=(40000,), low=2, high=6)
    normal = dl.random_normal(next_key(), shape=(40000,), mean=3, std=2)
    coins = dl.random_bernoulli(next_key(), shape=(40000,), p=0.2)
    assert abs(uniform.mean() - 4) < 0.03
    assert abs(uniform.var() - 16 / 12) < 0.03
    assert abs(normal.mean() - 3) < 0.04
    assert abs(normal.std() - 2) < 0.03
    assert set(coins.tolist()) == {0, 1}
    assert abs(coins.mean() - 0.2) < 0.01


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_uniform_never_reaches_its_upper_end(dtype):
    x = dl.random_uniform(KEY, shape=(100_000,), low=1, high=2, dtype=dtype)
    assert 1 <= x.min()
    assert x.max() < 2


@pytest.mark.parametrize("key", [np.zeros(2, np.uint64), np.zeros(3)])
def test_a_wrong_key_is_refused(key):
    with pytest.raises(ValueError, match=r"random_normal: the key has shape .* expected \(3,\)"):
        dl.random_normal(key, shape=(2,))


@pytest.mark.parametrize("p", [-0.1, 1.5])
def test_a_probability_lies_between_0_and_1(p):
    with pytest.raises(ValueError, match=r"random_bernoulli: p=.*: a probability lies between"):
        dl.random_bernoulli(KEY, shape=(2,), p=p)
