"""Threads work ahead; what comes out is the same, in the same order, and they end."""

import threading
import time
import traceback

import numpy as np
import pytest

from diydl.data import ArrayDataset, DataLoader, Dataset
from diydl.data.prefetch import AHEAD, prefetch


def loaders():
    return [t.name for t in threading.enumerate() if t.name.startswith("diydl-loader")]


class Slow(Dataset):
    """Early examples take longer, so that threads finish in another order."""

    def __len__(self):
        return 24

    def __getitem__(self, index):
        time.sleep(0.002 * (24 - index) / 24)
        return np.array([index, index / 2]), index


def jitter(example, rng):
    x, y = example
    return x + rng.normal(size=2), y


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_batches_do_not_depend_on_the_number_of_workers(workers):
    options = {"shuffle": True, "seed": 3, "transform": jitter}
    alone, helped = (
        DataLoader(Slow(), 5, **options),
        DataLoader(Slow(), 5, workers=workers, **options),
    )
    for _ in range(2):
        for (x, y), (x2, y2) in zip(alone, helped, strict=True):
            np.testing.assert_array_equal(x, x2)
            np.testing.assert_array_equal(y, y2)
    assert loaders() == []


def test_threads_really_run_at_the_same_time():
    barrier = threading.Barrier(3, timeout=5)
    assert list(prefetch(lambda task: barrier.wait() < 3 and task, range(6), 3)) == list(range(6))


def test_tasks_are_read_only_a_little_ahead():
    asked = []

    def tasks():
        for number in range(1000):
            asked.append(number)
            yield number

    results = prefetch(lambda task: task, tasks(), 2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    assert len(asked) == 3 + AHEAD * 2
    results.close()


@pytest.mark.parametrize("workers", [1, 3])
def test_no_thread_is_left_after_a_break(workers):
    for _ in DataLoader(Slow(), 2, workers=workers):
        assert loaders()
        break
    assert loaders() == []


def test_no_thread_is_left_after_an_error_in_the_loop():
    with pytest.raises(KeyError):
        for _ in DataLoader(Slow(), 2, workers=2):
            raise KeyError
    assert loaders() == []


def test_an_iterator_that_nobody_begins_starts_no_thread():
    iter(DataLoader(Slow(), 2, workers=2))
    assert loaders() == []


class Broken(Slow):
    def __getitem__(self, index):
        if index == 13:
            return _divide(index)
        return super().__getitem__(index)


def _divide(index):
    return index / 0


@pytest.mark.parametrize("workers", [0, 2])
def test_an_error_says_where_it_happened_and_comes_in_its_turn(workers):
    seen = []
    with pytest.raises(ZeroDivisionError) as caught:
        for _, y in DataLoader(Broken(), 5, workers=workers, transform=jitter):
            seen += y.tolist()
    assert seen == list(range(10))  # everything before it
    frames = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert frames[-1] == "_divide"
    notes = "\n".join(caught.value.__notes__)
    assert "while loading example 13 in epoch 0" in notes
    assert "while loading batch 2 of epoch 0: examples [10 11 12 13 14]" in notes
    assert loaders() == []


def test_whole_batches_name_their_examples_in_an_error():
    class Worse(ArrayDataset):
        def batch(self, rows):
            raise OSError("gone")

    with pytest.raises(OSError, match="gone") as caught:
        list(DataLoader(Worse([1.0, 2.0, 3.0]), 2, workers=1))
    assert caught.value.__notes__ == ["while loading batch 0 of epoch 0: examples [0 1]"]
