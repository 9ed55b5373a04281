"""Peaks of memory, on the host and of a pool on a GPU."""

import tracemalloc

import numpy as np

from diydl.train.memory import PoolMemory, measured


def test_a_peak_is_that_since_the_last_look():
    with measured() as memory:
        x = np.ones(1_000_000)
        held, peak = memory.mark()
        assert 8e6 <= held <= peak < 8.1e6
        del x
        assert memory.mark()[1] >= 8e6
        assert memory.mark()[1] < 1e5
    assert not tracemalloc.is_tracing()


def test_somebody_else_goes_on_tracing():
    tracemalloc.start()
    try:
        before = np.ones(1_000_000)
        with measured() as memory:
            assert memory.mark()[0] < 1e5
        assert tracemalloc.is_tracing()
        assert before.size
    finally:
        tracemalloc.stop()


def test_a_pool_is_looked_at_between_primitives():
    class Pool:
        used = 100

        def used_bytes(self):
            return self.used

    pool = Pool()
    memory = PoolMemory(pool)
    pool.used = 700
    assert memory.mark() == (600, 600)
    pool.used = 300
    assert memory.mark() == (200, 600)
    assert memory.mark() == (200, 200)


def test_nothing_is_measured_where_nobody_wants_it():
    with measured(wanted=False) as memory:
        assert not tracemalloc.is_tracing()
        assert memory.mark() == (0, 0)
